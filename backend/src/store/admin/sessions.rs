//! Sessions and personal access tokens, as administration sees them: rows of one table, of which only
//! tokens have a name.

use diesel::{
    QueryableByName,
    prelude::QueryResult,
    sql_types::{BigInt, Bool, Nullable, Text},
};

use super::{
    super::{conn::Conn, sessions::scopes_of, tokens::NEVER},
    Person,
    listing::{self, Listed, Order, Query, Source},
    person,
};
use crate::model::{
    SessionId, Timestamp, TokenId, UserId,
    admin::session::{
        AdminSession, AdminSessionOrdering, AdminToken, AdminTokenOrdering, ListAdminSessions,
        ListAdminTokens,
    },
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(embed)]
    person: Person,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    scopes: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    user_agent: Option<String>,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = BigInt)]
    last_seen_at: i64,
    #[diesel(sql_type = BigInt)]
    expires_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    revoked_at: Option<i64>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
}

impl Row {
    fn is_live(&self, now: Timestamp) -> bool {
        self.is_active && self.revoked_at.is_none() && self.expires_at > now.0
    }
}

/// A row of the list of sessions.
#[derive(QueryableByName)]
pub struct SessionRow {
    #[diesel(embed)]
    own: Row,
}

/// A row of the list of tokens.
#[derive(QueryableByName)]
pub struct TokenRow {
    #[diesel(embed)]
    own: Row,
}

const SESSIONS: Source = Source {
    columns: concat!(
        "sessions.id as id, ",
        person!(),
        ", sessions.name as name, sessions.scopes as scopes, sessions.ip as ip,
        sessions.user_agent as user_agent, sessions.created_at as created_at,
        sessions.last_seen_at as last_seen_at, sessions.expires_at as expires_at,
        sessions.revoked_at as revoked_at, users.is_active as is_active"
    ),
    from: "sessions join users on users.id = sessions.user_id",
    always: "sessions.name is null",
    moment: "sessions.created_at",
};

const TOKENS: Source = Source { always: "sessions.name is not null", ..SESSIONS };

const CREATED: &str = "sessions.created_at";
const SEEN: &str = "sessions.last_seen_at";

/// The list of sessions that is asked for; `search` is folded.
pub fn sessions(which: &ListAdminSessions, search: Option<&str>, now: Timestamp) -> Query {
    use AdminSessionOrdering as By;
    let (key, down) = match which.ordering {
        By::LastSeenAt => (SEEN, false),
        By::LastSeenAtDown => (SEEN, true),
        By::CreatedAt => (CREATED, false),
        By::CreatedAtDown => (CREATED, true),
    };
    let mut query = Query::new(SESSIONS, Order::number(key, "sessions.id", down));
    narrow(&mut query, which.user_id, which.live, search, now);
    query.when(which.after, which.before, which.dates);
    query
}

/// The list of tokens that is asked for; `search` is folded.
pub fn tokens(which: &ListAdminTokens, search: Option<&str>, now: Timestamp) -> Query {
    use AdminTokenOrdering as By;
    let (key, down) = match which.ordering {
        By::LastUsedAt => (SEEN, false),
        By::LastUsedAtDown => (SEEN, true),
        By::CreatedAt => (CREATED, false),
        By::CreatedAtDown => (CREATED, true),
    };
    let mut query = Query::new(TOKENS, Order::number(key, "sessions.id", down));
    narrow(&mut query, which.user_id, which.live, search, now);
    query.when(which.after, which.before, which.dates);
    query
}

fn narrow(
    query: &mut Query,
    user_id: Option<UserId>,
    live: Option<bool>,
    search: Option<&str>,
    now: Timestamp,
) {
    query.number("sessions.user_id", user_id.map(|id| id.0));
    let is_live = format!(
        "sessions.revoked_at is null and users.is_active and sessions.expires_at > {}",
        now.0
    );
    query.flag(&is_live, live);
    query.search(&["users.search_key"], search);
}

/// One session.
pub fn find_session(
    conn: &mut Conn,
    id: SessionId,
    now: Timestamp,
) -> QueryResult<Option<AdminSession>> {
    listing::find::<SessionRow>(conn, SESSIONS, &[("sessions.id", id.0)], now)
}

/// One token.
pub fn find_token(conn: &mut Conn, id: TokenId, now: Timestamp) -> QueryResult<Option<AdminToken>> {
    listing::find::<TokenRow>(conn, TOKENS, &[("sessions.id", id.0)], now)
}

impl Listed for SessionRow {
    type Item = AdminSession;

    fn item(self, now: Timestamp) -> AdminSession {
        let row = self.own;
        AdminSession {
            id: SessionId(row.id),
            is_live: row.is_live(now),
            user: row.person.shown(),
            ip: row.ip,
            user_agent: row.user_agent,
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.last_seen_at),
            expires_at: Timestamp(row.expires_at),
            revoked_at: row.revoked_at.map(Timestamp),
        }
    }
}

impl Listed for TokenRow {
    type Item = AdminToken;

    fn item(self, now: Timestamp) -> AdminToken {
        let row = self.own;
        AdminToken {
            id: TokenId(row.id),
            is_live: row.is_live(now),
            user: row.person.shown(),
            name: row.name.unwrap_or_default(),
            scopes: scopes_of(&row.scopes.unwrap_or_default()),
            ip: row.ip,
            created_at: Timestamp(row.created_at),
            last_used_at: Some(Timestamp(row.last_seen_at)).filter(|used| used.0 > 0),
            expires_at: Some(Timestamp(row.expires_at)).filter(|at| at.0 < NEVER),
            revoked_at: row.revoked_at.map(Timestamp),
        }
    }
}
