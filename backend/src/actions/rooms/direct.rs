//! The one room of two people.

use std::sync::Arc;

use super::{
    super::{Context, Viewer},
    seen,
};
use crate::{
    error::{Code, Error, Result},
    model::{Announcement, Room, UserId},
    policy,
    store::{Tx, accounts, blocks, members, rooms},
};

/// A direct room, and whether it is new.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The room as the viewer sees it.
    pub room: Room,
    /// The two had none before.
    pub is_new: bool,
}

/// Opens the direct room of the viewer and somebody else: the same one for ever, whoever of them asks
/// first, also if both do at once.
///
/// # Errors
/// `not_found` for oneself, for nobody, and for a deactivated account with which there is none yet;
/// `blocked_by_you` and `not_accepted` where there is none yet and one of the two has blocked the other;
/// `rate_limited`.
pub async fn open_direct(ctx: &Context, viewer: &Viewer, peer: UserId) -> Result<Opened> {
    let user_id = viewer.user_id;
    let pair = [user_id, peer];
    if user_id == peer {
        return Err(Code::NotFound.into());
    }
    let (here, limits) = (ctx.here.clone(), ctx.limits.clone());
    let write = move |tx: &mut Tx<'_>| {
        if let Some(id) = rooms::find_direct(tx.conn, pair)? {
            return Ok(Opened { room: seen(tx.conn, &here, id, user_id)?, is_new: false });
        }
        if !accounts::are_active(tx.conn, &pair)? {
            return Err(Code::NotFound.into());
        }
        policy::may_reach(blocks::find_between(tx.conn, user_id, peer)?)?;
        limits.rooms_by_person.take(&user_id, tx.now).check()?;
        let Some(id) = rooms::insert_direct(tx, pair)? else {
            let id = rooms::find_direct(tx.conn, pair)?.ok_or(Error::from(Code::Unavailable))?;
            return Ok(Opened { room: seen(tx.conn, &here, id, user_id)?, is_new: false });
        };
        members::insert_pair(tx, id, pair)?;
        for user_id in pair {
            let room = Arc::new(seen(tx.conn, &here, id, user_id)?);
            tx.announce(Announcement::Arrived { user_id, room });
        }
        Ok(Opened { room: seen(tx.conn, &here, id, user_id)?, is_new: true })
    };
    ctx.db.write(write).await
}
