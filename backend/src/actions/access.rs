//! The check at the head of every action on a room: who asks, what the room is, and what the policy
//! says of the two, all from the snapshot or the commit in which the action then works.

use crate::{
    error::{Code, Error, Result},
    model::{RoomId, UserId},
    policy::{self, Deed},
    store::{
        Conn,
        members::{self, Standing},
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
    if !standing.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    policy::decide(standing.asker, standing.rules, deed)?;
    Ok(standing)
}
