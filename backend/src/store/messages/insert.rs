//! Writing messages: many at once, with policy, order and nonces settled inside the same commit.
//!
//! A room's row is updated first and thereby locked, and only then is the sender's membership read:
//! whoever was removed before this commit does not get a message in after it (SECURITY, AZ-4).

use std::{
    collections::{BTreeMap, HashMap},
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
    senders::{Sender, Senders},
    together::{self, NewText},
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

/// From how many messages on one statement is cheaper than one for each.
const TOGETHER_MIN: usize = 4;

/// A room as it stands while a batch is being written.
struct Room {
    rules: RoomRules,
    /// The number to give next.
    next: Seq,
    /// How many of the numbers that were taken for the batch were not used; none were taken where only
    /// others than members want to speak.
    unused: Option<i64>,
}

impl Room {
    fn take(&mut self) -> Seq {
        let seq = self.next;
        self.next += 1;
        seq
    }

    fn leave(&mut self) {
        self.unused = self.unused.map(|unused| unused + 1);
    }
}

/// What a message has beside what its draft says.
#[derive(Clone)]
pub(super) struct Borne {
    pub(super) author: Author,
    pub(super) reply_to: Option<ReplyTo>,
    pub(super) files: Vec<File>,
}

/// Writes a batch. The outer error is the database's and voids all of it; the inner ones are
/// refusals of single drafts.
pub(in crate::store) fn insert_batch(
    tx: &mut Tx<'_>,
    drafts: &[Draft],
    known: &Senders,
) -> QueryResult<Vec<Result<Sent>>> {
    let mut senders = Present { known: known.are_true().then_some(known), read: HashMap::new() };
    let mut rooms = lock_rooms(tx.conn, drafts, &mut senders)?;
    let mut verdicts = Vec::with_capacity(drafts.len());
    for draft in drafts {
        verdicts.push(match rooms.get(&draft.room_id) {
            None => Verdict::Refused(Code::NotFound.into()),
            Some(room) => judge(tx.conn, draft, room, &mut senders)?,
        });
    }
    let outcomes = match insert_together(tx, drafts, &verdicts, &mut rooms)? {
        Some(outcomes) => outcomes,
        None => insert_each(tx, drafts, verdicts, &mut rooms)?,
    };
    give_back(tx.conn, &rooms)?;
    Ok(outcomes)
}

/// Stores by one statement what was admitted; nothing, if the database or the batch are not fit for it:
/// a nonce was used before, or there are files.
fn insert_together(
    tx: &mut Tx<'_>,
    drafts: &[Draft],
    verdicts: &[Verdict],
    rooms: &mut BTreeMap<RoomId, Room>,
) -> QueryResult<Option<Vec<Result<Sent>>>> {
    let Conn::Sqlite(conn) = &mut *tx.conn else { return Ok(None) };
    if drafts.len() < TOGETHER_MIN || !drafts.iter().all(Draft::is_plain) {
        return Ok(None);
    }
    let mut next: HashMap<_, _> = rooms.iter().map(|(id, room)| (*id, room.next)).collect();
    let mut texts = Vec::with_capacity(drafts.len());
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let (Verdict::Admitted(_), Some(seq)) = (verdict, next.get_mut(&draft.room_id)) else {
            continue;
        };
        let nonce = draft.nonce.as_deref();
        let Draft { room_id, author_id, body, reply_to, .. } = draft;
        texts.push(NewText(*room_id, *seq, *author_id, body, *reply_to, nonce));
        *seq += 1;
    }
    let ids = together::insert(conn, tx.now, &texts)?;
    if ids.len() < texts.len() {
        // Their numbers would have holes.
        diesel::delete(messages::table.filter(messages::id.eq_any(&ids))).execute(conn)?;
        return Ok(None);
    }
    let mut ids = ids.into_iter();
    let mut outcomes = Vec::with_capacity(drafts.len());
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let Some(room) = rooms.get_mut(&draft.room_id) else {
            outcomes.push(Err(Code::NotFound.into()));
            continue;
        };
        outcomes.push(match verdict {
            Verdict::Admitted(borne) => {
                let id = ids.next().map(MessageId).ok_or(diesel::result::Error::NotFound)?;
                let seq = room.take();
                mentions::insert(tx.conn, draft.room_id, draft.author_id, seq, &draft.body)?;
                let change = created(draft, (id, seq), borne.clone(), tx.now);
                Ok(Sent { change: tx.announce_change(change), replayed: false })
            }
            refused => {
                room.leave();
                refused.answer(tx.conn, draft)?
            }
        });
    }
    Ok(Some(outcomes))
}

