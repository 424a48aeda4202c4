//! A client that takes the protocol by its word: every frame must fit exactly where it stands.

use std::collections::BTreeMap;

use serde_json::Value;

use super::database::Database;
use crate::model::{Message, Rev, RoomId, UserId};

/// One device of one person. It keeps what it holds when its socket ends.
pub(super) struct Client {
    pub(super) user_id: UserId,
    pub(super) rooms: BTreeMap<RoomId, Held>,
    caught_up: bool,
    /// The heads that `ready` told.
    promised: Vec<(RoomId, Rev)>,
}

/// What it holds of a room: everything numbered in `(base, cursor]`.
#[derive(Default)]
pub(super) struct Held {
    pub(super) base: Rev,
    pub(super) cursor: Rev,
    pub(super) messages: BTreeMap<i64, Value>,
}

type Verdict = Result<(), String>;

impl Client {
    pub(super) fn new(user_id: UserId) -> Self {
        Self { user_id, rooms: BTreeMap::new(), caught_up: false, promised: Vec::new() }
    }

    pub(super) fn connect(&mut self) -> BTreeMap<RoomId, Rev> {
        self.caught_up = false;
        self.promised.clear();
        self.rooms.iter().map(|(room_id, held)| (*room_id, held.cursor)).collect()
    }

    pub(super) fn frame(&mut self, payload: &[u8], database: &Database) -> Verdict {
        let frame: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let complain = |what: &str| Err(format!("{what}: {frame} for {}", self.user_id));
        let room_id = RoomId(frame["room_id"].as_i64().unwrap_or(0));
        let kind = frame["type"].as_str().unwrap_or_default();
        if !self.caught_up && !["ready", "sync", "caught_up"].contains(&kind) {
            return complain("before caught_up");
        }
        match kind {
            "ready" => self.ready(&frame),
            "caught_up" => {
                self.caught_up = true;
                for (room_id, head) in &self.promised {
                    let room = &database.rooms[room_id];
                    let stayed = (head + 1..=room.head() + 1)
                        .all(|number| room.was_member(self.user_id, number));
                    let cursor = self.rooms.get(room_id).map_or(0, |held| held.cursor);
                    if stayed && cursor < *head {
                        return complain(&format!("not caught up in {room_id}"));
                    }
                }
            }
            "room.added" => {
                let room_id = RoomId(frame["room"]["id"].as_i64().unwrap());
                let head = frame["room"]["head"].as_i64().unwrap();
                let held = Held { base: head, cursor: head, messages: BTreeMap::new() };
                if self.rooms.insert(room_id, held).is_some() {
                    return complain("a room was added twice");
                }
            }
            "room.removed" => {
                if self.rooms.remove(&room_id).is_none() {
                    return complain("a room was removed that is not held");
                }
            }
            "sync" => {
                let Some(held) = self.rooms.get_mut(&room_id) else {
                    return complain("sync of a room that is not held");
                };
                let (from, to) = (frame["from"].as_i64().unwrap(), frame["to"].as_i64().unwrap());
                if frame["reset"] == true {
                    *held = Held { base: from, cursor: from, messages: BTreeMap::new() };
                }
                if from != held.cursor || to <= from {
                    return complain("sync does not connect");
                }
                for message in frame["messages"].as_array().unwrap() {
                    let rev = message["rev"].as_i64().unwrap();
                    if rev <= held.cursor || rev > to {
                        return complain("sync is out of order");
                    }
                    held.cursor = rev;
                    held.take(message);
                    may_have(self.user_id, room_id, message, database)?;
                }
                held.cursor = to;
            }
            _ => {
                let rev = frame["rev"].as_i64().unwrap();
                let Some(held) = self.rooms.get_mut(&room_id) else {
                    return complain("an event of a room that is not held");
                };
                if rev != held.cursor + 1 || frame["message"]["rev"] != rev {
                    return complain("an event does not follow");
                }
                held.cursor = rev;
                held.take(&frame["message"]);
                may_have(self.user_id, room_id, &frame["message"], database)?;
            }
        }
        Ok(())
    }

    /// The list replaces what was held, except for what stays and is caught up on.
    fn ready(&mut self, frame: &Value) {
        let rooms = frame["rooms"].as_array().unwrap().iter();
        self.promised = rooms
            .map(|room| (RoomId(room["id"].as_i64().unwrap()), room["head"].as_i64().unwrap()))
            .collect();
        let mut before = std::mem::take(&mut self.rooms);
        for (room_id, head) in &self.promised {
            let fresh = || Held { base: *head, cursor: *head, messages: BTreeMap::new() };
            let held = before.remove(room_id).unwrap_or_else(fresh);
            self.rooms.insert(*room_id, held);
        }
    }

    /// Whether this is exactly what the database has.
    pub(super) fn agrees_with(&self, database: &Database) -> Verdict {
        let rooms = database.rooms_of(self.user_id);
        let held: Vec<_> = self.rooms.iter().map(|(id, held)| (*id, held.cursor)).collect();
        if rooms != held {
            return Err(format!("{} is at {held:?}, not {rooms:?}", self.user_id));
        }
        for (room_id, held) in &self.rooms {
            let stored = database.rooms[room_id].messages.values();
            let expected: BTreeMap<_, _> = stored
                .filter(|message| message.rev > held.base)
                .map(|message| (message.id.0, as_seen(message, self.user_id)))
                .collect();
            if held.messages != expected {
                let (got, expected) = (&held.messages, &expected);
                return Err(format!("{} holds {got:?}, not {expected:?}", self.user_id));
            }
        }
        Ok(())
    }
}

impl Held {
    fn take(&mut self, message: &Value) {
        let id = message["id"].as_i64().unwrap();
        // What is answered says something else now, or nothing any more.
        let excerpt = message["body"].as_str().unwrap_or_default();
        for reply in self.messages.values_mut() {
            if reply["reply_to"]["id"] == id {
                reply["reply_to"]["excerpt"] = excerpt.into();
            }
        }
        self.messages.insert(id, message.clone());
    }
}

/// Nobody gets what was numbered after their removal, unless they have come back since.
fn may_have(user_id: UserId, room_id: RoomId, message: &Value, database: &Database) -> Verdict {
    let room = &database.rooms[&room_id];
    let rev = message["rev"].as_i64().unwrap();
    let mut since = rev..=room.head() + 1;
    if since.any(|number| room.was_member(user_id, number)) {
        return Ok(());
    }
    Err(format!("{user_id} got {message} after the removal"))
}

fn as_seen(message: &Message, reader: UserId) -> Value {
    let mut message = message.clone();
    message.nonce = message.nonce.filter(|_| message.author.id == reader);
    serde_json::to_value(message).unwrap()
}
