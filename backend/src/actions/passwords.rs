//! Passwords: changing one, and choosing a new one by a mailed link.

use super::{
    Caller, Context, Viewer, accounts,
    audit::{self, About, By, Done},
    links,
    proof::{Proven, prove},
    sessions::check_still,
};
use crate::{
    error::{Code, Error, Result},
    keys::opaque,
    limits::Net,
    mail::Mail,
    model::{
        UserId,
        credentials::{ChangePassword, ConfirmReset, ResetPassword},
        text,
    },
    store::{
        Tx, accounts as store,
        mailboxes::{self, Owner},
        mailed::{self, Purpose},
        sessions,
    },
};

/// Changes the viewer's password. Every other session and every personal access token ends, and so
/// do their sockets; links that were mailed are void, those that bring another address too: whoever knew
/// the old password may have asked for them.
///
/// # Errors
/// `bad_credentials`, `invalid` naming `new_password`, `rate_limited`, `unavailable`.
pub async fn change(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: ChangePassword,
) -> Result<()> {
    let Proven { known, owner } = prove(ctx, viewer, caller, &body.current_password).await?;
    let hash = accept(ctx, &owner, &body.new_password).await?;
    let (kept, by) = (viewer.session_id, By::caller(caller, Some(viewer.user_id)));
    let write = move |tx: &mut Tx<'_>| {
        if !store::change_password(tx, &known, &hash)? {
            return Err(Code::BadCredentials.into());
        }
        check_still(tx, kept)?;
        sessions::revoke_others(tx, known.user_id, kept)?;
        audit::record(tx, Done::PasswordChanged, &by, About::user(known.user_id))?;
        Ok(mailed::forget(tx, known.user_id)?)
    };
    ctx.db.write(write).await?;
    audit::note(Done::PasswordChanged, Some(owner.user_id), caller);
    links::tell(ctx, &owner, Mail::PasswordChanged { name: owner.username.clone() });
    Ok(())
}

/// Sends a link for a new password, if the address belongs to an account. Whether it does shows
/// neither in the answer nor in how long it takes (SECURITY, AU-5).
///
/// # Errors
/// `invalid`, `rate_limited`, `unavailable`.
pub fn request_reset(ctx: &Context, caller: &Caller, body: &ResetPassword) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.links_by_address.take(&Net::from(caller.ip), now).check()?;
    let key = text::fold(&links::check_email(&body.email)?);
    ctx.limits.resets_by_account.take(&key, now).check()?;
    let (here, by, caller) = (ctx.clone(), By::caller(caller, None), caller.clone());
    ctx.errands.run(async move {
        let ctx = here;
        let found = ctx.db.read(move |conn| Ok(mailboxes::find(conn, &key)?)).await?;
        // The address as the account has it: what was typed may only fold to the same.
        let Some((owner, email)) = found.and_then(|it| it.email.clone().map(|email| (it, email)))
        else {
            return Ok(());
        };
        if !links::may_send_link(&ctx, &email) {
            return Ok(());
        }
        let token = opaque::mailed();
        let (kept, to, whose) = (token.clone(), email.clone(), owner.clone());
        let write = move |tx: &mut Tx<'_>| {
            audit::record(tx, Done::ResetSent, &by, About::user(whose.user_id))?;
            links::keep(tx, Purpose::Reset, &whose, &to, &kept)
        };
        ctx.db.write(write).await?;
        links::send_link(&ctx, Purpose::Reset, &owner, &email, token);
        audit::note(Done::ResetSent, Some(owner.user_id), &caller);
        Ok(())
    })
}

/// Chooses a new password by a mailed link, which is good once. Every session and every personal
/// access token of the account ends. Whoever opened the link reads the mails of its address, so that
/// is verified as well.
///
/// # Errors
/// `link_invalid`, `invalid` naming `new_password`, `rate_limited`, `unavailable`.
pub async fn confirm_reset(ctx: &Context, caller: &Caller, body: ConfirmReset) -> Result<()> {
    let now = ctx.db.clock().now();
    ctx.limits.links_by_address.take(&Net::from(caller.ip), now).check()?;
    let link_invalid = || Error::from(Code::LinkInvalid);
    let hash = opaque::hash_of_mailed(&body.token).ok_or_else(link_invalid)?;
    let token_hash = hash.clone();
    let found = ctx.db.read(move |conn| {
        let Some(mailed) = mailed::find(conn, Purpose::Reset, &token_hash, now)? else {
            return Ok(None);
        };
        Ok(mailboxes::find_of(conn, mailed.user_id)?)
    });
    let owner = found.await?.ok_or_else(link_invalid)?;
    let password_hash = accept(ctx, &owner, &body.new_password).await?;
    let by = By::caller(caller, None);
    let write = move |tx: &mut Tx<'_>| {
        let mailed = mailed::take(tx, Purpose::Reset, &hash)?.ok_or_else(link_invalid)?;
        store::set_password(tx, mailed.user_id, &password_hash)?;
        sessions::revoke_all(tx, mailed.user_id)?;
        audit::record(tx, Done::PasswordReset, &by, About::user(mailed.user_id))?;
        mailed::forget(tx, mailed.user_id)?;
        verify(tx, mailed.user_id, &mailed.email)
    };
    ctx.db.write(write).await?;
    audit::note(Done::PasswordReset, Some(owner.user_id), caller);
    links::tell(ctx, &owner, Mail::PasswordChanged { name: owner.username.clone() });
    Ok(())
}

/// Notes that an address was shown to be its account's, unless it has another by now, or another
/// account has shown the same.
fn verify(tx: &mut Tx<'_>, user_id: UserId, email: &str) -> Result<()> {
    let owner = mailboxes::find_of(tx.conn, user_id)?;
    let is_current = owner.is_some_and(|it| !it.is_verified && it.email.as_deref() == Some(email));
    if is_current && mailboxes::find_holder(tx.conn, &text::fold(email))?.is_none() {
        let now = tx.now;
        mailboxes::update(tx, user_id, email, Some(now))?;
    }
    Ok(())
}

/// Hashes a new password, if it is good enough for this person.
pub(super) async fn accept(ctx: &Context, owner: &Owner, password: &str) -> Result<String> {
    let known = [Some(owner.username.clone()), owner.email.clone()].into_iter().flatten();
    let words = known.flat_map(accounts::known_words).chain(accounts::site_words(ctx)).collect();
    ctx.hasher.accept(password, words).await.map_err(|mut error| {
        for (field, _) in &mut error.fields {
            *field = "new_password".into();
        }
        error
    })
}
