//! Accounts: signing up, signing in, and staying signed in.
//!
//! Nothing here says whether an account exists: a wrong name and a wrong password give the same
//! answer after the same work (SECURITY, AU-5).

use std::{net::IpAddr, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use url::Url;

use super::{
    Caller, Context,
    audit::{self, About, By, Done},
    emails,
    guesses::Guess,
    links::check_email,
    names::{self, Username},
    sessions, texts,
    totp::{self, Used},
};
use crate::{
    error::{Code, Error, Flaw, Result},
    keys::{ACCESS_S, RefreshToken},
    limits::{Guessed, Net},
    model::{
        SessionId, Timestamp, UserId,
        account::{Login, Register, TokenType, Tokens},
        credentials::{Verification, VerificationPending},
        profile::Locale,
        text,
    },
    policy,
    store::{
        Tx,
        accounts::{self, Credentials, NewAccount, Standing},
        mailboxes, profiles,
        sessions::{Live, NewSession},
    },
};

/// How long a session lasts without being refreshed.
const SESSION: Duration = Duration::from_secs(24 * 60 * 60);
/// The same, for somebody who asked to be remembered.
const SESSION_REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// For how long the refresh token before the current one still gives the same successor: two tabs
/// may refresh at once, and an answer may get lost.
const GRACE: Duration = Duration::from_secs(10);
/// The longest e-mail address (RFC 5321).
pub(super) const EMAIL_CHARS_MAX: usize = 254;

impl Begun {
    pub(super) fn id(&self) -> SessionId {
        self.id
    }

    pub(super) fn user_id(&self) -> UserId {
        self.user_id
    }
}

/// What a sign-up, a sign-in or a refresh gives. The refresh token is in `tokens`; whoever wants it
/// in a cookie takes it out.
#[derive(Clone)]
pub struct Grant {
    /// The answer.
    pub tokens: Tokens,
    /// Whether the session lasts for weeks.
    pub remember: bool,
    /// When it ends if it is not refreshed.
    pub expires_at: Timestamp,
}

/// What comes of a sign-up.
pub enum Registered {
    /// The new person is signed in.
    In(Grant),
    /// The address has to be verified first.
    Pending(VerificationPending),
}

/// A session that was begun or refreshed, as the commit saw it.
pub(super) struct Begun {
    id: SessionId,
    user_id: UserId,
    generation: i64,
    salt: String,
    remember: bool,
    expires_at: Timestamp,
}

/// Makes an account and signs in.
///
/// # Errors
/// `invalid` with every field that is wrong, `username_taken`, `rate_limited`, `unavailable`.
pub async fn register(ctx: &Context, caller: &Caller, body: Register) -> Result<Registered> {
    let now = ctx.db.clock().now();
    ctx.limits.sign_ups.take(&Net::from(caller.ip), now).check()?;
    let account = draft(ctx, &body, Given::ByThemselves, caller.locale).await?;
    let must_verify = ctx.verification == Verification::Mandatory;
    let from = caller.clone();
    let write = move |tx: &mut Tx<'_>| {
        let user_id = accounts::insert(tx, &account)?;
        audit::record(tx, Done::SignedUp, &By::caller(&from, Some(user_id)), About::user(user_id))?;
        let begun = (!must_verify).then(|| begin(tx, user_id, false, &from)).transpose()?;
        Ok((begun, mailboxes::find_of(tx.conn, user_id)?))
    };
    let (begun, owner) = ctx.db.write(write).await?;
    audit::note(Done::SignedUp, owner.as_ref().map(|owner| owner.user_id), caller);
    let email = owner.as_ref().and_then(|owner| owner.email.clone());
    if let Some((owner, email)) = owner.zip(email.clone()) {
        // The same answer whether or not somebody else has the address: looked up after it.
        let here = ctx.clone();
        let errand = async move { emails::send_verification(&here, owner, email).await };
        if ctx.errands.run(errand).is_err() {
            tracing::warn!(
                "too much is under way; a new account's address was not asked to verify"
            );
        }
    }
    match begun {
        Some(begun) => Ok(Registered::In(grant(ctx, begun).await?)),
        None => Ok(Registered::Pending(VerificationPending {
            code: Code::EmailNotVerified.name().to_owned(),
            email: email.unwrap_or_default(),
        })),
    }
}

