//! Who wrote the messages of a page: each of them is read once, however often they wrote. A join would
//! read them again for every row, which is most of what a page costs.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable, Text},
    sqlite::Sqlite,
};

use super::{
    super::{conn::Conn, schema::users},
    AUTHOR, AuthorRow, author_of,
};
use crate::model::message::Author;

/// The people with these ids.
pub(super) fn find(conn: &mut Conn, ids: BTreeSet<i64>) -> QueryResult<HashMap<i64, Author>> {
    let rows: Vec<AuthorRow> = match (ids.len(), ids.first(), conn) {
        (0, ..) | (_, None, _) => Vec::new(),
        (1, Some(id), conn) => users::table.find(*id).select(AUTHOR).load(conn)?,
        (_, _, Conn::Sqlite(conn)) => Find::of(&ids)?.load(conn)?,
        (_, _, Conn::Postgres(conn)) => {
            users::table.filter(users::id.eq_any(&ids)).select(AUTHOR).load(conn)?
        }
    };
    Ok(rows.into_iter().map(|row| (row.0, author_of(row))).collect())
}

/// The same on SQLite, which has no lists of any length that a prepared statement could be given.
struct Find(String);

impl Find {
    fn of(ids: &BTreeSet<i64>) -> QueryResult<Self> {
        let failed = |why: serde_json::Error| diesel::result::Error::SerializationError(why.into());
        serde_json::to_string(ids).map(Self).map_err(failed)
    }
}

impl Query for Find {
    type SqlType = (BigInt, Text, Text, Nullable<Text>);
}

impl<Conn> RunQueryDsl<Conn> for Find {}

impl QueryId for Find {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for Find {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "select users.id, users.username, users.display_name, users.avatar \
             from json_each(",
        );
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(") as wanted cross join users where users.id = wanted.value");
        Ok(())
    }
}
