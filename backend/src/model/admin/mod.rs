//! What administration sees: every user, room, membership, message, session, token and entry of the
//! audit log, in the same form of list.
//!
//! Nothing here holds a password, a token, a whisper, or the text of a direct room. To add a noun:
//! its file with the item, its [`list::which!`] and its ordering.

pub mod audit;
pub mod bulk;
pub mod list;
pub mod membership;
pub mod message;
pub mod room;
pub mod session;
pub mod user;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{RoomId, UserId, room::RoomKind};

/// A person, as much as a line about something else shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserRef {
    /// Who it is.
    pub id: UserId,
    /// The name they sign in with.
    pub username: String,
    /// The name to show.
    pub display_name: String,
}

/// A room, as much as a line about something else shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomRef {
    /// Which room.
    pub id: RoomId,
    /// Its name; empty for a direct room.
    pub name: String,
    /// `group` or `direct`.
    pub kind: RoomKind,
}
