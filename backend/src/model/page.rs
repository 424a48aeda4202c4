//! Lists and pages: every list has a bound and an opaque cursor.

use std::marker::PhantomData;

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use super::{Message, Rev, Room, RoomId, UserId};

/// The most items that one page of a list or of history holds.
pub const PAGE_ITEMS_MAX: i64 = 100;
/// How many it holds when the caller does not say.
pub const PAGE_ITEMS: i64 = 50;
/// How many messages one page of changes holds at the most.
pub const CHANGES_MAX: i64 = 1_000;
/// How many bytes one page of changes has at the most.
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

/// An answer as JSON, written once for all who read it.
#[derive(Debug)]
pub struct Written<T> {
    json: Bytes,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Written<T> {
    fn clone(&self) -> Self {
        Self { json: self.json.clone(), of: PhantomData }
    }
}

impl<T: Serialize> Written<T> {
    /// Writes it.
    ///
    /// # Errors
    /// Those of its fields; ours have none.
    pub fn new(answer: &T) -> serde_json::Result<Self> {
        Ok(Self { json: serde_json::to_vec(answer)?.into(), of: PhantomData })
    }
}

impl<T> Written<T> {
    /// The JSON text.
    pub fn json(&self) -> &Bytes {
        &self.json
    }
}

impl<T: DeserializeOwned> Written<T> {
    /// Reads it again.
    ///
    /// # Errors
    /// None, of what was written here.
    pub fn read(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.json)
    }
}

/// What changed in a room in `(from, to]`: every message whose `rev` lies there, as it is now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Which room.
    pub room_id: RoomId,
    /// The name of the database's history.
    pub epoch: String,
    /// The cursor that this begins after; 0 with `reset`.
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

/// Which changes of a room to read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadChanges {
    /// The epoch under which `after` was learnt; another one than today's gives `reset`.
    #[param(max_length = 64)]
    pub epoch: Option<String>,
    /// The newest `rev` that you hold; 0 for nothing.
    #[serde(default)]
    #[param(value_type = i64, minimum = 0, maximum = 9007199254740992i64, default = 0)]
    pub after: Rev,
    /// How many messages at the most.
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    pub limit: Option<i64>,
}

/// A room that one looks at from now on: what it is, what changed, who is online.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entered {
    /// The room as you see it.
    pub room: Room,
    /// The name of the database's history.
    pub epoch: String,
    /// The cursor that this begins after; 0 with `reset`.
    pub from: Rev,
    /// The cursor afterwards; below `room.head` when more changed than fits: ask `sync`.
    pub to: Rev,
    /// True: drop what you hold of this room, `messages` is its newest page.
    pub reset: bool,
    /// Ordered by `rev`.
    pub messages: Vec<Message>,
    /// The members who are online now, in the order of ids.
    pub online: Vec<UserId>,
}
