//! Writing messages: many at once, with policy, order and nonces settled inside the same commit.
//!
//! A room's row is updated first and thereby locked, and only then is the sender's membership read:
//! whoever was removed before this commit does not get a message in after it (SECURITY, AZ-4).

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
};

use diesel::prelude::*;

use super::{
    super::{
        blocks,
        conn::{Conn, on_backend},
        files,
        journal::Tx,
        rooms::{kind_of as room_kind_of, role_of},
        schema::{members, messages, rooms, users},
    },
    AUTHOR, AuthorRow, author_of, find, kind_name, mentions,
    raise::{Raise, Raised},
    reply_targets, search,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Change, Effect, Message, MessageId, RoomId, Seq, Timestamp, UserId,
        change::ChangeKind,
        file::File,
        id::FileId,
        message::{Author, MessageKind, ReplyTo},
        room::RoomKind,
    },
    policy::{self, Asker, Barrier, Deed, RoomRules},
};

/// A message on its way into the journal; its text has been checked.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Where it goes.
    pub room_id: RoomId,
    /// Who wrote it.
    pub author_id: UserId,
    /// 1–16,000 code points.
    pub body: String,
    /// What the author's client calls it.
    pub nonce: Option<String>,
    /// What it answers, in the same room.
    pub reply_to: Option<MessageId>,
    /// The author's own files of the same room that stand in no message, each once.
    pub file_ids: Vec<FileId>,
}

impl Draft {
    /// Whether it touches nothing but what [`super::store_at_once`] does; what goes further needs a
    /// transaction.
    pub(in crate::store) fn is_plain(&self) -> bool {
        let Self { room_id: _, author_id: _, body: _, nonce: _, reply_to: _, file_ids } = self;
        file_ids.is_empty()
    }
}

/// A message that is stored.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The message, encoded.
    pub change: Arc<Change>,
    /// It had been stored before, under the same nonce.
    pub replayed: bool,
}

/// A room as it stands while a batch is being written.
struct Room {
    rules: RoomRules,
    /// The number to give next.
    next: Seq,
    /// How many of the numbers that were taken for the batch were not used.
    unused: i64,
}

/// What a message has beside what its draft says.
pub(super) struct Borne {
    pub(super) author: Author,
    pub(super) reply_to: Option<ReplyTo>,
    pub(super) files: Vec<File>,
}

struct Sender {
    author: Author,
    asker: Asker,
}

/// Writes a batch. The outer error is the database's and voids all of it; the inner ones are
/// refusals of single drafts.
pub(in crate::store) fn insert_batch(
    tx: &mut Tx<'_>,
    drafts: &[Draft],
) -> QueryResult<Vec<Result<Sent>>> {
    let mut rooms = lock_rooms(tx.conn, drafts)?;
    let mut senders = HashMap::new();
    let mut outcomes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let sent = match rooms.get_mut(&draft.room_id) {
            None => Err(Code::NotFound.into()),
            Some(room) => {
                let sent = insert_one(tx, draft, room, &mut senders)?;
                if !matches!(&sent, Ok(Sent { replayed: false, .. })) {
                    room.unused += 1;
                }
                sent
            }
        };
        outcomes.push(sent);
    }
    give_back(tx.conn, &rooms)?;
    Ok(outcomes)
}

/// Raises each room's head by the number of its drafts, in the order of ids, so that two nodes
/// never wait for each other in a circle.
fn lock_rooms(conn: &mut Conn, drafts: &[Draft]) -> QueryResult<BTreeMap<RoomId, Room>> {
    let mut counts = BTreeMap::<RoomId, i64>::new();
    for draft in drafts {
        *counts.entry(draft.room_id).or_default() += 1;
    }
    let mut locked = BTreeMap::new();
    for (room_id, count) in counts {
        let raise = Raise::new(room_id, count);
        let row: Option<Raised> = on_backend!(conn, conn => raise.get_result(conn).optional()?);
        if let Some((head, kind, staff_only, invite_only)) = row {
            let rules = RoomRules { kind: room_kind_of(&kind), staff_only, invite_only };
            locked.insert(room_id, Room { rules, next: head - count + 1, unused: 0 });
        }
    }
    Ok(locked)
}

/// Lowers the heads again by the numbers that refused drafts left unused: they were the last ones,
/// since numbers are handed out in order, so no gap is left.
fn give_back(conn: &mut Conn, locked: &BTreeMap<RoomId, Room>) -> QueryResult<()> {
    for (room_id, room) in locked.iter().filter(|(_, room)| room.unused > 0) {
        diesel::update(rooms::table.find(room_id.0))
            .set(rooms::head.eq(rooms::head - room.unused))
            .execute(conn)?;
    }
    Ok(())
}

