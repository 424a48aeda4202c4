//! Typing: told to whoever looks at the room, kept nowhere.

use super::{Context, Viewer, access};
use crate::{
    error::Result,
    model::{RoomId, live::Origin},
};

/// The viewer types in a room. Said too often, it is not told again.
///
/// # Errors
/// `not_found`, `forbidden`, `room_staff_only`.
pub async fn start(ctx: &Context, viewer: &Viewer, room_id: RoomId, origin: Origin) -> Result<()> {
    access::check_live(ctx, room_id, viewer.user_id).await?;
    ctx.live.typing_started(room_id, viewer.user_id, origin, ctx.db.clock().now());
    Ok(())
}

/// The viewer does no longer.
///
/// # Errors
/// `not_found`, `forbidden`, `room_staff_only`.
pub async fn stop(ctx: &Context, viewer: &Viewer, room_id: RoomId) -> Result<()> {
    access::check_live(ctx, room_id, viewer.user_id).await?;
    ctx.live.typing_stopped(room_id, viewer.user_id, ctx.db.clock().now());
    Ok(())
}
