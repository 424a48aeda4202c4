//! Accounts: made, changed, signed out and deleted by staff.

mod altering;
mod credentials;
mod deleting;
mod performing;

use super::{Scene, Who, check, enter};
use crate::{
    actions::{
        Context, Viewer,
        accounts::{self as sign_up, Given},
        audit::{self, About, Done},
        rooms,
    },
    error::{Code, Error, Flaw, Result},
    model::{
        Announcement, UserId,
        account::Register,
        admin::user::{AdminUser, NewUser},
        announcement::Ended,
    },
    policy::{self, AdminDeed, Administrator, Subject},
    store::{
        Conn, Tx,
        accounts::{self, Standing},
        admin::users,
        mailed, sessions,
    },
};

pub use altering::update;
pub use credentials::{end_all, remove_totp, set_password};
pub use deleting::purge;
pub(super) use deleting::purge_to_the_end;
pub(super) use performing::{look, perform, takes};

/// Makes an account.
///
/// # Errors
/// `invalid` with every field that is wrong, `username_taken`; `conflict`, naming the field `email`,
/// where another account has shown the same address; `forbidden` for flags, unless the viewer is a
/// superuser with a session.
pub async fn create(ctx: &Context, viewer: &Viewer, body: NewUser) -> Result<AdminUser> {
    let NewUser { username, password, email, display_name, is_active, is_staff, is_superuser } =
        body;
    let is_superuser = is_superuser.unwrap_or(false);
    let standing = Standing {
        is_active: is_active.unwrap_or(true),
        is_staff: is_staff.unwrap_or(is_superuser),
        is_superuser,
    };
    check_standing(standing)?;
    let who = Who::from(viewer);
    ctx.db.read(move |conn| may_make(check(conn, &who)?, standing)).await?;
    let session = Default::default();
    let body = Register { username, password, email, display_name, session };
    let account = sign_up::draft(ctx, &body, Given::ByTheOperator, viewer.caller.locale).await?;
    let account = accounts::NewAccount { standing, is_email_verified: true, ..account };
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        may_make(enter(tx, &scene)?, standing)?;
        let id = accounts::insert(tx, &account)?;
        audit::record(tx, Done::UserMade, &scene.by, About::user(id))?;
        users::find(tx.conn, id)?.ok_or_else(|| Error::from(Code::NotFound))
    };
    let made = ctx.db.write(write).await?;
    audit::note(Done::UserMade, Some(made.id), &viewer.caller);
    Ok(made)
}

fn may_make(admin: Administrator, standing: Standing) -> Result<()> {
    if standing.is_staff || standing.is_superuser {
        policy::may_administer_account(admin, Subject::default(), AdminDeed::Flags)?;
    }
    Ok(())
}

/// A superuser is always of staff.
fn check_standing(standing: Standing) -> Result<()> {
    if standing.is_superuser && !standing.is_staff {
        return Err(Error::field("is_staff", Flaw::NotAllowed));
    }
    Ok(())
}

/// Gives an account another standing, with all that follows from it.
fn stand(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: UserId,
    before: Standing,
    after: Standing,
) -> Result<()> {
    let may_all = |standing: Standing| standing.is_superuser && standing.is_active;
    if may_all(before) && !may_all(after) {
        policy::may_lose_superuser(accounts::hold_other_superusers(tx, id)?)?;
    }
    accounts::update_standing(tx.conn, id, after)?;
    if before.is_active && !after.is_active {
        sessions::close_account(tx, id)?;
        mailed::forget(tx, id)?;
    }
    if before.is_staff && !after.is_staff {
        rooms::evict_from_staff_rooms(tx, &scene.here, id)?;
        tx.announce(Announcement::Ended { user_id: id, what: Ended::Standing });
    }
    Ok(())
}

/// An account as this commit sees it, and how it stands to the administrator.
fn account(conn: &mut Conn, who: &Who, id: UserId) -> Result<(AdminUser, Subject)> {
    let user = users::find(conn, id)?;
    let user = user.ok_or_else(|| Error::from(Code::NotFound))?;
    let is_self = id == who.user_id;
    let subject = Subject { is_self, is_staff: user.is_staff, is_superuser: user.is_superuser };
    Ok((user, subject))
}

/// How an account stands to the administrator.
///
/// # Errors
/// `not_found`.
pub(super) fn subject(conn: &mut Conn, who: &Who, id: UserId) -> Result<Subject> {
    let standing = accounts::find_standing(conn, id)?;
    let Standing { is_staff, is_superuser, .. } =
        standing.ok_or_else(|| Error::from(Code::NotFound))?;
    Ok(Subject { is_self: id == who.user_id, is_staff, is_superuser })
}
