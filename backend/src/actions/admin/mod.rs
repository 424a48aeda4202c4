//! Administration: looking at everything there is, changing it, and what that takes along.
//!
//! Every action begins with [`check`], which asks the snapshot or the commit who administers, not the
//! call. What is changed is changed by the same functions that people's own changes use, so the same
//! is announced; what was done stands in the audit log, in the same commit.
//! To add a noun: its file here with the list and its changes, its `Source` in `store::admin`, its
//! handlers in `api::admin`.

mod bulk;
mod memberships;
mod messages;
mod rooms;
mod sessions;

pub mod reading;
pub mod users;

pub use bulk::{
    bulk_memberships, bulk_messages, bulk_rooms, bulk_sessions, bulk_tokens, bulk_users,
};
pub use memberships::put as put_membership;
pub use rooms::{create as create_room, update as update_room};

use std::sync::Arc;

use super::{Context, Viewer, audit::By, pages, sessions::check_still};
use crate::{
    error::{Code, Error, Result},
    model::{
        SessionId, UserId,
        admin::list::{AdminList, Paging},
        credentials::Reach,
        presence::Here,
    },
    policy::{self, Administrator},
    store::{
        Conn, Tx, accounts,
        admin::{self, Listed, Query},
    },
};

/// Allows somebody to administer, or says why not.
///
/// # Errors
/// `forbidden`, `account_deactivated`.
pub(super) fn check(conn: &mut Conn, viewer: &Who) -> Result<Administrator> {
    let standing = accounts::find_standing(conn, viewer.user_id)?;
    let standing = standing.ok_or_else(|| Error::from(Code::Unauthenticated))?;
    let admin = Administrator {
        is_active: standing.is_active,
        is_staff: standing.is_staff,
        is_superuser: standing.is_superuser,
        has_session: viewer.has_session,
    };
    policy::may_administer(admin)?;
    Ok(admin)
}

/// The viewer, as much as goes along into a commit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
    pub(super) has_session: bool,
}

impl From<&Viewer> for Who {
    fn from(viewer: &Viewer) -> Self {
        Self {
            user_id: viewer.user_id,
            session_id: viewer.session_id,
            has_session: viewer.reach == Reach::Session,
        }
    }
}

/// What an action takes along into its commit.
pub(super) struct Scene {
    pub(super) who: Who,
    pub(super) by: By,
    pub(super) here: Arc<dyn Here>,
}

impl Scene {
    fn of(ctx: &Context, viewer: &Viewer) -> Self {
        Self { who: viewer.into(), by: viewer.into(), here: ctx.here.clone() }
    }
}

/// [`check`], in a commit, which only a session makes that has not ended meanwhile.
fn enter(tx: &mut Tx<'_>, scene: &Scene) -> Result<Administrator> {
    check_still(tx, scene.who.session_id)?;
    check(tx.conn, &scene.who)
}

/// Reads a page of a list.
async fn list<R: Listed>(
    ctx: &Context,
    viewer: &Viewer,
    name: String,
    paging: &Paging,
    query: Query,
) -> Result<AdminList<R::Item>>
where
    R::Item: Send + 'static,
{
    let wanted = pages::wanted(&name, paging.limit, paging.cursor.as_deref())?;
    let (who, now) = (Who::from(viewer), ctx.db.clock().now());
    let read = move |conn: &mut Conn| {
        check(conn, &who)?;
        Ok(admin::read::<R>(conn, &query, &wanted, now)?)
    };
    let listing = ctx.db.read(read).await?;
    let page = pages::answer(&name, listing.page);
    Ok(AdminList { items: page.items, next: page.next, total: listing.total, dates: listing.dates })
}

/// Reads one thing.
async fn get<T: Send + 'static>(
    ctx: &Context,
    viewer: &Viewer,
    find: impl FnOnce(&mut Conn) -> Result<Option<T>> + Send + 'static,
) -> Result<T> {
    let who = Who::from(viewer);
    let read = move |conn: &mut Conn| {
        check(conn, &who)?;
        find(conn)
    };
    ctx.db.read(read).await?.ok_or(Code::NotFound.into())
}
