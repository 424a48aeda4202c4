//! How far people have read. What is unread is never stored: it is counted from the messages
//! (GUARANTEES, G13), by fragments that stand beside a row of `rooms` and one of `members`.

use diesel::{prelude::*, sql_types::BigInt};

use super::{
    conn::Conn,
    fragment::fixed,
    schema::{members, rooms},
};
use crate::model::{RoomId, Seq, UserId, event::ReadUpdated};

/// What other people wrote after the member's pointer and have not deleted. The constants are
/// written out so that SQLite can tell that the partial index covers them.
pub(super) const UNREAD: &str = "(select count(*) from messages
    where messages.room_id = rooms.id and messages.seq > members.last_read_seq
    and messages.kind = 'text' and messages.deleted_at is null
    and messages.author_id <> members.user_id)";

/// How much of that mentions the member. `cross join` makes SQLite begin with the mentions, which are
/// few, and not with the messages.
pub(super) const MENTIONS: &str = "(select count(*) from mentions cross join messages
    where mentions.room_id = rooms.id and mentions.user_id = members.user_id
    and mentions.seq > members.last_read_seq
    and messages.room_id = mentions.room_id and messages.seq = mentions.seq
    and messages.kind = 'text' and messages.deleted_at is null
    and messages.author_id <> members.user_id)";

/// Moves a member's pointer forward, never back and never beyond the room's head. The flag says
/// whether it moved; `None` for who is not a member.
pub fn update(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    seq: Seq,
) -> QueryResult<Option<(ReadUpdated, bool)>> {
    let head = members::table
        .inner_join(rooms::table)
        .filter(members::room_id.eq(room_id.0).and(members::user_id.eq(user_id.0)))
        .select(rooms::head)
        .first::<i64>(conn)
        .optional()?;
    let Some(head) = head else {
        return Ok(None);
    };
    let seq = seq.min(head);
    // Asked of the row as it is when it is changed: another node may have moved it just before.
    let moved = diesel::update(members::table.find((room_id.0, user_id.0)))
        .filter(members::last_read_seq.lt(seq))
        .set(members::last_read_seq.eq(seq))
        .execute(conn)?;
    let (last_read_seq, unread, mentions) = members::table
        .inner_join(rooms::table)
        .filter(members::room_id.eq(room_id.0).and(members::user_id.eq(user_id.0)))
        .select((members::last_read_seq, fixed::<BigInt>(UNREAD), fixed::<BigInt>(MENTIONS)))
        .first::<(i64, i64, i64)>(conn)?;
    let read = ReadUpdated { room_id, last_read_seq, unread, mentions };
    Ok(Some((read, moved > 0)))
}
