//! Comparing what this node has with what the database has: the way on which nothing is lost, whatever
//! became of the words.

use std::{collections::HashMap, time::Duration};

use tokio::time::{Instant, sleep};

use super::{cluster::Shared, truth::Truth};
use crate::{
    error::Result,
    model::{AnnouncementId, Rev, RoomId},
};

/// How many rooms are asked for at once.
const ROOMS_MAX: usize = 1_000;
/// How many announcements are read at once.
const KEPT_MAX: usize = 200;

/// How long what was kept waits for the changes of rooms that it may tell of.
const CHANGES_WAIT: Duration = Duration::from_millis(500);
/// How often is looked whether they are there.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Finds what this node has not heard of: newer numbers of rooms that are heard here, and what was
/// kept for it. Changes of rooms come first, as they did where they were made: what a room is now must
/// not be told before the changes that made it so.
///
/// # Errors
/// The database does not answer.
pub(super) async fn compare(shared: &Shared, truth: &dyn Truth) -> Result<()> {
    let unseen = unseen(shared, truth).await?;
    let behind = compare_heads(shared, truth).await?;
    if unseen.is_empty() {
        return Ok(());
    }
    let deadline = Instant::now() + CHANGES_WAIT;
    while is_behind(shared, &behind) && Instant::now() < deadline {
        sleep(LOOK_EVERY).await;
    }
    for ids in unseen.chunks(KEPT_MAX) {
        read(shared, truth, ids).await?;
    }
    Ok(())
}

/// The rooms that are behind the database, with the numbers that they must reach.
async fn compare_heads(shared: &Shared, truth: &dyn Truth) -> Result<HashMap<RoomId, Rev>> {
    let mut behind = HashMap::new();
    for heads in shared.hub.heads().chunks(ROOMS_MAX) {
        let rooms: Vec<RoomId> = heads.iter().map(|(room_id, _)| *room_id).collect();
        let found: HashMap<_, _> = truth.heads(rooms).await?.into_iter().collect();
        for (room_id, head) in heads {
            match found.get(room_id) {
                Some(newest) if newest > head => {
                    behind.insert(*room_id, *newest);
                    shared.hub.hint(*room_id, *newest);
                }
                Some(_) => {}
                None => shared.hub.end(*room_id),
            }
        }
    }
    Ok(behind)
}

fn is_behind(shared: &Shared, behind: &HashMap<RoomId, Rev>) -> bool {
    let is_late =
        |(room_id, head): (RoomId, Rev)| behind.get(&room_id).is_some_and(|it| head < *it);
    !behind.is_empty() && shared.hub.heads().into_iter().any(is_late)
}

/// What was kept and did not come here.
async fn unseen(shared: &Shared, truth: &dyn Truth) -> Result<Vec<AnnouncementId>> {
    let mut after = shared.core().ledger.floor();
    let mut unseen = Vec::new();
    loop {
        let ids = truth.kept_after(after).await?;
        let Some(last) = ids.last() else { return Ok(unseen) };
        after = *last;
        unseen.extend(shared.core().ledger.unseen(&ids));
    }
}

async fn read(shared: &Shared, truth: &dyn Truth, ids: &[AnnouncementId]) -> Result<()> {
    let kept = truth.kept(ids.to_vec()).await?;
    let now = shared.now();
    let turn = shared.turn();
    let fresh = shared.core().fresh(kept, now);
    shared.hub.deliver(fresh);
    drop(turn);
    // What is gone, or was not understood, is not asked for again.
    let mut core = shared.core();
    for id in ids {
        core.ledger.take(*id, now);
    }
    Ok(())
}
