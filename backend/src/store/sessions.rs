//! Sessions: one row per signed-in login. A row that was revoked stays for a day, so that its access
//! tokens hear what became of them. Personal access tokens are rows of the same table (see
//! `tokens`): their sockets end as those of sessions do. Only they have a name.

use std::{net::IpAddr, time::Duration};

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    page::{Key, Page, Position, Wanted, sorted},
    schema::{sessions, users},
};
use crate::model::{
    Announcement, SessionId, Timestamp, UserId,
    account::{Session, SessionOrdering},
    announcement::Ended,
    credentials::{Reach, Scope},
    profile::Locale,
    text,
};

/// How many sessions a person has at the most; one more ends the oldest.
pub const SESSIONS_MAX: i64 = 20;
/// How many live sessions, or tokens, of a person are looked at for a list: there are fewer, also where
/// several nodes began one at the same moment.
pub(super) const LISTED_MAX: i64 = 100;
/// How long a row stays after its session ended.
const ENDED_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Which sessions of a person, in which order.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only those with this in the name of their program, folded.
    pub search: Option<String>,
    /// The order.
    pub ordering: SessionOrdering,
}

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub user_id: UserId,
    /// What its refresh tokens are derived from.
    pub salt: String,
    /// Whether it lasts for weeks.
    pub remember: bool,
    /// Where it was begun.
    pub ip: Option<IpAddr>,
    /// The program it was begun with.
    pub user_agent: Option<String>,
    /// When it ends if it is not refreshed.
    pub expires_at: Timestamp,
}

/// A session and what its account allows, as every call looks it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Whose.
    pub user_id: UserId,
    /// What its refresh tokens are derived from.
    pub salt: String,
    /// How often it was refreshed.
    pub generation: i64,
    /// When it was refreshed last.
    pub rotated_at: Timestamp,
    /// Whether it lasts for weeks.
    pub remember: bool,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not refreshed.
    pub expires_at: Timestamp,
    /// Whether it was ended.
    pub is_revoked: bool,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether the person is staff.
    pub is_staff: bool,
    /// Whether the person may administer everything.
    pub is_superuser: bool,
    /// The language of texts for the person.
    pub locale: Locale,
    /// How far it may go.
    pub reach: Reach,
}

/// Begins a session and ends the oldest where there would be too many.
pub fn insert(tx: &mut Tx<'_>, session: &NewSession) -> QueryResult<SessionId> {
    let now = tx.now;
    forget_ended(tx, session.user_id)?;
    for id in beyond(tx.conn, session.user_id, SESSIONS_MAX - 1, now)? {
        revoke(tx, session.user_id, SessionId(id))?;
    }
    let id: i64 = on_backend!(tx.conn, conn => diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(session.user_id.0),
            sessions::salt.eq(&session.salt),
            sessions::rotated_at.eq(now.0),
            sessions::remember.eq(session.remember),
            sessions::ip.eq(session.ip.map(|ip| ip.to_string())),
            sessions::user_agent.eq(session.user_agent.as_deref()),
            sessions::created_at.eq(now.0),
            sessions::last_seen_at.eq(now.0),
            sessions::expires_at.eq(session.expires_at.0),
        ))
        .returning(sessions::id)
        .get_result(conn)?);
    Ok(SessionId(id))
}

/// The live sessions of a person beyond the newest `keep`.
fn beyond(conn: &mut Conn, user_id: UserId, keep: i64, now: Timestamp) -> QueryResult<Vec<i64>> {
    sessions::table
        .filter(sessions::user_id.eq(user_id.0).and(sessions::name.is_null()))
        .filter(sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.0)))
        .order(sessions::id.desc())
        .offset(keep)
        .limit(SESSIONS_MAX)
        .select(sessions::id)
        .load(conn)
}

pub(super) fn forget_ended(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let kept_us = i64::try_from(ENDED_KEPT.as_micros()).unwrap_or(i64::MAX);
    let before = tx.now.0.saturating_sub(kept_us);
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id.0)))
        .filter(sessions::expires_at.lt(before).or(sessions::revoked_at.lt(before)))
        .execute(tx.conn)?;
    Ok(())
}