/// Makes an account that may do everything: for the operator at the command line.
///
/// # Errors
/// `invalid` with every field that is wrong, `username_taken`.
pub async fn create_superuser(
    ctx: &Context,
    username: &str,
    email: Option<&str>,
    password: &str,
) -> Result<UserId> {
    let body = Register {
        username: username.to_owned(),
        password: password.to_owned(),
        email: email.map(str::to_owned),
        display_name: None,
        session: Default::default(),
    };
    let account = draft(ctx, &body, Given::ByTheOperator, Locale::default()).await?;
    let account = NewAccount { standing: Standing::SUPERUSER, is_email_verified: true, ..account };
    let write = move |tx: &mut Tx<'_>| {
        let id = accounts::insert(tx, &account)?;
        audit::record(tx, Done::SuperuserMade, &By::default(), About::user(id))?;
        Ok(id)
    };
    ctx.db.write(write).await
}

/// Who gives an account its name: reserved words are the operator's to give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    ByThemselves,
    ByTheOperator,
}

/// Checks everything about a new account, so that all that is wrong is said at once.
pub(super) async fn draft(
    ctx: &Context,
    body: &Register,
    given: Given,
    locale: Locale,
) -> Result<NewAccount> {
    let username = match given {
        Given::ByThemselves => names::check_username(&body.username),
        Given::ByTheOperator => names::check_given_username(&body.username),
    };
    let display_name = match &body.display_name {
        Some(raw) => texts::name("display_name", raw, texts::DISPLAY_NAME_CHARS_MAX).map(Some),
        None => Ok(None),
    };
    let email = match &body.email {
        None if given == Given::ByThemselves && ctx.verification == Verification::Mandatory => {
            Err(Error::field("email", Flaw::Required))
        }
        email => email.as_deref().map(check_email).transpose(),
    };
    let words = [Some(body.username.clone()), body.display_name.clone(), body.email.clone()];
    let words = words.into_iter().flatten().flat_map(known_words).chain(site_words(ctx)).collect();
    let password_hash = ctx.hasher.accept(&body.password, words).await;

    let flaws = [
        username.as_ref().err(),
        password_hash.as_ref().err(),
        email.as_ref().err(),
        display_name.as_ref().err(),
    ];
    if let Some(refusal) = all_of(flaws) {
        return Err(refusal);
    }
    let Username { name, key } = username?;
    Ok(NewAccount {
        display_name: display_name?.unwrap_or_else(|| name.clone()),
        username: name,
        username_key: key,
        email: email?,
        password_hash: password_hash?,
        locale,
        standing: Standing::PERSON,
        is_email_verified: false,
    })
}

/// Several refusals as one; what is not about a field goes first, alone.
fn all_of<'a>(refusals: impl IntoIterator<Item = Option<&'a Error>>) -> Option<Error> {
    let mut found: Option<Error> = None;
    for refusal in refusals.into_iter().flatten() {
        if refusal.code != Code::Invalid {
            return Some(refusal.clone());
        }
        found.get_or_insert_with(|| Code::Invalid.into()).fields.extend(refusal.fields.clone());
    }
    found
}

/// What is easily known of a person: a name, and the parts of an address.
pub(super) fn known_words(text: String) -> Vec<String> {
    let text: String = text.chars().take(EMAIL_CHARS_MAX).collect();
    text.split(['@', ' ']).map(str::to_owned).collect()
}

/// What everybody knows of the site: the words of its name, and the parts of its address.
pub(super) fn site_words(ctx: &Context) -> Vec<String> {
    let name = ctx.name.last().to_string();
    let url = Url::parse(ctx.mail.address()).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let words = name.split(' ').chain(host.split('.')).chain([host]);
    let joined = name.replace(' ', "");
    words.map(str::to_owned).chain([joined, name.clone()]).filter(|word| !word.is_empty()).collect()
}

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
    use crate::store::sessions::list_addresses;
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

