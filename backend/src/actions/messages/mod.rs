//! Sending, and reading what was sent: by number in a room, by what changed since, one by one.

mod altering;
mod searching;

use std::collections::BTreeSet;

use super::{Context, Viewer, access, pages, texts};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        Message, MessageId, Rev, RoomId, Seq, UserId,
        file::FILES_PER_MESSAGE_MAX,
        id::{FileId, ID_MAX},
        message::{NewMessage, ReadHistory},
        page::{CHANGES_MAX, Changes, History, PAGE_ITEMS, PAGE_ITEMS_MAX, ReadChanges, Written},
    },
    policy::Deed,
    store::{
        Conn, Draft, PageAsked, Sent,
        messages::{self, Part},
    },
};

/// No name of a database's history is longer.
const EPOCH_CHARS_MAX: usize = 64;

pub use altering::{delete, edit, edits, react, unreact};
pub use searching::search;

/// Sends a message. It is in line, before everything that is sent later, when this returns: what one
/// client sends in order is stored in order. The future answers once it is durable.
///
/// # Errors
/// `invalid`, `rate_limited`, `not_found`, `forbidden`, `room_staff_only`, `nonce_reused`;
/// `retry_same_nonce` when the outcome is unknown, `unavailable`, `storage_full`.
pub fn send(
    ctx: &Context,
    viewer: &Viewer,
    message: NewMessage,
) -> impl Future<Output = Result<Sent>> + use<> {
    let (whose, now) = ((viewer.user_id, message.room_id), ctx.db.clock().now());
    let admitted = ctx.limits.messages.take(&whose, now).check();
    let draft = admitted.and_then(|()| draft(viewer.user_id, message));
    let queued = draft.map(|draft| ctx.db.send(draft));
    async move { queued?.await }
}

fn draft(author_id: UserId, message: NewMessage) -> Result<Draft> {
    let NewMessage { room_id, body, nonce, reply_to, file_ids } = message;
    check_files(&file_ids)?;
    let body = if file_ids.is_empty() { texts::body(&body)? } else { texts::caption(&body)? };
    if let Some(nonce) = &nonce {
        texts::nonce(nonce)?;
    }
    Ok(Draft { room_id, author_id, body, nonce, reply_to, file_ids })
}

fn check_files(ids: &[FileId]) -> Result<()> {
    if ids.len() > FILES_PER_MESSAGE_MAX {
        let max = i64::try_from(FILES_PER_MESSAGE_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("file_ids", Flaw::TooMany(max)));
    }
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        return Err(Error::field("file_ids", Flaw::Duplicate));
    }
    Ok(())
}

/// Reads a part of a room's history, oldest first.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `room_staff_only`.
pub async fn history(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    wanted: ReadHistory,
) -> Result<Written<History>> {
    let user_id = viewer.user_id;
    let limit = pages::limit(wanted.limit, PAGE_ITEMS, PAGE_ITEMS_MAX)?;
    let part = part(wanted)?;
    let asked = PageAsked { room_id, part, limit };
    if let Some((page, standing)) = ctx.db.page_if_known(asked, user_id) {
        access::decide(&standing, Deed::Read)?;
        return Ok(page);
    }
    let read = move |conn: &mut Conn| {
        let standing = access::check(conn, room_id, user_id, Deed::Read)?;
        let items = messages::list(conn, room_id, part, limit, user_id)?;
        let (first, last) = edges(&items, part);
        let (has_before, has_after) = messages::neighbours(conn, room_id, first, last)?;
        Ok((standing, History { items, head: standing.head, has_before, has_after }))
    };
    ctx.db.page(asked, user_id, read).await
}

fn part(wanted: ReadHistory) -> Result<Part> {
    let ReadHistory { before, after, around, .. } = wanted;
    let given = [("before", before), ("after", after), ("around", around)];
    for (field, seq) in given {
        if let Some(seq) = seq {
            number(field, seq)?;
        }
    }
    match (before, after, around) {
        (None, None, None) => Ok(Part::Newest),
        (Some(seq), None, None) => Ok(Part::Before(seq)),
        (None, Some(seq), None) => Ok(Part::After(seq)),
        (None, None, Some(seq)) => Ok(Part::Around(seq)),
        _ => {
            // One of them is fine: the others are what is too much.
            let second = given.into_iter().filter(|(_, seq)| seq.is_some()).skip(1);
            Err(second.fold(Code::Invalid.into(), |error: Error, (field, _)| {
                error.and(field, Flaw::NotAllowed)
            }))
        }
    }
}