/// When somebody signed in for a session.
pub fn find_begin(conn: &mut Conn, id: SessionId) -> QueryResult<Option<Timestamp>> {
    let begin = sessions::table.find(id.0).select(sessions::created_at);
    Ok(begin.first::<i64>(conn).optional()?.map(Timestamp))
}

/// A session with its account, whether or not it may still be used.
pub fn find(conn: &mut Conn, id: SessionId) -> QueryResult<Option<Live>> {
    type Own = (i64, String, i64, i64, bool, i64, i64, Option<i64>, Option<String>);
    let row = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.0))
        .select((
            (
                sessions::user_id,
                sessions::salt,
                sessions::generation,
                sessions::rotated_at,
                sessions::remember,
                sessions::last_seen_at,
                sessions::expires_at,
                sessions::revoked_at,
                sessions::scopes,
            ),
            (users::is_active, users::is_staff, users::is_superuser, users::locale),
        ))
        .first::<(Own, (bool, bool, bool, String))>(conn)
        .optional()?;
    Ok(row.map(|(session, account)| {
        let (user_id, salt, generation, rotated, remember, seen, expires, revoked, scopes) =
            session;
        let (is_active, is_staff, is_superuser, locale) = account;
        Live {
            user_id: UserId(user_id),
            salt,
            generation,
            rotated_at: Timestamp(rotated),
            remember,
            last_seen_at: Timestamp(seen),
            expires_at: Timestamp(expires),
            is_revoked: revoked.is_some(),
            is_active,
            is_staff,
            is_superuser,
            locale: Locale::of(&locale),
            reach: scopes.map_or(Reach::Session, |scopes| Reach::Token(scopes_of(&scopes))),
        }
    }))
}

/// [`find`], and until this commit is over nobody ends the session.
pub fn hold(tx: &mut Tx<'_>, id: SessionId) -> QueryResult<Option<Live>> {
    let own = sessions::table.find(id.0).select(sessions::id);
    let held = match tx.conn {
        Conn::Sqlite(conn) => own.first::<i64>(conn).optional()?,
        Conn::Postgres(conn) => own.for_no_key_update().first::<i64>(conn).optional()?,
    };
    if held.is_none() {
        return Ok(None);
    }
    find(tx.conn, id)
}

/// Scopes as they are stored: their names between blanks.
pub(super) fn scopes_of(text: &str) -> Vec<Scope> {
    text.split(' ').filter_map(Scope::of).collect()
}

/// A page of the live sessions of a person; `current` is the one that asks.
pub fn list(
    conn: &mut Conn,
    user_id: UserId,
    current: SessionId,
    now: Timestamp,
    which: &Which,
    wanted: &Wanted,
) -> QueryResult<Page<Session>> {
    type Row = (i64, i64, i64, Option<String>, Option<String>);
    let rows = sessions::table
        .filter(sessions::user_id.eq(user_id.0).and(sessions::name.is_null()))
        .filter(sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.0)))
        .order(sessions::id.desc())
        .limit(LISTED_MAX)
        .select((
            sessions::id,
            sessions::created_at,
            sessions::last_seen_at,
            sessions::ip,
            sessions::user_agent,
        ))
        .load::<Row>(conn)?;
    let session = |(id, created_at, last_seen_at, ip, user_agent): Row| Session {
        id: SessionId(id),
        created_at: Timestamp(created_at),
        last_seen_at: Timestamp(last_seen_at),
        ip,
        user_agent,
        current: id == current.0,
    };
    let mut items: Vec<Session> = rows.into_iter().map(session).collect();
    if let Some(search) = &which.search {
        let has = |agent: &String| text::fold(agent).contains(search.as_str());
        items.retain(|session| session.user_agent.as_ref().is_some_and(has));
    }
    use SessionOrdering as By;
    let down = matches!(which.ordering, By::CreatedAtDown | By::LastSeenAtDown);
    Ok(sorted(items, down, wanted, |session| Position {
        key: match which.ordering {
            By::CreatedAt | By::CreatedAtDown => Key::Number(session.created_at.0),
            By::LastSeenAt | By::LastSeenAtDown => Key::Number(session.last_seen_at.0),
        },
        id: session.id.0,
    }))
}

