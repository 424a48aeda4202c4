//! Rooms after they were made: other names, topics and flags, and the end of them.

use super::{
    super::{
        Context, Viewer, access,
        audit::{self, About, By, Done},
        texts,
    },
    eviction::evict_outsiders,
    seen,
    telling::tell_everybody,
};
use std::sync::Arc;

use crate::{
    error::Result,
    model::{
        Announcement, Room, RoomId, UserId,
        admin::audit::FieldChange,
        presence::Here,
        room::{ROOM_NAME_CHARS_MAX, TOPIC_CHARS_MAX, UpdateRoom},
    },
    policy::{self, Deed},
    store::{
        Tx, messages,
        rooms::{self, Changed},
    },
};

/// Changes a room and answers it as the viewer sees it then. A new name leaves a note; whoever is not
/// of staff is removed from a room that is for staff from now on; everything else can be read from
/// the room at any time and is told to who is in it.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`; `room_staff_only` for who is not of staff and wants a room for
/// staff; `not_room_owner` for who does not own it and wants to say whether it is steady;
/// `room_occupied` for another name of a steady room in which others are online; `conflict`, naming
/// the field `name`, when a room that everybody may see has a name that looks the same in an address.
pub async fn update(
    ctx: &Context,
    viewer: &Viewer,
    id: RoomId,
    update: UpdateRoom,
) -> Result<Room> {
    let user_id = viewer.user_id;
    let wanted = checked(update)?;
    if wanted.name.is_some() {
        ctx.limits.notes_by_person.take(&user_id, ctx.db.clock().now()).check()?;
    }
    let (here, by) = (ctx.here.clone(), By::from(viewer));
    let write = move |tx: &mut Tx<'_>| {
        let asker = access::check_locked(tx.conn, id, user_id, Deed::Change)?.asker;
        let room = seen(tx.conn, &here, id, user_id)?;
        let changed = news(wanted, &room);
        if changed == Changed::default() {
            return Ok(room);
        }
        let staff_only = changed.staff_only.unwrap_or(false);
        policy::may_create(asker.is_staff, staff_only)?;
        if changed.steady_while_occupied.is_some() {
            access::check(tx.conn, id, user_id, Deed::Delete)?;
        }
        if changed.name.is_some() {
            check_undisturbed(&here, &room, user_id)?;
        }
        audit::record(tx, Done::RoomChanged, &by, About::room(id).with(told(&changed, &room)))?;
        change(tx, &here, id, user_id, &changed)
    };
    ctx.db.write(write).await
}

/// Allows a room to be renamed or deleted as far as the people in it go, or says why not.
fn check_undisturbed(here: &Arc<dyn Here>, room: &Room, user_id: UserId) -> Result<()> {
    let is_occupied = || here.online_in(room.id).iter().any(|other| *other != user_id);
    policy::may_disturb(room.steady_while_occupied, is_occupied)
}

/// Changes a room that is locked by this commit, and tells of it.
pub(in crate::actions) fn change(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    id: RoomId,
    by: UserId,
    changed: &Changed,
) -> Result<Room> {
    rooms::update(tx.conn, id, changed)?;
    if let Some(name) = &changed.name {
        let note = messages::insert_renamed(tx, id, by, name)?;
        tx.announce_change(note);
    }
    if changed.staff_only == Some(true) {
        evict_outsiders(tx, here, id)?;
    }
    let room = seen(tx.conn, here, id, by)?;
    // Whoever changes it may not be one of those who see how many are in it.
    tell_everybody(tx, &Room { online_count: here.online_count(id), ..room.clone() });
    Ok(room)
}

/// What the audit log keeps of a change; a topic is a text that somebody wrote.
pub(in crate::actions) fn told(changed: &Changed, room: &Room) -> Vec<FieldChange> {
    let Changed { name, topic, staff_only, invite_only, steady_while_occupied } = changed;
    let flag = |field, before: bool, after: &Option<bool>| {
        after.map(|after| audit::change(field, Some(before), Some(after)))
    };
    let name = name.as_ref().map(|name| audit::change("name", Some(&room.name), Some(name)));
    let topic = topic.as_ref().map(|_| audit::hidden("topic"));
    let staff_only = flag("staff_only", room.staff_only, staff_only);
    let invite_only = flag("invite_only", room.invite_only, invite_only);
    let steady = flag("steady_while_occupied", room.steady_while_occupied, steady_while_occupied);
    [name, topic, staff_only, invite_only, steady].into_iter().flatten().collect()
}

/// # Errors
/// `invalid`, naming the field.
pub(in crate::actions) fn checked(update: UpdateRoom) -> Result<Changed> {
    let UpdateRoom { name, topic, staff_only, invite_only, steady_while_occupied } = update;
    let name = name.map(|raw| texts::name("name", &raw, ROOM_NAME_CHARS_MAX)).transpose()?;
    let topic = topic.map(|raw| texts::line("topic", &raw, TOPIC_CHARS_MAX)).transpose()?;
    Ok(Changed { name, topic, staff_only, invite_only, steady_while_occupied })
}

/// What of all this the room is not already.
pub(in crate::actions) fn news(wanted: Changed, room: &Room) -> Changed {
    let Changed { name, topic, staff_only, invite_only, steady_while_occupied } = wanted;
    Changed {
        name: name.filter(|name| *name != room.name),
        topic: topic.filter(|topic| *topic != room.topic),
        staff_only: staff_only.filter(|flag| *flag != room.staff_only),
        invite_only: invite_only.filter(|flag| *flag != room.invite_only),
        steady_while_occupied: steady_while_occupied
            .filter(|flag| *flag != room.steady_while_occupied),
    }
}

/// Deletes a room with everything in it, for ever.
///
/// # Errors
/// `not_found`; `not_room_owner` unless the viewer owns it or is staff; `forbidden` for a direct room;
/// `room_occupied` for a steady room in which others are online.
pub async fn delete(ctx: &Context, viewer: &Viewer, id: RoomId) -> Result<()> {
    let (user_id, by) = (viewer.user_id, By::from(viewer));
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        access::check_locked(tx.conn, id, user_id, Deed::Delete)?;
        check_undisturbed(&here, &seen(tx.conn, &here, id, user_id)?, user_id)?;
        audit::record(tx, Done::RoomDeleted, &by, About::room(id))?;
        bury(tx, id)
    };
    ctx.db.write(write).await?;
    begin_purge(ctx);
    Ok(())
}

/// Deletes a room that is locked by this commit, and tells of it.
pub(in crate::actions) fn bury(tx: &mut Tx<'_>, id: RoomId) -> Result<()> {
    rooms::delete(tx, id)?;
    tx.announce(Announcement::RoomDeleted { room_id: id });
    Ok(())
}

/// Nobody can get at the texts of a deleted room; that they are taken out of the database may take a
/// while.
pub(in crate::actions) fn begin_purge(ctx: &Context) {
    let ctx = ctx.clone();
    tokio::spawn(async move { purge(&ctx).await });
}

/// Takes the texts out of all deleted rooms, a few in every commit. Also to be called when a node
/// starts: the one before may have ended in the middle of it.
pub async fn purge(ctx: &Context) {
    loop {
        match ctx.db.write(|tx| Ok(rooms::purge(tx)?)).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "the texts of a deleted room stay until the next start");
                return;
            }
        }
    }
}
