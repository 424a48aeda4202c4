//! Fan-out inside one node: who listens to which room, in which order, from where on.
//!
//! **The ring is the queue.** A committed change is put in its place in the room's [`Line`] once;
//! each worker thread is told that the room has news and pulls from its own position when it gets
//! to it; it then walks its own sockets ([`Listeners`]) without locks. Nothing waits per socket but
//! encoded frames ([`Queue`]).
//!
//! Free of IO, clock and runtime: whoever drives it wakes the workers, reads the database when a
//! repair is asked for and says what time it is. It knows only `model`.
//! To add something that the hub tells a person: an [`Announcement`]. Something that it tells a
//! room, without a number and without memory: a new kind of [`Notice`].

mod effects;
mod entry;
mod line;
mod listeners;
mod mailbox;
mod queue;
#[cfg(test)]
mod simulation;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub use effects::{EffectLog, Logged, Standing};
pub use entry::{Entry, reset_frame, sync_frame};
pub use line::{Bounds, Fill, Line, Offer, Since, Span};
pub use listeners::{CatchUp, Listeners, Page, Resume, Turn};
pub use mailbox::{Mail, Notice};
pub use queue::Queue;

use mailbox::{Mailbox, Wake};

use crate::model::{
    Announcement, Change, Close, Effect, Rev, Room, RoomId, Timestamp, UserId, frame,
};

/// How many entries of one room a worker takes in one turn, before other rooms have theirs and
/// the sockets are flushed.
pub const TURN_LEN_MAX: usize = 64;
/// How many sockets one person may have on a node; with one more, the oldest is closed (4505).
pub const SOCKETS_PER_PERSON_MAX: usize = 20;
/// How long a line without listeners is kept, so that people who come back are served from memory.
pub const IDLE_LINE_KEPT: Duration = Duration::from_secs(600);
/// How many lines without listeners are kept; the longest idle go first.
pub const IDLE_LINES_MAX: usize = 4_096;

/// One worker thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(usize);

/// One socket of one worker. A worker never uses a key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SocketKey {
    slot: usize,
    serial: u64,
}

/// Asks for the database to be read and for [`Hub::fill`] to be called: something after `after` is
/// missing. Whoever does it waits 20 ms first, because most gaps close by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Which room.
    pub room_id: RoomId,
    /// What comes after this number.
    pub after: Rev,
}

/// Takes repairs; must not block and must not call the hub. False: it is full, ask again later.
pub type RepairSink = Box<dyn Fn(Repair) -> bool + Send + Sync>;

/// What a worker gets when it pulls a room.
#[derive(Debug, Default)]
pub struct News {
    /// What follows the worker's position, without a hole.
    pub entries: Vec<Arc<Entry>>,
    /// Who came and went, by [`Logged::at`].
    pub effects: Vec<Logged>,
    /// Set if the ring no longer reaches back to the worker's position: the head, up to which
    /// every listener must catch up by itself.
    pub lost: Option<Rev>,
    /// Comings were forgotten before this worker heard of them: all its people must come back.
    pub forgotten: bool,
    /// There is more to pull.
    pub more: bool,
}

/// What a catching-up listener gets.
#[derive(Debug)]
pub enum Missed {
    /// All that is newer than its cursor; nothing, if it is there.
    Entries(Vec<Arc<Entry>>),
    /// The database must be asked.
    TooOld,
    /// The person is no longer a member.
    Gone,
}

/// The fan-out of one node, shared by all its threads.
pub struct Hub {
    /// Locked by whoever commits (one change at a time) and by every worker (one pull, one notice,
    /// one registration at a time): microseconds each, as nothing is encoded, read, written or
    /// woken under it. The longest is a deletion, which looks through one ring of at most 1,024
    /// entries.
    inner: Mutex<Inner>,
    /// Called outside the lock.
    repair: RepairSink,
}

struct Inner {
    bounds: Bounds,
    lines: HashMap<RoomId, Tracked>,
    /// The sockets of each person who is here, oldest first, at most [`SOCKETS_PER_PERSON_MAX`].
    users: HashMap<UserId, Vec<(WorkerId, SocketKey)>>,
    mailboxes: Vec<Mailbox>,
}

