//! The hashes of the tokens with which a fresh server gets its first superuser: one for every node that
//! started before there was one. They lie beside what else the database knows of itself.

use diesel::prelude::*;

use super::{conn::Conn, journal::Tx, schema::meta};

/// How the keys begin; the hash follows.
const PREFIX: &str = "setup:";

/// Keeps the hash of a token.
pub fn insert(tx: &mut Tx<'_>, hash: &str) -> QueryResult<()> {
    diesel::insert_into(meta::table)
        .values((meta::key.eq(format!("{PREFIX}{hash}")), meta::value.eq(tx.now.0.to_string())))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether a token is good.
pub fn is_one(conn: &mut Conn, hash: &str) -> QueryResult<bool> {
    let own = meta::table.find(format!("{PREFIX}{hash}")).select(meta::key);
    Ok(own.first::<String>(conn).optional()?.is_some())
}

/// Uses a token up, and with it all others; `false` if it is none.
pub fn take(tx: &mut Tx<'_>, hash: &str) -> QueryResult<bool> {
    // Deleting is the test: of two that come at once, one finds nothing to delete.
    let own = meta::table.filter(meta::key.eq(format!("{PREFIX}{hash}")));
    let is_one = diesel::delete(own).execute(tx.conn)? == 1;
    if is_one {
        delete(tx)?;
    }
    Ok(is_one)
}

/// Voids all tokens.
pub fn delete(tx: &mut Tx<'_>) -> QueryResult<()> {
    let all = meta::table.filter(meta::key.like(format!("{PREFIX}%")));
    diesel::delete(all).execute(tx.conn)?;
    Ok(())
}
