//! Many rows by one statement of the embedded database: it costs a third less than one by one, and most
//! of that is not SQLite's. Written out, because diesel has no insert from a JSON document.

use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};
use serde::Serialize;

use crate::model::{MessageId, RoomId, Seq, Timestamp, UserId};

/// A text to be stored: what the statement calls 0 to 5 of a row.
#[derive(Serialize)]
pub(super) struct NewText<'a>(
    pub(super) RoomId,
    pub(super) Seq,
    pub(super) UserId,
    pub(super) &'a str,
    pub(super) Option<MessageId>,
    pub(super) Option<&'a str>,
);

/// Stores texts; answers the ids of those that are stored, in their order. One whose author has used
/// its nonce before is not.
pub(super) fn insert(
    conn: &mut SqliteConnection,
    now: Timestamp,
    texts: &[NewText<'_>],
) -> QueryResult<Vec<i64>> {
    let rows = serde_json::to_string(texts)
        .map_err(|why| diesel::result::Error::SerializationError(why.into()))?;
    let mut ids: Vec<i64> = Insert { now: now.0, rows }.load(conn)?;
    // An id is higher than those of the rows before; in which order they are returned is nobody's
    // promise.
    ids.sort_unstable();
    Ok(ids)
}

struct Insert {
    now: i64,
    rows: String,
}

impl Query for Insert {
    type SqlType = BigInt;
}

impl<Conn> RunQueryDsl<Conn> for Insert {}

impl QueryId for Insert {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for Insert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "insert into messages (room_id, seq, rev, kind, author_id, body, reply_to_id, nonce, \
             created_at) select value ->> 0, value ->> 1, value ->> 1, 'text', value ->> 2, \
             value ->> 3, value ->> 4, value ->> 5, ",
        );
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(" from json_each(");
        out.push_bind_param::<Text, _>(&self.rows)?;
        out.push_sql(") order by key on conflict do nothing returning id");
        Ok(())
    }
}
