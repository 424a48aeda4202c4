//! Whispers: said to one person who is online in a room, kept nowhere, logged nowhere.

use std::sync::Mutex;

use tokio::sync::oneshot;

use super::{Context, Viewer, access, texts};
use crate::{
    error::{Code, Error, Result},
    model::{
        RoomId, UserId,
        id::WhisperId,
        live::{Delivered, Origin, PostWhisper, Receipt, Whispered},
    },
    policy::{self, Barrier},
    store::{Conn, blocks, members},
};

/// Whispers. Answers once it was queued to a socket of the person whom it is for; then the viewer's
/// other sockets in the room are told of it too.
///
/// # Errors
/// `invalid` (`to` is not a member, or oneself), `blocked_by_you`, `not_accepted`, `rate_limited`, `not_found`, `forbidden`,
/// `room_staff_only`; `not_online` when it was not queued.
pub async fn send(
    ctx: &Context,
    viewer: &Viewer,
    room_id: RoomId,
    whisper: PostWhisper,
    origin: Option<Origin>,
) -> Result<Delivered> {
    let PostWhisper { to, body } = whisper;
    let (from, now) = (viewer.user_id, ctx.db.clock().now());
    ctx.limits.messages.take(&(from, room_id), now).check()?;
    let body = texts::whisper(&body)?;
    access::check_live(ctx, room_id, from).await?;
    policy::may_whisper_to(from == to, is_member(ctx, room_id, to).await?)?;
    policy::may_reach(barrier(ctx, from, to).await?)?;
    let whisper_id = WhisperId::of(rand::random());
    let whispered = Whispered { whisper_id, room_id, from, to, body, sent_at: now };
    // Whoever shows to be offline is answered for as if they were.
    if ctx.here.hides(to) || !queue(ctx, &whispered).await {
        return Err(Code::NotOnline.into());
    }
    ctx.live.whisper(&whispered, from, origin, Receipt::new(|| {}));
    Ok(Delivered { whisper_id, delivered: true })
}

/// Whoever hears a room is a member of it; of others the database knows.
async fn is_member(ctx: &Context, room_id: RoomId, user_id: UserId) -> Result<bool> {
    if access::hears(ctx, room_id, user_id) {
        return Ok(true);
    }
    let read = move |conn: &mut Conn| {
        let standing = members::find_standing(conn, room_id, user_id)?;
        Ok(standing.is_some_and(|standing| standing.asker.role.is_some()))
    };
    ctx.db.read(read).await
}

/// What stands between two people; nothing while the database does not answer, since whispers go on
/// then.
async fn barrier(ctx: &Context, from: UserId, to: UserId) -> Result<Barrier> {
    let read = move |conn: &mut Conn| Ok(blocks::find_between(conn, from, to)?);
    match ctx.db.read(read).await {
        Err(Error { code: Code::Unavailable, .. }) => Ok(Barrier::None),
        found => found,
    }
}

/// Says whether it was queued to any socket.
async fn queue(ctx: &Context, whispered: &Whispered) -> bool {
    let (done, queued) = oneshot::channel();
    let done = Mutex::new(Some(done));
    let receipt = Receipt::new(move || {
        let done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        // Nobody waits any more where the caller is gone.
        done.map(|done| done.send(()).ok());
    });
    ctx.live.whisper(whispered, whispered.to, None, receipt);
    queued.await.is_ok()
}
