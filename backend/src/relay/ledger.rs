//! Which of the kept announcements were passed on here, so that each is passed on once, whichever way
//! it came. Free of IO and clock.

use std::collections::{BTreeMap, HashSet};

use super::watch::Ms;
use crate::model::AnnouncementId;

/// For how long a commit may be under way: what was numbered before another may show after it.
pub(super) const UNDER_WAY_MAX: Ms = 15_000;

/// The ids that were seen lately; how many is bounded by what is committed in 15 s.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// With when each was seen first.
    seen: BTreeMap<AnnouncementId, Ms>,
    /// Up to here nothing is asked for any more.
    floor: i64,
}

impl Ledger {
    /// What was kept up to here happened before anybody was here.
    pub(super) fn begin(&mut self, last: AnnouncementId, now: Ms) {
        self.seen.clear();
        self.floor = last.0.saturating_sub(1);
        self.seen.insert(last, now);
    }

    /// Takes one; says whether it is new.
    pub(super) fn take(&mut self, id: AnnouncementId, now: Ms) -> bool {
        if id.0 <= self.floor || self.seen.contains_key(&id) {
            return false;
        }
        self.seen.insert(id, now);
        true
    }

    /// Whether this one was taken.
    pub(super) fn has(&self, id: AnnouncementId) -> bool {
        id.0 <= self.floor || self.seen.contains_key(&id)
    }

    /// After which id to ask, so that nothing is missed that showed late.
    pub(super) fn floor(&self) -> AnnouncementId {
        AnnouncementId(self.floor)
    }

    /// Which of these are still to be read.
    pub(super) fn unseen(&self, ids: &[AnnouncementId]) -> Vec<AnnouncementId> {
        let unseen: HashSet<_> = ids.iter().copied().filter(|id| !self.has(*id)).collect();
        ids.iter().copied().filter(|id| unseen.contains(id)).collect()
    }

    /// Forgets what can't be asked for any more: everything up to the newest id that was seen long
    /// ago.
    pub(super) fn forget(&mut self, now: Ms) {
        let old = |seen_at: Ms| now.saturating_sub(seen_at) > UNDER_WAY_MAX;
        let last = self.seen.iter().rev().find(|(_, seen_at)| old(**seen_at)).map(|(id, _)| *id);
        if let Some(last) = last {
            self.floor = self.floor.max(last.0);
            self.seen = self.seen.split_off(&AnnouncementId(last.0.saturating_add(1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(range: impl Iterator<Item = i64>) -> Vec<AnnouncementId> {
        range.map(AnnouncementId).collect()
    }

    #[test]
    fn what_came_by_one_way_does_not_come_by_the_other() {
        let mut ledger = Ledger::default();
        ledger.begin(AnnouncementId(10), 0);
        assert!(!ledger.take(AnnouncementId(9), 1), "it was before");
        assert!(ledger.take(AnnouncementId(12), 1));
        assert!(!ledger.take(AnnouncementId(12), 2));
        assert_eq!(ledger.unseen(&ids(10..=13)), ids([11, 13].into_iter()), "11 showed late");
    }

    proptest! {
        #[test]
        fn each_is_taken_exactly_once_whatever_shows_when(
            order in Just((1..40_i64).collect::<Vec<_>>()).prop_shuffle(),
            gaps in prop::collection::vec(0..400_u64, 39),
        ) {
            let mut ledger = Ledger::default();
            let (mut now, mut taken) = (0, Vec::new());
            for (id, gap) in order.iter().zip(gaps) {
                now += gap;
                ledger.forget(now);
                if ledger.take(AnnouncementId(*id), now) {
                    taken.push(*id);
                }
                prop_assert!(!ledger.take(AnnouncementId(*id), now));
            }
            // All within 15 s of each other, or forgotten as older than what is under way.
            if now <= UNDER_WAY_MAX {
                taken.sort_unstable();
                prop_assert_eq!(taken, (1..40).collect::<Vec<_>>());
            }
            ledger.forget(now + UNDER_WAY_MAX + 1);
            prop_assert!(ledger.seen.is_empty());
        }
    }
}
