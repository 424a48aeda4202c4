//! Two nodes with two workers each around one database, driven one small step at a time.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
    sync::{Arc, Mutex},
};

use super::{
    client::Client,
    database::{Database, ROOMS, USERS, mark_of},
};
use crate::{
    hub::{Bounds, CatchUp, Hub, Listeners, Queue, Repair, Resume, SocketKey},
    model::{
        Announcement, Change, Close, Effect, MessageId, Rev, RoomId, SessionId, Timestamp, UserId,
        change::ChangeKind,
        frame,
        span::{Fill, Page, Span},
    },
};
use bytes::{Buf, Bytes};

/// What is wrong with a world on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A gap is declared mended without asking the database.
    NoGapCheck,
    /// A removal takes effect one change later.
    LateRemoval,
    /// A resume begins one number too late.
    ResumeOffByOne,
    /// A deletion is announced as an edit.
    DeletionKeepsText,
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    Send { room: usize, user: usize },
    Reply { room: usize, user: usize, to: usize },
    Edit { room: usize, message: usize },
    Delete { room: usize, message: usize },
    Join { room: usize, user: usize },
    Leave { room: usize, user: usize },
    Deliver { node: usize, which: usize },
    Lose { node: usize, which: usize },
    Double { node: usize, which: usize },
    Turn { node: usize, worker: usize },
    Connect { client: usize, node: usize, worker: usize },
    Step { client: usize },
    Disconnect { client: usize },
    CutOff { client: usize },
    Stall { client: usize },
    ReadRepair { node: usize },
    FinishRepair { node: usize },
    FailRepair { node: usize },
    Compare { node: usize },
    Sweep,
}

const WORKERS: usize = 2;

pub(super) struct World {
    flaw: Option<Flaw>,
    database: Database,
    nodes: Vec<Node>,
    devices: Vec<Device>,
    /// A removal that is held back.
    late: Option<(RoomId, Effect)>,
    now: Timestamp,
}

struct Node {
    hub: Arc<Hub>,
    workers: Vec<Listeners>,
    /// Announcements under way.
    under_way: Vec<Arc<Change>>,
    repairs: Arc<Mutex<Vec<Repair>>>,
    fills: Vec<(RoomId, Fill)>,
    /// Comings whose announcement it never got.
    lost: Vec<Arc<Change>>,
    /// Deletions that this node has heard of.
    deleted: BTreeSet<MessageId>,
}

struct Device {
    client: Client,
    socket: Option<Socket>,
}

struct Socket {
    node: usize,
    worker: usize,
    key: SocketKey,
    queue: Rc<Queue>,
    is_stalled: bool,
    /// What waits may have been pushed before a deletion was heard of.
    was_stalled: bool,
    stage: Stage,
    behind: Vec<RoomId>,
    read: Option<Read>,
}

enum Stage {
    Opened,
    Listening,
    Snapshot(Vec<(RoomId, Rev)>),
    CatchingUp,
    Live,
}

/// A page on its way from the database.
struct Read {
    room_id: RoomId,
    mark: u64,
    page: Option<Page>,
    deleted_then: BTreeSet<MessageId>,
}

type Verdict = Result<(), String>;

impl World {
    pub(super) fn new(flaw: Option<Flaw>) -> Self {
        let device = |user_id| Device { client: Client::new(UserId(user_id)), socket: None };
        // The first person has two devices.
        let users = std::iter::once(1).chain(1..=USERS);
        Self {
            flaw,
            database: Database::new(),
            nodes: (0..2).map(|_| Node::new()).collect(),
            devices: users.map(device).collect(),
            late: None,
            now: Timestamp(0),
        }
    }

