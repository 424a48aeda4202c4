//! Who is here, in which rooms, and what of that is still to be told.
//!
//! A person is here for as long as anything holds them, and for a grace after that: the sockets of
//! this node, and every other node that says so (see `afar`).
//! Nothing is told at once: what changed is collected, and told as a whole at most every 250 ms, so
//! that the cost is bounded whoever comes and goes how often. No clock: the time is passed in.

mod afar;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};

use super::ambient::{Ambient, Counted, Moved, Shown};
use crate::model::{NodeId, RoomId, Timestamp, UserId, live::CROWD_MIN, profile::Presence};

/// For how long somebody without sockets is still here: it hides a reconnect.
const GRACE: Duration = Duration::from_secs(3);
/// How often is told what has changed, at the most.
const EVERY: Duration = Duration::from_millis(250);
/// How many people are told of at once, at the most; the others wait for the next time. A socket that
/// shares rooms with all of them gets some 150 KiB at once, of the 1 MiB that may wait for it, and ten
/// thousand people of a node that died are told off within the five seconds of G12: its lease lies within
/// the grace, and five times this follow.
const PEOPLE_MAX: usize = 2_048;

/// Everybody who is here. Behind the hub's lock.
#[derive(Default)]
pub(super) struct Presences {
    people: HashMap<UserId, Person>,
    rooms: HashMap<RoomId, People>,
    /// Who has nothing that holds them, since when.
    leaving: HashMap<UserId, Timestamp>,
    /// Who is in which rooms without a socket there, and was first seen to be when: nobody for longer than
    /// the grace, whatever else holds them.
    silent: HashMap<(UserId, RoomId), Option<Timestamp>>,
    /// Who went, from which rooms, and is still shown to be online: told first.
    gone: VecDeque<(UserId, Vec<RoomId>)>,
    /// Whose presence may differ from what was told, each once.
    changed: VecDeque<UserId>,
    /// Rooms in which somebody came or went.
    moved: HashSet<RoomId>,
    /// Whose attendance is to be told to other nodes; nothing, where there are none.
    stirred: Option<HashSet<UserId>>,
    told_at: Option<Timestamp>,
}

#[derive(Default)]
struct Person {
    /// How many sockets and other nodes hold this person.
    holders: usize,
    /// The rooms in which other nodes have this person, by node.
    afar: HashMap<NodeId, HashSet<RoomId>>,
    /// The rooms in which this person is, with how many sockets: none during the grace.
    rooms: HashMap<RoomId, usize>,
    /// What this person wants to show; not known before the first socket was greeted, and nothing is
    /// shown until then.
    chosen: Option<Presence>,
    /// What others were told, if it is not `offline`.
    told: Option<Presence>,
    /// Whether this person stands in [`Presences::changed`].
    queued: bool,
}

#[derive(Default)]
struct People {
    /// Who hears the room and shows it.
    online: BTreeSet<UserId>,
    /// Who hears it and shows nothing.
    hidden: BTreeSet<UserId>,
    /// Whether somebody was online when it was told last, if they came or went since.
    was: BTreeMap<UserId, bool>,
    /// How many were told last.
    counted: usize,
    /// Whether everybody may know how many they are.
    is_public: bool,
}

impl Presences {
    /// Something holds a person: they are here.
    pub(super) fn hold(&mut self, user_id: UserId) {
        let person = self.people.entry(user_id).or_default();
        person.holders = person.holders.saturating_add(1);
        self.leaving.remove(&user_id);
        self.stir(user_id);
    }

