//! Accounts: made, changed, signed out and deleted by staff.

use super::{Scene, Who, check, enter};
use crate::{
    actions::{
        Context, Viewer,
        accounts::{self as sign_up, Given},
        audit::{self, About, Done, change, hidden},
        links, names, passwords, profiles as own, rooms, texts,
    },
    error::{Code, Error, Flaw, Result},
    mail::Mail,
    model::{
        Announcement, UserId,
        account::Register,
        admin::{
            audit::FieldChange,
            bulk::{TakenAlong, UserAction},
            user::{AdminUser, NewUser, SetPassword, UpdateUser},
        },
        announcement::Ended,
        message::MessageKind,
        profile::BIO_CHARS_MAX,
        room::Role,
    },
    policy::{self, AdminDeed, Administrator, Subject},
    store::{
        Conn, Tx,
        accounts::{self, Standing},
        admin::{deletion, users},
        mailboxes::{self, Owner},
        mailed, members,
        profiles::{self, Changed},
        rooms as rows, sessions, totps,
    },
};

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

/// Changes an account and answers what it is now. Whoever may not be in rooms for staff any more is
/// removed from them in the same commit; whoever is deactivated has no session, token or socket left.
///
/// # Errors
/// `invalid`, `not_found`, `username_taken`; `conflict` for an address that another account has shown
/// to be its own, and for the last superuser; `forbidden` where the policy says so.
pub async fn update(
    ctx: &Context,
    viewer: &Viewer,
    id: UserId,
    update: UpdateUser,
) -> Result<AdminUser> {
    let wanted = Wanted::checked(update)?;
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        let (before, subject) = account(tx.conn, &scene.who, id)?;
        policy::may_administer_account(admin, subject, AdminDeed::Profile)?;
        let news = wanted.news(&before)?;
        for deed in &news.deeds {
            policy::may_administer_account(admin, subject, *deed)?;
        }
        if news.changes.is_empty() {
            return Ok(before);
        }
        let about = About::user(id).with(news.changes.clone());
        audit::record(tx, Done::UserChanged, &scene.by, about)?;
        let here = scene.here.clone();
        own::telling(tx, &*here, id, |tx| apply(tx, &scene, id, &before, &news))?;
        users::find(tx.conn, id)?.ok_or_else(|| Error::from(Code::NotFound))
    };
    let changed = ctx.db.write(write).await?;
    audit::note(Done::UserChanged, Some(id), &viewer.caller);
    Ok(changed)
}

/// What is asked for, checked but not compared.
struct Wanted {
    profile: Changed,
    email: Option<Option<String>>,
    is_active: Option<bool>,
    is_staff: Option<bool>,
    is_superuser: Option<bool>,
}

/// What of it is another than before.
struct News {
    profile: Changed,
    email: Option<Option<String>>,
    standing: Option<Standing>,
    deeds: Vec<AdminDeed>,
    changes: Vec<FieldChange>,
}

impl Wanted {
    fn checked(update: UpdateUser) -> Result<Self> {
        let UpdateUser {
            username,
            display_name,
            bio,
            email,
            locale,
            is_active,
            is_staff,
            is_superuser,
        } = update;
        let username = username.map(|raw| names::check_given_username(&raw)).transpose()?;
        let email = match email {
            Some(Some(email)) => Some(Some(links::check_email(&email)?)),
            other => other,
        };
        Ok(Self {
            profile: Changed {
                username: username.map(|username| (username.name, username.key)),
                display_name: display_name.map(|raw| texts::display_name(&raw)).transpose()?,
                bio: bio.map(|raw| texts::passage("bio", &raw, BIO_CHARS_MAX)).transpose()?,
                presence: None,
                status_text: None,
                locale,
            },
            email,
            is_active,
            is_staff,
            is_superuser,
        })
    }

