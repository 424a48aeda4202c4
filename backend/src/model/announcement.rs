//! What a commit tells the world, handed to the relay by the store once it is durable.

use std::sync::Arc;

use super::{Change, Room, RoomId, SessionId, UserId, event::Event, profile::Presence};

/// Which sockets of a person an ending concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Those of one session: it was signed out or revoked.
    Session(SessionId),
    /// Those of every session but this one: the password was changed.
    Others(SessionId),
    /// All of them: the account was deactivated.
    Account,
}

/// One thing to tell. Announced only after the commit, always by the same function.
#[derive(Clone, Debug)]
pub enum Announcement {
    /// To everybody in a room, in the room's order.
    Change(Arc<Change>),
    /// To everybody in a room, beside its order and never again: what a room is called can be read at
    /// any time.
    Room {
        /// Which room.
        room_id: RoomId,
        /// What.
        event: Event,
    },
    /// A person is in a room without a change that says so: the room is new, and has no notes.
    Arrived {
        /// Who.
        user_id: UserId,
        /// The room as that person sees it.
        room: Arc<Room>,
    },
    /// There is no such room any more, and nobody is in it.
    RoomDeleted {
        /// Which room.
        room_id: RoomId,
    },
    /// To every socket of one person.
    Person {
        /// Who.
        user_id: UserId,
        /// What.
        event: Event,
    },
    /// To every socket of several persons, the same to all.
    People {
        /// Who; each of them once.
        user_ids: Arc<[UserId]>,
        /// What.
        event: Event,
    },
    /// A person chose what to show; to everybody who shares a room with them, if they are here.
    Presence {
        /// Who.
        user_id: UserId,
        /// What.
        presence: Presence,
    },
    /// Sockets that must close now (4501, or 4502 for a deactivated account).
    Ended {
        /// Whose.
        user_id: UserId,
        /// Which of them.
        what: Ended,
    },
}