/// Where the live sessions and tokens of a person were last used from.
pub fn list_addresses(
    conn: &mut Conn,
    user_id: UserId,
    now: Timestamp,
) -> QueryResult<Vec<IpAddr>> {
    let ips: Vec<Option<String>> = sessions::table
        .filter(sessions::user_id.eq(user_id.0).and(sessions::ip.is_not_null()))
        .filter(sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.0)))
        .select(sessions::ip)
        .load(conn)?;
    Ok(ips.into_iter().flatten().filter_map(|ip| ip.parse().ok()).collect())
}

/// Counts one more refresh and moves the end of the session.
pub fn rotate(tx: &mut Tx<'_>, id: SessionId, expires_at: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.find(id.0))
        .set((
            sessions::generation.eq(sessions::generation + 1),
            sessions::rotated_at.eq(tx.now.0),
            sessions::expires_at.eq(expires_at.0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Remembers when and from where a session was used.
pub fn touch(
    tx: &mut Tx<'_>,
    id: SessionId,
    ip: Option<IpAddr>,
    user_agent: Option<&str>,
) -> QueryResult<()> {
    diesel::update(sessions::table.find(id.0))
        .set((
            sessions::last_seen_at.eq(tx.now.0),
            sessions::ip.eq(ip.map(|ip| ip.to_string())),
            sessions::user_agent.eq(user_agent),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a session of a person and tells its sockets; `false` if they have no such session.
pub fn revoke(tx: &mut Tx<'_>, user_id: UserId, id: SessionId) -> QueryResult<bool> {
    let revoked = diesel::update(sessions::table.find(id.0))
        .filter(sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null()))
        .filter(sessions::name.is_null())
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    if revoked == 1 {
        tx.announce(Announcement::Ended { user_id, what: Ended::Session(id) });
    }
    Ok(revoked == 1)
}

/// Ends every session and every personal access token of a person but one session, and tells their
/// sockets.
pub fn revoke_others(tx: &mut Tx<'_>, user_id: UserId, kept: SessionId) -> QueryResult<()> {
    diesel::update(sessions::table)
        .filter(sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null()))
        .filter(sessions::id.ne(kept.0))
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    tx.announce(Announcement::Ended { user_id, what: Ended::Others(kept) });
    Ok(())
}

/// Ends every session and every personal access token of a person and tells their sockets.
pub fn revoke_all(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let live = sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null());
    let ids: Vec<i64> = sessions::table.filter(live).select(sessions::id).load(tx.conn)?;
    diesel::update(sessions::table.filter(live))
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    for id in ids {
        tx.announce(Announcement::Ended { user_id, what: Ended::Session(SessionId(id)) });
    }
    Ok(())
}

/// Ends every session of a person, or every personal access token, and tells their sockets.
pub fn revoke_kind(tx: &mut Tx<'_>, user_id: UserId, are_tokens: bool) -> QueryResult<()> {
    let live = sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null());
    let live = live.and(sessions::name.is_not_null().eq(are_tokens));
    let ids: Vec<i64> = sessions::table.filter(live).select(sessions::id).load(tx.conn)?;
    diesel::update(sessions::table.filter(sessions::id.eq_any(&ids)))
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    for id in ids {
        tx.announce(Announcement::Ended { user_id, what: Ended::Session(SessionId(id)) });
    }
    Ok(())
}

/// Ends everything with which a person came in, and tells all their sockets that the account is closed.
pub fn close_account(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let live = sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null());
    diesel::update(sessions::table.filter(live))
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    tx.announce(Announcement::Ended { user_id, what: Ended::Account });
    Ok(())
}

/// Whose a session or token is, and whether it is a token; `None` if there is none, or it was ended.
pub fn find_owner(conn: &mut Conn, id: i64) -> QueryResult<Option<(UserId, bool)>> {
    let row = sessions::table
        .find(id)
        .filter(sessions::revoked_at.is_null())
        .select((sessions::user_id, sessions::name.is_not_null()))
        .first::<(i64, bool)>(conn)
        .optional()?;
    Ok(row.map(|(user_id, is_token)| (UserId(user_id), is_token)))
}
