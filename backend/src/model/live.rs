//! What is said once and kept nowhere: typing, presence, whispers. It carries no number, is told to
//! whoever is here now, and is gone.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    RoomId, Timestamp, UserId,
    command::CommandId,
    id::{ID_MAX, WhisperId},
    profile::Presence,
};

/// The longest whisper, in code points.
pub const WHISPER_CHARS_MAX: usize = 2_000;
/// For how long somebody is said to be typing, in milliseconds.
pub const TYPING_MS: u32 = 6_000;
/// With more people online in a room than this, nothing is told there of typing, nor, one by one, of
/// who comes and goes.
pub const CROWD_MIN: usize = 200;

impl WhisperId {
    /// The id that a random number stands for: nothing counts whispers, since nothing keeps them.
    pub fn of(random: u64) -> Self {
        Self(i64::try_from(random % ID_MAX.unsigned_abs()).unwrap_or(0).saturating_add(1))
    }
}

/// The socket that something was said on, so that it is not told to it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The worker thread that has it.
    pub worker: usize,
    /// Its number there; never used again.
    pub serial: u64,
}

/// Tells whoever whispers that it was queued to a socket. When the last clone is dropped untold, it
/// was not.
#[derive(Clone)]
pub struct Receipt(Arc<dyn Fn() + Send + Sync>);

impl Receipt {
    /// Calls this, at least once, when it was queued; it must be quick.
    pub fn new(queued: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(queued))
    }

    /// It was queued.
    pub fn queued(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt")
    }
}

/// Passes on what is kept nowhere. Never blocks, never fails, promises nothing: whoever is not here
/// does not hear it.
pub trait Live: Send + Sync {
    /// A member types in a room, on this socket: told to the others who look at the room, unless
    /// that was said less than 3 s ago or there is a crowd.
    fn typing_started(&self, room_id: RoomId, user_id: UserId, origin: Origin, now: Timestamp);
    /// They have stopped.
    fn typing_stopped(&self, room_id: RoomId, user_id: UserId, now: Timestamp);
    /// Queues a whisper to the sockets of one person that hear its room, except this one.
    fn whisper(&self, whisper: &Whispered, to: UserId, except: Option<Origin>, receipt: Receipt);
    /// Calls all who tell sockets of this node; each drops its clone when it gets to it.
    fn roll_call(&self, token: Receipt);
}

/// Nobody listens: for a store that is opened without a gateway.
impl Live for super::presence::Nobody {
    fn typing_started(&self, _: RoomId, _: UserId, _: Origin, _: Timestamp) {}
    fn typing_stopped(&self, _: RoomId, _: UserId, _: Timestamp) {}
    fn whisper(&self, _: &Whispered, _: UserId, _: Option<Origin>, _: Receipt) {}
    fn roll_call(&self, _: Receipt) {}
}

/// "I am typing here"; say it at most every 3 seconds.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartTyping {
    /// Your name for this command.
    pub id: CommandId,
    /// In which room.
    pub room_id: RoomId,
}

/// "I have stopped typing here."
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopTyping {
    /// Your name for this command.
    pub id: CommandId,
    /// In which room.
    pub room_id: RoomId,
}

/// Shows yourself online, away, busy or offline for as long as you are here.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    /// Your name for this command.
    pub id: CommandId,
    /// With `offline` nobody is shown that you are here, nor that you type, and whispers to you are
    /// refused (`not_online`); you hear everything as before.
    pub presence: Presence,
    /// At most 80 characters on one line; left out, it stays as it is.
    #[schema(max_length = 80)]
    pub status_text: Option<String>,
}

/// Says something to one person who is online in a room, and to nobody else. It is kept nowhere.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendWhisper {
    /// Your name for this command.
    pub id: CommandId,
    /// The room that both of you are in.
    pub room_id: RoomId,
    /// To whom; not yourself.
    pub to: UserId,
    /// 1–2,000 characters, not only white space.
    #[schema(min_length = 1, max_length = 2000)]
    pub body: String,
}

/// Something for one person who is online in the room, and for nobody else.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostWhisper {
    /// To whom; not yourself.
    pub to: UserId,
    /// 1–2,000 characters, not only white space.
    #[schema(min_length = 1, max_length = 2000)]
    pub body: String,
}

/// Both leave out what was said: it must not get into a log.
impl fmt::Debug for SendWhisper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendWhisper").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for PostWhisper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostWhisper").field("to", &self.to).finish_non_exhaustive()
    }
}

/// A whisper was queued to at least one socket of the person to whom it goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// Its id, as the other side sees it.
    pub whisper_id: WhisperId,
    /// Always true: what could not be delivered is refused with `not_online`.
    pub delivered: bool,
}

/// Somebody said something to you alone; or you did, on another socket.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Whispered {
    /// Tells one whisper from another.
    pub whisper_id: WhisperId,
    /// The room that both are in.
    pub room_id: RoomId,
    /// Who said it.
    pub from: UserId,
    /// To whom.
    pub to: UserId,
    /// As it was written.
    pub body: String,
    /// When.
    pub sent_at: Timestamp,
}

impl fmt::Debug for Whispered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whispered").field("id", &self.whisper_id).finish_non_exhaustive()
    }
}

/// Somebody with whom you share a room came, went, or shows something else.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceChanged {
    /// Who.
    pub user_id: UserId,
    /// What they show now.
    pub presence: Presence,
}

/// Who came to a room that you have entered and who went, since this was said last: nobody stands in
/// both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomPresence {
    /// Which room.
    pub room_id: RoomId,
    /// Who is online now and was not, in the order of ids.
    pub joined: Vec<UserId>,
    /// Who was online and is not now, in the order of ids.
    pub left: Vec<UserId>,
    /// How many are online now.
    pub online_count: i64,
}

/// How many people are online in rooms where that has changed; at most 4 times a second.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomCounts {
    /// How many, by the id of the room.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub counts: std::collections::BTreeMap<RoomId, i64>,
}

/// Somebody types in a room that you have entered.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypingStarted {
    /// Which room.
    pub room_id: RoomId,
    /// Who.
    pub user_id: UserId,
    /// After so many milliseconds without another word they do no longer.
    pub expires_in_ms: u32,
}

/// Somebody has stopped typing.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypingStopped {
    /// Which room.
    pub room_id: RoomId,
    /// Who.
    pub user_id: UserId,
}