fn insert_one(
    tx: &mut Tx<'_>,
    draft: &Draft,
    room: &mut Room,
    senders: &mut HashMap<(RoomId, UserId), Option<Sender>>,
) -> QueryResult<Result<Sent>> {
    let sender = match senders.entry((draft.room_id, draft.author_id)) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(sender(tx.conn, draft, room.rules.kind)?),
    };
    let Some(sender) = sender else {
        return Ok(Err(Code::Unauthenticated.into()));
    };
    if let Err(refusal) = policy::decide(sender.asker, room.rules, Deed::Send) {
        return Ok(Err(refusal));
    }
    let reply_to = match draft.reply_to {
        None => None,
        Some(id) => match answered(tx.conn, draft.room_id, id)? {
            None => {
                return stored_before(
                    tx.conn,
                    draft,
                    Error::from(Code::NotFound).and("reply_to", Flaw::NotFound),
                );
            }
            found => found,
        },
    };
    let (room_id, author_id) = (draft.room_id, draft.author_id);
    let Some(files) = files::find_loose(tx.conn, room_id, author_id, &draft.file_ids)? else {
        return stored_before(tx.conn, draft, Error::field("file_ids", Flaw::NotFound));
    };
    let borne = Borne { author: sender.author.clone(), reply_to, files };
    match insert(tx, draft, room.next, borne)? {
        Some(change) => {
            room.next += 1;
            Ok(Ok(Sent { change: tx.announce_change(change), replayed: false }))
        }
        None => stored_before(tx.conn, draft, Code::Internal.into()),
    }
}

/// What is answered for a draft that is not stored: what was stored under its nonce before, or else
/// the refusal.
fn stored_before(conn: &mut Conn, draft: &Draft, refusal: Error) -> QueryResult<Result<Sent>> {
    let known = match &draft.nonce {
        Some(nonce) => find_by_nonce(conn, draft.author_id, nonce)?,
        None => None,
    };
    Ok(known.map_or(Err(refusal), |known| replay(known, draft)))
}

/// Who sends, and what they may do; `None` for an account that is gone or deactivated.
fn sender(conn: &mut Conn, draft: &Draft, kind: RoomKind) -> QueryResult<Option<Sender>> {
    let membership =
        members::table.on(members::user_id.eq(users::id).and(members::room_id.eq(draft.room_id.0)));
    let sender = users::table
        .left_join(membership)
        .filter(users::id.eq(draft.author_id.0).and(users::is_active))
        .select((AUTHOR, users::is_staff, members::role.nullable()));
    let row: Option<(AuthorRow, bool, Option<String>)> =
        on_backend!(conn, conn => sender.first(conn).optional()?);
    let Some((author, is_staff, role)) = row else {
        return Ok(None);
    };
    let barrier = match kind {
        RoomKind::Direct => blocks::find_in_direct(conn, draft.room_id, draft.author_id)?,
        RoomKind::Group => Barrier::None,
    };
    let asker = Asker { is_staff, role: role.as_deref().map(role_of), barrier };
    Ok(Some(Sender { author: author_of(author), asker }))
}

fn find_by_nonce(conn: &mut Conn, author: UserId, nonce: &str) -> QueryResult<Option<Message>> {
    let id = messages::table
        .filter(messages::author_id.eq(author.0).and(messages::nonce.eq(nonce)))
        .select(messages::id)
        .first::<i64>(conn)
        .optional()?;
    match id {
        Some(id) => find(conn, MessageId(id), author),
        None => Ok(None),
    }
}

/// The same nonce again: the message it stands for, unless another one was meant. Of a message that
/// was edited or deleted since, the first text is no longer at hand, nor are the files of a deleted one,
/// so only the rest is compared.
pub(super) fn replay(known: Message, draft: &Draft) -> Result<Sent> {
    let changed = known.edited_at.is_some() || known.deleted_at.is_some();
    let same_text = changed
        || (known.body.as_deref() == Some(&draft.body)
            && known.reply_to.as_ref().map(|reply| reply.id) == draft.reply_to);
    let same_files = known.deleted_at.is_some()
        || known.files.iter().map(|file| file.id).eq(draft.file_ids.iter().copied());
    if known.room_id != draft.room_id || !same_text || !same_files {
        return Err(Code::NonceReused.into());
    }
    let change = Arc::new(Change::new(ChangeKind::Created, known, None));
    Ok(Sent { change, replayed: true })
}

