//! What one worker thread knows: its sockets, whose they are, and which of them listen to a room.
//!
//! Single-threaded and without locks. It knows frames and queues, but no sockets: the gateway does
//! the reading and writing, asks the database when it is told to ([`CatchUp::Read`]), and calls
//! [`Listeners::turn`] when it is woken.
//!
//! A listener is *live* (it gets every entry as it comes) or *held* (it is catching up, or its
//! socket has not finished `hello`). A held listener costs nothing but its cursor.

use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
    sync::Arc,
};

use bytes::Bytes;
use slab::Slab;

use super::{
    Entry, Hub, Logged, Missed, News, Notice, Queue, SocketKey, Span, WorkerId, reset_frame,
    sync_frame,
};
use crate::model::{
    Close, Effect, Rev, Room, RoomId, SessionId, UserId,
    announcement::Ended,
    event::{Event, RoomGone, RoomShown},
    frame,
};

/// How many frames one turn hands to sockets, more or less, before they are flushed.
const TURN_FRAMES_MAX: usize = 4_096;
/// How many notices wait for a socket until its `hello` is done; one more and it is cut off (4001).
const HELD_MAX: usize = 256;

/// The sockets of one worker thread.
pub struct Listeners {
    hub: Arc<Hub>,
    worker: WorkerId,
    sockets: Slab<Socket>,
    /// Names every socket and every state of a listener apart, for ever.
    serial: u64,
    users: HashMap<UserId, Vec<SocketKey>>,
    rooms: HashMap<RoomId, Here>,
    /// Rooms with news, each once (see [`Here::queued`]): bounded by the rooms heard here.
    todo: VecDeque<RoomId>,
}

struct Socket {
    serial: u64,
    user_id: UserId,
    session_id: SessionId,
    queue: Rc<Queue>,
    stage: Stage,
    /// Notices that came before `hello` was done; at most [`HELD_MAX`].
    held: Vec<Bytes>,
    /// Rooms that the person came to before the snapshot was known; at most [`HELD_MAX`].
    joins: Vec<(Rev, Arc<Room>)>,
    /// Rooms that are kept listened to until the snapshot is known.
    pinned: Vec<RoomId>,
    /// Where its listeners stand in [`Here::listeners`].
    rooms: HashMap<RoomId, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The snapshot is being read.
    Hello,
    /// `ready` was sent, what was missed is being sent.
    CatchingUp,
    /// `caught_up` was sent.
    Live,
}

/// One room on this worker.
#[derive(Default)]
struct Here {
    listeners: Vec<Listener>,
    /// How many sockets wait for their snapshot and need the room to be listened to.
    pins: usize,
    /// Whether it stands in [`Listeners::todo`].
    queued: bool,
}

struct Listener {
    socket: SocketKey,
    user_id: UserId,
    queue: Rc<Queue>,
    /// The client's cursor: everything up to here was pushed.
    sent: Rev,
    /// The person was a member at this number for certain; what is said of earlier ones is old.
    member_at: Rev,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Live,
    /// `mark` changes when the listener is renewed: a page that was read for another mark is void.
    Held {
        mark: u64,
        reset: bool,
        /// It is not caught up before it got here: the head that `ready` told.
        target: Rev,
    },
}

/// What a held listener needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// Nothing: it is up to date, or gone.
    Done,
    /// Room for so many bytes in its queue; then ask again.
    Wait(usize),
    /// A page from the database, for [`Listeners::page`].
    Read {
        /// What comes after this cursor.
        after: Rev,
        /// To be handed back with the page.
        mark: u64,
        /// The cursor is void: the newest page is needed.
        reset: bool,
    },
}

/// What was read for a held listener, membership included, in one snapshot.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page; with `reset`, the newest one.
    pub span: Span,
    /// The room's head in that snapshot.
    pub head: Rev,
    /// Whether the client must drop what it holds.
    pub reset: bool,
}

/// What is left to do after a turn.
#[derive(Debug, Default)]
pub struct Turn {
    /// Listeners that need more than the ring has: to be driven by [`Listeners::catch_up`].
    pub behind: Vec<(SocketKey, RoomId)>,
    /// Let the sockets flush, then take another turn.
    pub more: bool,
}

impl Listeners {
    /// A worker without sockets.
    pub fn new(hub: Arc<Hub>, worker: WorkerId) -> Self {
        Self {
            hub,
            worker,
            sockets: Slab::new(),
            serial: 0,
            users: HashMap::new(),
            rooms: HashMap::new(),
            todo: VecDeque::new(),
        }
    }

