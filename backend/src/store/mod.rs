//! Rows: the only folder that knows diesel and SQL.
//!
//! Two methods are the whole border. [`Db::read`] runs a closure on one snapshot; [`Db::write`]
//! runs one in a commit, and what it [`Tx::announce`]s is published once that commit is durable,
//! never before. Sends, the hot path, go through [`Db::send`], which commits what is waiting as one.
//! This folder must not know HTTP, sockets or the relay: `publish` is given to it.
//! To add a table: a migration in both folders, its lines in `schema.rs`, a file named after it with
//! the rows (private), the queries and the mapping to the model.

mod backup;
mod conn;
mod error;
mod fragment;
mod journal;
mod lock;
mod memory;
mod meta;
mod migrate;
mod moving;
mod pool;
mod postgres;
mod recall;
mod schema;
mod stats;
mod tunnel;

pub mod accounts;
pub mod admin;
pub mod announcements;
pub mod audit;
pub mod avatars;
pub mod blocks;
pub mod failures;
pub mod files;
pub mod identities;
pub mod mailboxes;
pub mod mailed;
pub mod members;
pub mod messages;
pub mod page;
pub mod profiles;
pub mod reading;
pub mod rooms;
pub mod server;
pub mod sessions;
pub mod setup;
pub mod tickets;
pub mod tokens;
pub mod totps;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

pub use backup::{BackupError, backup, restore};
pub use conn::{Conn, Place};
pub use journal::Tx;
pub use lock::LockError;
pub use messages::{Draft, Sent};
pub use meta::ping;
pub use migrate::MigrateError;
pub use moving::{MoveError, Moved, Progress, move_all};
pub use postgres::DurabilityError;
pub use recall::{Home, PageAsked};
pub use stats::Stats;

use crate::{
    error::{Code, Result},
    model::{Announced, Clock},
};
use conn::Source;
use journal::Journal;
use lock::Lock;
use memory::{Memory, Touched};
use pool::Pool;
use recall::Recall;

/// How many readers work side by side; each holds a page cache of its own.
const READERS_MAX: u8 = 4;
/// The same on Postgres, where a reader is another process.
const READERS_POSTGRES_MAX: u8 = 8;
/// How many connections there are for what must not wait behind long reads.
const CHECKERS_MAX: u8 = 2;

/// What is done with what a commit tells the world.
pub type Publish = Arc<dyn Fn(Vec<Announced>) + Send + Sync>;

/// What is asked of the database before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// That what is acknowledged is on the disk (GUARANTEES, G1).
    Full,
    /// Nothing: whoever runs it has said so.
    Any,
}

