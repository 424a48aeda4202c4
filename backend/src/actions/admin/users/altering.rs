//! Changing an account: what is asked for, what of it is new, and who may.

use super::{Scene, account, check_standing, enter, stand};
use crate::{
    actions::{
        Context, Viewer,
        audit::{self, About, Done, change, hidden},
        links, names, profiles as own, texts,
    },
    error::{Code, Error, Result},
    model::{
        UserId,
        admin::{
            audit::FieldChange,
            user::{AdminUser, UpdateUser},
        },
        profile::BIO_CHARS_MAX,
    },
    policy::{self, AdminDeed},
    store::{
        Tx,
        accounts::Standing,
        admin::users,
        mailboxes, mailed,
        profiles::{self, Changed},
    },
};

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
