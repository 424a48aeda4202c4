//! What may be done to many accounts at once: looked at first, then done to one after the other.

use super::{Scene, Who, account, deleting::delete, stand};
use crate::{
    actions::audit::{self, About, Done, change},
    error::{Code, Error, Result},
    model::{
        UserId,
        admin::bulk::{TakenAlong, UserAction},
    },
    policy::{self, AdminDeed, Administrator},
    store::{
        Conn, Tx,
        accounts::{self, Standing},
        admin::deletion,
        sessions,
    },
};

/// Whether an action may be done to an account, and what that is called.
///
/// # Errors
/// `not_found`, `forbidden`; `conflict` for the last superuser.
pub(in crate::actions::admin) fn look(
    conn: &mut Conn,
    admin: Administrator,
    who: &Who,
    id: UserId,
    action: UserAction,
) -> Result<String> {
    let (user, subject) = account(conn, who, id)?;
    let deed = match action {
        UserAction::Activate | UserAction::Deactivate | UserAction::Delete => AdminDeed::Access,
        UserAction::SignOut => AdminDeed::SignOut,
    };
    policy::may_administer_account(admin, subject, deed)?;
    let ends = matches!(action, UserAction::Deactivate | UserAction::Delete);
    if ends && user.is_superuser && user.is_active {
        policy::may_lose_superuser(accounts::count_other_superusers(conn, id)?)?;
    }
    Ok(user.username)
}

/// What goes with an account.
pub(in crate::actions::admin) fn takes(
    conn: &mut Conn,
    id: UserId,
    action: UserAction,
) -> Result<TakenAlong> {
    let all = deletion::count_of_user(conn, id)?;
    Ok(match action {
        UserAction::Activate => TakenAlong::default(),
        UserAction::Delete => all,
        UserAction::Deactivate | UserAction::SignOut => {
            TakenAlong { sessions: all.sessions, tokens: all.tokens, ..TakenAlong::default() }
        }
    })
}

/// Does an action that was looked at.
pub(in crate::actions::admin) fn perform(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: UserId,
    action: UserAction,
) -> Result<()> {
    match action {
        UserAction::Activate => set_active(tx, scene, id, true),
        UserAction::Deactivate => set_active(tx, scene, id, false),
        UserAction::SignOut => {
            sessions::revoke_all(tx, id)?;
            audit::record(tx, Done::SessionsEnded, &scene.by, About::user(id))
        }
        UserAction::Delete => delete(tx, scene, id),
    }
}

fn set_active(tx: &mut Tx<'_>, scene: &Scene, id: UserId, is_active: bool) -> Result<()> {
    let standing = accounts::find_standing(tx.conn, id)?;
    let before = standing.ok_or_else(|| Error::from(Code::NotFound))?;
    if before.is_active == is_active {
        return Ok(());
    }
    let changed = change("is_active", Some(before.is_active), Some(is_active));
    audit::record(tx, Done::UserChanged, &scene.by, About::user(id).with(vec![changed]))?;
    stand(tx, scene, id, before, Standing { is_active, ..before })
}
