//! Replies: exactly one to every command, in any order.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Message,
    command::CommandId,
    live::Delivered,
    page::{Changes, Entered},
    problem::ReplyError,
};

/// The answer to a command: `data` if it was done, `error` if it was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Always `reply`.
    #[serde(rename = "type")]
    pub kind: ReplyType,
    /// That of the command; null where none could be read.
    pub id: Option<CommandId>,
    /// Whether it was done.
    pub ok: bool,
    /// What it brought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<ReplyData>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ReplyError>,
}

/// How a reply is marked.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplyType {
    /// Always this.
    Reply,
}

/// What a command brings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ReplyData {
    /// The message, to commands that make or change one.
    Message(Box<Stored>),
    /// The room, to `room.enter`.
    Entered(Box<Entered>),
    /// What changed, to `sync`.
    Changes(Box<Changes>),
    /// That it was queued, to `whisper.send`.
    Whispered(Delivered),
    /// Nothing, to all others.
    Done(Done),
}

/// A message that is durable.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// The message as you see it.
    pub message: Message,
}

/// There is nothing to tell.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Done {}
