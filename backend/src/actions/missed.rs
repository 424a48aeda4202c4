//! What was missed: by a socket that comes back, by a node that was not told.
//!
//! For whoever fans out, not for people: messages come as their authors see them, and are shown to
//! each reader as that reader may see them on the way out.

use std::sync::Arc;

use super::{Context, Viewer, access, messages::page};
use crate::{
    error::{Code, Error, Result},
    model::{
        Effect, Rev, RoomId,
        page::{CHANGES_MAX, PAGE_ITEMS},
        span::{Fill, Page, Span},
    },
    policy::Deed,
    store::{Conn, messages, rooms},
};

/// Reads one page of what a member missed in a room after a cursor; without one, or with one beyond
/// the head, the newest page as a new base.
///
/// # Errors
/// `not_found`, `forbidden`, `room_staff_only`, `account_deactivated` for who may not hear the room.
pub async fn read(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    after: Option<Rev>,
) -> Result<Page> {
    let user_id = viewer.user_id;
    let read = move |conn: &mut Conn| {
        let head = access::check(conn, room_id, user_id, Deed::Read)?.head;
        if let Some(after) = after.filter(|after| *after <= head) {
            return Ok(Page { span: span(conn, room_id, head, after)?, head, reset: false });
        }
        let page = page(conn, room_id, user_id, head, None, CHANGES_MAX, PAGE_ITEMS)?;
        let span = Span { after: page.from, to: page.to, messages: page.messages };
        Ok(Page { span, head, reset: page.reset })
    };
    ctx.db.read(read).await
}

/// Reads what mends a gap in a room: one page of what changed after a number, and who came and went.
///
/// # Errors
/// `not_found` for a room that is gone.
pub async fn fill(ctx: &Context, room_id: RoomId, after: Rev) -> Result<Fill> {
    let here = ctx.here.clone();
    let read = move |conn: &mut Conn| {
        let head = rooms::find_head(conn, room_id)?.ok_or(Error::from(Code::NotFound))?;
        let span = span(conn, room_id, head, after)?;
        let mut effects = Vec::new();
        for (user_id, seq, is_member) in messages::memberships_since(conn, room_id, after)? {
            if !is_member {
                effects.push((seq, Effect::Gone { user_id }));
            } else if here.is_here(user_id)
                && let Some(room) = rooms::find(conn, &*here, room_id, user_id)?
            {
                effects.push((head, Effect::Joined { user_id, room: Arc::new(room) }));
            }
        }
        Ok(Fill { span, effects })
    };
    ctx.db.read(read).await
}

fn span(conn: &mut Conn, room_id: RoomId, head: Rev, after: Rev) -> Result<Span> {
    let (messages, is_all) = messages::changes(conn, room_id, after, CHANGES_MAX, None)?;
    let last = messages.last().map_or(head, |message| message.rev);
    Ok(Span { after, to: if is_all { head.max(after) } else { last }, messages })
}
