//! What there is to move: tables in an order in which each comes after those that it refers to.

use std::collections::{HashMap, HashSet};

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Bool, Text},
};

use super::MoveError;

/// Tables that are not moved: see [`super`].
const NOT_MOVED: &[&str] = &["__diesel_schema_migrations", "announcements", "message_search"];
/// Keys of `meta` that belong to one database alone.
pub(super) const OWN_KEYS: &str = "('epoch', 'secret', 'search_mark')";

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// What rows are ordered by.
    pub(super) key: Vec<String>,
    /// The column that the database numbers by itself.
    pub(super) numbered: Option<String>,
}

/// What a column holds, in the words of both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Flag,
    Text,
    Bytes,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_numbered: bool,
    #[diesel(sql_type = Bool)]
    is_key: bool,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    from: String,
    #[diesel(sql_type = Text)]
    to: String,
}

const COLUMNS: &str = "
    select class.relname::text as \"table\", attribute.attname::text as name,
        format_type(attribute.atttypid, null) as kind, attribute.attidentity <> '' as is_numbered,
        exists (select from pg_index where indrelid = class.oid and indisprimary
            and attribute.attnum = any (indkey)) as is_key
    from pg_class as class join pg_attribute as attribute on attrelid = class.oid
    where class.relkind = 'r' and class.relnamespace = current_schema()::regnamespace
        and attribute.attnum > 0 and not attribute.attisdropped
    order by class.relname, attribute.attnum";

const REFERENCES: &str = "
    select distinct source.relname::text as \"from\", target.relname::text as \"to\"
    from pg_constraint
    join pg_class as source on source.oid = conrelid
    join pg_class as target on target.oid = confrelid
    where contype = 'f' and conrelid <> confrelid
        and source.relnamespace = current_schema()::regnamespace";

/// The tables of a Postgres whose schema is up to date.
pub(super) fn read(conn: &mut PgConnection) -> Result<Vec<Table>, MoveError> {
    let mut tables: Vec<Table> = Vec::new();
    for column in sql_query(COLUMNS).load::<Column>(conn)? {
        if NOT_MOVED.contains(&column.table.as_str()) {
            continue;
        }
        if tables.last().is_none_or(|table| table.name != column.table) {
            let name = column.table.clone();
            tables.push(Table { name, columns: Vec::new(), key: Vec::new(), numbered: None });
        }
        let Some(table) = tables.last_mut() else { continue };
        let kind = match column.kind.as_str() {
            "bigint" | "integer" => Kind::Number,
            "boolean" => Kind::Flag,
            "text" => Kind::Text,
            "bytea" => Kind::Bytes,
            _ => return Err(MoveError::Unknown(format!("{}.{}", column.table, column.name))),
        };
        if column.is_key {
            table.key.push(column.name.clone());
        }
        if column.is_numbered {
            table.numbered = Some(column.name.clone());
        }
        table.columns.push((column.name, kind));
    }
    Ok(in_order(tables, sql_query(REFERENCES).load::<Reference>(conn)?))
}

fn in_order(mut waiting: Vec<Table>, references: Vec<Reference>) -> Vec<Table> {
    let mut needs = HashMap::<String, HashSet<String>>::new();
    for Reference { from, to } in references {
        needs.entry(from).or_default().insert(to);
    }
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |table: &mut Table| {
            let needed = needs.get(&table.name);
            needed.is_none_or(|needed| {
                !needed.iter().any(|to| {
                    !ordered.iter().any(|done| done.name == *to)
                        && !NOT_MOVED.contains(&to.as_str())
                })
            })
        };
        let ready: Vec<_> = waiting.extract_if(.., is_ready).collect();
        if ready.is_empty() {
            // Tables that refer to each other in a circle: the database will say what it misses.
            ordered.append(&mut waiting);
        }
        ordered.extend(ready);
    }
    ordered
}
