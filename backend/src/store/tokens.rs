//! Personal access tokens: rows of `sessions` with a name, scopes and the hash of the token.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    page::{Key, Page, Position, Wanted, sorted},
    schema::sessions,
    sessions::{LISTED_MAX, forget_ended, scopes_of},
};
use crate::{
    error::{Code, Result},
    model::{
        Announcement, SessionId, Timestamp, TokenId, UserId,
        announcement::Ended,
        credentials::{PersonalToken, Scope, TokenOrdering},
        text,
    },
};

/// How many a person may have at once.
pub const TOKENS_MAX: i64 = 50;
/// When a token ends that has no end: late enough for anybody (the year 9999).
pub(super) const NEVER: i64 = 253_370_764_800_000_000;

/// Which tokens of a person, in which order.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only those with this in their name, folded.
    pub search: Option<String>,
    /// Only those that may be used for this.
    pub scope: Option<Scope>,
    /// The order.
    pub ordering: TokenOrdering,
}

/// A token to be; its parts have been checked.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Whose.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for, each once.
    pub scopes: Vec<Scope>,
    /// What it is compared with.
    pub token_hash: String,
    /// When it ends; never if left out.
    pub expires_at: Option<Timestamp>,
}

/// Keeps a token.
///
/// # Errors
/// `conflict` when the person has too many.
pub fn insert(tx: &mut Tx<'_>, row: &NewRow) -> Result<TokenId> {
    let now = tx.now;
    forget_ended(tx, row.user_id)?;
    let live: i64 = sessions::table
        .filter(sessions::user_id.eq(row.user_id.0).and(sessions::name.is_not_null()))
        .filter(sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.0)))
        .count()
        .get_result(tx.conn)?;
    if live >= TOKENS_MAX {
        return Err(Code::Conflict.into());
    }
    let scopes: Vec<_> = row.scopes.iter().map(|scope| scope.name()).collect();
    let id: i64 = on_backend!(tx.conn, conn => diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(row.user_id.0),
            // Without a salt no refresh token belongs to it.
            sessions::salt.eq(""),
            sessions::rotated_at.eq(now.0),
            sessions::created_at.eq(now.0),
            sessions::last_seen_at.eq(0),
            sessions::expires_at.eq(row.expires_at.map_or(NEVER, |at| at.0)),
            sessions::name.eq(&row.name),
            sessions::scopes.eq(scopes.join(" ")),
            sessions::token_hash.eq(&row.token_hash),
        ))
        .returning(sessions::id)
        .get_result(conn)?);
    Ok(TokenId(id))
}

/// The session that a token stands for, by its hash.
pub fn find_id(conn: &mut Conn, token_hash: &str) -> QueryResult<Option<SessionId>> {
    let id = sessions::table
        .filter(sessions::token_hash.eq(token_hash))
        .select(sessions::id)
        .first::<i64>(conn)
        .optional()?;
    Ok(id.map(SessionId))
}

/// A page of the live tokens of a person.
pub fn list(
    conn: &mut Conn,
    user_id: UserId,
    now: Timestamp,
    which: &Which,
    wanted: &Wanted,
) -> QueryResult<Page<PersonalToken>> {
    type Row = (i64, Option<String>, Option<String>, i64, i64, i64);
    let rows = sessions::table
        .filter(sessions::user_id.eq(user_id.0).and(sessions::name.is_not_null()))
        .filter(sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.0)))
        .order(sessions::id.desc())
        .limit(LISTED_MAX)
        .select((
            sessions::id,
            sessions::name,
            sessions::scopes,
            sessions::created_at,
            sessions::last_seen_at,
            sessions::expires_at,
        ))
        .load::<Row>(conn)?;
    let token = |(id, name, scopes, created, used, expires): Row| PersonalToken {
        id: TokenId(id),
        name: name.unwrap_or_default(),
        scopes: scopes_of(&scopes.unwrap_or_default()),
        created_at: Timestamp(created),
        last_used_at: Some(Timestamp(used)).filter(|used| used.0 > 0),
        expires_at: Some(Timestamp(expires)).filter(|at| at.0 < NEVER),
    };
    let mut items: Vec<PersonalToken> = rows.into_iter().map(token).collect();
    if let Some(search) = &which.search {
        items.retain(|token| text::fold(&token.name).contains(search.as_str()));
    }
    if let Some(scope) = &which.scope {
        items.retain(|token| token.scopes.contains(scope));
    }
    use TokenOrdering as By;
    let down = matches!(
        which.ordering,
        By::CreatedAtDown | By::NameDown | By::LastUsedAtDown | By::ExpiresAtDown
    );
    Ok(sorted(items, down, wanted, |token| Position {
        key: match which.ordering {
            By::CreatedAt | By::CreatedAtDown => Key::Number(token.created_at.0),
            By::Name | By::NameDown => Key::Text(text::fold(&token.name)),
            By::LastUsedAt | By::LastUsedAtDown => {
                Key::Number(token.last_used_at.map_or(0, |at| at.0))
            }
            By::ExpiresAt | By::ExpiresAtDown => {
                Key::Number(token.expires_at.map_or(NEVER, |at| at.0))
            }
        },
        id: token.id.0,
    }))
}

/// Ends a token of a person and tells its sockets; `false` if they have no such live token.
pub fn revoke(tx: &mut Tx<'_>, user_id: UserId, id: TokenId) -> QueryResult<bool> {
    let revoked = diesel::update(sessions::table.find(id.0))
        .filter(sessions::user_id.eq(user_id.0).and(sessions::revoked_at.is_null()))
        .filter(sessions::name.is_not_null())
        .set(sessions::revoked_at.eq(tx.now.0))
        .execute(tx.conn)?;
    if revoked == 1 {
        let what = Ended::Session(SessionId(id.0));
        tx.announce(Announcement::Ended { user_id, what });
    }
    Ok(revoked == 1)
}
