//! What carries words between nodes: any publish-and-subscribe that delivers at most once.

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// How many words from others wait here at the most; a relay that drops more says so.
pub(super) const ARRIVED_MAX: usize = 65_536;

/// Something that came in.
#[derive(Debug)]
pub(super) enum Arrived {
    /// A word, under whichever topic.
    Word(Bytes),
    /// Some words were dropped.
    Dropped,
    /// The connection is a new one: nothing is subscribed to.
    Reconnected,
}

/// Carries words. Best effort: what it does not carry is found by comparing with the database.
pub(super) trait Carrier: Send + Sync {
    /// Hands over words with their topics, in order; says whether all of them were taken.
    fn publish(&self, words: Vec<(String, Bytes)>) -> BoxFuture<'_, bool>;
    /// Says whether that is confirmed.
    fn subscribe(&self, topics: Vec<String>) -> BoxFuture<'_, bool>;
    /// Nothing depends on whether it is done.
    fn unsubscribe(&self, topics: Vec<String>) -> BoxFuture<'_, ()>;
}
