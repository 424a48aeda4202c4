//! Signing in by a provider, or up, where nobody here is known by that identity.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    super::{
        accounts::{Begun as NewSession, Grant, begin as begin_session, grant},
        emails,
        totp::{self, Used},
    },
    About, By, Caller, Context, Done, audit, links, naming, take_call,
    ticket::{self, Back, Confirmed, Purpose},
};
use crate::{
    error::{Code, Error, Flaw, Result},
    model::{
        UserId,
        credentials::Verification,
        identity::{BeginSignIn, Begun, ConfirmSignIn, FinishSignIn, SignInPending},
        text,
    },
    policy,
    store::{
        Tx,
        accounts::{self, NewAccount, Standing},
        identities::{self, Holder, NewIdentity},
        mailboxes::{self, Owner},
        tickets, totps,
    },
};

/// How long somebody may take over a code of their authenticator.
const CODE_LIFETIME: Duration = Duration::from_secs(5 * 60);
const CODE_PURPOSE: &str = "second factor after a provider";
/// How often an account is tried to be made whose name somebody takes in the same moment.
const TRIES: usize = 3;

/// What comes of coming back from a provider.
pub enum SignedIn {
    /// Somebody who is known here.
    In(Grant),
    /// Somebody new.
    New(Grant),
    /// Something more is asked.
    Pending(SignInPending),
}

/// What the commit of a sign-in has made.
enum Outcome {
    In(NewSession),
    New(NewSession, Owner),
    /// Somebody new whose address has to be verified first.
    Unverified(Owner),
    NeedsCode(UserId),
}

/// Whose second factor is awaited.
#[derive(Serialize, Deserialize)]
struct Awaited {
    user_id: UserId,
    remember: bool,
}

/// Begins to sign in by a provider: where to send the browser, and a ticket to be kept.
///
/// # Errors
/// `invalid` for a provider that is none, `provider_unavailable`, `rate_limited`, `unavailable`.
pub async fn begin(
    ctx: &Context,
    caller: &Caller,
    body: &BeginSignIn,
    redirect_uri: String,
) -> Result<Begun> {
    take_call(ctx, caller)?;
    ticket::make(ctx, Purpose::SignIn, &body.issuer, redirect_uri, body.remember, None).await
}

/// Signs in whoever came back from a provider. Who is not known here gets an account: under their name
/// there, if it is free, without a password. An account that exists is never entered for an address.
///
/// # Errors
/// `sign_in_expired`, `provider_refused`, `provider_unavailable`, `account_deactivated`,
/// `email_not_verified`, `account_exists`, `rate_limited`, `unavailable`.
pub async fn finish(ctx: &Context, caller: &Caller, body: FinishSignIn) -> Result<SignedIn> {
    take_call(ctx, caller)?;
    let FinishSignIn { ticket, code, state, iss, .. } = body;
    let back = Back { ticket: &ticket, code, state: &state, iss };
    let confirmed = ticket::redeem(ctx, caller, Purpose::SignIn, back, None).await?;
    let mut tried = 1;
    let outcome = loop {
        match enter(ctx, caller, &confirmed).await {
            // Somebody took the name, or the same person came twice: it is looked at anew.
            Err(error)
                if tried < TRIES
                    && matches!(error.code, Code::UsernameTaken | Code::IdentityTaken) =>
            {
                tried += 1;
            }
            outcome => break outcome.inspect_err(|error| note_locked(ctx, caller, error, None))?,
        }
    };
    match outcome {
        Outcome::In(begun) => {
            audit::note(Done::SignedIn, Some(begun.user_id()), caller);
            Ok(SignedIn::In(grant(ctx, begun).await?))
        }
        Outcome::New(begun, owner) => {
            audit::note(Done::SignedUp, Some(owner.user_id), caller);
            ask_to_verify(ctx, &owner);
            Ok(SignedIn::New(grant(ctx, begun).await?))
        }
        Outcome::Unverified(owner) => {
            audit::note(Done::SignedUp, Some(owner.user_id), caller);
            ask_to_verify(ctx, &owner);
            Ok(SignedIn::Pending(SignInPending {
                code: Code::EmailNotVerified.name().to_owned(),
                ticket: None,
                email: owner.email,
            }))
        }
        Outcome::NeedsCode(user_id) => {
            let until = ctx.db.clock().now().after(CODE_LIFETIME);
            let awaited = Awaited { user_id, remember: confirmed.remember };
            Ok(SignedIn::Pending(SignInPending {
                code: Code::TotpRequired.name().to_owned(),
                ticket: Some(ctx.keys.seal(CODE_PURPOSE, awaited, until)?),
                email: None,
            }))
        }
    }
}

