//! One durable change of a room: the unit that is ordered, carried, kept in rings and caught up on.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use super::{Message, Rev, Room, RoomId, UserId, message::Author};

/// What happened to the message that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// It was edited, or a reaction came or went.
    Updated,
    /// It was deleted.
    Deleted,
}

/// What a change does to who may hear the room, in the room's own order: whoever handles changes
/// by `rev` adds and removes listeners at exactly the right place, so that nobody hears a thing
/// numbered after their removal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A person became a member; `room` is what that person sees of it.
    Joined {
        /// Who.
        user_id: UserId,
        /// The room as that person sees it, with `head` equal to the change's `rev`.
        room: Arc<Room>,
    },
    /// A person is no longer a member.
    Gone {
        /// Who.
        user_id: UserId,
    },
}

impl Effect {
    /// Whom it concerns.
    pub fn user_id(&self) -> UserId {
        match self {
            Self::Joined { user_id, .. } | Self::Gone { user_id } => *user_id,
        }
    }
}

/// A committed change of a room, with its message encoded once for everybody.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which room.
    pub room_id: RoomId,
    /// The number that the change took.
    pub rev: Rev,
    /// What happened to the message.
    pub kind: ChangeKind,
    /// The message after the change, as its author sees it.
    pub message: Message,
    /// The message as JSON, as everybody but the author sees it (`nonce` is null).
    json: Bytes,
    /// What it does to the room's listeners.
    pub effect: Option<Effect>,
}

/// How the JSON of a message without a nonce ends.
const NO_NONCE: &[u8] = b"null}";

impl Change {
    /// Encodes a message that has just been committed.
    pub fn new(kind: ChangeKind, mut message: Message, effect: Option<Effect>) -> Self {
        let nonce = message.nonce.take();
        let json = serde_json::to_vec(&message).unwrap_or_default().into();
        message.nonce = nonce;
        Self { room_id: message.room_id, rev: message.rev, kind, message, json, effect }
    }

    /// The newest change of a message, told from what the database holds of it.
    pub fn of(message: Message) -> Self {
        let kind = match message.deleted_at {
            Some(_) => ChangeKind::Deleted,
            None if message.rev == message.seq => ChangeKind::Created,
            None => ChangeKind::Updated,
        };
        Self::new(kind, message, None)
    }

    /// The same, by somebody who is called something else now; nothing, if that makes no difference.
    pub fn renamed(&self, author: &Author) -> Option<Self> {
        let differs = |known: &Author| known.id == author.id && known != author;
        let quoted = self.message.reply_to.as_ref().map(|to| &to.author);
        if !differs(&self.message.author) && !quoted.is_some_and(differs) {
            return None;
        }
        let mut message = self.message.clone();
        let quoted = message.reply_to.as_mut().map(|to| &mut to.author);
        for known in quoted.into_iter().chain([&mut message.author]) {
            if known.id == author.id {
                known.clone_from(author);
            }
        }
        Some(Self::new(self.kind, message, self.effect.clone()))
    }

    /// The same, with what the message that it answers says now; nothing, if that makes no difference.
    pub fn requoted(&self, answered: &Message) -> Option<Self> {
        let mut message = self.message.clone();
        let quote = message.reply_to.as_mut().filter(|to| to.id == answered.id)?;
        let excerpt = answered.excerpt();
        if quote.excerpt == excerpt {
            return None;
        }
        quote.excerpt = excerpt;
        Some(Self::new(self.kind, message, self.effect.clone()))
    }

    /// The message as JSON for everybody but its author.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// The message as JSON for one reader: its author also sees the nonce.
    pub fn json_for(&self, reader: UserId) -> Bytes {
        match (&self.message.nonce, self.json.strip_suffix(NO_NONCE)) {
            (Some(nonce), Some(head)) if reader == self.message.author.id => {
                let nonce = serde_json::to_vec(nonce).unwrap_or_default();
                [head, &nonce, b"}"].concat().into()
            }
            _ => self.json.clone(),
        }
    }
}

/// How a change travels between nodes: each of them encodes it anew for its sockets, once.
impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut change = serializer.serialize_struct("Change", 3)?;
        change.serialize_field("kind", &self.kind)?;
        change.serialize_field("message", &self.message)?;
        change.serialize_field("effect", &self.effect)?;
        change.end()
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Carried {
            kind: ChangeKind,
            message: Message,
            effect: Option<Effect>,
        }
        let Carried { kind, message, effect } = Carried::deserialize(deserializer)?;
        Ok(Self::new(kind, message, effect))
    }
}
