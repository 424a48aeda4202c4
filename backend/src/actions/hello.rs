//! What somebody is told who opens a socket.

use std::time::Duration;

use super::{Context, Viewer, sessions::check_live};
use crate::{
    error::{Code, Error, Result},
    model::event::Ready,
    store::{Conn, profiles, rooms, sessions},
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
    let (here, now) = (ctx.here.clone(), ctx.db.clock().now());
    let epoch = ctx.db.epoch().to_string();
    let read = move |conn: &mut Conn| {
        let live = sessions::find(conn, session_id)?;
        check_live(&live.ok_or(Error::from(Code::SessionRevoked))?, now)?;
        let profile = profiles::find_me(conn, &*here, user_id)?;
        let profile = profile.ok_or(Error::from(Code::Unauthenticated))?;
        let rooms = rooms::list_mine(conn, &*here, user_id)?;
        let heartbeat_s = u32::try_from(HEARTBEAT.as_secs()).unwrap_or(u32::MAX);
        Ok(Ready { session_id, profile, epoch, heartbeat_s, rooms })
    };
    ctx.db.read(read).await
}