    pub(super) fn step(&mut self, op: Op) -> Verdict {
        let room_of = |room: usize| RoomId(i64::try_from(room).unwrap() % ROOMS + 1);
        let user_of = |user: usize| UserId(i64::try_from(user).unwrap() % USERS + 1);
        match op {
            Op::Send { room, user } => {
                let change = self.database.send(room_of(room), user_of(user), None);
                self.announce(change);
            }
            Op::Reply { room, user, to } => {
                let room_id = room_of(room);
                if let Some(to) = self.message(room_id, to) {
                    let change = self.database.send(room_id, user_of(user), Some(to));
                    self.announce(change);
                }
            }
            Op::Edit { room, message } => {
                let room_id = room_of(room);
                if let Some(message) = self.message(room_id, message) {
                    let change = self.database.edit(room_id, message);
                    self.announce(change);
                }
            }
            Op::Delete { room, message } => {
                let room_id = room_of(room);
                if let Some(message) = self.message(room_id, message) {
                    let change = self.database.delete(room_id, message);
                    self.announce(change);
                }
            }
            Op::Join { room, user } => {
                let change = self.database.join(room_of(room), user_of(user));
                self.announce(change);
            }
            Op::Leave { room, user } => {
                let change = self.database.leave(room_of(room), user_of(user));
                self.announce(change);
            }
            Op::Deliver { node, which } => self.deliver(node, which, true, true),
            Op::Double { node, which } => self.deliver(node, which, false, true),
            Op::Lose { node, which } => self.deliver(node, which, true, false),
            Op::Turn { node, worker } => self.turn(node % 2, worker % WORKERS),
            Op::Connect { client, node, worker } => {
                let device = client % self.devices.len();
                self.connect(device, node % 2, worker % WORKERS);
            }
            Op::Step { client } => return self.advance(client % self.devices.len()),
            Op::Disconnect { client } => self.disconnect(client % self.devices.len()),
            Op::CutOff { client } => {
                if let Some(socket) = &self.devices[client % self.devices.len()].socket {
                    socket.queue.cut_off(Close::TooSlow);
                }
            }
            Op::Stall { client } => {
                let device = client % self.devices.len();
                if let Some(socket) = &mut self.devices[device].socket {
                    socket.is_stalled = !socket.is_stalled;
                    socket.was_stalled = true;
                }
            }
            Op::ReadRepair { node } => self.read_repair(node % 2),
            Op::FinishRepair { node } => self.finish_repair(node % 2),
            Op::FailRepair { node } => {
                let node = &self.nodes[node % 2];
                let repair = node.repairs.lock().unwrap().pop();
                repair.into_iter().for_each(|repair| node.hub.repair_failed(repair));
            }
            Op::Compare { node } => self.compare(node % 2),
            Op::Sweep => self.sweep(),
        }
        self.read_all(&HashSet::new())
    }

    /// Lets everything come to rest, without delivering what was lost, and asks every client.
    pub(super) fn settle(&mut self) -> Verdict {
        for node in &mut self.nodes {
            node.lost.append(&mut node.under_way);
        }
        for device in 0..self.devices.len() {
            if self.devices[device].socket.is_none() {
                self.connect(device, device % 2, 0);
            }
        }
        for _ in 0..60 {
            for device in 0..self.devices.len() {
                if let Some(socket) = &mut self.devices[device].socket {
                    socket.is_stalled = false;
                }
                self.read_all(&HashSet::new())?;
                if self.devices[device].socket.is_none() {
                    self.connect(device, device % 2, 1);
                }
                for _ in 0..8 {
                    self.advance(device)?;
                }
            }
            for node in 0..self.nodes.len() {
                self.compare(node);
                self.read_repair(node);
                self.finish_repair(node);
                for worker in 0..WORKERS {
                    self.turn(node, worker);
                }
            }
            self.sweep();
            self.read_all(&HashSet::new())?;
        }
        self.devices.iter().try_for_each(|device| device.client.agrees_with(&self.database))
    }

    fn message(&self, room_id: RoomId, which: usize) -> Option<MessageId> {
        let ids: Vec<_> = self.database.rooms[&room_id].messages.keys().collect();
        (!ids.is_empty()).then(|| *ids[which % ids.len()])
    }

    fn announce(&mut self, change: Option<Arc<Change>>) {
        let Some(mut change) = change else { return };
        if self.flaw == Some(Flaw::LateRemoval) {
            change = self.delay_removal(&change);
        }
        if self.flaw == Some(Flaw::DeletionKeepsText) && change.kind == ChangeKind::Deleted {
            let message = change.message.clone();
            change = Arc::new(Change::new(ChangeKind::Updated, message, None));
        }
        for node in &mut self.nodes {
            node.under_way.push(change.clone());
        }
    }

    fn delay_removal(&mut self, change: &Change) -> Arc<Change> {
        let mut effect = change.effect.clone();
        if effect.is_none() && self.late.as_ref().is_some_and(|(room, _)| *room == change.room_id) {
            effect = self.late.take().map(|(_, effect)| effect);
        } else if let Some(gone @ Effect::Gone { .. }) = effect {
            self.late = Some((change.room_id, gone));
            effect = None;
        }
        Arc::new(Change::new(change.kind, change.message.clone(), effect))
    }

