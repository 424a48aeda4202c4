//! Rooms, as administration sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    UserRef,
    list::{ordering, which},
};
use crate::model::{RoomId, Seq, Timestamp, UserId, room::RoomKind};

/// A room. That two people have a direct room can be seen; what they write there can't.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminRoom {
    /// Which room.
    pub id: RoomId,
    /// 1–80 characters; empty for a direct room.
    pub name: String,
    /// The name as it stands in an address; null for direct rooms.
    pub slug: Option<String>,
    /// At most 250 characters.
    pub topic: String,
    /// `group` or `direct`.
    pub kind: RoomKind,
    /// Only staff may enter; others see it with a lock.
    pub staff_only: bool,
    /// Only who is invited may know of it.
    pub invite_only: bool,
    /// Who owns it; null for direct rooms and where nobody does.
    pub owner: Option<UserRef>,
    /// The usernames of the two people of a direct room; empty for others.
    pub people: Vec<String>,
    /// How many people are members.
    pub members_count: i64,
    /// The newest `rev` in the room.
    pub head: Seq,
    /// When it was made.
    pub created_at: Timestamp,
}

ordering!(
    /// What a list of rooms is ordered by; ties by id.
    AdminRoomOrdering,
    Name "name",
    NameDown "-name",
    CreatedAt "created_at",
    CreatedAtDown "-created_at",
    MembersCount "members_count",
    MembersCountDown "-members_count",
);

which!(
    /// Which rooms to list.
    ListAdminRooms,
    search: "Only rooms with this in their name, whichever case.",
    moment: "was made",
    ordering: AdminRoomOrdering,
    /// Only rooms of this kind.
    #[param(inline)]
    kind: RoomKind,
    /// Only rooms for staff, or only others.
    staff_only: bool,
    /// Only rooms that one must be invited to, or only others.
    invite_only: bool,
    /// Only rooms that this person owns.
    owner_id: UserId,
);

/// A room to be made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdminRoom {
    /// 1–80 characters on one line.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// At most 250 characters on one line.
    #[serde(default)]
    #[schema(max_length = 250)]
    pub topic: String,
    /// Only staff may enter.
    #[serde(default)]
    pub staff_only: bool,
    /// Only who is invited may know of it.
    #[serde(default)]
    pub invite_only: bool,
    /// Who owns it and is its first member; the caller if it is left out.
    pub owner_id: Option<UserId>,
}

/// What to change of a room; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAdminRoom {
    /// 1–80 characters on one line; the `slug` follows it.
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// At most 250 characters on one line.
    #[schema(max_length = 250)]
    pub topic: Option<String>,
    /// Only staff may enter, and nobody else stays.
    pub staff_only: Option<bool>,
    /// Only who is invited may know of it.
    pub invite_only: Option<bool>,
    /// Who owns it; becomes a member. Whoever owned it is a moderator from then on.
    pub owner_id: Option<UserId>,
}
