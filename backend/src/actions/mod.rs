//! Verbs: what a person does. One action is one function: check, write, announce.
//!
//! Both doors call the same functions, so they decide and announce the same. This folder must not
//! know HTTP, sockets or SQL. To add an action: a function in the file of its noun that takes the
//! [`Context`] and the [`Viewer`], its rule in `policy`, its handler in `api` and its command in
//! `gateway`.

pub mod names;
pub mod texts;

use std::sync::Arc;

use crate::{
    model::{SessionId, Timestamp, UserId, presence::Here, profile::Locale},
    store::Db,
};

/// What every action may use. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The store; its clock is the clock of the actions.
    pub db: Db,
    /// Who is here right now.
    pub here: Arc<dyn Here>,
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
}
