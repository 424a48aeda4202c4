//! Messages: written in batches by the journal, read by number.

mod alter;
mod at_once;
mod authors;
mod insert;
mod mentions;
mod raise;
mod reactions;
mod search;
mod senders;
mod together;

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{
    conn::{Conn, on_backend},
    files,
    fragment::fixed,
    profiles,
    schema::{messages, users},
};
use crate::model::{
    Message, MessageId, Rev, RoomId, Seq, Timestamp, UserId,
    message::{Author, MessageKind, ReplyTo},
    page::CHANGES_BYTES_MAX,
    text,
};

pub(super) use alter::purge;
pub use alter::{Stored, delete, edits, find_stored, update_body};
pub(super) use at_once::{Outcome, store_at_once};
pub use insert::{Draft, Sent, insert_renamed};
pub(super) use insert::{insert_batch, insert_note};
pub use reactions::{Tally, delete as delete_reaction, insert as insert_reaction, tally};
pub(super) use search::{BEHIND_MAX, index, index_everything};
pub use search::{Sought, search, search_ids};
pub(super) use senders::Senders;

/// Which part of a room's history, by `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The newest messages.
    Newest,
    /// The newest of those before this number.
    Before(Seq),
    /// The oldest of those after this number.
    After(Seq),
    /// This number in the middle.
    Around(Seq),
}

type Row = (
    i64,
    i64,
    i64,
    i64,
    String,
    Option<String>,
    Option<i64>,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
);
type AuthorRow = (i64, String, String, Option<String>);
type AuthorColumns = (users::id, users::username, users::display_name, users::avatar);

const AUTHOR: AuthorColumns = (users::id, users::username, users::display_name, users::avatar);

/// The columns of a [`Row`], in its order.
macro_rules! columns {
    () => {
        (
            messages::id,
            messages::room_id,
            messages::seq,
            messages::rev,
            messages::kind,
            messages::body,
            messages::reply_to_id,
            messages::nonce,
            messages::created_at,
            messages::edited_at,
            messages::deleted_at,
            messages::files_count,
            messages::author_id,
        )
    };
}
use columns;

/// One message as this reader sees it, whichever room it stands in.
pub fn find(conn: &mut Conn, id: MessageId, reader: UserId) -> QueryResult<Option<Message>> {
    let row = messages::table
        .filter(messages::id.eq(id.0))
        .select(columns!())
        .first::<Row>(conn)
        .optional()?;
    Ok(shown(conn, row.into_iter().collect(), Some(reader))?.pop())
}

/// In which room a message stands.
pub fn find_room(conn: &mut Conn, id: MessageId) -> QueryResult<Option<RoomId>> {
    let room_id = messages::table.find(id.0).select(messages::room_id).first::<i64>(conn);
    Ok(room_id.optional()?.map(RoomId))
}

/// A part of a room's history as this reader sees it, oldest first.
pub fn list(
    conn: &mut Conn,
    room_id: RoomId,
    part: Part,
    limit: i64,
    reader: UserId,
) -> QueryResult<Vec<Message>> {
    let rows = match part {
        Part::Newest => before(conn, room_id, Seq::MAX, limit)?,
        Part::Before(seq) => before(conn, room_id, seq, limit)?,
        Part::After(seq) => after(conn, room_id, seq, limit)?,
        Part::Around(seq) => {
            let mut rows = before(conn, room_id, seq, limit / 2)?;
            rows.extend(after(conn, room_id, seq.saturating_sub(1), limit - limit / 2)?);
            rows
        }
    };
    shown(conn, rows, Some(reader))
}

fn before(conn: &mut Conn, room_id: RoomId, seq: Seq, limit: i64) -> QueryResult<Vec<Row>> {
    let mut rows = on_backend!(conn, conn => {
        messages::table
            .filter(messages::room_id.eq(room_id.0).and(messages::seq.lt(seq)))
            .order(messages::seq.desc())
            .limit(limit)
            .select(columns!())
            .load::<Row>(conn)
    })?;
    rows.reverse();
    Ok(rows)
}

fn after(conn: &mut Conn, room_id: RoomId, seq: Seq, limit: i64) -> QueryResult<Vec<Row>> {
    on_backend!(conn, conn => {
        messages::table
            .filter(messages::room_id.eq(room_id.0).and(messages::seq.gt(seq)))
            .order(messages::seq.asc())
            .limit(limit)
            .select(columns!())
            .load(conn)
    })
}

