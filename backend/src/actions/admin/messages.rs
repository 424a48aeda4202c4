//! Messages: deleted by staff, also where staff don't read.

use super::Scene;
use crate::{
    actions::audit::{self, About, Done},
    error::{Code, Error, Result},
    model::MessageId,
    store::{Conn, Tx, admin::messages, messages as rows, rooms::lock},
};

/// Whether a message may be deleted, and whose it is. One that was deleted may be, once more.
///
/// # Errors
/// `not_found`.
pub(super) fn look(conn: &mut Conn, id: MessageId) -> Result<String> {
    let found = messages::find(conn, id)?.ok_or_else(|| Error::from(Code::NotFound))?;
    Ok(found.author.username)
}

/// Deletes a message that was looked at.
pub(super) fn perform(tx: &mut Tx<'_>, scene: &Scene, id: MessageId) -> Result<()> {
    let gone = || Error::from(Code::NotFound);
    let room_id = rows::find_stored(tx.conn, id)?.ok_or_else(gone)?.room_id;
    lock(tx.conn, room_id)?;
    let message = rows::find_stored(tx.conn, id)?.ok_or_else(gone)?;
    if message.is_deleted {
        return Ok(());
    }
    let about = About::message(id, room_id, message.author_id);
    audit::record(tx, Done::MessageDeletedByStaff, &scene.by, about)?;
    let change = rows::delete(tx, &message)?;
    tx.announce_change(change);
    Ok(())
}
