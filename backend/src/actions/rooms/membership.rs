//! Coming and going.

use super::{
    super::{Context, Viewer, access},
    seen,
};
use crate::{
    error::Result,
    model::{Room, RoomId, UserId, room::Role},
    policy::Deed,
    store::{Conn, Tx, members, rooms},
};

/// Makes the viewer a member of a room and answers it as they see it now. Idempotent.
///
/// # Errors
/// `not_found`, `room_staff_only`.
pub async fn join(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<Room> {
    let user_id = viewer.user_id;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        rooms::lock(tx.conn, id)?;
        let standing = access::check(tx.conn, id, user_id, Deed::Join)?;
        if standing.asker.role.is_some() {
            return seen(tx.conn, &here, id, user_id);
        }
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
/// `not_found`; `forbidden` for a direct room.
pub async fn leave(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<()> {
    let user_id = viewer.user_id;
    let write = move |tx: &mut Tx<'_>| {
        rooms::lock(tx.conn, id)?;
        let standing = access::check(tx.conn, id, user_id, Deed::Leave)?;
        let Some(role) = standing.asker.role else {
            return Ok(());
        };
        let change = members::delete(tx, id, user_id)?;
        if role == Role::Owner {
            pass_on(tx.conn, id)?;
        }
        tx.announce_change(change);
        Ok(())
    };
    ctx.db.write(write).await
}

/// Gives a room that has lost its owner to whoever comes next.
fn pass_on(conn: &mut Conn, id: RoomId) -> Result<()> {
    let successor: Option<UserId> = members::find_successor(conn, id)?;
    rooms::update_owner(conn, id, successor)?;
    if let Some(successor) = successor {
        members::update_role(conn, id, successor, Role::Owner)?;
    }
    Ok(())
}