    fn deliver(&mut self, node: usize, which: usize, take: bool, pass_on: bool) {
        let node = &mut self.nodes[node % 2];
        if node.under_way.is_empty() {
            return;
        }
        // Mostly in order, as it is in life.
        let which = which % (node.under_way.len() * 3);
        let which = if which < node.under_way.len() { which } else { 0 };
        let change = node.under_way[which].clone();
        if take {
            node.under_way.remove(which);
        }
        if !pass_on {
            node.lost.push(change.clone());
        } else {
            if change.kind == ChangeKind::Deleted || change.message.deleted_at.is_some() {
                node.deleted.insert(change.message.id);
            }
            node.hub.deliver(vec![Announcement::Change(change)]);
        }
    }

    fn turn(&mut self, node: usize, worker: usize) {
        let turn = self.nodes[node].workers[worker].turn();
        for device in &mut self.devices {
            let Some(socket) = &mut device.socket else { continue };
            let mine = turn.behind.iter().filter(|(key, _)| {
                *key == socket.key && (socket.node, socket.worker) == (node, worker)
            });
            socket.behind.extend(mine.map(|(_, room_id)| *room_id));
        }
    }

    fn connect(&mut self, device: usize, node: usize, worker: usize) {
        let device = &mut self.devices[device];
        if device.socket.is_some() {
            return;
        }
        let queue = Rc::new(Queue::default());
        let listeners = &mut self.nodes[node].workers[worker];
        let key = listeners.open(device.client.user_id, SessionId(1), queue.clone());
        device.socket = Some(Socket {
            node,
            worker,
            key,
            queue,
            is_stalled: false,
            was_stalled: false,
            stage: Stage::Opened,
            behind: Vec::new(),
            read: None,
        });
    }

    fn disconnect(&mut self, device: usize) {
        if let Some(socket) = self.devices[device].socket.take() {
            self.nodes[socket.node].workers[socket.worker].close(socket.key, self.now);
        }
    }

