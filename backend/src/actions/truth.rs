//! The database as a relay sees it: by calls that are quick, and wait for nobody else's.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};

use crate::{
    error::Result,
    model::{Announced, AnnouncementId, Rev, RoomId},
    relay::Truth,
    store::{Db, announcements, rooms},
};

/// What a relay compares with.
pub struct Stored(pub Db);

impl Truth for Stored {
    fn heads(&self, ids: Vec<RoomId>) -> BoxFuture<'_, Result<Vec<(RoomId, Rev)>>> {
        self.0.check(move |conn| Ok(rooms::list_heads(conn, &ids)?)).boxed()
    }

    fn last_kept(&self) -> BoxFuture<'_, Result<AnnouncementId>> {
        self.0.check(|conn| Ok(announcements::find_last(conn)?)).boxed()
    }

    fn kept_after(&self, id: AnnouncementId) -> BoxFuture<'_, Result<Vec<AnnouncementId>>> {
        self.0.check(move |conn| Ok(announcements::list_ids(conn, id)?)).boxed()
    }

    fn kept(&self, ids: Vec<AnnouncementId>) -> BoxFuture<'_, Result<Vec<Announced>>> {
        self.0.check(move |conn| Ok(announcements::list(conn, &ids)?)).boxed()
    }

    fn nodes(&self) -> BoxFuture<'_, Result<i64>> {
        self.0.count_nodes().boxed()
    }

    fn epoch(&self) -> Arc<str> {
        self.0.epoch()
    }

    fn unknown_commits(&self) -> u64 {
        self.0.unknown_commits()
    }
}

/// Throws away, once in a while, what was kept long enough for the nodes.
pub async fn forget_announcements(db: &Db) {
    if let Err(error) = db.write(|tx| Ok(announcements::purge(tx)?)).await {
        tracing::warn!(%error, "old announcements were not thrown away");
    }
}
