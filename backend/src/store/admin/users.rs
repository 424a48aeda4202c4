//! Accounts, as administration sees them.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Bool, Nullable, Text},
};

use super::{
    super::{conn::Conn, profiles::avatar_url},
    listing::{self, Listed, Order, Query, Source, TIMELESS},
};
use crate::model::{
    Timestamp, UserId,
    admin::user::{AdminUser, AdminUserOrdering as By, ListAdminUsers},
    profile::Locale,
};

/// A row of the list.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    display_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    avatar: Option<String>,
    #[diesel(sql_type = Text)]
    bio: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    email_verified_at: Option<i64>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    #[diesel(sql_type = Bool)]
    is_staff: bool,
    #[diesel(sql_type = Bool)]
    is_superuser: bool,
    #[diesel(sql_type = BigInt)]
    totps: i64,
    #[diesel(sql_type = Text)]
    locale: String,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    last_seen_at: Option<i64>,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
    #[diesel(sql_type = BigInt)]
    tokens: i64,
    #[diesel(sql_type = BigInt)]
    rooms: i64,
}

/// Sessions that ran out count as live until the next sign-in forgets them: a count beside a name
/// need not know the hour.
const SOURCE: Source = Source {
    columns: "users.id as id, users.username as username, users.display_name as display_name,
        users.avatar as avatar, users.bio as bio, users.email as email,
        users.email_verified_at as email_verified_at, users.is_active as is_active,
        users.is_staff as is_staff, users.is_superuser as is_superuser, users.locale as locale,
        users.created_at as created_at,
        (select count(*) from totps where totps.user_id = users.id
            and totps.confirmed_at is not null) as totps,
        (select max(nullif(sessions.last_seen_at, 0)) from sessions
            where sessions.user_id = users.id) as last_seen_at,
        (select count(*) from sessions where sessions.user_id = users.id
            and sessions.revoked_at is null and sessions.name is null) as sessions,
        (select count(*) from sessions where sessions.user_id = users.id
            and sessions.revoked_at is null and sessions.name is not null) as tokens,
        (select count(*) from members where members.user_id = users.id) as rooms",
    from: "users",
    always: "users.deleted_at is null",
    moment: "users.created_at",
};

/// The list that is asked for; `search` is folded.
pub fn query(which: &ListAdminUsers, search: Option<&str>) -> Query {
    let (text, number) = (
        |key, down| Order::text(key, "users.id", down),
        |key, down| Order::number(key, "users.id", down),
    );
    let order = match which.ordering {
        By::Username => text("users.username_key", false),
        By::UsernameDown => text("users.username_key", true),
        By::DisplayName => text("users.search_key", false),
        By::DisplayNameDown => text("users.search_key", true),
        By::CreatedAt => number("users.created_at", false),
        By::CreatedAtDown => number("users.created_at", true),
    };
    let mut query = Query::new(SOURCE, order);
    query.flag("users.is_active", which.is_active);
    query.flag("users.is_staff", which.is_staff);
    query.flag("users.is_superuser", which.is_superuser);
    query.flag("users.email_verified_at is not null", which.email_verified);
    query.flag(
        "exists (select 1 from totps where totps.user_id = users.id
            and totps.confirmed_at is not null)",
        which.totp_enabled,
    );
    query.search(&["users.search_key", "coalesce(users.email_key, '')"], search);
    query.when(which.after, which.before, which.dates);
    query
}

/// One account, unless it was deleted.
pub fn find(conn: &mut Conn, id: UserId) -> QueryResult<Option<AdminUser>> {
    listing::find::<Row>(conn, SOURCE, &[("users.id", id.0)], TIMELESS)
}

impl Listed for Row {
    type Item = AdminUser;

    fn item(self, _: Timestamp) -> AdminUser {
        AdminUser {
            id: UserId(self.id),
            username: self.username,
            display_name: self.display_name,
            avatar_url: avatar_url(self.avatar),
            bio: self.bio,
            email_verified: self.email.is_some() && self.email_verified_at.is_some(),
            email: self.email,
            is_active: self.is_active,
            is_staff: self.is_staff,
            is_superuser: self.is_superuser,
            totp_enabled: self.totps > 0,
            locale: Locale::of(&self.locale),
            created_at: Timestamp(self.created_at),
            last_seen_at: self.last_seen_at.map(Timestamp),
            sessions_count: self.sessions,
            tokens_count: self.tokens,
            rooms_count: self.rooms,
        }
    }
}
