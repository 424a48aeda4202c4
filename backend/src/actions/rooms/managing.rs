//! Who is in a room, as its owner and its moderators decide, and what they may do there; and what a
//! member wants to be told of.

use std::sync::Arc;

use super::{
    super::{
        Context, Viewer, access,
        audit::{self, About, By, Done},
    },
    membership::{pass_on, remove_member},
    seen,
    telling::{tell_everybody, tell_one},
};
use crate::{
    error::{Code, Error, Result},
    model::{
        RoomId, UserId,
        admin::audit::FieldChange,
        presence::Here,
        room::{Member, Membership, Notify, Role},
    },
    policy::{self, Deed},
    store::{
        Tx, accounts, blocks,
        members::{self, Standing},
        rooms,
    },
};

/// A member, and whether they have just become one.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// The member as they are now.
    pub member: Member,
    /// They were none before.
    pub is_new: bool,
}

/// Makes somebody a member of a room, says what a member may do, or both. The owner makes somebody
/// else the owner by naming them; from then on they are a moderator. Idempotent.
///
/// # Errors
/// `not_found`, also for a person who is not there; `forbidden` unless the viewer moderates the room;
/// `not_room_owner` for roles, unless they own it; `room_staff_only` for who may not be in it;
/// `blocked_by_you` and `not_accepted` for somebody new where one of the two has blocked the other;
/// `conflict` for an owner who would be one no longer, with nobody in their place.
pub async fn put_member(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    user_id: UserId,
    role: Option<Role>,
) -> Result<Put> {
    let (viewer_id, by) = (viewer.user_id, By::from(viewer));
    ctx.limits.notes_by_person.take(&viewer_id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        access::check_locked(tx.conn, room_id, viewer_id, Deed::Manage)?;
        let standing = standing(tx, room_id, user_id)?;
        let known = standing.asker.role;
        if known.is_none() {
            policy::may_reach(blocks::find_between(tx.conn, viewer_id, user_id)?)?;
            admit(tx, &here, room_id, user_id)?;
        }
        let wanted = role.or(known).unwrap_or(Role::Member);
        let present = known.unwrap_or(Role::Member);
        if wanted != present {
            access::check(tx.conn, room_id, viewer_id, Deed::Promote)?;
            let about = About::membership(room_id, user_id).with(vec![told(present, wanted)]);
            audit::record(tx, Done::RoleChanged, &by, about)?;
            promote(tx, &here, room_id, user_id, (present, wanted))?;
        }
        let member = members::find(tx.conn, &*here, room_id, user_id)?;
        Ok(Put { member: member.ok_or(Error::from(Code::NotFound))?, is_new: known.is_none() })
    };
    ctx.db.write(write).await
}

/// What the audit log keeps of a change of what a member may do.
pub(in crate::actions) fn told(present: Role, wanted: Role) -> FieldChange {
    let name = |role| match role {
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Owner => "owner",
    };
    audit::change("role", Some(name(present)), Some(name(wanted)))
}

fn standing(tx: &mut Tx<'_>, room_id: RoomId, user_id: UserId) -> Result<Standing> {
    members::find_standing(tx.conn, room_id, user_id)?.ok_or(Code::NotFound.into())
}

/// Makes somebody a member of a room that is locked by this commit.
///
/// # Errors
/// `not_found` for a deactivated account; `room_staff_only`.
pub(in crate::actions) fn admit(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    room_id: RoomId,
    user_id: UserId,
) -> Result<()> {
    // As in joining: who they are holds until this commit is over.
    accounts::hold_standing(tx, user_id)?;
    let standing = standing(tx, room_id, user_id)?;
    if !standing.is_active {
        return Err(Code::NotFound.into());
    }
    policy::may_be_added(standing.asker.is_staff, standing.rules)?;
    let (change, _) = members::insert(tx, &**here, room_id, user_id, Role::Member)?;
    tx.announce_change(change);
    Ok(())
}

/// Says what a member may do, and tells everybody by a note, and those concerned what the room is to
/// them now.
///
/// # Errors
/// `conflict` for an owner, who is replaced by naming another one.
pub(in crate::actions) fn promote(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    room_id: RoomId,
    user_id: UserId,
    (present, wanted): (Role, Role),
) -> Result<()> {
    if present == Role::Owner {
        return Err(Code::Conflict.into());
    }
    let note = members::update_role(tx, room_id, user_id, wanted)?;
    tx.announce_change(note);
    let mut concerned = vec![user_id];
    if wanted == Role::Owner {
        let owner = seen(tx.conn, here, room_id, user_id)?.owner_id;
        if let Some(owner) = owner.filter(|owner| *owner != user_id) {
            let note = members::update_role(tx, room_id, owner, Role::Moderator)?;
            tx.announce_change(note);
            concerned.push(owner);
        }
        rooms::update_owner(tx.conn, room_id, Some(user_id))?;
        let room = seen(tx.conn, here, room_id, user_id)?;
        tell_everybody(tx, &room);
    }
    for user_id in concerned {
        tell_one(tx, here, room_id, user_id)?;
    }
    Ok(())
}

/// Removes somebody from a room. Who is not in it is not in it afterwards either.
///
/// # Errors
/// `not_found`; `forbidden` unless the viewer moderates the room; `not_room_owner` for the owner and
/// for moderators, unless the viewer owns it.
pub async fn remove(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    user_id: UserId,
) -> Result<()> {
    if user_id == viewer.user_id {
        return super::leave(ctx, viewer, room_id).await;
    }
    let (viewer_id, by) = (viewer.user_id, By::from(viewer));
    ctx.limits.notes_by_person.take(&viewer_id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        let asker = access::check_locked(tx.conn, room_id, viewer_id, Deed::Manage)?.asker;
        let standing = members::find_standing(tx.conn, room_id, user_id)?;
        let Some(role) = standing.and_then(|standing| standing.asker.role) else {
            return Ok(());
        };
        policy::may_remove(asker, role)?;
        audit::record(tx, Done::MemberRemoved, &by, About::membership(room_id, user_id))?;
        take_out(tx, &here, room_id, user_id, role)
    };
    ctx.db.write(write).await
}

/// Removes a member from a room that is locked by this commit, which may need another owner then.
pub(in crate::actions) fn take_out(
    tx: &mut Tx<'_>,
    here: &Arc<dyn Here>,
    room_id: RoomId,
    user_id: UserId,
    role: Role,
) -> Result<()> {
    remove_member(tx, room_id, user_id)?;
    if role == Role::Owner { pass_on(tx, here, room_id) } else { Ok(()) }
}

/// Changes what the viewer is notified of in a room, and tells their other devices.
///
/// # Errors
/// `not_found`, `forbidden`, `room_staff_only`.
pub async fn set_notify(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    notify: Notify,
) -> Result<Membership> {
    let user_id = viewer.user_id;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        access::check(tx.conn, room_id, user_id, Deed::Read)?;
        if members::update_notify(tx.conn, room_id, user_id, notify)? {
            tell_one(tx, &here, room_id, user_id)?;
        }
        seen(tx.conn, &here, room_id, user_id)?.me.ok_or(Code::NotFound.into())
    };
    ctx.db.write(write).await
}
