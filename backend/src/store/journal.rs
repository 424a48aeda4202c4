//! The journal: one thread that owns the right to write and commits what is waiting as one.
//!
//! While one commit is on its way to the disk the next batch gathers, so nothing ever waits for
//! company and a busy server pays one `fsync` for hundreds of changes (GUARANTEES, "group commit").
//! What the embedded database may write later, the index of texts, it writes when nobody waits.
//! Each piece of a batch after the first stands in a savepoint of its own, and a first one that fails
//! begins the transaction anew: what is refused leaves no trace and does not touch the others.
//! Publishing happens here, after the commit, in the order of the commits.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, result::Error as DbError};
use tokio::{sync::oneshot, time::timeout};

use super::{
    Publish, announcements,
    conn::{Conn, Source},
    memory::{Memory, Touched},
    messages::{self, Draft, Sent},
};
use crate::{
    error::{Code, Error, Result},
    model::{Announced, Announcement, Change, Clock, Timestamp},
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

/// What of a batch has run and waits for its commit.
enum Ran {
    Send(Result<Sent>, SendDone),
    Write(Box<dyn Work>),
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
        (touched, memory): (Touched, Memory),
    ) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(WAITING_MAX);
        let unknown = Arc::<AtomicU64>::default();
        let journal = Self { jobs, source: source.clone(), unknown: unknown.clone() };
        // Whether a process before this one left anything is looked up when nobody waits.
        let unindexed = usize::from(conn.indexes_later());
        let conn = Some(conn);
        let writer = Writer { conn, source, clock, publish, unknown, unindexed, touched, memory };
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

/// Why a commit does not stand, or may not.
struct Failure {
    error: Error,
    /// The database may have committed and died before it said so.
    is_unknown: bool,
}

impl Failure {
    /// What the sender of a message is told.
    fn of_send(&self) -> Error {
        if self.is_unknown { Code::RetrySameNonce.into() } else { self.error.clone() }
    }
}

struct Writer {
    /// Nothing, after it broke.
    conn: Option<Conn>,
    source: Arc<Source>,
    clock: Arc<dyn Clock>,
    publish: Publish,
    unknown: Arc<AtomicU64>,
    /// About how many messages wait for the index of texts.
    unindexed: usize,
    touched: Touched,
    memory: Memory,
}

impl Writer {
    fn work(mut self, waiting: &Receiver<(Instant, Job)>) {
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
                    self.work_through(batch);
                    if self.unindexed >= messages::BEHIND_MAX {
                        self.index();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.index(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn work_through(&mut self, batch: Vec<(Instant, Job)>) {
        // What was given up while the database was away is not done behind anybody's back.
        let deadline = self.source.deadline();
        let is_wanted =
            |(since, job): &(Instant, Job)| since.elapsed() < deadline || !job.is_forsaken();
        let batch = batch.into_iter().filter(is_wanted).map(|(_, job)| job).collect();
        for part in self.parts(batch) {
            self.commit(part);
        }
    }

    /// Brings the index of texts nearer to the messages. What fails is tried again with the next
    /// messages: nothing is found wrongly meanwhile, it only takes longer.
    fn index(&mut self) {
        let Some(conn) = &mut self.conn else { return self.unindexed = 0 };
        let indexed = conn.begin_write().and_then(|()| {
            let is_behind = messages::index(conn)?;
            conn.commit()?;
            Ok(is_behind)
        });
        self.unindexed = match indexed {
            Ok(true) => messages::BEHIND_MAX,
            Ok(false) => 0,
            Err(error) => {
                tracing::warn!(%error, "the index of texts was not written");
                roll_back(conn);
                0
            }
        };
    }

    /// What may share a commit. Where other nodes write too, a closure has one of its own: rooms are
    /// locked in the order of their ids within a batch of sends and within a closure, so nobody waits
    /// in a circle.
    fn parts(&self, batch: Vec<Job>) -> Vec<Vec<Job>> {
        if !self.source.is_shared() {
            return vec![batch];
        }
        let mut parts: Vec<Vec<Job>> = Vec::new();
        for job in batch {
            match (&job, parts.last_mut()) {
                (Job::Send(..), Some(part)) if matches!(part.last(), Some(Job::Send(..))) => {
                    part.push(job);
                }
                _ => parts.push(vec![job]),
            }
        }
        parts
    }

    /// Runs a batch, commits it, publishes what it announced, answers whoever waits.
    fn commit(&mut self, batch: Vec<Job>) {
        let mut ran = Vec::with_capacity(batch.len());
        let committed = match self.begin() {
            Ok(mut conn) => {
                let mut announcements = Vec::new();
                self.run(&mut conn, batch, &mut ran, &mut announcements);
                let committed = self.finish(&mut conn, announcements);
                // One that failed on a server may be broken: the next commit asks for another.
                if committed.is_ok() || !self.source.is_shared() {
                    self.conn = Some(conn);
                }
                committed
            }
            Err(failure) => {
                ran.extend(batch.into_iter().map(|job| match job {
                    Job::Send(_, done) => Ran::Send(Err(failure.clone()), done),
                    Job::Write(work) => Ran::Write(work),
                }));
                Err(Failure { error: failure, is_unknown: false })
            }
        };
        let touched = self.touched.take();
        let outcome = match committed {
            Ok(announced) => {
                self.memory.touch(touched);
                self.tell(announced);
                Ok(())
            }
            Err(failure) => Err(failure),
        };
        for ran in ran {
            match (ran, &outcome) {
                (Ran::Send(Ok(sent), done), Ok(())) => drop(done.send(Ok(sent))),
                (Ran::Send(Err(refusal), done), _) => drop(done.send(Err(refusal))),
                (Ran::Send(Ok(_), done), Err(failure)) => drop(done.send(Err(failure.of_send()))),
                (Ran::Write(work), outcome) => {
                    work.settle(outcome.as_ref().copied().map_err(|it| it.error.clone()));
                }
            }
        }
    }

    /// A connection inside a transaction. The one that is at hand may have been closed by the other
    /// end, so one more is tried.
    fn begin(&mut self) -> Result<Conn> {
        if let Some(mut conn) = self.conn.take() {
            match conn.begin_write() {
                Ok(()) => return Ok(conn),
                Err(error) if !self.source.is_shared() => {
                    self.conn = Some(conn);
                    return Err(error.into());
                }
                Err(why) => tracing::warn!(%why, "the connection that writes was broken"),
            }
        }
        let mut conn = self.source.open().map_err(|why| {
            tracing::warn!(%why, "the database can't be reached");
            Error::from(Code::Unavailable)
        })?;
        self.touched.watch(&mut conn)?;
        conn.begin_write()?;
        Ok(conn)
    }

    /// Keeps what is to be told, and commits.
    fn finish(
        &mut self,
        conn: &mut Conn,
        announcements: Vec<Announcement>,
    ) -> std::result::Result<Vec<Announced>, Failure> {
        let kept = if self.source.is_shared() {
            announcements::keep(conn, self.clock.now(), announcements)
        } else {
            Ok(announcements.into_iter().map(Announced::from).collect())
        };
        let (failed, is_unknown) = match kept {
            Err(error) => (error, false),
            Ok(announced) => match conn.commit() {
                Ok(()) => return Ok(announced),
                Err(error) => (error, self.source.is_shared()),
            },
        };
        // A commit that failed leaves its transaction open: nothing of it may stay.
        roll_back(conn);
        if is_unknown {
            self.unknown.fetch_add(1, Ordering::Relaxed);
        }
        Err(Failure { error: failed.into(), is_unknown })
    }

    fn tell(&self, announced: Vec<Announced>) {
        if announced.is_empty() {
            return;
        }
        let told = catch_unwind(AssertUnwindSafe(|| (self.publish)(announced)));
        if told.is_err() {
            // Nodes that compare heads find it, and so does a client by its number.
            self.unknown.fetch_add(1, Ordering::Relaxed);
            tracing::error!("publishing panicked: what was committed was told to nobody");
        }
    }

    /// Runs the jobs in order, neighbouring sends together.
    fn run(
        &mut self,
        conn: &mut Conn,
        batch: Vec<Job>,
        ran: &mut Vec<Ran>,
        told: &mut Vec<Announcement>,
    ) {
        let mut sends = Vec::new();
        for job in batch {
            match job {
                Job::Send(draft, done) => sends.push((draft, done)),
                Job::Write(mut work) => {
                    self.run_sends(conn, &mut sends, ran, told);
                    if self.in_savepoint(conn, told, |tx| work.run(tx).then_some(())).is_none() {
                        work.undone();
                    }
                    ran.push(Ran::Write(work));
                }
            }
        }
        self.run_sends(conn, &mut sends, ran, told);
    }

    fn run_sends(
        &mut self,
        conn: &mut Conn,
        sends: &mut Vec<(Draft, SendDone)>,
        ran: &mut Vec<Ran>,
        told: &mut Vec<Announcement>,
    ) {
        if sends.is_empty() {
            return;
        }
        let (drafts, waiters): (Vec<Draft>, Vec<SendDone>) = sends.drain(..).unzip();
        if conn.indexes_later() {
            self.unindexed += drafts.len();
        }
        let insert = |tx: &mut Tx<'_>| messages::insert_batch(tx, &drafts).ok();
        // What comes first has nothing before it to protect, and a savepoint is not free: SQLite
        // keeps a copy of each page that is written within.
        let outcomes = if ran.is_empty() {
            self.at_first(conn, told, insert)
        } else {
            self.in_savepoint(conn, told, insert)
        };
        let outcomes = outcomes.unwrap_or_else(|| self.run_one_by_one(conn, &drafts, told));
        ran.extend(outcomes.into_iter().zip(waiters).map(|(sent, done)| Ran::Send(sent, done)));
    }

    /// A batch that the database refused as a whole is tried piece by piece, so that one bad row
    /// can't fail the others.
    fn run_one_by_one(
        &self,
        conn: &mut Conn,
        drafts: &[Draft],
        told: &mut Vec<Announcement>,
    ) -> Vec<Result<Sent>> {
        let one = |draft: &Draft| {
            let mut failure = Error::from(Code::Unavailable);
            let sent = self.in_savepoint(conn, told, |tx| {
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
        &self,
        conn: &mut Conn,
        told: &mut Vec<Announcement>,
        part: impl FnOnce(&mut Tx<'_>) -> Option<T>,
    ) -> Option<T> {
        let now = self.clock.now();
        let mut tx = Tx { conn, now, announcements: Vec::new() };
        let value = caught(|| part(&mut tx));
        let mut announcements = tx.announcements;
        if value.is_some() {
            told.append(&mut announcements);
        } else {
            roll_back(conn);
            if let Err(error) = conn.begin_write() {
                // Without a transaction nothing runs, and the commit fails.
                tracing::error!(%error, "a transaction was not begun anew");
            }
        }
        value
    }

    /// Runs a part of the batch; `None` from it undoes what it wrote and forgets what it announced.
    fn in_savepoint<T>(
        &self,
        conn: &mut Conn,
        told: &mut Vec<Announcement>,
        part: impl FnOnce(&mut Tx<'_>) -> Option<T>,
    ) -> Option<T> {
        if !conn.is_in_transaction() {
            return None;
        }
        let now = self.clock.now();
        let mut announcements = Vec::new();
        let done = conn.transaction(|conn| {
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

/// Leaves a transaction that failed.
fn roll_back(conn: &mut Conn) {
    if let Err(again) = conn.roll_back() {
        tracing::debug!(%again, "nothing was left to roll back");
    }
}

/// A panic in one write must not end the thread that writes for everybody.
fn caught<T>(part: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        tracing::error!("a write panicked; it was undone");
        None
    })
}
