//! Who types where: when that was told last, and on which socket it was said.

use std::{collections::HashMap, time::Duration};

use crate::model::{
    RoomId, Timestamp, UserId,
    live::{Origin, TYPING_MS},
};

/// How often it is told that the same person types in the same room, at the most.
const TOLD_EVERY: Duration = Duration::from_secs(3);
/// After how long without another word it is no longer so.
const EXPIRES_AFTER: Duration = Duration::from_millis(1).saturating_mul(TYPING_MS);

/// Everybody who types. Behind the hub's lock; bounded by the rooms of those who are here, as what is
/// old goes with [`Typists::forget`].
#[derive(Default)]
pub(super) struct Typists(HashMap<UserId, HashMap<RoomId, Typing>>);

struct Typing {
    told_at: Timestamp,
    /// Whether they are shown to be typing, unless that has expired.
    is_shown: bool,
    origin: Origin,
}

impl Typists {
    /// Somebody types; says whether that is to be told.
    pub(super) fn start(
        &mut self,
        room_id: RoomId,
        user_id: UserId,
        origin: Origin,
        now: Timestamp,
    ) -> bool {
        let rooms = self.0.entry(user_id).or_default();
        if let Some(typing) = rooms.get_mut(&room_id)
            && typing.told_at <= now
            && now.since(typing.told_at) < TOLD_EVERY
        {
            typing.origin = origin;
            return false;
        }
        rooms.insert(room_id, Typing { told_at: now, is_shown: true, origin });
        true
    }

    /// Somebody stopped; says whether that is to be told.
    pub(super) fn stop(&mut self, room_id: RoomId, user_id: UserId) -> bool {
        let typing = self.0.get_mut(&user_id).and_then(|rooms| rooms.get_mut(&room_id));
        typing.is_some_and(|typing| std::mem::take(&mut typing.is_shown))
    }

    /// A socket ended; answers the rooms in which that is to be told.
    pub(super) fn end(&mut self, user_id: UserId, origin: Origin) -> Vec<RoomId> {
        let rooms = self.0.get_mut(&user_id).into_iter().flatten();
        let here = rooms.filter(|(_, typing)| typing.origin == origin);
        here.filter_map(|(id, it)| std::mem::take(&mut it.is_shown).then_some(*id)).collect()
    }

    /// Forgets what has expired.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.0.retain(|_, rooms| {
            let is_fresh = |typing: &Typing| {
                typing.told_at <= now && now.since(typing.told_at) < EXPIRES_AFTER
            };
            rooms.retain(|_, typing| is_fresh(typing));
            !rooms.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId(1);
    const ANN: UserId = UserId(1);
    const FIRST: Origin = Origin { worker: 0, serial: 1 };
    const SECOND: Origin = Origin { worker: 0, serial: 2 };

    fn at(ms: u64) -> Timestamp {
        Timestamp(0).after(Duration::from_millis(ms))
    }

    #[test]
    fn it_is_told_every_three_seconds_at_the_most() {
        let mut typists = Typists::default();
        let told: Vec<_> = (0..10)
            .map(|tick| tick * 500)
            .filter(|ms| typists.start(ROOM, ANN, FIRST, at(*ms)))
            .collect();
        assert_eq!(told, [0, 3_000]);
        assert!(typists.start(RoomId(2), ANN, FIRST, at(4_500)), "another room is another matter");
        assert!(typists.start(ROOM, ANN, FIRST, at(100)), "the clock was set back");
    }

    #[test]
    fn a_stop_is_told_once_and_only_after_a_start() {
        let mut typists = Typists::default();
        assert!(!typists.stop(ROOM, ANN));
        typists.start(ROOM, ANN, FIRST, at(0));
        assert!(typists.stop(ROOM, ANN));
        assert!(!typists.stop(ROOM, ANN));
        assert!(!typists.start(ROOM, ANN, FIRST, at(2_999)));
        assert!(!typists.stop(ROOM, ANN), "what was not told is not taken back");
    }

    #[test]
    fn it_ends_with_the_socket_on_which_it_was_said_last() {
        let mut typists = Typists::default();
        typists.start(ROOM, ANN, FIRST, at(0));
        typists.start(ROOM, ANN, SECOND, at(1_000));
        assert!(typists.end(ANN, FIRST).is_empty());
        assert_eq!(typists.end(ANN, SECOND), [ROOM]);
        assert!(typists.end(ANN, SECOND).is_empty());
    }

    #[test]
    fn what_has_expired_is_forgotten() {
        let mut typists = Typists::default();
        typists.start(ROOM, ANN, FIRST, at(0));
        typists.forget(at(5_999));
        assert_eq!(typists.0.len(), 1);
        typists.forget(at(6_000));
        assert!(typists.0.is_empty());
        assert!(!typists.stop(ROOM, ANN));
    }
}