/// Why the store could not be opened: one sentence that says what, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The schema is not what it should be.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The folder of the file cannot be made.
    #[error("cannot make the folder {0}: {1}; make it writable or set PARLOR_DATA_DIR")]
    Folder(PathBuf, io::Error),
    /// What is acknowledged could be lost.
    #[error(transparent)]
    Durability(#[from] DurabilityError),
    /// The first statements failed.
    #[error("the database does not answer: {0}")]
    Statement(#[from] diesel::result::Error),
    /// The writer's thread did not start.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// The store: cheap to clone, one per process.
#[derive(Clone)]
pub struct Db {
    readers: Pool,
    checkers: Pool,
    journal: Journal,
    clock: Arc<dyn Clock>,
    source: Arc<Source>,
    recall: Arc<Recall>,
    stats: Arc<Stats>,
    /// Let go of when the last clone is dropped.
    _lock: Option<Arc<Lock>>,
}

impl Db {
    /// Opens the store, makes what is missing and brings the schema up to date.
    ///
    /// # Errors
    /// One sentence that says what is wrong and how to mend it.
    pub fn open(
        place: &Place,
        clock: Arc<dyn Clock>,
        publish: Publish,
        durability: Durability,
    ) -> std::result::Result<Self, OpenError> {
        let lock = match place {
            Place::Sqlite(path) => Some(Arc::new(hold(path)?)),
            Place::Postgres(_) => None,
        };
        Self::start(place, clock, publish, lock, durability)
    }

    /// Opens the store beside a server that may be running on it: for commands that change accounts
    /// and never a room, since nobody would hear of that.
    ///
    /// # Errors
    /// As [`Db::open`], except that another process is welcome.
    pub fn attach(place: &Place, clock: Arc<dyn Clock>) -> std::result::Result<Self, OpenError> {
        if let Place::Sqlite(path) = place {
            make_folder(path)?;
        }
        Self::start(place, clock, Arc::new(|_| {}), None, Durability::Any)
    }

    fn start(
        place: &Place,
        clock: Arc<dyn Clock>,
        publish: Publish,
        lock: Option<Arc<Lock>>,
        durability: Durability,
    ) -> std::result::Result<Self, OpenError> {
        let mut fresh = place.open().map_err(MigrateError::from)?;
        for migration in migrate::run(&mut fresh)? {
            tracing::info!(migration, "the schema was brought up to date");
        }
        if let Conn::Postgres(conn) = &mut fresh
            && durability == Durability::Full
        {
            postgres::check_durability(conn)??;
        }
        let source = Arc::new(Source::new(place.clone()));
        source.see(meta::epoch(&mut fresh)?);
        drop(fresh);
        let mut writer = source.open().map_err(MigrateError::from)?;
        // A file that is taken by another process is written by another process too.
        let memory = if lock.is_some() { Memory::own() } else { Memory::default() };
        let touched = Touched::default();
        touched.watch(&mut writer)?;
        writer.remember_pages()?;
        let readers = if source.is_shared() { READERS_POSTGRES_MAX } else { READERS_MAX };
        let stats = Arc::new(Stats::new());
        let readers = Pool::new(source.clone(), stats.clone(), readers);
        let checkers = Pool::new(source.clone(), stats.clone(), CHECKERS_MAX);
        let told = (touched, memory.clone(), stats.clone());
        let journal = Journal::start(writer, source.clone(), clock.clone(), publish, told);
        let journal = journal.map_err(OpenError::Thread)?;
        let recall = Arc::new(Recall::new(&memory));
        Ok(Self { readers, checkers, journal, clock, source, recall, stats, _lock: lock })
    }

    /// Brings the schema of a database up to date and names what ran, without opening the store.
    pub fn migrate(place: &Place) -> std::result::Result<Vec<String>, OpenError> {
        let _lock = match place {
            Place::Sqlite(path) => Some(hold(path)?),
            Place::Postgres(_) => None,
        };
        let mut conn = place.open().map_err(MigrateError::from)?;
        Ok(migrate::run(&mut conn)?)
    }

    /// Looks at a database without changing anything: what it is, in a few words.
    ///
    /// # Errors
    /// One sentence that says what is wrong and how to mend it.
    pub fn examine(place: &Place) -> std::result::Result<String, OpenError> {
        match place {
            Place::Sqlite(path) if !path.exists() => {
                Ok("SQLite, made on the first start".to_owned())
            }
            Place::Sqlite(_) => {
                meta::look(&mut place.open().map_err(MigrateError::from)?)?;
                Ok("SQLite".to_owned())
            }
            Place::Postgres(_) => match place.open().map_err(MigrateError::from)? {
                Conn::Postgres(mut conn) => {
                    postgres::check_durability(&mut conn)??;
                    Ok(postgres::version(&mut conn)?)
                }
                Conn::Sqlite(_) => Ok(String::new()),
            },
        }
    }

    /// The name of this database's history: it changes when the history does.
    pub fn epoch(&self) -> Arc<str> {
        self.source.epoch()
    }

    /// Whether other nodes may be at work on the same database.
    pub fn is_shared(&self) -> bool {
        self.source.is_shared()
    }

    /// How often it was not known whether a commit stands: what it changed was told to nobody.
    pub fn unknown_commits(&self) -> u64 {
        self.journal.unknown()
    }

    /// How many nodes are on this database, this one included.
    pub async fn count_nodes(&self) -> Result<i64> {
        let count = |conn: &mut Conn| match conn {
            Conn::Sqlite(_) => Ok(1),
            Conn::Postgres(conn) => Ok(postgres::count_nodes(conn)?),
        };
        self.check(count).await
    }

    /// The secret that all nodes on this database share; `make` is asked by the first of them. To be
    /// called when the node starts: it waits for the database.
    ///
    /// # Errors
    /// The database does not answer.
    pub fn secret(
        &self,
        make: fn() -> String,
    ) -> std::result::Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut conn = self.source.open()?;
        Ok(meta::secret(&mut conn, make)?)
    }

    /// The name that this database has for itself: the part of [`Db::epoch`] that stays.
    pub fn own_name(&self) -> String {
        let epoch = self.epoch();
        epoch.split('-').next().unwrap_or_default().to_owned()
    }

    /// What is counted here.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// The clock that rows are stamped with.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// How long anything of it may take; what takes longer is answered with `unavailable`.
    pub fn deadline(&self) -> Duration {
        self.source.deadline()
    }

    /// Runs a closure on one snapshot of the database.
    ///
    /// # Errors
    /// What the closure refuses; `unavailable` when the database does not answer in time (3 s on
    /// Postgres, 10 s on SQLite), or too many wait for it.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.readers.read(read).await
    }

    /// The same for what is quick and must not wait behind long reads: who asks, what was missed,
    /// whether the database is there.
    ///
    /// # Errors
    /// Those of [`Db::read`].
    pub async fn check<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.checkers.read(read).await
    }

    /// How often anything was read from the database so far.
    #[cfg(test)]
    pub(crate) fn reads(&self) -> usize {
        usize::try_from(self.stats.reads()).unwrap_or(usize::MAX)
    }

    /// Runs a closure inside a commit; what it announces is published once that is durable. If it
    /// refuses, nothing of it remains. Other closures may share the commit, never their failures.
    ///
    /// # Errors
    /// What the closure refuses; `unavailable` when too many writes wait or the database does not
    /// answer; `storage_full`.
    pub async fn write<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.journal.write(write).await
    }

    /// Puts a message into the journal. It is in line, before everything that is sent later, when
    /// this returns; the future answers once it is durable.
    ///
    /// # Errors
    /// What the policy refuses; `not_found`, `nonce_reused`; `retry_same_nonce` when the outcome is
    /// unknown.
    pub fn send(&self, draft: Draft) -> impl Future<Output = Result<Sent>> + use<> {
        let (done, outcome) = oneshot::channel();
        let queued = self.journal.send(draft, done);
        let deadline = self.source.deadline();
        async move {
            queued?;
            let unknown = || Err(Code::RetrySameNonce.into());
            match timeout(deadline, outcome).await {
                Ok(outcome) => outcome.unwrap_or_else(|_| unknown()),
                Err(_) => unknown(),
            }
        }
    }
}

/// Makes the file's folder and takes the file for this process alone.
fn hold(path: &Path) -> std::result::Result<Lock, OpenError> {
    make_folder(path)?;
    Ok(Lock::take(path)?)
}

fn make_folder(path: &Path) -> std::result::Result<(), OpenError> {
    match path.parent() {
        Some(folder) => {
            fs::create_dir_all(folder).map_err(|why| OpenError::Folder(folder.to_owned(), why))
        }
        None => Ok(()),
    }
}