fn answered(conn: &mut Conn, room_id: RoomId, id: MessageId) -> QueryResult<Option<ReplyTo>> {
    let here = messages::table
        .filter(messages::id.eq(id.0).and(messages::room_id.eq(room_id.0)))
        .select(messages::id)
        .first::<i64>(conn)
        .optional()?;
    match here {
        Some(id) => Ok(reply_targets(conn, &[id])?.remove(&id)),
        None => Ok(None),
    }
}

/// Stores a draft under a number; `None` if its nonce was used before.
fn insert(tx: &mut Tx<'_>, draft: &Draft, seq: Seq, borne: Borne) -> QueryResult<Option<Change>> {
    let row = Row {
        room_id: draft.room_id,
        seq,
        kind: MessageKind::Text,
        author_id: draft.author_id,
        body: Some(&draft.body),
        reply_to: draft.reply_to,
        nonce: draft.nonce.as_deref(),
    };
    let Some(id) = insert_row(tx, &row)? else { return Ok(None) };
    if !borne.files.is_empty() {
        files::attach(tx.conn, id, &borne.files)?;
    }
    mentions::insert(tx.conn, draft.room_id, draft.author_id, seq, &draft.body)?;
    search::insert(tx.conn, id, draft.room_id, &draft.body)?;
    Ok(Some(created(draft, (id, seq), borne, tx.now)))
}

/// What a draft became.
pub(super) fn created(
    draft: &Draft,
    (id, seq): (MessageId, Seq),
    Borne { author, reply_to, files }: Borne,
    created_at: Timestamp,
) -> Change {
    let message = Message {
        id,
        room_id: draft.room_id,
        seq,
        rev: seq,
        kind: MessageKind::Text,
        author,
        body: Some(draft.body.clone()),
        reply_to,
        reactions: Vec::new(),
        files,
        created_at,
        edited_at: None,
        deleted_at: None,
        nonce: draft.nonce.clone(),
    };
    Change::new(ChangeKind::Created, message, None)
}

/// A row to be written.
struct Row<'a> {
    room_id: RoomId,
    seq: Seq,
    kind: MessageKind,
    author_id: UserId,
    body: Option<&'a str>,
    reply_to: Option<MessageId>,
    nonce: Option<&'a str>,
}

/// The id of the new row; `None` if its author has used its nonce before.
fn insert_row(tx: &mut Tx<'_>, row: &Row<'_>) -> QueryResult<Option<MessageId>> {
    let now = tx.now.0;
    let id: Option<i64> = on_backend!(tx.conn, conn => diesel::insert_into(messages::table)
        .values((
            messages::room_id.eq(row.room_id.0),
            messages::seq.eq(row.seq),
            messages::rev.eq(row.seq),
            messages::kind.eq(kind_name(row.kind)),
            messages::author_id.eq(row.author_id.0),
            messages::body.eq(row.body),
            messages::reply_to_id.eq(row.reply_to.map(|id| id.0)),
            messages::nonce.eq(row.nonce),
            messages::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(messages::id)
        .get_result(conn)
        .optional()?);
    Ok(id.map(MessageId))
}

/// Writes the note that a person gave the room another name.
pub fn insert_renamed(
    tx: &mut Tx<'_>,
    room_id: RoomId,
    by: UserId,
    name: &str,
) -> QueryResult<Change> {
    insert_note(tx, room_id, MessageKind::Renamed, by, Some(name), |_| None)
}

/// Writes a note of the room itself (somebody joined, left …) under the room's next number. The room
/// must have been changed in this commit, or exist: its head is raised here.
pub(in crate::store) fn insert_note(
    tx: &mut Tx<'_>,
    room_id: RoomId,
    kind: MessageKind,
    about: UserId,
    body: Option<&str>,
    effect: impl FnOnce(Seq) -> Option<Effect>,
) -> QueryResult<Change> {
    let seq = diesel::update(rooms::table.find(room_id.0))
        .set(rooms::head.eq(rooms::head + 1))
        .returning(rooms::head)
        .get_result::<i64>(tx.conn)?;
    let row = Row { room_id, seq, kind, author_id: about, body, reply_to: None, nonce: None };
    let id = insert_row(tx, &row)?.ok_or(diesel::result::Error::NotFound)?;
    let author = users::table.find(about.0).select(AUTHOR).first::<AuthorRow>(tx.conn)?;
    let message = Message {
        id,
        room_id,
        seq,
        rev: seq,
        kind,
        author: author_of(author),
        body: body.map(str::to_owned),
        reply_to: None,
        reactions: Vec::new(),
        files: Vec::new(),
        created_at: tx.now,
        edited_at: None,
        deleted_at: None,
        nonce: None,
    };
    Ok(Change::new(ChangeKind::Created, message, effect(seq)))
}
