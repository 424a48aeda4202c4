//! Rooms after they were made: other names and flags, and the end of them.

use diesel::prelude::*;

use super::{
    super::{
        conn::Conn,
        files,
        journal::Tx,
        messages,
        schema::{members, rooms},
    },
    name_taken,
};
use crate::{
    error::Result,
    model::{RoomId, Seq, text},
};

/// How many messages of a deleted room lose their texts in one commit.
const PURGE_LEN: Seq = 500;

/// What to change of a room; every field has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Its name; the slug follows it.
    pub name: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Only staff may enter.
    pub staff_only: Option<bool>,
    /// Only who is invited may know of it.
    pub invite_only: Option<bool>,
    /// Nobody renames or deletes it while another member is online.
    pub steady_while_occupied: Option<bool>,
}

/// Changes a room.
///
/// # Errors
/// `conflict`, naming the field `name`, when a room that everybody may see has the same slug.
pub fn update(conn: &mut Conn, id: RoomId, changed: &Changed) -> Result<()> {
    let update = diesel::update(rooms::table.find(id.0)).set((
        changed.name.as_ref().map(|name| rooms::name.eq(name)),
        changed.name.as_ref().map(|name| rooms::name_key.eq(text::fold(name))),
        changed.name.as_ref().map(|name| rooms::slug.eq(text::slug(name))),
        changed.topic.as_ref().map(|topic| rooms::topic.eq(topic)),
        changed.staff_only.map(|flag| rooms::staff_only.eq(flag)),
        changed.invite_only.map(|flag| rooms::invite_only.eq(flag)),
        changed.steady_while_occupied.map(|flag| rooms::steady_while_occupied.eq(flag)),
    ));
    update.execute(conn).map_err(name_taken)?;
    Ok(())
}

/// Leaves a tombstone of a group room: it has no name and no members, and since it is one that only
/// its members may know of, nobody may. The texts in it go later: see [`purge`]. It takes a number,
/// so that a node that has heard of nothing finds that something happened.
pub fn delete(tx: &mut Tx<'_>, id: RoomId) -> QueryResult<()> {
    diesel::delete(members::table.filter(members::room_id.eq(id.0))).execute(tx.conn)?;
    diesel::update(rooms::table.find(id.0))
        .set((
            rooms::name.eq(""),
            rooms::name_key.eq(""),
            rooms::slug.eq(None::<String>),
            rooms::topic.eq(""),
            rooms::invite_only.eq(true),
            rooms::owner_id.eq(None::<i64>),
            rooms::members_count.eq(0),
            rooms::head.eq(rooms::head + 1),
            rooms::deleted_at.eq(tx.now.0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the next few files and texts out of a deleted room; says whether there was something to do.
pub fn purge(tx: &mut Tx<'_>) -> QueryResult<bool> {
    let next = rooms::table
        .filter(rooms::deleted_at.is_not_null().and(rooms::purged_seq.lt(rooms::head)))
        .order(rooms::id)
        .select((rooms::id, rooms::purged_seq, rooms::head))
        .first::<(i64, i64, i64)>(tx.conn)
        .optional()?;
    let Some((id, after, head)) = next else {
        return Ok(false);
    };
    // Files are large: they go first, a few at a time.
    if files::purge(tx.conn, RoomId(id))? {
        return Ok(true);
    }
    let to = after.saturating_add(PURGE_LEN).min(head);
    messages::purge(tx, RoomId(id), after, to)?;
    diesel::update(rooms::table.find(id)).set(rooms::purged_seq.eq(to)).execute(tx.conn)?;
    Ok(true)
}
