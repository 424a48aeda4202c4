//! Connecting a provider with the account of somebody who is signed in.

use super::{
    About, By, Caller, Context, Done, Viewer, audit, check_still, links, prove, shown, take_call,
    ticket::{self, Back, Purpose},
};
use crate::{
    error::{Code, Error, Result},
    mail::Mail,
    model::identity::{BeginConnect, Begun, FinishConnect, Identity},
    policy,
    store::{
        Tx,
        identities::{self, NewIdentity},
        mailboxes,
    },
};

/// Begins to connect a provider: where to send the browser, and a ticket to be kept. Whoever does shows
/// the password: an open session is no way to make oneself at home.
///
/// # Errors
/// `bad_credentials`, `reauthentication_required`, `invalid` for a provider that is none,
/// `provider_unavailable`, `rate_limited`, `unavailable`.
pub async fn begin(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: &BeginConnect,
    redirect_uri: String,
) -> Result<Begun> {
    prove(ctx, viewer, caller, &body.current_password).await?;
    take_call(ctx, caller)?;
    let whose = Some((viewer.user_id, viewer.session_id));
    ticket::make(ctx, Purpose::Connect, &body.issuer, redirect_uri, false, whose).await
}

/// Connects the identity that the viewer came back with, in the session that began.
///
/// # Errors
/// `sign_in_expired`, `provider_refused`, `provider_unavailable`, `identity_taken`, `conflict` where it
/// is connected with this account already, `rate_limited`, `unavailable`.
pub async fn finish(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: FinishConnect,
) -> Result<Identity> {
    take_call(ctx, caller)?;
    let FinishConnect { ticket, code, state, iss } = body;
    let back = Back { ticket: &ticket, code, state: &state, iss };
    let whose = Some((viewer.user_id, viewer.session_id));
    let confirmed = ticket::redeem(ctx, caller, Purpose::Connect, back, whose).await?;
    let label = confirmed.label.clone();
    let identity = NewIdentity {
        user_id: viewer.user_id,
        name: confirmed.name(),
        issuer: confirmed.issuer,
        subject: confirmed.claimed.subject,
    };
    let (session_id, by) = (viewer.session_id, By::caller(caller, Some(viewer.user_id)));
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        let user_id = identity.user_id;
        let holder = identities::find(tx.conn, &identity.issuer, &identity.subject)?;
        policy::may_connect(holder.map(|holder| holder.user_id == user_id))?;
        let id = identities::insert(tx, &identity)?;
        audit::record(tx, Done::IdentityConnected, &by, About::identity(id, user_id))?;
        let row = identities::list(tx.conn, user_id)?.into_iter().find(|row| row.id == id);
        let row = row.ok_or_else(|| Error::from(Code::NotFound))?;
        Ok((row, mailboxes::find_of(tx.conn, user_id)?))
    };
    let (row, owner) = ctx.db.write(write).await?;
    audit::note(Done::IdentityConnected, Some(viewer.user_id), caller);
    if let Some(owner) = owner {
        let name = owner.username.clone();
        links::tell(ctx, &owner, Mail::IdentityConnected { name, provider: label });
    }
    Ok(shown(ctx, row))
}
