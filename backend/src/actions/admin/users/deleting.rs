//! Deleting an account: at once what it is, and then, a few at a time, what it wrote.

use super::Scene;
use crate::{
    actions::{
        Context,
        audit::{self, About, Done},
        profiles as own, rooms,
    },
    error::{Error, Result},
    model::{RoomId, UserId, message::MessageKind, room::Role},
    policy,
    store::{Tx, accounts, admin::deletion, members, rooms as rows, sessions},
};

/// Ends an account for ever: it is in no group room, signed in nowhere, and nameless. What it wrote is
/// taken out of the rooms by [`purge`].
pub(super) fn delete(tx: &mut Tx<'_>, scene: &Scene, id: UserId) -> Result<()> {
    let standing = accounts::find_standing(tx.conn, id)?;
    if standing.is_some_and(|it| it.is_superuser && it.is_active) {
        policy::may_lose_superuser(accounts::hold_other_superusers(tx, id)?)?;
    }
    audit::record(tx, Done::UserDeleted, &scene.by, About::user(id))?;
    let here = scene.here.clone();
    own::telling(tx, &*here, id, |tx| {
        for room_id in deletion::list_group_rooms(tx.conn, id)? {
            rows::lock(tx.conn, room_id)?;
            let standing = members::find_standing(tx.conn, room_id, id)?;
            if let Some(role) = standing.and_then(|standing| standing.asker.role) {
                leave(tx, scene, room_id, id, role)?;
            }
        }
        sessions::close_account(tx, id)?;
        Ok(deletion::erase(tx, id)?)
    })
}

fn leave(tx: &mut Tx<'_>, scene: &Scene, room_id: RoomId, id: UserId, role: Role) -> Result<()> {
    let change = members::delete(tx, room_id, id, MessageKind::Left)?;
    tx.announce_change(change);
    if role == Role::Owner { rooms::pass_on(tx, &scene.here, room_id) } else { Ok(()) }
}

/// Takes what deleted accounts wrote out of the rooms, a few messages in every commit. Also to be
/// called when a node starts: the one before may have ended in the middle of it.
///
/// # Errors
/// Those of the store.
pub async fn purge(ctx: &Context) -> Result<()> {
    let step = |tx: &mut Tx<'_>| {
        let changes = deletion::purge(tx)?;
        let more = changes.is_some();
        for change in changes.into_iter().flatten() {
            tx.announce_change(change);
        }
        Ok(more)
    };
    while ctx.db.write(step).await? {}
    Ok(())
}

/// The same, to its end even if whoever asked for it goes away.
///
/// # Errors
/// Those of the store.
pub(in crate::actions::admin) async fn purge_to_the_end(ctx: &Context) -> Result<()> {
    let ctx = ctx.clone();
    let purging = tokio::spawn(async move { purge(&ctx).await });
    purging.await.map_err(|why| Error::internal("a purge panicked", why))?
}
