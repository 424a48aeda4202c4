//! Direct rooms: the one room of two people.

use diesel::prelude::*;

use super::{
    super::{
        conn::{Conn, on_backend},
        journal::Tx,
        schema::rooms,
    },
    kind_name,
};
use crate::model::{RoomId, UserId, room::RoomKind};

/// The name under which the room of two people is unique, whoever of them asks.
fn key([one, other]: [UserId; 2]) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// The room of two people, if they have one.
pub fn find_direct(conn: &mut Conn, pair: [UserId; 2]) -> QueryResult<Option<RoomId>> {
    let id = rooms::table.filter(rooms::direct_key.eq(key(pair))).select(rooms::id);
    Ok(id.first::<i64>(conn).optional()?.map(RoomId))
}

/// Makes the room of two people, without members. `None`: somebody, perhaps on another node, was
/// quicker, and has committed.
pub fn insert_direct(tx: &mut Tx<'_>, pair: [UserId; 2]) -> QueryResult<Option<RoomId>> {
    let now = tx.now.0;
    let id: Option<i64> = on_backend!(tx.conn, conn => diesel::insert_into(rooms::table)
        .values((
            rooms::kind.eq(kind_name(RoomKind::Direct)),
            rooms::name.eq(""),
            rooms::name_key.eq(""),
            rooms::direct_key.eq(key(pair)),
            rooms::members_count.eq(2),
            rooms::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(rooms::id)
        .get_result(conn)
        .optional()?);
    Ok(id.map(RoomId))
}
