//! What nodes say to each other, as it travels.
//!
//! JSON, so that nodes of two versions can live together during an update: what is not understood is
//! dropped, and found by comparing. A whisper is sealed, since whoever may look into the relay must not
//! read it.

use serde::{Deserialize, Serialize};

use crate::model::{Announced, AnnouncementId, Attendance, NodeId, Rev, RoomId, Topic, UserId};

/// How many rooms and announcements one beat names at the most; when there were more, everybody
/// compares.
pub(super) const NAMED_MAX: usize = 1_000;
/// How many people one word tells of at the most.
pub(super) const PEOPLE_MAX: usize = 500;

/// One word of a node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Word {
    /// Whose.
    pub(super) node: NodeId,
    /// Counts what the node said to all; nothing on other topics.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) number: Option<u64>,
    /// What.
    pub(super) what: Said,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// What was committed.
    News(Vec<Announced>),
    /// "I am there", and what I have told since I said so last.
    Beat(Beat),
    /// Who is here.
    People(People),
    /// "Tell me who is with you."
    Ask(NodeId),
    /// Somebody began or ceased to type.
    Typing { room_id: RoomId, user_id: UserId, is_typing: bool },
    /// A whisper for a person, sealed, and how its sender's node calls it.
    Whisper { to: UserId, sealed: Vec<u8>, key: u64 },
    /// It was queued to a socket.
    Queued { node: NodeId, key: u64 },
}

/// What a node told since it said so last: whoever did not hear it knows that it was missed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Beat {
    /// The newest number of every room in which something happened.
    pub(super) rooms: Vec<(RoomId, Rev)>,
    /// What was kept, and whom it was for.
    pub(super) kept: Vec<(Topic, AnnouncementId)>,
    /// There was more, or something was not told.
    pub(super) is_more: bool,
    /// The last word to all that was heard of each other node: they learn that they are heard.
    #[serde(default)]
    pub(super) heard: Vec<(NodeId, u64)>,
}

/// Who is with a node.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct People {
    pub(super) here: Vec<Attendance>,
    pub(super) gone: Vec<UserId>,
    /// Where this stands in the answer to who is here; nothing, if it only says what has changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) part: Option<Part>,
}

/// One part of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

/// A word under its topic.
pub(super) type Addressed = (Topic, Word);

/// Everybody who is with a node, in parts; at least one.
pub(super) fn everybody(people: Vec<Attendance>) -> Vec<People> {
    let mut parts: Vec<Vec<Attendance>> = Vec::new();
    for attendance in people {
        match parts.last_mut().filter(|part| part.len() < PEOPLE_MAX) {
            Some(part) => part.push(attendance),
            None => parts.push(vec![attendance]),
        }
    }
    if parts.is_empty() {
        parts.push(Vec::new());
    }
    let last = parts.len().saturating_sub(1);
    let part = |(index, here)| {
        let part = Some(Part { is_first: index == 0, is_last: index == last });
        People { here, gone: Vec::new(), part }
    };
    parts.into_iter().enumerate().map(part).collect()
}
