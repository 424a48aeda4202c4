//! The journal: one thread that owns the right to write and commits what is waiting as one.
//!
//! While one commit is on its way to the disk the next batch gathers, so nothing ever waits for
//! company and a busy server pays one `fsync` for hundreds of changes (GUARANTEES, "group commit").
//! What the embedded database may write later, the index of texts, it writes when nobody waits.
//! Each piece of a batch stands in a savepoint of its own: one that is refused leaves no trace and
//! does not touch the others. Publishing happens here, after the commit, in the order of the commits.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use diesel::{Connection, result::Error as DbError};
use tokio::sync::oneshot;

use super::{
    Publish,
    conn::Conn,
    messages::{self, Draft, Sent},
};
use crate::{
    error::{Code, Error, Result},
    model::{Announcement, Change, Clock, Timestamp},
};

/// How many pieces of work wait at the most; one more is refused with `unavailable`.
const WAITING_MAX: usize = 8_192;
/// How many pieces of work one commit holds at the most.
const BATCH_MAX: usize = 256;
/// After how long without work the index of texts is written.
const INDEX_AFTER: Duration = Duration::from_millis(200);

/// The transaction that a write closure runs in.
pub struct Tx<'a> {
    /// The connection, for the functions of this folder.
    pub conn: &'a mut Conn,
    /// The moment of this commit, the same for everything in it.
    pub now: Timestamp,
    announcements: Vec<Announcement>,
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

/// What of a batch has run and waits for its commit.
enum Ran {
    Send(Result<Sent>, SendDone),
    Write(Box<dyn Work>),
}

/// The way into the journal's thread; the thread ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Journal {
    jobs: SyncSender<Job>,
}

impl Journal {
    pub(super) fn start(conn: Conn, clock: Arc<dyn Clock>, publish: Publish) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        // Whether a process before this one left anything is looked up when nobody waits.
        let unindexed = usize::from(conn.indexes_later());
        let writer = Writer { conn, clock, publish, unindexed };
        thread::Builder::new().name("journal".to_owned()).spawn(move || writer.work(&waiting))?;
        Ok(Self { jobs })
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
        outcome.await.unwrap_or_else(|_| Err(Code::Unavailable.into()))
    }

    fn queue(&self, job: Job) -> Result<()> {
        self.jobs.try_send(job).map_err(|refused| {
            if matches!(refused, TrySendError::Disconnected(_)) {
                tracing::error!("the journal's thread has ended");
            }
            Code::Unavailable.into()
        })
    }
}

struct Writer {
    conn: Conn,
    clock: Arc<dyn Clock>,
    publish: Publish,
    /// About how many messages wait for the index of texts.
    unindexed: usize,
}

