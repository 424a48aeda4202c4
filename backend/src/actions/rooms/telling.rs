//! What a room is now, told to who is in it: beside the room's order, since it can be read at any time.

use std::sync::Arc;

use super::seen;
use crate::{
    error::Result,
    model::{
        Announcement, Room, RoomId, UserId,
        event::{Event, RoomShown},
        presence::Here,
    },
    store::Tx,
};

/// Tells everybody in a room what it is now; what it is to each of them is not said.
pub(super) fn tell_everybody(tx: &mut Tx<'_>, room: &Room) {
    let shown = RoomShown { room: Room { me: None, ..room.clone() } };
    let event = Event::RoomUpdated(Box::new(shown));
    tx.announce(Announcement::Room { room_id: room.id, event });
}

/// Tells one person what a room is now, and what it is to them.
pub(super) fn tell_one(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    room_id: RoomId,
    user_id: UserId,
) -> Result<()> {
    let room = seen(tx.conn, here, room_id, user_id)?;
    let event = Event::RoomUpdated(Box::new(RoomShown { room }));
    tx.announce(Announcement::Person { user_id, event });
    Ok(())
}
