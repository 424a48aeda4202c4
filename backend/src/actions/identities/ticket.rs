//! What whoever begins keeps until the browser comes back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    super::{Context, audit},
    Caller, Done, find,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{SessionId, UserId, identity::Begun},
    oidc::{Brought, Claimed, Provider},
    store::{Tx, tickets},
};

/// How long somebody may take over the provider's pages.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// What a ticket is for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    SignIn,
    Connect,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in by a provider",
            Self::Connect => "connecting a provider",
        }
    }
}

/// What is sealed in a ticket.
#[derive(Serialize, Deserialize)]
struct Ticket {
    issuer: String,
    state: String,
    nonce: String,
    verifier: String,
    redirect_uri: String,
    remember: bool,
    /// Who connects, and in which session.
    viewer: Option<(UserId, SessionId)>,
}

/// What somebody who comes back has kept and brought.
pub(super) struct Back<'a> {
    pub(super) ticket: &'a str,
    pub(super) code: String,
    pub(super) state: &'a str,
    pub(super) iss: Option<String>,
}

/// What came of it.
pub(super) struct Confirmed {
    pub(super) issuer: String,
    pub(super) label: String,
    pub(super) claimed: Claimed,
    pub(super) remember: bool,
}

impl Confirmed {
    /// What the person knows the identity by.
    pub(super) fn name(&self) -> Option<String> {
        let Claimed { email, username, name, .. } = &self.claimed;
        let name = email.as_ref().or(username.as_ref()).or(name.as_ref())?;
        Some(name.chars().filter(|char| !char.is_control()).take(NAME_CHARS_MAX).collect())
    }
}

/// How much is kept of what an identity is called, in code points.
const NAME_CHARS_MAX: usize = 254;

/// Asks the provider where to send the browser, and makes the ticket.
pub(super) async fn make(
    ctx: &Context,
    purpose: Purpose,
    issuer: &str,
    redirect_uri: String,
    remember: bool,
    viewer: Option<(UserId, SessionId)>,
) -> Result<Begun> {
    let provider = find(ctx, issuer).cloned();
    let provider = provider.ok_or_else(|| Error::field("issuer", Flaw::NotFound))?;
    let now = ctx.db.clock().now();
    let asked = provider.begin(redirect_uri.clone(), now).await?;
    let ticket = Ticket {
        issuer: issuer.to_owned(),
        state: asked.state,
        nonce: asked.nonce,
        verifier: asked.verifier,
        redirect_uri,
        remember,
        viewer,
    };
    Ok(Begun {
        authorization_url: asked.url,
        ticket: ctx.keys.seal(purpose.name(), ticket, now.after(LIFETIME))?,
        expires_in: i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX),
    })
}

/// Opens a ticket, uses it up and asks the provider who it is that came back. The ticket is used before
/// the provider is asked, so that nobody tries several codes with one.
///
/// # Errors
/// `sign_in_expired`, `provider_refused`, `provider_unavailable`, `unavailable`.
pub(super) async fn redeem(
    ctx: &Context,
    caller: &Caller,
    purpose: Purpose,
    back: Back<'_>,
    viewer: Option<(UserId, SessionId)>,
) -> Result<Confirmed> {
    let expired = || Error::from(Code::SignInExpired);
    let now = ctx.db.clock().now();
    let opened = ctx.keys.open_sealed::<Ticket>(purpose.name(), back.ticket, now);
    let opened = opened.ok_or_else(expired)?;
    let Ticket { issuer, state, nonce, verifier, redirect_uri, remember, viewer: began } =
        opened.what;
    // Somebody else's code, or somebody else's page: nothing is asked, and nothing is used up.
    if state != back.state || began != viewer {
        return Err(expired());
    }
    let provider: Provider = find(ctx, &issuer).cloned().ok_or_else(expired)?;
    let (id, until) = (opened.id, opened.until);
    let is_first = ctx.db.write(move |tx: &mut Tx<'_>| Ok(tickets::use_up(tx, &id, until)?));
    if !is_first.await? {
        return Err(expired());
    }
    let brought = Brought { code: back.code, nonce, verifier, redirect_uri };
    let claimed = provider.redeem(brought, back.iss, now).await.inspect_err(|error| {
        if error.code == Code::ProviderRefused {
            audit::refused(ctx, Done::ProviderRefused, caller, viewer.map(|it| it.0));
        }
    })?;
    Ok(Confirmed { issuer, label: provider.label().to_owned(), claimed, remember })
}
