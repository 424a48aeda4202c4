//! Several things at once. A dry run looks at each of them and counts what would go with it; the true
//! one looks again in its commit, so what it did is what it says.
//!
//! What may not be done to one thing is said of that thing and does not hold the others up.
//!
//! Everything that a filter finds is taken a page at a time, the newest first: each call is as bounded
//! as one that names its things, and whoever calls can stop.

use super::{
    Scene, Who, check, enter, memberships, messages, reading, rooms, sessions,
    users::{self, purge_to_the_end},
};
use crate::{
    actions::{Context, Viewer, pages, rooms::begin_purge},
    error::{Error, Flaw, Result},
    model::{
        RoomId,
        admin::{
            bulk::{
                BULK_MAX, BulkItem, BulkMemberships, BulkMessages, BulkOutcome, BulkRooms,
                BulkSessions, BulkTokens, BulkUsers, MembershipId, RoomAction, TakenAlong,
                UserAction,
            },
            list::Paging,
            membership::{AdminMembershipOrdering, ListAdminMemberships},
            message::{AdminMessageOrdering, ListAdminMessages},
            room::{AdminRoomOrdering, ListAdminRooms},
            session::{
                AdminSessionOrdering, AdminTokenOrdering, ListAdminSessions, ListAdminTokens,
            },
            user::{AdminUserOrdering, ListAdminUsers},
        },
    },
    policy::Administrator,
    store::{Conn, Tx},
};

/// How many things a page of everything has.
const PAGE: i64 = 100;

/// Whether it may be done to a thing, and what the thing is called.
type Look<I> = Box<dyn Fn(&mut Conn, Administrator, &Who, I) -> Result<String> + Send>;
/// What goes with a thing.
type Takes<I> = Box<dyn Fn(&mut Conn, I) -> Result<TakenAlong> + Send>;
/// Does it to a thing.
type Perform<I> = Box<dyn Fn(&mut Tx<'_>, &Scene, I) -> Result<()> + Send>;

/// How one sort of thing is done something to.
struct Work<I> {
    look: Look<I>,
    takes: Takes<I>,
    perform: Perform<I>,
    /// How the thing is called in the answer.
    key: fn(I) -> (i64, Option<RoomId>),
}

/// Does something to accounts.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_users(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminUsers,
    body: BulkUsers,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminUserOrdering::CreatedAtDown;
        let which = ListAdminUsers { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_users(ctx, viewer, which).await?;
        Ok((page.items.into_iter().map(|it| it.id).collect(), page.next))
    });
    let chosen = chosen.await?;
    let (action, dry_run) = (body.action, body.dry_run);
    let work = Work {
        look: Box::new(move |conn, admin, who, id| users::look(conn, admin, who, id, action)),
        takes: Box::new(move |conn, id| users::takes(conn, id, action)),
        perform: Box::new(move |tx, scene, id| users::perform(tx, scene, id, action)),
        key: |id| (id.0, None),
    };
    let outcome = run(ctx, viewer, chosen, dry_run, work).await?;
    if action == UserAction::Delete && !dry_run {
        // A deletion that is acknowledged is one of texts, too.
        purge_to_the_end(ctx).await?;
    }
    Ok(outcome)
}

/// Does something to rooms.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_rooms(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminRooms,
    body: BulkRooms,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminRoomOrdering::CreatedAtDown;
        let which = ListAdminRooms { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_rooms(ctx, viewer, which).await?;
        Ok((page.items.into_iter().map(|it| it.id).collect(), page.next))
    });
    let chosen = chosen.await?;
    let (action, dry_run) = (body.action, body.dry_run);
    let work = Work {
        look: Box::new(|conn, admin, _, id| rooms::look(conn, admin, id)),
        takes: Box::new(move |conn, id| rooms::takes(conn, id, action)),
        perform: Box::new(move |tx, scene, id| rooms::perform(tx, scene, id, action)),
        key: |id| (id.0, None),
    };
    let outcome = run(ctx, viewer, chosen, dry_run, work).await?;
    if action == RoomAction::Delete && !dry_run {
        begin_purge(ctx);
    }
    Ok(outcome)
}

