//! What the store counts of itself, for whoever watches over the node.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::tally::{COUNTS, MICROS, Tally};

/// How much is read and written, and how long it is waited for.
#[derive(Debug)]
pub struct Stats {
    reads: AtomicU64,
    /// How long callers waited for a connection, in microseconds.
    pub waits_us: Tally,
    /// How many pieces of work a commit had.
    pub batches: Tally,
}

impl Stats {
    pub(super) fn new() -> Self {
        let (waits_us, batches) = (Tally::new(MICROS), Tally::new(COUNTS));
        Self { reads: AtomicU64::new(0), waits_us, batches }
    }

    pub(super) fn has_read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// How often the database was read; what was remembered is not counted.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}
