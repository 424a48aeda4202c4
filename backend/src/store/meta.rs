//! What the database knows of itself.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    schema::meta,
};

/// The key under which a SQLite file keeps the name of its history.
const EPOCH: &str = "epoch";

/// The key of the secret that the nodes of a cluster share.
const SECRET: &str = "secret";

/// The name of this database's history (GUARANTEES, G6). A random one, made with the database, so
/// that a restored copy that lived on by itself could be told from its original by giving it another;
/// on Postgres with the names of the server's history, of its timeline, which is another one after every
/// fail-over and every restore of the server, and of the table, which a restored dump makes anew.
pub(super) fn epoch(conn: &mut Conn) -> QueryResult<String> {
    let own = value(conn, EPOCH, || format!("{:016x}", rand::random::<u64>()))?;
    match conn {
        Conn::Sqlite(_) => Ok(own),
        Conn::Postgres(conn) => Ok(format!("{own}-{}", super::postgres::history(conn)?)),
    }
}

/// Gives a SQLite file another history.
pub(super) fn begin_anew(conn: &mut SqliteConnection) -> QueryResult<()> {
    diesel::delete(meta::table.find(EPOCH)).execute(conn)?;
    let row = (meta::key.eq(EPOCH), meta::value.eq(format!("{:016x}", rand::random::<u64>())));
    diesel::insert_into(meta::table).values(row).execute(conn).map(drop)
}

/// The secret that all nodes on this database share; the first of them makes it.
pub(super) fn secret(conn: &mut Conn, make: impl FnOnce() -> String) -> QueryResult<String> {
    value(conn, SECRET, make)
}

/// The secret that the nodes on this database share, if there are any.
pub(super) fn find_secret(conn: &mut Conn) -> QueryResult<Option<String>> {
    meta::table.find(SECRET).select(meta::value).first(conn).optional()
}

/// What is kept under a key; made if there is nothing, by one node if several come at once.
fn value(conn: &mut Conn, key: &str, make: impl FnOnce() -> String) -> QueryResult<String> {
    let find = |conn: &mut Conn| meta::table.find(key).select(meta::value).first(conn).optional();
    if let Some(known) = find(conn)? {
        return Ok(known);
    }
    let row = (meta::key.eq(key), meta::value.eq(make()));
    on_backend!(conn, conn => diesel::insert_into(meta::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?);
    find(conn)?.ok_or(diesel::result::Error::NotFound)
}

/// Whether the database answers.
pub fn ping(conn: &mut Conn) -> QueryResult<()> {
    meta::table.find(EPOCH).select(meta::key).first::<String>(conn).optional().map(drop)
}

/// Whether the database can be read at all, whatever is in it.
pub(super) fn look(conn: &mut Conn) -> QueryResult<()> {
    diesel::sql_query("select 1").execute(conn).map(drop)
}
