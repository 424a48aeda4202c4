//! Verbs: what a person does. One action is one function: check, write, announce.
//!
//! Both doors call the same functions, so they decide and announce the same. This folder must not
//! know HTTP, sockets or SQL. To add an action: a function in the file of its noun that takes the
//! [`Context`] and the [`Viewer`], its rule in `policy`, its handler in `api` and its command in
//! `gateway`.

mod access;
mod audit;
mod guesses;
mod links;
mod pages;
mod proof;

pub mod accounts;
pub mod admin;
pub mod avatars;
pub mod blocks;
pub mod emails;
pub mod files;
pub mod health;
pub mod hello;
pub mod identities;
pub mod messages;
pub mod missed;
pub mod names;
pub mod passwords;
pub mod profiles;
pub mod reading;
pub mod rooms;
pub mod server;
pub mod sessions;
pub mod setup;
pub mod texts;
pub mod tokens;
pub mod totp;
pub mod truth;
pub mod typing;
pub mod whispers;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc};

pub use crate::policy::Need;
pub use audit::sweep as sweep_audit;

use crate::{
    error::{Error, Result},
    keys::Keys,
    limits::Limits,
    mail::Mailer,
    media::Media,
    model::{
        SessionId, Timestamp, UserId,
        credentials::{Reach, Verification},
        live::Live,
        presence::Here,
        profile::Locale,
    },
    oidc::Provider,
    passwords::Hasher,
    policy,
    relay::Health,
    store::Db,
};

/// What every action may use. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The store; its clock is the clock of the actions.
    pub db: Db,
    /// Who is here right now.
    pub here: Arc<dyn Here>,
    /// What passes on what is kept nowhere.
    pub live: Arc<dyn Live>,
    /// What tokens are signed with.
    pub keys: Arc<Keys>,
    /// What passwords are hashed with.
    pub hasher: Hasher,
    /// How much is too much.
    pub limits: Arc<Limits>,
    /// What makes and keeps pictures.
    pub media: Media,
    /// Those who upload.
    pub uploads: files::Uploads,
    /// What sends mails.
    pub mail: Mailer,
    /// What is asked of e-mail addresses.
    pub verification: Verification,
    /// What the server is called, as far as it was read.
    pub name: Arc<server::KnownName>,
    /// Others who know who somebody is.
    pub providers: Arc<[Provider]>,
    /// Whether the web client makes a room at once that is opened by a name which none has.
    pub creates_missing_rooms: bool,
    /// How the relay is, on a node that is one of several.
    pub relay: Option<Arc<Health>>,
    /// What goes on after its call was answered.
    pub(crate) errands: links::Errands,
}

impl Context {
    /// With the keys that tokens are signed with and, unless `rate_limits` is off, limits. It sends
    /// no mails, as befits a command; see [`Context::with_mail`].
    pub fn new<T: Here + Live + 'static>(
        db: Db,
        here: Arc<T>,
        keys: Keys,
        rate_limits: bool,
    ) -> Self {
        Self {
            db,
            live: here.clone(),
            here,
            keys: Arc::new(keys),
            hasher: Hasher::new(),
            limits: Arc::new(Limits::new(rate_limits)),
            media: Media::new(),
            uploads: files::Uploads::default(),
            mail: Mailer::none(""),
            verification: Verification::default(),
            name: Arc::default(),
            providers: Arc::default(),
            creates_missing_rooms: false,
            relay: None,
            errands: links::Errands::default(),
        }
    }

    /// The same, on a node that is one of several.
    #[must_use]
    pub fn with_relay(self, relay: Arc<Health>) -> Self {
        Self { relay: Some(relay), ..self }
    }

    /// The same, but people may sign in by these.
    #[must_use]
    pub fn with_providers(self, providers: Vec<Provider>) -> Self {
        Self { providers: providers.into(), ..self }
    }

    /// The same, but a room that is opened by a name which none has is made at once, or offered.
    #[must_use]
    pub fn creating_missing_rooms(self, creates_missing_rooms: bool) -> Self {
        Self { creates_missing_rooms, ..self }
    }

    /// The same, but it sends mails, and asks this of e-mail addresses.
    #[must_use]
    pub fn with_mail(self, mail: Mailer, verification: Verification) -> Self {
        Self { mail, verification, ..self }
    }
}

/// Where a call comes from, signed in or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The address, as far as it is known.
    pub ip: Option<IpAddr>,
    /// The program, as it names itself.
    pub user_agent: Option<String>,
    /// The language that it asks for.
    pub locale: Locale,
    /// The call, as the logs know it.
    pub request_id: Option<Arc<str>>,
}

/// Whoever is asking: signed in, with a live session and an active account. To have one means that
/// it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub user_id: UserId,
    /// The session that the access token belongs to.
    pub session_id: SessionId,
    /// Whether this person is staff.
    pub is_staff: bool,
    /// Whether this person may administer everything.
    pub is_superuser: bool,
    /// The language of texts for this person.
    pub locale: Locale,
    /// When the access token runs out.
    pub expires_at: Timestamp,
    /// How far this person's session, or the token in use, may go.
    pub reach: Reach,
    /// Where the call, or the socket, comes from.
    pub caller: Caller,
}

impl Viewer {
    /// Whether whoever asks may do what a call needs; asked by both doors for every call.
    ///
    /// # Errors
    /// `forbidden` where a token's scopes don't reach.
    pub fn check(&self, need: Need) -> Result<()> {
        policy::check_reach(&self.reach, need)
    }

    /// Notes a call of this person that was refused because they may not do this (`403`); `call` is the
    /// command, or method and address as the contracts have them. Both doors say so.
    pub fn note_refused(&self, ctx: &Context, call: &str, refusal: &Error) {
        if refusal.code.status() == 403 {
            audit::denied(ctx, self, call, refusal.code);
        }
    }
}
