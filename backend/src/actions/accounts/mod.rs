//! Accounts: signing up, signing in, and staying signed in.
//!
//! Nothing here says whether an account exists: a wrong name and a wrong password give the same
//! answer after the same work (SECURITY, AU-5).

mod refreshing;
mod signing_in;
mod signing_up;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

use super::{Caller, Context, sessions::user_agent};
use crate::{
    error::{Code, Error, Result},
    keys::ACCESS_S,
    model::{
        SessionId, Timestamp, UserId,
        account::{TokenType, Tokens},
    },
    store::{
        Tx, profiles,
        sessions::{self, NewSession},
    },
};

pub use refreshing::refresh;
pub use signing_in::log_in;
pub(super) use signing_up::{Given, draft, known_words, site_words};
pub use signing_up::{Registered, create_superuser, register};

/// How long a session lasts without being refreshed.
const SESSION: Duration = Duration::from_secs(24 * 60 * 60);
/// The same, for somebody who asked to be remembered.
const SESSION_REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The longest e-mail address (RFC 5321).
pub(super) const EMAIL_CHARS_MAX: usize = 254;

/// What a sign-up, a sign-in or a refresh gives. The refresh token is in `tokens`; whoever wants it
/// in a cookie takes it out.
#[derive(Clone)]
pub struct Grant {
    /// The answer.
    pub tokens: Tokens,
    /// Whether the session lasts for weeks.
    pub remember: bool,
    /// When it ends if it is not refreshed.
    pub expires_at: Timestamp,
}

/// A session that was begun or refreshed, as the commit saw it.
pub(super) struct Begun {
    id: SessionId,
    user_id: UserId,
    generation: i64,
    salt: String,
    remember: bool,
    expires_at: Timestamp,
}

impl Begun {
    pub(super) fn id(&self) -> SessionId {
        self.id
    }

    pub(super) fn user_id(&self) -> UserId {
        self.user_id
    }
}

/// Begins a session of somebody who has shown who they are.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    user_id: UserId,
    remember: bool,
    caller: &Caller,
) -> Result<Begun> {
    let session = NewSession {
        user_id,
        salt: BASE64.encode(rand::random::<[u8; 16]>()),
        remember,
        ip: caller.ip,
        user_agent: user_agent(caller),
        expires_at: tx.now.after(lifetime(remember)),
    };
    let id = sessions::insert(tx, &session)?;
    let NewSession { salt, expires_at, .. } = session;
    Ok(Begun { id, user_id, generation: 0, salt, remember, expires_at })
}

fn lifetime(remember: bool) -> Duration {
    if remember { SESSION_REMEMBERED } else { SESSION }
}

/// The tokens of a session.
pub(super) async fn grant(ctx: &Context, begun: Begun) -> Result<Grant> {
    let Begun { id, user_id, generation, salt, remember, expires_at } = begun;
    let access_token = ctx.keys.sign(user_id, id, ctx.db.clock().now())?;
    let refresh_token = Some(ctx.keys.refresh_token(id, generation, &salt)?);
    let here = ctx.here.clone();
    let me = ctx.db.read(move |conn| Ok(profiles::find_me(conn, &*here, user_id)?)).await?;
    let profile = me.ok_or_else(|| Error::from(Code::Unauthenticated))?;
    let token_type = TokenType::Bearer;
    let tokens = Tokens { access_token, token_type, expires_in: ACCESS_S, refresh_token, profile };
    Ok(Grant { tokens, remember, expires_at })
}
