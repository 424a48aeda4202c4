//! Signing up, and everything that is asked of a new account.

use url::Url;

use super::{EMAIL_CHARS_MAX, Grant, begin, grant};
use crate::{
    actions::{
        Caller, Context,
        audit::{self, About, By, Done},
        emails,
        links::check_email,
        names::{self, Username},
        texts,
    },
    error::{Code, Error, Flaw, Result},
    limits::Net,
    model::{
        UserId,
        account::Register,
        credentials::{Verification, VerificationPending},
        profile::Locale,
    },
    store::{
        Tx,
        accounts::{self, NewAccount, Standing},
        mailboxes,
    },
};

/// What comes of a sign-up.
pub enum Registered {
    /// The new person is signed in.
    In(Grant),
    /// The address has to be verified first.
    Pending(VerificationPending),
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
pub(in crate::actions) enum Given {
    ByThemselves,
    ByTheOperator,
}

/// Checks everything about a new account, so that all that is wrong is said at once.
pub(in crate::actions) async fn draft(
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
pub(in crate::actions) fn known_words(text: String) -> Vec<String> {
    let text: String = text.chars().take(EMAIL_CHARS_MAX).collect();
    text.split(['@', ' ']).map(str::to_owned).collect()
}

/// What everybody knows of the site: the words of its name, and the parts of its address.
pub(in crate::actions) fn site_words(ctx: &Context) -> Vec<String> {
    let name = ctx.name.last().to_string();
    let url = Url::parse(ctx.mail.address()).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let words = name.split(' ').chain(host.split('.')).chain([host]);
    let joined = name.replace(' ', "");
    words.map(str::to_owned).chain([joined, name.clone()]).filter(|word| !word.is_empty()).collect()
}
