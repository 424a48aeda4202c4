//! That something sealed, which its caller keeps, was shown: it is good once, on whichever node.

use diesel::prelude::*;

use super::{conn::on_backend, journal::Tx, schema::used_tickets};
use crate::model::Timestamp;

/// Uses a ticket up; `false` if it was used before. Those that nobody would open any more are
/// forgotten on the way.
pub fn use_up(tx: &mut Tx<'_>, id: &str, until: Timestamp) -> QueryResult<bool> {
    let old = used_tickets::table.filter(used_tickets::expires_at.le(tx.now.0));
    diesel::delete(old).execute(tx.conn)?;
    let row = (used_tickets::id.eq(id), used_tickets::expires_at.eq(until.0));
    // Inserting is the test: of two that come at once, one finds that it is there.
    let inserted = on_backend!(tx.conn, conn => diesel::insert_into(used_tickets::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}