    fn news(&self, before: &AdminUser) -> Result<News> {
        let (mut deeds, mut changes) = (Vec::new(), Vec::new());
        let mut profile = self.profile.clone();
        profile.username = profile.username.filter(|(name, _)| *name != before.username);
        profile.display_name = profile.display_name.filter(|name| *name != before.display_name);
        profile.bio = profile.bio.filter(|bio| *bio != before.bio);
        profile.locale = profile.locale.filter(|locale| *locale != before.locale);
        if let Some((name, _)) = &profile.username {
            changes.push(change("username", Some(&before.username), Some(name)));
        }
        if let Some(name) = &profile.display_name {
            changes.push(change("display_name", Some(&before.display_name), Some(name)));
        }
        if profile.bio.is_some() {
            changes.push(hidden("bio"));
        }
        if let Some(locale) = profile.locale {
            changes.push(change("locale", Some(before.locale.code()), Some(locale.code())));
        }
        let is_known = |email: &Option<String>| {
            *email == before.email && (email.is_none() || before.email_verified)
        };
        let email = self.email.clone().filter(|email| !is_known(email));
        if email.is_some() {
            deeds.push(AdminDeed::Credentials);
            changes.push(hidden("email"));
        }
        let standing = self.standing(before)?;
        if standing.is_active != before.is_active {
            deeds.push(AdminDeed::Access);
            changes.push(change("is_active", Some(before.is_active), Some(standing.is_active)));
        }
        for (field, was, is) in [
            ("is_staff", before.is_staff, standing.is_staff),
            ("is_superuser", before.is_superuser, standing.is_superuser),
        ] {
            if was != is {
                deeds.push(AdminDeed::Flags);
                changes.push(change(field, Some(was), Some(is)));
            }
        }
        let standing = Some(standing).filter(|it| *it != standing_of(before));
        Ok(News { profile, email, standing, deeds, changes })
    }

    fn standing(&self, before: &AdminUser) -> Result<Standing> {
        let is_superuser = self.is_superuser.unwrap_or(before.is_superuser);
        let is_raised = self.is_superuser == Some(true);
        let standing = Standing {
            is_active: self.is_active.unwrap_or(before.is_active),
            is_staff: self.is_staff.unwrap_or(before.is_staff || is_raised),
            is_superuser,
        };
        check_standing(standing)?;
        Ok(standing)
    }
}

fn standing_of(user: &AdminUser) -> Standing {
    let AdminUser { is_active, is_staff, is_superuser, .. } = *user;
    Standing { is_active, is_staff, is_superuser }
}

fn apply(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: UserId,
    before: &AdminUser,
    news: &News,
) -> Result<()> {
    profiles::update(tx.conn, id, &news.profile)?;
    match &news.email {
        Some(Some(email)) => {
            let now = tx.now;
            mailboxes::update(tx, id, email, Some(now))?;
            mailed::forget(tx, id)?;
        }
        Some(None) => {
            mailboxes::delete(tx, id)?;
            mailed::forget(tx, id)?;
        }
        None => {}
    }
    match news.standing {
        Some(standing) => stand(tx, scene, id, standing_of(before), standing),
        None => Ok(()),
    }
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

/// Gives somebody another password. All their sessions and tokens end, and so do their sockets.
///
/// # Errors
/// `invalid` naming `new_password`, `not_found`, `forbidden`, `unavailable`.
pub async fn set_password(
    ctx: &Context,
    viewer: &Viewer,
    id: UserId,
    body: SetPassword,
) -> Result<()> {
    let who = Who::from(viewer);
    let owner = ctx.db.read(move |conn| owner(conn, &who, id)).await?;
    let hash = passwords::accept(ctx, &owner, &body.new_password).await?;
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        enter(tx, &scene)?;
        owner_in(tx, &scene, id)?;
        accounts::set_password(tx, id, &hash)?;
        sessions::revoke_all(tx, id)?;
        mailed::forget(tx, id)?;
        audit::record(tx, Done::PasswordSet, &scene.by, About::user(id))
    };
    ctx.db.write(write).await?;
    audit::note(Done::PasswordSet, Some(id), &viewer.caller);
    links::tell(ctx, &owner, Mail::PasswordChanged { name: owner.username.clone() });
    Ok(())
}

/// Takes somebody's second factor away: they have lost it.
///
/// # Errors
/// `not_found`, also without a second factor; `forbidden`.
pub async fn remove_totp(ctx: &Context, viewer: &Viewer, id: UserId) -> Result<()> {
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        enter(tx, &scene)?;
        let owner = owner_in(tx, &scene, id)?;
        totps::find(tx.conn, id)?.ok_or_else(|| Error::from(Code::NotFound))?;
        totps::delete(tx, id)?;
        audit::record(tx, Done::TotpTaken, &scene.by, About::user(id))?;
        Ok(owner)
    };
    let owner = ctx.db.write(write).await?;
    audit::note(Done::TotpTaken, Some(id), &viewer.caller);
    links::tell(ctx, &owner, Mail::TotpOff { name: owner.username.clone() });
    Ok(())
}

