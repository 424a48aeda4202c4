//! What a node says and what it makes of what others say. Free of IO and clock, so that a simulation
//! can lose, delay and double every word.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    latest::Latest,
    ledger::Ledger,
    watch::{Heard, Ms, Watch},
    wire::{Addressed, Beat, NAMED_MAX, PEOPLE_MAX, People, Said, Word, everybody},
};
use crate::model::{
    Announced, Announcement, AnnouncementId, Attendance, NodeId, Rev, RoomId, Topic, UserId,
};

/// How often one node is asked at the most who is with it.
const ASK_EVERY: Ms = 1_000;

/// Something to be done.
#[derive(Debug)]
pub(super) enum Task {
    /// Pass on what was committed elsewhere.
    Deliver(Vec<Announcement>),
    /// A head was told of.
    Hint(RoomId, Rev),
    /// These people are with another node, and those no more.
    People { node: NodeId, here: Vec<Attendance>, gone: Vec<UserId> },
    /// Another node tells of everybody with it: whoever is not in `all` has gone.
    Everybody { node: NodeId, all: HashSet<UserId> },
    /// A node is gone.
    Forget(NodeId),
    /// Say who is here.
    TellPeople,
    /// Somebody types elsewhere, or does no more.
    Typing { room_id: RoomId, user_id: UserId, is_typing: bool },
    /// A whisper came.
    Whisper { from: NodeId, to: UserId, sealed: Vec<u8>, key: u64 },
    /// A whisper was queued elsewhere.
    Queued(u64),
    /// Compare with the database.
    Compare,
    /// Say this.
    Say(Addressed),
}

/// One node.
#[derive(Debug)]
pub(super) struct Core {
    node: NodeId,
    pub(super) watch: Watch,
    pub(super) ledger: Ledger,
    latest: Latest,
    /// How many words were said to all.
    said: u64,
    /// What was told since the last beat.
    told_rooms: BTreeMap<RoomId, Rev>,
    told_kept: Vec<(Topic, AnnouncementId)>,
    /// Something was not told, or not to everybody.
    is_more: bool,
    /// What this node listens to, confirmed or not.
    pub(super) topics: HashSet<Topic>,
    /// Nodes of which it is not known who is with them, and when they were asked last.
    strange: HashMap<NodeId, Option<Ms>>,
    /// Who was named so far by nodes that are telling of everybody.
    telling: HashMap<NodeId, HashSet<UserId>>,
}

impl Core {
    pub(super) fn new(node: NodeId) -> Self {
        Self {
            node,
            watch: Watch::default(),
            ledger: Ledger::default(),
            latest: Latest::default(),
            said: 0,
            told_rooms: BTreeMap::new(),
            told_kept: Vec::new(),
            is_more: false,
            topics: HashSet::new(),
            strange: HashMap::new(),
            telling: HashMap::new(),
        }
    }

    /// Puts what was committed here into words, what goes to one topic together.
    pub(super) fn tell(&mut self, announced: Vec<Announced>) -> Vec<Addressed> {
        let mut news: Vec<(Topic, Vec<Announced>)> = Vec::new();
        for told in announced {
            if let Announcement::Change(change) = &told.what {
                self.told_change(change.room_id, change.rev);
            }
            for topic in told.what.topics() {
                if let Some(id) = told.id {
                    self.told_kept.push((topic, id));
                }
                match news.iter_mut().rev().find(|(known, _)| *known == topic) {
                    Some((_, together)) => together.push(told.clone()),
                    None => news.push((topic, vec![told.clone()])),
                }
            }
        }
        news.into_iter().map(|(topic, news)| self.say(topic, Said::News(news))).collect()
    }

    /// A change is told; the next beat says so.
    pub(super) fn told_change(&mut self, room_id: RoomId, rev: Rev) {
        let head = self.told_rooms.entry(room_id).or_insert(0);
        *head = (*head).max(rev);
    }

    /// Something that was committed here can't be told.
    pub(super) fn not_told(&mut self) {
        self.is_more = true;
    }

    /// Addresses a word.
    pub(super) fn say(&mut self, topic: Topic, what: Said) -> Addressed {
        let number = (topic == Topic::All).then(|| {
            self.said = self.said.saturating_add(1);
            self.said
        });
        (topic, Word { node: self.node, number, what })
    }

    /// Says who is here: what has changed, or everybody.
    pub(super) fn tell_people(
        &mut self,
        here: Vec<Attendance>,
        gone: Vec<UserId>,
    ) -> Vec<Addressed> {
        if here.is_empty() && gone.is_empty() {
            return Vec::new();
        }
        let mut here = here.into_iter();
        let mut words = Vec::new();
        let mut gone = Some(gone);
        loop {
            let part: Vec<_> = here.by_ref().take(PEOPLE_MAX).collect();
            if part.is_empty() && gone.is_none() {
                return words;
            }
            let people = People { here: part, gone: gone.take().unwrap_or_default(), part: None };
            words.push(self.say(Topic::All, Said::People(people)));
        }
    }

    pub(super) fn tell_everybody(&mut self, people: Vec<Attendance>) -> Vec<Addressed> {
        let parts = everybody(people);
        parts.into_iter().map(|part| self.say(Topic::All, Said::People(part))).collect()
    }

