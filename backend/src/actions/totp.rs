//! Two-factor authentication: codes of an authenticator, and recovery codes that stand in for them.

use url::Url;

use super::{
    Caller, Context, Viewer,
    audit::{self, About, By, Done},
    links,
    proof::{Proven, prove},
    sessions::check_still,
};
use crate::{
    error::{Code, Error, Flaw, Result},
    keys::{opaque, totp},
    mail::Mail,
    model::{
        UserId,
        credentials::{
            ConfirmTotp, EnrolTotp, RecoveryCodes, RemoveTotp, RenewRecoveryCodes, TotpSecret,
            TotpState,
        },
    },
    store::{Tx, mailboxes, totps},
};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// Whether the viewer's signing in needs a code.
///
/// # Errors
/// Those of the store.
pub async fn state(ctx: &Context, viewer: &Viewer) -> Result<TotpState> {
    let id = viewer.user_id;
    ctx.db.read(move |conn| Ok(totps::find_state(conn, id)?)).await
}

/// Makes a secret for the viewer's authenticator. Nothing asks for its codes before one was
/// confirmed; another call makes another secret.
///
/// # Errors
/// `bad_credentials`, `conflict` when codes are asked for already, `rate_limited`.
pub async fn enrol(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: EnrolTotp,
) -> Result<TotpSecret> {
    let Proven { owner, .. } = prove(ctx, viewer, caller, &body.current_password).await?;
    let secret = totp::encode(&rand::random::<[u8; totp::SECRET_BYTES]>());
    let (id, session_id, kept) = (owner.user_id, viewer.session_id, secret.clone());
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        if totps::find(tx.conn, id)?.is_some_and(|totp| totp.is_confirmed) {
            return Err(Code::Conflict.into());
        }
        Ok(totps::insert(tx, id, &kept)?)
    };
    ctx.db.write(write).await?;
    let otpauth_uri = totp::uri(&issuer(ctx), &owner.username, &secret);
    Ok(TotpSecret { secret, otpauth_uri })
}

/// What an authenticator lists the account under.
fn issuer(ctx: &Context) -> String {
    let url = ctx.mail.address().parse::<Url>().ok();
    match url.as_ref().and_then(Url::host_str) {
        Some(host) => format!("{} ({host})", ctx.name.last()),
        None => ctx.name.last().to_string(),
    }
}

/// Shows that the authenticator works: from now on signing in asks for its codes. Answers the
/// recovery codes, which are shown this once.
///
/// # Errors
/// `totp_invalid`, `not_found` without a secret, `conflict` when it was confirmed before,
/// `rate_limited`.
pub async fn confirm(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: ConfirmTotp,
) -> Result<RecoveryCodes> {
    let (id, now) = (viewer.user_id, ctx.db.clock().now());
    ctx.limits.wrong_codes_by_person.take(&id, now).check()?;
    let (codes, hashes) = new_codes();
    let (session_id, by) = (viewer.session_id, By::caller(caller, Some(id)));
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        let known = totps::find(tx.conn, id)?.ok_or(Error::from(Code::NotFound))?;
        if known.is_confirmed {
            return Err(Code::Conflict.into());
        }
        use_code(tx, id, &known, &body.code)?;
        totps::confirm(tx, id, &hashes)?;
        audit::record(tx, Done::TotpOn, &by, About::user(id))?;
        Ok(mailboxes::find_of(tx.conn, id)?)
    };
    let owner = ctx.db.write(write).await?;
    ctx.limits.wrong_codes_by_person.give_back(&id, now);
    audit::note(Done::TotpOn, Some(id), caller);
    if let Some(owner) = owner {
        links::tell(ctx, &owner, Mail::TotpOn { name: owner.username.clone() });
    }
    Ok(codes)
}

/// Recovery codes to be shown, and the hashes to be kept.
fn new_codes() -> (RecoveryCodes, Vec<String>) {
    let codes = (0..RECOVERY_CODES).map(|_| opaque::recovery_code());
    let (recovery_codes, hashes) = codes.map(|code| (code.text, code.hash)).unzip();
    (RecoveryCodes { recovery_codes }, hashes)
}

