//! Counting how long or how much, from any thread and without waiting for another: a few bounds, and how
//! many values were at most as large as each. Whoever watches reads it now and then.
//!
//! It must not know who counts what, nor who reads it. To count something new: a [`Tally`] or a number
//! beside what it counts, and its line in `metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

/// The upper bounds of what may take long, in microseconds.
pub const MICROS: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000,
];
/// The upper bounds of what comes in batches.
pub const COUNTS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

/// How many values were at most so large.
#[derive(Debug)]
pub struct Tally {
    bounds: &'static [u64],
    /// One more than there are bounds: the last is for what is larger than all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a tally says at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How many values were above the bound before, and at most as large as each.
    pub buckets: Vec<(u64, u64)>,
    /// How many values there were.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Tally {
    /// An empty one, with bounds in ascending order.
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Counts a value.
    pub fn add(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Counts a time, in microseconds.
    pub fn add_time(&self, time: std::time::Duration) {
        self.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// What there is. Values that are counted meanwhile may be in it in part.
    pub fn read(&self) -> Reading {
        let counts: Vec<u64> = self.counts.iter().map(|it| it.load(Ordering::Relaxed)).collect();
        let bounds = self.bounds.iter().copied().chain([u64::MAX]);
        let sum = self.sum.load(Ordering::Relaxed);
        Reading { count: counts.iter().sum(), buckets: bounds.zip(counts).collect(), sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_counted_at_the_first_bound_that_it_does_not_pass() {
        let tally = Tally::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11] {
            tally.add(value);
        }
        let read = tally.read();
        assert_eq!(read.buckets, [(1, 2), (10, 2), (u64::MAX, 1)]);
        assert_eq!((read.count, read.sum), (5, 24));
    }
}
