//! Who sends, and what they may do: remembered by the journal's thread for as long as nothing has changed
//! it, since most who send have sent a moment ago.
//!
//! That thread alone writes, so it knows at any moment what has changed, also in the transaction that it
//! is in. On Postgres, to which other nodes write, nothing is remembered.

use std::sync::Arc;

use super::super::memory::{Kept, Memory, Thing, Touched};
use crate::{
    model::{RoomId, UserId, message::Author},
    policy::Asker,
};

/// How many senders are expected.
const SENDERS: usize = 4_096;
/// What is remembered of them, in bytes; a sender is about 400.
const SENDERS_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A person in a room, as their messages need it.
pub(super) struct Sender {
    pub(super) author: Author,
    pub(super) asker: Asker,
}

/// Those that are remembered.
pub(in crate::store) struct Senders {
    kept: Kept<(RoomId, UserId), Sender>,
    memory: Memory,
    touched: Touched,
}

impl Senders {
    pub(in crate::store) fn new(memory: Memory, touched: Touched) -> Self {
        let kept = Kept::new(memory.clone(), SENDERS, SENDERS_BYTES_MAX);
        Self { kept, memory, touched }
    }

    /// Whether what is remembered is true in this transaction; to be asked before it is.
    pub(super) fn are_true(&self) -> bool {
        self.touched.is_only_rooms()
    }

    pub(super) fn get(&self, room_id: RoomId, user_id: UserId) -> Option<Arc<Sender>> {
        self.kept.get(&(room_id, user_id))
    }

    pub(super) fn put(&self, room_id: RoomId, user_id: UserId, sender: Sender) -> Arc<Sender> {
        let made_from = vec![Thing::Person(user_id.0), Thing::Ties(user_id.0)];
        let bytes = sender.author.username.len() + sender.author.display_name.len();
        self.kept.put((room_id, user_id), self.memory.mark(), made_from, bytes, sender)
    }
}
