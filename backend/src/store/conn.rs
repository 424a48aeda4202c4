//! One connection, to either database, and the pool's way of making it.
//!
//! Plain diesel runs on [`Conn`]; where the derive falls short (several rows in one insert,
//! `on conflict`), [`on_backend!`] compiles the same body once for each database.

use std::{path::PathBuf, time::Duration};

use diesel::{
    Connection, ConnectionError, MultiConnection, PgConnection, QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};

/// How long a statement waits for another program that has locked the SQLite file.
const SQLITE_BUSY_WAIT: Duration = Duration::from_secs(5);

/// A connection to either database.
#[derive(MultiConnection)]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A Postgres server.
    Postgres(PgConnection),
}

/// Compiles the body once for each database, with the plain connection under the given name.
macro_rules! on_backend {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::conn::Conn::Sqlite($inner) => $body,
            $crate::store::conn::Conn::Postgres($inner) => $body,
        }
    };
}
pub(super) use on_backend;

/// Where the data lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A Postgres server, by its `postgres://` address.
    Postgres(String),
}

/// Makes connections for the pool.
#[derive(Debug)]
pub(super) struct Manager(pub(super) Place);

impl Manager {
    pub(super) fn open(&self) -> Result<Conn, ConnectionError> {
        match &self.0 {
            Place::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                set_up_sqlite(&mut conn).map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(conn))
            }
            Place::Postgres(address) => PgConnection::establish(address).map(Conn::Postgres),
        }
    }
}

/// WAL, so that readers and the writer don't wait for each other; FULL, so that what was
/// acknowledged survives a power cut (GUARANTEES, G1).
fn set_up_sqlite(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "pragma busy_timeout = {wait};
         pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma temp_store = memory;",
        wait = SQLITE_BUSY_WAIT.as_millis()
    ))
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Conn, ConnectionError> {
        self.open()
    }

    fn is_valid(&self, _: &mut Conn) -> Result<(), ConnectionError> {
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        // A connection left inside a transaction is thrown away instead of reused.
        conn.is_in_transaction()
    }
}

impl Conn {
    /// Begins the transaction of a writer, which holds the right to write from its first statement:
    /// one that read before it wrote could be refused by SQLite without having waited.
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => {
                AnsiTransactionManager::begin_transaction_sql(conn, "begin immediate")
            }
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    /// Begins a transaction that only reads, all of it from one snapshot.
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "begin isolation level repeatable read read only",
            ),
        }
    }

    /// Whether a transaction was begun and not ended, or may have been.
    pub(super) fn is_in_transaction(&mut self) -> bool {
        on_backend!(self, conn => {
            AnsiTransactionManager::transaction_manager_status_mut(conn)
                .transaction_depth()
                .map_or(true, |depth| depth.is_some())
        })
    }

    /// Whether the index of texts is written behind the commits, not in them.
    pub(super) fn indexes_later(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Makes durable what was done since the transaction began.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        on_backend!(self, conn => AnsiTransactionManager::commit_transaction(conn))
    }

    /// Undoes what was done since the transaction began.
    pub(super) fn roll_back(&mut self) -> QueryResult<()> {
        on_backend!(self, conn => AnsiTransactionManager::rollback_transaction(conn))
    }
}
