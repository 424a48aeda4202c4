//! Having read: a person's pointer in a room moves forward, on all of that person's devices.

use super::{Context, Viewer, access, messages::number};
use crate::{
    error::{Code, Error, Result},
    model::{
        Announcement, RoomId, Seq,
        event::{Event, ReadUpdated},
    },
    policy::Deed,
    store::{Tx, reading},
};

/// Moves the viewer's read pointer forward, never back and never beyond the room's head, and tells
/// the viewer's own sockets if it moved. Idempotent.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `room_staff_only`.
pub async fn mark(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    seq: Seq,
) -> Result<ReadUpdated> {
    let user_id = viewer.user_id;
    let seq = number("seq", seq)?;
    let write = move |tx: &mut Tx<'_>| {
        access::check(tx.conn, room_id, user_id, Deed::Read)?;
        let updated = reading::update(tx.conn, room_id, user_id, seq)?;
        let (read, moved) = updated.ok_or(Error::from(Code::NotFound))?;
        if moved {
            let event = Event::ReadUpdated(read.clone());
            tx.announce(Announcement::Person { user_id, event });
        }
        Ok(read)
    };
    ctx.db.write(write).await
}
