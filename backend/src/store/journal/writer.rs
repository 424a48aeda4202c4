//! The journal's thread: takes what waits, commits it as one, publishes, and answers whoever waits.
//!
//! What the embedded database may write later, the index of texts, it writes when nobody waits.
//! Each piece of a batch after the first stands in a savepoint of its own, and a first one that fails
//! begins the transaction anew: what is refused leaves no trace and does not touch the others.
//! Publishing happens here, after the commit, in the order of the commits.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use diesel::{Connection, result::Error as DbError};

use super::{
    super::{
        Publish, announcements,
        conn::{Conn, SQLITE_BUSY_WAIT, Source},
        memory::{Memory, Touched},
        messages::{self, Draft, Senders, Sent},
        meta::ping,
        stats::Stats,
    },
    Job, SendDone, Tx, Work,
};
use crate::{
    error::{Code, Error, Result},
    model::{Announced, Announcement, Clock},
};

/// How many pieces of work one commit holds at the most.
const BATCH_MAX: usize = 256;
/// After how long without work the index of texts is written.
const INDEX_AFTER: Duration = Duration::from_millis(200);
/// For how long a connection that was used is taken to be sound without asking.
const SOUND_FOR: Duration = Duration::from_secs(1);

/// What of a batch has run and waits for its commit.
enum Ran {
    Send(Result<Sent>, SendDone),
    Write(Box<dyn Work>),
}

/// What is committed together.
enum Part {
    /// On Postgres: sends that one statement stores.
    AtOnce(Vec<(Draft, SendDone)>),
    /// What needs a transaction.
    Together(Vec<Job>),
}

/// Why a commit does not stand, or may not.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The database may have committed and died before it said so.
    pub(super) is_unknown: bool,
}

impl Failure {
    /// Nothing was stored.
    pub(super) fn certain(error: impl Into<Error>) -> Self {
        Self { error: error.into(), is_unknown: false }
    }

    /// Whether the server said no to something, and would say yes to the rest of it.
    pub(super) fn is_answer(&self) -> bool {
        !self.is_unknown && self.error.code != Code::Unavailable
    }

    /// What the sender of a message is told.
    pub(super) fn of_send(&self) -> Error {
        if self.is_unknown { Code::RetrySameNonce.into() } else { self.error.clone() }
    }
}

pub(super) struct Writer {
    /// Nothing, after it broke.
    conn: Option<Conn>,
    /// When it was last seen to be sound.
    sound_at: Instant,
    source: Arc<Source>,
    pub(super) clock: Arc<dyn Clock>,
    publish: Publish,
    unknown: Arc<AtomicU64>,
    /// About how many messages wait for the index of texts.
    unindexed: usize,
    touched: Touched,
    memory: Memory,
    senders: Senders,
    stats: Arc<Stats>,
    /// How long the next commit may wait for another program that has the file.
    patience: Duration,
}

impl Writer {
    pub(super) fn new(
        conn: Conn,
        source: Arc<Source>,
        clock: Arc<dyn Clock>,
        publish: Publish,
        unknown: Arc<AtomicU64>,
        (touched, memory, stats): (Touched, Memory, Arc<Stats>),
    ) -> Self {
        // Whether a process before this one left anything is looked up when nobody waits.
        let unindexed = usize::from(conn.indexes_later());
        let (conn, sound_at) = (Some(conn), Instant::now());
        let senders = Senders::new(memory.clone(), touched.clone());
        Self {
            conn,
            sound_at,
            source,
            clock,
            publish,
            unknown,
            unindexed,
            touched,
            memory,
            senders,
            stats,
            patience: SQLITE_BUSY_WAIT,
        }
    }