/// Stores one after the other what was admitted.
fn insert_each(
    tx: &mut Tx<'_>,
    drafts: &[Draft],
    verdicts: Vec<Verdict>,
    rooms: &mut BTreeMap<RoomId, Room>,
) -> QueryResult<Vec<Result<Sent>>> {
    let mut outcomes = Vec::with_capacity(drafts.len());
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let Some(room) = rooms.get_mut(&draft.room_id) else {
            outcomes.push(Err(Code::NotFound.into()));
            continue;
        };
        let sent = match with_files(tx.conn, draft, verdict)? {
            Verdict::Admitted(borne) => match insert(tx, draft, room.next, borne)? {
                Some(change) => {
                    room.take();
                    Ok(Sent { change: tx.announce_change(change), replayed: false })
                }
                None => stored_before(tx.conn, draft, Code::Internal.into())?,
            },
            refused => refused.answer(tx.conn, draft)?,
        };
        if !matches!(&sent, Ok(Sent { replayed: false, .. })) {
            room.leave();
        }
        outcomes.push(sent);
    }
    Ok(outcomes)
}

/// Finds a draft's files, which one before it in the same batch may have taken.
fn with_files(conn: &mut Conn, draft: &Draft, verdict: Verdict) -> QueryResult<Verdict> {
    let Verdict::Admitted(borne) = verdict else { return Ok(verdict) };
    let found = files::find_loose(conn, draft.room_id, draft.author_id, &draft.file_ids)?;
    Ok(match found {
        Some(files) => Verdict::Admitted(Borne { files, ..borne }),
        None => Verdict::Missing(Error::field("file_ids", Flaw::NotFound)),
    })
}

/// Raises each room's head by the number of its drafts, in the order of ids, so that two nodes
/// never wait for each other in a circle. A room to which no member writes is only looked at: whoever is
/// refused must leave nothing to be written to the disk, since that takes time, which a room that is not
/// there does not (SECURITY, AZ-1).
fn lock_rooms(
    conn: &mut Conn,
    drafts: &[Draft],
    senders: &mut Present<'_>,
) -> QueryResult<BTreeMap<RoomId, Room>> {
    let mut counts = BTreeMap::<RoomId, (i64, bool)>::new();
    for draft in drafts {
        let (count, has_member) = counts.entry(draft.room_id).or_default();
        *count += 1;
        *has_member = *has_member || senders.is_member(conn, draft)?;
    }
    let mut locked = BTreeMap::new();
    for (room_id, (count, has_member)) in counts {
        let row: Option<Raised> = if has_member {
            let raise = Raise::new(room_id, count);
            on_backend!(conn, conn => raise.get_result(conn).optional()?)
        } else {
            look(conn, room_id)?
        };
        if let Some((head, kind, staff_only, invite_only)) = row {
            let rules = RoomRules { kind: room_kind_of(&kind), staff_only, invite_only };
            let next = if has_member { head - count + 1 } else { head + 1 };
            locked.insert(room_id, Room { rules, next, unused: has_member.then_some(0) });
        }
    }
    Ok(locked)
}

fn look(conn: &mut Conn, room_id: RoomId) -> QueryResult<Option<Raised>> {
    let columns = (rooms::head, rooms::kind, rooms::staff_only, rooms::invite_only);
    rooms::table.find(room_id.0).select(columns).first(conn).optional()
}