/// Puts other recovery codes in the place of the viewer's, which are void then. Answers the new ones, which
/// are shown this once.
///
/// # Errors
/// `bad_credentials`, `not_found` where signing in needs no code, `rate_limited`.
pub async fn renew_codes(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: RenewRecoveryCodes,
) -> Result<RecoveryCodes> {
    let Proven { owner, .. } = prove(ctx, viewer, caller, &body.current_password).await?;
    let (codes, hashes) = new_codes();
    let (id, session_id) = (owner.user_id, viewer.session_id);
    let by = By::caller(caller, Some(id));
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        if !totps::find(tx.conn, id)?.is_some_and(|totp| totp.is_confirmed) {
            return Err(Code::NotFound.into());
        }
        totps::replace_codes(tx, id, &hashes)?;
        audit::record(tx, Done::RecoveryCodesRenewed, &by, About::user(id))
    };
    ctx.db.write(write).await?;
    audit::note(Done::RecoveryCodesRenewed, Some(id), caller);
    links::tell(ctx, &owner, Mail::RecoveryCodesRenewed { name: owner.username.clone() });
    Ok(codes)
}

/// Takes the secret and the recovery codes away, for the password or for a code.
///
/// # Errors
/// `bad_credentials`, `totp_invalid`, `invalid` without either, `not_found` without a secret,
/// `rate_limited`.
pub async fn remove(
    ctx: &Context,
    viewer: &Viewer,
    caller: &Caller,
    body: RemoveTotp,
) -> Result<()> {
    let (id, now) = (viewer.user_id, ctx.db.clock().now());
    let code = match (&body.current_password, body.code) {
        (Some(password), _) => {
            prove(ctx, viewer, caller, password).await?;
            None
        }
        (None, Some(code)) => {
            ctx.limits.wrong_codes_by_person.take(&id, now).check()?;
            Some(code)
        }
        (None, None) => return Err(Error::field("current_password", Flaw::Required)),
    };
    let (shown, by) = (code.is_some(), By::caller(caller, Some(id)));
    let session_id = viewer.session_id;
    let write = move |tx: &mut Tx<'_>| {
        check_still(tx, session_id)?;
        let known = totps::find(tx.conn, id)?.ok_or(Error::from(Code::NotFound))?;
        if let Some(code) = code {
            use_any(tx, id, &known, &code)?;
        }
        totps::delete(tx, id)?;
        audit::record(tx, Done::TotpOff, &by, About::user(id))?;
        Ok(mailboxes::find_of(tx.conn, id)?)
    };
    let owner = ctx.db.write(write).await?;
    if shown {
        ctx.limits.wrong_codes_by_person.give_back(&id, now);
    }
    audit::note(Done::TotpOff, Some(id), caller);
    if let Some(owner) = owner {
        links::tell(ctx, &owner, Mail::TotpOff { name: owner.username.clone() });
    }
    Ok(())
}

/// What stood in for the second factor of somebody who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Used {
    /// The account has none.
    Nothing,
    /// A code of the authenticator.
    Code,
    /// A recovery code.
    RecoveryCode,
}

/// Uses up the code of somebody who signs in, where one is asked for.
///
/// # Errors
/// `totp_required` without one, `totp_invalid`.
pub(super) fn check(tx: &mut Tx<'_>, id: UserId, given: Option<&str>) -> Result<Used> {
    let Some(known) = totps::find(tx.conn, id)?.filter(|known| known.is_confirmed) else {
        return Ok(Used::Nothing);
    };
    match given {
        Some(given) => use_any(tx, id, &known, given),
        None => Err(Code::TotpRequired.into()),
    }
}

fn use_any(tx: &mut Tx<'_>, id: UserId, known: &totps::Totp, given: &str) -> Result<Used> {
    match opaque::hash_of_recovery_code(given) {
        Some(hash) if totps::use_recovery_code(tx, id, &hash)? => Ok(Used::RecoveryCode),
        Some(_) => Err(Code::TotpInvalid.into()),
        None => use_code(tx, id, known, given).map(|()| Used::Code),
    }
}

/// Uses up a code of the authenticator: neither it nor an earlier one is good again.
fn use_code(tx: &mut Tx<'_>, id: UserId, known: &totps::Totp, given: &str) -> Result<()> {
    let digits: String = given.chars().filter(|char| !char.is_whitespace()).collect();
    let secret = totp::decode(&known.secret).unwrap_or_default();
    let step = totp::matching_step(&secret, &digits, tx.now.seconds(), known.last_step);
    match step {
        Some(step) if totps::use_step(tx, id, step)? => Ok(()),
        _ => Err(Code::TotpInvalid.into()),
    }
}
