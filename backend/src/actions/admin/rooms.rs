//! Rooms: made, changed and deleted by staff, whether or not they are in them.

use std::sync::Arc;

use super::{Scene, enter};
use crate::{
    actions::{
        Context, Viewer,
        audit::{self, About, Done},
        rooms as shared, texts,
    },
    error::{Code, Error, Flaw, Result},
    model::{
        RoomId, UserId,
        admin::{
            bulk::{RoomAction, TakenAlong},
            room::{AdminRoom, NewAdminRoom, UpdateAdminRoom},
        },
        presence::Here,
        room::{ROOM_NAME_CHARS_MAX, Role, RoomKind, TOPIC_CHARS_MAX, UpdateRoom},
    },
    policy::{self, Administrator},
    store::{
        Conn, Tx,
        admin::{deletion, rooms},
        members,
        rooms::{self as rows, Changed, NewRow},
    },
};

/// Makes a group room, whose owner is its first member.
///
/// # Errors
/// `invalid`, also for an `owner_id` that is nobody who may be in it; `conflict`, naming the field
/// `name`; `forbidden`.
pub async fn create(ctx: &Context, viewer: &Viewer, room: NewAdminRoom) -> Result<AdminRoom> {
    let NewAdminRoom { name, topic, staff_only, invite_only, owner_id } = room;
    let owner_id = owner_id.unwrap_or(viewer.user_id);
    let row = NewRow {
        name: texts::name("name", &name, ROOM_NAME_CHARS_MAX)?,
        topic: texts::line("topic", &topic, TOPIC_CHARS_MAX)?,
        staff_only,
        invite_only,
        steady_while_occupied: false,
        owner_id,
    };
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        enter(tx, &scene)?;
        crate::store::accounts::hold_standing(tx, owner_id)?;
        check_owner(tx.conn, owner_id, staff_only)?;
        let id = rows::insert(tx.conn, &row, tx.now)?;
        let (change, _) = members::insert(tx, &*scene.here, id, owner_id, Role::Owner)?;
        tx.announce_change(change);
        audit::record(tx, Done::RoomMadeByStaff, &scene.by, About::room(id))?;
        found(tx.conn, id)
    };
    let made = ctx.db.write(write).await?;
    audit::note(Done::RoomMadeByStaff, Some(viewer.user_id), &viewer.caller);
    Ok(made)
}

fn check_owner(conn: &mut Conn, id: UserId, staff_only: bool) -> Result<()> {
    let standing = crate::store::accounts::find_standing(conn, id)?;
    let is_there = standing.filter(|it| it.is_active && (it.is_staff || !staff_only));
    is_there.map(drop).ok_or_else(|| Error::field("owner_id", Flaw::NotFound))
}

fn found(conn: &mut Conn, id: RoomId) -> Result<AdminRoom> {
    rooms::find(conn, id)?.ok_or(Code::NotFound.into())
}

/// Changes a room, also its owner, and answers what it is now. Everybody in it is told.
///
/// # Errors
/// `invalid`, `not_found`; `forbidden` for a direct room; `conflict`, naming the field `name`.
pub async fn update(
    ctx: &Context,
    viewer: &Viewer,
    id: RoomId,
    update: UpdateAdminRoom,
) -> Result<AdminRoom> {
    let UpdateAdminRoom { name, topic, staff_only, invite_only, owner_id } = update;
    let wanted = shared::checked(UpdateRoom {
        name,
        topic,
        staff_only,
        invite_only,
        ..UpdateRoom::default()
    })?;
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        rows::lock(tx.conn, id)?;
        let before = found(tx.conn, id)?;
        policy::may_administer_room(admin, before.kind)?;
        alter(tx, &scene, id, wanted)?;
        if let Some(owner_id) = owner_id {
            give(tx, &scene, id, owner_id)?;
        }
        found(tx.conn, id)
    };
    let changed = ctx.db.write(write).await?;
    audit::note(Done::RoomChangedByStaff, Some(viewer.user_id), &viewer.caller);
    Ok(changed)
}

fn alter(tx: &mut Tx<'_>, scene: &Scene, id: RoomId, wanted: Changed) -> Result<()> {
    let room = shared::seen(tx.conn, &scene.here, id, scene.who.user_id)?;
    let changed = shared::news(wanted, &room);
    if changed == Changed::default() {
        return Ok(());
    }
    let about = About::room(id).with(shared::told(&changed, &room));
    audit::record(tx, Done::RoomChangedByStaff, &scene.by, about)?;
    shared::change(tx, &scene.here, id, scene.who.user_id, &changed)?;
    Ok(())
}

/// Gives a room that is locked by this commit to somebody, who becomes a member if they are none.
fn give(tx: &mut Tx<'_>, scene: &Scene, id: RoomId, owner_id: UserId) -> Result<()> {
    let nobody = || Error::field("owner_id", Flaw::NotFound);
    let here: &Arc<dyn Here> = &scene.here;
    let standing = members::find_standing(tx.conn, id, owner_id)?.ok_or_else(nobody)?;
    check_owner(tx.conn, owner_id, standing.rules.staff_only)?;
    let present = match standing.asker.role {
        Some(Role::Owner) => return Ok(()),
        Some(role) => role,
        None => {
            shared::admit(tx, here, id, owner_id)?;
            Role::Member
        }
    };
    let about = About::membership(id, owner_id).with(vec![shared::told_role(present, Role::Owner)]);
    audit::record(tx, Done::RoleChangedByStaff, &scene.by, about)?;
    shared::promote(tx, here, id, owner_id, (present, Role::Owner))
}

/// Whether an action may be done to a room, and what that is called.
///
/// # Errors
/// `not_found`; `forbidden` for a direct room.
pub(super) fn look(conn: &mut Conn, admin: Administrator, id: RoomId) -> Result<String> {
    let room = found(conn, id)?;
    policy::may_administer_room(admin, room.kind)?;
    Ok(room.name)
}

/// What goes with a room.
pub(super) fn takes(conn: &mut Conn, id: RoomId, action: RoomAction) -> Result<TakenAlong> {
    Ok(match action {
        RoomAction::OpenToOthers => TakenAlong::default(),
        RoomAction::CloseToOthers => deletion::count_of_outsiders(conn, id)?,
        RoomAction::Delete => deletion::count_of_room(conn, id)?,
    })
}

/// Does an action that was looked at.
pub(super) fn perform(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RoomId,
    action: RoomAction,
) -> Result<()> {
    rows::lock(tx.conn, id)?;
    let flag = |staff_only| Changed { staff_only: Some(staff_only), ..Changed::default() };
    match action {
        RoomAction::CloseToOthers => alter(tx, scene, id, flag(true)),
        RoomAction::OpenToOthers => alter(tx, scene, id, flag(false)),
        RoomAction::Delete => {
            audit::record(tx, Done::RoomDeletedByStaff, &scene.by, About::room(id))?;
            shared::bury(tx, id)
        }
    }
}

/// The kind of a room that is there.
pub(super) fn kind_of(conn: &mut Conn, id: RoomId) -> Result<RoomKind> {
    Ok(found(conn, id)?.kind)
}
