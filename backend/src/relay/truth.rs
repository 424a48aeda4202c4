//! What a relay asks the database: the truth of which it only hints.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    error::Result,
    model::{Announced, AnnouncementId, Rev, RoomId},
};

/// The database, as a relay sees it. Every call has a deadline of its own.
pub trait Truth: Send + Sync {
    /// The newest numbers of these rooms; a room that is gone is left out.
    fn heads(&self, rooms: Vec<RoomId>) -> BoxFuture<'_, Result<Vec<(RoomId, Rev)>>>;
    /// The newest id under which something was kept for the nodes.
    fn last_kept(&self) -> BoxFuture<'_, Result<AnnouncementId>>;
    /// The ids under which something was kept after this one, in order; not all at once, if there are
    /// many.
    fn kept_after(&self, id: AnnouncementId) -> BoxFuture<'_, Result<Vec<AnnouncementId>>>;
    /// What was kept under these ids.
    fn kept(&self, ids: Vec<AnnouncementId>) -> BoxFuture<'_, Result<Vec<Announced>>>;
    /// How many nodes are on the database, this one included.
    fn nodes(&self) -> BoxFuture<'_, Result<i64>>;
    /// The name of the history that was seen last.
    fn epoch(&self) -> Arc<str>;
    /// How often it was not known whether a commit of this node stands.
    fn unknown_commits(&self) -> u64;
}
