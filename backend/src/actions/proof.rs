//! Whoever changes what proves who they are shows the password once more. Who has none, and signs in by
//! a provider, has signed in a moment ago instead.

use super::{
    Caller, Context, Viewer,
    audit::{self, Done},
    guesses::Guess,
};
use crate::{
    error::{Code, Error, Result},
    limits::Guessed,
    policy,
    store::{
        accounts::{self, Credentials},
        mailboxes::{self, Owner},
        sessions,
    },
};

/// The viewer, who has just shown the password.
pub(super) struct Proven {
    pub(super) known: Credentials,
    pub(super) owner: Owner,
}

/// Compares the password, a few times a minute at the most, whether or not it is right: a session
/// that somebody left open is no way to guess it.
///
/// # Errors
/// `bad_credentials`, `reauthentication_required`, `rate_limited`, `unavailable`.
pub(super) async fn prove(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    password: &str,
) -> Result<Proven> {
    let id = viewer.user_id;
    let now = ctx.db.clock().now();
    ctx.limits.proofs_by_person.take(&id, now).check()?;
    let session_id = viewer.session_id;
    let found = ctx.db.read(move |conn| {
        let known = accounts::find_credentials_of(conn, id)?;
        let begin = sessions::find_begin(conn, session_id)?;
        Ok(known.zip(mailboxes::find_of(conn, id)?).zip(begin))
    });
    let found = found.await?.ok_or_else(|| Error::from(Code::Unauthenticated))?;
    let ((known, owner), begin) = found;
    if !known.has_password() {
        policy::check_fresh(now.since(begin))?;
        return Ok(Proven { known, owner });
    }
    // Whoever has the session is, as far as guessing goes, where the person has been.
    let guess = Guess::new(ctx, Guessed::Account(id), caller, true);
    guess.begin(ctx).await?;
    let verdict = ctx.hasher.verify(password, Some(known.password_hash.clone())).await?;
    if !verdict.matches {
        audit::refused(ctx, Done::ProofFailed, caller, Some(id));
        guess.was_wrong(ctx).await?;
        return Err(Code::BadCredentials.into());
    }
    guess.was_right(ctx);
    Ok(Proven { known, owner })
}
