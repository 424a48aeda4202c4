//! What one worker thread knows: its sockets, whose they are, and which of them listen to a room.
//!
//! Single-threaded and without locks. It knows frames and queues, but no sockets: the gateway does
//! the reading and writing, asks the database when it is told to ([`CatchUp::Read`]), and calls
//! [`Listeners::turn`] when it is woken.
//!
//! A listener is *live* (it gets every entry as it comes) or *held* (it is catching up, or its
//! socket has not finished `hello`). A held listener costs nothing but its cursor.

mod ambient;
mod hello;
#[cfg(test)]
mod tests;
mod turn;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use bytes::Bytes;
use slab::Slab;

pub use hello::{CatchUp, Resume};
pub use turn::Turn;

use super::{Hub, Queue, SocketKey, WorkerId};
use crate::model::{
    Close, Rev, Room, RoomId, SessionId, Timestamp, UserId,
    event::{Event, RoomGone, RoomShown},
    frame,
};

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
    /// Which sockets look at a room: those whose person is a member are told who comes and types.
    looking: HashMap<RoomId, HashSet<SocketKey>>,
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
    /// What was told in rooms before the snapshot was known, for those that stand in it; at most
    /// [`HELD_MAX`].
    told: Vec<(RoomId, Bytes)>,
    /// Rooms that are kept listened to until the snapshot is known.
    pinned: Vec<RoomId>,
    /// Where its listeners stand in [`Here::listeners`].
    rooms: HashMap<RoomId, usize>,
    /// The rooms that it looks at; as many as commands asked for that were not refused.
    entered: HashSet<RoomId>,
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
    /// That the room was added waits until `hello` is done, and so does everything in it.
    is_untold: bool,
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
            looking: HashMap::new(),
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
            told: Vec::new(),
            pinned: Vec::new(),
            rooms: HashMap::new(),
            entered: HashSet::new(),
        });
        let key = SocketKey { slot, serial };
        self.users.entry(user_id).or_default().push(key);
        self.hub.register(self.worker, user_id, key);
        key
    }

    /// Takes a socket out, whatever stage it is in.
    pub fn close(&mut self, key: SocketKey, now: Timestamp) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        let user_id = socket.user_id;
        let pinned = std::mem::take(&mut socket.pinned);
        let rooms: Vec<_> = socket.rooms.keys().copied().collect();
        let entered: Vec<_> = socket.entered.iter().copied().collect();
        for room_id in rooms {
            self.remove_listener(key, room_id, true);
        }
        for room_id in entered {
            self.exit(key, room_id);
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
        self.hub.unregister(self.worker, user_id, key, now);
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
        if let Some(listener) = self.listener(key, room.id) {
            listener.is_untold = true;
        }
        self.hub.describe(room);
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
        self.remove_listener(key, room_id, false);
        self.exit(key, room_id);
        self.tell(key, &Event::RoomRemoved(RoomGone { room_id }));
    }

    /// The room of a listener was deleted.
    fn over(&mut self, key: SocketKey, room_id: RoomId) {
        self.remove_listener(key, room_id, false);
        self.exit(key, room_id);
        self.tell(key, &Event::RoomDeleted(RoomGone { room_id }));
    }

    /// Keeps what was told in a room for the sockets that do not know their rooms yet.
    fn hold_for_snapshots(&mut self, room_id: RoomId, frame: &Bytes) {
        if self.rooms.get(&room_id).is_none_or(|here| here.pins == 0) {
            return;
        }
        for (_, socket) in &mut self.sockets {
            if socket.stage != Stage::Hello || !socket.pinned.contains(&room_id) {
                continue;
            }
            if socket.told.len() < HELD_MAX {
                socket.told.push((room_id, frame.clone()));
            } else {
                socket.queue.cut_off(Close::TooSlow);
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
        here.listeners.push(Listener {
            socket: key,
            user_id,
            queue,
            sent,
            member_at,
            is_untold: false,
            state,
        });
        self.hub.come(room_id, user_id);
    }

    fn remove_listener(&mut self, key: SocketKey, room_id: RoomId, has_ended: bool) {
        let socket = get_mut(&mut self.sockets, key);
        let Some(index) = socket.and_then(|socket| socket.rooms.remove(&room_id)) else { return };
        let Some(here) = self.rooms.get_mut(&room_id) else { return };
        if index < here.listeners.len() {
            let removed = here.listeners.swap_remove(index);
            self.hub.go(room_id, removed.user_id, has_ended);
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

fn get_mut(sockets: &mut Slab<Socket>, key: SocketKey) -> Option<&mut Socket> {
    sockets.get_mut(key.slot).filter(|socket| socket.serial == key.serial)
}
