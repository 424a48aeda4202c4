//! Staying signed in: the next tokens for a refresh token, and what becomes of one that was used before.

use std::time::Duration;

use super::{Begun, Grant, grant, lifetime};
use crate::{
    actions::{
        Caller, Context,
        audit::{self, About, By, Done},
        sessions::check_live,
    },
    error::{Code, Error, Result},
    keys::RefreshToken,
    model::{SessionId, Timestamp},
    store::sessions::{self, Live},
};

/// For how long the refresh token before the current one still gives the same successor: two tabs
/// may refresh at once, and an answer may get lost.
const GRACE: Duration = Duration::from_secs(10);

/// Gives the next tokens for a refresh token. An old one is a sign that somebody else has it, so it
/// ends the whole session (SECURITY, TK-5).
///
/// # Errors
/// `unauthenticated` for what is no refresh token; `session_revoked`, `account_deactivated`.
pub async fn refresh(ctx: &Context, caller: &Caller, token: &str) -> Result<Grant> {
    let unauthenticated = || Error::from(Code::Unauthenticated);
    let token = RefreshToken::parse(token).ok_or_else(unauthenticated)?;
    let (keys, caller) = (ctx.keys.clone(), caller.clone());
    let begun = ctx.db.write(move |tx| {
        let live = sessions::find(tx.conn, token.session_id)?;
        let live = live.filter(|live| keys.is_refresh_token(&token, &live.salt));
        let live = live.ok_or_else(unauthenticated)?;
        check_live(&live, tx.now)?;
        match successor(&live, token.generation, tx.now) {
            Successor::Next => {
                let expires_at = tx.now.after(lifetime(live.remember));
                sessions::rotate(tx, token.session_id, expires_at)?;
                let generation = live.generation + 1;
                Ok(Some(refreshed(token.session_id, Live { generation, expires_at, ..live })))
            }
            Successor::Same => Ok(Some(refreshed(token.session_id, live))),
            Successor::None => {
                sessions::revoke(tx, live.user_id, token.session_id)?;
                let about = About::session(token.session_id, live.user_id);
                audit::record(tx, Done::RefreshReused, &By::caller(&caller, None), about)?;
                audit::note(Done::RefreshReused, Some(live.user_id), &caller);
                Ok(None)
            }
        }
    });
    match begun.await? {
        Some(begun) => grant(ctx, begun).await,
        None => Err(Code::SessionRevoked.into()),
    }
}

/// What a refresh token of a generation is good for.
enum Successor {
    /// The generation after the current one.
    Next,
    /// The current one, once more.
    Same,
    /// Nothing: it was used before.
    None,
}

fn successor(live: &Live, generation: i64, now: Timestamp) -> Successor {
    if generation == live.generation {
        Successor::Next
    } else if generation + 1 == live.generation && now.since(live.rotated_at) <= GRACE {
        Successor::Same
    } else {
        Successor::None
    }
}

fn refreshed(id: SessionId, live: Live) -> Begun {
    let Live { user_id, generation, salt, remember, expires_at, .. } = live;
    Begun { id, user_id, generation, salt, remember, expires_at }
}
