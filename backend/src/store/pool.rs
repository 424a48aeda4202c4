//! Connections for whoever reads, and deadlines of our own around them.
//!
//! A frozen database answers nothing and breaks no connection, and no time-out of the database or of
//! the kernel notices (GUARANTEES, "deadlines of our own"). So callers wait here, not on threads, and
//! give up after a while; what is stuck is at most one thread per connection.

use std::sync::Arc;

use diesel::ConnectionError;
use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use super::{
    conn::{Conn, Source},
    stats::Stats,
};
use crate::{
    error::{Code, Error, Result},
    waiting::Waiters,
};

/// How many callers wait for a connection at the most; one more is refused at once (503).
const WAITING_MAX: usize = 4_096;

/// A few connections that take turns, kept by r2d2. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    source: Arc<Source>,
    /// One permit per connection; a stuck thread keeps its permit.
    turns: Arc<Semaphore>,
    connections: r2d2::Pool<Maker>,
    waiters: Waiters,
    stats: Arc<Stats>,
}

/// Makes connections for r2d2.
struct Maker(Arc<Source>);

/// A connection, and whether it failed where a sound one can't.
struct Kept {
    conn: Conn,
    is_broken: bool,
}

impl r2d2::ManageConnection for Maker {
    type Connection = Kept;
    type Error = ConnectionError;

    fn connect(&self) -> std::result::Result<Kept, ConnectionError> {
        self.0.open().map(|conn| Kept { conn, is_broken: false })
    }

    /// The transaction that every read begins with tells.
    fn is_valid(&self, _: &mut Kept) -> std::result::Result<(), ConnectionError> {
        Ok(())
    }

    /// One that can't even roll back, or was left inside something, is not kept.
    fn has_broken(&self, kept: &mut Kept) -> bool {
        kept.is_broken || kept.conn.is_in_transaction()
    }
}

impl Pool {
    /// A pool of at most so many connections; they are made when they are needed.
    pub(super) fn new(source: Arc<Source>, stats: Arc<Stats>, size: u8) -> Self {
        let connections = r2d2::Pool::builder()
            .max_size(size.into())
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(source.deadline())
            .build_unchecked(Maker(source.clone()));
        let turns = Arc::new(Semaphore::new(size.into()));
        Self { source, turns, connections, waiters: Waiters::at_most(WAITING_MAX), stats }
    }

    /// Runs a closure on one snapshot of the database.
    ///
    /// # Errors
    /// What the closure refuses; `unavailable` after the deadline, when too many wait, and when the
    /// database does not answer.
    pub(super) async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let unavailable = || Error::from(Code::Unavailable);
        let began = Instant::now();
        let deadline = began + self.source.deadline();
        let place = self.waiters.line_up()?;
        let turn = timeout_at(deadline, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| unavailable())?.map_err(|_| unavailable())?;
        drop(place);
        self.stats.waits_us.add_time(began.elapsed());
        self.stats.has_read();
        let pool = self.clone();
        let done = spawn_blocking(move || {
            let result = pool.run(read);
            drop(turn);
            result
        });
        match timeout_at(deadline, done).await {
            Ok(done) => done.map_err(|why| Error::internal("a read panicked", why))?,
            Err(_) => {
                tracing::warn!("the database did not answer in time");
                Err(unavailable())
            }
        }
    }

    fn run<T>(&self, read: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut kept = self.begin()?;
        let result = read(&mut kept.conn);
        kept.is_broken = kept.conn.roll_back().is_err();
        result
    }

    /// A connection inside a transaction. One that was idle may have been closed by the other end,
    /// and then so were the others: as many are tried as there may be, and a new one.
    fn begin(&self) -> Result<r2d2::PooledConnection<Maker>> {
        for _ in 0..=self.connections.max_size() {
            let mut kept = self.connections.get().map_err(|why| {
                tracing::warn!(%why, "the database can't be reached");
                Error::from(Code::Unavailable)
            })?;
            match kept.conn.begin_read() {
                Ok(()) => return Ok(kept),
                Err(why) => {
                    tracing::debug!(%why, "an idle connection was broken");
                    kept.is_broken = true;
                }
            }
        }
        Err(Code::Unavailable.into())
    }
}
