//! Carrying: takes what was committed to every node that has somebody who wants to hear it.
//!
//! A node that is alone has a [`LocalRelay`]. One of several has a [`ClusterRelay`]: `core` decides
//! what to say and what to make of what is heard, `watch` when to stop believing, `compare` asks the
//! database; all of them free of IO or fed with it by `runner`, the relay's thread. Words are carried by
//! a `carrier`, of which `redis` is one; without any, everything is found by comparing.
//! This folder knows the hub, to deliver, and the model; not who wrote and not who listens; of the
//! database it sees no more than [`Truth`].
//! To add a carrier: a file beside `redis.rs`. To carry something new: a variant of `wire::Said`.

mod carrier;
mod carrying;
mod cluster;
mod compare;
mod core;
mod latest;
mod ledger;
mod local;
mod redis;
mod runner;
mod seal;
#[cfg(test)]
mod simulation;
mod truth;
mod watch;
mod wire;

pub use cluster::{ClusterLive, ClusterRelay, Condition, Health, Orders};
pub use local::LocalRelay;
pub use redis::RedisError;
pub use runner::{Parts, RelayError};
pub use seal::Seal;
pub use truth::Truth;

use std::time::Duration;

use crate::model::Announced;

/// Carries announcements to the hubs.
///
/// What it promises, and what it does not:
/// - **Delivery**: to the hub of this node exactly once, when it is published. To other nodes at most
///   once, and best effort: the database is the truth, and a node that missed something notices by
///   the numbers, or because it compares, and reads it.
/// - **Order**: that of the calls from one thread, per topic; nobody relies on it, because each hub
///   puts a room's changes in order by `rev`.
/// - **Atomicity**: none. A node may get a part of a batch.
/// - **Time**: `publish` never blocks and never fails; it is called right after a commit, before
///   its author hears of it.
pub trait Relay: Send + Sync {
    /// Tells every node what was committed, this one included.
    fn publish(&self, announced: Vec<Announced>);
}

/// The topic that is used to find out whether a relay works.
pub const CHECK_TOPIC: &str = "test_channel";
/// What is said on it.
pub const CHECK_WORD: &str = r#"{"type":"hello"}"#;

/// Says [`CHECK_WORD`] on [`CHECK_TOPIC`] and waits until it comes back: how long that took. Without an
/// address, by way of this process.
///
/// # Errors
/// One sentence that says what is wrong and how to mend it.
pub async fn check(redis: Option<&str>) -> Result<Duration, RedisError> {
    match redis {
        Some(url) => redis::check(url, CHECK_TOPIC, CHECK_WORD).await,
        None => local::check(CHECK_TOPIC, CHECK_WORD).await,
    }
}