    /// It does no longer; if it was the last, the grace begins.
    pub(super) fn release(&mut self, user_id: UserId, now: Timestamp) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        person.holders = person.holders.saturating_sub(1);
        if person.holders == 0 {
            self.leaving.insert(user_id, now);
        }
        self.stir(user_id);
    }

    /// A person chose what to show, or had chosen it before they came (`is_fresh: false`).
    pub(super) fn choose(&mut self, user_id: UserId, presence: Presence, is_fresh: bool) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        if !is_fresh && person.chosen.is_some() {
            return;
        }
        person.chosen = Some(presence);
        if !person.queued {
            person.queued = true;
            self.changed.push_back(user_id);
        }
        let shows = person.shows();
        for room_id in person.rooms.keys() {
            if self.rooms.entry(*room_id).or_default().put(user_id, shows) {
                self.moved.insert(*room_id);
            }
        }
        self.stir(user_id);
    }

    /// A socket of a person hears a room.
    pub(super) fn come(&mut self, room_id: RoomId, user_id: UserId) {
        let person = self.people.entry(user_id).or_default();
        let sockets = person.rooms.entry(room_id).or_default();
        *sockets = sockets.saturating_add(1);
        if self.rooms.entry(room_id).or_default().put(user_id, person.shows()) {
            self.moved.insert(room_id);
        }
        self.stir(user_id);
    }

    /// A socket of a person hears a room no longer. If the socket has ended (`has_ended`), the person
    /// may come back and is still in the room until the grace is over.
    pub(super) fn go(&mut self, room_id: RoomId, user_id: UserId, has_ended: bool) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        let Some(sockets) = person.rooms.get_mut(&room_id) else { return };
        *sockets = sockets.saturating_sub(1);
        if *sockets == 0 {
            if has_ended {
                self.silent.insert((user_id, room_id), None);
            } else {
                person.rooms.remove(&room_id);
                self.take_out(room_id, user_id);
            }
        }
        self.stir(user_id);
    }

    /// A person who is in a room without a socket there is no longer in it: no member any more, or
    /// back with other rooms.
    pub(super) fn leave(&mut self, user_id: UserId, is_left: impl Fn(RoomId) -> bool) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        let left = person.rooms.extract_if(|room_id, sockets| *sockets == 0 && is_left(*room_id));
        for (room_id, _) in left.collect::<Vec<_>>() {
            self.take_out(room_id, user_id);
        }
    }

    /// Whether everybody may know how many are in a room; if nobody said so, they may not.
    pub(super) fn describe(&mut self, room_id: RoomId, is_public: bool) {
        let Some(people) = self.rooms.get_mut(&room_id) else { return };
        if people.is_public == is_public {
            return;
        }
        people.is_public = is_public;
        // Nodes on which nobody hears the room learn it with who is in it.
        for user_id in people.hearers().collect::<Vec<_>>() {
            self.stir(user_id);
        }
    }

    pub(super) fn is_here(&self, user_id: UserId) -> bool {
        self.people.contains_key(&user_id)
    }

    /// How many people are here, whatever they show.
    pub(super) fn count(&self) -> usize {
        self.people.len()
    }

    pub(super) fn hides(&self, user_id: UserId) -> bool {
        self.people.get(&user_id).is_some_and(|it| it.chosen == Some(Presence::Offline))
    }

    pub(super) fn hears(&self, room_id: RoomId, user_id: UserId) -> bool {
        self.people.get(&user_id).is_some_and(|person| person.rooms.contains_key(&room_id))
    }

    /// Who hears a room, in no order.
    pub(super) fn hearers(&self, room_id: RoomId) -> impl Iterator<Item = UserId> {
        self.rooms.get(&room_id).into_iter().flat_map(People::hearers)
    }

    /// In no order.
    pub(super) fn online(&self) -> impl Iterator<Item = UserId> {
        self.people.iter().filter(|(_, person)| person.shows()).map(|(user_id, _)| *user_id)
    }

    /// In the order of ids.
    pub(super) fn online_in(&self, room_id: RoomId) -> impl Iterator<Item = UserId> {
        self.rooms.get(&room_id).into_iter().flat_map(|people| people.online.iter().copied())
    }

    pub(super) fn online_count(&self, room_id: RoomId) -> usize {
        self.rooms.get(&room_id).map_or(0, |people| people.online.len())
    }

    /// Lets go of those whose grace is over; answers what is to be told, if it is time.
    pub(super) fn tick(&mut self, now: Timestamp) -> Option<Ambient> {
        // A clock that was set back must not silence anybody.
        if self.told_at.is_some_and(|at| at <= now && now.since(at) < EVERY) {
            return None;
        }
        self.let_go(now);
        self.empty_silent(now);
        let people = self.tell_people();
        let (rooms, counts) = self.tell_rooms();
        if people.is_empty() && rooms.is_empty() && counts.is_empty() {
            return None;
        }
        self.told_at = Some(now);
        Some(Ambient::new(people, rooms, counts))
    }

    /// Takes people out of rooms in which they have had no socket for a grace: those who are held by
    /// other sockets and nodes, which are not in the room.
    fn empty_silent(&mut self, now: Timestamp) {
        let mut over = Vec::new();
        self.silent.retain(|(user_id, room_id), since| {
            let since = since.get_or_insert(now);
            *since = (*since).min(now);
            let sockets = self.people.get(user_id).and_then(|person| person.rooms.get(room_id));
            let is_silent = sockets == Some(&0);
            let is_over = is_silent && now.since(*since) >= GRACE;
            if is_over {
                over.push((*user_id, *room_id));
            }
            is_silent && !is_over
        });
        for (user_id, room_id) in over {
            if let Some(person) = self.people.get_mut(&user_id) {
                person.rooms.remove(&room_id);
            }
            self.take_out(room_id, user_id);
        }
    }

    fn let_go(&mut self, now: Timestamp) {
        for since in self.leaving.values_mut() {
            *since = (*since).min(now);
        }
        let over = self.leaving.extract_if(|_, since| now.since(*since) >= GRACE);
        for (user_id, _) in over.collect::<Vec<_>>() {
            let Some(person) = self.people.remove(&user_id) else { continue };
            let rooms: Vec<_> = person.rooms.into_keys().collect();
            for room_id in &rooms {
                self.take_out(*room_id, user_id);
            }
            if person.told.is_some() {
                self.gone.push_back((user_id, rooms));
            }
        }
    }

    fn take_out(&mut self, room_id: RoomId, user_id: UserId) {
        let Some(people) = self.rooms.get_mut(&room_id) else { return };
        people.take_out(user_id);
        // Rooms that nobody hears any more are forgotten when it is told who moved.
        self.moved.insert(room_id);
    }

    fn tell_people(&mut self) -> Vec<Shown> {
        let mut told = Vec::new();
        while told.len() < PEOPLE_MAX
            && let Some((user_id, rooms)) = self.gone.pop_front()
        {
            told.push(Shown::new(user_id, Presence::Offline, self.calm(rooms.into_iter())));
        }
        while told.len() < PEOPLE_MAX
            && let Some(user_id) = self.changed.pop_front()
        {
            let Some(person) = self.people.get_mut(&user_id) else { continue };
            person.queued = false;
            let shown = person.chosen.filter(|_| person.shows());
            if person.told == shown {
                continue;
            }
            person.told = shown;
            let rooms: Vec<_> = person.rooms.keys().copied().collect();
            let presence = shown.unwrap_or(Presence::Offline);
            told.push(Shown::new(user_id, presence, self.calm(rooms.into_iter())));
        }
        told
    }

    /// The rooms in which there is no crowd.
    fn calm(&self, rooms: impl Iterator<Item = RoomId>) -> Vec<RoomId> {
        rooms.filter(|room_id| self.online_count(*room_id) <= CROWD_MIN).collect()
    }

    fn tell_rooms(&mut self) -> (Vec<Moved>, Vec<Counted>) {
        let (mut moved, mut counts) = (Vec::new(), Vec::new());
        for room_id in std::mem::take(&mut self.moved) {
            let Some(people) = self.rooms.get_mut(&room_id) else { continue };
            let online_count = i64::try_from(people.online.len()).unwrap_or(i64::MAX);
            let (mut joined, mut left) = (Vec::new(), Vec::new());
            for (user_id, was) in std::mem::take(&mut people.was) {
                match (was, people.online.contains(&user_id)) {
                    (false, true) => joined.push(user_id),
                    (true, false) => left.push(user_id),
                    _ => {}
                }
            }
            if !joined.is_empty() || !left.is_empty() {
                moved.push(Moved::new(room_id, joined, left, online_count));
            }
            if people.counted != people.online.len() {
                people.counted = people.online.len();
                let is_public = people.is_public;
                counts.push(Counted { room_id, online_count, is_public });
            }
            if people.hearers().next().is_none() {
                self.rooms.remove(&room_id);
            }
        }
        (moved, counts)
    }
}

impl Person {
    fn shows(&self) -> bool {
        self.chosen.is_some_and(|presence| presence != Presence::Offline)
    }
}

impl People {
    fn hearers(&self) -> impl Iterator<Item = UserId> {
        self.online.iter().chain(&self.hidden).copied()
    }

    /// Somebody hears the room, and shows it or not; says whether they came or went by that, for others.
    fn put(&mut self, user_id: UserId, shows: bool) -> bool {
        let is_moved = if shows {
            self.hidden.remove(&user_id);
            self.online.insert(user_id)
        } else {
            self.hidden.insert(user_id);
            self.online.remove(&user_id)
        };
        if is_moved {
            self.was.entry(user_id).or_insert(!shows);
        }
        is_moved
    }

    /// Somebody hears the room no longer.
    fn take_out(&mut self, user_id: UserId) {
        self.hidden.remove(&user_id);
        if self.online.remove(&user_id) {
            self.was.entry(user_id).or_insert(true);
        }
    }
}