/// Does something to memberships.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_memberships(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminMemberships,
    body: BulkMemberships,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminMembershipOrdering::JoinedAtDown;
        let which = ListAdminMemberships { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_memberships(ctx, viewer, which).await?;
        Ok((
            page.items
                .into_iter()
                .map(|it| MembershipId { room_id: it.room.id, user_id: it.user.id })
                .collect(),
            page.next,
        ))
    });
    let chosen = chosen.await?;
    let (action, dry_run) = (body.action, body.dry_run);
    let work = Work {
        look: Box::new(move |conn, admin, _, id| memberships::look(conn, admin, id, action)),
        takes: Box::new(move |conn, id| memberships::takes(conn, id, action)),
        perform: Box::new(move |tx, scene, id| memberships::perform(tx, scene, id, action)),
        key: |id: MembershipId| (id.user_id.0, Some(id.room_id)),
    };
    run(ctx, viewer, chosen, dry_run, work).await
}

/// Deletes messages.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_messages(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminMessages,
    body: BulkMessages,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminMessageOrdering::CreatedAtDown;
        let which = ListAdminMessages { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_messages(ctx, viewer, which).await?;
        Ok((page.items.into_iter().map(|it| it.id).collect(), page.next))
    });
    let chosen = chosen.await?;
    let work = Work {
        look: Box::new(|conn, _, _, id| messages::look(conn, id)),
        takes: Box::new(|_, _| Ok(TakenAlong::default())),
        perform: Box::new(messages::perform),
        key: |id| (id.0, None),
    };
    run(ctx, viewer, chosen, body.dry_run, work).await
}

/// Ends sessions.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_sessions(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminSessions,
    body: BulkSessions,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminSessionOrdering::CreatedAtDown;
        let which = ListAdminSessions { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_sessions(ctx, viewer, which).await?;
        Ok((page.items.into_iter().map(|it| it.id).collect(), page.next))
    });
    let chosen = chosen.await?;
    run(ctx, viewer, chosen.map(|id| id.0), body.dry_run, endings(false)).await
}

/// Ends personal access tokens.
///
/// # Errors
/// `invalid`, `forbidden`.
pub async fn bulk_tokens(
    ctx: &Context,
    viewer: &Viewer,
    which: ListAdminTokens,
    body: BulkTokens,
) -> Result<BulkOutcome> {
    let chosen = chosen(which.paging(), body.ids, body.all, async || {
        let ordering = AdminTokenOrdering::CreatedAtDown;
        let which = ListAdminTokens { ordering, limit: Some(PAGE), dates: None, ..which };
        let page = reading::list_tokens(ctx, viewer, which).await?;
        Ok((page.items.into_iter().map(|it| it.id).collect(), page.next))
    });
    let chosen = chosen.await?;
    run(ctx, viewer, chosen.map(|id| id.0), body.dry_run, endings(true)).await
}

fn endings(are_tokens: bool) -> Work<i64> {
    Work {
        look: Box::new(move |conn, admin, who, id| {
            sessions::look(conn, admin, who, id, are_tokens)
        }),
        takes: Box::new(|_, _| Ok(TakenAlong::default())),
        perform: Box::new(move |tx, scene, id| sessions::perform(tx, scene, id, are_tokens)),
        key: |id| (id, None),
    }
}

/// What something is done to, and where to go on.
struct Chosen<I> {
    ids: Vec<I>,
    next: Option<String>,
}

impl<I> Chosen<I> {
    fn map<J>(self, to: fn(I) -> J) -> Chosen<J> {
        Chosen { ids: self.ids.into_iter().map(to).collect(), next: self.next }
    }
}

