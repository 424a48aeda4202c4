//! Mails with a link, and mails that tell of something: who may get how many, and what stays secret.
//!
//! Whether an address belongs to an account must not show in an answer or in how long it takes, so
//! what is found out about it is found out after the answer ([`Errands`]).

use std::{future::Future, sync::Arc};

use tokio::sync::Semaphore;

use super::{Context, accounts::EMAIL_CHARS_MAX};
use crate::{
    error::{Code, Error, Flaw, Result},
    keys::opaque::Opaque,
    mail::{self, Letter, Mail},
    model::text,
    store::{
        Tx,
        mailboxes::Owner,
        mailed::{self, Mailed, Purpose},
    },
};
use validator::ValidateEmail;

/// How many errands run at once; one more is refused with `unavailable`, whatever it is about.
const ERRANDS_MAX: usize = 64;

/// What goes on after its call was answered.
#[derive(Clone)]
pub(crate) struct Errands(Arc<Semaphore>);

impl Default for Errands {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ERRANDS_MAX)))
    }
}

impl Errands {
    /// Begins an errand and returns at once; what goes wrong in it is logged.
    ///
    /// # Errors
    /// `unavailable` when too many are under way.
    pub(super) fn run(
        &self,
        errand: impl Future<Output = Result<()>> + Send + 'static,
    ) -> Result<()> {
        let place = self.0.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::from(Code::Unavailable))?;
        tokio::spawn(async move {
            if let Err(error) = errand.await {
                tracing::warn!(%error, "what was promised after an answer was not done");
            }
            drop(place);
        });
        Ok(())
    }
}

/// An e-mail address as it is stored, if mail can be sent to it.
///
/// # Errors
/// `invalid`, naming the field `email`.
pub(super) fn check_email(raw: &str) -> Result<String> {
    let email = raw.trim();
    if email.chars().count() > EMAIL_CHARS_MAX {
        return Err(Error::field("email", Flaw::TooLong(EMAIL_CHARS_MAX)));
    }
    if !email.validate_email() || !mail::is_address(email) {
        return Err(Error::field("email", Flaw::Malformed));
    }
    Ok(email.to_owned())
}

/// Whether one more mail with a link may go to an address.
pub(super) fn may_send_link(ctx: &Context, email: &str) -> bool {
    let now = ctx.db.clock().now();
    let may = ctx.limits.links_by_mailbox.take(&text::fold(email), now).check().is_ok();
    if !may {
        tracing::warn!(
            event = "mail.limited",
            "an address has had too many mails; one was not sent"
        );
    }
    may
}

/// Keeps the token of a link in a commit; the link is sent after it, with [`send_link`].
pub(super) fn keep(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    owner: &Owner,
    email: &str,
    token: &Opaque,
) -> Result<()> {
    let mailed = Mailed { user_id: owner.user_id, email: email.to_owned() };
    Ok(mailed::insert(tx, purpose, &mailed, &token.hash)?)
}

/// Sends a link whose token was kept.
pub(super) fn send_link(
    ctx: &Context,
    purpose: Purpose,
    owner: &Owner,
    email: &str,
    token: Opaque,
) {
    let (name, token) = (owner.username.clone(), token.text);
    let mail = match purpose {
        Purpose::Verify => Mail::Verify { name, token },
        Purpose::Reset => Mail::Reset { name, token },
    };
    ctx.mail.send(&Letter {
        to: email.to_owned(),
        locale: owner.locale,
        mail,
        server: ctx.name.last(),
    });
}

/// Tells the owner of an address that somebody else named it as theirs.
pub(super) fn send_in_use(ctx: &Context, holder: &Owner, email: &str) {
    let mail = Mail::AddressInUse { name: holder.username.clone() };
    ctx.mail.send(&Letter {
        to: email.to_owned(),
        locale: holder.locale,
        mail,
        server: ctx.name.last(),
    });
}

/// Tells a person of something, if they have an address.
pub(super) fn tell(ctx: &Context, owner: &Owner, mail: Mail) {
    let Some(email) = &owner.email else { return };
    let now = ctx.db.clock().now();
    if ctx.limits.notices_by_mailbox.take(&text::fold(email), now).check().is_err() {
        tracing::warn!(
            event = "mail.limited",
            "an address has had too many mails; one was not sent"
        );
        return;
    }
    ctx.mail.send(&Letter {
        to: email.clone(),
        locale: owner.locale,
        mail,
        server: ctx.name.last(),
    });
}
