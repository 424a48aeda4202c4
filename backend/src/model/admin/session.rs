//! Sessions and personal access tokens, as administration sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    UserRef,
    list::{ordering, which},
};
use crate::model::{SessionId, Timestamp, TokenId, UserId, credentials::Scope};

/// One signed-in login of a person. One that ended is kept for a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminSession {
    /// Which session.
    pub id: SessionId,
    /// Whose.
    pub user: UserRef,
    /// The address it was last used from.
    pub ip: Option<String>,
    /// The program it was last used with.
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not refreshed.
    pub expires_at: Timestamp,
    /// When it was ended; null if it was not.
    pub revoked_at: Option<Timestamp>,
    /// Whether it may still be used.
    pub is_live: bool,
}

/// A personal access token, without the token itself. One that ended is kept for a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminToken {
    /// Which token.
    pub id: TokenId,
    /// Whose.
    pub user: UserRef,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The address it was last used from.
    pub ip: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; null if never.
    pub last_used_at: Option<Timestamp>,
    /// When it ends; null if never.
    pub expires_at: Option<Timestamp>,
    /// When it was ended; null if it was not.
    pub revoked_at: Option<Timestamp>,
    /// Whether it may still be used.
    pub is_live: bool,
}

ordering!(
    /// What a list of sessions is ordered by; ties by id.
    AdminSessionOrdering,
    LastSeenAtDown "-last_seen_at",
    LastSeenAt "last_seen_at",
    CreatedAtDown "-created_at",
    CreatedAt "created_at",
);

ordering!(
    /// What a list of tokens is ordered by; ties by id.
    AdminTokenOrdering,
    CreatedAtDown "-created_at",
    CreatedAt "created_at",
    LastUsedAtDown "-last_used_at",
    LastUsedAt "last_used_at",
);

which!(
    /// Which sessions to list.
    ListAdminSessions,
    search: "Only sessions of people with this in their username or display name, whichever case.",
    moment: "began",
    ordering: AdminSessionOrdering,
    /// Only sessions of this person.
    user_id: UserId,
    /// Only sessions that may still be used, or only others.
    live: bool,
);

which!(
    /// Which tokens to list.
    ListAdminTokens,
    search: "Only tokens of people with this in their username or display name, whichever case.",
    moment: "was made",
    ordering: AdminTokenOrdering,
    /// Only tokens of this person.
    user_id: UserId,
    /// Only tokens that may still be used, or only others.
    live: bool,
);
