//! Who came and who went in one room, remembered apart from the messages that say so.
//!
//! A message can be replaced or deleted, and a gap is mended from the database, where only today's
//! messages are left; what somebody's coming or going does to the listeners must survive both.

use std::collections::VecDeque;

use crate::model::{Effect, Rev, UserId};

/// One coming or going.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Counts what was logged: a reader that has seen `index` continues behind it.
    pub index: u64,
    /// Where in the room's order it is applied: after everything numbered up to `at`, before the
    /// rest. Never later than `number` says for a going.
    pub at: Rev,
    /// The number it took in the room; for a coming that was read from the database, the head of
    /// that reading.
    pub number: Rev,
    /// Who, and which of both.
    pub effect: Effect,
}

/// The newest comings and goings of one room.
#[derive(Debug)]
pub struct EffectLog {
    log: VecDeque<Logged>,
    /// At most so many are remembered; the oldest is forgotten, and `forgotten` tells.
    len_max: usize,
    next_index: u64,
    /// The highest number that was forgotten.
    forgotten: Rev,
}

/// What the log knows about one person since some number.
#[derive(Debug, PartialEq)]
pub enum Whereabouts {
    /// Nothing happened, or the person came (back).
    Here,
    /// The person went and has not come back.
    Gone,
    /// The log does not reach back that far.
    Unknown,
}

impl EffectLog {
    /// An empty log; `since` is the number from which on it knows everything.
    pub fn new(len_max: usize, since: Rev) -> Self {
        Self { log: VecDeque::new(), len_max, next_index: 1, forgotten: since }
    }

    /// Remembers one, unless something as new is known about the person already.
    pub fn push(&mut self, at: Rev, number: Rev, effect: Effect) {
        let known = self.newest(effect.user_id()).is_some_and(|known| known.number >= number);
        if known {
            return;
        }
        self.log.push_back(Logged { index: self.next_index, at, number, effect });
        self.next_index = self.next_index.saturating_add(1);
        while self.log.len() > self.len_max {
            if let Some(oldest) = self.log.pop_front() {
                self.forgotten = self.forgotten.max(oldest.number);
            }
        }
    }

    /// The index behind which nothing is logged yet.
    pub fn last_index(&self) -> u64 {
        self.next_index.saturating_sub(1)
    }

    /// What was logged behind `index` and is due at `at`; `None` if some of it was forgotten.
    pub fn behind(&self, index: u64, at: Rev) -> Option<Vec<Logged>> {
        let oldest = self.log.front().map_or(self.next_index, |oldest| oldest.index);
        if index.saturating_add(1) < oldest {
            return None;
        }
        let start = self.log.partition_point(|logged| logged.index <= index);
        Some(self.log.range(start..).take_while(|logged| logged.at <= at).cloned().collect())
    }

    /// Where a person stands who was a member at `number`.
    pub fn whereabouts(&self, user_id: UserId, number: Rev) -> Whereabouts {
        match self.newest(user_id) {
            Some(Logged { effect: Effect::Gone { .. }, number: gone, .. }) if *gone > number => {
                Whereabouts::Gone
            }
            Some(newest) if newest.number > number => Whereabouts::Here,
            _ if self.forgotten > number => Whereabouts::Unknown,
            _ => Whereabouts::Here,
        }
    }

    fn newest(&self, user_id: UserId) -> Option<&Logged> {
        self.log.iter().rev().find(|logged| logged.effect.user_id() == user_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(user_id: i64) -> Effect {
        Effect::Gone { user_id: UserId(user_id) }
    }

    #[test]
    fn a_person_stands_where_the_newest_number_says() {
        let mut log = EffectLog::new(2, 5);
        log.push(7, 7, gone(1));
        assert_eq!(log.whereabouts(UserId(1), 6), Whereabouts::Gone);
        assert_eq!(log.whereabouts(UserId(1), 7), Whereabouts::Here);
        assert_eq!(log.whereabouts(UserId(2), 5), Whereabouts::Here);
        assert_eq!(log.whereabouts(UserId(2), 4), Whereabouts::Unknown);
    }

    #[test]
    fn what_is_forgotten_is_admitted() {
        let mut log = EffectLog::new(2, 0);
        for number in 1..=3 {
            log.push(number, number, gone(number));
        }
        assert!(log.behind(0, 9).is_none());
        assert_eq!(log.behind(1, 9).unwrap().len(), 2);
        assert_eq!(log.behind(1, 2).unwrap().len(), 1);
        assert_eq!(log.whereabouts(UserId(9), 0), Whereabouts::Unknown);
        assert_eq!(log.whereabouts(UserId(9), 1), Whereabouts::Here);
    }

    #[test]
    fn the_same_thing_is_logged_once() {
        let mut log = EffectLog::new(8, 0);
        log.push(4, 4, gone(1));
        log.push(6, 4, gone(1));
        log.push(6, 3, gone(1));
        assert_eq!(log.last_index(), 1);
    }
}