/// A line and who reads it.
struct Tracked {
    line: Line,
    readers: HashMap<WorkerId, Position>,
    /// A repair was handed out and has not come back.
    repairing: bool,
    /// A repair brought nothing although something is missing: the next one waits for a sign of
    /// life, or for the sweep.
    stalled: bool,
    /// The earliest number after which somebody wants the database to be asked, gap or not.
    recheck: Option<Rev>,
    /// Up to which index comings were made known to the workers of those who came.
    routed: u64,
    /// When the sweep first found it without readers.
    idle_since: Option<Timestamp>,
}

/// How far a worker has read a line.
#[derive(Clone, Copy)]
struct Position {
    rev: Rev,
    effect: u64,
}

/// What is to be done once the lock is free.
#[derive(Default)]
struct After {
    wakes: Vec<Wake>,
    repairs: Vec<Repair>,
}

impl Hub {
    /// An empty hub.
    pub fn new(bounds: Bounds, repair: RepairSink) -> Self {
        let inner =
            Inner { bounds, lines: HashMap::new(), users: HashMap::new(), mailboxes: Vec::new() };
        Self { inner: Mutex::new(inner), repair }
    }

    /// Adds a worker thread; `wake` is called, from any thread, when its mailbox stops being empty.
    pub fn add_worker(&self, wake: impl Fn() + Send + Sync + 'static) -> WorkerId {
        let mut inner = self.lock();
        inner.mailboxes.push(Mailbox::new(Arc::new(wake)));
        WorkerId(inner.mailboxes.len().saturating_sub(1))
    }

    /// Passes on what was committed, here or on another node. Never blocks. The workers are woken
    /// once for all of it.
    pub fn deliver(&self, announcements: Vec<Announcement>) {
        let mut after = After::default();
        for announcement in announcements {
            match announcement {
                Announcement::Change(change) => self.lock().change(change, &mut after),
                Announcement::Person { user_id, event } => {
                    let json = serde_json::to_vec(&event).unwrap_or_default();
                    let frame = frame::text(&[&json]);
                    let notice = || Notice::Frame { user_id, frame: frame.clone() };
                    self.lock().notify(user_id, notice, &mut after);
                }
                Announcement::Ended { user_id, what } => {
                    let notice = || Notice::Ended { user_id, what };
                    self.lock().notify(user_id, notice, &mut after);
                }
            }
        }
        self.finish(after);
    }

    /// Tells of a head that was seen in the database or on another node.
    pub fn hint(&self, room_id: RoomId, head: Rev) {
        self.with_line(room_id, |tracked| tracked.line.hint(head));
    }

    /// Brings what a repair has read.
    pub fn fill(&self, room_id: RoomId, fill: Fill) {
        self.with_line(room_id, |tracked| {
            let head = tracked.line.head();
            tracked.line.fill(fill);
            tracked.repairing = false;
            tracked.stalled = tracked.line.head() == head && tracked.recheck.is_none();
        });
    }

    /// Somebody who is here was found to be a member of a room, in a reading whose head is
    /// `room.head`. For joins whose announcement may have been lost: a node does not compare heads
    /// of rooms that nobody listens to.
    pub fn arrived(&self, user_id: UserId, room: Arc<Room>) {
        let mut after = After::default();
        let mut inner = self.lock();
        if inner.users.contains_key(&user_id) {
            let (room_id, head) = (room.id, room.head);
            let tracked = inner.tracked(room_id);
            tracked.open_unread(head, head);
            tracked.line.arrived(head, Effect::Joined { user_id, room });
            inner.advanced(room_id, &mut after);
        }
        drop(inner);
        self.finish(after);
    }

    /// A repair could not be done; it is asked for again with the next sign of a gap, at the latest
    /// by [`Hub::sweep`].
    pub fn repair_failed(&self, repair: Repair) {
        let mut inner = self.lock();
        if let Some(tracked) = inner.lines.get_mut(&repair.room_id) {
            tracked.repairing = false;
            let wanted = tracked.recheck.map_or(repair.after, |rev| rev.min(repair.after));
            tracked.recheck = Some(wanted);
        }
    }

