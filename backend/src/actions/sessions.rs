//! Sessions: who is asking, what they are signed in with, and how that ends.

use std::time::Duration;

use super::{
    Caller, Context, Viewer,
    audit::{self, About, By, Done},
    pages,
};
use crate::{
    error::{Code, Error, Result},
    keys::opaque::{self, PERSONAL_PREFIX},
    model::{
        SessionId, Timestamp,
        account::{ListSessions, Session},
        page::List,
    },
    store::{
        Conn, Tx,
        sessions::{self, Live},
        tokens,
    },
};

/// How often it is written down that a session is in use.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// How much of a program's name is kept, in code points.
const USER_AGENT_CHARS_MAX: usize = 256;

/// Who an access token, or a personal one, stands for: its signature and its times are checked, and then the session and
/// the account are looked up, every time (SECURITY, TK-7).
///
/// # Errors
/// `unauthenticated`, `token_expired`, `session_revoked`, `account_deactivated`.
pub async fn authenticate(ctx: &Context, token: &str) -> Result<Viewer> {
    Ok(look_up(ctx, token).await?.0)
}

/// The same, and remembers, once a minute at the most, that the session is in use and from where.
///
/// # Errors
/// Those of [`authenticate`].
pub async fn authenticate_from(ctx: &Context, token: &str, caller: &Caller) -> Result<Viewer> {
    let (viewer, last_seen_at) = look_up(ctx, token).await?;
    let viewer = Viewer { caller: caller.clone(), ..viewer };
    if ctx.db.clock().now().since(last_seen_at) >= SEEN_EVERY {
        let (id, caller) = (viewer.session_id, caller.clone());
        let touched = ctx.db.write(move |tx| {
            let user_agent = user_agent(&caller);
            Ok(sessions::touch(tx, id, caller.ip, user_agent.as_deref())?)
        });
        // Reading goes on when nothing can be written, so this must not refuse anybody.
        if let Err(error) = touched.await {
            tracing::warn!(%error, "it was not noted that a session is in use");
        }
    }
    Ok(viewer)
}

async fn look_up(ctx: &Context, token: &str) -> Result<(Viewer, Timestamp)> {
    let now = ctx.db.clock().now();
    if token.starts_with(PERSONAL_PREFIX) {
        return look_up_personal(ctx, token, now).await;
    }
    let access = ctx.keys.verify(token, now)?;
    let found = ctx.db.session(access.session_id).await?;
    let live = found.ok_or_else(|| Error::from(Code::SessionRevoked))?;
    if live.user_id != access.user_id {
        return Err(Code::Unauthenticated.into());
    }
    check_live(&live, now)?;
    Ok((viewer(access.session_id, access.expires_at, &live), live.last_seen_at))
}

/// The same for a personal access token.
async fn look_up_personal(
    ctx: &Context,
    token: &str,
    now: Timestamp,
) -> Result<(Viewer, Timestamp)> {
    let unauthenticated = || Error::from(Code::Unauthenticated);
    let hash = opaque::hash_of_personal(token).ok_or_else(unauthenticated)?;
    let found = ctx.db.check(move |conn| {
        let Some(id) = tokens::find_id(conn, &hash)? else { return Ok(None) };
        Ok(sessions::find(conn, id)?.map(|live| (id, live)))
    });
    let (id, live) = found.await?.ok_or_else(unauthenticated)?;
    check_live(&live, now)?;
    Ok((viewer(id, live.expires_at, &live), live.last_seen_at))
}

fn viewer(session_id: SessionId, expires_at: Timestamp, live: &Live) -> Viewer {
    Viewer {
        user_id: live.user_id,
        session_id,
        is_staff: live.is_staff,
        is_superuser: live.is_superuser,
        locale: live.locale,
        expires_at,
        reach: live.reach.clone(),
        caller: Caller::default(),
    }
}

/// Whether a session may still be used.
///
/// # Errors
/// `session_revoked`, `account_deactivated`.
pub(super) fn check_live(live: &Live, now: Timestamp) -> Result<()> {
    if !live.is_active {
        return Err(Code::AccountDeactivated.into());
    }
    if live.is_revoked || live.expires_at <= now {
        return Err(Code::SessionRevoked.into());
    }
    Ok(())
}

/// Allows a commit only while the session that asks for it may be used: it may have ended after the call
/// was admitted, while its body came or a password was hashed. Whoever ended it must not find that it
/// left something behind (GUARANTEES, G9). After what changes the account itself, so that commits take
/// their turns in one order.
///
/// # Errors
/// `session_revoked`, `account_deactivated`.
pub(super) fn check_still(tx: &mut Tx<'_>, id: SessionId) -> Result<()> {
    let live = sessions::hold(tx, id)?.ok_or_else(|| Error::from(Code::SessionRevoked))?;
    check_live(&live, tx.now)
}

/// The name of the caller's program, as it is kept: short, on one line.
pub(super) fn user_agent(caller: &Caller) -> Option<String> {
    let text = caller.user_agent.as_deref()?;
    Some(text.chars().filter(|char| !char.is_control()).take(USER_AGENT_CHARS_MAX).collect())
}

/// Lists the viewer's live sessions.
///
/// # Errors
/// `invalid`.
pub async fn list(ctx: &Context, viewer: &Viewer, wanted: ListSessions) -> Result<List<Session>> {
    let ListSessions { search, ordering, limit, cursor } = wanted;
    let (user_id, current) = (viewer.user_id, viewer.session_id);
    let now = ctx.db.clock().now();
    let list = format!("sessions:{ordering:?}");
    let wanted = pages::wanted(&list, limit, cursor.as_deref())?;
    let which = sessions::Which { search: pages::search(search.as_deref())?, ordering };
    let read =
        move |conn: &mut Conn| Ok(sessions::list(conn, user_id, current, now, &which, &wanted)?);
    Ok(pages::answer(&list, ctx.db.read(read).await?))
}

/// Ends one of the viewer's sessions; its sockets are told once that is durable.
///
/// # Errors
/// `not_found` where the viewer has no such live session.
pub async fn revoke(ctx: &Context, viewer: &Viewer, id: SessionId) -> Result<()> {
    let revoked = end(ctx, viewer, id, Done::SessionRevoked).await?;
    if !revoked {
        return Err(Code::NotFound.into());
    }
    audit::note(Done::SessionRevoked, Some(viewer.user_id), &viewer.caller);
    Ok(())
}

/// Ends the session that the viewer asks with.
///
/// # Errors
/// Those of the store.
pub async fn log_out(ctx: &Context, viewer: &Viewer) -> Result<()> {
    end(ctx, viewer, viewer.session_id, Done::SignedOut).await?;
    Ok(())
}

async fn end(ctx: &Context, viewer: &Viewer, id: SessionId, done: Done) -> Result<bool> {
    let (user_id, by) = (viewer.user_id, By::from(viewer));
    let write = move |tx: &mut Tx<'_>| {
        let revoked = sessions::revoke(tx, user_id, id)?;
        if revoked {
            audit::record(tx, done, &by, About::session(id, user_id))?;
        }
        Ok(revoked)
    };
    ctx.db.write(write).await
}
