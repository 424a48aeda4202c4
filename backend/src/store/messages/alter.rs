//! Messages after they were sent: another text, none at all, and what they said before.
//!
//! Whoever calls has locked the room and looked at the message inside the same commit. Each change
//! takes the room's next number and leaves everything that tells of a text (mentions, the search,
//! former texts) as true as the text itself.

use diesel::prelude::*;

use super::{
    super::{
        conn::Conn,
        files,
        journal::Tx,
        page::{Page, Position, Wanted, cut},
        schema::{mentions as mention_rows, message_edits, messages, reactions, rooms},
    },
    find, kind_of, mentions, search,
};
use crate::model::{
    Change, MessageId, Rev, RoomId, Seq, Timestamp, UserId,
    change::ChangeKind,
    message::{EditOrdering, FormerBody, MessageKind},
};

/// A message as far as changing it is concerned.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: MessageId,
    /// Where it stands.
    pub room_id: RoomId,
    /// The number it was born with.
    pub seq: Seq,
    /// The number of its latest change.
    pub rev: Rev,
    /// What it says.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author_id: UserId,
    /// Its text; `None` for notes without one and for deleted messages.
    pub body: Option<String>,
    /// When the text was written: when the message was sent, or edited last.
    pub written_at: Timestamp,
    /// Whether it was deleted.
    pub is_deleted: bool,
    /// Whether files stand in it.
    pub has_files: bool,
}

type Row = (i64, i64, i64, i64, String, i64, Option<String>, i64, Option<i64>, Option<i64>, i64);

/// One message, whichever room it stands in.
pub fn find_stored(conn: &mut Conn, id: MessageId) -> QueryResult<Option<Stored>> {
    let row = messages::table
        .find(id.0)
        .select((
            messages::id,
            messages::room_id,
            messages::seq,
            messages::rev,
            messages::kind,
            messages::author_id,
            messages::body,
            messages::created_at,
            messages::edited_at,
            messages::deleted_at,
            messages::files_count,
        ))
        .first::<Row>(conn)
        .optional()?;
    let stored = |row: Row| {
        let (id, room_id, seq, rev, kind, author_id, body, created, edited, deleted, files) = row;
        let kind = kind_of(&kind);
        Stored {
            id: MessageId(id),
            room_id: RoomId(room_id),
            seq,
            rev,
            kind,
            author_id: UserId(author_id),
            body,
            written_at: Timestamp(edited.unwrap_or(created)),
            is_deleted: deleted.is_some(),
            has_files: files > 0,
        }
    };
    Ok(row.map(stored))
}

/// Gives a message another text and keeps the one it had.
pub fn update_body(tx: &mut Tx<'_>, message: &Stored, body: &str) -> QueryResult<Change> {
    let rev = next_rev(tx.conn, message)?;
    let former = message.body.as_deref().unwrap_or_default();
    diesel::insert_into(message_edits::table)
        .values((
            message_edits::message_id.eq(message.id.0),
            message_edits::rev.eq(rev),
            message_edits::body.eq(former),
            message_edits::written_at.eq(message.written_at.0),
            message_edits::replaced_at.eq(tx.now.0),
        ))
        .execute(tx.conn)?;
    diesel::update(messages::table.find(message.id.0))
        .set((messages::body.eq(body), messages::edited_at.eq(tx.now.0)))
        .execute(tx.conn)?;
    forget_mentions(tx.conn, message)?;
    mentions::insert(tx.conn, message.room_id, message.author_id, message.seq, body)?;
    search::replace(tx.conn, message.id, message.room_id, body)?;
    changed(tx.conn, message, ChangeKind::Updated)
}

/// Takes a message's text out of everything that has it, and its files with their bytes; what is left
/// is a tombstone.
pub fn delete(tx: &mut Tx<'_>, message: &Stored) -> QueryResult<Change> {
    next_rev(tx.conn, message)?;
    if message.has_files {
        files::delete_in(tx.conn, message.id)?;
    }
    diesel::update(messages::table.find(message.id.0))
        .set((
            messages::body.eq(None::<String>),
            messages::deleted_at.eq(tx.now.0),
            messages::files_count.eq(0),
        ))
        .execute(tx.conn)?;
    forget_mentions(tx.conn, message)?;
    search::delete(tx.conn, message.id)?;
    diesel::delete(message_edits::table.filter(message_edits::message_id.eq(message.id.0)))
        .execute(tx.conn)?;
    diesel::delete(reactions::table.filter(reactions::message_id.eq(message.id.0)))
        .execute(tx.conn)?;
    changed(tx.conn, message, ChangeKind::Deleted)
}

