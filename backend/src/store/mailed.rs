//! What was sent by mail and not used yet, each kept as the hash of its token.

use std::time::Duration;

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    schema::mailed_tokens,
};
use crate::model::{Timestamp, UserId};

/// How long a link is good (SECURITY, AU-9).
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// What a token is for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To show that an address is a person's.
    Verify,
    /// To choose a new password.
    Reset,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }
}

/// A token that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed {
    /// Whose.
    pub user_id: UserId,
    /// Where it was sent: whoever has it can read the mails of this address.
    pub email: String,
}

/// Keeps a token. Only the address that was asked for last can still be verified.
pub fn insert(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    mailed: &Mailed,
    token_hash: &str,
) -> QueryResult<()> {
    let Mailed { user_id, email } = mailed;
    let own = mailed_tokens::user_id.eq(user_id.0);
    let is_old = own.and(mailed_tokens::expires_at.le(tx.now.0));
    diesel::delete(mailed_tokens::table.filter(is_old)).execute(tx.conn)?;
    if purpose == Purpose::Verify {
        let same = mailed_tokens::purpose.eq(purpose.name());
        let elsewhere = own.and(same).and(mailed_tokens::email.ne(email));
        diesel::delete(mailed_tokens::table.filter(elsewhere)).execute(tx.conn)?;
    }
    diesel::insert_into(mailed_tokens::table)
        .values((
            mailed_tokens::user_id.eq(user_id.0),
            mailed_tokens::purpose.eq(purpose.name()),
            mailed_tokens::token_hash.eq(token_hash),
            mailed_tokens::email.eq(email),
            mailed_tokens::created_at.eq(tx.now.0),
            mailed_tokens::expires_at.eq(tx.now.after(LIFETIME).0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A token that is good, without using it.
pub fn find(
    conn: &mut Conn,
    purpose: Purpose,
    token_hash: &str,
    now: Timestamp,
) -> QueryResult<Option<Mailed>> {
    let row = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(token_hash))
        .filter(mailed_tokens::purpose.eq(purpose.name()))
        .filter(mailed_tokens::expires_at.gt(now.0))
        .select((mailed_tokens::user_id, mailed_tokens::email))
        .first::<(i64, String)>(conn)
        .optional()?;
    Ok(row.map(|(id, email)| Mailed { user_id: UserId(id), email }))
}

/// Uses a token up; `None` if it is not good, or not good any more.
pub fn take(tx: &mut Tx<'_>, purpose: Purpose, token_hash: &str) -> QueryResult<Option<Mailed>> {
    let which = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(token_hash))
        .filter(mailed_tokens::purpose.eq(purpose.name()))
        .filter(mailed_tokens::expires_at.gt(tx.now.0));
    // Deleting is the test: of two that come at once, one finds nothing to delete.
    let row: Option<(i64, String)> = on_backend!(tx.conn, conn => diesel::delete(which)
        .returning((mailed_tokens::user_id, mailed_tokens::email))
        .get_result(conn)
        .optional()?);
    Ok(row.map(|(id, email)| Mailed { user_id: UserId(id), email }))
}

/// The address that a person asked to verify last, if its link is still good.
pub fn find_pending(
    conn: &mut Conn,
    user_id: UserId,
    now: Timestamp,
) -> QueryResult<Option<String>> {
    mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(user_id.0))
        .filter(mailed_tokens::purpose.eq(Purpose::Verify.name()))
        .filter(mailed_tokens::expires_at.gt(now.0))
        .order(mailed_tokens::id.desc())
        .select(mailed_tokens::email)
        .first(conn)
        .optional()
}

/// Voids everything that was sent to a person for a purpose.
pub fn delete(tx: &mut Tx<'_>, purpose: Purpose, user_id: UserId) -> QueryResult<()> {
    let which = mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(user_id.0))
        .filter(mailed_tokens::purpose.eq(purpose.name()));
    diesel::delete(which).execute(tx.conn)?;
    Ok(())
}

/// Voids everything that was sent to a person.
pub fn forget(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let which = mailed_tokens::table.filter(mailed_tokens::user_id.eq(user_id.0));
    diesel::delete(which).execute(tx.conn)?;
    Ok(())
}
