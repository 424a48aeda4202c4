//! Events: what the server says by itself over the gateway; never answered, named in the past tense.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Message, Rev, Room, RoomId, Seq, UserId,
    live::{PresenceChanged, RoomCounts, RoomPresence, TypingStarted, TypingStopped, Whispered},
    profile::{Me, Profile},
};

/// The first answer after `hello`: who you are and every room you are a member of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// The session that the token belongs to.
    pub session_id: super::SessionId,
    /// The person's own profile.
    pub profile: Me,
    /// What the server is called.
    pub server_name: String,
    /// The name of the database's history: another one means that what you hold is void.
    pub epoch: String,
    /// How often the server pings, in seconds.
    pub heartbeat_s: u32,
    /// Every room of which you are a member; replaces what you held.
    pub rooms: Vec<Room>,
}

/// What changed in a room in `(from, to]`: every message whose `rev` lies there, as it is now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// Which room.
    pub room_id: RoomId,
    /// The client's cursor that this begins after.
    pub from: Rev,
    /// The client's cursor afterwards.
    pub to: Rev,
    /// True: drop what you hold of this room, `messages` is its newest page.
    pub reset: bool,
    /// Ordered by `rev`.
    pub messages: Vec<Message>,
}

/// A durable change of a room; `rev` is one more than the last one you hold, or you ask `sync`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageChanged {
    /// Which room.
    pub room_id: RoomId,
    /// The number that the change took.
    pub rev: Rev,
    /// The message as it is now.
    pub message: Message,
}

/// A room as you see it now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomShown {
    /// The room.
    pub room: Room,
}

/// A room that is no longer yours to hear.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomGone {
    /// Which room.
    pub room_id: RoomId,
}

/// Your read pointer moved, on this or another device.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUpdated {
    /// Which room.
    pub room_id: RoomId,
    /// Everything up to this `seq` was read.
    pub last_read_seq: Seq,
    /// What is left unread.
    pub unread: i64,
    /// How much of it mentions you.
    pub mentions: i64,
}

/// A person as everybody sees them now, under old messages as well. It comes to people who are in a
/// room with that person, once however many rooms they share; when more than 10,000 of them are
/// here, the rest see it when they next read the profile.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileUpdated {
    /// The person.
    pub profile: Profile,
}

/// You blocked somebody, or unblocked them, on this or another device.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockChanged {
    /// Whom.
    pub user_id: UserId,
    /// Whether they are blocked from now on.
    pub is_blocked: bool,
}

/// The server has another name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerUpdated {
    /// What it is called from now on.
    pub name: String,
}

/// The server is about to restart: connect anew after a random part of `after_ms`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draining {
    /// At most 10,000 milliseconds.
    pub after_ms: u32,
}

/// Everything that the server says by itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type")]
pub enum Event {
    /// The first answer after `hello`.
    #[serde(rename = "ready")]
    Ready(Box<Ready>),
    /// What you missed, or a new base to stand on.
    #[serde(rename = "sync")]
    Sync(Sync),
    /// What you missed has been sent; live events follow.
    #[serde(rename = "caught_up")]
    CaughtUp,
    /// A message is new.
    #[serde(rename = "message.created")]
    MessageCreated(Box<MessageChanged>),
    /// A message was edited, or a reaction came or went.
    #[serde(rename = "message.updated")]
    MessageUpdated(Box<MessageChanged>),
    /// A message was deleted: a tombstone is left.
    #[serde(rename = "message.deleted")]
    MessageDeleted(Box<MessageChanged>),
    /// You became a member of a room.
    #[serde(rename = "room.added")]
    RoomAdded(Box<RoomShown>),
    /// A room has another name, topic, owner or flag, or you may do other things in it. An event for
    /// everybody in the room has no `me`: what the room is to you is what it was.
    #[serde(rename = "room.updated")]
    RoomUpdated(Box<RoomShown>),
    /// A room was deleted, with everything in it.
    #[serde(rename = "room.deleted")]
    RoomDeleted(RoomGone),
    /// You are no longer a member of a room.
    #[serde(rename = "room.removed")]
    RoomRemoved(RoomGone),
    /// Your read pointer moved.
    #[serde(rename = "read.updated")]
    ReadUpdated(ReadUpdated),
    /// Somebody who shares a room with you, or you yourself, has another name, avatar or the like.
    #[serde(rename = "profile.updated")]
    ProfileUpdated(Box<ProfileUpdated>),
    /// You blocked somebody, or unblocked them.
    #[serde(rename = "block.changed")]
    BlockChanged(BlockChanged),
    /// Somebody came, went, or shows something else.
    #[serde(rename = "presence.changed")]
    PresenceChanged(PresenceChanged),
    /// Who came to a room that you have entered, and who went.
    #[serde(rename = "room.presence")]
    RoomPresence(RoomPresence),
    /// How many people are online in rooms that you may see.
    #[serde(rename = "room.counts")]
    RoomCounts(RoomCounts),
    /// Somebody types in a room that you have entered.
    #[serde(rename = "typing.started")]
    TypingStarted(TypingStarted),
    /// Somebody has stopped typing.
    #[serde(rename = "typing.stopped")]
    TypingStopped(TypingStopped),
    /// Somebody said something to you alone.
    #[serde(rename = "whispered")]
    Whispered(Whispered),
    /// The server is called otherwise.
    #[serde(rename = "server.updated")]
    ServerUpdated(ServerUpdated),
    /// A restart is near.
    #[serde(rename = "draining")]
    Draining(Draining),
}
