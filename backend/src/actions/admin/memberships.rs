//! Memberships: begun, changed and ended by staff.

use super::{Scene, enter, rooms::kind_of};
use crate::{
    actions::{
        Context, Viewer,
        audit::{self, About, Done},
        rooms as shared,
    },
    error::{Code, Error, Result},
    model::{
        RoomId, UserId,
        admin::{
            bulk::{MembershipAction, MembershipId, TakenAlong},
            membership::AdminMembership,
        },
        room::Role,
    },
    policy::{self, Administrator},
    store::{Conn, Tx, admin::memberships, members, rooms as rows},
};

/// A membership, and whether it has just begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The membership as it is now.
    pub membership: AdminMembership,
    /// It was none before.
    pub is_new: bool,
}

/// Makes somebody a member, says what a member may do, or both. Idempotent. Whoever owned the room is
/// a moderator when somebody else is named its owner.
///
/// # Errors
/// `not_found`; `forbidden` for a direct room; `room_staff_only`; `conflict` for an owner who would be
/// one no longer, with nobody in their place.
pub async fn put(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    user_id: UserId,
    role: Option<Role>,
) -> Result<Put> {
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        rows::lock(tx.conn, room_id)?;
        policy::may_administer_room(admin, kind_of(tx.conn, room_id)?)?;
        let standing = members::find_standing(tx.conn, room_id, user_id)?;
        let standing = standing.ok_or_else(|| Error::from(Code::NotFound))?;
        let known = standing.asker.role;
        if known.is_none() {
            shared::admit(tx, &scene.here, room_id, user_id)?;
            let about = About::membership(room_id, user_id);
            audit::record(tx, Done::MemberAddedByStaff, &scene.by, about)?;
        }
        let wanted = role.or(known).unwrap_or(Role::Member);
        change(tx, &scene, room_id, user_id, (known.unwrap_or(Role::Member), wanted))?;
        let membership = memberships::find(tx.conn, room_id, user_id)?;
        let membership = membership.ok_or_else(|| Error::from(Code::NotFound))?;
        Ok(Put { membership, is_new: known.is_none() })
    };
    let put = ctx.db.write(write).await?;
    audit::note(Done::RoleChangedByStaff, Some(user_id), &viewer.caller);
    Ok(put)
}

fn change(
    tx: &mut Tx<'_>,
    scene: &Scene,
    room_id: RoomId,
    user_id: UserId,
    (present, wanted): (Role, Role),
) -> Result<()> {
    if present == wanted {
        return Ok(());
    }
    let told = vec![shared::told_role(present, wanted)];
    let about = About::membership(room_id, user_id).with(told);
    audit::record(tx, Done::RoleChangedByStaff, &scene.by, about)?;
    shared::promote(tx, &scene.here, room_id, user_id, (present, wanted))
}

fn role_of(conn: &mut Conn, id: MembershipId) -> Result<Role> {
    let standing = members::find_standing(conn, id.room_id, id.user_id)?;
    let role = standing.and_then(|standing| standing.asker.role);
    role.ok_or(Code::NotFound.into())
}

/// Whether an action may be done to a membership, and whose it is.
///
/// # Errors
/// `not_found`; `forbidden` for a direct room; `conflict` for an owner who would be one no longer.
pub(super) fn look(
    conn: &mut Conn,
    admin: Administrator,
    id: MembershipId,
    action: MembershipAction,
) -> Result<String> {
    let found = memberships::find(conn, id.room_id, id.user_id)?;
    let found = found.ok_or_else(|| Error::from(Code::NotFound))?;
    policy::may_administer_room(admin, found.room.kind)?;
    if found.role == Role::Owner && action != MembershipAction::Remove {
        return Err(Code::Conflict.into());
    }
    Ok(found.user.username)
}

/// What goes with a membership.
pub(super) fn takes(
    conn: &mut Conn,
    id: MembershipId,
    action: MembershipAction,
) -> Result<TakenAlong> {
    let is_end = action == MembershipAction::Remove;
    let passes_on = is_end && role_of(conn, id)? == Role::Owner;
    Ok(TakenAlong { rooms_passed_on: i64::from(passes_on), ..TakenAlong::default() })
}

/// Does an action that was looked at.
pub(super) fn perform(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: MembershipId,
    action: MembershipAction,
) -> Result<()> {
    let MembershipId { room_id, user_id } = id;
    rows::lock(tx.conn, room_id)?;
    let present = role_of(tx.conn, id)?;
    match action {
        MembershipAction::MakeModerator => {
            change(tx, scene, room_id, user_id, (present, Role::Moderator))
        }
        MembershipAction::MakeMember => {
            change(tx, scene, room_id, user_id, (present, Role::Member))
        }
        MembershipAction::Remove => {
            let about = About::membership(room_id, user_id);
            audit::record(tx, Done::MemberRemovedByStaff, &scene.by, about)?;
            shared::take_out(tx, &scene.here, room_id, user_id, present)
        }
    }
}
