//! Who is here, asked of whoever knows: the hub of this node, or the relay of many.

use serde::{Deserialize, Serialize};

use super::{RoomId, UserId, profile::Presence};

/// One running server process, from its start to its end; made by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u64);

/// A person as one node knows them by the sockets that it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attendance {
    /// Who.
    pub user_id: UserId,
    /// What they chose to show, if that is known.
    pub presence: Option<Presence>,
    /// The rooms that they hear, each with whether everybody may know how many are in it.
    pub rooms: Vec<(RoomId, bool)>,
}

/// Answers who has a socket open right now. Asked on every read of a room or a profile, so it
/// answers from memory and never waits.
///
/// Somebody who is *here* has a socket; *online* is who is here and shows it. Whoever chose to show
/// `offline` is here and nowhere online.
pub trait Here: Send + Sync {
    /// Whether this person has at least one socket, or had one within the last three seconds.
    fn is_here(&self, user_id: UserId) -> bool;
    /// Whether a socket of this person hears a room, or did within the last three seconds; only members do.
    fn hears(&self, room_id: RoomId, user_id: UserId) -> bool;
    /// Whether this person is here and shows `offline`.
    fn hides(&self, user_id: UserId) -> bool;
    /// Everybody who is online, in the order of ids.
    fn online(&self) -> Vec<UserId>;
    /// Who is online in a room, in the order of ids.
    fn online_in(&self, room_id: RoomId) -> Vec<UserId>;
    /// How many they are.
    fn online_count(&self, room_id: RoomId) -> i64;
}

/// Nobody is here: for a store that is opened without a gateway.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Here for Nobody {
    fn is_here(&self, _: UserId) -> bool {
        false
    }

    fn hears(&self, _: RoomId, _: UserId) -> bool {
        false
    }

    fn hides(&self, _: UserId) -> bool {
        false
    }

    fn online(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn online_in(&self, _: RoomId) -> Vec<UserId> {
        Vec::new()
    }

    fn online_count(&self, _: RoomId) -> i64 {
        0
    }
}
