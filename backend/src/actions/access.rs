//! The check at the head of every action on a room: who asks, what the room is, and what the policy
//! says of the two, all from the snapshot or the commit in which the action then works.

use std::{pin::pin, time::Duration};

use tokio::time::timeout;

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

/// A room that there is not: numbers begin with one.
const NOWHERE: RoomId = RoomId(0);
/// After how long whoever hears a room no longer waits for the database.
const LIVE_WAIT: Duration = Duration::from_millis(500);

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

/// The same, and nothing else happens in the room until this commit is over. Whoever is refused at first
/// sight has locked nothing: a lock is written to the disk, and a room that one may not know of must take no
/// other time than one that is not there (SECURITY, AZ-1).
///
/// # Errors
/// Those of [`check`].
pub(super) fn check_locked(
    conn: &mut Conn,
    room_id: RoomId,
    user_id: UserId,
    deed: Deed,
) -> Result<Standing> {
    check(conn, room_id, user_id, deed)?;
    rooms::lock(conn, room_id)?;
    check(conn, room_id, user_id, deed)
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
/// answer, or not soon, whoever hears the room may.
///
/// # Errors
/// As [`check`].
pub(super) async fn check_live(ctx: &Context, room_id: RoomId, user_id: UserId) -> Result<()> {
    let mut reading = pin!(ctx.db.standing(room_id, user_id));
    let found = match timeout(LIVE_WAIT, &mut reading).await {
        Ok(found) => found,
        Err(_) if hears(ctx, room_id, user_id) => return Ok(()),
        Err(_) => reading.await,
    };
    match found {
        Ok(Some(standing)) => decide(&standing, Deed::Send),
        Ok(None) => Err(Code::NotFound.into()),
        Err(Error { code: Code::Unavailable, .. }) if hears(ctx, room_id, user_id) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether somebody hears a room, of which only members do.
pub(super) fn hears(ctx: &Context, room_id: RoomId, user_id: UserId) -> bool {
    ctx.here.hears(room_id, user_id)
}

/// Lets whoever may read a message go on. Who may not read its room may not know that it exists: they
/// are answered as if it did not, after the same work (SECURITY, AZ-1).
///
/// # Errors
/// `not_found`, `account_deactivated`.
pub(super) fn check_reader(conn: &mut Conn, id: MessageId, user_id: UserId) -> Result<()> {
    let gone = || Error::from(Code::NotFound);
    let room_id = messages::find_room(conn, id)?.unwrap_or(NOWHERE);
    let standing = members::find_standing(conn, room_id, user_id)?.ok_or_else(gone)?;
    if !standing.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    decide(&standing, Deed::Read).map_err(|_| gone())
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
    check_reader(conn, id, user_id)?;
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