    /// Adds a socket that has authenticated. From here on nothing said to its person is missed;
    /// it is held back until [`Listeners::finish`].
    pub fn open(&mut self, user_id: UserId, session_id: SessionId, queue: Rc<Queue>) -> SocketKey {
        let serial = self.next_serial();
        let slot = self.sockets.insert(Socket {
            serial,
            user_id,
            session_id,
            queue,
            stage: Stage::Hello,
            held: Vec::new(),
            joins: Vec::new(),
            pinned: Vec::new(),
            rooms: HashMap::new(),
        });
        let key = SocketKey { slot, serial };
        self.users.entry(user_id).or_default().push(key);
        self.hub.register(self.worker, user_id, key);
        key
    }

    /// Listens to the rooms that the person seems to be in, so that the snapshot, which must be
    /// read after this, connects to what is announced.
    pub fn listen(&mut self, key: SocketKey, rooms: &[RoomId]) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        socket.pinned.extend_from_slice(rooms);
        for room_id in rooms {
            let here = self.rooms.entry(*room_id).or_default();
            here.pins = here.pins.saturating_add(1);
            self.hub.listen(self.worker, *room_id);
        }
    }

    /// Sends `ready` and adds a listener for every room of the snapshot, all of them held. Returns
    /// the resumed rooms that are behind: each needs [`Listeners::catch_up`] until it is done.
    pub fn ready(
        &mut self,
        key: SocketKey,
        ready: Bytes,
        rooms: &[(RoomId, Rev)],
        resume: &Resume,
    ) -> Vec<RoomId> {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return Vec::new() };
        socket.queue.push(ready);
        socket.stage = Stage::CatchingUp;
        let pinned = std::mem::take(&mut socket.pinned);
        let joins = std::mem::take(&mut socket.joins);
        let mut behind = Vec::new();
        for (room_id, head) in rooms {
            let listened = pinned.contains(room_id);
            if !listened {
                self.hub.listen(self.worker, *room_id);
            }
            self.hub.open(*room_id, *head, listened);
            let cursor = resume.rooms.get(room_id).copied();
            let reset = cursor.is_some_and(|cursor| !resume.same_epoch || cursor > *head);
            let sent = cursor.filter(|_| !reset).unwrap_or(*head);
            if reset || sent < *head {
                behind.push(*room_id);
            }
            let state = State::Held { mark: self.next_serial(), reset, target: *head };
            self.add_listener(key, *room_id, sent, *head, state);
        }
        for (number, room) in joins {
            self.join(key, number, &room);
        }
        for room_id in pinned {
            self.unpin(room_id);
        }
        behind
    }

    /// One step of bringing a held listener up to date. When its socket's `hello` is done, it goes
    /// live with the last step.
    pub fn catch_up(&mut self, key: SocketKey, room_id: RoomId) -> CatchUp {
        let live = get_mut(&mut self.sockets, key).is_some_and(|s| s.stage == Stage::Live);
        let Some(listener) = self.listener(key, room_id) else { return CatchUp::Done };
        let State::Held { mark, reset, target } = listener.state else { return CatchUp::Done };
        if listener.queue.ended().is_some() {
            return CatchUp::Done;
        }
        if !listener.queue.is_calm() {
            return CatchUp::Wait(0);
        }
        if reset {
            return CatchUp::Read { after: listener.sent, mark, reset };
        }
        let (sent, user_id, member_at) = (listener.sent, listener.user_id, listener.member_at);
        let entries = match self.hub.missed(room_id, sent, user_id, member_at) {
            Missed::Entries(entries) => entries,
            Missed::TooOld => return CatchUp::Read { after: sent, mark, reset },
            Missed::Gone => {
                self.expel(key, room_id);
                return CatchUp::Done;
            }
        };
        let Some(listener) = self.listener(key, room_id) else { return CatchUp::Done };
        if let Some(last) = entries.last()
            && let Some(frame) = sync_frame(&entries, sent, user_id)
        {
            if !listener.queue.has_room(frame.len()) {
                return CatchUp::Wait(frame.len());
            }
            listener.queue.push(frame);
            listener.sent = last.rev();
        }
        if listener.sent < target {
            return CatchUp::Read { after: listener.sent, mark, reset };
        }
        if live {
            listener.state = State::Live;
        }
        CatchUp::Done
    }

    /// Sends a page that was read for a held listener. Nothing happens if the listener has changed
    /// meanwhile. Not `Wait`: ask [`Listeners::catch_up`] again.
    pub fn page(&mut self, key: SocketKey, room_id: RoomId, mark: u64, page: &Page) -> CatchUp {
        let hub = self.hub.clone();
        let Some(listener) = self.marked(key, room_id, mark) else { return CatchUp::Done };
        if !page.reset && page.span.after != listener.sent {
            return CatchUp::Done;
        }
        let span = page.span.clone();
        let to = span.to;
        let frame = if page.reset {
            let entries = hub.present(room_id, span);
            Some(reset_frame(room_id, to, &entries, listener.user_id))
        } else {
            let entries = hub.extend_back(room_id, span);
            sync_frame(&entries, listener.sent, listener.user_id)
        };
        if let Some(frame) = frame {
            if !listener.queue.has_room(frame.len()) {
                return CatchUp::Wait(frame.len());
            }
            listener.queue.push(frame);
        }
        listener.sent = to;
        listener.member_at = listener.member_at.max(page.head);
        if let State::Held { reset, .. } = &mut listener.state {
            *reset = false;
        }
        CatchUp::Done
    }

    /// The database says that the person is not a member, asked for a listener with this mark.
    pub fn not_a_member(&mut self, key: SocketKey, room_id: RoomId, mark: u64) {
        if self.marked(key, room_id, mark).is_some() {
            self.expel(key, room_id);
        }
    }

    /// Sends `caught_up` and what was held back, and lets every room go live that can. Returns the
    /// others, which need [`Listeners::catch_up`].
    pub fn finish(&mut self, key: SocketKey, caught_up: Bytes) -> Vec<RoomId> {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return Vec::new() };
        socket.stage = Stage::Live;
        socket.queue.push(caught_up);
        for frame in socket.held.drain(..) {
            socket.queue.push(frame);
        }
        let rooms: Vec<_> = socket.rooms.keys().copied().collect();
        let behind = |room_id: &RoomId| self.catch_up(key, *room_id) != CatchUp::Done;
        rooms.into_iter().filter(behind).collect()
    }

    /// Takes a socket out, whatever stage it is in.
    pub fn close(&mut self, key: SocketKey) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        let user_id = socket.user_id;
        let pinned = std::mem::take(&mut socket.pinned);
        let rooms: Vec<_> = socket.rooms.keys().copied().collect();
        for room_id in rooms {
            self.remove_listener(key, room_id);
        }
        for room_id in pinned {
            self.unpin(room_id);
        }
        self.sockets.remove(key.slot);
        if let Some(sockets) = self.users.get_mut(&user_id) {
            sockets.retain(|known| *known != key);
            if sockets.is_empty() {
                self.users.remove(&user_id);
            }
        }
        self.hub.unregister(self.worker, user_id, key);
    }

    /// Passes on what came since the last turn, up to a bound.
    pub fn turn(&mut self) -> Turn {
        let mail = self.hub.take(self.worker);
        if mail.overflowed {
            self.cut_all_off();
        }
        for notice in mail.notices {
            self.notice(notice);
        }
        for room_id in mail.rooms {
            self.enqueue(room_id);
        }
        let mut turn = Turn::default();
        let mut frames = 0_usize;
        while frames < TURN_FRAMES_MAX {
            let Some(room_id) = self.todo.pop_front() else { break };
            if let Some(here) = self.rooms.get_mut(&room_id) {
                here.queued = false;
            }
            let news = self.hub.pull(self.worker, room_id);
            if news.more {
                self.enqueue(room_id);
            }
            frames = frames.saturating_add(self.pass(room_id, news, &mut turn.behind));
            self.leave_if_empty(room_id);
        }
        turn.behind.retain(|(key, room_id)| {
            // Of the others, `finish` takes care.
            let live = get_mut(&mut self.sockets, *key).is_some_and(|s| s.stage == Stage::Live);
            live && self.catch_up(*key, *room_id) != CatchUp::Done
        });
        turn.more = !self.todo.is_empty();
        turn
    }

    /// Hands a room's news to its listeners, comings and goings each at its place.
    fn pass(
        &mut self,
        room_id: RoomId,
        news: News,
        behind: &mut Vec<(SocketKey, RoomId)>,
    ) -> usize {
        if news.forgotten {
            self.cut_all_off();
        }
        let mut frames = 0_usize;
        let mut effects = news.effects.into_iter().peekable();
        let mut rest = news.entries.as_slice();
        while let Some(logged) = effects.next_if(|_| true) {
            let before = rest.partition_point(|entry| entry.rev() <= logged.at);
            let (run, later) = rest.split_at_checked(before).unwrap_or((rest, &[]));
            rest = later;
            frames = frames.saturating_add(self.push_run(room_id, run, behind));
            self.apply(room_id, logged, behind);
        }
        frames = frames.saturating_add(self.push_run(room_id, rest, behind));
        if let Some(head) = news.lost {
            self.hold_behind(room_id, head, behind);
        }
        frames
    }

    fn push_run(
        &mut self,
        room_id: RoomId,
        run: &[Arc<Entry>],
        behind: &mut Vec<(SocketKey, RoomId)>,
    ) -> usize {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return 0 };
        let mark = self.next_serial();
        let Some(here) = self.rooms.get_mut(&room_id) else { return 0 };
        let mut frames = 0_usize;
        for listener in &mut here.listeners {
            if listener.state != State::Live || listener.sent >= last.rev() {
                continue;
            }
            if listener.sent < first.from() {
                listener.hold(mark);
                behind.push((listener.socket, room_id));
                continue;
            }
            for entry in run.iter().filter(|entry| entry.rev() > listener.sent) {
                listener.queue.push(entry.frame(listener.sent.max(entry.from()), listener.user_id));
                frames = frames.saturating_add(1);
            }
            listener.sent = last.rev();
        }
        frames
    }

    fn hold_behind(&mut self, room_id: RoomId, head: Rev, behind: &mut Vec<(SocketKey, RoomId)>) {
        let mark = self.next_serial();
        let Some(here) = self.rooms.get_mut(&room_id) else { return };
        let live = here.listeners.iter_mut().filter(|listener| listener.state == State::Live);
        for listener in live.filter(|listener| listener.sent < head) {
            listener.hold(mark);
            behind.push((listener.socket, room_id));
        }
    }

    fn apply(&mut self, room_id: RoomId, logged: Logged, behind: &mut Vec<(SocketKey, RoomId)>) {
        let sockets = self.users.get(&logged.effect.user_id()).cloned().unwrap_or_default();
        for key in sockets {
            match &logged.effect {
                Effect::Joined { room, .. } => {
                    self.join(key, logged.number, room);
                    behind.push((key, room_id));
                }
                Effect::Gone { .. } => self.leave(key, room_id, logged.number),
            }
        }
    }

    /// The person of a socket became a member with the change `number`.
    fn join(&mut self, key: SocketKey, number: Rev, room: &Arc<Room>) {
        let mark = self.next_serial();
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        if socket.stage == Stage::Hello {
            socket.joins.retain(|(_, known)| known.id != room.id);
            socket.joins.push((number, room.clone()));
            if socket.joins.len() > HELD_MAX {
                socket.queue.cut_off(Close::TooSlow);
                socket.joins.clear();
            }
            return;
        }
        if let Some(listener) = self.listener(key, room.id) {
            if number > listener.member_at {
                listener.member_at = number;
                listener.renew(mark);
            }
            return;
        }
        self.hub.listen(self.worker, room.id);
        self.tell(key, &Event::RoomAdded(Box::new(RoomShown { room: (**room).clone() })));
        let state = State::Held { mark, reset: false, target: 0 };
        self.add_listener(key, room.id, room.head, number, state);
    }

    /// The person of a socket stopped being a member with the change `number`.
    fn leave(&mut self, key: SocketKey, room_id: RoomId, number: Rev) {
        if let Some(socket) = get_mut(&mut self.sockets, key) {
            socket.joins.retain(|(joined, room)| room.id != room_id || *joined > number);
        }
        if self.listener(key, room_id).is_some_and(|listener| number > listener.member_at) {
            self.expel(key, room_id);
        }
    }

    fn expel(&mut self, key: SocketKey, room_id: RoomId) {
        self.remove_listener(key, room_id);
        self.tell(key, &Event::RoomRemoved(RoomGone { room_id }));
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Frame { user_id, frame } => {
                for key in self.users.get(&user_id).cloned().unwrap_or_default() {
                    self.push(key, frame.clone());
                }
            }
            Notice::Ended { user_id, what } => {
                for key in self.users.get(&user_id).cloned().unwrap_or_default() {
                    if let Some(socket) = get_mut(&mut self.sockets, key)
                        && let Some(close) = end_of(socket.session_id, what)
                    {
                        socket.queue.cut_off(close);
                    }
                }
            }
            Notice::Close { socket, close } => {
                if let Some(socket) = get_mut(&mut self.sockets, socket) {
                    socket.queue.cut_off(close);
                }
            }
        }
    }

    fn tell(&mut self, key: SocketKey, event: &Event) {
        let json = serde_json::to_vec(event).unwrap_or_default();
        self.push(key, frame::text(&[&json]));
    }

    fn push(&mut self, key: SocketKey, frame: Bytes) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        if socket.stage == Stage::Live {
            socket.queue.push(frame);
        } else if socket.held.len() < HELD_MAX {
            socket.held.push(frame);
        } else {
            socket.queue.cut_off(Close::TooSlow);
        }
    }

    fn cut_all_off(&mut self) {
        for (_, socket) in &self.sockets {
            socket.queue.cut_off(Close::TooSlow);
        }
    }

    fn enqueue(&mut self, room_id: RoomId) {
        let here = self.rooms.entry(room_id).or_default();
        if !here.queued {
            here.queued = true;
            self.todo.push_back(room_id);
        }
    }

    fn add_listener(
        &mut self,
        key: SocketKey,
        room_id: RoomId,
        sent: Rev,
        member_at: Rev,
        state: State,
    ) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        let here = self.rooms.entry(room_id).or_default();
        socket.rooms.insert(room_id, here.listeners.len());
        let (user_id, queue) = (socket.user_id, socket.queue.clone());
        here.listeners.push(Listener { socket: key, user_id, queue, sent, member_at, state });
    }

    fn remove_listener(&mut self, key: SocketKey, room_id: RoomId) {
        let socket = get_mut(&mut self.sockets, key);
        let Some(index) = socket.and_then(|socket| socket.rooms.remove(&room_id)) else { return };
        let Some(here) = self.rooms.get_mut(&room_id) else { return };
        if index < here.listeners.len() {
            here.listeners.swap_remove(index);
        }
        if let Some(moved) = here.listeners.get(index)
            && let Some(socket) = get_mut(&mut self.sockets, moved.socket)
        {
            socket.rooms.insert(room_id, index);
        }
        self.leave_if_empty(room_id);
    }

    fn unpin(&mut self, room_id: RoomId) {
        if let Some(here) = self.rooms.get_mut(&room_id) {
            here.pins = here.pins.saturating_sub(1);
        }
        self.leave_if_empty(room_id);
    }

    fn leave_if_empty(&mut self, room_id: RoomId) {
        let Some(here) = self.rooms.get(&room_id) else { return };
        let needed = here.pins > 0 || here.queued || !here.listeners.is_empty();
        if !needed && self.hub.unlisten(self.worker, room_id) {
            self.rooms.remove(&room_id);
        }
    }

    fn listener(&mut self, key: SocketKey, room_id: RoomId) -> Option<&mut Listener> {
        let index = *get_mut(&mut self.sockets, key)?.rooms.get(&room_id)?;
        self.rooms.get_mut(&room_id)?.listeners.get_mut(index)
    }

    fn marked(&mut self, key: SocketKey, room_id: RoomId, mark: u64) -> Option<&mut Listener> {
        let is_marked = |listener: &Listener| match listener.state {
            State::Held { mark: current, .. } => current == mark,
            State::Live => false,
        };
        self.listener(key, room_id).filter(|listener| is_marked(listener))
    }

    fn next_serial(&mut self) -> u64 {
        self.serial = self.serial.saturating_add(1);
        self.serial
    }
}

impl Listener {
    fn hold(&mut self, mark: u64) {
        self.state = State::Held { mark, reset: false, target: 0 };
    }

    /// Makes void what is being read for it.
    fn renew(&mut self, new: u64) {
        if let State::Held { mark, .. } = &mut self.state {
            *mark = new;
        }
    }
}

/// Where a client that comes back left off.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Whether its cursors belong to the present history.
    pub same_epoch: bool,
    /// Its cursor in each room that it names.
    pub rooms: HashMap<RoomId, Rev>,
}

fn get_mut(sockets: &mut Slab<Socket>, key: SocketKey) -> Option<&mut Socket> {
    sockets.get_mut(key.slot).filter(|socket| socket.serial == key.serial)
}

/// How a socket of a session ends, if it is concerned.
fn end_of(session_id: SessionId, what: Ended) -> Option<Close> {
    match what {
        Ended::Session(ended) => (ended == session_id).then_some(Close::SessionRevoked),
        Ended::Others(kept) => (kept != session_id).then_some(Close::SessionRevoked),
        Ended::Account => Some(Close::AccountDeactivated),
    }
}
