//! A place where messages go.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Profile, RoomId, Seq, Timestamp, UserId};

/// The longest name of a room, in code points.
pub const ROOM_NAME_CHARS_MAX: usize = 80;
/// The longest topic of a room, in code points.
pub const TOPIC_CHARS_MAX: usize = 250;

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
    /// Nobody renames or deletes it while another member is online; administration may.
    pub steady_while_occupied: bool,
    /// Who owns it; null for direct rooms and where the owner is gone.
    pub owner_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The newest `rev` in the room.
    pub head: Seq,
    /// How many people are members.
    pub members_count: i64,
    /// How many of them are online now.
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

/// A room to be made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// 1–80 characters on one line.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// At most 250 characters on one line.
    #[serde(default)]
    #[schema(max_length = 250)]
    pub topic: String,
    /// Only staff may enter; only staff may ask for it.
    #[serde(default)]
    pub staff_only: bool,
    /// Only who is invited may know of it.
    #[serde(default)]
    pub invite_only: bool,
    /// Nobody renames or deletes it while another member is online.
    #[serde(default)]
    pub steady_while_occupied: bool,
}

/// What a list of rooms is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum RoomOrdering {
    /// A to Z, whichever case; before them direct rooms, which have no name of their own.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// Z to A, and direct rooms after them.
    #[serde(rename = "-name")]
    NameDown,
    /// Oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// Fewest members first.
    #[serde(rename = "members_count")]
    MembersCount,
    /// Most members first.
    #[serde(rename = "-members_count")]
    MembersCountDown,
}

/// Which rooms to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRooms {
    /// Only rooms with this in their name, whichever case; of a direct room, in the name of the
    /// other person.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// Only rooms of which you are (or are not) a member.
    pub joined: Option<bool>,
    /// Only rooms of this kind.
    #[param(inline)]
    pub kind: Option<RoomKind>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: RoomOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// What a list of members is ordered by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum MemberOrdering {
    /// By display name, A to Z, whichever case.
    #[default]
    #[serde(rename = "display_name")]
    DisplayName,
    /// Z to A.
    #[serde(rename = "-display_name")]
    DisplayNameDown,
    /// Longest-standing first.
    #[serde(rename = "joined_at")]
    JoinedAt,
    /// Newest first.
    #[serde(rename = "-joined_at")]
    JoinedAtDown,
}

/// Which members of a room to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMembers {
    /// Only people with this in their display name or username, whichever case.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// Only members who are online in the room, or only those who are not.
    pub online: Option<bool>,
    /// Only members who are this in the room.
    #[param(inline)]
    pub role: Option<Role>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: MemberOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// How far a room was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// Everything up to this number; a number beyond the newest means the newest.
    #[schema(value_type = i64, minimum = 0, maximum = 9007199254740992i64)]
    pub seq: Seq,
}

/// What to change of a room; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoom {
    /// 1–80 characters on one line; the `slug` follows it.
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// At most 250 characters on one line.
    #[schema(max_length = 250)]
    pub topic: Option<String>,
    /// Only staff may enter, and nobody else stays; only staff may ask for it.
    pub staff_only: Option<bool>,
    /// Only who is invited may know of it.
    pub invite_only: Option<bool>,
    /// Nobody renames or deletes it while another member is online; only its owner and staff may say
    /// so.
    pub steady_while_occupied: Option<bool>,
}

/// What somebody may do in a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutMember {
    /// What this member may do; left out: `member` for a new member, what it was for one who is there.
    pub role: Option<Role>,
}

/// What to be notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetNotify {
    /// Of every message, of those that mention you, or of none.
    pub notify: Notify,
}
