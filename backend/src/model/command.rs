//! Commands: what a client says over the gateway; each but `hello` has an `id`, which comes back in
//! exactly one reply.
//!
//! To add a command: its struct with `deny_unknown_fields`, its variant in [`Command`], its arm in
//! the gateway.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};
use utoipa::ToSchema;

use super::{
    MessageId, Rev, RoomId, Seq,
    id::FileId,
    live::{SendWhisper, SetPresence, StartTyping, StopTyping},
    message::NewMessage,
    object::object_only,
};

/// How long a command's `id` is at the most, in characters.
pub const COMMAND_ID_CHARS_MAX: usize = 64;

/// What a client calls a command, to know its reply by: 1–64 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 64)]
pub struct CommandId(String);

impl CommandId {
    /// An id, if the text is short enough and not empty.
    pub fn new(text: String) -> Option<Self> {
        let fits = !text.is_empty() && text.chars().count() <= COMMAND_ID_CHARS_MAX;
        fits.then_some(Self(text))
    }
}

impl<'de> Deserialize<'de> for CommandId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Self::new(String::deserialize(deserializer)?);
        id.ok_or_else(|| de::Error::custom("must have 1 to 64 characters"))
    }
}

/// Where a client stands in a room.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Cursor {
    /// The epoch under which `rev` was learnt.
    #[schema(max_length = 64)]
    pub epoch: String,
    /// The newest `rev` that you hold; 0 for nothing.
    #[schema(value_type = i64, minimum = 0, maximum = 9007199254740992i64)]
    pub rev: Rev,
}

object_only!(Cursor);

/// Where a client that comes back left off.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Resumed {
    /// The epoch under which the numbers were learnt.
    #[schema(max_length = 64)]
    pub epoch: String,
    /// The newest `rev` that you hold, by the id of the room.
    #[schema(value_type = HashMap<String, Rev>)]
    pub rooms: Cursors,
}

object_only!(Resumed);

/// The newest `rev` that is held, by room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cursors(pub HashMap<RoomId, Rev>);

impl<'de> Deserialize<'de> for Cursors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByRoom)
    }
}

/// Each room once, by its id as it is written everywhere.
struct ByRoom;

impl<'de> Visitor<'de> for ByRoom {
    type Value = Cursors;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cursors, A::Error> {
        let mut cursors = HashMap::new();
        while let Some((name, rev)) = map.next_entry::<Cow<'de, str>, Rev>()? {
            let room_id: RoomId = name.parse().map_err(de::Error::custom)?;
            if room_id.to_string() != *name || rev < 0 {
                return Err(de::Error::custom(
                    "a room by its id, and a number that is not negative",
                ));
            }
            if cursors.insert(room_id, rev).is_some() {
                return Err(de::Error::custom("a room that stands there twice"));
            }
        }
        Ok(Cursors(cursors))
    }
}

/// The first thing that a client says, within 5 seconds.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// An access token; may be left out where `Authorization` came with the upgrade.
    #[schema(max_length = 4096)]
    pub token: Option<String>,
    /// Where you left off, if you have been here before.
    pub resume: Option<Resumed>,
}

/// "I am looking at this room."
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomEnter {
    /// Your name for this command.
    pub id: CommandId,
    /// Which room.
    pub room_id: RoomId,
    /// What you hold of it: the answer continues there.
    pub after: Option<Cursor>,
    /// Without `after`: how many of the newest messages to answer.
    #[schema(minimum = 1, maximum = 100, default = 10)]
    pub last: Option<i64>,
}

/// "I am no longer looking at this room."
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomExit {
    /// Your name for this command.
    pub id: CommandId,
    /// Which room.
    pub room_id: RoomId,
}

/// Sends a message; the reply comes once it is durable.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageSend {
    /// Your name for this command.
    pub id: CommandId,
    /// Where to.
    pub room_id: RoomId,
    /// At most 16,000 characters, kept as written; not empty and not only white space, except that it
    /// may be empty where there are files.
    #[schema(max_length = 16000)]
    pub body: String,
    /// Any name of your own for this message: sending it again with the same one never makes a
    /// second message.
    #[schema(min_length = 1, max_length = 64)]
    pub nonce: String,
    /// The message of the same room that this one answers.
    pub reply_to: Option<MessageId>,
    /// Up to 10 files that you have uploaded into this room and not sent yet, each once.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub file_ids: Vec<FileId>,
}

impl MessageSend {
    /// The message, and the name of the command.
    pub fn into_parts(self) -> (CommandId, NewMessage) {
        let Self { id, room_id, body, nonce, reply_to, file_ids } = self;
        (id, NewMessage { room_id, body, nonce: Some(nonce), reply_to, file_ids })
    }
}