fn forget_mentions(conn: &mut Conn, message: &Stored) -> QueryResult<()> {
    match &message.body {
        Some(body) if body.contains('@') => mentions::delete(conn, message.room_id, message.seq),
        _ => Ok(()),
    }
}

/// What a message said before.
pub fn edits(
    conn: &mut Conn,
    id: MessageId,
    ordering: EditOrdering,
    wanted: &Wanted,
) -> QueryResult<Page<FormerBody>> {
    type Row = (i64, String, i64, i64);
    let own = message_edits::table.filter(message_edits::message_id.eq(id.0)).into_boxed();
    let last = wanted.after.as_ref().map(|after| after.id);
    let query = match ordering {
        EditOrdering::RevDown => own
            .filter(message_edits::rev.lt(last.unwrap_or(Rev::MAX)))
            .order(message_edits::rev.desc()),
        EditOrdering::Rev => {
            own.filter(message_edits::rev.gt(last.unwrap_or(0))).order(message_edits::rev.asc())
        }
    };
    let mut rows = query
        .limit(wanted.limit + 1)
        .select((
            message_edits::rev,
            message_edits::body,
            message_edits::written_at,
            message_edits::replaced_at,
        ))
        .load::<Row>(conn)?;
    let next = cut(&mut rows, wanted.limit, |row| Position::of(row.0));
    let former = |(rev, body, written, replaced): Row| FormerBody {
        rev,
        body,
        written_at: Timestamp(written),
        replaced_at: Timestamp(replaced),
    };
    Ok(Page { items: rows.into_iter().map(former).collect(), next })
}

/// The text that an edited message had first.
pub(super) fn first_body(conn: &mut Conn, id: MessageId) -> QueryResult<Option<String>> {
    message_edits::table
        .filter(message_edits::message_id.eq(id.0))
        .order(message_edits::rev.asc())
        .select(message_edits::body)
        .first(conn)
        .optional()
}

/// Takes the room's next number for a change of a message.
pub(super) fn next_rev(conn: &mut Conn, message: &Stored) -> QueryResult<Rev> {
    let rev = diesel::update(rooms::table.find(message.room_id.0))
        .set(rooms::head.eq(rooms::head + 1))
        .returning(rooms::head)
        .get_result::<i64>(conn)?;
    diesel::update(messages::table.find(message.id.0)).set(messages::rev.eq(rev)).execute(conn)?;
    Ok(rev)
}

/// A message that was just changed, as its author sees it.
pub(super) fn changed(conn: &mut Conn, message: &Stored, kind: ChangeKind) -> QueryResult<Change> {
    let message = find(conn, message.id, message.author_id)?;
    Ok(Change::new(kind, message.ok_or(diesel::result::Error::NotFound)?, None))
}

/// Takes the texts out of all messages of a deleted room that were born with the numbers in
/// `(after, to]`. Takes no numbers: nobody is left to hear of it.
pub(in crate::store) fn purge(
    tx: &mut Tx<'_>,
    room_id: RoomId,
    after: Seq,
    to: Seq,
) -> QueryResult<()> {
    let part =
        messages::room_id.eq(room_id.0).and(messages::seq.gt(after)).and(messages::seq.le(to));
    let ids = messages::table.filter(part).select(messages::id).load::<i64>(tx.conn)?;
    for id in &ids {
        search::delete(tx.conn, MessageId(*id))?;
    }
    diesel::delete(message_edits::table.filter(message_edits::message_id.eq_any(&ids)))
        .execute(tx.conn)?;
    diesel::delete(reactions::table.filter(reactions::message_id.eq_any(&ids))).execute(tx.conn)?;
    diesel::delete(
        mention_rows::table
            .filter(mention_rows::room_id.eq(room_id.0))
            .filter(mention_rows::seq.gt(after).and(mention_rows::seq.le(to))),
    )
    .execute(tx.conn)?;
    diesel::update(messages::table.filter(messages::id.eq_any(&ids)))
        .filter(messages::deleted_at.is_null())
        .set((
            messages::body.eq(None::<String>),
            messages::deleted_at.eq(tx.now.0),
            messages::files_count.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}