impl Writer {
    fn work(mut self, waiting: &Receiver<Job>) {
        loop {
            let first = match self.unindexed {
                0 => waiting.recv().map_err(RecvTimeoutError::from),
                messages::BEHIND_MAX.. => waiting.recv_timeout(Duration::ZERO),
                _ => waiting.recv_timeout(INDEX_AFTER),
            };
            match first {
                Ok(first) => {
                    let mut batch = vec![first];
                    batch.extend(waiting.try_iter().take(BATCH_MAX - 1));
                    self.commit(batch);
                    if self.unindexed >= messages::BEHIND_MAX {
                        self.index();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.index(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Brings the index of texts nearer to the messages. What fails is tried again with the next
    /// messages: nothing is found wrongly meanwhile, it only takes longer.
    fn index(&mut self) {
        let indexed = self.conn.begin_write().and_then(|()| {
            let is_behind = messages::index(&mut self.conn)?;
            self.conn.commit()?;
            Ok(is_behind)
        });
        self.unindexed = match indexed {
            Ok(true) => messages::BEHIND_MAX,
            Ok(false) => 0,
            Err(error) => {
                tracing::warn!(%error, "the index of texts was not written");
                self.roll_back();
                0
            }
        };
    }

    fn roll_back(&mut self) {
        if let Err(again) = self.conn.roll_back() {
            tracing::debug!(%again, "nothing was left to roll back");
        }
    }

    /// Runs a batch, commits it, publishes what it announced, answers whoever waits.
    fn commit(&mut self, batch: Vec<Job>) {
        let mut announcements = Vec::new();
        let mut ran = Vec::with_capacity(batch.len());
        let committed = match self.conn.begin_write() {
            Ok(()) => {
                self.run(batch, &mut ran, &mut announcements);
                self.conn.commit()
            }
            Err(error) => {
                ran.extend(batch.into_iter().map(|job| match job {
                    Job::Send(_, done) => Ran::Send(Err(Code::Unavailable.into()), done),
                    Job::Write(work) => Ran::Write(work),
                }));
                Err(error)
            }
        };
        let committed = committed.map_err(|error| {
            // A commit that failed leaves its transaction open: nothing of it may stay.
            self.roll_back();
            Error::from(error)
        });
        if committed.is_ok() && !announcements.is_empty() {
            (self.publish)(announcements);
        }
        for outcome in ran {
            match (outcome, committed.clone()) {
                (Ran::Send(Ok(sent), done), Ok(())) => drop(done.send(Ok(sent))),
                (Ran::Send(Err(refusal), done), _) => drop(done.send(Err(refusal))),
                (Ran::Send(Ok(_), done), Err(failure)) => drop(done.send(Err(failure))),
                (Ran::Write(work), committed) => work.settle(committed),
            }
        }
    }

    /// Runs the jobs in order, neighbouring sends together.
    fn run(&mut self, batch: Vec<Job>, ran: &mut Vec<Ran>, told: &mut Vec<Announcement>) {
        let mut sends = Vec::new();
        for job in batch {
            match job {
                Job::Send(draft, done) => sends.push((draft, done)),
                Job::Write(mut work) => {
                    self.run_sends(&mut sends, ran, told);
                    if self.in_savepoint(told, |tx| work.run(tx).then_some(())).is_none() {
                        work.undone();
                    }
                    ran.push(Ran::Write(work));
                }
            }
        }
        self.run_sends(&mut sends, ran, told);
    }

    fn run_sends(
        &mut self,
        sends: &mut Vec<(Draft, SendDone)>,
        ran: &mut Vec<Ran>,
        told: &mut Vec<Announcement>,
    ) {
        if sends.is_empty() {
            return;
        }
        let (drafts, waiters): (Vec<Draft>, Vec<SendDone>) = sends.drain(..).unzip();
        if self.conn.indexes_later() {
            self.unindexed += drafts.len();
        }
        let insert = |tx: &mut Tx<'_>| messages::insert_batch(tx, &drafts).ok();
        // What comes first has nothing before it to protect, and a savepoint is not free: SQLite
        // keeps a copy of each page that is written within.
        let outcomes = if ran.is_empty() {
            self.at_first(told, insert)
        } else {
            self.in_savepoint(told, insert)
        };
        let outcomes = outcomes.unwrap_or_else(|| self.run_one_by_one(&drafts, told));
        ran.extend(outcomes.into_iter().zip(waiters).map(|(sent, done)| Ran::Send(sent, done)));
    }

    /// A batch that the database refused as a whole is tried piece by piece, so that one bad row
    /// can't fail the others.
    fn run_one_by_one(
        &mut self,
        drafts: &[Draft],
        told: &mut Vec<Announcement>,
    ) -> Vec<Result<Sent>> {
        let one = |draft: &Draft| {
            let mut failure = Error::from(Code::Unavailable);
            let sent = self.in_savepoint(told, |tx| {
                match messages::insert_batch(tx, std::slice::from_ref(draft)) {
                    Ok(sent) => sent.into_iter().next(),
                    Err(error) => {
                        failure = error.into();
                        None
                    }
                }
            });
            sent.unwrap_or(Err(failure))
        };
        drafts.iter().map(one).collect()
    }

    /// Runs the first part of the batch; `None` from it begins the transaction anew.
    fn at_first<T>(
        &mut self,
        told: &mut Vec<Announcement>,
        part: impl FnOnce(&mut Tx<'_>) -> Option<T>,
    ) -> Option<T> {
        let now = self.clock.now();
        let mut tx = Tx { conn: &mut self.conn, now, announcements: Vec::new() };
        let value = caught(|| part(&mut tx));
        let mut announcements = tx.announcements;
        if value.is_some() {
            told.append(&mut announcements);
        } else {
            self.roll_back();
            if let Err(error) = self.conn.begin_write() {
                // Without a transaction nothing runs, and the commit fails.
                tracing::error!(%error, "a transaction was not begun anew");
            }
        }
        value
    }

    /// Runs a part of the batch; `None` from it undoes what it wrote and forgets what it announced.
    fn in_savepoint<T>(
        &mut self,
        told: &mut Vec<Announcement>,
        part: impl FnOnce(&mut Tx<'_>) -> Option<T>,
    ) -> Option<T> {
        if !self.conn.is_in_transaction() {
            return None;
        }
        let now = self.clock.now();
        let mut announcements = Vec::new();
        let done = self.conn.transaction(|conn| {
            let mut tx = Tx { conn, now, announcements: Vec::new() };
            let value = caught(|| part(&mut tx)).ok_or(DbError::RollbackTransaction)?;
            announcements = tx.announcements;
            Ok::<T, DbError>(value)
        });
        match done {
            Ok(value) => {
                told.append(&mut announcements);
                Some(value)
            }
            Err(DbError::RollbackTransaction) => None,
            Err(error) => {
                tracing::error!(%error, "a savepoint failed");
                None
            }
        }
    }
}

/// A panic in one write must not end the thread that writes for everybody.
fn caught<T>(part: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        tracing::error!("a write panicked; it was undone");
        None
    })
}
