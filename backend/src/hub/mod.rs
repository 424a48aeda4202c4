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

mod afar;
mod ambient;
mod effects;
mod entry;
mod gate;
mod line;
mod listeners;
mod live;
mod mailbox;
mod presence;
mod queue;
#[cfg(test)]
mod simulation;
mod state;
mod stats;
mod typing;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

pub use afar::Stirred;
pub use effects::{EffectLog, Logged, Whereabouts};
pub use entry::{Entry, reset_frame, sync_frame};
pub use line::{Bounds, Line, Offer, Since};
pub use listeners::{CatchUp, Listeners, Resume, Turn};
pub use mailbox::{Mail, Notice};
pub use queue::{Desk, Queue};
pub use stats::Stats;

use ambient::encode;
use gate::Gate;
use live::origin;
use mailbox::Mailbox;
use presence::Presences;
use state::{After, Inner, Tracked};
use typing::Typists;

use crate::model::{
    Announcement, Close, Effect, Rev, Room, RoomId, Timestamp, Topic, UserId,
    event::Event,
    message::Author,
    span::{Fill, Span},
};

/// How many entries of one room a worker takes in one turn, before other rooms have theirs and
/// the sockets are flushed.
pub const TURN_LEN_MAX: usize = 64;
/// How many sockets one person may have on a node; with one more, the oldest is closed (4505).
pub const SOCKETS_PER_PERSON_MAX: usize = 20;
/// How many people hear of one change of a person at the most; the others see it when they next read
/// the profile.
pub const AROUND_MAX: usize = 10_000;
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
    /// The room was deleted.
    Over,
}

/// The fan-out of one node, shared by all its threads.
pub struct Hub {
    /// Locked by whoever commits (one change at a time) and by every worker (one pull, one notice,
    /// one registration at a time): microseconds each, as nothing is read, written or woken under it.
    /// The longest are a deletion and a new name, which go through one ring of at most 1,024 entries
    /// and encode anew what they change; nothing else is encoded under it.
    inner: Mutex<Inner>,
    /// Called outside the lock.
    repair: RepairSink,
    /// Asked, without the lock, before anything leaves.
    gate: Gate,
    stats: Stats,
}

impl Hub {
    /// An empty hub.
    pub fn new(bounds: Bounds, repair: RepairSink) -> Self {
        let inner = Inner {
            bounds,
            lines: HashMap::new(),
            users: HashMap::new(),
            mailboxes: Vec::new(),
            presences: Presences::default(),
            typists: Typists::default(),
            interests: None,
        };
        Self { inner: Mutex::new(inner), repair, gate: Gate::default(), stats: Stats::default() }
    }

