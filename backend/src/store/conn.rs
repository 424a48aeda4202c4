//! One connection, to either database, and the pool's way of making it.
//!
//! Plain diesel runs on [`Conn`]; where the derive falls short (several rows in one insert,
//! `on conflict`), [`on_backend!`] compiles the same body once for each database.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use diesel::{
    Connection, ConnectionError, MultiConnection, PgConnection, QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};

use super::{meta, postgres, tunnel::Tunnel};

/// How long a statement waits for another program that has locked the SQLite file.
pub(super) const SQLITE_BUSY_WAIT: Duration = Duration::from_secs(5);
/// What waiting for it is shortened by at the least, so that a busy server does not say it every time;
/// and what is always waited.
const PATIENCE_STEP: Duration = Duration::from_millis(500);
/// How much of the file the connection that writes keeps in memory, in KiB.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// How long a caller waits for SQLite: longer than a statement does for another program.
const SQLITE_DEADLINE: Duration = Duration::from_secs(10);
/// How long a caller waits for Postgres, before it is told 503.
const POSTGRES_DEADLINE: Duration = Duration::from_secs(3);

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

/// Where the data lies. `Debug` leaves out the password.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A Postgres server, by its `postgres://` address.
    Postgres(String),
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// Makes connections, and knows which history the last of them saw.
pub(super) struct Source {
    place: Place,
    /// Tells this node's connections from those of others.
    node: u64,
    /// The name of the database's history. Read on every connection to Postgres, as a server that
    /// was made the new primary, or restored, is met by connecting to it.
    epoch: RwLock<Arc<str>>,
}

impl Source {
    /// Nothing is opened yet.
    pub(super) fn new(place: Place) -> Self {
        Self { place, node: rand::random(), epoch: RwLock::new("".into()) }
    }

    /// A connection as it is used from now on.
    pub(super) fn open(&self) -> Result<Conn, ConnectionError> {
        let mut conn = self.place.open()?;
        let failed = ConnectionError::CouldntSetupConfiguration;
        if let Conn::Postgres(conn) = &mut conn {
            postgres::set_up(conn, self.node).map_err(failed)?;
        }
        let is_known = !self.epoch().is_empty();
        if matches!(conn, Conn::Postgres(_)) && is_known {
            self.see(meta::epoch(&mut conn).map_err(failed)?);
        }
        Ok(conn)
    }

    /// The name of the history that was seen last.
    pub(super) fn epoch(&self) -> Arc<str> {
        self.epoch.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A history was seen.
    pub(super) fn see(&self, epoch: String) {
        let before = self.epoch();
        if *before == *epoch {
            return;
        }
        if !before.is_empty() {
            tracing::warn!("the database has another history: everybody begins anew");
        }
        *self.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch.into();
    }

    /// How long a caller waits for this database at the most.
    pub(super) fn deadline(&self) -> Duration {
        match self.place {
            Place::Sqlite(_) => SQLITE_DEADLINE,
            Place::Postgres(_) => POSTGRES_DEADLINE,
        }
    }

    /// Whether other nodes may be at work on the same database.
    pub(super) fn is_shared(&self) -> bool {
        self.place.is_shared()
    }
}

impl Place {
    /// Whether other nodes may be at work there too.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A connection, without what depends on the state of the database.
    pub(super) fn open(&self) -> Result<Conn, ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                set_up_sqlite(&mut conn).map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres(address) => {
                let connect =
                    |address: &str| PgConnection::establish(&postgres::with_limits(address));
                match Tunnel::of(address)? {
                    Some(tunnel) => tunnel.connect(connect).map(Conn::Postgres),
                    None => connect(address).map(Conn::Postgres),
                }
            }
        }
    }
}

/// WAL, so that readers and the writer don't wait for each other; FULL, so that what was
/// acknowledged survives a power cut (GUARANTEES, G1).
fn set_up_sqlite(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "{wait};
         pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma temp_store = memory;",
        wait = busy_wait(SQLITE_BUSY_WAIT)
    ))
}

fn busy_wait(wait: Duration) -> String {
    format!("pragma busy_timeout = {}", wait.as_millis())
}

impl Conn {
    /// Gives the connection that writes more memory than those that read: a page that it has to
    /// fetch again is fetched while everybody waits for the commit.
    pub(super) fn remember_pages(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => {
                conn.batch_execute(&format!("pragma cache_size = -{WRITER_CACHE_KIB}"))
            }
            Self::Postgres(_) => Ok(()),
        }
    }

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

    /// The same; waits only so long for another program that has locked a SQLite file.
    pub(super) fn begin_write_within(&mut self, patience: Duration) -> QueryResult<()> {
        let is_short = patience + PATIENCE_STEP < SQLITE_BUSY_WAIT;
        let Self::Sqlite(conn) = self else { return self.begin_write() };
        if !is_short {
            return self.begin_write();
        }
        conn.batch_execute(&busy_wait(patience.max(PATIENCE_STEP)))?;
        let begun = self.begin_write();
        if let Self::Sqlite(conn) = self {
            conn.batch_execute(&busy_wait(SQLITE_BUSY_WAIT))?;
        }
        begun
    }

    /// Begins a transaction that only reads, all of it from one snapshot. No statement of it takes longer
    /// than two seconds, whatever is searched for (SECURITY, IN-5).
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction(conn),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(
                conn,
                "begin isolation level repeatable read read only; \
                 set local statement_timeout = '2s'",
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