    /// One step of a socket: of its hello, or of a catch-up.
    fn advance(&mut self, device: usize) -> Verdict {
        let device = &mut self.devices[device];
        let Some(socket) = &mut device.socket else { return Ok(()) };
        let node = &mut self.nodes[socket.node];
        let listeners = &mut node.workers[socket.worker];
        let user_id = device.client.user_id;
        let mut exempt = HashSet::new();
        match &socket.stage {
            Stage::Opened => {
                let rooms = self.database.rooms_of(user_id);
                let rooms: Vec<_> = rooms.into_iter().map(|(room_id, _)| room_id).collect();
                listeners.listen(socket.key, &rooms);
                socket.stage = Stage::Listening;
            }
            Stage::Listening => socket.stage = Stage::Snapshot(self.database.rooms_of(user_id)),
            Stage::Snapshot(rooms) => {
                let mut cursors = device.client.connect();
                if self.flaw == Some(Flaw::ResumeOffByOne) {
                    for (room_id, head) in rooms {
                        let late = |cursor: &mut Rev| *cursor = (*cursor + 1).min(*head);
                        cursors.entry(*room_id).and_modify(late);
                    }
                }
                let resume = Resume { same_epoch: true, rooms: cursors.into_iter().collect() };
                socket.behind = listeners.ready(socket.key, ready_frame(rooms), rooms, &resume);
                socket.stage = Stage::CatchingUp;
            }
            Stage::CatchingUp if socket.behind.is_empty() => {
                let caught_up = frame::text(&[br#"{"type":"caught_up"}"#]);
                socket.behind = listeners.finish(socket.key, caught_up);
                socket.stage = Stage::Live;
            }
            Stage::CatchingUp | Stage::Live => {
                if let Some(read) = socket.read.take() {
                    exempt.extend(node.deleted.difference(&read.deleted_then).copied());
                    match &read.page {
                        Some(page) => {
                            listeners.page(socket.key, read.room_id, read.mark, page);
                        }
                        None => listeners.not_a_member(socket.key, read.room_id, read.mark),
                    }
                } else if let Some(room_id) = socket.behind.first().copied() {
                    match listeners.catch_up(socket.key, room_id) {
                        CatchUp::Done => _ = socket.behind.remove(0),
                        CatchUp::Wait(_) => {}
                        CatchUp::Read { after, mark, .. } => {
                            let room = &self.database.rooms[&room_id];
                            let is_member = room.members.contains(&user_id);
                            let page = is_member.then(|| Page {
                                span: self.database.changes(room_id, after),
                                head: room.head(),
                                reset: false,
                            });
                            let deleted_then = node.deleted.clone();
                            socket.read = Some(Read { room_id, mark, page, deleted_then });
                        }
                    }
                }
            }
        }
        self.read_all(&exempt)
    }

    fn read_repair(&mut self, node: usize) {
        let node = &mut self.nodes[node];
        let Some(repair) = node.repairs.lock().unwrap().pop() else { return };
        let mut fill = self.database.fill(repair.room_id, repair.after);
        if self.flaw == Some(Flaw::NoGapCheck) {
            let to = repair.after + 1;
            fill.span = Span { after: repair.after, to, messages: Vec::new() };
        }
        node.fills.push((repair.room_id, fill));
    }

    fn finish_repair(&mut self, node: usize) {
        let node = &mut self.nodes[node];
        for (room_id, fill) in node.fills.drain(..) {
            node.hub.fill(room_id, fill);
        }
    }

    /// What a node does now and then: it compares what it heard with the database.
    fn compare(&mut self, node: usize) {
        let node = &mut self.nodes[node];
        for (room_id, _) in node.hub.heads() {
            node.hub.hint(room_id, self.database.rooms[&room_id].head());
        }
        for change in node.lost.drain(..) {
            if let Some(Effect::Joined { user_id, .. }) = change.effect
                && let Some(room) = self.database.shown_to(user_id, change.room_id)
            {
                node.hub.arrived(user_id, room);
            }
        }
    }

    fn sweep(&mut self) {
        self.now = Timestamp(self.now.0 + 250_000_000);
        for node in &self.nodes {
            node.hub.sweep(self.now);
        }
    }

    /// The clients read everything that is not stalled. `exempt` are deletions that this step need
    /// not know of, because its page was read before.
    fn read_all(&mut self, exempt: &HashSet<MessageId>) -> Verdict {
        for device in 0..self.devices.len() {
            let Device { client, socket } = &mut self.devices[device];
            let Some(socket) = socket.as_mut().filter(|socket| !socket.is_stalled) else {
                continue;
            };
            let mut wire = Vec::new();
            while let Some(chunk) = socket.queue.take_chunk() {
                wire.extend_from_slice(&chunk);
            }
            let has_ended = socket.queue.ended().is_some();
            let was_stalled = std::mem::take(&mut socket.was_stalled);
            for payload in text_frames(wire.into()) {
                let text = String::from_utf8_lossy(&payload);
                let deleted = self.nodes[socket.node].deleted.iter();
                let mut known = deleted.filter(|id| !was_stalled && !exempt.contains(id));
                if let Some(id) = known.find(|id| text.contains(&mark_of(**id))) {
                    return Err(format!("{id} was deleted, but: {text}"));
                }
                client.frame(&payload, &self.database)?;
            }
            if has_ended {
                self.disconnect(device);
            }
        }
        Ok(())
    }
}

impl Node {
    fn new() -> Self {
        let repairs = Arc::new(Mutex::new(Vec::new()));
        let sink = repairs.clone();
        let take = move |repair| {
            let mut repairs = sink.lock().unwrap();
            repairs.push(repair);
            true
        };
        let bounds = Bounds { ring_len: 12, ring_bytes: 4_000, waiting: 4, effects: 6 };
        let hub = Arc::new(Hub::new(bounds, Box::new(take)));
        let worker = |_| Listeners::new(hub.clone(), hub.add_worker(|| {}));
        let workers = (0..WORKERS).map(worker).collect();
        let (under_way, fills) = (Vec::new(), Vec::new());
        let (lost, deleted) = (Vec::new(), BTreeSet::new());
        Self { hub, workers, under_way, repairs, fills, lost, deleted }
    }
}

fn ready_frame(rooms: &[(RoomId, Rev)]) -> Bytes {
    let room = |(id, head): &(RoomId, Rev)| serde_json::json!({ "id": id, "head": head });
    let rooms: Vec<_> = rooms.iter().map(room).collect();
    let ready = serde_json::json!({ "type": "ready", "rooms": rooms });
    frame::text(&[&serde_json::to_vec(&ready).unwrap()])
}

/// The payloads of the text frames in a piece of wire.
fn text_frames(mut wire: Bytes) -> Vec<Bytes> {
    let mut payloads = Vec::new();
    while wire.has_remaining() {
        let opcode = wire.get_u8();
        let length = match wire.get_u8() {
            126 => usize::from(wire.get_u16()),
            127 => usize::try_from(wire.get_u64()).unwrap(),
            short => usize::from(short),
        };
        let payload = wire.split_to(length);
        if opcode == 0x81 {
            payloads.push(payload);
        }
    }
    payloads
}
