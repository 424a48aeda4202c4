//! The database looked at from outside, beside the running server.

use std::path::PathBuf;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types::Text,
};

pub(crate) struct Database(pub(crate) PathBuf);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    fn connect(&self) -> SqliteConnection {
        let mut conn = SqliteConnection::establish(&self.0.to_string_lossy()).unwrap();
        conn.batch_execute("pragma busy_timeout = 5000").unwrap();
        conn
    }

    /// Does what no call can do yet.
    pub(crate) fn run(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// The first column of every row, as text.
    pub(crate) fn lines(&self, sql: &str) -> Vec<String> {
        let rows = sql_query(format!("select cast(line as text) as line from ({sql})"));
        rows.load::<Line>(&mut self.connect()).unwrap().into_iter().map(|it| it.line).collect()
    }

    /// Everything that is stored, to compare before and after. Without the audit log: it tells of what
    /// was refused as well.
    pub(crate) fn dump(&self) -> String {
        let tables = self.lines(
            "select name as line from sqlite_master where type = 'table'
             and name not like 'sqlite_%' and name not like '__diesel%' and name <> 'audit'
             and name not like 'message_search%' order by name",
        );
        let mut dump = String::new();
        for table in tables {
            let columns = self.lines(&format!(
                "select group_concat(format('quote(%w)', name)) as line
                 from pragma_table_info('{table}')"
            ));
            let rows = self.lines(&format!(
                "select json_array({}) as line from {table} order by 1",
                columns[0]
            ));
            // How far the index of texts has come is a matter of time.
            let rows: Vec<_> =
                rows.into_iter().filter(|row| !row.contains("search_mark")).collect();
            dump.push_str(&format!("{table}\n  {}\n", rows.join("\n  ")));
        }
        dump
    }
}
