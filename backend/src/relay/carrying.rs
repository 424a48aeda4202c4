//! Whether words are carried between nodes, and when that is worth a line in the log. Free of IO and of
//! the clock.

use super::watch::Ms;

/// For how long it must have been otherwise until somebody has to know, in milliseconds.
const TELL_AFTER: Ms = 2_000;

/// What was last heard of it. Words are taken to be carried until it is known that they are not.
pub(super) struct Carrying {
    is_so: bool,
    since: Ms,
    is_told: bool,
}

impl Default for Carrying {
    fn default() -> Self {
        Self { is_so: true, since: 0, is_told: true }
    }
}

impl Carrying {
    /// Hears whether words are carried now; says so if that is news and not over in a moment, once.
    pub(super) fn hear(&mut self, is_so: bool, now: Ms) -> Option<bool> {
        if self.is_so != is_so {
            // What was not told was over before anybody had to know.
            *self = Self { is_so, since: now, is_told: !self.is_told };
        }
        if self.is_told || now.saturating_sub(self.since) < TELL_AFTER {
            return None;
        }
        self.is_told = true;
        Some(is_so)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told, and when, of what is heard every 100 ms.
    fn told(heard: impl Fn(Ms) -> bool, until: Ms) -> Vec<(Ms, bool)> {
        let mut carrying = Carrying::default();
        let mut all = Vec::new();
        for now in (0..until).step_by(100) {
            all.extend(carrying.hear(heard(now), now).map(|is_so| (now, is_so)));
        }
        all
    }

    #[test]
    fn an_outage_and_its_end_are_told_once_each() {
        let is_out = |now: Ms| (5_000..60_000).contains(&now);
        assert_eq!(told(|now| !is_out(now), 90_000), [(7_000, false), (62_000, true)]);
    }

    #[test]
    fn what_is_over_in_a_moment_is_not_told() {
        assert_eq!(told(|now| now % 5_000 >= 1_900, 60_000), []);
        // Nor that it was back for a moment.
        assert_eq!(told(|now| now % 5_000 < 1_900, 60_000), [(3_900, false)]);
    }

    #[test]
    fn a_node_that_never_heard_anybody_says_so() {
        assert_eq!(told(|_| false, 60_000), [(2_000, false)]);
    }
}
