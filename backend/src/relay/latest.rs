//! Which of several announcements of the same thing was the last to be committed: each says how it is now,
//! so what was said before is no news any more, whichever way it came and however late. Free of IO and clock.

use std::collections::HashMap;

use super::{ledger::UNDER_WAY_MAX, watch::Ms};
use crate::model::{Announcement, AnnouncementId, RoomId, UserId, event::Event};

/// What an announcement says all of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    /// What a person chose to show.
    Presence(UserId),
    /// How a person looks to others.
    Profile(UserId),
    /// What a room is called.
    Room(RoomId),
}

/// The newest announcement of each thing; how many are kept is bounded by what is committed in 15 s.
#[derive(Debug, Default)]
pub(super) struct Latest {
    told: HashMap<Subject, (AnnouncementId, Ms)>,
}

impl Latest {
    /// Takes an announcement; says whether it is still news. Those of one thing have their numbers in the
    /// order of their commits, which wait for each other.
    pub(super) fn take(&mut self, id: AnnouncementId, what: &Announcement, now: Ms) -> bool {
        let Some(subject) = subject(what) else { return true };
        let (newest, seen_at) = self.told.entry(subject).or_insert((id, now));
        if id < *newest {
            return false;
        }
        (*newest, *seen_at) = (id, now);
        true
    }

    /// Forgets what nothing older can come of any more.
    pub(super) fn forget(&mut self, now: Ms) {
        self.told.retain(|_, (_, seen_at)| now.saturating_sub(*seen_at) <= 2 * UNDER_WAY_MAX);
    }
}

fn subject(what: &Announcement) -> Option<Subject> {
    match what {
        Announcement::Presence { user_id, .. } => Some(Subject::Presence(*user_id)),
        Announcement::Around { user_id, event: Event::ProfileUpdated(_), .. } => {
            Some(Subject::Profile(*user_id))
        }
        Announcement::Room { room_id, event: Event::RoomUpdated(_) } => {
            Some(Subject::Room(*room_id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::Presence;

    #[test]
    fn what_was_chosen_before_is_no_news_after_what_was_chosen_later() {
        let mut latest = Latest::default();
        let chose = |user, presence| Announcement::Presence { user_id: UserId(user), presence };
        let mut take = |id, what: &Announcement| latest.take(AnnouncementId(id), what, 0);
        assert!(take(7, &chose(1, Presence::Offline)));
        assert!(!take(5, &chose(1, Presence::Online)), "committed before");
        assert!(take(6, &chose(2, Presence::Online)), "somebody else");
        assert!(take(8, &chose(1, Presence::Busy)));
        let deleted = Announcement::RoomDeleted { room_id: RoomId(1) };
        assert!(take(9, &deleted) && take(4, &deleted), "what happens is no state");
        latest.forget(2 * UNDER_WAY_MAX);
        assert_eq!(latest.told.len(), 2);
        latest.forget(2 * UNDER_WAY_MAX + 1);
        assert!(latest.told.is_empty());
    }
}
