//! Accounts that are deleted, and what goes with them: counted before, taken out bit by bit after.
//!
//! The row stays, since notes and tombstones stand under its number, but nothing in it tells who it
//! was.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{
    super::{
        avatars,
        conn::Conn,
        identities,
        journal::Tx,
        mailed::forget as forget_mailed,
        messages::{self as stored, find_stored},
        profiles::update_avatar,
        rooms::lock,
        schema::{messages, reactions, rooms, sessions, users},
        totps,
    },
    listing::count,
};
use crate::model::{
    Change, MessageId, RoomId, UserId, admin::bulk::TakenAlong, text::DELETED_PREFIX,
};

/// How many messages of a deleted account lose their texts in one commit, and how many of its
/// reactions go in one.
const PURGE_LEN: i64 = 50;

/// What goes with an account.
pub fn count_of_user(conn: &mut Conn, id: UserId) -> QueryResult<TakenAlong> {
    let live = "sessions where revoked_at is null and user_id = ? and name is";
    Ok(TakenAlong {
        memberships: count(
            conn,
            "members join rooms on rooms.id = members.room_id
             where members.user_id = ? and rooms.kind = 'group'",
            &[id.0],
        )?,
        messages: count(
            conn,
            "messages where author_id = ? and kind = 'text' and deleted_at is null",
            &[id.0],
        )?,
        sessions: count(conn, &format!("{live} null"), &[id.0])?,
        tokens: count(conn, &format!("{live} not null"), &[id.0])?,
        rooms_passed_on: count(conn, "members where user_id = ? and role = 'owner'", &[id.0])?,
    })
}

/// What goes with a room.
pub fn count_of_room(conn: &mut Conn, id: RoomId) -> QueryResult<TakenAlong> {
    Ok(TakenAlong {
        memberships: count(conn, "members where room_id = ?", &[id.0])?,
        messages: count(
            conn,
            "messages where room_id = ? and kind = 'text' and deleted_at is null",
            &[id.0],
        )?,
        ..TakenAlong::default()
    })
}

/// What goes with a room that becomes one for staff.
pub fn count_of_outsiders(conn: &mut Conn, id: RoomId) -> QueryResult<TakenAlong> {
    let memberships = count(
        conn,
        "members join users on users.id = members.user_id
         where members.room_id = ? and not users.is_staff",
        &[id.0],
    )?;
    Ok(TakenAlong { memberships, ..TakenAlong::default() })
}

/// The ids of the group rooms of which a person is a member, in their order.
pub fn list_group_rooms(conn: &mut Conn, id: UserId) -> QueryResult<Vec<RoomId>> {
    use super::super::schema::members;
    let ids = members::table
        .inner_join(rooms::table)
        .filter(members::user_id.eq(id.0).and(rooms::kind.eq("group")))
        .order(members::room_id)
        .select(members::room_id)
        .load::<i64>(conn)?;
    Ok(ids.into_iter().map(RoomId).collect())
}

/// Takes everything out of an account's row that tells who it was, and everything that let somebody in.
/// What they wrote goes later: see [`purge`].
pub fn erase(tx: &mut Tx<'_>, id: UserId) -> QueryResult<()> {
    let name = format!("{DELETED_PREFIX}{id}");
    diesel::delete(sessions::table.filter(sessions::user_id.eq(id.0))).execute(tx.conn)?;
    totps::delete(tx, id)?;
    identities::forget(tx, id)?;
    forget_mailed(tx, id)?;
    if let Some(avatar) = update_avatar(tx.conn, id, None)? {
        avatars::delete(tx.conn, &avatar)?;
    }
    diesel::update(users::table.find(id.0))
        .set((
            users::username.eq(&name),
            // No name that somebody can have folds to this.
            users::username_key.eq(format!("deleted:{id}")),
            users::display_name.eq(&name),
            users::search_key.eq(""),
            users::bio.eq(""),
            users::email.eq(None::<String>),
            users::email_key.eq(None::<String>),
            users::email_verified_at.eq(None::<i64>),
            users::password_hash.eq(""),
        ))
        .execute(tx.conn)?;
    diesel::update(users::table.find(id.0))
        .set((
            users::is_active.eq(false),
            users::is_staff.eq(false),
            users::is_superuser.eq(false),
            users::status_text.eq(""),
            users::deleted_at.eq(tx.now.0),
            users::purged_id.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the next few texts of deleted accounts out, and then the emoji that they have put on what
/// others wrote, and answers the changes to announce; `None` when
/// nothing is left to do. Rooms that are deleted themselves lose their texts in their own way.
pub fn purge(tx: &mut Tx<'_>) -> QueryResult<Option<Vec<Change>>> {
    let next = users::table
        .filter(users::purged_id.is_not_null())
        .order(users::id)
        .select((users::id, users::purged_id.assume_not_null()))
        .first::<(i64, i64)>(tx.conn)
        .optional()?;
    let Some((user_id, after)) = next else {
        return Ok(None);
    };
    let found = messages::table
        .inner_join(rooms::table)
        .filter(messages::author_id.eq(user_id).and(messages::id.gt(after)))
        .filter(messages::kind.eq("text").and(messages::deleted_at.is_null()))
        .filter(rooms::deleted_at.is_null())
        .order(messages::id)
        .limit(PURGE_LEN)
        .select((messages::id, messages::room_id))
        .load::<(i64, i64)>(tx.conn)?;
    let rooms: BTreeSet<i64> = found.iter().map(|(_, room)| *room).collect();
    for room in rooms {
        lock(tx.conn, RoomId(room))?;
    }
    let mut changes = Vec::new();
    for (id, _) in &found {
        if let Some(message) = find_stored(tx.conn, MessageId(*id))?.filter(|it| !it.is_deleted) {
            changes.push(stored::delete(tx, &message)?);
        }
    }
    let mut purged = found.last().map(|(id, _)| *id);
    if purged.is_none() {
        changes = purge_reactions(tx, UserId(user_id))?;
        purged = (!changes.is_empty()).then_some(after);
    }
    diesel::update(users::table.find(user_id)).set(users::purged_id.eq(purged)).execute(tx.conn)?;
    Ok(Some(changes))
}

/// Takes the next few emoji that a deleted person has put on messages away.
fn purge_reactions(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<Vec<Change>> {
    let found = reactions::table
        .inner_join(messages::table.inner_join(rooms::table))
        .filter(reactions::user_id.eq(user_id.0).and(rooms::deleted_at.is_null()))
        .order((reactions::message_id, reactions::emoji))
        .limit(PURGE_LEN)
        .select((reactions::message_id, messages::room_id, reactions::emoji))
        .load::<(i64, i64, String)>(tx.conn)?;
    let rooms: BTreeSet<i64> = found.iter().map(|(_, room, _)| *room).collect();
    for room in rooms {
        lock(tx.conn, RoomId(room))?;
    }
    let mut changes = Vec::new();
    for (id, _, emoji) in &found {
        if let Some(message) = find_stored(tx.conn, MessageId(*id))? {
            changes.extend(stored::delete_reaction(tx, &message, emoji, user_id)?);
        }
    }
    Ok(changes)
}