/// Somebody whose credentials may be changed by whoever asks.
fn owner(conn: &mut Conn, who: &Who, id: UserId) -> Result<Owner> {
    let admin = check(conn, who)?;
    let subject = subject(conn, who, id)?;
    policy::may_administer_account(admin, subject, AdminDeed::Credentials)?;
    mailboxes::find_of(conn, id)?.ok_or(Code::NotFound.into())
}

fn owner_in(tx: &mut Tx<'_>, scene: &Scene, id: UserId) -> Result<Owner> {
    owner(tx.conn, &scene.who, id)
}

/// Ends all sessions of somebody, or all their personal access tokens.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn end_all(ctx: &Context, viewer: &Viewer, id: UserId, tokens: bool) -> Result<()> {
    let scene = Scene::of(ctx, viewer);
    let done = if tokens { Done::TokensEnded } else { Done::SessionsEnded };
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        let subject = subject(tx.conn, &scene.who, id)?;
        policy::may_administer_account(admin, subject, AdminDeed::SignOut)?;
        sessions::revoke_kind(tx, id, tokens)?;
        audit::record(tx, done, &scene.by, About::user(id))
    };
    ctx.db.write(write).await?;
    audit::note(done, Some(id), &viewer.caller);
    Ok(())
}

/// Whether an action may be done to an account, and what that is called.
///
/// # Errors
/// `not_found`, `forbidden`; `conflict` for the last superuser.
pub(super) fn look(
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
pub(super) fn takes(conn: &mut Conn, id: UserId, action: UserAction) -> Result<TakenAlong> {
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
pub(super) fn perform(
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

/// Ends an account for ever: it is in no group room, signed in nowhere, and nameless. What it wrote is
/// taken out of the rooms by [`purge`].
fn delete(tx: &mut Tx<'_>, scene: &Scene, id: UserId) -> Result<()> {
    let standing = accounts::find_standing(tx.conn, id)?;
    if standing.is_some_and(|it| it.is_superuser && it.is_active) {
        policy::may_lose_superuser(accounts::hold_other_superusers(tx, id)?)?;
    }
    audit::record(tx, Done::UserDeleted, &scene.by, About::user(id))?;
    let here = scene.here.clone();
    own::telling(tx, &*here, id, |tx| {
        for room_id in deletion::list_group_rooms(tx.conn, id)? {
            rows::lock(tx.conn, room_id)?;
            let standing = members::find_standing(tx.conn, room_id, id)?;
            if let Some(role) = standing.and_then(|standing| standing.asker.role) {
                leave(tx, scene, room_id, id, role)?;
            }
        }
        sessions::close_account(tx, id)?;
        Ok(deletion::erase(tx, id)?)
    })
}

fn leave(
    tx: &mut Tx<'_>,
    scene: &Scene,
    room_id: crate::model::RoomId,
    id: UserId,
    role: Role,
) -> Result<()> {
    let change = members::delete(tx, room_id, id, MessageKind::Left)?;
    tx.announce_change(change);
    if role == Role::Owner { rooms::pass_on(tx, &scene.here, room_id) } else { Ok(()) }
}

/// Takes what deleted accounts wrote out of the rooms, a few messages in every commit. Also to be
/// called when a node starts: the one before may have ended in the middle of it.
///
/// # Errors
/// Those of the store.
pub async fn purge(ctx: &Context) -> Result<()> {
    let step = |tx: &mut Tx<'_>| {
        let changes = deletion::purge(tx)?;
        let more = changes.is_some();
        for change in changes.into_iter().flatten() {
            tx.announce_change(change);
        }
        Ok(more)
    };
    while ctx.db.write(step).await? {}
    Ok(())
}

/// The same, to its end even if whoever asked for it goes away.
///
/// # Errors
/// Those of the store.
pub(super) async fn purge_to_the_end(ctx: &Context) -> Result<()> {
    let ctx = ctx.clone();
    let purging = tokio::spawn(async move { purge(&ctx).await });
    purging.await.map_err(|why| Error::internal("a purge panicked", why))?
}
