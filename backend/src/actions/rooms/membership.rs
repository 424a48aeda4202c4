//! Coming and going.

use std::sync::Arc;

use super::{
    super::{Context, Viewer, access},
    seen,
    telling::{tell_everybody, tell_one},
};
use crate::{
    error::Result,
    model::{Room, RoomId, UserId, message::MessageKind, presence::Here, room::Role},
    policy::Deed,
    store::{Tx, accounts, members, rooms},
};

/// Makes the viewer a member of a room and answers it as they see it now. Idempotent.
///
/// # Errors
/// `not_found`, `room_staff_only`, `rate_limited`.
pub async fn join(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<Room> {
    let user_id = viewer.user_id;
    ctx.limits.notes_by_person.take(&user_id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        let standing = access::check_locked(tx.conn, id, user_id, Deed::Join)?;
        if standing.asker.role.is_some() {
            return seen(tx.conn, &here, id, user_id);
        }
        // Whoever stops being of staff meanwhile is removed from the rooms that are seen then: not this one.
        accounts::hold_standing(tx, user_id)?;
        access::check(tx.conn, id, user_id, Deed::Join)?;
        let (change, room) = members::insert(tx, &*here, id, user_id, Role::Member)?;
        tx.announce_change(change);
        Ok(room)
    };
    ctx.db.write(write).await
}

/// Ends the viewer's membership of a room. Idempotent. An owner's room passes to the
/// longest-standing moderator, or else member; a room without members belongs to nobody.
///
/// # Errors
/// `not_found`; `forbidden` for a direct room; `rate_limited`.
pub async fn leave(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<()> {
    let user_id = viewer.user_id;
    ctx.limits.notes_by_person.take(&user_id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        let standing = access::check_locked(tx.conn, id, user_id, Deed::Leave)?;
        let Some(role) = standing.asker.role else {
            return Ok(());
        };
        let change = members::delete(tx, id, user_id, MessageKind::Left)?;
        tx.announce_change(change);
        if role == Role::Owner { pass_on(tx, &here, id) } else { Ok(()) }
    };
    ctx.db.write(write).await
}

/// Removes a member from a room that is locked by this commit.
pub(super) fn remove_member(tx: &mut Tx<'_>, id: RoomId, user_id: UserId) -> Result<()> {
    let change = members::delete(tx, id, user_id, MessageKind::Removed)?;
    tx.announce_change(change);
    Ok(())
}

/// Gives a room that has lost its owner to whoever comes next, and tells of it.
pub(in crate::actions) fn pass_on(tx: &mut Tx<'_>, here: &Arc<dyn Here>, id: RoomId) -> Result<()> {
    let successor: Option<UserId> = members::find_successor(tx.conn, id)?;
    rooms::update_owner(tx.conn, id, successor)?;
    let Some(successor) = successor else {
        return Ok(());
    };
    let note = members::update_role(tx, id, successor, Role::Owner)?;
    tx.announce_change(note);
    let room = seen(tx.conn, here, id, successor)?;
    tell_everybody(tx, &room);
    tell_one(tx, here, id, successor)
}
