//! Whether this node may tell its people anything.
//!
//! A process that stood still has missed something, and every one of its threads goes on at once: so
//! the right to tell is a lease. Whoever compares this node with the database vouches for it again and
//! again, a moment ahead; where nobody has vouched in time, nothing leaves until somebody does. Free of
//! a clock: the moments are passed in. A node that is alone needs nobody to vouch.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// The lease.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// What moments are counted from; nothing before anybody has vouched.
    base: OnceLock<Instant>,
    /// Until when it is open, in milliseconds.
    until: AtomicU64,
    /// How often it was opened again: what waits before it may be void by then.
    round: AtomicU64,
}

impl Gate {
    /// Opens it until then; says whether it was closed.
    pub(super) fn vouch(&self, now: Instant, until: Instant) -> bool {
        let is_first = self.base.get().is_none();
        let base = *self.base.get_or_init(|| now);
        let was_closed = !is_first && self.round(now).is_none();
        if was_closed {
            // Whoever sees it open sees this as well.
            self.round.fetch_add(1, Ordering::Release);
        }
        self.until.store(ms(base, until), Ordering::Release);
        was_closed
    }

    /// The round in which it is open; `None` while it is closed.
    pub(super) fn round(&self, now: Instant) -> Option<u64> {
        let is_open = match self.base.get() {
            Some(base) => ms(*base, now) <= self.until.load(Ordering::Acquire),
            None => true,
        };
        is_open.then(|| self.round.load(Ordering::Acquire))
    }
}

fn ms(base: Instant, at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(base).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_nobody_vouches_for_is_held_back_and_begins_a_new_round() {
        let (gate, start) = (Gate::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(gate.round(at(99_999)), Some(0), "nobody has vouched: nobody needs to");
        assert!(!gate.vouch(at(100), at(1_100)));
        assert_eq!((gate.round(at(1_100)), gate.round(at(1_101))), (Some(0), None));
        assert!(!gate.vouch(at(1_000), at(2_000)), "in time");
        assert_eq!(gate.round(at(30_000)), None);
        // Whoever stood still while vouching vouches for what is over.
        assert!(gate.vouch(at(30_000), at(2_025)));
        assert_eq!(gate.round(at(30_000)), None);
        assert!(gate.vouch(at(30_010), at(31_010)));
        assert_eq!(gate.round(at(30_500)), Some(2));
    }
}
