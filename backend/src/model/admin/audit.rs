//! The audit log: who did what, to what, when and from where.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    UserRef,
    list::{ordering, which},
};
use crate::model::{RoomId, Timestamp, UserId};

/// What sort of thing an entry tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// An account.
    User,
    /// A room.
    Room,
    /// That somebody is a member of a room: `room_id` and `user` say which.
    Membership,
    /// A message.
    Message,
    /// A session.
    Session,
    /// A personal access token.
    Token,
    /// Who a provider says that somebody is.
    Identity,
    /// The server itself.
    Server,
}

impl ObjectKind {
    const ALL: [(Self, &str); 8] = [
        (Self::User, "user"),
        (Self::Room, "room"),
        (Self::Membership, "membership"),
        (Self::Message, "message"),
        (Self::Session, "session"),
        (Self::Token, "token"),
        (Self::Identity, "identity"),
        (Self::Server, "server"),
    ];

    /// The name as it is stored and as it travels.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of a name; an account for one that is not known.
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map_or(Self::User, |it| it.0)
    }
}

/// What was different afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// Which field.
    pub field: String,
    /// What it was before; null where that is not kept.
    pub before: Option<String>,
    /// What it was then; null where that is not kept.
    pub after: Option<String>,
}

/// One thing that was done. Entries are kept for a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Which entry.
    pub id: AuditId,
    /// What was done: `auth.signed_in`, `admin.user_changed` …
    pub event: String,
    /// Who did it; null for the operator at the command line, and for who was not signed in.
    pub actor: Option<UserRef>,
    /// To what sort of thing.
    pub object: ObjectKind,
    /// To which one; null for a membership.
    pub object_id: Option<i64>,
    /// What it was called then; empty where that would tell too much.
    pub object_name: String,
    /// Whom it concerned.
    pub user: Option<UserRef>,
    /// In which room.
    pub room_id: Option<RoomId>,
    /// What was different afterwards.
    pub changes: Vec<FieldChange>,
    /// From which address; null where there was none.
    pub ip: Option<String>,
    /// The call, as the logs know it.
    pub request_id: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// An entry of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, maximum = 9007199254740992i64)]
pub struct AuditId(pub i64);

impl fmt::Display for AuditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AuditId {
    type Err = crate::model::id::NotAnId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<UserId>().map(|id| Self(id.0))
    }
}

/// The id of whatever an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "UserId")]
pub struct AuditObjectId(pub i64);

impl From<UserId> for AuditObjectId {
    // Every id has the same bounds.
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

ordering!(
    /// What the audit log is ordered by; ties by id.
    AuditOrdering,
    CreatedAtDown "-created_at",
    CreatedAt "created_at",
);

which!(
    /// Which entries to list. The history of an account: `user_id`; of a room: `room_id`; of anything:
    /// `object` and `object_id`.
    ListAudit,
    search: "Only entries with this in the event or in the name of the object, whichever case.",
    moment: "was done",
    ordering: AuditOrdering,
    /// Only this event.
    #[param(max_length = 64)]
    event: String,
    /// Only what this person did.
    actor_id: UserId,
    /// Only what concerned this person.
    user_id: UserId,
    /// Only what happened in or to this room.
    room_id: RoomId,
    /// Only what was done to this sort of thing.
    #[param(inline)]
    object: ObjectKind,
    /// Only what was done to the one with this id.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 9007199254740992i64)]
    object_id: AuditObjectId,
);