    /// The head of every open line, to be compared with the database.
    pub fn heads(&self) -> Vec<(RoomId, Rev)> {
        let inner = self.lock();
        let head = |(room_id, tracked): (&RoomId, &Tracked)| Some((*room_id, tracked.line.head()?));
        inner.lines.iter().filter_map(head).collect()
    }

    /// To be called every second or so: asks again for what is missing, drops what nobody reads.
    pub fn sweep(&self, now: Timestamp) {
        let mut after = After::default();
        self.lock().sweep(now, &mut after);
        self.finish(after);
    }

    /// Counts a socket among its person's, before that person's rooms are read. The oldest of too
    /// many is told to close.
    pub fn register(&self, worker: WorkerId, user_id: UserId, socket: SocketKey) {
        let mut after = After::default();
        let mut inner = self.lock();
        let sockets = inner.users.entry(user_id).or_default();
        sockets.push((worker, socket));
        if sockets.len() > SOCKETS_PER_PERSON_MAX {
            let (worker, socket) = sockets.remove(0);
            let notice = Notice::Close { socket, close: Close::TooManySockets };
            inner.post(worker, notice, &mut after);
        }
        drop(inner);
        self.finish(after);
    }

    /// Forgets a socket.
    pub fn unregister(&self, worker: WorkerId, user_id: UserId, socket: SocketKey) {
        let mut inner = self.lock();
        if let Some(sockets) = inner.users.get_mut(&user_id) {
            sockets.retain(|known| *known != (worker, socket));
            if sockets.is_empty() {
                inner.users.remove(&user_id);
            }
        }
    }

    /// Begins to listen to a room for a worker; from here on no announcement of it is missed.
    pub fn listen(&self, worker: WorkerId, room_id: RoomId) {
        self.lock().listen(worker, room_id);
    }

    /// Stops, unless there is news that the worker has not pulled; says whether it did.
    pub fn unlisten(&self, worker: WorkerId, room_id: RoomId) -> bool {
        let mut inner = self.lock();
        let Some(tracked) = inner.lines.get_mut(&room_id) else { return true };
        if tracked.readers.get(&worker).is_some_and(|position| tracked.has_news(*position)) {
            return false;
        }
        tracked.readers.remove(&worker);
        true
    }

    /// Tells the head of a room to which the worker listens. `read_after_listening`: the head was
    /// read from the database after [`Hub::listen`]; if not, the database is asked once more.
    pub fn open(&self, room_id: RoomId, head: Rev, read_after_listening: bool) {
        self.with_line(room_id, |tracked| {
            if tracked.line.head().is_some() {
                tracked.line.hint(head);
            } else if read_after_listening {
                tracked.open(head);
            } else {
                tracked.open_unread(head, head);
            }
        });
    }

    /// What a worker has not yet pulled of a room; moves its position.
    pub fn pull(&self, worker: WorkerId, room_id: RoomId) -> News {
        let mut inner = self.lock();
        let news = inner.lines.get_mut(&room_id).and_then(|tracked| tracked.pull(worker));
        news.unwrap_or_default()
    }

    /// What a listener with a cursor has missed, if the person, who was a member at `member_at`, is
    /// still one.
    pub fn missed(&self, room_id: RoomId, cursor: Rev, user_id: UserId, member_at: Rev) -> Missed {
        let inner = self.lock();
        let Some(tracked) = inner.lines.get(&room_id) else { return Missed::TooOld };
        match tracked.line.effects().standing(user_id, member_at) {
            Standing::Gone => return Missed::Gone,
            Standing::Unknown => return Missed::TooOld,
            Standing::Here => {}
        }
        match tracked.line.since(cursor) {
            Since::Entries(entries) => Missed::Entries(entries),
            Since::Ahead => Missed::Entries(Vec::new()),
            Since::TooOld => Missed::TooOld,
        }
    }

    /// Gives the line a page that was read for one listener, for the others; returns it as it may
    /// be served now.
    pub fn extend_back(&self, room_id: RoomId, span: Span) -> Vec<Arc<Entry>> {
        self.lock().line(room_id).extend_back(span)
    }

