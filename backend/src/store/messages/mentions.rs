//! Which members a text mentions, remembered so that counting them later is a look into an index.

use diesel::prelude::*;

use super::super::{
    conn::Conn,
    schema::{members, mentions, users},
};
use crate::model::{RoomId, Seq, UserId, text};

/// Remembers whom a message mentions.
pub(super) fn insert(
    conn: &mut Conn,
    room_id: RoomId,
    author_id: UserId,
    seq: Seq,
    body: &str,
) -> QueryResult<()> {
    if !body.contains('@') {
        return Ok(());
    }
    let names = text::mentions(body);
    let mentioned = users::table
        .inner_join(members::table)
        .filter(members::room_id.eq(room_id.0))
        .filter(users::username_key.eq_any(names))
        .filter(users::id.ne(author_id.0))
        .select(users::id)
        .load::<i64>(conn)?;
    for user_id in mentioned {
        diesel::insert_into(mentions::table)
            .values((
                mentions::room_id.eq(room_id.0),
                mentions::user_id.eq(user_id),
                mentions::seq.eq(seq),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Forgets whom a message mentions.
pub(super) fn delete(conn: &mut Conn, room_id: RoomId, seq: Seq) -> QueryResult<()> {
    diesel::delete(mentions::table)
        .filter(mentions::room_id.eq(room_id.0).and(mentions::seq.eq(seq)))
        .execute(conn)?;
    Ok(())
}