    /// What is counted here.
    pub fn stats(&self) -> &Stats {
        &self.stats
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
                Announcement::Room { room_id, event } => {
                    if let Event::RoomUpdated(shown) = &event {
                        self.describe(&shown.room);
                    }
                    let notice = Notice::Room { room_id, frame: encode(&event) };
                    self.lock().post_in(room_id, &notice, &mut after);
                }
                Announcement::RoomDeleted { room_id } => self.lock().end(room_id, &mut after),
                Announcement::Arrived { user_id, room } => self.arrived(user_id, room),
                Announcement::Person { user_id, event } => {
                    let frame = encode(&event);
                    let notice = || Notice::Frame { user_id, frame: frame.clone() };
                    self.lock().notify(user_id, notice, &mut after);
                }
                Announcement::Around { user_id, room_ids, event } => {
                    let frame = encode(&event);
                    let mut inner = self.lock();
                    let user_ids = inner.around(user_id, &room_ids);
                    inner.notify_people(&user_ids, &frame, &mut after);
                    drop(inner);
                    if let Event::ProfileUpdated(told) = event {
                        self.rename(&Author::from(told.profile), &room_ids);
                    }
                }
                Announcement::Everybody { event } => {
                    let frame = encode(&event);
                    let mut inner = self.lock();
                    let user_ids = inner.everybody();
                    inner.notify_people(&user_ids, &frame, &mut after);
                }
                Announcement::Presence { user_id, presence } => {
                    self.lock().presences.choose(user_id, presence, true);
                }
                Announcement::Ended { user_id, what } => {
                    let notice = || Notice::Ended { user_id, what };
                    self.lock().notify(user_id, notice, &mut after);
                }
            }
        }
        self.finish(after);
    }

    /// Whoever comes back to these rooms sees a person as that person is now: one room at a time, so
    /// that nobody waits for all of them.
    fn rename(&self, author: &Author, room_ids: &[RoomId]) {
        for room_id in room_ids {
            if let Some(tracked) = self.lock().lines.get_mut(room_id) {
                tracked.line.rename(author);
            }
        }
    }

    /// A room was found to be deleted.
    pub fn end(&self, room_id: RoomId) {
        let mut after = After::default();
        self.lock().end(room_id, &mut after);
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
            tracked.is_unread = false;
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
            if !tracked.is_over {
                tracked.open_unread(head, head);
                tracked.line.arrived(head, Effect::Joined { user_id, room });
                inner.advanced(room_id, &mut after);
            }
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
        let is_too_many = sockets.len() > SOCKETS_PER_PERSON_MAX;
        let oldest = is_too_many.then(|| sockets.remove(0));
        inner.presences.hold(user_id);
        inner.interested(Topic::Person(user_id));
        if let Some((worker, socket)) = oldest {
            let notice = Notice::Close { socket, close: Close::TooManySockets };
            inner.post(worker, notice, &mut after);
        }
        drop(inner);
        self.finish(after);
    }

    /// Forgets a socket.
    pub fn unregister(&self, worker: WorkerId, user_id: UserId, socket: SocketKey, now: Timestamp) {
        let mut after = After::default();
        let mut inner = self.lock();
        inner.presences.release(user_id, now);
        let ended = inner.typists.end(user_id, origin(worker, socket));
        after.stopped.extend(ended.into_iter().map(|room_id| (room_id, user_id)));
        if let Some(sockets) = inner.users.get_mut(&user_id) {
            sockets.retain(|known| *known != (worker, socket));
            if sockets.is_empty() {
                inner.users.remove(&user_id);
                inner.interested(Topic::Person(user_id));
            }
        }
        drop(inner);
        self.finish(after);
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
    /// still one. While the line has not heard of everything up to `target`, the database is asked:
    /// something in the ring may be deleted by what is missing.
    pub fn missed(
        &self,
        room_id: RoomId,
        cursor: Rev,
        user_id: UserId,
        member_at: Rev,
        target: Rev,
    ) -> Missed {
        let inner = self.lock();
        let Some(tracked) = inner.lines.get(&room_id) else { return Missed::TooOld };
        if tracked.is_over {
            return Missed::Over;
        }
        match tracked.line.effects().whereabouts(user_id, member_at) {
            Whereabouts::Gone => return Missed::Gone,
            Whereabouts::Unknown => return Missed::TooOld,
            Whereabouts::Here => {}
        }
        let head = tracked.line.head();
        let lacks_target = cursor < target && head.is_some_and(|head| head < target);
        let is_doubtful = tracked.is_unread && head.is_some_and(|head| cursor < head);
        if lacks_target || is_doubtful {
            return Missed::TooOld;
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
        let mut inner = self.lock();
        let tracked = inner.tracked(room_id);
        if tracked.is_over { Vec::new() } else { tracked.line.extend_back(span) }
    }

    /// A page as it may be served now: without what was replaced or deleted since it was read.
    pub fn present(&self, room_id: RoomId, span: Span) -> Vec<Arc<Entry>> {
        let mut inner = self.lock();
        let tracked = inner.tracked(room_id);
        if tracked.is_over { Vec::new() } else { tracked.line.present(span) }
    }

    /// Tells every worker that the node is about to end: [`Turn::drain`].
    pub fn drain(&self) {
        let mut after = After::default();
        after.wakes.extend(self.lock().mailboxes.iter_mut().map(Mailbox::drain));
        self.finish(after);
    }

    /// The history of the database is another one: every line is void and every socket must start
    /// anew.
    pub fn reset(&self) {
        let mut after = After::default();
        let mut inner = self.lock();
        for room_id in inner.lines.keys().copied().collect::<Vec<_>>() {
            inner.interested(Topic::Room(room_id));
        }
        inner.lines.clear();
        after.wakes.extend(inner.mailboxes.iter_mut().map(Mailbox::overflow));
        drop(inner);
        self.finish(after);
    }

    /// Says that until then people may be told what is here: that nothing was missed. Who relies on it
    /// must say so again before, or nothing leaves any more; who never does is alone.
    pub fn vouch(&self, now: Instant, until: Instant) {
        if self.gate.vouch(now, until) {
            let mut after = After::default();
            after.wakes.extend(self.lock().mailboxes.iter().map(Mailbox::wake));
            self.finish(after);
        }
    }

    /// Which time it is that people may be told something, or `None` while they may not. In every new
    /// one a worker takes a turn before its sockets write: what waits in their queues may be void.
    pub fn round(&self, now: Instant) -> Option<u64> {
        self.gate.round(now)
    }

    /// Empties a worker's mailbox.
    pub fn take(&self, worker: WorkerId) -> Mail {
        self.lock().mailbox(worker).map(Mailbox::take).unwrap_or_default()
    }

    fn with_line(&self, room_id: RoomId, change: impl FnOnce(&mut Tracked)) {
        let mut after = After::default();
        let mut inner = self.lock();
        if let Some(tracked) = inner.lines.get_mut(&room_id).filter(|it| !it.is_over) {
            change(tracked);
            inner.advanced(room_id, &mut after);
        }
        drop(inner);
        self.finish(after);
    }

    fn finish(&self, mut after: After) {
        self.tell_stopped(&mut after);
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
