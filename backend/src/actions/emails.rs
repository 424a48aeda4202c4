//! E-mail addresses: showing that one is somebody's, and taking another one.

use super::{
    Caller, Context, Need, Viewer,
    audit::{self, About, By, Done},
    links,
    proof::{Proven, prove},
    sessions::check_still,
};
use crate::{
    error::{Code, Error, Result},
    keys::opaque,
    limits::{Addressee, Net},
    mail::Mail,
    model::{
        credentials::{ChangeEmail, ResendEmail, Verification, VerifyEmail},
        text,
    },
    store::{
        Tx,
        mailboxes::{self, Owner},
        mailed::{self, Mailed, Purpose},
        sessions,
    },
};

/// Notes that an address is somebody's, by a mailed link, which is good once. If it was asked for
/// instead of another address, it takes its place now.
///
/// # Errors
/// `link_invalid`, `conflict` when another account has shown the same, `rate_limited`.
pub async fn verify(ctx: &Context, caller: &Caller, body: &VerifyEmail) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.links_by_address.take(&Net::from(caller.ip), now).check()?;
    let link_invalid = || Error::from(Code::LinkInvalid);
    let hash = opaque::hash_of_mailed(&body.token).ok_or_else(link_invalid)?;
    let by = By::caller(caller, None);
    let write = move |tx: &mut Tx<'_>| {
        let mailed = mailed::take(tx, Purpose::Verify, &hash)?.ok_or_else(link_invalid)?;
        let owner = mailboxes::find_of(tx.conn, mailed.user_id)?.ok_or_else(link_invalid)?;
        let now = tx.now;
        mailboxes::update(tx, mailed.user_id, &mailed.email, Some(now))?;
        let is_new = owner.email.as_ref() != Some(&mailed.email);
        let done = if is_new {
            // What went to the old address is worth nothing any more.
            mailed::forget(tx, mailed.user_id)?;
            Done::EmailChanged
        } else {
            mailed::delete(tx, Purpose::Verify, mailed.user_id)?;
            Done::EmailVerified
        };
        audit::record(tx, done, &by, About::user(mailed.user_id))?;
        Ok((owner, mailed))
    };
    let (owner, Mailed { user_id, email }) = ctx.db.write(write).await?;
    if owner.email.as_ref() == Some(&email) {
        audit::note(Done::EmailVerified, Some(user_id), caller);
    } else {
        audit::note(Done::EmailChanged, Some(user_id), caller);
        links::tell(ctx, &owner, Mail::EmailChanged { name: owner.username.clone(), email });
    }
    Ok(())
}

/// Sends the link once more: to the viewer's own address, or, without a session, to one that an
/// account has and has not verified. Whether there is such an account does not show.
///
/// # Errors
/// `unauthenticated` where there is neither an address nor a session; `invalid`, `rate_limited`,
/// `unavailable`.
pub fn resend(
    ctx: &Context,
    viewer: Result<Viewer>,
    caller: &Caller,
    body: &ResendEmail,
) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.links_by_address.take(&Net::from(caller.ip), now).check()?;
    let whose = match &body.email {
        Some(email) => Addressee::At(text::fold(&links::check_email(email)?)),
        None => {
            let viewer = viewer?;
            viewer.check(Need::Session)?;
            Addressee::Of(viewer.user_id)
        }
    };
    ctx.limits.repeats_by_addressee.take(&whose, now).check()?;
    let here = ctx.clone();
    ctx.errands.run(async move {
        let found = here.db.read(move |conn| match whose {
            Addressee::At(key) => {
                let owner = mailboxes::find_unverified(conn, &key)?;
                Ok(owner.and_then(|owner| owner.email.clone().map(|email| (owner, email))))
            }
            Addressee::Of(id) => {
                let Some(owner) = mailboxes::find_of(conn, id)? else { return Ok(None) };
                let own = owner.email.clone().filter(|_| !owner.is_verified);
                let email = mailed::find_pending(conn, id, now)?.or(own);
                Ok(email.map(|email| (owner, email)))
            }
        });
        match found.await? {
            Some((owner, email)) => send_verification(&here, owner, email).await,
            None => Ok(()),
        }
    })
}

/// Asks for another address. It takes the place of the old one once it is verified, or at once where
/// addresses are not verified; the old one is told. An answer does not show whether somebody else
/// has the address. Every other session and every personal access token ends at once, and so do their
/// sockets (SECURITY, AU-8).
///
/// # Errors
/// `bad_credentials`, `invalid`, `rate_limited`, `unavailable`.
pub async fn change(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: ChangeEmail,
) -> Result<()> {
    let email = links::check_email(&body.email)?;
    let Proven { owner, .. } = prove(ctx, viewer, caller, &body.current_password).await?;
    if owner.is_verified && owner.email.as_ref() == Some(&email) {
        return Ok(());
    }
    let name = owner.username.clone();
    let (id, kept, is_at_once) =
        (owner.user_id, viewer.session_id, ctx.verification == Verification::None);
    let (new, by) = (email.clone(), By::caller(caller, Some(id)));
    let write = move |tx: &mut Tx<'_>| {
        if is_at_once {
            mailboxes::update(tx, id, &new, None)?;
            mailed::forget(tx, id)?;
            audit::record(tx, Done::EmailChanged, &by, About::user(id))?;
        }
        check_still(tx, kept)?;
        Ok(sessions::revoke_others(tx, id, kept)?)
    };
    ctx.db.write(write).await?;
    if is_at_once {
        audit::note(Done::EmailChanged, Some(id), caller);
        links::tell(ctx, &owner, Mail::EmailChanged { name, email });
        return Ok(());
    }
    if owner.email.as_ref() != Some(&email) {
        links::tell(ctx, &owner, Mail::EmailChangeAsked { name, email: email.clone() });
    }
    let here = ctx.clone();
    ctx.errands.run(async move { send_verification(&here, owner, email).await })
}

/// Sends the link that verifies an address, or, if another account has it, tells its owner.
pub(super) async fn send_verification(ctx: &Context, owner: Owner, email: String) -> Result<()> {
    if ctx.verification == Verification::None || !links::may_send_link(ctx, &email) {
        return Ok(());
    }
    let token = opaque::mailed();
    let (kept, to, whose) = (token.clone(), email.clone(), owner.clone());
    let write = move |tx: &mut Tx<'_>| {
        let holder = mailboxes::find_holder(tx.conn, &text::fold(&to))?;
        let holder = holder.filter(|holder| holder.user_id != whose.user_id);
        if holder.is_none() {
            links::keep(tx, Purpose::Verify, &whose, &to, &kept)?;
        }
        Ok(holder)
    };
    match ctx.db.write(write).await? {
        Some(holder) => links::send_in_use(ctx, &holder, &email),
        None => links::send_link(ctx, Purpose::Verify, &owner, &email, token),
    }
    Ok(())
}
