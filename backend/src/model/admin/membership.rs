//! Memberships, as administration sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    RoomRef, UserRef,
    list::{ordering, which},
};
use crate::model::{RoomId, Timestamp, UserId, room::Role};

/// That somebody is a member of a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminMembership {
    /// Of which room.
    pub room: RoomRef,
    /// Who.
    pub user: UserRef,
    /// What this member may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

ordering!(
    /// What a list of memberships is ordered by; ties by room and person.
    AdminMembershipOrdering,
    JoinedAtDown "-joined_at",
    JoinedAt "joined_at",
);

which!(
    /// Which memberships to list.
    ListAdminMemberships,
    search: "Only memberships of people with this in their username or display name, or of rooms with this in their name, whichever case.",
    moment: "began",
    ordering: AdminMembershipOrdering,
    /// Only memberships of this room.
    room_id: RoomId,
    /// Only memberships of this person.
    user_id: UserId,
    /// Only memberships with this role.
    #[param(inline)]
    role: Role,
);
