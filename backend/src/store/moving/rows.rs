//! Rows as they travel: JSON arrays that read the same from both databases.

use diesel::{
    connection::DefaultLoadingMode,
    pg::PgRowByRowLoadingMode,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use serde_json::Value;

use super::{
    super::conn::{Conn, on_backend},
    MoveError,
    shape::{Kind, OWN_KEYS, Table},
};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// A database, in what the two differ.
#[derive(Clone, Copy)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Table {
    /// Which of its rows are moved.
    fn moved(&self) -> String {
        match self.name.as_str() {
            "meta" => format!("where key not in {OWN_KEYS}"),
            _ => String::new(),
        }
    }

    fn select(&self, dialect: Dialect) -> String {
        let columns = self.columns.iter().map(|(name, kind)| match (kind, dialect) {
            // As SQLite has them.
            (Kind::Flag, _) => format!("cast(\"{name}\" as integer)"),
            (Kind::Number | Kind::Text, _) => format!("\"{name}\""),
            (Kind::Bytes, Dialect::Sqlite) => format!("lower(hex(\"{name}\"))"),
            (Kind::Bytes, Dialect::Postgres) => format!("encode(\"{name}\", 'hex')"),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let array = match dialect {
            Dialect::Sqlite => "json_array",
            Dialect::Postgres => "json_build_array",
        };
        let (name, moved, key) = (&self.name, self.moved(), quoted(&self.key));
        format!(
            "select cast({array}({columns}) as text) as line from \"{name}\" {moved} order by {key}"
        )
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// How many rows there are to be moved.
pub(super) fn count(conn: &mut Conn, table: &Table) -> Result<u64, MoveError> {
    let query = format!("select count(*) as number from \"{}\" {}", table.name, table.moved());
    let number = sql_query(query).get_result::<Number>(conn)?.number;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// Takes every row, one after the other, whatever there are.
pub(super) fn each(
    conn: &mut Conn,
    table: &Table,
    take: &mut dyn FnMut(&str) -> Result<(), MoveError>,
) -> Result<(), MoveError> {
    let mut pass_on = |line: QueryResult<Line>| {
        let row: Value = serde_json::from_str(&line?.line)
            .map_err(|_| MoveError::Different(table.name.clone()))?;
        take(&row.to_string())
    };
    match conn {
        Conn::Sqlite(conn) => sql_query(table.select(Dialect::Sqlite))
            .load_iter::<Line, DefaultLoadingMode>(conn)?
            .try_for_each(&mut pass_on),
        Conn::Postgres(conn) => sql_query(table.select(Dialect::Postgres))
            .load_iter::<Line, PgRowByRowLoadingMode>(conn)?
            .try_for_each(&mut pass_on),
    }
}

/// Writes rows, by one statement.
pub(super) fn insert(conn: &mut Conn, table: &Table, rows: &[String]) -> Result<(), MoveError> {
    let names: Vec<_> = table.columns.iter().map(|(name, _)| name.clone()).collect();
    let into = format!("insert into \"{}\" ({})", table.name, quoted(&names));
    let columns = table.columns.iter().enumerate();
    let statement = match conn {
        Conn::Sqlite(_) => {
            let values = columns.map(|(at, (_, kind))| match kind {
                Kind::Bytes => format!("unhex(json_extract(value, '$[{at}]'))"),
                _ => format!("json_extract(value, '$[{at}]')"),
            });
            let values = values.collect::<Vec<_>>().join(", ");
            format!("{into} select {values} from json_each(?1) order by key")
        }
        Conn::Postgres(_) => {
            let values = columns.map(|(at, (_, kind))| match kind {
                Kind::Number => format!("(line->>{at})::bigint"),
                Kind::Flag => format!("(line->>{at})::integer::boolean"),
                Kind::Text => format!("line->>{at}"),
                Kind::Bytes => format!("decode(line->>{at}, 'hex')"),
            });
            let values = values.collect::<Vec<_>>().join(", ");
            format!(
                "{into} overriding system value select {values}
                 from json_array_elements($1::json) with ordinality as given (line, place) order by place"
            )
        }
    };
    let text = format!("[{}]", rows.join(","));
    on_backend!(conn, conn => sql_query(statement).bind::<Text, _>(text).execute(conn)?);
    Ok(())
}

/// The last number that a database has given by itself, used or not.
pub(super) fn last_number(conn: &mut Conn, table: &Table, column: &str) -> Result<i64, MoveError> {
    let name = &table.name;
    let query = match conn {
        Conn::Sqlite(_) => {
            format!("select coalesce(max(seq), 0) as number from sqlite_sequence where name = '{name}'")
        }
        Conn::Postgres(_) => format!(
            "select coalesce(pg_sequence_last_value(pg_get_serial_sequence('{name}', '{column}')::regclass), 0)
             as number"
        ),
    };
    Ok(sql_query(query).get_result::<Number>(conn)?.number)
}

/// Lets a database go on numbering after this one: a number is never given twice, not even one whose
/// row is gone.
pub(super) fn go_on_after(
    conn: &mut Conn,
    table: &Table,
    column: &str,
    last: i64,
) -> Result<(), MoveError> {
    let name = &table.name;
    if last == 0 {
        return Ok(());
    }
    match conn {
        Conn::Sqlite(conn) => {
            sql_query(format!("delete from sqlite_sequence where name = '{name}'"))
                .execute(conn)?;
            sql_query(format!("insert into sqlite_sequence (name, seq) values ('{name}', {last})"))
                .execute(conn)?;
        }
        Conn::Postgres(conn) => {
            sql_query(format!(
                "select setval(pg_get_serial_sequence('{name}', '{column}'), {last})"
            ))
            .execute(conn)?;
        }
    }
    Ok(())
}