/// Begins a session for the account that the identity means, or makes one.
async fn enter(ctx: &Context, caller: &Caller, confirmed: &Confirmed) -> Result<Outcome> {
    let email = confirmed.claimed.email.as_deref().and_then(|it| links::check_email(it).ok());
    let name = confirmed.name();
    let Confirmed { issuer, claimed, remember, .. } = confirmed;
    let (issuer, claimed, remember) = (issuer.clone(), claimed.clone(), *remember);
    let (from, verification, locale) = (caller.clone(), ctx.verification, caller.locale);
    let write = move |tx: &mut Tx<'_>| {
        if let Some(holder) = identities::find(tx.conn, &issuer, &claimed.subject)? {
            return come_back(tx, holder, name.as_deref(), remember, verification, &from);
        }
        let key = email.as_deref().map(text::fold);
        let holder = key.map(|key| mailboxes::find_holder(tx.conn, &key)).transpose()?.flatten();
        let is_verified = claimed.is_email_verified && email.is_some();
        policy::may_sign_up_as(is_verified, holder.is_some())?;
        if verification == Verification::Mandatory && email.is_none() {
            return Err(Error::field("email", Flaw::Required));
        }
        // Where addresses are not verified at all, none is believed to be anybody's.
        let is_email_verified = is_verified && verification != Verification::None;
        let username = naming::find_free(tx.conn, &claimed)?;
        let account = NewAccount {
            display_name: naming::display_name(&claimed, &username),
            username: username.name,
            username_key: username.key,
            email,
            password_hash: String::new(),
            locale,
            standing: Standing::PERSON,
            is_email_verified,
        };
        let user_id = accounts::insert(tx, &account)?;
        let subject = claimed.subject;
        let id = identities::insert(tx, &NewIdentity { user_id, issuer, subject, name })?;
        let by = By::caller(&from, Some(user_id));
        audit::record(tx, Done::SignedUp, &by, About::user(user_id))?;
        audit::record(tx, Done::IdentityConnected, &by, About::identity(id, user_id))?;
        let owner = mailboxes::find_of(tx.conn, user_id)?;
        let owner = owner.ok_or_else(|| Error::from(Code::NotFound))?;
        if verification == Verification::Mandatory && !owner.is_verified {
            return Ok(Outcome::Unverified(owner));
        }
        let begun = begin_session(tx, user_id, remember, &from)?;
        audit::record(tx, Done::SignedIn, &by, About::session(begun.id(), user_id))?;
        Ok(Outcome::New(begun, owner))
    };
    ctx.db.write(write).await
}

/// Notes that somebody was confirmed whose account is not one to sign in to now.
fn note_locked(ctx: &Context, caller: &Caller, error: &Error, whose: Option<UserId>) {
    if matches!(error.code, Code::AccountDeactivated | Code::EmailNotVerified) {
        audit::refused(ctx, Done::SignInFailed, caller, whose);
    }
}

/// Lets somebody in who is known here, unless a code is asked for first.
fn come_back(
    tx: &mut Tx<'_>,
    holder: Holder,
    name: Option<&str>,
    remember: bool,
    verification: Verification,
    from: &Caller,
) -> Result<Outcome> {
    let Holder { id, user_id, is_active, is_unverified } = holder;
    policy::check_sign_in(is_active, is_unverified, verification)?;
    identities::touch(tx, id, name)?;
    if totps::find(tx.conn, user_id)?.is_some_and(|known| known.is_confirmed) {
        return Ok(Outcome::NeedsCode(user_id));
    }
    let begun = begin_session(tx, user_id, remember, from)?;
    let by = By::caller(from, Some(user_id));
    audit::record(tx, Done::SignedIn, &by, About::session(begun.id(), user_id))?;
    Ok(Outcome::In(begun))
}

/// Signs in whoever a provider has confirmed, by the code of their authenticator. The ticket is good
/// until a code was right.
///
/// # Errors
/// `sign_in_expired`, `totp_invalid`, `account_deactivated`, `rate_limited`.
pub async fn confirm(ctx: &Context, caller: &Caller, body: ConfirmSignIn) -> Result<Grant> {
    let expired = || Error::from(Code::SignInExpired);
    let now = ctx.db.clock().now();
    let opened = ctx.keys.open_sealed::<Awaited>(CODE_PURPOSE, &body.ticket, now);
    let opened = opened.ok_or_else(expired)?;
    let Awaited { user_id, remember } = opened.what;
    ctx.limits.wrong_codes_by_person.take(&user_id, now).check()?;
    let from = caller.clone();
    let write = move |tx: &mut Tx<'_>| {
        let standing = accounts::find_standing(tx.conn, user_id)?.ok_or_else(expired)?;
        policy::check_sign_in(standing.is_active, false, Verification::None)?;
        let used = totp::check(tx, user_id, Some(&body.totp))?;
        if !tickets::use_up(tx, &opened.id, opened.until)? {
            return Err(expired());
        }
        let by = By::caller(&from, Some(user_id));
        if used == Used::RecoveryCode {
            audit::record(tx, Done::RecoveryCodeUsed, &by, About::user(user_id))?;
        }
        let begun = begin_session(tx, user_id, remember, &from)?;
        audit::record(tx, Done::SignedIn, &by, About::session(begun.id(), user_id))?;
        Ok((begun, used))
    };
    let (begun, used) = ctx.db.write(write).await.inspect_err(|error| {
        if error.code == Code::TotpInvalid {
            audit::refused(ctx, Done::CodeFailed, caller, Some(user_id));
        }
        note_locked(ctx, caller, error, Some(user_id));
    })?;
    ctx.limits.wrong_codes_by_person.give_back(&user_id, now);
    if used == Used::RecoveryCode {
        audit::note(Done::RecoveryCodeUsed, Some(user_id), caller);
    }
    audit::note(Done::SignedIn, Some(user_id), caller);
    grant(ctx, begun).await
}

/// Asks the owner of an address that the provider has not verified, as for every new account.
fn ask_to_verify(ctx: &Context, owner: &Owner) {
    let Some(email) = owner.email.clone().filter(|_| !owner.is_verified) else { return };
    let (here, owner) = (ctx.clone(), owner.clone());
    let errand = async move { emails::send_verification(&here, owner, email).await };
    if ctx.errands.run(errand).is_err() {
        tracing::warn!("too much is under way; a new account's address was not asked to verify");
    }
}