/// Lowers the heads again by the numbers that refused drafts left unused: they were the last ones,
/// since numbers are handed out in order, so no gap is left.
fn give_back(conn: &mut Conn, locked: &BTreeMap<RoomId, Room>) -> QueryResult<()> {
    for (room_id, room) in locked {
        if let Some(unused) = room.unused.filter(|unused| *unused > 0) {
            diesel::update(rooms::table.find(room_id.0))
                .set(rooms::head.eq(rooms::head - unused))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// What is to be done with a draft.
enum Verdict {
    /// It is stored with this.
    Admitted(Borne),
    /// Its author may not, and nothing is told of what was stored before.
    Refused(Error),
    /// It names something that is not there; but it may have been stored when that was.
    Missing(Error),
}

impl Verdict {
    /// What is answered for a draft that is not stored.
    fn answer(&self, conn: &mut Conn, draft: &Draft) -> QueryResult<Result<Sent>> {
        match self {
            Self::Missing(refusal) => stored_before(conn, draft, refusal.clone()),
            Self::Refused(refusal) => Ok(Err(refusal.clone())),
            Self::Admitted(_) => Ok(Err(Code::Internal.into())),
        }
    }
}

fn judge(
    conn: &mut Conn,
    draft: &Draft,
    room: &Room,
    senders: &mut Present<'_>,
) -> QueryResult<Verdict> {
    let Some(sender) = senders.find(conn, draft)? else {
        return Ok(Verdict::Refused(Code::Unauthenticated.into()));
    };
    // Without a number taken nobody was a member, and whoever is one since comes a moment too early.
    let role = sender.asker.role.filter(|_| room.unused.is_some());
    if let Err(refusal) = policy::decide(Asker { role, ..sender.asker }, room.rules, Deed::Send) {
        return Ok(Verdict::Refused(refusal));
    }
    let reply_to = match draft.reply_to {
        None => None,
        Some(id) => match answered(conn, draft.room_id, id)? {
            None => {
                let missing = Error::from(Code::NotFound).and("reply_to", Flaw::NotFound);
                return Ok(Verdict::Missing(missing));
            }
            found => found,
        },
    };
    Ok(Verdict::Admitted(Borne { author: sender.author.clone(), reply_to, files: Vec::new() }))
}

/// Who sends in this batch.
struct Present<'a> {
    /// Nothing, where what is remembered may not be true.
    known: Option<&'a Senders>,
    read: HashMap<(RoomId, UserId), Option<Arc<Sender>>>,
}

impl Present<'_> {
    /// Whether a draft's author is a member of its room, before that is locked. Who becomes one at the
    /// same moment is none yet.
    fn is_member(&mut self, conn: &mut Conn, draft: &Draft) -> QueryResult<bool> {
        if matches!(conn, Conn::Sqlite(_)) {
            // Nobody else writes, so what is read now is true once the room is locked.
            return Ok(self.find(conn, draft)?.is_some_and(|sender| sender.asker.role.is_some()));
        }
        let own = members::table.find((draft.room_id.0, draft.author_id.0));
        diesel::select(diesel::dsl::exists(own)).get_result(conn)
    }

    /// `None` for an account that is gone or deactivated.
    fn find(&mut self, conn: &mut Conn, draft: &Draft) -> QueryResult<Option<Arc<Sender>>> {
        let key = (draft.room_id, draft.author_id);
        if let Some(found) = self.read.get(&key) {
            return Ok(found.clone());
        }
        let known = self.known.and_then(|known| known.get(draft.room_id, draft.author_id));
        let found = match known {
            Some(known) => Some(known),
            None => sender(conn, draft)?.map(|sender| match self.known {
                Some(known) => known.put(draft.room_id, draft.author_id, sender),
                None => Arc::new(sender),
            }),
        };
        self.read.insert(key, found.clone());
        Ok(found)
    }
}

/// What is answered for a draft that is not stored: what was stored under its nonce before, or else
/// the refusal.
fn stored_before(conn: &mut Conn, draft: &Draft, refusal: Error) -> QueryResult<Result<Sent>> {
    let known = match &draft.nonce {
        Some(nonce) => find_by_nonce(conn, draft.author_id, nonce)?,
        None => None,
    };
    match known {
        Some(known) => replay(conn, known, draft),
        None => Ok(Err(refusal)),
    }
}

/// Who sends, and what they may do; `None` for an account that is gone or deactivated.
fn sender(conn: &mut Conn, draft: &Draft) -> QueryResult<Option<Sender>> {
    let membership =
        members::table.on(members::user_id.eq(users::id).and(members::room_id.eq(draft.room_id.0)));
    let sender = users::table
        .left_join(membership)
        .left_join(rooms::table.on(rooms::id.eq(draft.room_id.0)))
        .filter(users::id.eq(draft.author_id.0).and(users::is_active))
        .select((AUTHOR, users::is_staff, members::role.nullable(), rooms::kind.nullable()));
    let row: Option<(AuthorRow, bool, Option<String>, Option<String>)> =
        on_backend!(conn, conn => sender.first(conn).optional()?);
    let Some((author, is_staff, role, kind)) = row else {
        return Ok(None);
    };
    let barrier = match kind.as_deref().map(room_kind_of) {
        Some(RoomKind::Direct) => blocks::find_in_direct(conn, draft.room_id, draft.author_id)?,
        Some(RoomKind::Group) | None => Barrier::None,
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

/// The same nonce again: the message it stands for, unless another one was meant. Of an edited message
/// the first text is compared; of a deleted one nothing but its room is left to be.
pub(super) fn replay(conn: &mut Conn, known: Message, draft: &Draft) -> QueryResult<Result<Sent>> {
    let first = match known.edited_at {
        Some(_) => super::alter::first_body(conn, known.id)?,
        None => None,
    };
    let body = first.as_ref().or(known.body.as_ref());
    let is_same = known.deleted_at.is_some()
        || (body == Some(&draft.body)
            && known.reply_to.as_ref().map(|reply| reply.id) == draft.reply_to
            && known.files.iter().map(|file| file.id).eq(draft.file_ids.iter().copied()));
    if known.room_id != draft.room_id || !is_same {
        return Ok(Err(Code::NonceReused.into()));
    }
    let change = Arc::new(Change::new(ChangeKind::Created, known, None));
    Ok(Ok(Sent { change, replayed: true }))
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