/// The things that a call names, or the next page of those that its filters find. What says which page is
/// looked at also where things are named: a search or a limit that nothing can be is refused, and so is a
/// cursor.
async fn chosen<I: PartialEq>(
    paging: Paging,
    ids: Vec<I>,
    all: bool,
    page: impl AsyncFnOnce() -> Result<(Vec<I>, Option<String>)>,
) -> Result<Chosen<I>> {
    pages::search(paging.search.as_deref())?;
    pages::limit(paging.limit, PAGE, PAGE)?;
    if !all {
        if paging.cursor.is_some() {
            return Err(Error::field("cursor", Flaw::Unknown));
        }
        check_ids(&ids)?;
        return Ok(Chosen { ids, next: None });
    }
    if !ids.is_empty() {
        return Err(Error::field("ids", Flaw::Unknown));
    }
    let (ids, next) = page().await?;
    Ok(Chosen { ids, next })
}

async fn run<I: Copy + PartialEq + Send + 'static>(
    ctx: &Context,
    viewer: &Viewer,
    chosen: Chosen<I>,
    dry_run: bool,
    work: Work<I>,
) -> Result<BulkOutcome> {
    let Chosen { ids, next } = chosen;
    let who = Who::from(viewer);
    // What goes along is counted on a snapshot, not on the one thread that writes for everybody.
    let count = move |conn: &mut Conn| {
        let admin = check(conn, &who)?;
        let one = |id: &I| looked(conn, admin, &who, *id, &work);
        let items: Vec<BulkItem> = ids.iter().map(one).collect::<Result<_>>()?;
        Ok((ids, items, work))
    };
    let (ids, mut items, work) = ctx.db.read(count).await?;
    if dry_run {
        return Ok(summed(true, items, next));
    }
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        for (id, item) in ids.iter().zip(&mut items) {
            match (work.look)(tx.conn, admin, &scene.who, *id) {
                Ok(_) => {
                    item.refused = None;
                    (work.perform)(tx, &scene, *id)?;
                }
                Err(refusal) => refuse(item, &refusal)?,
            }
        }
        Ok(items)
    };
    Ok(summed(false, ctx.db.write(write).await?, next))
}

fn check_ids<I: PartialEq>(ids: &[I]) -> Result<()> {
    if ids.is_empty() {
        return Err(Error::field("ids", Flaw::Required));
    }
    if ids.len() > BULK_MAX {
        let max = i64::try_from(BULK_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("ids", Flaw::OutOfRange(1, max)));
    }
    if ids.iter().enumerate().any(|(at, id)| ids.iter().skip(at + 1).any(|other| other == id)) {
        return Err(Error::field("ids", Flaw::Duplicate));
    }
    Ok(())
}

fn looked<I: Copy>(
    conn: &mut Conn,
    admin: Administrator,
    who: &Who,
    id: I,
    work: &Work<I>,
) -> Result<BulkItem> {
    let (key, room_id) = (work.key)(id);
    let mut item = BulkItem {
        id: key,
        room_id,
        name: String::new(),
        refused: None,
        takes_along: TakenAlong::default(),
    };
    match (work.look)(conn, admin, who, id) {
        Ok(name) => {
            item.name = name;
            item.takes_along = (work.takes)(conn, id)?;
        }
        Err(refusal) => refuse(&mut item, &refusal)?,
    }
    Ok(item)
}

/// Notes a refusal of one thing; a fault is one of all.
fn refuse(item: &mut BulkItem, refusal: &Error) -> Result<()> {
    if refusal.code.status() >= 500 {
        return Err(refusal.clone());
    }
    item.refused = Some(refusal.code.name().to_owned());
    item.takes_along = TakenAlong::default();
    Ok(())
}

fn summed(dry_run: bool, items: Vec<BulkItem>, next: Option<String>) -> BulkOutcome {
    let done = items.iter().filter(|item| item.refused.is_none()).count();
    let takes_along =
        items.iter().fold(TakenAlong::default(), |all, item| all.and(item.takes_along));
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    BulkOutcome { dry_run, done, items, next, takes_along }
}
