//! What the server is called. It lies beside what else the database knows of itself, and moves with it.

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    schema::meta,
};

const KEY: &str = "server_name";

/// The name, if somebody gave one.
pub fn find_name(conn: &mut Conn) -> QueryResult<Option<String>> {
    meta::table.find(KEY).select(meta::value).first(conn).optional()
}

/// Gives the server a name.
pub fn update_name(tx: &mut Tx<'_>, name: &str) -> QueryResult<()> {
    let row = (meta::key.eq(KEY), meta::value.eq(name));
    on_backend!(tx.conn, conn => diesel::insert_into(meta::table)
        .values(row)
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(name))
        .execute(conn)?);
    Ok(())
}
