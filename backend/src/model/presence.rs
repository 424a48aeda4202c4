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
pub trait Here: Send + Sync {
    /// Whether this person has at least one socket.
    fn is_online(&self, user_id: UserId) -> bool;
    /// Everybody who has at least one socket, in the order of ids.
    fn online(&self) -> Vec<UserId>;
    /// The members of a room who have at least one socket, in the order of ids.
    fn online_in(&self, room_id: RoomId) -> Vec<UserId>;
    /// How many they are.
    fn online_count(&self, room_id: RoomId) -> i64;
}

/// Nobody is here: for a store that is opened without a gateway.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Here for Nobody {
    fn is_online(&self, _: UserId) -> bool {
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
