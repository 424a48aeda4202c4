//! Connections for whoever reads, and deadlines of our own around them.
//!
//! A frozen database answers nothing and breaks no connection, and no time-out of the database or of
//! the kernel notices (GUARANTEES, "deadlines of our own"). So callers wait here, not on threads, and
//! give up after a while; what is stuck is at most one thread per connection.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use super::conn::{Conn, Source};
use crate::error::{Code, Error, Result};

/// How many callers wait for a connection at the most; one more is refused at once (503).
const WAITING_MAX: usize = 4_096;

/// A few connections that take turns. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    source: Arc<Source>,
    /// One permit per connection; a stuck thread keeps its permit.
    turns: Arc<Semaphore>,
    /// Locked to take one or to put one back.
    idle: Arc<Mutex<Vec<Conn>>>,
    waiting: Arc<AtomicUsize>,
}

/// A place among those who wait.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool of at most so many connections; they are made when they are needed.
    pub(super) fn new(source: Arc<Source>, connections: usize) -> Self {
        Self {
            source,
            turns: Arc::new(Semaphore::new(connections)),
            idle: Arc::default(),
            waiting: Arc::default(),
        }
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
        let deadline = Instant::now() + self.source.deadline();
        let waiting = self.line_up()?;
        let turn = timeout_at(deadline, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| unavailable())?.map_err(|_| unavailable())?;
        drop(waiting);
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

    fn line_up(&self) -> Result<Waiting> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(self.waiting.clone());
        if before < WAITING_MAX { Ok(waiting) } else { Err(Code::Unavailable.into()) }
    }

    fn run<T>(&self, read: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.begin()?;
        let result = read(&mut conn);
        // One that can't even roll back is broken, or was left inside something: it is not kept.
        if conn.roll_back().is_ok() && !conn.is_in_transaction() {
            self.idle().push(conn);
        }
        result
    }

    /// A connection inside a transaction. One that was idle may have been closed by the other end,
    /// and then so were the others.
    fn begin(&self) -> Result<Conn> {
        let idle = self.idle().pop();
        if let Some(mut conn) = idle {
            match conn.begin_read() {
                Ok(()) => return Ok(conn),
                Err(why) => tracing::debug!(%why, "an idle connection was broken"),
            }
            drop(mem::take(&mut *self.idle()));
        }
        let mut conn = self.source.open().map_err(|why| {
            tracing::warn!(%why, "the database can't be reached");
            Error::from(Code::Unavailable)
        })?;
        conn.begin_read()?;
        Ok(conn)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
