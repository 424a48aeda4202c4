//! Lists and pages: every list has a bound and an opaque cursor.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Message, Rev, RoomId};

/// The most items that one page of a list or of history holds.
pub const PAGE_ITEMS_MAX: i64 = 100;
/// How many it holds when the caller does not say.
pub const PAGE_ITEMS: i64 = 50;
/// How many messages one page of changes holds at the most.
pub const CHANGES_MAX: i64 = 1_000;
/// How many bytes of message texts one page of changes holds at the most.
pub const CHANGES_BYTES_MAX: usize = 1024 * 1024;

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List<T> {
    /// The page.
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the page after; null on the last.
    pub next: Option<String>,
}

/// One page of a room's history, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Ordered by `seq`.
    pub items: Vec<Message>,
    /// The room's newest `rev` when the page was read.
    pub head: Rev,
    /// Whether older messages exist.
    pub has_before: bool,
    /// Whether newer messages exist.
    pub has_after: bool,
}

/// What changed in a room in `(from, to]`: every message whose `rev` lies there, as it is now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Which room.
    pub room_id: RoomId,
    /// The name of the database's history.
    pub epoch: String,
    /// The cursor that this begins after.
    pub from: Rev,
    /// The cursor to ask with next; equal to `head` when nothing is left.
    pub to: Rev,
    /// The room's newest `rev` when the page was read.
    pub head: Rev,
    /// True: drop what you hold of this room, `messages` is its newest page.
    pub reset: bool,
    /// Ordered by `rev`.
    pub messages: Vec<Message>,
}
