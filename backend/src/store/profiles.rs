//! People as others see them, and as they see themselves.

use diesel::{
    dsl::{AsExprOf, sql},
    expression::{SqlLiteral, UncheckedBind},
    prelude::*,
    sql_types::{Bool, Text},
};

use super::{
    conn::Conn,
    error::is_taken,
    page::{ESCAPE, Key, Page, Position, Wanted, anywhere, cut, ordered},
    schema::users,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Profile, Timestamp, UserId,
        presence::Here,
        profile::{AVATAR_SIZE, AVATARS, Locale, Me, Presence, ProfileOrdering},
    },
};

pub(super) type Row = (i64, String, String, Option<String>, String, bool, String, String, i64);
type Columns = (
    users::id,
    users::username,
    users::display_name,
    users::avatar,
    users::bio,
    users::is_staff,
    users::presence,
    users::status_text,
    users::created_at,
);

pub(super) const COLUMNS: Columns = (
    users::id,
    users::username,
    users::display_name,
    users::avatar,
    users::bio,
    users::is_staff,
    users::presence,
    users::status_text,
    users::created_at,
);

/// Which people.
#[derive(Clone, Debug)]
pub struct Which {
    /// Only those with this in their names, folded.
    pub search: Option<String>,
    /// Only those who are online, or only those who are not.
    pub online: Option<bool>,
    /// The order.
    pub ordering: ProfileOrdering,
}

/// What to change of a profile; every field has been checked.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The username and the form under which it is unique.
    pub username: Option<(String, String)>,
    /// The display name.
    pub display_name: Option<String>,
    /// The text about oneself.
    pub bio: Option<String>,
    /// What to show while here.
    pub presence: Option<Presence>,
    /// The status text.
    pub status_text: Option<String>,
    /// The language.
    pub locale: Option<Locale>,
}

/// One person by id, active or not: what they wrote is still there.
pub fn find(conn: &mut Conn, here: &dyn Here, id: UserId) -> QueryResult<Option<Profile>> {
    let row = users::table.find(id.0).select(COLUMNS).first::<Row>(conn).optional()?;
    Ok(row.map(|row| profile_of(row, here)))
}

/// One person by the folded username.
pub fn find_by_username_key(
    conn: &mut Conn,
    here: &dyn Here,
    key: &str,
) -> QueryResult<Option<Profile>> {
    let row = users::table
        .filter(users::username_key.eq(key))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(|row| profile_of(row, here)))
}

/// One's own row, without who is here.
#[derive(Clone, Debug)]
pub struct Own {
    row: Row,
    email: Option<String>,
    email_verified_at: Option<i64>,
    is_superuser: bool,
    has_password: bool,
    locale: Locale,
}

/// One person as only that person sees it; `None` when the account is gone.
pub fn find_me(conn: &mut Conn, here: &dyn Here, id: UserId) -> QueryResult<Option<Me>> {
    Ok(find_own(conn, id)?.map(|own| own.shown(here)))
}

/// The same, without who is here.
pub fn find_own(conn: &mut Conn, id: UserId) -> QueryResult<Option<Own>> {
    let own = (
        users::email,
        users::email_verified_at,
        users::is_superuser,
        users::password_hash.ne(""),
        users::locale,
    );
    let row = users::table
        .find(id.0)
        .select((COLUMNS, own))
        .first::<(Row, (Option<String>, Option<i64>, bool, bool, String))>(conn)
        .optional()?;
    Ok(row.map(|(row, (email, email_verified_at, is_superuser, has_password, locale))| {
        let locale = Locale::of(&locale);
        Own { row, email, email_verified_at, is_superuser, has_password, locale }
    }))
}

impl Own {
    /// As this person sees it now.
    pub fn shown(&self, here: &dyn Here) -> Me {
        let Self { row, email, email_verified_at, is_superuser, has_password, locale } =
            self.clone();
        let profile = profile_of(row, here);
        Me {
            id: profile.id,
            username: profile.username,
            display_name: profile.display_name,
            avatar_url: profile.avatar_url,
            bio: profile.bio,
            is_staff: profile.is_staff,
            presence: profile.presence,
            status_text: profile.status_text,
            created_at: profile.created_at,
            email_verified: email.is_some() && email_verified_at.is_some(),
            email,
            is_superuser,
            has_password,
            locale,
        }
    }
}