/// The numbers beyond which a page's neighbours lie, also of a page without messages.
fn edges(items: &[Message], part: Part) -> (Seq, Seq) {
    match (items.first(), items.last(), part) {
        (Some(first), Some(last), _) => (first.seq, last.seq),
        (_, _, Part::Before(seq)) => (seq, seq - 1),
        (_, _, Part::After(seq)) => (seq + 1, seq),
        (_, _, Part::Around(seq)) => (seq, seq - 1),
        (_, _, Part::Newest) => (0, 0),
    }
}

/// Reads what changed in a room after a cursor: every message that is new or different, as it is now.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`, `room_staff_only`.
pub async fn changes(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    wanted: ReadChanges,
) -> Result<Changes> {
    let user_id = viewer.user_id;
    let after = number("after", wanted.after)?;
    let limit = pages::limit(wanted.limit, CHANGES_MAX, CHANGES_MAX)?;
    if wanted.epoch.as_ref().is_some_and(|epoch| epoch.chars().count() > EPOCH_CHARS_MAX) {
        return Err(Error::field("epoch", Flaw::TooLong(EPOCH_CHARS_MAX)));
    }
    let epoch = ctx.db.epoch().to_string();
    let same_history = wanted.epoch.is_none_or(|known| known == epoch);
    let read = move |conn: &mut Conn| {
        let head = access::check(conn, room_id, user_id, Deed::Read)?.head;
        let after = same_history.then_some(after);
        let newest = limit.min(PAGE_ITEMS);
        let page = page(conn, room_id, user_id, head, after, limit, newest)?;
        let Page { from, to, reset, messages } = page;
        Ok(Changes { room_id, epoch, from, to, head, reset, messages })
    };
    ctx.db.read(read).await
}

/// A page of what changed.
pub(super) struct Page {
    pub(super) from: Rev,
    pub(super) to: Rev,
    pub(super) reset: bool,
    pub(super) messages: Vec<Message>,
}

/// What changed after a cursor, at most `limit` messages; or the `newest` messages, as many as fit into a
/// page, as a new base for somebody who has none, or whose cursor belongs to another history.
pub(super) fn page(
    conn: &mut Conn,
    room_id: RoomId,
    reader: UserId,
    head: Rev,
    after: Option<Rev>,
    limit: i64,
    newest: i64,
) -> Result<Page> {
    if let Some(from) = after.filter(|after| *after <= head) {
        let (messages, all) = messages::changes(conn, room_id, from, limit, Some(reader))?;
        let last = messages.last().map_or(head, |message| message.rev);
        return Ok(Page { from, to: if all { head } else { last }, reset: false, messages });
    }
    let mut messages = messages::newest(conn, room_id, newest, reader)?;
    messages.sort_by_key(|message| message.rev);
    Ok(Page { from: 0, to: head, reset: true, messages })
}

/// Reads one message.
///
/// # Errors
/// `not_found`, also when its room may not be read.
pub async fn get(ctx: &Context, viewer: &Viewer, id: MessageId) -> Result<Message> {
    let user_id = viewer.user_id;
    let read = move |conn: &mut Conn| {
        let gone = || Error::from(Code::NotFound);
        access::check_reader(conn, id, user_id)?;
        messages::find(conn, id, user_id)?.ok_or_else(gone)
    };
    ctx.db.read(read).await
}

/// A `seq` or a `rev` that a client named.
pub(super) fn number(field: &'static str, number: i64) -> Result<i64> {
    if (0..=ID_MAX).contains(&number) {
        Ok(number)
    } else {
        Err(Error::field(field, Flaw::OutOfRange(0, ID_MAX)))
    }
}
