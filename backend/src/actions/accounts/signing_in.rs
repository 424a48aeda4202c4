//! Signing in by a password.

use std::net::IpAddr;

use super::{EMAIL_CHARS_MAX, Grant, begin, grant};
use crate::{
    actions::{
        Caller, Context,
        audit::{self, About, By, Done},
        guesses::Guess,
        totp::{self, Used},
    },
    error::{Code, Error, Flaw, Result},
    limits::{Guessed, Net},
    model::{Timestamp, UserId, account::Login, text},
    policy,
    store::{
        Tx,
        accounts::{self, Credentials},
        sessions::list_addresses,
    },
};

/// Signs in by username or e-mail address.
///
/// # Errors
/// `bad_credentials`; with the right password only `account_deactivated`, `email_not_verified`,
/// `totp_required`, `totp_invalid`; `rate_limited` after too many, or too many that failed, `unavailable`.
pub async fn log_in(ctx: &Context, caller: &Caller, body: Login) -> Result<Grant> {
    let now = ctx.db.clock().now();
    if body.username.chars().count() > EMAIL_CHARS_MAX {
        return Err(Error::field("username", Flaw::TooLong(EMAIL_CHARS_MAX)));
    }
    ctx.limits.sign_ins.take(&Net::from(caller.ip), now).check()?;
    let name_key = text::fold(possible_name(&body.username));
    let (known, is_known_address) = find(ctx, name_key.clone(), caller.ip, now).await?;

    let named = || Guessed::Name(name_key);
    let guessed = known.as_ref().map_or_else(named, |known| Guessed::Account(known.user_id));
    let guess = Guess::new(ctx, guessed, caller, is_known_address);
    guess.begin(ctx).await?;

    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let whose = known.as_ref().map(|known| known.user_id);
    let verdict = ctx.hasher.verify(&body.password, hash).await?;
    let Some(known) = known.filter(|_| verdict.matches) else {
        audit::refused(ctx, Done::SignInFailed, caller, whose);
        guess.was_wrong(ctx).await?;
        return Err(Code::BadCredentials.into());
    };
    guess.was_right(ctx);
    let user_id = known.user_id;
    policy::check_sign_in(known.is_active, known.is_unverified, ctx.verification)
        .inspect_err(|_| audit::refused(ctx, Done::SignInFailed, caller, Some(user_id)))?;
    if body.totp.is_some() {
        ctx.limits.wrong_codes_by_person.take(&user_id, now).check()?;
    }
    let (from, shown) = (caller.clone(), body.totp.is_some());
    let write = move |tx: &mut Tx<'_>| {
        // Hashing may have waited its turn: the password may be another by now.
        let is_still = match &verdict.renewed {
            Some(renewed) => accounts::change_password(tx, &known, renewed)?,
            None => accounts::hold_password(tx, &known)?,
        };
        if !is_still {
            return Err(Code::BadCredentials.into());
        }
        let used = totp::check(tx, user_id, body.totp.as_deref())?;
        let by = By::caller(&from, Some(user_id));
        if used == Used::RecoveryCode {
            audit::record(tx, Done::RecoveryCodeUsed, &by, About::user(user_id))?;
        }
        let begun = begin(tx, user_id, body.remember, &from)?;
        audit::record(tx, Done::SignedIn, &by, About::session(begun.id, user_id))?;
        Ok((begun, used))
    };
    let (begun, used) = ctx.db.write(write).await.inspect_err(|error| {
        if error.code == Code::TotpInvalid {
            audit::refused(ctx, Done::CodeFailed, caller, Some(user_id));
        }
    })?;
    if shown {
        ctx.limits.wrong_codes_by_person.give_back(&user_id, now);
    }
    if used == Used::RecoveryCode {
        audit::note(Done::RecoveryCodeUsed, Some(user_id), caller);
    }
    audit::note(Done::SignedIn, Some(user_id), caller);
    grant(ctx, begun).await
}

/// A name that somebody may have. Folding a megabyte would be work for nothing, and Postgres would
/// refuse a NUL in a text.
fn possible_name(raw: &str) -> &str {
    let is_possible = raw.len() <= EMAIL_CHARS_MAX * 4 && !raw.contains(char::is_control);
    if is_possible { raw.trim() } else { "" }
}

/// The account that is meant, and whether it has a session from this address.
async fn find(
    ctx: &Context,
    name_key: String,
    ip: Option<IpAddr>,
    now: Timestamp,
) -> Result<(Option<Credentials>, bool)> {
    let read = ctx.db.read(move |conn| {
        let known = accounts::find_credentials(conn, &name_key)?;
        // Asked without an account as well, of nobody: it must not show in how long it takes.
        let whose = known.as_ref().map_or(UserId(0), |known| known.user_id);
        let known_from = list_addresses(conn, whose, now)?;
        let is_known = known_from.into_iter().any(|it| Net::from(Some(it)) == Net::from(ip));
        Ok((known, is_known))
    });
    read.await
}