/// A page of the active accounts. A search reads them all, in the order asked for, until the page
/// is full: names are searched in the middle, where no index helps.
pub fn list(
    conn: &mut Conn,
    here: &dyn Here,
    which: &Which,
    wanted: &Wanted,
) -> QueryResult<Page<Profile>> {
    let mut query = users::table.filter(users::is_active).into_boxed();
    if let Some(search) = &which.search {
        query = query.filter(users::search_key.like(anywhere(search)).escape(ESCAPE));
    }
    if let Some(online) = which.online {
        query = query.filter(among(conn, &here.online(), online));
    }
    let text = wanted.after.as_ref().map(|after| (after.key.text(), after.id));
    let number = wanted.after.as_ref().map(|after| (after.key.number(), after.id));
    use ProfileOrdering as By;
    let query = match which.ordering {
        By::Username => ordered!(query, up, users::username_key, users::id, text),
        By::UsernameDown => ordered!(query, down, users::username_key, users::id, text),
        By::DisplayName => ordered!(query, up, users::search_key, users::id, text),
        By::DisplayNameDown => ordered!(query, down, users::search_key, users::id, text),
        By::CreatedAt => ordered!(query, up, users::created_at, users::id, number),
        By::CreatedAtDown => ordered!(query, down, users::created_at, users::id, number),
    };
    let mut rows = query
        .limit(wanted.limit + 1)
        .select((COLUMNS, users::username_key, users::search_key))
        .load::<(Row, String, String)>(conn)?;
    let next = cut(&mut rows, wanted.limit, |(row, username_key, search_key)| Position {
        key: match which.ordering {
            By::Username | By::UsernameDown => Key::Text(username_key.clone()),
            By::DisplayName | By::DisplayNameDown => Key::Text(search_key.clone()),
            By::CreatedAt | By::CreatedAtDown => Key::Number(row.8),
        },
        id: row.0,
    });
    let items = rows.into_iter().map(|(row, ..)| profile_of(row, here)).collect();
    Ok(Page { items, next })
}

/// Changes a profile.
///
/// # Errors
/// `not_found` when the account is gone; `username_taken`.
pub fn update(conn: &mut Conn, id: UserId, changed: &Changed) -> Result<()> {
    let (name, display_name) = users::table
        .find(id.0)
        .select((users::username, users::display_name))
        .first::<(String, String)>(conn)?;
    let name = changed.username.as_ref().map_or(&name, |(name, _)| name);
    let display_name = changed.display_name.as_ref().unwrap_or(&display_name);
    let update = diesel::update(users::table.find(id.0)).set((
        changed.username.as_ref().map(|(name, _)| users::username.eq(name)),
        changed.username.as_ref().map(|(_, key)| users::username_key.eq(key)),
        changed.display_name.as_ref().map(|name| users::display_name.eq(name)),
        users::search_key.eq(crate::model::text::search_key(display_name, name)),
        changed.bio.as_ref().map(|bio| users::bio.eq(bio)),
        changed.presence.map(|presence| users::presence.eq(presence_name(presence))),
        changed.status_text.as_ref().map(|text| users::status_text.eq(text)),
        changed.locale.map(|locale| users::locale.eq(locale.code())),
    ));
    update.execute(conn).map_err(|error| {
        if is_taken(&error, "users_username_key_key", "users.username_key") {
            Error::from(Code::UsernameTaken).and("username", Flaw::Taken)
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Whether a person is among these, or is not. One bind for any number of ids: a list of binds would meet a
/// limit of the database.
pub(super) fn among(
    conn: &Conn,
    ids: &[UserId],
    is_among: bool,
) -> SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>> {
    let ids = serde_json::to_string(ids).unwrap_or_default();
    let is = if is_among { "in" } else { "not in" };
    let (begin, end) = match conn {
        Conn::Sqlite(_) => ("select value from json_each(", "))"),
        Conn::Postgres(_) => ("select value::bigint from json_array_elements_text(", "::json))"),
    };
    sql::<Bool>(&format!("users.id {is} ({begin}")).bind::<Text, _>(ids).sql(end)
}

pub(super) fn profile_of(row: Row, here: &dyn Here) -> Profile {
    let (id, username, display_name, avatar, bio, is_staff, presence, status_text, created) = row;
    let id = UserId(id);
    Profile {
        id,
        username,
        display_name,
        avatar_url: avatar_url(avatar),
        bio,
        is_staff,
        presence: if here.is_here(id) { presence_of(&presence) } else { Presence::Offline },
        status_text,
        created_at: Timestamp(created),
    }
}

/// Where an avatar is served.
pub(super) fn avatar_url(id: Option<String>) -> Option<String> {
    id.map(|id| format!("{AVATARS}/{id}/{AVATAR_SIZE}"))
}

/// Gives a person another avatar, or none, and answers the id of the former one.
pub fn update_avatar(
    conn: &mut Conn,
    id: UserId,
    avatar: Option<&str>,
) -> QueryResult<Option<String>> {
    let row = users::table.find(id.0);
    let former = row.select(users::avatar).first(conn)?;
    diesel::update(row).set(users::avatar.eq(avatar)).execute(conn)?;
    Ok(former)
}

fn presence_name(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "online",
        Presence::Away => "away",
        Presence::Busy => "busy",
        Presence::Offline => "offline",
    }
}

fn presence_of(name: &str) -> Presence {
    match name {
        "away" => Presence::Away,
        "busy" => Presence::Busy,
        "offline" => Presence::Offline,
        _ => Presence::Online,
    }
}
