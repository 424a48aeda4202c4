//! What a ring holds: a span of a room's numbers, the change at its end, and the frames of both.
//!
//! A frame is built when the first listener needs it and shared by all of them; the message in it
//! was encoded when it was committed and is only copied here.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

use crate::model::{Change, Rev, RoomId, UserId, change::ChangeKind, frame};

/// The numbers `(from, rev]` of a room and what is left of them.
#[derive(Debug)]
pub struct Entry {
    room_id: RoomId,
    from: Rev,
    rev: Rev,
    /// The change numbered `rev`; `None` where a later number replaced or deleted all that was in
    /// the span.
    change: Option<Arc<Change>>,
    /// For everybody whose cursor is `from`.
    frame: OnceLock<Bytes>,
    /// For the message's author, who also sees the nonce.
    own_frame: OnceLock<Bytes>,
}

impl Entry {
    /// A change that directly follows the number before it.
    pub fn next(change: Arc<Change>) -> Self {
        Self::spanning(change.room_id, change.rev.saturating_sub(1), change.rev, Some(change))
    }

    /// A span that ends with `change`, or that holds nothing any more.
    pub fn spanning(room_id: RoomId, from: Rev, rev: Rev, change: Option<Arc<Change>>) -> Self {
        Self { room_id, from, rev, change, frame: OnceLock::new(), own_frame: OnceLock::new() }
    }

    /// The same span with another change in it, or none.
    pub fn with(&self, change: Option<Arc<Change>>) -> Self {
        Self::spanning(self.room_id, self.from, self.rev, change)
    }

    /// The number after which the span begins.
    pub fn from(&self) -> Rev {
        self.from
    }

    /// The number with which it ends.
    pub fn rev(&self) -> Rev {
        self.rev
    }

    /// What is left in it.
    pub fn change(&self) -> Option<&Arc<Change>> {
        self.change.as_ref()
    }

    /// How many bytes it takes in a ring, as far as that depends on it.
    pub fn weight(&self) -> usize {
        self.change.as_ref().map_or(0, |change| change.json().len())
    }

    /// The frame that takes a reader from `cursor`, which lies in `from..rev`, to `rev`.
    pub fn frame(&self, cursor: Rev, reader: UserId) -> Bytes {
        let build = || match &self.change {
            Some(change) if cursor.saturating_add(1) == self.rev => event(change, reader),
            change => sync(self.room_id, cursor, self.rev, change.iter(), reader, false),
        };
        if cursor != self.from {
            return build();
        }
        let own = self.change.as_ref().is_some_and(|change| {
            change.message.nonce.is_some() && change.message.author.id == reader
        });
        let cell = if own { &self.own_frame } else { &self.frame };
        cell.get_or_init(build).clone()
    }
}

/// One `sync` frame that takes a reader from `cursor` over all the entries. Of each message it has
/// the newest form only, and in a reply what is said now by what it answers.
pub fn sync_frame(entries: &[Arc<Entry>], cursor: Rev, reader: UserId) -> Option<Bytes> {
    let last = entries.last()?;
    let mut seen = HashSet::with_capacity(entries.len());
    let changes = entries.iter().rev().filter_map(|entry| entry.change());
    let mut newest: Vec<_> = changes.filter(|change| seen.insert(change.message.id)).collect();
    newest.reverse();
    let newest = requoted(newest);
    Some(sync(last.room_id, cursor, last.rev, newest.iter(), reader, false))
}

/// A reply says what the message that it answers said when it was written: here it says what became of
/// that since.
fn requoted(changes: Vec<&Arc<Change>>) -> Vec<Arc<Change>> {
    let edits = changes.iter().filter(|change| change.message.edited_at.is_some());
    let edits: HashMap<_, _> = edits.map(|change| (change.message.id, *change)).collect();
    let present = |change: &Arc<Change>| {
        let to = change.message.reply_to.as_ref()?;
        let edit = edits.get(&to.id).filter(|edit| edit.rev > change.rev)?;
        change.requoted(&edit.message).map(Arc::new)
    };
    changes.into_iter().map(|change| present(change).unwrap_or_else(|| change.clone())).collect()
}

/// The frame that makes a reader drop what it holds of a room and begin anew with these entries.
pub fn reset_frame(room_id: RoomId, to: Rev, entries: &[Arc<Entry>], reader: UserId) -> Bytes {
    let from = entries.first().map_or(to, |first| first.from);
    sync(room_id, from, to, entries.iter().filter_map(|entry| entry.change()), reader, true)
}

/// `message.created`, `message.updated` or `message.deleted`.
fn event(change: &Change, reader: UserId) -> Bytes {
    let name = match change.kind {
        ChangeKind::Created => "created",
        ChangeKind::Updated => "updated",
        ChangeKind::Deleted => "deleted",
    };
    let head = format!(
        r#"{{"type":"message.{name}","room_id":{},"rev":{},"message":"#,
        change.room_id, change.rev
    );
    frame::text(&[head.as_bytes(), &change.json_for(reader), b"}"])
}

/// `sync`, as [`crate::model::event::Sync`] has it.
fn sync<'a>(
    room_id: RoomId,
    from: Rev,
    to: Rev,
    changes: impl Iterator<Item = &'a Arc<Change>>,
    reader: UserId,
    reset: bool,
) -> Bytes {
    let head = format!(
        r#"{{"type":"sync","room_id":{room_id},"from":{from},"to":{to},"reset":{reset},"messages":["#
    );
    let messages: Vec<Bytes> = changes.map(|change| change.json_for(reader)).collect();
    let mut parts: Vec<&[u8]> = Vec::with_capacity(messages.len().saturating_mul(2).max(2));
    parts.push(head.as_bytes());
    for (index, message) in messages.iter().enumerate() {
        if index > 0 {
            parts.push(b",");
        }
        parts.push(message);
    }
    parts.push(b"]}");
    frame::text(&parts)
}
