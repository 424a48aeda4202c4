//! What fanning out counts of itself, for whoever watches over the node.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    model::Close,
    tally::{MICROS, Tally},
};

/// How quick it is, how often something had been missed, and how sockets ended.
#[derive(Debug)]
pub struct Stats {
    /// How long it took until everything that was new stood in the queues of a worker's sockets, in
    /// microseconds.
    pub fan_out_us: Tally,
    repairs: AtomicU64,
    /// Locked once per socket that ends.
    closes: Mutex<BTreeMap<u16, u64>>,
}

impl Default for Stats {
    fn default() -> Self {
        let fan_out_us = Tally::new(MICROS);
        Self { fan_out_us, repairs: AtomicU64::new(0), closes: Mutex::default() }
    }
}

impl Stats {
    /// What was missed in a room was read from the database.
    pub fn has_repaired(&self) {
        self.repairs.fetch_add(1, Ordering::Relaxed);
    }

    /// A socket has ended.
    pub fn has_closed(&self, close: Close) {
        let mut closes = self.closes.lock().unwrap_or_else(PoisonError::into_inner);
        let count = closes.entry(close.code()).or_default();
        *count = count.saturating_add(1);
    }

    /// How often something was missed, and was read.
    pub fn repairs(&self) -> u64 {
        self.repairs.load(Ordering::Relaxed)
    }

    /// How many sockets ended with each code.
    pub fn closes(&self) -> Vec<(u16, u64)> {
        let closes = self.closes.lock().unwrap_or_else(PoisonError::into_inner);
        closes.iter().map(|(code, count)| (*code, *count)).collect()
    }
}
