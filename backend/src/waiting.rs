//! A bounded line: how many wait for the same thing at once.
//!
//! Whoever waits for something scarce stands in a line of [`Waiters`], holding a [`Waiting`] until their
//! turn comes; one more than the line takes is refused at once. What is waited for is not known here.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::error::{Code, Result};

/// Those who wait for one thing. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Waiters {
    count: Arc<AtomicUsize>,
    max: usize,
}

/// A place in the line, left also by whoever goes away before their turn.
#[derive(Debug)]
pub struct Waiting(Arc<AtomicUsize>);

impl Waiters {
    /// Nobody waits yet, and never more than so many.
    pub fn at_most(max: usize) -> Self {
        Self { count: Arc::default(), max }
    }

    /// Takes a place in the line.
    ///
    /// # Errors
    /// `unavailable` when all are taken.
    pub fn line_up(&self) -> Result<Waiting> {
        let before = self.count.fetch_add(1, Ordering::Relaxed);
        // Made first, so that whoever is refused is not counted any longer.
        let place = Waiting(self.count.clone());
        if before < self.max { Ok(place) } else { Err(Code::Unavailable.into()) }
    }

    /// How many wait.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_the_line_takes_is_refused_until_somebody_leaves_it() {
        let waiters = Waiters::at_most(2);
        let first = waiters.line_up().unwrap();
        let _second = waiters.clone().line_up().unwrap();
        for _ in 0..2 {
            assert_eq!(waiters.line_up().unwrap_err().code, Code::Unavailable);
        }
        drop(first);
        assert!(waiters.line_up().is_ok());
    }
}