/// Whether a room has a message before and after these numbers.
pub fn neighbours(
    conn: &mut Conn,
    room_id: RoomId,
    first: Seq,
    last: Seq,
) -> QueryResult<(bool, bool)> {
    let room = messages::table.filter(messages::room_id.eq(room_id.0));
    let earlier = diesel::dsl::exists(room.filter(messages::seq.lt(first)));
    let later = diesel::dsl::exists(room.filter(messages::seq.gt(last)));
    diesel::select((earlier, later)).get_result(conn)
}

/// How many bytes a message has, about: its text, a byte more for each character that may have to be
/// escaped, and so many for what is said beside it and of each file. What others said of it is not in it.
const SIZE: &str =
    "cast(coalesce(octet_length(messages.body) + length(messages.body), 0) as bigint)
    + 600 + 1400 * messages.files_count";

/// What changed in a room after `after`, ordered by `rev`: at most `limit` messages that are at most
/// [`CHANGES_BYTES_MAX`] bytes together (one that is longer comes alone). Without a reader, each
/// as its author sees it. The flag says whether that is all there was.
pub fn changes(
    conn: &mut Conn,
    room_id: RoomId,
    after: Rev,
    limit: i64,
    reader: Option<UserId>,
) -> QueryResult<(Vec<Message>, bool)> {
    // The sizes first, so that no more text is read than is shown.
    let newer =
        messages::table.filter(messages::room_id.eq(room_id.0).and(messages::rev.gt(after)));
    let sizes = newer
        .order(messages::rev.asc())
        .limit(limit.saturating_add(1))
        .select((messages::rev, fixed::<BigInt>(SIZE)))
        .load::<(i64, i64)>(conn)?;
    let fitting = fitting(&sizes, limit);
    let Some((last, _)) = fitting.last() else {
        return Ok((Vec::new(), true));
    };
    let rows = messages::table
        .filter(messages::room_id.eq(room_id.0))
        .filter(messages::rev.gt(after).and(messages::rev.le(*last)))
        .order(messages::rev.asc())
        .select(columns!())
        .load::<Row>(conn)?;
    let is_all = fitting.len() == sizes.len();
    let messages = shown(conn, rows, reader)?;
    let count = fitting_as_shown(messages.iter());
    let is_all = is_all && count == messages.len();
    Ok((messages.into_iter().take(count).collect(), is_all))
}

/// The newest messages of a room as this reader sees them, oldest first: at most `limit`, and together at
/// most [`CHANGES_BYTES_MAX`] bytes (one that is longer comes alone).
pub fn newest(
    conn: &mut Conn,
    room_id: RoomId,
    limit: i64,
    reader: UserId,
) -> QueryResult<Vec<Message>> {
    let sizes = messages::table
        .filter(messages::room_id.eq(room_id.0))
        .order(messages::seq.desc())
        .limit(limit)
        .select((messages::seq, fixed::<BigInt>(SIZE)))
        .load::<(i64, i64)>(conn)?;
    let count = i64::try_from(fitting(&sizes, limit).len()).unwrap_or(limit);
    let messages = list(conn, room_id, Part::Newest, count, reader)?;
    let others = messages.len().saturating_sub(fitting_as_shown(messages.iter().rev()));
    Ok(messages.into_iter().skip(others).collect())
}

/// How many messages from the first make one page, now that is known what many said of them.
fn fitting_as_shown<'a>(messages: impl ExactSizeIterator<Item = &'a Message>) -> usize {
    let (most, mut bytes) = (messages.len(), 0_usize);
    let within = |message: &&Message| {
        let written = serde_json::to_vec(message).map_or(0, |json| json.len());
        bytes = bytes.saturating_add(written).saturating_add(1);
        bytes <= CHANGES_BYTES_MAX
    };
    messages.take_while(within).count().max(most.min(1))
}

/// The beginning of the (number, bytes) that makes one page.
fn fitting(sizes: &[(i64, i64)], limit: i64) -> &[(i64, i64)] {
    let rows_max = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut bytes = 0_usize;
    let within = |(_, size): &&(i64, i64)| {
        bytes = bytes.saturating_add(usize::try_from(*size).unwrap_or(0));
        bytes <= CHANGES_BYTES_MAX
    };
    let count = sizes.iter().take(rows_max).take_while(within).count();
    sizes.get(..count.max(1)).unwrap_or(sizes)
}

