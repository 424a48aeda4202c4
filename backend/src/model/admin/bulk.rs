//! Several things at once, and what that takes along.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{MessageId, RoomId, SessionId, TokenId, UserId, object::object_only};

/// How many things one call touches at the most.
pub const BULK_MAX: usize = 100;

/// What to do to accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserAction {
    /// Let them be used again.
    Activate,
    /// End all their sessions and tokens; they can't be used from then on.
    Deactivate,
    /// End all their sessions and tokens.
    SignOut,
    /// Delete them with everything they wrote, for ever.
    Delete,
}

/// What to do to rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomAction {
    /// Only staff may enter from then on, and nobody else stays.
    CloseToOthers,
    /// Not only staff may enter from then on.
    OpenToOthers,
    /// Delete them with everything in them, for ever.
    Delete,
}

/// What to do to memberships.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MembershipAction {
    /// Let them moderate.
    MakeModerator,
    /// Let them talk, and nothing else.
    MakeMember,
    /// End them.
    Remove,
}

/// What to do to messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageAction {
    /// Delete them for ever; tombstones are left.
    Delete,
}

/// What to do to sessions and tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionAction {
    /// End them, and their sockets.
    Revoke,
}

macro_rules! bulk {
    ($(#[$doc:meta])* $name:ident, $action:ty, $id:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// What to do.
            pub action: $action,
            /// To which: 1–100, each once. Left out with `all`.
            #[serde(default)]
            #[schema(min_items = 1, max_items = 100)]
            pub ids: Vec<$id>,
            /// To everything that the filters in the address find, a hundred of them with each call,
            /// the newest first: go on with `next` as `cursor` until that is null. What is made
            /// meanwhile is not touched.
            #[serde(default)]
            pub all: bool,
            /// Only say what would happen.
            #[serde(default)]
            pub dry_run: bool,
        }
    };
}

bulk!(
    /// Something to be done to accounts.
    BulkUsers, UserAction, UserId
);
bulk!(
    /// Something to be done to rooms.
    BulkRooms, RoomAction, RoomId
);
bulk!(
    /// Something to be done to memberships.
    BulkMemberships, MembershipAction, MembershipId
);
bulk!(
    /// Something to be done to messages.
    BulkMessages, MessageAction, MessageId
);
bulk!(
    /// Something to be done to sessions.
    BulkSessions, SessionAction, SessionId
);
bulk!(
    /// Something to be done to tokens.
    BulkTokens, SessionAction, TokenId
);

/// Which membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct MembershipId {
    /// Of which room.
    pub room_id: RoomId,
    /// Whose.
    pub user_id: UserId,
}

object_only!(MembershipId);

/// What goes, beside the things themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenAlong {
    /// Memberships that end.
    pub memberships: i64,
    /// Messages that are deleted.
    pub messages: i64,
    /// Sessions that end.
    pub sessions: i64,
    /// Personal access tokens that end.
    pub tokens: i64,
    /// Rooms that pass to somebody else, or to nobody.
    pub rooms_passed_on: i64,
}

impl TakenAlong {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            memberships: self.memberships + other.memberships,
            messages: self.messages + other.messages,
            sessions: self.sessions + other.sessions,
            tokens: self.tokens + other.tokens,
            rooms_passed_on: self.rooms_passed_on + other.rooms_passed_on,
        }
    }
}

/// One thing of many, and what became, or would become, of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItem {
    /// Which one; of a membership the person.
    pub id: i64,
    /// Of a membership, the room.
    pub room_id: Option<RoomId>,
    /// What it is called; empty where that would tell too much.
    pub name: String,
    /// Why it stays as it is: a code such as `forbidden` or `not_found`; null if it does not.
    pub refused: Option<String>,
    /// What goes with it.
    pub takes_along: TakenAlong,
}

/// What was done, or would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkOutcome {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// How many things it was, or would be, done to.
    pub done: i64,
    /// Every one of them.
    pub items: Vec<BulkItem>,
    /// With `all`: pass it as `cursor`, to go on with those that come after these; null after the last.
    pub next: Option<String>,
    /// What went, or would go, with all of them together.
    pub takes_along: TakenAlong,
}
