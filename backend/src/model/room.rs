//! A place where messages go.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Profile, RoomId, Seq, Timestamp, UserId};

/// What sort of room it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// A room with a name.
    Group,
    /// The one room of two people.
    Direct,
}

/// What a member may do in a room beyond talking.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Talks.
    Member,
    /// May also change the room and remove members.
    Moderator,
    /// Made the room, or was given it.
    Owner,
}

/// What a member is notified of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Messages that mention this member.
    Mentions,
    /// Nothing: the room is muted.
    None,
}

/// A room as one person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// The room's id.
    pub id: RoomId,
    /// 1–80 characters; of a direct room, the other person's display name.
    pub name: String,
    /// The name as it stands in an address; null for direct rooms.
    pub slug: Option<String>,
    /// At most 250 characters.
    pub topic: String,
    /// `group` or `direct`.
    pub kind: RoomKind,
    /// True exactly for direct rooms.
    pub is_private: bool,
    /// Only staff may enter; others see it with a lock.
    pub staff_only: bool,
    /// Only who is invited may know of it.
    pub invite_only: bool,
    /// Who owns it; null for direct rooms and where the owner is gone.
    pub owner_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The newest `rev` in the room.
    pub head: Seq,
    /// How many people are members.
    pub members_count: i64,
    /// How many of them are here now.
    pub online_count: i64,
    /// The other person of a direct room.
    pub peer: Option<Profile>,
    /// The caller's own membership; null for who is not a member.
    pub me: Option<Membership>,
}

/// What a room is to one of its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// What this member may do.
    pub role: Role,
    /// Everything up to this `seq` was read.
    pub last_read_seq: Seq,
    /// Messages that other people wrote after `last_read_seq`, deleted ones aside.
    pub unread: i64,
    /// How many of the unread messages mention this member.
    pub mentions: i64,
    /// What this member is notified of.
    pub notify: Notify,
}

/// A member of a room, as the other members see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who it is.
    pub profile: Profile,
    /// What this member may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}
