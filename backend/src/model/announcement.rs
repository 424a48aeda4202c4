//! What a commit tells the world, handed to the relay by the store once it is durable.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    AnnouncementId, Change, Effect, Room, RoomId, SessionId, UserId, event::Event,
    profile::Presence,
};

/// Which sockets of a person an ending concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Those of one session: it was signed out or revoked.
    Session(SessionId),
    /// Those of every session but this one: the password was changed.
    Others(SessionId),
    /// All of them: the account was deactivated.
    Account,
    /// All of them: the person is not of staff any more, and may come back as what they are now.
    Standing,
}

/// Something to tell, as it was kept in its commit for those who were not told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Announced {
    /// Under which number; nothing, if it was not kept: changes are numbered by their rooms, and a
    /// node that is alone keeps nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<AnnouncementId>,
    /// What.
    pub what: Announcement,
}

impl From<Announcement> for Announced {
    fn from(what: Announcement) -> Self {
        Self { id: None, what }
    }
}

/// Whom something is told: the nodes on which somebody listens to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Every node.
    All,
    /// Nodes with somebody who hears a room.
    Room(RoomId),
    /// Nodes with a socket of a person.
    Person(UserId),
}

/// One thing to tell. Announced only after the commit, always by the same function.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// To every socket of a person and of everybody who hears one of these rooms, once to each.
    Around {
        /// Who.
        user_id: UserId,
        /// Which rooms.
        room_ids: Arc<[RoomId]>,
        /// What.
        event: Event,
    },
    /// To every socket of everybody.
    Everybody {
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
    /// Sockets that must close now (4501, 4502 for a deactivated account, 4003 for another standing).
    Ended {
        /// Whose.
        user_id: UserId,
        /// Which of them.
        what: Ended,
    },
}

impl Announcement {
    /// Which nodes it concerns. Somebody who comes to a room is also told as a person: nobody may
    /// have heard the room before on that person's node.
    pub fn topics(&self) -> impl Iterator<Item = Topic> {
        let (first, second) = match self {
            Self::Change(change) => {
                let joined = match &change.effect {
                    Some(Effect::Joined { user_id, .. }) => Some(Topic::Person(*user_id)),
                    _ => None,
                };
                (Topic::Room(change.room_id), joined)
            }
            Self::Room { room_id, .. } | Self::RoomDeleted { room_id } => {
                (Topic::Room(*room_id), None)
            }
            Self::Arrived { user_id, .. }
            | Self::Person { user_id, .. }
            | Self::Presence { user_id, .. }
            | Self::Ended { user_id, .. } => (Topic::Person(*user_id), None),
            Self::Around { .. } | Self::Everybody { .. } => (Topic::All, None),
        };
        std::iter::once(first).chain(second)
    }
}