    /// A page as it may be served now: without what was replaced or deleted since it was read.
    pub fn present(&self, room_id: RoomId, span: Span) -> Vec<Arc<Entry>> {
        self.lock().line(room_id).present(span)
    }

    /// The history of the database is another one: every line is void and every socket must start
    /// anew.
    pub fn reset(&self) {
        let mut after = After::default();
        let mut inner = self.lock();
        inner.lines.clear();
        after.wakes.extend(inner.mailboxes.iter_mut().map(Mailbox::overflow));
        drop(inner);
        self.finish(after);
    }

    /// Empties a worker's mailbox.
    pub fn take(&self, worker: WorkerId) -> Mail {
        self.lock().mailbox(worker).map(Mailbox::take).unwrap_or_default()
    }

    fn with_line(&self, room_id: RoomId, change: impl FnOnce(&mut Tracked)) {
        let mut after = After::default();
        let mut inner = self.lock();
        if let Some(tracked) = inner.lines.get_mut(&room_id) {
            change(tracked);
            inner.advanced(room_id, &mut after);
        }
        drop(inner);
        self.finish(after);
    }

    fn finish(&self, after: After) {
        after.wakes.iter().for_each(|wake| wake());
        for repair in after.repairs {
            if !(self.repair)(repair) {
                self.repair_failed(repair);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn change(&mut self, change: Arc<Change>, after: &mut After) {
        let (room_id, rev) = (change.room_id, change.rev);
        let joined = match &change.effect {
            Some(Effect::Joined { user_id, .. }) => self.users.contains_key(user_id),
            _ => false,
        };
        if joined {
            self.tracked(room_id).open_unread(rev.saturating_sub(1), rev);
        }
        let Some(tracked) = self.lines.get_mut(&room_id) else { return };
        tracked.stalled = false;
        let offer = tracked.line.offer(change);
        if joined && offer == Offer::Stale && rev <= tracked.line.opened_at() {
            // The line began later than this coming, so it can't tell whether it still holds.
            let before = rev.saturating_sub(1);
            tracked.recheck = Some(tracked.recheck.map_or(before, |wanted| wanted.min(before)));
        }
        self.advanced(room_id, after);
    }

    /// Tells everybody concerned that a line may have moved, and asks for what it lacks.
    fn advanced(&mut self, room_id: RoomId, after: &mut After) {
        let Some(tracked) = self.lines.get_mut(&room_id) else { return };
        match tracked.newcomers(&self.users) {
            Some(newcomers) => {
                for (worker, position) in newcomers {
                    tracked.readers.entry(worker).or_insert(position);
                }
            }
            None => after.wakes.extend(self.mailboxes.iter_mut().map(Mailbox::overflow)),
        }
        for (worker, position) in &tracked.readers {
            if tracked.has_news(*position)
                && let Some(mailbox) = self.mailboxes.get_mut(worker.0)
            {
                after.wakes.extend(mailbox.news(room_id));
            }
        }
        after.repairs.extend(tracked.repair(room_id));
    }

    fn notify(&mut self, user_id: UserId, notice: impl Fn() -> Notice, after: &mut After) {
        let sockets = self.users.get(&user_id).into_iter().flatten();
        let mut workers: Vec<_> = sockets.map(|(worker, _)| *worker).collect();
        workers.sort_unstable();
        workers.dedup();
        for worker in workers {
            self.post(worker, notice(), after);
        }
    }

    fn post(&mut self, worker: WorkerId, notice: Notice, after: &mut After) {
        if let Some(mailbox) = self.mailbox(worker) {
            after.wakes.extend(mailbox.post(notice));
        }
    }

    fn tracked(&mut self, room_id: RoomId) -> &mut Tracked {
        let bounds = self.bounds;
        self.lines.entry(room_id).or_insert_with(|| Tracked::new(Line::new(room_id, bounds)))
    }

    fn line(&mut self, room_id: RoomId) -> &mut Line {
        &mut self.tracked(room_id).line
    }

    fn mailbox(&mut self, worker: WorkerId) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(worker.0)
    }

    fn listen(&mut self, worker: WorkerId, room_id: RoomId) {
        let tracked = self.tracked(room_id);
        tracked.idle_since = None;
        let position = tracked.here();
        tracked.readers.entry(worker).or_insert(position);
    }

    fn sweep(&mut self, now: Timestamp, after: &mut After) {
        let mut idle = Vec::new();
        for (room_id, tracked) in &mut self.lines {
            tracked.stalled = false;
            after.repairs.extend(tracked.repair(*room_id));
            if !tracked.readers.is_empty() {
                tracked.idle_since = None;
                continue;
            }
            idle.push((*tracked.idle_since.get_or_insert(now), *room_id));
        }
        idle.sort_unstable();
        let surplus = idle.len().saturating_sub(IDLE_LINES_MAX);
        for (index, (since, room_id)) in idle.into_iter().enumerate() {
            if index < surplus || now.since(since) >= IDLE_LINE_KEPT {
                self.lines.remove(&room_id);
            }
        }
    }
}

impl Tracked {
    fn new(line: Line) -> Self {
        Self {
            line,
            readers: HashMap::new(),
            repairing: false,
            stalled: false,
            recheck: None,
            routed: 0,
            idle_since: None,
        }
    }

    /// The position of who has read everything there is.
    fn here(&self) -> Position {
        let rev = self.line.head().unwrap_or(0);
        Position { rev, effect: self.line.effects().last_index() }
    }

    /// Opens the line at a head, without having listened before it was read: somebody here came to
    /// a room whose order was not known. The database is asked what followed `known`.
    fn open_unread(&mut self, head: Rev, known: Rev) {
        if self.line.head().is_none() {
            self.open(head);
            self.recheck = Some(known);
        }
    }

    /// Opens the line; those who listened before begin where it begins.
    fn open(&mut self, head: Rev) {
        self.line.open(head);
        for position in self.readers.values_mut() {
            *position = Position { rev: head, effect: 0 };
        }
    }

    /// Workers that have sockets of somebody who came since this was asked last; those that do not
    /// read the line yet begin with that coming. `None` if some comings are already forgotten.
    fn newcomers(
        &mut self,
        users: &HashMap<UserId, Vec<(WorkerId, SocketKey)>>,
    ) -> Option<Vec<(WorkerId, Position)>> {
        let fresh = self.line.effects().behind(self.routed, Rev::MAX);
        self.routed = self.line.effects().last_index();
        let mut newcomers = Vec::new();
        for logged in fresh? {
            if let Effect::Joined { user_id, .. } = logged.effect {
                let effect = logged.index.saturating_sub(1);
                let position = Position { rev: logged.at, effect };
                let sockets = users.get(&user_id).into_iter().flatten();
                newcomers.extend(sockets.map(|(worker, _)| (*worker, position)));
            }
        }
        Some(newcomers)
    }

    fn has_news(&self, position: Position) -> bool {
        self.line.head().is_some_and(|head| head > position.rev)
            || self.line.effects().last_index() > position.effect
    }

    fn pull(&mut self, worker: WorkerId) -> Option<News> {
        let head = self.line.head()?;
        let position = self.readers.get_mut(&worker)?;
        let mut news = News::default();
        match self.line.next(position.rev, TURN_LEN_MAX) {
            Some(entries) => news.entries = entries,
            None => news.lost = Some(head),
        }
        let rev = match news.entries.last() {
            Some(last) => last.rev(),
            None => position.rev.max(head),
        };
        match self.line.effects().behind(position.effect, rev) {
            Some(effects) => news.effects = effects,
            None => news.forgotten = true,
        }
        let effect = match news.effects.last() {
            Some(last) => last.index,
            None if news.forgotten => self.line.effects().last_index(),
            None => position.effect,
        };
        *position = Position { rev, effect };
        let position = *position;
        news.more = self.has_news(position);
        Some(news)
    }

    /// What the database must be asked for now.
    fn repair(&mut self, room_id: RoomId) -> Option<Repair> {
        if self.repairing || self.stalled {
            return None;
        }
        let after = match (self.line.gap(), self.recheck.take()) {
            (Some(gap), Some(recheck)) => gap.min(recheck),
            (gap, recheck) => gap.or(recheck)?,
        };
        self.repairing = true;
        Some(Repair { room_id, after })
    }
}
