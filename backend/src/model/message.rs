//! What stands in a room's timeline: a text, or a note of the room itself.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    MessageId, Rev, RoomId, Seq, Timestamp, UserId, file::File, id::FileId, profile::Profile, text,
};

/// How many different emoji one person may put on one message.
pub const REACTIONS_OWN_MAX: i64 = 20;
/// How many different emoji may be on one message.
pub const REACTIONS_MAX: i64 = 50;
/// How many of the people who gave an emoji are named.
pub const REACTION_USERS_MAX: usize = 500;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// What a person wrote.
    Text,
    /// The author became a member.
    Joined,
    /// The author left.
    Left,
    /// The author was removed.
    Removed,
    /// The author gave the room the name in `body`.
    Renamed,
    /// What the author may do in the room is something else now; `body` says what: `owner`,
    /// `moderator` or `member`.
    RoleChanged,
}

/// The author of a message, as much of it as every line of a timeline shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Who it is.
    pub id: UserId,
    /// The name to mention them by.
    pub username: String,
    /// The name to show.
    pub display_name: String,
    /// Where the avatar is served, a square of 128 pixels; the last part may be replaced by 32, 64 or
    /// 256. Null if there is none.
    pub avatar_url: Option<String>,
}

impl From<Profile> for Author {
    fn from(profile: Profile) -> Self {
        let Profile { id, username, display_name, avatar_url, .. } = profile;
        Self { id, username, display_name, avatar_url }
    }
}

/// What a message answers, with the beginning of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyTo {
    /// The message answered.
    pub id: MessageId,
    /// Its number in the same room.
    pub seq: Seq,
    /// Who wrote it.
    pub author: Author,
    /// Its first 120 code points, or the name of its first file; empty when it was deleted.
    pub excerpt: String,
}

/// One emoji on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people gave it.
    pub count: i64,
    /// The first 500 of them, in the order in which they did.
    pub user_ids: Vec<UserId>,
}

/// One line of a room.
///
/// `nonce` stands last so that what everybody sees can be turned into what the author sees without
/// encoding the message anew: see [`super::Change`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The message's id.
    pub id: MessageId,
    /// Where it stands.
    pub room_id: RoomId,
    /// The number it was born with.
    pub seq: Seq,
    /// The number of its latest change.
    pub rev: Rev,
    /// What it says.
    pub kind: MessageKind,
    /// Who wrote it; of a note, whom it is about.
    pub author: Author,
    /// At most 16,000 code points, and empty only where there are files; null for notes without a text
    /// and for deleted messages.
    pub body: Option<String>,
    /// What it answers.
    pub reply_to: Option<ReplyTo>,
    /// The emoji on it, oldest first.
    pub reactions: Vec<Reaction>,
    /// What was sent along, in the order in which its author put it; at most 10. A deleted message has
    /// none.
    pub files: Vec<File>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When its text was changed last.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted; its text is gone then, for ever.
    pub deleted_at: Option<Timestamp>,
    /// What its author's client called it; null for everybody else.
    pub nonce: Option<String>,
}

impl Message {
    /// What a reply to it shows of it: [`ReplyTo::excerpt`].
    pub fn excerpt(&self) -> String {
        let body = self.body.as_deref().filter(|body| !body.is_empty());
        let file = self.files.first().map(|file| file.name.as_str());
        text::excerpt(body.or(file).unwrap_or_default())
    }
}

/// A message to be sent over REST, where the address names the room.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostMessage {
    /// At most 16,000 characters, kept as written; not empty and not only white space, except that it
    /// may be empty where there are files.
    #[schema(max_length = 16000)]
    pub body: String,
    /// Any name of your own for this message: sending it again with the same one never makes a
    /// second message.
    #[schema(min_length = 1, max_length = 64)]
    pub nonce: Option<String>,
    /// The message of the same room that this one answers.
    pub reply_to: Option<MessageId>,
    /// Up to 10 files that the sender has uploaded into this room and not sent yet, each once.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub file_ids: Vec<FileId>,
}

impl PostMessage {
    /// The same message with the room that the address named.
    pub fn to(self, room_id: RoomId) -> NewMessage {
        let Self { body, nonce, reply_to, file_ids } = self;
        NewMessage { room_id, body, nonce, reply_to, file_ids }
    }
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// Where to.
    pub room_id: RoomId,
    /// At most 16,000 characters, kept as written; not empty and not only white space, except that it
    /// may be empty where there are files.
    #[schema(max_length = 16000)]
    pub body: String,
    /// Any name of your own for this message: sending it again with the same one never makes a
    /// second message.
    #[schema(min_length = 1, max_length = 64)]
    pub nonce: Option<String>,
    /// The message of the same room that this one answers.
    pub reply_to: Option<MessageId>,
    /// Up to 10 files that the sender has uploaded into this room and not sent yet, each once.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub file_ids: Vec<FileId>,
}

/// Which part of a room's history to read, by `seq`. At most one of `before`, `after` and `around`;
/// the newest messages if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadHistory {
    /// The newest of the messages before this number.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub before: Option<Seq>,
    /// The oldest of the messages after this number.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub after: Option<Seq>,
    /// The messages around this number.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub around: Option<Seq>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
}

/// Another text for a message.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// At most 16,000 characters, kept as written; not empty and not only white space, except that it
    /// may be empty where there are files.
    #[schema(max_length = 16000)]
    pub body: String,
    /// The `rev` of the message that you looked at: refused with `conflict` if it has changed since.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub if_rev: Option<Rev>,
}

/// How to delete a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeleteMessage {
    /// The `rev` of the message that you looked at: refused with `conflict` if it has changed since.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 9007199254740992i64)]
    pub if_rev: Option<Rev>,
}

/// What a message said before one of its edits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormerBody {
    /// The number of the edit that replaced it.
    pub rev: Rev,
    /// The text.
    pub body: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it was replaced.
    pub replaced_at: Timestamp,
}

/// What messages that are looked for are ordered by; they are stored in the order of ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum MessageOrdering {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDown,
    /// Oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

/// What to look for among the messages of your rooms. Without `search`: everything that people wrote.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchMessages {
    /// Only messages with this in their text, whichever case, also inside words; nothing in it is an
    /// operator.
    #[param(max_length = 100)]
    pub search: Option<String>,
    /// Only messages of this room.
    pub room_id: Option<RoomId>,
    /// Only messages of this person.
    pub author_id: Option<UserId>,
    /// Only messages that were sent before this moment.
    pub before: Option<Timestamp>,
    /// Only messages that were sent at this moment or later.
    pub after: Option<Timestamp>,
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: MessageOrdering,
    /// How many at the most. A page may have fewer and still not be the last: see `next`.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}

/// What a list of former texts is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum EditOrdering {
    /// The text that was replaced last comes first.
    #[default]
    #[serde(rename = "-rev")]
    RevDown,
    /// The text that the message had first comes first.
    #[serde(rename = "rev")]
    Rev,
}

/// Which former texts of a message to list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEdits {
    /// The order.
    #[serde(default)]
    #[param(inline)]
    pub ordering: EditOrdering,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[param(max_length = 4096)]
    pub cursor: Option<String>,
}
