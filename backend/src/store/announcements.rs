//! What a commit told the world, kept for a while, so that a node that was not told can read it.
//!
//! Changes of rooms are not kept here: the rooms have them, by number. The rest is: who became a
//! member, whose sessions ended, what a room or a person is called now. Kept on Postgres only, where
//! other nodes may be. Nothing that is not stored elsewhere, and no text of a message, is in it.

use std::time::Duration;

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    schema::announcements,
};
use crate::model::{Announced, Announcement, AnnouncementId, Effect, Timestamp};

/// For how long they are kept: a node that could not read for longer begins anew.
pub const KEPT: Duration = Duration::from_secs(600);
/// How many are read at once.
const PAGE_LEN_MAX: i64 = 1_000;

/// Keeps what would be lost with a node that dies before it told it, and numbers it.
pub(super) fn keep(
    conn: &mut Conn,
    now: Timestamp,
    announcements: Vec<Announcement>,
) -> QueryResult<Vec<Announced>> {
    let keep = |what: Announcement| {
        let Some(text) = kept(&what) else { return Ok(Announced { id: None, what }) };
        let row = (announcements::what.eq(text), announcements::created_at.eq(now.0));
        let id = on_backend!(conn, conn => diesel::insert_into(announcements::table)
            .values(row)
            .returning(announcements::id)
            .get_result::<i64>(conn)?);
        Ok(Announced { id: Some(AnnouncementId(id)), what })
    };
    announcements.into_iter().map(keep).collect()
}

/// How it is kept, if it is. Of a change only that somebody became a member: nodes compare the
/// numbers of rooms that somebody hears, and this is how a room comes to be heard.
fn kept(what: &Announcement) -> Option<String> {
    let arrived;
    let what = match what {
        Announcement::Change(change) => match &change.effect {
            Some(Effect::Joined { user_id, room }) => {
                arrived = Announcement::Arrived { user_id: *user_id, room: room.clone() };
                &arrived
            }
            _ => return None,
        },
        other => other,
    };
    serde_json::to_string(what).ok()
}

/// The ids of what was kept after one, in the order of ids. Commits may show in another order: who
/// asks for what is new has to ask for the last seconds again.
pub fn list_ids(conn: &mut Conn, after: AnnouncementId) -> QueryResult<Vec<AnnouncementId>> {
    let ids = announcements::table
        .filter(announcements::id.gt(after.0))
        .order(announcements::id.asc())
        .limit(PAGE_LEN_MAX)
        .select(announcements::id)
        .load::<i64>(conn)?;
    Ok(ids.into_iter().map(AnnouncementId).collect())
}

/// What was kept under these ids.
pub fn list(conn: &mut Conn, ids: &[AnnouncementId]) -> QueryResult<Vec<Announced>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = announcements::table
        .filter(announcements::id.eq_any(ids))
        .order(announcements::id.asc())
        .select((announcements::id, announcements::what))
        .load::<(i64, String)>(conn)?;
    let read = |(id, text): (i64, String)| {
        // What a newer version kept may not be understood by this one.
        let what = serde_json::from_str(&text).ok()?;
        Some(Announced { id: Some(AnnouncementId(id)), what })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The newest id.
pub fn find_last(conn: &mut Conn) -> QueryResult<AnnouncementId> {
    let last = announcements::table.select(diesel::dsl::max(announcements::id));
    Ok(AnnouncementId(last.first::<Option<i64>>(conn)?.unwrap_or(0)))
}

/// Throws away what was kept long enough.
pub fn purge(tx: &mut Tx<'_>) -> QueryResult<usize> {
    let oldest = tx.now.before(KEPT);
    diesel::delete(announcements::table.filter(announcements::created_at.lt(oldest.0)))
        .execute(tx.conn)
}