    pub(super) fn work(mut self, waiting: &Receiver<(Instant, Job)>) {
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
        // Whoever waited for the commit before has waited for the same program already.
        let waited = batch.iter().map(|(since, _)| since.elapsed()).max().unwrap_or_default();
        self.patience = SQLITE_BUSY_WAIT.saturating_sub(waited);
        // What was given up while the database was away is not done behind anybody's back.
        let deadline = self.source.deadline();
        let is_wanted =
            |(since, job): &(Instant, Job)| since.elapsed() < deadline || !job.is_forsaken();
        let batch = batch.into_iter().filter(is_wanted).map(|(_, job)| job).collect();
        for part in self.parts(batch) {
            let count = match &part {
                Part::AtOnce(sends) => sends.len(),
                Part::Together(jobs) => jobs.len(),
            };
            self.stats.batches.add(u64::try_from(count).unwrap_or(u64::MAX));
            match part {
                Part::AtOnce(sends) => self.store_at_once(sends),
                Part::Together(jobs) => self.commit(jobs),
            }
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

    /// What may share a commit. Where other nodes write too, sends are stored by one statement, so that
    /// a node that stops holds no room, and a closure has a commit of its own: rooms are locked in the
    /// order of their ids within a statement and within a closure, so nobody waits in a circle.
    fn parts(&self, batch: Vec<Job>) -> Vec<Part> {
        if !self.source.is_shared() {
            return vec![Part::Together(batch)];
        }
        let mut parts: Vec<Part> = Vec::new();
        for job in batch {
            match (job, parts.last_mut()) {
                (Job::Send(draft, done), Some(Part::AtOnce(sends))) if draft.is_plain() => {
                    sends.push((draft, done));
                }
                (Job::Send(draft, done), _) if draft.is_plain() => {
                    parts.push(Part::AtOnce(vec![(draft, done)]));
                }
                (job, _) => parts.push(Part::Together(vec![job])),
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
                    self.keep(conn);
                }
                committed
            }
            Err(failure) => {
                ran.extend(batch.into_iter().map(|job| match job {
                    Job::Send(_, done) => Ran::Send(Err(failure.clone()), done),
                    Job::Write(work) => Ran::Write(work),
                }));
                Err(Failure::certain(failure))
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
            match conn.begin_write_within(self.patience) {
                Ok(()) => return Ok(conn),
                Err(error) if !self.source.is_shared() => {
                    self.keep(conn);
                    return Err(error.into());
                }
                Err(why) => tracing::warn!(%why, "the connection that writes was broken"),
            }
        }
        let mut conn = self.open()?;
        conn.begin_write()?;
        Ok(conn)
    }

    /// A connection outside of a transaction. One that idled may have been closed by the other end, and
    /// a statement that is sent into it can't be told from one that was lost: so it is asked first.
    pub(super) fn sound(&mut self) -> Result<Conn> {
        if let Some(mut conn) = self.conn.take() {
            let asked = if self.sound_at.elapsed() < SOUND_FOR { Ok(()) } else { ping(&mut conn) };
            match asked {
                Ok(()) => return Ok(conn),
                Err(why) => tracing::warn!(%why, "the connection that writes was broken"),
            }
        }
        self.open()
    }

    fn open(&self) -> Result<Conn> {
        let mut conn = self.source.open().map_err(|why| {
            tracing::warn!(%why, "the database can't be reached");
            Error::from(Code::Unavailable)
        })?;
        self.touched.watch(&mut conn)?;
        Ok(conn)
    }

    /// Keeps a connection for what comes next.
    pub(super) fn keep(&mut self, conn: Conn) {
        self.conn = Some(conn);
        self.sound_at = Instant::now();
    }

    /// How long a caller waits for the database at the most.
    pub(super) fn deadline(&self) -> Duration {
        self.source.deadline()
    }

    /// It is not known whether a commit stands: what it changed is told to nobody.
    pub(super) fn lost_sight(&self) {
        self.unknown.fetch_add(1, Ordering::Relaxed);
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
            self.lost_sight();
        }
        Err(Failure { error: failed.into(), is_unknown })
    }

    pub(super) fn tell(&self, announced: Vec<Announced>) {
        if announced.is_empty() {
            return;
        }
        let told = catch_unwind(AssertUnwindSafe(|| (self.publish)(announced)));
        if told.is_err() {
            // Nodes that compare heads find it, and so does a client by its number.
            self.lost_sight();
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
        let insert = |tx: &mut Tx<'_>| messages::insert_batch(tx, &drafts, &self.senders).ok();
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
                match messages::insert_batch(tx, std::slice::from_ref(draft), &self.senders) {
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
pub(super) fn caught<T>(part: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(part)).unwrap_or_else(|_| {
        tracing::error!("a write panicked; it was undone");
        None
    })
}
