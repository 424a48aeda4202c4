//! The server itself: what it is called.
//!
//! Every socket is told the name, so it is not read for each of them: what was read a moment ago is good,
//! and what was changed here is read anew. Another node may be a moment behind; those who listen there
//! are told by the same event.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    Context, Viewer,
    admin::{Who, check},
    audit::{self, About, By, Done, change},
    identities, texts,
};
use crate::{
    error::Result,
    model::{
        Announcement, Timestamp,
        event::{Event, ServerUpdated},
        server::{SERVER_NAME_CHARS_MAX, Server, UNNAMED, UpdateServer},
    },
    policy,
    store::{Tx, server},
};

/// For how long a name that was read is good.
const KNOWN_FOR: Duration = Duration::from_secs(1);

/// What the server was called when it was read last.
pub struct KnownName(Mutex<(Option<Timestamp>, Arc<str>)>);

impl Default for KnownName {
    fn default() -> Self {
        Self(Mutex::new((None, UNNAMED.into())))
    }
}

impl KnownName {
    /// The name as it was read last, without reading it: for mails.
    pub(super) fn last(&self) -> Arc<str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn fresh(&self, now: Timestamp) -> Option<Arc<str>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, name) = &*known;
        at.filter(|at| now.since(*at) < KNOWN_FOR).map(|_| name.clone())
    }

    fn keep(&self, at: Option<Timestamp>, name: Arc<str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (at, name);
    }
}

/// What the server is called.
///
/// # Errors
/// Those of the store.
pub async fn name(ctx: &Context) -> Result<Arc<str>> {
    let now = ctx.db.clock().now();
    if let Some(name) = ctx.name.fresh(now) {
        return Ok(name);
    }
    let found = ctx.db.read(|conn| Ok(server::find_name(conn)?)).await?;
    let name: Arc<str> = found.as_deref().unwrap_or(UNNAMED).into();
    ctx.name.keep(Some(now), name.clone());
    Ok(name)
}

/// What everybody may know of this server.
///
/// # Errors
/// Those of the store.
pub async fn get(ctx: &Context) -> Result<Server> {
    Ok(named(ctx, name(ctx).await?.to_string()))
}

fn named(ctx: &Context, name: String) -> Server {
    let providers = identities::providers(ctx);
    Server { name, providers, creates_missing_rooms: ctx.creates_missing_rooms }
}

/// Gives the server another name; everybody who is here is told.
///
/// # Errors
/// `invalid`, `forbidden` for everybody but superusers.
pub async fn update(ctx: &Context, viewer: &Viewer, body: &UpdateServer) -> Result<Server> {
    let wanted = texts::name("name", &body.name, SERVER_NAME_CHARS_MAX)?;
    let (who, by) = (Who::from(viewer), By::from(viewer));
    let write = move |tx: &mut Tx<'_>| {
        policy::may_configure(check(tx.conn, &who)?)?;
        let before = server::find_name(tx.conn)?;
        let before = before.unwrap_or_else(|| UNNAMED.to_owned());
        if before == wanted {
            return Ok(wanted);
        }
        server::update_name(tx, &wanted)?;
        let about = About::server().with(vec![change("name", Some(&before), Some(&wanted))]);
        audit::record(tx, Done::ServerRenamed, &by, about)?;
        let event = Event::ServerUpdated(ServerUpdated { name: wanted.clone() });
        tx.announce(Announcement::Everybody { event });
        Ok(wanted)
    };
    let name = ctx.db.write(write).await?;
    ctx.name.keep(None, name.as_str().into());
    audit::note(Done::ServerRenamed, Some(viewer.user_id), &viewer.caller);
    Ok(named(ctx, name))
}
