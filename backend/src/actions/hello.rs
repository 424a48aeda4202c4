//! What somebody is told who opens a socket.

use std::time::Duration;

use super::{Context, Viewer, sessions::check_live};
use crate::{
    error::{Code, Error, Result},
    model::event::Ready,
};

/// How often the server asks a socket for a sign of life.
pub const HEARTBEAT: Duration = Duration::from_secs(20);

/// Reads who the viewer is and every room of which the viewer is a member, in one snapshot, and
/// whether the session still lives in it.
///
/// # Errors
/// `session_revoked`, `account_deactivated`, `unavailable`.
pub async fn ready(ctx: &Context, viewer: &Viewer) -> Result<Ready> {
    let (user_id, session_id) = (viewer.user_id, viewer.session_id);
    let home = ctx.db.home(user_id, session_id).await?;
    let live = home.live.as_ref().ok_or(Error::from(Code::SessionRevoked))?;
    check_live(live, ctx.db.clock().now())?;
    let own = home.own.as_ref().ok_or(Error::from(Code::Unauthenticated))?;
    let server_name = super::server::name(ctx).await?.to_string();
    Ok(Ready {
        session_id,
        profile: own.shown(&*ctx.here),
        server_name,
        epoch: ctx.db.epoch().to_string(),
        heartbeat_s: u32::try_from(HEARTBEAT.as_secs()).unwrap_or(u32::MAX),
        rooms: home.rooms.shown(&*ctx.here),
    })
}
