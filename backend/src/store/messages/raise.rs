//! Taking the next numbers of a room. Written out, because diesel plans its own updates anew each time,
//! and this one runs for every room of every batch.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, Text},
};

use crate::model::RoomId;

/// Raises a room's head; answers the new one and what is needed to decide who may speak. Nothing, if
/// there is no such room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raise {
    room_id: i64,
    by: i64,
}

/// What a [`Raise`] answers: `head`, `kind`, `staff_only`, `invite_only`.
pub(super) type Raised = (i64, String, bool, bool);

impl Raise {
    /// By so many numbers.
    pub(super) fn new(room_id: RoomId, by: i64) -> Self {
        Self { room_id: room_id.0, by }
    }
}

impl Query for Raise {
    type SqlType = (BigInt, Text, Bool, Bool);
}

impl<Conn> RunQueryDsl<Conn> for Raise {}

impl QueryId for Raise {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Backend> QueryFragment<DB> for Raise
where
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("update rooms set head = head + ");
        out.push_bind_param::<BigInt, _>(&self.by)?;
        out.push_sql(" where id = ");
        out.push_bind_param::<BigInt, _>(&self.room_id)?;
        out.push_sql(" returning head, kind, staff_only, invite_only");
        Ok(())
    }
}
