//! What the database knows of itself.

use diesel::prelude::*;

use super::{conn::Conn, schema::meta};

/// The key under which a SQLite file keeps the name of its history.
const EPOCH: &str = "epoch";

/// The name of this database's history, made with the database: a random one, so that a restored
/// copy that lived on by itself could be told from its original by giving it another.
pub(super) fn epoch(conn: &mut Conn) -> QueryResult<String> {
    let known = meta::table.find(EPOCH).select(meta::value).first(conn).optional()?;
    if let Some(epoch) = known {
        return Ok(epoch);
    }
    let epoch = format!("{:016x}", rand::random::<u64>());
    diesel::insert_into(meta::table)
        .values((meta::key.eq(EPOCH), meta::value.eq(&epoch)))
        .execute(conn)?;
    Ok(epoch)
}

/// Whether the database answers.
pub fn ping(conn: &mut Conn) -> QueryResult<()> {
    meta::table.find(EPOCH).select(meta::key).first::<String>(conn).optional().map(drop)
}