    /// Hears a word.
    pub(super) fn hear(&mut self, word: Word, now: Ms) -> Vec<Task> {
        if word.node == self.node {
            if matches!(word.what, Said::Beat(_)) {
                self.watch.heard_oneself(now);
            }
            return Vec::new();
        }
        let mut tasks = Vec::new();
        if let Some(number) = word.number {
            match self.watch.heard(word.node, number, now) {
                Heard::Next => {}
                Heard::Again => return tasks,
                Heard::Strange => {
                    self.telling.remove(&word.node);
                    self.strange.entry(word.node).or_default();
                }
            }
        }
        tasks.extend(self.take(word.node, word.what, now));
        tasks
    }

    fn take(&mut self, node: NodeId, what: Said, now: Ms) -> Vec<Task> {
        match what {
            Said::News(news) => {
                let fresh = self.fresh(news, now);
                if fresh.is_empty() { Vec::new() } else { vec![Task::Deliver(fresh)] }
            }
            Said::Beat(beat) => {
                let is_mine = |topic: &Topic| *topic == Topic::All || self.topics.contains(topic);
                let missed = beat.kept.iter().any(|(it, id)| is_mine(it) && !self.ledger.has(*id));
                if missed || beat.is_more {
                    self.watch.suspect();
                }
                if let Some((_, number)) = beat.heard.iter().find(|(of, _)| *of == self.node) {
                    self.watch.is_heard_by(node, *number);
                }
                beat.rooms.into_iter().map(|(room_id, rev)| Task::Hint(room_id, rev)).collect()
            }
            Said::People(people) => self.take_people(node, people),
            Said::Ask(of) if of == self.node => vec![Task::TellPeople],
            Said::Ask(_) => Vec::new(),
            Said::Typing { room_id, user_id, is_typing } => {
                vec![Task::Typing { room_id, user_id, is_typing }]
            }
            Said::Whisper { to, sealed, key } => {
                vec![Task::Whisper { from: node, to, sealed, key }]
            }
            Said::Queued { node, key } if node == self.node => vec![Task::Queued(key)],
            Said::Queued { .. } => Vec::new(),
        }
    }

    /// What of this was not passed on here before, and is still so.
    pub(super) fn fresh(&mut self, news: Vec<Announced>, now: Ms) -> Vec<Announcement> {
        let is_fresh = |told: &Announced| {
            let Some(id) = told.id else { return true };
            self.ledger.take(id, now) && self.latest.take(id, &told.what, now)
        };
        news.into_iter().filter(is_fresh).map(|told| told.what).collect()
    }

    fn take_people(&mut self, node: NodeId, people: People) -> Vec<Task> {
        let People { here, gone, part } = people;
        let mut tasks = Vec::new();
        if let Some(part) = part {
            if part.is_first {
                self.telling.insert(node, HashSet::new());
            }
            if let Some(all) = self.telling.get_mut(&node) {
                all.extend(here.iter().map(|attendance| attendance.user_id));
            }
            if part.is_last
                && let Some(all) = self.telling.remove(&node)
            {
                self.strange.remove(&node);
                tasks.push(Task::Everybody { node, all });
            }
        }
        tasks.push(Task::People { node, here, gone });
        tasks
    }

    /// Asks the nodes that have not answered who is with them.
    fn ask(&mut self, now: Ms) -> Vec<Task> {
        let is_due =
            |asked: &Option<Ms>| asked.is_none_or(|at| now.saturating_sub(at) >= ASK_EVERY);
        let due = self.strange.iter().filter(|(_, asked)| is_due(asked)).map(|(node, _)| *node);
        let mut tasks = Vec::new();
        for node in due.collect::<Vec<_>>() {
            self.strange.insert(node, Some(now));
            tasks.push(Task::Say(self.say(Topic::All, Said::Ask(node))));
        }
        tasks
    }

    /// What is due; to be called every 25 ms or so.
    pub(super) fn tick(&mut self, now: Ms) -> Vec<Task> {
        let due = self.watch.tick(now);
        let mut tasks = self.ask(now);
        if due.beat {
            let beat = self.beat();
            let word = self.say(Topic::All, Said::Beat(beat));
            self.watch.said_beat(self.said, now);
            tasks.push(Task::Say(word));
            self.ledger.forget(now);
            self.latest.forget(now);
        }
        for node in due.gone {
            self.strange.remove(&node);
            self.telling.remove(&node);
            tasks.push(Task::Forget(node));
        }
        if due.compare {
            tasks.push(Task::Compare);
        }
        tasks
    }

    fn beat(&mut self) -> Beat {
        let rooms = std::mem::take(&mut self.told_rooms);
        let kept = std::mem::take(&mut self.told_kept);
        let is_more = std::mem::take(&mut self.is_more);
        Beat {
            is_more: is_more || rooms.len() > NAMED_MAX || kept.len() > NAMED_MAX,
            rooms: rooms.into_iter().take(NAMED_MAX).collect(),
            kept: kept.into_iter().take(NAMED_MAX).collect(),
            heard: self.watch.last_heard().take(NAMED_MAX).collect(),
        }
    }
}
