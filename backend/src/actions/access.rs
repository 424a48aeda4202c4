//! The check at the head of every action on a room: who asks, what the room is, and what the policy
//! says of the two, all from the snapshot or the commit in which the action then works.

use super::Context;
use crate::{
    error::{Code, Error, Result},
    model::{MessageId, RoomId, UserId},
    policy::{self, Deed, MessageDeed},
    store::{
        Conn,
        members::{self, Standing},
        messages::{self, Stored},
        rooms,
    },
};

/// Allows a deed in a room, or says why not.
///
/// # Errors
/// `not_found` for a room that is not there or that this person may not know of; what the policy
/// says otherwise.
pub(super) fn check(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    deed: Deed,
) -> Result<Standing> {
    let standing = members::find_standing(conn, room_id, user_id)?;
    let standing = standing.ok_or(Error::from(Code::NotFound))?;
    decide(&standing, deed)?;
    Ok(standing)
}

/// Allows a deed to somebody who stands so to a room, or says why not.
///
/// # Errors
/// What the policy says.
pub(super) fn decide(standing: &Standing, deed: Deed) -> Result<()> {
    if !standing.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    policy::decide(standing.asker, standing.rules, deed)
}

/// Allows something that is kept nowhere in a room, or says why not. Where the database does not
/// answer, whoever hears the room may.
///
/// # Errors
/// As [`check`].
pub(super) async fn check_live(ctx: &Context, room_id: RoomId, user_id: UserId) -> Result<()> {
    match ctx.db.standing(room_id, user_id).await {
        Ok(Some(standing)) => decide(&standing, Deed::Send),
        Ok(None) => Err(Code::NotFound.into()),
        Err(Error { code: Code::Unavailable, .. }) if hears(ctx, room_id, user_id) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether somebody is online in a room, of which only members are.
pub(super) fn hears(ctx: &Context, room_id: RoomId, user_id: UserId) -> bool {
    ctx.here.online_in(room_id).binary_search(&user_id).is_ok()
}

/// Allows a deed to a message, or says why not. With `lock`, nothing else happens in its room until
/// this commit is over.
///
/// # Errors
/// `not_found` for a message that is not there or that this person may not read; what the policy says
/// otherwise.
pub(super) fn check_message(
    conn: &mut Conn,
    id: MessageId,
    user_id: UserId,
    deed: MessageDeed,
    lock: bool,
) -> Result<Stored> {
    let gone = || Error::from(Code::NotFound);
    let mut message = messages::find_stored(conn, id)?.ok_or_else(gone)?;
    if lock {
        rooms::lock(conn, message.room_id)?;
        message = messages::find_stored(conn, id)?.ok_or_else(gone)?;
    }
    let standing = members::find_standing(conn, message.room_id, user_id)?.ok_or_else(gone)?;
    if !standing.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    let is_own = message.author_id == user_id;
    policy::decide_message(standing.asker, standing.rules, message.kind, is_own, deed)?;
    Ok(message)
}
