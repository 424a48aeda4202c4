//! The audit log: who did what, to what, when and from where, written in the commit in which it is
//! done. Entries are never changed; old ones are thrown away.

use std::{net::IpAddr, sync::Arc, time::Duration};

use diesel::prelude::*;

use super::{
    journal::Tx,
    schema::{audit, rooms, users},
};
use crate::model::{
    RoomId, UserId,
    admin::audit::{FieldChange, ObjectKind},
    text,
};

/// How long an entry is kept: a year.
const KEPT: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// How many entries one commit throws away at the most.
const SWEEP_LEN: i64 = 1_000;

/// An entry to be. It never holds a password, a token, a text that somebody wrote or an e-mail
/// address.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// What was done.
    pub event: &'static str,
    /// Who did it.
    pub actor_id: Option<UserId>,
    /// To what sort of thing.
    pub object: ObjectKind,
    /// To which one.
    pub object_id: Option<i64>,
    /// Whom it concerns.
    pub user_id: Option<UserId>,
    /// In which room.
    pub room_id: Option<RoomId>,
    /// What was different afterwards.
    pub changes: Vec<FieldChange>,
    /// From which address.
    pub ip: Option<IpAddr>,
    /// The call, as the logs know it.
    pub request_id: Option<Arc<str>>,
}

/// Writes an entry, with what its object is called at this moment: a group room by its name, anything
/// of a person by theirs.
pub fn insert(tx: &mut Tx<'_>, entry: &NewEntry) -> QueryResult<()> {
    let name = name(tx, entry)?.unwrap_or_default();
    let changes = serde_json::to_string(&entry.changes).unwrap_or_else(|_| "[]".to_owned());
    diesel::insert_into(audit::table)
        .values((
            audit::event.eq(entry.event),
            audit::actor_id.eq(entry.actor_id.map(|id| id.0)),
            audit::object.eq(entry.object.name()),
            audit::object_id.eq(entry.object_id),
            audit::object_name.eq(&name),
            audit::search_key.eq(text::fold(&format!("{}\n{}", entry.event, name))),
            audit::user_id.eq(entry.user_id.map(|id| id.0)),
            audit::room_id.eq(entry.room_id.map(|id| id.0)),
            audit::changes.eq(changes),
            audit::ip.eq(entry.ip.map(|ip| ip.to_string())),
            audit::request_id.eq(entry.request_id.as_deref()),
            audit::created_at.eq(tx.now.0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn name(tx: &mut Tx<'_>, entry: &NewEntry) -> QueryResult<Option<String>> {
    match (entry.object, entry.room_id, entry.user_id) {
        (ObjectKind::Room, Some(id), _) => {
            rooms::table.find(id.0).select(rooms::name).first(tx.conn).optional()
        }
        (_, _, Some(id)) => {
            users::table.find(id.0).select(users::username).first(tx.conn).optional()
        }
        _ => Ok(None),
    }
}

/// Throws away some of the entries that are too old; says whether there may be more.
pub fn sweep(tx: &mut Tx<'_>) -> QueryResult<bool> {
    let kept_us = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let ids = audit::table
        .filter(audit::created_at.lt(tx.now.0.saturating_sub(kept_us)))
        .order((audit::created_at, audit::id))
        .limit(SWEEP_LEN)
        .select(audit::id)
        .load::<i64>(tx.conn)?;
    diesel::delete(audit::table.filter(audit::id.eq_any(&ids))).execute(tx.conn)?;
    Ok(!ids.is_empty())
}
