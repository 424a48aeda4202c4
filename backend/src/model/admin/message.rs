//! Messages, as administration sees them: what people wrote in group rooms, and in direct rooms that
//! they did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    RoomRef, UserRef,
    list::{ordering, which},
};
use crate::model::{MessageId, RoomId, Seq, Timestamp, UserId};

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminMessage {
    /// Which message.
    pub id: MessageId,
    /// Where it stands.
    pub room: RoomRef,
    /// Its number there.
    pub seq: Seq,
    /// Who wrote it.
    pub author: UserRef,
    /// The text; null when it was deleted, and always in a direct room, where nobody else reads.
    pub body: Option<String>,
    /// How many files were sent along; none of a deleted message, and always none in a direct room.
    pub files_count: i64,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When its text was changed last.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

ordering!(
    /// What a list of messages is ordered by; ties by id.
    AdminMessageOrdering,
    CreatedAtDown "-created_at",
    CreatedAt "created_at",
);

which!(
    /// Which messages to list.
    ListAdminMessages,
    search: "Only messages of group rooms with this in their text, whichever case; a text of less than 3 characters takes more pages. Without `room_id`, in the 5,000 newest rooms. Found without `total` and `dates`; a page may be short and still not be the last.",
    moment: "was sent",
    ordering: AdminMessageOrdering,
    /// Only messages of this room.
    room_id: RoomId,
    /// Only messages of this person.
    author_id: UserId,
    /// Only messages that were deleted, or only others.
    deleted: bool,
);