pub(super) fn begin(
    tx: &mut Tx<'_>,
    user_id: UserId,
    remember: bool,
    caller: &Caller,
) -> Result<Begun> {
    let session = NewSession {
        user_id,
        salt: BASE64.encode(rand::random::<[u8; 16]>()),
        remember,
        ip: caller.ip,
        user_agent: sessions::user_agent(caller),
        expires_at: tx.now.after(lifetime(remember)),
    };
    let id = crate::store::sessions::insert(tx, &session)?;
    let NewSession { salt, expires_at, .. } = session;
    Ok(Begun { id, user_id, generation: 0, salt, remember, expires_at })
}

fn lifetime(remember: bool) -> Duration {
    if remember { SESSION_REMEMBERED } else { SESSION }
}

/// Gives the next tokens for a refresh token. An old one is a sign that somebody else has it, so it
/// ends the whole session (SECURITY, TK-5).
///
/// # Errors
/// `unauthenticated` for what is no refresh token; `session_revoked`, `account_deactivated`.
pub async fn refresh(ctx: &Context, caller: &Caller, token: &str) -> Result<Grant> {
    let unauthenticated = || Error::from(Code::Unauthenticated);
    let token = RefreshToken::parse(token).ok_or_else(unauthenticated)?;
    let (keys, caller) = (ctx.keys.clone(), caller.clone());
    let begun = ctx.db.write(move |tx| {
        let live = crate::store::sessions::find(tx.conn, token.session_id)?;
        let live = live.filter(|live| keys.is_refresh_token(&token, &live.salt));
        let live = live.ok_or_else(unauthenticated)?;
        sessions::check_live(&live, tx.now)?;
        match successor(&live, token.generation, tx.now) {
            Successor::Next => {
                let expires_at = tx.now.after(lifetime(live.remember));
                crate::store::sessions::rotate(tx, token.session_id, expires_at)?;
                let generation = live.generation + 1;
                Ok(Some(refreshed(token.session_id, Live { generation, expires_at, ..live })))
            }
            Successor::Same => Ok(Some(refreshed(token.session_id, live))),
            Successor::None => {
                crate::store::sessions::revoke(tx, live.user_id, token.session_id)?;
                let about = About::session(token.session_id, live.user_id);
                audit::record(tx, Done::RefreshReused, &By::caller(&caller, None), about)?;
                audit::note(Done::RefreshReused, Some(live.user_id), &caller);
                Ok(None)
            }
        }
    });
    match begun.await? {
        Some(begun) => grant(ctx, begun).await,
        None => Err(Code::SessionRevoked.into()),
    }
}

/// What a refresh token of a generation is good for.
enum Successor {
    /// The generation after the current one.
    Next,
    /// The current one, once more.
    Same,
    /// Nothing: it was used before.
    None,
}

fn successor(live: &Live, generation: i64, now: Timestamp) -> Successor {
    if generation == live.generation {
        Successor::Next
    } else if generation + 1 == live.generation && now.since(live.rotated_at) <= GRACE {
        Successor::Same
    } else {
        Successor::None
    }
}

fn refreshed(id: SessionId, live: Live) -> Begun {
    let Live { user_id, generation, salt, remember, expires_at, .. } = live;
    Begun { id, user_id, generation, salt, remember, expires_at }
}

/// The tokens of a session.
pub(super) async fn grant(ctx: &Context, begun: Begun) -> Result<Grant> {
    let Begun { id, user_id, generation, salt, remember, expires_at } = begun;
    let access_token = ctx.keys.sign(user_id, id, ctx.db.clock().now())?;
    let refresh_token = Some(ctx.keys.refresh_token(id, generation, &salt)?);
    let here = ctx.here.clone();
    let me = ctx.db.read(move |conn| Ok(profiles::find_me(conn, &*here, user_id)?)).await?;
    let profile = me.ok_or_else(|| Error::from(Code::Unauthenticated))?;
    let token_type = TokenType::Bearer;
    let tokens = Tokens { access_token, token_type, expires_in: ACCESS_S, refresh_token, profile };
    Ok(Grant { tokens, remember, expires_at })
}
