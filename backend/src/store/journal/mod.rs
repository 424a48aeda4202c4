//! The journal: one thread that owns the right to write and commits what is waiting as one.
//!
//! While one commit is on its way to the disk the next batch gathers, so nothing ever waits for
//! company and a busy server pays one `fsync` for hundreds of changes (GUARANTEES, "group commit").
//! This file is the way in: what may wait, how much of it, and for how long. `writer` is the thread,
//! which runs a batch inside one transaction; `at_once` is how it stores sends on Postgres, by one
//! statement without a transaction.

mod at_once;
mod writer;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Instant,
};

use tokio::{sync::oneshot, time::timeout};

use super::{
    Publish,
    conn::{Conn, Source},
    memory::{Memory, Touched},
    messages::{Draft, Sent},
    stats::Stats,
};
use crate::{
    error::{Code, Result},
    model::{Announcement, Change, Clock, Timestamp},
};
use writer::Writer;

/// How many pieces of work wait at the most; one more is refused with `unavailable`.
const WAITING_MAX: usize = 8_192;

/// The transaction that a write closure runs in.
pub struct Tx<'a> {
    /// The connection, for the functions of this folder.
    pub conn: &'a mut Conn,
    /// The moment of this commit, the same for everything in it.
    pub now: Timestamp,
    announcements: Vec<Announcement>,
}

impl<'a> Tx<'a> {
    /// On a connection that is in a transaction.
    #[cfg(test)]
    pub(super) fn on(conn: &'a mut Conn, now: Timestamp) -> Self {
        Self { conn, now, announcements: Vec::new() }
    }
}

impl Tx<'_> {
    /// Tells the world, once this commit is durable and if it ever is.
    pub fn announce(&mut self, announcement: Announcement) {
        self.announcements.push(announcement);
    }

    /// Announces a change of a room and hands it on.
    pub fn announce_change(&mut self, change: Change) -> Arc<Change> {
        let change = Arc::new(change);
        self.announce(Announcement::Change(change.clone()));
        change
    }
}

/// A closure and whoever waits for its outcome.
trait Work: Send {
    /// Runs the closure. `false`: it refused, so what it wrote is to be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Whether nobody waits for it any more.
    fn is_forsaken(&self) -> bool;
    /// What it wrote was undone: whatever it answered is void.
    fn undone(&mut self);
    /// Tells whoever waits; `Err` if the commit failed.
    fn settle(self: Box<Self>, commit: Result<()>);
}

struct Closure<T, F> {
    write: Option<F>,
    outcome: Option<Result<T>>,
    done: oneshot::Sender<Result<T>>,
}

impl<T, F> Work for Closure<T, F>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.outcome = self.write.take().map(|write| write(tx));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn is_forsaken(&self) -> bool {
        self.done.is_closed()
    }

    fn undone(&mut self) {
        if !matches!(self.outcome, Some(Err(_))) {
            self.outcome = Some(Err(Code::Internal.into()));
        }
    }

    fn settle(self: Box<Self>, commit: Result<()>) {
        let Self { outcome, done, .. } = *self;
        let outcome = match (outcome, commit) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(failure)) => Err(failure),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Code::Internal.into()),
        };
        // Whoever asked may have gone away; the write stands all the same.
        let _gone = done.send(outcome);
    }
}

type SendDone = oneshot::Sender<Result<Sent>>;

enum Job {
    Send(Draft, SendDone),
    Write(Box<dyn Work>),
}

impl Job {
    fn is_forsaken(&self) -> bool {
        match self {
            Self::Send(_, done) => done.is_closed(),
            Self::Write(work) => work.is_forsaken(),
        }
    }
}

/// The way into the journal's thread; the thread ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Journal {
    jobs: SyncSender<(Instant, Job)>,
    source: Arc<Source>,
    /// How often it was not known whether a commit stands: what it changed was told to nobody.
    unknown: Arc<AtomicU64>,
}

impl Journal {
    pub(super) fn start(
        conn: Conn,
        source: Arc<Source>,
        clock: Arc<dyn Clock>,
        publish: Publish,
        kept: (Touched, Memory, Arc<Stats>),
    ) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        let unknown = Arc::<AtomicU64>::default();
        let journal = Self { jobs, source: source.clone(), unknown: unknown.clone() };
        let writer = Writer::new(conn, source, clock, publish, unknown, kept);
        thread::Builder::new().name("journal".to_owned()).spawn(move || writer.work(&waiting))?;
        Ok(journal)
    }

    pub(super) fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    pub(super) fn send(&self, draft: Draft, done: SendDone) -> Result<()> {
        self.queue(Job::Send(draft, done))
    }

    pub(super) async fn write<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (done, outcome) = oneshot::channel();
        self.queue(Job::Write(Box::new(Closure { write: Some(write), outcome: None, done })))?;
        let unavailable = || Err(Code::Unavailable.into());
        match timeout(self.source.deadline(), outcome).await {
            Ok(outcome) => outcome.unwrap_or_else(|_| unavailable()),
            Err(_) => unavailable(),
        }
    }

    fn queue(&self, job: Job) -> Result<()> {
        self.jobs.try_send((Instant::now(), job)).map_err(|refused| {
            if matches!(refused, TrySendError::Disconnected(_)) {
                tracing::error!("the journal's thread has ended");
            }
            Code::Unavailable.into()
        })
    }
}
