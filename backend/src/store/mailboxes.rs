//! E-mail addresses of accounts: whose they are, and whether that was shown.
//!
//! Many accounts may write down one address; one at the most has shown it to be its own.

use diesel::prelude::*;

use super::{
    accounts::{VERIFIED_COLUMNS, VERIFIED_KEY},
    conn::Conn,
    error::is_taken,
    journal::Tx,
    schema::users,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{Timestamp, UserId, profile::Locale, text},
};

/// An account as mails see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Whose.
    pub user_id: UserId,
    /// The username.
    pub username: String,
    /// The language of its mails.
    pub locale: Locale,
    /// The address.
    pub email: Option<String>,
    /// Whether the address was shown to be this person's.
    pub is_verified: bool,
}

type Row = (i64, String, String, Option<String>, Option<i64>);

const COLUMNS: (users::id, users::username, users::locale, users::email, users::email_verified_at) =
    (users::id, users::username, users::locale, users::email, users::email_verified_at);

fn owner_of((id, username, locale, email, verified_at): Row) -> Owner {
    Owner {
        user_id: UserId(id),
        username,
        locale: Locale::of(&locale),
        is_verified: email.is_some() && verified_at.is_some(),
        email,
    }
}

/// The active account that a folded address means: that which has shown it to be its own, else the
/// oldest.
pub fn find(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Owner>> {
    let row = users::table
        .filter(users::email_key.eq(email_key).and(users::is_active))
        .order((users::email_verified_at.is_null(), users::id))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(owner_of))
}

/// The account that has shown a folded address to be its own, active or not.
pub fn find_holder(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Owner>> {
    let row = users::table
        .filter(users::email_key.eq(email_key).and(users::email_verified_at.is_not_null()))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(owner_of))
}

/// One account.
pub fn find_of(conn: &mut Conn, id: UserId) -> QueryResult<Option<Owner>> {
    let row = users::table.find(id.0).select(COLUMNS).first::<Row>(conn).optional()?;
    Ok(row.map(owner_of))
}

/// Gives an account an address; `verified_at` says when it was shown to be this person's.
///
/// # Errors
/// `conflict` when another account has shown that already.
pub fn update(
    tx: &mut Tx<'_>,
    id: UserId,
    email: &str,
    verified_at: Option<Timestamp>,
) -> Result<()> {
    let updated = diesel::update(users::table.find(id.0))
        .set((
            users::email.eq(email),
            users::email_key.eq(text::fold(email)),
            users::email_verified_at.eq(verified_at.map(|at| at.0)),
        ))
        .execute(tx.conn);
    match updated {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error, VERIFIED_KEY, VERIFIED_COLUMNS) => {
            Err(Error::from(Code::Conflict).and("email", Flaw::Taken))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes an account's address away.
pub fn delete(tx: &mut Tx<'_>, id: UserId) -> QueryResult<()> {
    diesel::update(users::table.find(id.0))
        .set((
            users::email.eq(None::<String>),
            users::email_key.eq(None::<String>),
            users::email_verified_at.eq(None::<i64>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The newest active account that has a folded address and has not shown it to be its own.
pub fn find_unverified(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Owner>> {
    let row = users::table
        .filter(users::email_key.eq(email_key).and(users::is_active))
        .filter(users::email_verified_at.is_null())
        .order(users::id.desc())
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(owner_of))
}
