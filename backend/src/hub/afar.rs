//! What the hub tells a relay, and takes from one: what is listened to here, who is here, and what was
//! said on other nodes.

use std::collections::HashSet;

use super::{Hub, Notice, ambient::encode, state::After};
use crate::model::{
    Attendance, NodeId, RoomId, Timestamp, Topic, UserId,
    event::Event,
    live::{Origin, TYPING_MS, TypingStarted, TypingStopped},
};

/// No socket of this node: what another node said was said there.
const AFAR: Origin = Origin { worker: usize::MAX, serial: 0 };

/// What of this node other nodes have not heard yet.
#[derive(Debug, Default)]
pub struct Stirred {
    /// People as they are here now.
    pub here: Vec<Attendance>,
    /// People of whom no socket is left here.
    pub gone: Vec<UserId>,
}

impl Hub {
    /// How many sockets there are here, and rooms of which something is kept.
    pub fn counts(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.users.values().map(Vec::len).sum(), inner.lines.len())
    }

    /// How many people are here, on any node, whatever they show.
    pub fn people(&self) -> usize {
        self.lock().presences.count()
    }

    /// From now on it is remembered what other nodes must be told. To be called before anybody comes.
    pub fn share(&self) {
        let mut inner = self.lock();
        inner.presences.share();
        inner.interests.get_or_insert_default();
    }

    /// Whose attendance has changed since this was asked last.
    pub fn take_stirred(&self) -> Stirred {
        let (here, gone) = self.lock().presences.take_stirred();
        Stirred { here, gone }
    }

    /// Everybody who is here.
    pub fn attendances(&self) -> Vec<Attendance> {
        self.lock().presences.attendances()
    }

    /// What somebody began or ceased to listen to since this was asked last, and which of both. A room
    /// is listened to for as long as anything of it is kept.
    pub fn take_interests(&self) -> Vec<(Topic, bool)> {
        let mut inner = self.lock();
        let changed = inner.interests.as_mut().map(std::mem::take).unwrap_or_default();
        let is_wanted = |topic: Topic| match topic {
            Topic::All => true,
            Topic::Room(room_id) => inner.lines.contains_key(&room_id),
            Topic::Person(user_id) => inner.users.contains_key(&user_id),
        };
        changed.into_iter().map(|topic| (topic, is_wanted(topic))).collect()
    }

    /// Another node has sockets of these people, and none any more of those.
    pub fn told_of_people(
        &self,
        node: NodeId,
        here: Vec<Attendance>,
        gone: &[UserId],
        now: Timestamp,
    ) {
        let mut inner = self.lock();
        for attendance in here {
            inner.presences.put_afar(node, attendance);
        }
        for user_id in gone {
            inner.presences.drop_afar(node, *user_id, now);
        }
    }

    /// Whom another node has, as far as was told here.
    pub fn people_of(&self, node: NodeId) -> HashSet<UserId> {
        self.lock().presences.people_of(node)
    }

    /// Another node is gone, and with it everybody whom nobody else has. It was heard until then.
    pub fn forget_node(&self, node: NodeId, until: Timestamp) {
        let mut inner = self.lock();
        for user_id in inner.presences.people_of(node) {
            inner.presences.drop_afar(node, user_id, until);
        }
    }

    /// Whether a person has a socket at this node.
    pub fn has_sockets_of(&self, user_id: UserId) -> bool {
        self.lock().users.contains_key(&user_id)
    }

    /// Whether another node has, or may have, a socket of a person.
    pub fn may_be_elsewhere(&self, user_id: UserId) -> bool {
        self.lock().presences.may_be_afar(user_id)
    }

    /// Somebody on another node began or ceased to type.
    pub fn typed_elsewhere(
        &self,
        room_id: RoomId,
        user_id: UserId,
        is_typing: bool,
        now: Timestamp,
    ) {
        let mut after = After::default();
        let mut inner = self.lock();
        let event = if is_typing {
            inner.typists.start(room_id, user_id, AFAR, now).then_some(Event::TypingStarted(
                TypingStarted { room_id, user_id, expires_in_ms: TYPING_MS },
            ))
        } else {
            let is_told = inner.typists.stop(room_id, user_id);
            is_told.then_some(Event::TypingStopped(TypingStopped { room_id, user_id }))
        };
        if let Some(event) = event {
            let frame = encode(&event);
            let notice = Notice::Looking { room_id, except: user_id, frame };
            inner.post_in(room_id, &notice, &mut after);
        }
        drop(inner);
        self.finish(after);
    }
}
