//! Whoever changes what proves who they are shows the password once more.

use super::{
    Caller, Context, Viewer,
    audit::{self, Done},
};
use crate::{
    error::{Code, Error, Result},
    store::{
        accounts::{self, Credentials},
        mailboxes::{self, Owner},
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
/// `bad_credentials`, `rate_limited`, `unavailable`.
pub(super) async fn prove(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    password: &str,
) -> Result<Proven> {
    let id = viewer.user_id;
    ctx.limits.proofs_by_person.take(&id, ctx.db.clock().now()).check()?;
    let found = ctx.db.read(move |conn| {
        let known = accounts::find_credentials_of(conn, id)?;
        Ok(known.zip(mailboxes::find_of(conn, id)?))
    });
    let (known, owner) = found.await?.ok_or_else(|| Error::from(Code::Unauthenticated))?;
    let verdict = ctx.hasher.verify(password, Some(known.password_hash.clone())).await?;
    if !verdict.matches {
        audit::refused(ctx, Done::ProofFailed, caller, Some(id));
        return Err(Code::BadCredentials.into());
    }
    Ok(Proven { known, owner })
}
