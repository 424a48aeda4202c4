//! Messages after they were sent: another text, none at all, emoji on them, and what they said before.

use super::{
    super::{
        Context, Viewer, access,
        audit::{self, About, By, Done},
        pages, texts,
    },
    number,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    limits::Limits,
    model::{
        Change, Message, MessageId, Rev, UserId,
        message::{
            DeleteMessage, EditMessage, FormerBody, ListEdits, REACTIONS_MAX, REACTIONS_OWN_MAX,
        },
        page::List,
    },
    policy::MessageDeed,
    store::{
        Conn, Tx,
        messages::{self, Stored, Tally},
    },
};

/// Gives the viewer's message another text. The same text as it has changes nothing.
///
/// # Errors
/// `invalid`, `rate_limited`, `not_found`, `forbidden`; `conflict` when the message was deleted, or changed since
/// `if_rev`.
pub async fn edit(
    ctx: &Context,
    viewer: &Viewer,
    id: MessageId,
    edit: EditMessage,
) -> Result<Message> {
    let viewer_id = viewer.user_id;
    let limits = ctx.limits.clone();
    let body = texts::caption(&edit.body)?;
    let if_rev = edit.if_rev.map(|rev| number("if_rev", rev)).transpose()?;
    let write = move |tx: &mut Tx<'_>| {
        let message = access::check_message(tx.conn, id, viewer_id, MessageDeed::Edit, true)?;
        if message.is_deleted {
            return Err(Code::Conflict.into());
        }
        if body.is_empty() && !message.has_files {
            return Err(Error::field("body", Flaw::Blank));
        }
        if message.body.as_ref() == Some(&body) {
            return present(tx, &message, viewer_id);
        }
        check_rev(&message, if_rev)?;
        admit(&limits, tx, &message, viewer_id)?;
        let change = messages::update_body(tx, &message, &body)?;
        Ok(announce(tx, change, viewer_id))
    };
    ctx.db.write(write).await
}

/// Deletes a message for ever: its text, the emoji on it and what it said before. What is left is a
/// tombstone. Deleting it again changes nothing.
///
/// # Errors
/// `invalid`, `not_found`, `forbidden`; `conflict` when the message changed since `if_rev`.
pub async fn delete(
    ctx: &Context,
    viewer: &Viewer,
    id: MessageId,
    delete: DeleteMessage,
) -> Result<Message> {
    let (viewer_id, by) = (viewer.user_id, By::from(viewer));
    let if_rev = delete.if_rev.map(|rev| number("if_rev", rev)).transpose()?;
    let write = move |tx: &mut Tx<'_>| {
        let message = access::check_message(tx.conn, id, viewer_id, MessageDeed::Delete, true)?;
        if message.is_deleted {
            return present(tx, &message, viewer_id);
        }
        check_rev(&message, if_rev)?;
        if message.author_id != viewer_id {
            let about = About::message(id, message.room_id, message.author_id);
            audit::record(tx, Done::MessageDeleted, &by, about)?;
        }
        let change = messages::delete(tx, &message)?;
        Ok(announce(tx, change, viewer_id))
    };
    ctx.db.write(write).await
}

/// Puts an emoji on a message. Doing it again changes nothing.
///
/// # Errors
/// `invalid` for what is not one emoji, or one too many; `rate_limited`; `not_found`; `forbidden` for a note of the
/// room itself; `conflict` when the message was deleted.
pub async fn react(ctx: &Context, viewer: &Viewer, id: MessageId, emoji: &str) -> Result<Message> {
    let viewer_id = viewer.user_id;
    let limits = ctx.limits.clone();
    let emoji = texts::emoji(emoji)?;
    let write = move |tx: &mut Tx<'_>| {
        let message = access::check_message(tx.conn, id, viewer_id, MessageDeed::React, true)?;
        if message.is_deleted {
            return Err(Code::Conflict.into());
        }
        let tally = messages::tally(tx.conn, id, emoji, viewer_id)?;
        if tally.is_there {
            return present(tx, &message, viewer_id);
        }
        check_room_for_one_more(tally)?;
        admit(&limits, tx, &message, viewer_id)?;
        let change = messages::insert_reaction(tx, &message, emoji, viewer_id)?;
        Ok(announce(tx, change, viewer_id))
    };
    ctx.db.write(write).await
}

/// Takes the viewer's emoji from a message. Doing it again changes nothing.
///
/// # Errors
/// `invalid` for what is not one emoji; `rate_limited`; `not_found`; `forbidden` for a note of the room itself.
pub async fn unreact(
    ctx: &Context,
    viewer: &Viewer,
    id: MessageId,
    emoji: &str,
) -> Result<Message> {
    let viewer_id = viewer.user_id;
    let limits = ctx.limits.clone();
    let emoji = texts::emoji(emoji)?;
    let write = move |tx: &mut Tx<'_>| {
        let message = access::check_message(tx.conn, id, viewer_id, MessageDeed::React, true)?;
        match messages::delete_reaction(tx, &message, emoji, viewer_id)? {
            Some(change) => {
                admit(&limits, tx, &message, viewer_id)?;
                Ok(announce(tx, change, viewer_id))
            }
            None => present(tx, &message, viewer_id),
        }
    };
    ctx.db.write(write).await
}

/// Lists what a message said before each of its edits; nothing of a deleted one.
///
/// # Errors
/// `invalid`, `not_found`; `forbidden` unless the viewer wrote it or moderates the room.
pub async fn edits(
    ctx: &Context,
    viewer: &Viewer,
    id: MessageId,
    wanted: ListEdits,
) -> Result<List<FormerBody>> {
    let viewer_id = viewer.user_id;
    let ListEdits { ordering, limit, cursor } = wanted;
    let list = format!("edits:{id}:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let read = move |conn: &mut Conn| {
        access::check_message(conn, id, viewer_id, MessageDeed::History, false)?;
        Ok(messages::edits(conn, id, ordering, &wanted)?)
    };
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Whatever everybody in the room is told of is counted; a deletion is not, since it ends what could be
/// done too often.
fn admit(limits: &Limits, tx: &Tx<'_>, message: &Stored, viewer_id: UserId) -> Result<()> {
    limits.alterations.take(&(viewer_id, message.room_id), tx.now).check()
}

fn check_rev(message: &Stored, if_rev: Option<Rev>) -> Result<()> {
    match if_rev {
        Some(known) if known != message.rev => Err(Code::Conflict.into()),
        _ => Ok(()),
    }
}

fn check_room_for_one_more(tally: Tally) -> Result<()> {
    let too_many = |max| Err(Error::field("emoji", Flaw::TooMany(max)));
    match tally {
        Tally { own, .. } if own >= REACTIONS_OWN_MAX => too_many(REACTIONS_OWN_MAX),
        Tally { is_known: false, all, .. } if all >= REACTIONS_MAX => too_many(REACTIONS_MAX),
        _ => Ok(()),
    }
}

/// Tells of a change, and answers the message as the viewer sees it.
fn announce(tx: &mut Tx<'_>, change: Change, viewer_id: UserId) -> Message {
    let mut message = tx.announce_change(change).message.clone();
    message.nonce = message.nonce.filter(|_| message.author.id == viewer_id);
    message
}

/// The message as it is and as the viewer sees it.
fn present(tx: &mut Tx<'_>, message: &Stored, viewer_id: UserId) -> Result<Message> {
    messages::find(tx.conn, message.id, viewer_id)?.ok_or(Code::NotFound.into())
}
