//! Pieces of SQL that are the same every time. Unlike diesel's `sql`, which may hold anything, they
//! let the statement that they stand in be kept prepared: planning one anew costs more than most
//! of them take to run.

use std::marker::PhantomData;

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::SingleValue,
};

/// See [`fixed`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed<ST> {
    text: &'static str,
    kind: PhantomData<ST>,
}

/// An expression of the type `ST`, written out. It may name any table of its statement.
pub(super) const fn fixed<ST>(text: &'static str) -> Fixed<ST> {
    Fixed { text, kind: PhantomData }
}

impl<ST: SingleValue> Expression for Fixed<ST> {
    type SqlType = ST;
}

impl<ST, QS> AppearsOnTable<QS> for Fixed<ST> where Self: Expression {}

impl<ST, QS> SelectableExpression<QS> for Fixed<ST> where Self: Expression {}

impl<ST, By> ValidGrouping<By> for Fixed<ST> {
    type IsAggregate = is_aggregate::Never;
}

/// The text tells two of them apart.
impl<ST> QueryId for Fixed<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, DB: Backend> QueryFragment<DB> for Fixed<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.text);
        Ok(())
    }
}
