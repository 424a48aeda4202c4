//! Carrying: takes what was committed to every node that has somebody who wants to hear it.
//!
//! It knows the hub, to deliver, and the model; not who wrote and not who listens.
//! To add a relay: a file beside `local.rs` with an implementation of [`Relay`]; the tests of this
//! module's promises run on all of them.

mod local;

pub use local::LocalRelay;

use crate::model::Announcement;

/// Carries announcements to the hubs.
///
/// What it promises, and what it does not:
/// - **Delivery**: at most once per node, and best effort. The database is the truth; a hub that
///   missed a change notices by the numbers, or because heads are compared, and reads it.
/// - **Order**: that of the calls from one thread, per node; nobody relies on it, because each hub
///   puts a room's changes in order by `rev`.
/// - **Atomicity**: none. A node may get a part of a batch.
/// - **Time**: `publish` never blocks and never fails; it is called right after a commit, before
///   its author hears of it.
pub trait Relay: Send + Sync {
    /// Tells every node what was committed, this one included.
    fn publish(&self, announcements: Vec<Announcement>);
}