/// Rows as messages, with who wrote them, what they answer, the emoji on them and the files in them
/// resolved by one query each for all of them, and none where there is nothing. Only the author sees the nonce; without a reader, everybody is seen as their author.
fn shown(conn: &mut Conn, rows: Vec<Row>, reader: Option<UserId>) -> QueryResult<Vec<Message>> {
    let authors = authors::find(conn, rows.iter().map(|row| row.12).collect())?;
    let answered: Vec<i64> = rows.iter().filter_map(|row| row.6).collect();
    let replies = reply_targets(conn, &answered)?;
    // A message that has its first number still was never touched, so nothing is on it.
    let touched: Vec<i64> = rows.iter().filter(|row| row.2 != row.3).map(|row| row.0).collect();
    let mut reactions = reactions::list(conn, &touched)?;
    let with_files: Vec<i64> = rows.iter().filter(|row| row.11 > 0).map(|row| row.0).collect();
    let mut files = files::list(conn, &with_files)?;
    let message = |row: Row| {
        // A message without an author can't be: the database holds that.
        let author = authors.get(&row.12)?.clone();
        let (id, room_id, seq, rev, kind, body, reply_to, nonce, created, edited, deleted, ..) =
            row;
        let own = reader.is_none_or(|reader| author.id == reader);
        Some(Message {
            id: MessageId(id),
            room_id: RoomId(room_id),
            seq,
            rev,
            kind: kind_of(&kind),
            author,
            body,
            reply_to: reply_to.and_then(|id| replies.get(&id).cloned()),
            reactions: reactions.remove(&id).unwrap_or_default(),
            files: files.remove(&id).unwrap_or_default(),
            created_at: Timestamp(created),
            edited_at: edited.map(Timestamp),
            deleted_at: deleted.map(Timestamp),
            nonce: nonce.filter(|_| own),
        })
    };
    Ok(rows.into_iter().filter_map(message).collect())
}

/// What of a message is shown in a reply to it: the beginning of its text, no more than an excerpt
/// needs, or the name of its first file. `at_once.sql` says the same.
const BEGINNING: &str = "coalesce(nullif(substr(messages.body, 1, 120), ''),
    (select files.name from files where files.message_id = messages.id order by position limit 1))";

/// What the messages with these ids look like in a reply to them.
fn reply_targets(conn: &mut Conn, ids: &[i64]) -> QueryResult<HashMap<i64, ReplyTo>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let beginning = fixed::<diesel::sql_types::Nullable<Text>>(BEGINNING);
    let rows = messages::table
        .inner_join(users::table)
        .filter(messages::id.eq_any(ids))
        .select((messages::id, messages::seq, beginning, AUTHOR))
        .load::<(i64, i64, Option<String>, AuthorRow)>(conn)?;
    let target = |(id, seq, body, author): (i64, i64, Option<String>, AuthorRow)| {
        let excerpt = text::excerpt(&body.unwrap_or_default());
        (id, ReplyTo { id: MessageId(id), seq, author: author_of(author), excerpt })
    };
    Ok(rows.into_iter().map(target).collect())
}

pub(super) fn author_of((id, username, display_name, avatar): AuthorRow) -> Author {
    Author { id: UserId(id), username, display_name, avatar_url: profiles::avatar_url(avatar) }
}

/// How a kind is written in the table.
pub(super) fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Joined => "joined",
        MessageKind::Left => "left",
        MessageKind::Removed => "removed",
        MessageKind::Renamed => "renamed",
        MessageKind::RoleChanged => "role_changed",
    }
}

/// Who came to a room or left it after a number: of everybody the newest note only, with its number
/// and whether the person came.
pub fn memberships_since(
    conn: &mut Conn,
    room_id: RoomId,
    after: Seq,
) -> QueryResult<Vec<(UserId, Seq, bool)>> {
    let kinds = [MessageKind::Joined, MessageKind::Left, MessageKind::Removed].map(kind_name);
    let notes = messages::table
        .filter(messages::room_id.eq(room_id.0).and(messages::seq.gt(after)))
        .filter(messages::kind.eq_any(kinds))
        .order(messages::seq.asc())
        .select((messages::author_id, messages::seq, messages::kind))
        .load::<(i64, i64, String)>(conn)?;
    let newest: HashMap<_, _> =
        notes.into_iter().map(|(who, seq, kind)| (who, (seq, kind))).collect();
    let joined = kind_name(MessageKind::Joined);
    let note = |(who, (seq, kind)): (i64, (i64, String))| (UserId(who), seq, kind == joined);
    Ok(newest.into_iter().map(note).collect())
}

fn kind_of(name: &str) -> MessageKind {
    match name {
        "joined" => MessageKind::Joined,
        "left" => MessageKind::Left,
        "removed" => MessageKind::Removed,
        "renamed" => MessageKind::Renamed,
        "role_changed" => MessageKind::RoleChanged,
        _ => MessageKind::Text,
    }
}
