//! The database looked at from outside, beside the running server.
//!
//! A SQLite file or, where `PARLOR_TEST_POSTGRES` gives the address of a server, a new database there,
//! so that every test of the server is a test of both.

use std::{env, path::Path};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection, sql_query, sql_types::Text,
};

pub(crate) enum Database {
    Sqlite(String),
    Postgres {
        server: String,
        name: String,
    },
    /// A database that somebody else has made.
    There(String),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    /// Makes one, in this folder if it needs a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        match env::var("PARLOR_TEST_POSTGRES") {
            Ok(server) => Self::on(server),
            Err(_) => Self::Sqlite(folder.join("parlor.db").display().to_string()),
        }
    }

    /// The file of a server that is not this test's process.
    pub(crate) fn file(path: &Path) -> Self {
        Self::Sqlite(path.display().to_string())
    }

    /// A database on a Postgres server, as somebody.
    pub(crate) fn at(url: String) -> Self {
        Self::There(url)
    }

    /// A new database on a Postgres server.
    pub(crate) fn on(server: String) -> Self {
        let name = format!("parlor_test_{:016x}", rand::random::<u64>());
        let mut conn = PgConnection::establish(&server).unwrap();
        conn.batch_execute(&format!("create database {name}")).unwrap();
        Self::Postgres { server, name }
    }

    /// What `DATABASE_URL` says.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{path}"),
            Self::There(url) => url.clone(),
            Self::Postgres { server, name } => {
                let mut url = url::Url::parse(server).unwrap();
                url.set_path(name);
                url.into()
            }
        }
    }

    /// Does what no call can do yet.
    pub(crate) fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => sqlite(path).batch_execute(sql).unwrap(),
            _ => self.try_run(sql).unwrap(),
        }
    }

    /// The same on Postgres, if it may be done.
    pub(crate) fn try_run(&self, sql: &str) -> Result<(), String> {
        self.postgres().batch_execute(sql).map_err(|why| why.to_string())
    }

    /// The first column of every row, as text.
    pub(crate) fn lines(&self, sql: &str) -> Vec<String> {
        let query = sql_query(format!("select cast(line as text) as line from ({sql}) as t"));
        let rows = match self {
            Self::Sqlite(path) => query.load::<Line>(&mut sqlite(path)),
            _ => query.load::<Line>(&mut self.postgres()),
        };
        rows.unwrap().into_iter().map(|it| it.line).collect()
    }

    /// Everything that is stored, to compare before and after. Without the audit log: it tells of what
    /// was refused as well.
    pub(crate) fn dump(&self) -> String {
        let tables = self.lines(match self {
            Self::Sqlite(_) => {
                "select name as line from sqlite_master where type = 'table'
                 and name not like 'sqlite_%' and name not like '__diesel%' and name <> 'audit'
                 and name not like 'message_search%' order by name"
            }
            _ => {
                "select table_name as line from information_schema.tables
                 where table_schema = 'public' and table_name <> 'audit'
                 and table_name not like '\\_\\_%' order by 1"
            }
        });
        let mut dump = String::new();
        for table in tables {
            let rows = self.lines(&match self {
                Self::Sqlite(_) => {
                    let columns = self.lines(&format!(
                        "select group_concat(format('quote(%w)', name)) as line
                         from pragma_table_info('{table}')"
                    ));
                    format!("select json_array({}) as line from {table} order by 1", columns[0])
                }
                _ => {
                    format!("select row_to_json(r)::text as line from {table} r order by 1")
                }
            });
            // How far the index of texts has come is a matter of time.
            let rows: Vec<_> =
                rows.into_iter().filter(|row| !row.contains("search_mark")).collect();
            dump.push_str(&format!("{table}\n  {}\n", rows.join("\n  ")));
        }
        dump
    }

    fn postgres(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }
}

fn sqlite(path: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(path).unwrap();
    conn.batch_execute("pragma busy_timeout = 5000").unwrap();
    conn
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            let dropped = PgConnection::establish(server)
                .map(|mut conn| conn.batch_execute(&format!("drop database {name} with (force)")));
            drop(dropped);
        }
    }
}
