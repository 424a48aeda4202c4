//! What is passed on without a number: to whoever shares a room, looks at one, or is meant.

use std::collections::{BTreeSet, HashMap, HashSet};

use bytes::Bytes;

use super::{HELD_MAX, Listeners, Stage, get_mut};
use crate::{
    hub::{SocketKey, ambient::Ambient, live::origin},
    model::{
        Room, RoomId, UserId,
        live::{Origin, Receipt},
        profile::Presence,
    },
};

/// How many notices of a socket that has not finished `hello` may be of this kind: the others must
/// not be lost.
const HELD_AMBIENT_MAX: usize = HELD_MAX / 2;

impl Listeners {
    /// How a socket is named outside of its worker.
    pub fn origin(&self, key: SocketKey) -> Origin {
        origin(self.worker, key)
    }

    /// Tells who is here: a person who was told how things stand, and shows this.
    pub fn greeted(&mut self, key: SocketKey, presence: Presence, rooms: &[Room]) {
        if let Some(socket) = get_mut(&mut self.sockets, key) {
            self.hub.greeted(socket.user_id, presence, rooms);
        }
    }

    /// A socket looks at a room from now on, if its person is a member; says whether that is new.
    pub fn enter(&mut self, key: SocketKey, room_id: RoomId) -> bool {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return false };
        let is_new = socket.entered.insert(room_id);
        if is_new {
            self.looking.entry(room_id).or_default().insert(key);
        }
        is_new
    }

    /// It does no longer.
    pub fn exit(&mut self, key: SocketKey, room_id: RoomId) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        if socket.entered.remove(&room_id)
            && let Some(looking) = self.looking.get_mut(&room_id)
        {
            looking.remove(&key);
            if looking.is_empty() {
                self.looking.remove(&room_id);
            }
        }
    }

    /// Tells who came and went.
    pub(super) fn ambient(&mut self, ambient: &Ambient) {
        for (key, frames) in self.shown(ambient) {
            match frames.as_slice() {
                [frame] => self.mention(key, frame),
                // However many people it is about, one thing waits for the socket.
                frames => self.mention(key, &frames.concat().into()),
            }
        }
        for moved in &ambient.rooms {
            for key in self.looking(moved.room_id()) {
                self.mention(key, &moved.frame());
            }
        }
        self.counts(ambient);
    }

    /// Whose presence is another, for each socket that is concerned.
    fn shown(&self, ambient: &Ambient) -> HashMap<SocketKey, Vec<Bytes>> {
        let mut told: HashMap<SocketKey, Vec<Bytes>> = HashMap::new();
        for shown in &ambient.people {
            let mut concerned: HashSet<SocketKey> =
                self.users.get(&shown.user_id).into_iter().flatten().copied().collect();
            for here in shown.rooms.iter().filter_map(|room_id| self.rooms.get(room_id)) {
                concerned.extend(here.listeners.iter().map(|listener| listener.socket));
            }
            for key in concerned {
                told.entry(key).or_default().push(shown.frame());
            }
        }
        told
    }

    /// Tells how many people are where: one frame for everybody who may know the same.
    fn counts(&mut self, ambient: &Ambient) {
        let mut special: HashMap<SocketKey, BTreeSet<RoomId>> = HashMap::new();
        for room_id in ambient.hidden() {
            for listener in self.rooms.get(&room_id).into_iter().flat_map(|it| &it.listeners) {
                special.entry(listener.socket).or_default().insert(room_id);
            }
        }
        let keys =
            self.sockets.iter().map(|(slot, socket)| SocketKey { slot, serial: socket.serial });
        for key in keys.collect::<Vec<_>>() {
            let frame = match special.get(&key) {
                Some(heard) => ambient.counts(heard),
                None => ambient.public_counts(),
            };
            if let Some(frame) = frame {
                self.mention(key, &frame);
            }
        }
    }

    /// Passes something on to whoever looks at a room, except one person. Who is slow does without.
    pub(super) fn tell_looking(&mut self, room_id: RoomId, except: UserId, frame: &Bytes) {
        for key in self.looking(room_id) {
            if let Some(socket) = get_mut(&mut self.sockets, key)
                && socket.user_id != except
                && socket.queue.is_calm()
            {
                self.mention(key, frame);
            }
        }
    }

    /// Passes a whisper on.
    pub(super) fn whisper(
        &mut self,
        (user_id, room_id): (UserId, RoomId),
        except: Option<Origin>,
        frame: &Bytes,
        receipt: &Receipt,
    ) {
        for key in self.users.get(&user_id).cloned().unwrap_or_default() {
            let is_excepted = except == Some(self.origin(key));
            let Some(socket) = get_mut(&mut self.sockets, key) else { continue };
            if is_excepted || socket.stage != Stage::Live || !socket.rooms.contains_key(&room_id) {
                continue;
            }
            socket.queue.push(frame.clone());
            if socket.queue.ended().is_none() {
                receipt.queued();
            }
        }
    }

    /// The sockets that look at a room and hear it.
    fn looking(&mut self, room_id: RoomId) -> Vec<SocketKey> {
        let keys: Vec<_> = self.looking.get(&room_id).into_iter().flatten().copied().collect();
        let hears = |key: &SocketKey| {
            get_mut(&mut self.sockets, *key).is_some_and(|it| it.rooms.contains_key(&room_id))
        };
        keys.into_iter().filter(hears).collect()
    }

    fn mention(&mut self, key: SocketKey, frame: &Bytes) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        if socket.stage == Stage::Live || socket.held.len() < HELD_AMBIENT_MAX {
            self.push(key, frame.clone());
        }
    }
}
