//! People on other nodes: each node that has sockets of a person is one more holder of that person,
//! and what it says of its people replaces what it said before.

use std::collections::HashSet;

use super::{Person, Presences};
use crate::model::{Attendance, NodeId, RoomId, Timestamp, UserId};

impl Presences {
    /// From now on it is remembered whom other nodes must be told of.
    pub(in crate::hub) fn share(&mut self) {
        self.stirred.get_or_insert_default();
    }

    /// Whose attendance changed since this was asked last: as it is now, and who has gone.
    pub(in crate::hub) fn take_stirred(&mut self) -> (Vec<Attendance>, Vec<UserId>) {
        let stirred = self.stirred.as_mut().map(std::mem::take).unwrap_or_default();
        let (mut here, mut gone) = (Vec::new(), Vec::new());
        for user_id in stirred {
            match self.attendance(user_id) {
                Some(attendance) => here.push(attendance),
                None => gone.push(user_id),
            }
        }
        (here, gone)
    }

    /// Everybody of whom this node has a socket.
    pub(in crate::hub) fn attendances(&self) -> Vec<Attendance> {
        self.people.keys().filter_map(|user_id| self.attendance(*user_id)).collect()
    }

    /// Another node has sockets of a person.
    pub(in crate::hub) fn put_afar(&mut self, node: NodeId, attendance: Attendance) {
        let Attendance { user_id, presence, rooms } = attendance;
        let stirred = self.stirred.take();
        let person = self.people.entry(user_id).or_default();
        let is_new = !person.afar.contains_key(&node);
        let is_here = person.has_sockets();
        if is_new {
            person.holders = person.holders.saturating_add(1);
            self.leaving.remove(&user_id);
        }
        let now: HashSet<RoomId> = rooms.iter().map(|(room_id, _)| *room_id).collect();
        let before = person.afar.insert(node, now.clone()).unwrap_or_default();
        for (room_id, is_public) in rooms {
            if !before.contains(&room_id) {
                self.come(room_id, user_id);
            }
            self.describe(room_id, is_public);
        }
        for room_id in before.difference(&now) {
            self.go(*room_id, user_id, false);
        }
        if let Some(presence) = presence {
            self.choose(user_id, presence, !is_here);
        }
        self.stirred = stirred;
    }

    /// Another node has no socket of a person any more.
    pub(in crate::hub) fn drop_afar(&mut self, node: NodeId, user_id: UserId, now: Timestamp) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        let Some(rooms) = person.afar.remove(&node) else { return };
        // What another node said is not told back to it.
        let stirred = self.stirred.take();
        for room_id in rooms {
            self.go(room_id, user_id, true);
        }
        self.release(user_id, now);
        self.stirred = stirred;
    }

    /// Whom another node has.
    pub(in crate::hub) fn people_of(&self, node: NodeId) -> HashSet<UserId> {
        let theirs = |(user_id, person): (&UserId, &Person)| {
            person.afar.contains_key(&node).then_some(*user_id)
        };
        self.people.iter().filter_map(theirs).collect()
    }

    /// Whether another node has a person, or may have: who is still here by the grace alone, and has nothing that
    /// holds them, has perhaps just come back elsewhere, which is told a moment later. In which rooms is not
    /// asked: that is told later still, and whoever has them knows.
    pub(in crate::hub) fn may_be_afar(&self, user_id: UserId) -> bool {
        let person = self.people.get(&user_id);
        self.leaving.contains_key(&user_id) || person.is_some_and(|it| !it.afar.is_empty())
    }

    pub(super) fn stir(&mut self, user_id: UserId) {
        if let Some(stirred) = &mut self.stirred {
            stirred.insert(user_id);
        }
    }

    fn attendance(&self, user_id: UserId) -> Option<Attendance> {
        let person = self.people.get(&user_id).filter(|person| person.has_sockets())?;
        let heard = |(room_id, sockets): (&RoomId, &usize)| {
            let afar = person.afar.values().filter(|rooms| rooms.contains(room_id)).count();
            let is_public = self.rooms.get(room_id).is_some_and(|people| people.is_public);
            (*sockets > afar).then_some((*room_id, is_public))
        };
        let rooms = person.rooms.iter().filter_map(heard).collect();
        Some(Attendance { user_id, presence: person.chosen, rooms })
    }
}

impl Person {
    /// Whether this node has a socket of this person.
    fn has_sockets(&self) -> bool {
        self.holders > self.afar.len()
    }
}
