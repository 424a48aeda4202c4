//! Rows: the only folder that knows diesel and SQL.
//!
//! Two methods are the whole border. [`Db::read`] runs a closure on one snapshot; [`Db::write`]
//! runs one in a commit, and what it [`Tx::announce`]s is published once that commit is durable,
//! never before. Sends, the hot path, go through [`Db::send`], which commits what is waiting as one.
//! This folder must not know HTTP, sockets or the relay: `publish` is given to it.
//! To add a table: a migration in both folders, its lines in `schema.rs`, a file named after it with
//! the rows (private), the queries and the mapping to the model.

mod conn;
mod error;
mod journal;
mod lock;
mod meta;
mod migrate;
mod schema;

pub mod accounts;
pub mod admin;
pub mod audit;
pub mod blocks;
pub mod mailboxes;
pub mod mailed;
pub mod members;
pub mod messages;
pub mod page;
pub mod profiles;
pub mod reading;
pub mod rooms;
pub mod sessions;
pub mod setup;
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

use tokio::{sync::oneshot, task};

pub use conn::{Conn, Place};
pub use journal::Tx;
pub use lock::LockError;
pub use messages::{Draft, Sent};
pub use meta::ping;
pub use migrate::MigrateError;

use crate::{
    error::{Code, Error, Result},
    model::{Announcement, Clock},
};
use conn::Manager;
use journal::Journal;
use lock::Lock;

/// How many readers work side by side; each holds a page cache of its own.
const READERS_MAX: u32 = 4;
/// How long a read waits for a free reader before it is refused with 503.
const READER_WAIT: Duration = Duration::from_secs(3);

/// What is done with what a commit tells the world.
pub type Publish = Arc<dyn Fn(Vec<Announcement>) + Send + Sync>;

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
    /// The pool of readers did not start.
    #[error("the database does not answer: {0}")]
    Pool(#[from] r2d2::Error),
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
    readers: r2d2::Pool<Manager>,
    journal: Journal,
    clock: Arc<dyn Clock>,
    epoch: Arc<str>,
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
    ) -> std::result::Result<Self, OpenError> {
        let lock = match place {
            Place::Sqlite(path) => Some(Arc::new(hold(path)?)),
            Place::Postgres(_) => None,
        };
        Self::start(place, clock, publish, lock)
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
        Self::start(place, clock, Arc::new(|_| {}), None)
    }

    fn start(
        place: &Place,
        clock: Arc<dyn Clock>,
        publish: Publish,
        lock: Option<Arc<Lock>>,
    ) -> std::result::Result<Self, OpenError> {
        let manager = Manager(place.clone());
        let mut writer = manager.open().map_err(MigrateError::from)?;
        for migration in migrate::run(&mut writer)? {
            tracing::info!(migration, "the schema was brought up to date");
        }
        let epoch = meta::epoch(&mut writer)?.into();
        let readers = r2d2::Pool::builder()
            .max_size(READERS_MAX)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(READER_WAIT)
            .build(manager)?;
        let journal = Journal::start(writer, clock.clone(), publish).map_err(OpenError::Thread)?;
        Ok(Self { readers, journal, clock, epoch, _lock: lock })
    }

    /// Brings the schema of a database up to date and names what ran, without opening the store.
    pub fn migrate(place: &Place) -> std::result::Result<Vec<String>, OpenError> {
        let _lock = match place {
            Place::Sqlite(path) => Some(hold(path)?),
            Place::Postgres(_) => None,
        };
        let mut conn = Manager(place.clone()).open().map_err(MigrateError::from)?;
        Ok(migrate::run(&mut conn)?)
    }

    /// The name of this database's history: it changes when the history does.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The clock that rows are stamped with.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Runs a closure on one snapshot of the database.
    ///
    /// # Errors
    /// What the closure refuses; `unavailable` when no reader is free within 3 s.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let readers = self.readers.clone();
        let done = task::spawn_blocking(move || {
            let mut conn = readers.get().map_err(|_| Error::from(Code::Unavailable))?;
            conn.begin_read()?;
            let result = read(&mut conn);
            conn.roll_back()?;
            result
        });
        done.await.map_err(|why| Error::internal("a read panicked", why))?
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
        async move {
            queued?;
            outcome.await.unwrap_or_else(|_| Err(Code::RetrySameNonce.into()))
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
