//! Who takes nothing private from whom.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    page::{ESCAPE, Key, Page, Position, Wanted, anywhere, cut, ordered},
    profiles::{self, profile_of},
    schema::{blocks, members, users},
};
use crate::{
    model::{
        RoomId, Timestamp, UserId,
        block::{Block, BlockOrdering},
        presence::Here,
    },
    policy::Barrier,
};

/// How many people one person blocks at the most.
pub const BLOCKS_MAX: i64 = 1_000;

/// Which blocked people, in which order.
#[derive(Clone, Debug)]
pub struct Which {
    /// Only those with this in their names, folded.
    pub search: Option<String>,
    /// The order.
    pub ordering: BlockOrdering,
}

/// Blocks somebody; `false` if they were blocked before.
pub fn insert(tx: &mut Tx<'_>, user_id: UserId, blocked_id: UserId) -> QueryResult<bool> {
    let now = tx.now.0;
    let inserted = on_backend!(tx.conn, conn => diesel::insert_into(blocks::table)
        .values((
            blocks::user_id.eq(user_id.0),
            blocks::blocked_id.eq(blocked_id.0),
            blocks::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted > 0)
}

/// Unblocks somebody; `false` if they were not blocked.
pub fn delete(tx: &mut Tx<'_>, user_id: UserId, blocked_id: UserId) -> QueryResult<bool> {
    Ok(diesel::delete(blocks::table.find((user_id.0, blocked_id.0))).execute(tx.conn)? > 0)
}

/// How many people a person blocks.
pub fn count(conn: &mut Conn, user_id: UserId) -> QueryResult<i64> {
    blocks::table.filter(blocks::user_id.eq(user_id.0)).count().get_result(conn)
}

/// A page of the people whom a person blocks.
pub fn list(
    conn: &mut Conn,
    here: &dyn Here,
    user_id: UserId,
    which: &Which,
    wanted: &Wanted,
) -> QueryResult<Page<Block>> {
    let mut query = blocks::table
        .inner_join(users::table.on(users::id.eq(blocks::blocked_id)))
        .filter(blocks::user_id.eq(user_id.0))
        .into_boxed();
    let text = wanted.after.as_ref().map(|after| (after.key.text(), after.id));
    let number = wanted.after.as_ref().map(|after| (after.key.number(), after.id));
    if let Some(search) = &which.search {
        query = query.filter(users::search_key.like(anywhere(search)).escape(ESCAPE));
    }
    use BlockOrdering as By;
    let query = match which.ordering {
        By::CreatedAt => ordered!(query, up, blocks::created_at, blocks::blocked_id, number),
        By::CreatedAtDown => ordered!(query, down, blocks::created_at, blocks::blocked_id, number),
        // Nobody blocks so many that their names could not be put in order for every page.
        By::DisplayName => ordered!(query, up, users::search_key, blocks::blocked_id, text),
        By::DisplayNameDown => ordered!(query, down, users::search_key, blocks::blocked_id, text),
    };
    let mut rows = query
        .limit(wanted.limit + 1)
        .select((profiles::COLUMNS, users::search_key, blocks::created_at))
        .load::<(profiles::Row, String, i64)>(conn)?;
    let next = cut(&mut rows, wanted.limit, |(row, search_key, at)| Position {
        key: match which.ordering {
            By::CreatedAt | By::CreatedAtDown => Key::Number(*at),
            By::DisplayName | By::DisplayNameDown => Key::Text(search_key.clone()),
        },
        id: row.0,
    });
    let block = |(row, _, at): (profiles::Row, String, i64)| Block {
        profile: profile_of(row, here),
        created_at: Timestamp(at),
    };
    Ok(Page { items: rows.into_iter().map(block).collect(), next })
}

/// What stands between a person and somebody else.
pub fn find_between(conn: &mut Conn, user_id: UserId, other: UserId) -> QueryResult<Barrier> {
    let either = [user_id.0, other.0];
    let owners = blocks::table
        .filter(blocks::user_id.eq_any(either).and(blocks::blocked_id.eq_any(either)))
        .select(blocks::user_id)
        .load::<i64>(conn)?;
    Ok(barrier(user_id, &owners))
}

/// What stands between a person and the other one of their direct room.
pub(super) fn find_in_direct(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
) -> QueryResult<Barrier> {
    let people = || members::table.filter(members::room_id.eq(room_id.0)).select(members::user_id);
    let owners = blocks::table
        .filter(blocks::user_id.eq_any(people()).and(blocks::blocked_id.eq_any(people())))
        .select(blocks::user_id)
        .load::<i64>(conn)?;
    Ok(barrier(user_id, &owners))
}

fn barrier(user_id: UserId, owners: &[i64]) -> Barrier {
    if owners.contains(&user_id.0) {
        Barrier::Own
    } else if owners.is_empty() {
        Barrier::None
    } else {
        Barrier::Theirs
    }
}
