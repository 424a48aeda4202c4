//! The second factor of accounts: secrets, the last step used, recovery codes.
//!
//! A secret is stored as it is, because codes are made from it. Whoever reads the database can make
//! codes, but still has no password.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    schema::{recovery_codes, totps},
};
use crate::model::{UserId, credentials::TotpState};

/// The secret of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// In base32.
    pub secret: String,
    /// Whether signing in asks for its codes.
    pub is_confirmed: bool,
    /// The newest step whose code was used.
    pub last_step: i64,
}

/// The secret of an account, confirmed or not.
pub fn find(conn: &mut Conn, user_id: UserId) -> QueryResult<Option<Totp>> {
    let row = totps::table
        .find(user_id.0)
        .select((totps::secret, totps::confirmed_at, totps::last_step))
        .first::<(String, Option<i64>, i64)>(conn)
        .optional()?;
    Ok(row.map(|(secret, confirmed_at, last_step)| Totp {
        secret,
        is_confirmed: confirmed_at.is_some(),
        last_step,
    }))
}

/// What its owner may know of it.
pub fn find_state(conn: &mut Conn, user_id: UserId) -> QueryResult<TotpState> {
    let enabled = find(conn, user_id)?.is_some_and(|totp| totp.is_confirmed);
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id.0));
    let recovery_codes_left = codes.count().get_result(conn)?;
    Ok(TotpState { enabled, recovery_codes_left })
}

/// Gives an account a secret that is not confirmed yet, instead of another such.
pub fn insert(tx: &mut Tx<'_>, user_id: UserId, secret: &str) -> QueryResult<()> {
    delete(tx, user_id)?;
    diesel::insert_into(totps::table)
        .values((totps::user_id.eq(user_id.0), totps::secret.eq(secret)))
        .execute(tx.conn)?;
    Ok(())
}

/// From now on signing in asks for codes; these stand in for them.
pub fn confirm(tx: &mut Tx<'_>, user_id: UserId, code_hashes: &[String]) -> QueryResult<()> {
    diesel::update(totps::table.find(user_id.0))
        .set(totps::confirmed_at.eq(tx.now.0))
        .execute(tx.conn)?;
    insert_codes(tx, user_id, code_hashes)
}

/// Puts recovery codes in the place of those that there are.
pub fn replace_codes(tx: &mut Tx<'_>, user_id: UserId, code_hashes: &[String]) -> QueryResult<()> {
    delete_codes(tx, user_id)?;
    insert_codes(tx, user_id, code_hashes)
}

fn insert_codes(tx: &mut Tx<'_>, user_id: UserId, code_hashes: &[String]) -> QueryResult<()> {
    let rows: Vec<_> = code_hashes
        .iter()
        .map(|hash| (recovery_codes::user_id.eq(user_id.0), recovery_codes::code_hash.eq(hash)))
        .collect();
    on_backend!(tx.conn, conn => diesel::insert_into(recovery_codes::table)
        .values(&rows)
        .execute(conn)?);
    Ok(())
}

/// Uses a step up; `false` if it, or a later one, was used before.
pub fn use_step(tx: &mut Tx<'_>, user_id: UserId, step: i64) -> QueryResult<bool> {
    let used = diesel::update(totps::table.find(user_id.0))
        .filter(totps::last_step.lt(step))
        .set(totps::last_step.eq(step))
        .execute(tx.conn)?;
    Ok(used == 1)
}

/// Uses a recovery code up; `false` if it is none, or was used before.
pub fn use_recovery_code(tx: &mut Tx<'_>, user_id: UserId, hash: &str) -> QueryResult<bool> {
    let used = diesel::delete(recovery_codes::table.find((user_id.0, hash))).execute(tx.conn)?;
    Ok(used == 1)
}

/// Takes the secret and the codes away.
pub fn delete(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    diesel::delete(totps::table.find(user_id.0)).execute(tx.conn)?;
    delete_codes(tx, user_id)
}

fn delete_codes(tx: &mut Tx<'_>, user_id: UserId) -> QueryResult<()> {
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user_id.0));
    diesel::delete(codes).execute(tx.conn)?;
    Ok(())
}
