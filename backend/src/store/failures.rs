//! How often somebody was wrong lately: counted here, so that all nodes count together and none forgets
//! when it starts anew (SECURITY, AU-6).

use std::time::Duration;

use diesel::prelude::*;

use super::{
    conn::{Conn, on_backend},
    journal::Tx,
    schema::failures,
};
use crate::model::Timestamp;

/// How long a key stays that owes nothing any more: long enough that nobody is about to count on it.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// From when on nothing is held against a key.
pub fn find(conn: &mut Conn, key: &str) -> QueryResult<Timestamp> {
    let free_at = failures::table.find(key).select(failures::free_at).first::<i64>(conn);
    Ok(Timestamp(free_at.optional()?.unwrap_or(0)))
}

/// Moves that moment. Of several nodes that do so at once, each sees what the one before it made of it.
pub fn alter(
    tx: &mut Tx<'_>,
    key: &str,
    to: impl FnOnce(Timestamp) -> Timestamp,
) -> QueryResult<()> {
    let kept_us = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let old = failures::table.filter(failures::free_at.lt(tx.now.0.saturating_sub(kept_us)));
    diesel::delete(old).execute(tx.conn)?;
    // Writing the row as it is locks it.
    let free_at: i64 = on_backend!(tx.conn, conn => diesel::insert_into(failures::table)
        .values((failures::key.eq(key), failures::free_at.eq(0)))
        .on_conflict(failures::key)
        .do_update()
        .set(failures::free_at.eq(failures::free_at))
        .returning(failures::free_at)
        .get_result(conn)?);
    diesel::update(failures::table.find(key))
        .set(failures::free_at.eq(to(Timestamp(free_at)).0))
        .execute(tx.conn)?;
    Ok(())
}
