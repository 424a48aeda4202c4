//! Who is here, asked of whoever knows: the hub of this node, or the relay of many.

use super::{RoomId, UserId};

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
