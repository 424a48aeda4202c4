//! Rooms for staff have nobody else in them: whoever is no longer of staff, and whoever is in a room
//! that becomes one, is removed like anybody else who is removed, in the room's own order.

use std::sync::Arc;

use super::membership::{pass_on, remove_member};
use crate::{
    error::Result,
    model::{RoomId, UserId, presence::Here, room::Role},
    store::{Tx, members, rooms},
};

/// Removes everybody who is not of staff from a room that is locked by this commit.
pub(super) fn evict_outsiders(tx: &mut Tx<'_>, here: &Arc<dyn Here>, id: RoomId) -> Result<()> {
    members::hold_staff(tx, id)?;
    let outsiders = members::list_outsiders(tx.conn, id)?;
    let had_owner = outsiders.iter().any(|(_, role)| *role == Role::Owner);
    for (user_id, _) in outsiders {
        remove_member(tx, id, user_id)?;
    }
    if had_owner { pass_on(tx, here, id) } else { Ok(()) }
}

/// Removes a person from all rooms for staff: to be called in the commit in which that person stops
/// being of staff.
///
/// # Errors
/// `unavailable`, `storage_full`.
pub fn evict_from_staff_rooms(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    user_id: UserId,
) -> Result<()> {
    for id in members::list_staff_rooms(tx.conn, user_id)? {
        rooms::lock(tx.conn, id)?;
        let standing = members::find_standing(tx.conn, id, user_id)?;
        let Some(role) = standing.and_then(|standing| standing.asker.role) else {
            continue;
        };
        remove_member(tx, id, user_id)?;
        if role == Role::Owner {
            pass_on(tx, here, id)?;
        }
    }
    Ok(())
}
