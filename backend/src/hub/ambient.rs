//! What is told of presence at one time, to everybody whom it concerns. Each frame is encoded once,
//! by the first worker that has somebody for it, and shared.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use bytes::Bytes;

use crate::model::{
    RoomId, UserId,
    event::Event,
    frame,
    live::{PresenceChanged, RoomCounts, RoomPresence},
    profile::Presence,
};

/// Everything that changed since this was told last.
#[derive(Debug)]
pub struct Ambient {
    /// Whose presence is another.
    pub(super) people: Vec<Shown>,
    /// Rooms in which somebody came or went.
    pub(super) rooms: Vec<Moved>,
    /// Rooms in which there are more or fewer people.
    pub(super) counts: Vec<Counted>,
    /// The counts that everybody may know.
    public: OnceLock<Option<Bytes>>,
}

/// A person shows something else.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) user_id: UserId,
    pub(super) presence: Presence,
    /// The rooms in which that is told.
    pub(super) rooms: Vec<RoomId>,
    frame: OnceLock<Bytes>,
}

/// People came to a room, or went.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) what: RoomPresence,
    frame: OnceLock<Bytes>,
}

/// There are so many people in a room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) room_id: RoomId,
    pub(super) online_count: i64,
    /// Whether everybody may know, or only who hears the room.
    pub(super) is_public: bool,
}

impl Ambient {
    pub(super) fn new(people: Vec<Shown>, rooms: Vec<Moved>, counts: Vec<Counted>) -> Self {
        Self { people, rooms, counts, public: OnceLock::new() }
    }

    /// Rooms whose count only those may know who hear them.
    pub(super) fn hidden(&self) -> impl Iterator<Item = RoomId> {
        self.counts.iter().filter(|counted| !counted.is_public).map(|counted| counted.room_id)
    }

    /// The counts for somebody who hears none of the hidden rooms.
    pub(super) fn public_counts(&self) -> Option<Bytes> {
        self.public.get_or_init(|| self.counts(&BTreeSet::new())).clone()
    }

    /// The counts for somebody who hears these hidden rooms.
    pub(super) fn counts(&self, heard: &BTreeSet<RoomId>) -> Option<Bytes> {
        let may_know = |it: &&Counted| it.is_public || heard.contains(&it.room_id);
        let counts: BTreeMap<_, _> =
            self.counts.iter().filter(may_know).map(|it| (it.room_id, it.online_count)).collect();
        (!counts.is_empty()).then(|| encode(&Event::RoomCounts(RoomCounts { counts })))
    }
}

impl Shown {
    pub(super) fn new(user_id: UserId, presence: Presence, rooms: Vec<RoomId>) -> Self {
        Self { user_id, presence, rooms, frame: OnceLock::new() }
    }

    pub(super) fn frame(&self) -> Bytes {
        let Self { user_id, presence, .. } = *self;
        let event = || Event::PresenceChanged(PresenceChanged { user_id, presence });
        self.frame.get_or_init(|| encode(&event())).clone()
    }
}

impl Moved {
    pub(super) fn new(
        room_id: RoomId,
        joined: Vec<UserId>,
        left: Vec<UserId>,
        online_count: i64,
    ) -> Self {
        let what = RoomPresence { room_id, joined, left, online_count };
        Self { what, frame: OnceLock::new() }
    }

    pub(super) fn room_id(&self) -> RoomId {
        self.what.room_id
    }

    pub(super) fn frame(&self) -> Bytes {
        self.frame.get_or_init(|| encode(&Event::RoomPresence(self.what.clone()))).clone()
    }
}

/// An event as it leaves.
pub(super) fn encode(event: &Event) -> Bytes {
    frame::text(&[&serde_json::to_vec(event).unwrap_or_default()])
}
