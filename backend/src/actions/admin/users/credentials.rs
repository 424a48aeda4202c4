//! What somebody signs in with, and what they are signed in by: changed and ended by staff.

use super::{Scene, Who, check, enter, subject};
use crate::{
    actions::{
        Context, Viewer,
        audit::{self, About, Done},
        links, passwords,
    },
    error::{Code, Error, Result},
    mail::Mail,
    model::{UserId, admin::user::SetPassword},
    policy::{self, AdminDeed},
    store::{
        Conn, Tx, accounts,
        mailboxes::{self, Owner},
        mailed, sessions, totps,
    },
};

/// Gives somebody another password. All their sessions and tokens end, and so do their sockets.
///
/// # Errors
/// `invalid` naming `new_password`, `not_found`, `forbidden`, `unavailable`.
pub async fn set_password(
    ctx: &Context,
    viewer: &Viewer,
    id: UserId,
    body: SetPassword,
) -> Result<()> {
    let who = Who::from(viewer);
    let owner = ctx.db.read(move |conn| owner(conn, &who, id)).await?;
    let hash = passwords::accept(ctx, &owner, &body.new_password).await?;
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        enter(tx, &scene)?;
        owner_in(tx, &scene, id)?;
        accounts::set_password(tx, id, &hash)?;
        sessions::revoke_all(tx, id)?;
        mailed::forget(tx, id)?;
        audit::record(tx, Done::PasswordSet, &scene.by, About::user(id))
    };
    ctx.db.write(write).await?;
    audit::note(Done::PasswordSet, Some(id), &viewer.caller);
    links::tell(ctx, &owner, Mail::PasswordChanged { name: owner.username.clone() });
    Ok(())
}

/// Takes somebody's second factor away: they have lost it.
///
/// # Errors
/// `not_found`, also without a second factor; `forbidden`.
pub async fn remove_totp(ctx: &Context, viewer: &Viewer, id: UserId) -> Result<()> {
    let scene = Scene::of(ctx, viewer);
    let write = move |tx: &mut Tx<'_>| {
        enter(tx, &scene)?;
        let owner = owner_in(tx, &scene, id)?;
        totps::find(tx.conn, id)?.ok_or_else(|| Error::from(Code::NotFound))?;
        totps::delete(tx, id)?;
        audit::record(tx, Done::TotpTaken, &scene.by, About::user(id))?;
        Ok(owner)
    };
    let owner = ctx.db.write(write).await?;
    audit::note(Done::TotpTaken, Some(id), &viewer.caller);
    links::tell(ctx, &owner, Mail::TotpOff { name: owner.username.clone() });
    Ok(())
}

/// Somebody whose credentials may be changed by whoever asks.
fn owner(conn: &mut Conn, who: &Who, id: UserId) -> Result<Owner> {
    let admin = check(conn, who)?;
    let subject = subject(conn, who, id)?;
    policy::may_administer_account(admin, subject, AdminDeed::Credentials)?;
    mailboxes::find_of(conn, id)?.ok_or(Code::NotFound.into())
}

fn owner_in(tx: &mut Tx<'_>, scene: &Scene, id: UserId) -> Result<Owner> {
    owner(tx.conn, &scene.who, id)
}

/// Ends all sessions of somebody, or all their personal access tokens.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn end_all(ctx: &Context, viewer: &Viewer, id: UserId, tokens: bool) -> Result<()> {
    let scene = Scene::of(ctx, viewer);
    let done = if tokens { Done::TokensEnded } else { Done::SessionsEnded };
    let write = move |tx: &mut Tx<'_>| {
        let admin = enter(tx, &scene)?;
        let subject = subject(tx.conn, &scene.who, id)?;
        policy::may_administer_account(admin, subject, AdminDeed::SignOut)?;
        sessions::revoke_kind(tx, id, tokens)?;
        audit::record(tx, done, &scene.by, About::user(id))
    };
    ctx.db.write(write).await?;
    audit::note(done, Some(id), &viewer.caller);
    Ok(())
}
