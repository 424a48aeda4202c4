//! People: finding them, and changing one's own profile.

use super::{Context, Viewer, names, pages, texts};
use crate::{
    error::{Code, Error, Result},
    model::{
        Announcement, Profile, UserId,
        event::{Event, ProfileUpdated},
        page::List,
        presence::Here,
        profile::{BIO_CHARS_MAX, ListProfiles, Me, STATUS_TEXT_CHARS_MAX, UpdateMe},
        text,
    },
    store::{
        Conn, Tx,
        profiles::{self, Changed, Which},
        rooms,
    },
};

/// Lists the people who have an active account.
///
/// # Errors
/// `invalid`.
pub async fn list(ctx: &Context, _viewer: &Viewer, wanted: ListProfiles) -> Result<List<Profile>> {
    let ListProfiles { search, online, ordering, limit, cursor } = wanted;
    let list = format!("profiles:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let which = Which { search: pages::search(search.as_deref())?, online, ordering };
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| Ok(profiles::list(conn, &*here, &which, &wanted)?);
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Gets one person.
///
/// # Errors
/// `not_found`.
pub async fn get(ctx: &Context, _viewer: &Viewer, id: UserId) -> Result<Profile> {
    let here = ctx.here.clone();
    let found = ctx.db.read(move |conn| Ok(profiles::find(conn, &*here, id)?)).await?;
    found.ok_or(Code::NotFound.into())
}

/// Gets one person by username, whichever case.
///
/// # Errors
/// `not_found`.
pub async fn get_by_username(ctx: &Context, _viewer: &Viewer, username: &str) -> Result<Profile> {
    // What can't be a name is not looked for: Postgres would refuse a NUL in a text.
    if !username.chars().all(text::is_username_char) {
        return Err(Code::NotFound.into());
    }
    let key = text::fold(username);
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| Ok(profiles::find_by_username_key(conn, &*here, &key)?);
    ctx.db.read(read).await?.ok_or(Code::NotFound.into())
}

/// Gets the viewer's own profile.
///
/// # Errors
/// `unauthenticated` when the account is gone.
pub async fn me(ctx: &Context, viewer: &Viewer) -> Result<Me> {
    let id = viewer.user_id;
    let here = ctx.here.clone();
    let found = ctx.db.read(move |conn| Ok(profiles::find_me(conn, &*here, id)?)).await?;
    found.ok_or(Code::Unauthenticated.into())
}

/// Changes the viewer's own profile and answers what it is now.
///
/// # Errors
/// `invalid`, `username_taken`, `rate_limited`: each change is told to many.
pub async fn update_me(ctx: &Context, viewer: &Viewer, update: UpdateMe) -> Result<Me> {
    let id = viewer.user_id;
    let update = but_for_own_name(ctx, viewer, update).await?;
    let changed = checked(update)?;
    ctx.limits.profile_changes_by_person.take(&id, ctx.db.clock().now()).check()?;
    let here = ctx.here.clone();
    let write = move |tx: &mut Tx<'_>| {
        telling(tx, &*here, id, |tx| profiles::update(tx.conn, id, &changed))?;
        if let Some(presence) = changed.presence {
            tx.announce(Announcement::Presence { user_id: id, presence });
        }
        profiles::find_me(tx.conn, &*here, id)?.ok_or(Error::from(Code::Unauthenticated))
    };
    ctx.db.write(write).await
}

/// Changes a person in a commit and, if others see the difference, tells those who are here and in
/// a room with that person, and the person's own devices.
///
/// # Errors
/// Those of the change.
pub(super) fn telling<T>(
    tx: &mut Tx<'_>,
    here: &dyn Here,
    id: UserId,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    let before = profiles::find(tx.conn, here, id)?;
    let changed = change(tx)?;
    let after = profiles::find(tx.conn, here, id)?;
    if let Some(profile) = after.filter(|after| before.as_ref() != Some(after)) {
        let room_ids = rooms::list_ids(tx.conn, id)?.into();
        let event = Event::ProfileUpdated(Box::new(ProfileUpdated { profile }));
        tx.announce(Announcement::Around { user_id: id, room_ids, event });
    }
    Ok(changed)
}

/// Leaves away a name that the viewer has already: programs send back the whole form, and whoever was given
/// a reserved word need not be allowed to take it.
async fn but_for_own_name(ctx: &Context, viewer: &Viewer, update: UpdateMe) -> Result<UpdateMe> {
    let username = match &update.username {
        Some(name) if me(ctx, viewer).await?.username != *name => update.username,
        _ => None,
    };
    Ok(UpdateMe { username, ..update })
}

fn checked(update: UpdateMe) -> Result<Changed> {
    let UpdateMe { username, display_name, bio, presence, status_text, locale } = update;
    let username = username.map(|raw| names::check_username(&raw)).transpose()?;
    Ok(Changed {
        username: username.map(|username| (username.name, username.key)),
        display_name: display_name.map(|raw| texts::display_name(&raw)).transpose()?,
        bio: bio.map(|raw| texts::passage("bio", &raw, BIO_CHARS_MAX)).transpose()?,
        presence,
        status_text: status_text
            .map(|raw| texts::line("status_text", &raw, STATUS_TEXT_CHARS_MAX))
            .transpose()?,
        locale,
    })
}