/// Gives your message another text.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageEdit {
    /// Your name for this command.
    pub id: CommandId,
    /// Which message.
    pub message_id: MessageId,
    /// 1–16,000 characters, not only white space; kept as written.
    #[schema(min_length = 1, max_length = 16000)]
    pub body: String,
    /// The `rev` of the message that you looked at: refused with `conflict` if it has changed since.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub if_rev: Option<Rev>,
}

/// Deletes a message for ever.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDelete {
    /// Your name for this command.
    pub id: CommandId,
    /// Which message.
    pub message_id: MessageId,
    /// The `rev` of the message that you looked at: refused with `conflict` if it has changed since.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub if_rev: Option<Rev>,
}

/// Puts an emoji on a message, or takes yours away.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReactionChange {
    /// Your name for this command.
    pub id: CommandId,
    /// Which message.
    pub message_id: MessageId,
    /// One emoji (RGI).
    #[schema(min_length = 1, max_length = 64)]
    pub emoji: String,
}

/// Moves your read pointer forward; never back.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// Your name for this command.
    pub id: CommandId,
    /// In which room.
    pub room_id: RoomId,
    /// Everything up to this `seq` was read.
    #[schema(value_type = i64, minimum = 0, maximum = 9007199254740992i64)]
    pub seq: Seq,
}

/// Asks what changed in a room.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncRoom {
    /// Your name for this command.
    pub id: CommandId,
    /// Which room.
    pub room_id: RoomId,
    /// What you hold of it.
    pub after: Cursor,
}

/// Brings a fresh access token of the same session, before the old one runs out.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthRenew {
    /// Your name for this command.
    pub id: CommandId,
    /// The token.
    #[schema(max_length = 4096)]
    pub token: String,
}

/// Asks for a sign of life.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    /// Your name for this command.
    pub id: CommandId,
}

/// Everything that a client says.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(tag = "type")]
pub enum Command {
    /// The first thing that a client says.
    #[serde(rename = "hello")]
    Hello(Hello),
    /// "I am looking at this room."
    #[serde(rename = "room.enter")]
    RoomEnter(RoomEnter),
    /// "I am no longer looking at this room."
    #[serde(rename = "room.exit")]
    RoomExit(RoomExit),
    /// Sends a message.
    #[serde(rename = "message.send")]
    MessageSend(MessageSend),
    /// Gives your message another text.
    #[serde(rename = "message.edit")]
    MessageEdit(MessageEdit),
    /// Deletes a message for ever.
    #[serde(rename = "message.delete")]
    MessageDelete(MessageDelete),
    /// Puts an emoji on a message.
    #[serde(rename = "reaction.add")]
    ReactionAdd(ReactionChange),
    /// Takes your emoji from a message.
    #[serde(rename = "reaction.remove")]
    ReactionRemove(ReactionChange),
    /// "I am typing here."
    #[serde(rename = "typing.start")]
    TypingStart(StartTyping),
    /// "I have stopped typing here."
    #[serde(rename = "typing.stop")]
    TypingStop(StopTyping),
    /// Says something to one person who is online in a room.
    #[serde(rename = "whisper.send")]
    WhisperSend(SendWhisper),
    /// Shows yourself online, away, busy or offline.
    #[serde(rename = "presence.set")]
    PresenceSet(SetPresence),
    /// Moves your read pointer forward.
    #[serde(rename = "read.mark")]
    ReadMark(ReadMark),
    /// Asks what changed in a room.
    #[serde(rename = "sync")]
    Sync(SyncRoom),
    /// Brings a fresh access token.
    #[serde(rename = "auth.renew")]
    AuthRenew(AuthRenew),
    /// Asks for a sign of life.
    #[serde(rename = "ping")]
    Ping(Ping),
}

impl Command {
    /// How it is called, its `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::RoomEnter(_) => "room.enter",
            Self::RoomExit(_) => "room.exit",
            Self::MessageSend(_) => "message.send",
            Self::MessageEdit(_) => "message.edit",
            Self::MessageDelete(_) => "message.delete",
            Self::ReactionAdd(_) => "reaction.add",
            Self::ReactionRemove(_) => "reaction.remove",
            Self::TypingStart(_) => "typing.start",
            Self::TypingStop(_) => "typing.stop",
            Self::WhisperSend(_) => "whisper.send",
            Self::PresenceSet(_) => "presence.set",
            Self::ReadMark(_) => "read.mark",
            Self::Sync(_) => "sync",
            Self::AuthRenew(_) => "auth.renew",
            Self::Ping(_) => "ping",
        }
    }
}
