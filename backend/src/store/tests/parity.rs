//! The two migration folders, both migrated databases and `schema.rs` say the same.

use std::{collections::BTreeSet, fs};

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::super::{Conn, testing::TestDb};

/// A column: its table, its name, its type, whether it may be null.
type Column = (String, String, &'static str, bool);

#[derive(QueryableByName)]
struct Described {
    #[diesel(sql_type = sql_types::Text)]
    of: String,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    kind: String,
    #[diesel(sql_type = sql_types::Bool)]
    nullable: bool,
}

const SQLITE: &str = r#"select m.name as "of", c.name as name, lower(c.type) as kind,
    c."notnull" = 0 as nullable
    from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\_\_%' escape '\'
    and m.name not like 'message_search%'"#;

const POSTGRES: &str = r#"select table_name::text as "of", column_name::text as name,
    data_type::text as kind, is_nullable = 'YES' as nullable
    from information_schema.columns
    where table_schema = 'public' and table_name not like '\_\_%'
    and table_name <> 'message_search'"#;

/// The columns that `schema.rs` declares, read from its text: that is how it is kept.
fn declared() -> BTreeSet<Column> {
    let mut columns = BTreeSet::new();
    let mut table = String::new();
    let lines = include_str!("../schema.rs").lines().map(str::trim);
    for line in lines.filter(|line| !line.starts_with("diesel::")) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name.to_owned();
        } else if let Some((name, kind)) = line.split_once(" -> ") {
            let kind = kind.trim_end_matches(',');
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let plain = match inner.unwrap_or(kind) {
                "BigInt" => "bigint",
                "Text" => "text",
                "Bool" => "boolean",
                "Binary" => "bytes",
                other => panic!("{other} is a type that this test does not know"),
            };
            columns.insert((table.clone(), name.to_owned(), plain, inner.is_some()));
        }
    }
    columns
}

fn migrated(conn: &mut Conn) -> BTreeSet<Column> {
    let sql = if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES };
    let column = |column: Described| {
        let kind = match column.kind.as_str() {
            "bigint" | "integer" => "bigint",
            "text" => "text",
            "boolean" => "boolean",
            "blob" | "bytea" => "bytes",
            other => panic!("{other} is a type that this test does not know"),
        };
        (column.of, column.name, kind, column.nullable)
    };
    sql_query(sql).load::<Described>(conn).unwrap().into_iter().map(column).collect()
}

#[test]
fn a_migrated_database_has_the_columns_of_the_schema() {
    let test = TestDb::new();
    let declared = declared();
    assert!(declared.len() > 60, "the schema was read");
    assert_eq!(migrated(&mut test.conn()), declared);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = format!("{}/../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn both_databases_have_the_same_indexes() {
    let indexes = |database: &str| -> BTreeSet<String> {
        let folder = format!("{}/../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let migrations = fs::read_dir(folder).unwrap();
        let text: String = migrations
            .map(|entry| fs::read_to_string(entry.unwrap().path().join("up.sql")).unwrap())
            .collect();
        let statements = text.split(';').map(|statement| {
            let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
            lines.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let indexes = statements.filter(|statement| statement.contains(" index "));
        // The index of texts is an index as a whole on one, and has two on the other.
        indexes.filter(|statement| !statement.contains("message_search")).collect()
    };
    assert!(indexes("sqlite").len() > 10);
    assert_eq!(indexes("sqlite"), indexes("postgres"));
}
