//! Several nodes, a relay that loses, delays and doubles words, stops and comes back, nodes that die and
//! stand still; and commits all the while. When it is over, every node must know within a second what
//! the database knows, and have passed on everything exactly once. Worlds that are broken on purpose
//! show that this would be noticed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

use super::{
    core::{Core, Task},
    watch::{Ms, PAUSE_MAX},
    wire::{Said, Word},
};
use crate::model::{
    Announced, Announcement, AnnouncementId, Attendance, NodeId, Rev, RoomId, SessionId, Topic,
    UserId, announcement::Ended,
};

const NODES: usize = 3;
const ROOMS: i64 = 3;
const TICK: Ms = 25;
/// Within which time everything is known after the last fault.
const SETTLE: Ms = 1_000;

/// What is wrong with a world on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Nobody compares heads without being told to.
    TrustsSilence,
    /// A beat does not say what was told.
    EmptyBeats,
    /// What comes by two ways is passed on twice.
    NoLedger,
    /// Holes in the numbers are not noticed.
    NoNumbers,
    /// Who stood still goes on telling people what it has.
    TellsAtOnce,
    /// A comparison that began before a pause is taken for one that knows of the pause.
    OldComparison,
}

#[derive(Clone, Debug)]
enum Op {
    /// A node commits a change of a room.
    Change { node: usize, room: i64 },
    /// A node commits something for a person.
    Note { node: usize, user: i64 },
    /// A node commits without hearing that it did.
    Untold { node: usize, room: i64 },
    /// The next words to a node are lost.
    Lose { node: usize, count: usize },
    /// The next words to a node come twice.
    Double { node: usize, count: usize },
    /// Nothing comes through to a node for so long.
    Deafen { node: usize, ms: Ms },
    /// A node does nothing for so long.
    Pause { node: usize, ms: Ms },
    /// Somebody comes to a node, or goes.
    Person { node: usize, user: i64 },
    /// Time passes.
    Wait { ms: Ms },
}

#[derive(Clone, Default)]
struct Database {
    heads: BTreeMap<RoomId, Rev>,
    kept: BTreeMap<AnnouncementId, UserId>,
}

struct Node {
    core: Core,
    heads: BTreeMap<RoomId, Rev>,
    /// How often each kept announcement was passed on.
    passed_on: BTreeMap<AnnouncementId, usize>,
    people: BTreeSet<UserId>,
    /// Whom others have, as far as this node knows.
    others: BTreeMap<NodeId, BTreeSet<UserId>>,
    arrivals: Vec<Vec<u8>>,
    lose: usize,
    double: usize,
    deaf_until: Ms,
    paused_until: Ms,
    active_at: Ms,
    /// What the database said to a comparison that is under way, and when it began.
    comparing: Option<(Ms, Database)>,
    /// There is something that people were not told.
    has_news: bool,
    /// What had happened when it went on after a pause, until it is known here.
    owed: Option<Database>,
}

struct World {
    flaw: Option<Flaw>,
    database: Database,
    nodes: Vec<Node>,
    now: Ms,
    /// Somebody was told something too early.
    early: Option<String>,
}

impl World {
    fn new(flaw: Option<Flaw>) -> Self {
        let heads: BTreeMap<_, _> = (1..=ROOMS).map(|room| (RoomId(room), 0)).collect();
        let node = |number: usize| {
            let mut core = Core::new(NodeId(u64::try_from(number).unwrap()));
            core.topics.extend((1..=ROOMS).map(|room| Topic::Room(RoomId(room))));
            core.topics.extend((1..=3).map(|user| Topic::Person(UserId(user))));
            core.ledger.begin(AnnouncementId(1), 0);
            Node {
                core,
                heads: heads.clone(),
                passed_on: BTreeMap::new(),
                people: BTreeSet::new(),
                others: BTreeMap::new(),
                arrivals: Vec::new(),
                lose: 0,
                double: 0,
                deaf_until: 0,
                paused_until: 0,
                active_at: 0,
                comparing: None,
                has_news: false,
                owed: None,
            }
        };
        let nodes = (0..NODES).map(node).collect();
        let database = Database { heads, ..Database::default() };
        let mut world = Self { flaw, database, nodes, now: 0, early: None };
        world.pass(SETTLE);
        world
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Change { node, room } => self.change(node % NODES, RoomId(room), true),
            Op::Untold { node, room } => self.change(node % NODES, RoomId(room), false),
            Op::Note { node, user } => self.note(node % NODES, UserId(user)),
            Op::Lose { node, count } => self.nodes[node % NODES].lose += count,
            Op::Double { node, count } => self.nodes[node % NODES].double += count,
            Op::Deafen { node, ms } => self.nodes[node % NODES].deaf_until = self.now + ms,
            Op::Pause { node, ms } => self.nodes[node % NODES].paused_until = self.now + ms,
            Op::Person { node, user } => self.person(node % NODES, UserId(user)),
            Op::Wait { ms } => self.pass(ms),
        }
    }

    /// A change has no number of its own here but the head, so it travels as a hint in the beat.
    fn change(&mut self, node: usize, room_id: RoomId, is_told: bool) {
        if !self.goes_on(node) {
            return;
        }
        let head = self.database.heads.get_mut(&room_id).unwrap();
        *head += 1;
        let head = *head;
        if is_told {
            self.nodes[node].heads.insert(room_id, head);
            self.nodes[node].core.told_change(room_id, head);
            self.nodes[node].has_news = true;
            self.tell(node);
        } else {
            // Its outcome was not heard.
            self.nodes[node].core.not_told();
            self.nodes[node].core.watch.suspect();
        }
    }

    fn note(&mut self, node: usize, user_id: UserId) {
        if !self.goes_on(node) {
            return;
        }
        let id = AnnouncementId(i64::try_from(self.database.kept.len()).unwrap() + 2);
        self.database.kept.insert(id, user_id);
        let what = Announcement::Ended { user_id, what: Ended::Session(SessionId(id.0)) };
        let told = vec![Announced { id: Some(id), what }];
        let now = self.now;
        let author = &mut self.nodes[node];
        if !author.core.fresh(told.clone(), now).is_empty() {
            *author.passed_on.entry(id).or_default() += 1;
        }
        let words = author.core.tell(told);
        for (_, word) in words {
            self.carry(&word);
        }
    }

    fn person(&mut self, node: usize, user_id: UserId) {
        let here = &mut self.nodes[node];
        let (mut came, mut gone) = (Vec::new(), Vec::new());
        if here.people.remove(&user_id) {
            gone.push(user_id);
        } else {
            here.people.insert(user_id);
            came.push(attendance(user_id));
        }
        for (_, word) in here.core.tell_people(came, gone) {
            self.carry(&word);
        }
    }

    /// One publisher reaches everybody, itself included, in order.
    fn carry(&mut self, word: &Word) {
        let text = serde_json::to_vec(word).unwrap();
        for node in &mut self.nodes {
            if self.now < node.deaf_until {
                continue;
            }
            if node.lose > 0 {
                node.lose -= 1;
                continue;
            }
            node.arrivals.push(text.clone());
            if node.double > 0 {
                node.double -= 1;
                node.arrivals.push(text.clone());
            }
        }
    }

    fn pass(&mut self, ms: Ms) {
        let until = self.now + ms;
        while self.now < until {
            self.now += TICK;
            for node in 0..NODES {
                if !self.goes_on(node) {
                    continue;
                }
                self.end_comparison(node);
                for text in std::mem::take(&mut self.nodes[node].arrivals) {
                    self.hear(node, &text);
                }
                self.tell(node);
                let tasks = self.nodes[node].core.tick(self.now);
                self.perform(node, tasks);
                self.tell(node);
            }
        }
    }

    /// Whether a node does anything now. One that stood still owes what happened meanwhile.
    fn goes_on(&mut self, node: usize) -> bool {
        let here = &mut self.nodes[node];
        if self.now < here.paused_until {
            return false;
        }
        if self.now - here.active_at > PAUSE_MAX {
            here.owed = Some(self.database.clone());
        }
        here.active_at = self.now;
        true
    }

    /// Tells people what is new, if the node may.
    fn tell(&mut self, node: usize) {
        let here = &mut self.nodes[node];
        let may_tell = here.core.watch.may_tell_until().is_some_and(|until| self.now <= until);
        if !here.has_news || !(may_tell || self.flaw == Some(Flaw::TellsAtOnce)) {
            return;
        }
        here.has_news = false;
        let Some(owed) = here.owed.take() else { return };
        let unknown = owed.kept.keys().find(|id| !here.passed_on.contains_key(id));
        let behind = owed.heads.iter().find(|(room, head)| here.heads[room] < **head);
        if unknown.is_some() || behind.is_some() {
            self.early = Some(format!("node {node} went on without {unknown:?}, {behind:?}"));
        }
    }

    fn hear(&mut self, node: usize, text: &[u8]) {
        let mut word: Word = serde_json::from_slice(text).unwrap();
        if self.flaw == Some(Flaw::NoNumbers) {
            word.number = None;
        }
        if self.flaw == Some(Flaw::EmptyBeats)
            && let Said::Beat(beat) = &mut word.what
        {
            *beat = super::wire::Beat::default();
        }
        let tasks = self.nodes[node].core.hear(word, self.now);
        self.perform(node, tasks);
    }

    fn perform(&mut self, node: usize, tasks: Vec<Task>) {
        for task in tasks {
            let here = &mut self.nodes[node];
            match task {
                Task::Deliver(news) => {
                    here.has_news = true;
                    for what in news {
                        let Announcement::Ended { what: Ended::Session(id), .. } = what else {
                            continue;
                        };
                        *here.passed_on.entry(AnnouncementId(id.0)).or_default() += 1;
                    }
                }
                // A hint is followed by reading what is missing.
                Task::Hint(room_id, rev) => {
                    let head = here.heads.get_mut(&room_id).unwrap();
                    here.has_news |= rev > *head;
                    *head = (*head).max(rev);
                }
                Task::People { node: from, here: came, gone } => {
                    let others = here.others.entry(from).or_default();
                    others.extend(came.iter().map(|it| it.user_id));
                    others.retain(|user_id| !gone.contains(user_id));
                }
                Task::Everybody { node: from, all } => {
                    here.others.entry(from).or_default().retain(|it| all.contains(it));
                }
                Task::Forget(from) => _ = here.others.remove(&from),
                Task::TellPeople => {
                    let people = here.people.iter().copied().map(attendance).collect();
                    for (_, word) in here.core.tell_everybody(people) {
                        self.carry(&word);
                    }
                }
                Task::Compare => self.compare(node),
                Task::Say((_, word)) => self.carry(&word),
                Task::Typing { .. } | Task::Whisper { .. } | Task::Queued(_) => {}
            }
        }
    }

    fn compare(&mut self, node: usize) {
        let here = &mut self.nodes[node];
        if here.comparing.is_none() {
            here.core.watch.comparing(self.now);
            here.comparing = Some((self.now, self.database.clone()));
        }
    }

    /// What the database said arrives, one step later or after a pause.
    fn end_comparison(&mut self, node: usize) {
        let here = &mut self.nodes[node];
        let Some((since, said)) = here.comparing.take() else { return };
        let since = if self.flaw == Some(Flaw::OldComparison) { self.now } else { since };
        here.core.watch.compared(since, self.now);
        if self.flaw == Some(Flaw::TrustsSilence) {
            return;
        }
        for (room, head) in said.heads {
            let known = here.heads.get_mut(&room).unwrap();
            here.has_news |= head > *known;
            *known = head.max(*known);
        }
        let ids: Vec<_> = said.kept.range(here.core.ledger.floor()..).collect();
        let ids: Vec<_> = ids.into_iter().map(|(id, _)| *id).collect();
        let unseen = match self.flaw {
            Some(Flaw::NoLedger) => ids,
            _ => here.core.ledger.unseen(&ids),
        };
        for id in unseen {
            let is_new = here.core.ledger.take(id, self.now);
            if is_new || self.flaw == Some(Flaw::NoLedger) {
                *here.passed_on.entry(id).or_default() += 1;
                here.has_news = true;
            }
        }
    }

    /// Everybody is back, and then a second passes.
    fn settle(&mut self) -> Result<(), String> {
        for node in &mut self.nodes {
            (node.lose, node.double) = (0, 0);
            (node.deaf_until, node.paused_until) = (self.now, self.now);
        }
        self.pass(SETTLE);
        if let Some(early) = self.early.take() {
            return Err(early);
        }
        for (number, node) in self.nodes.iter().enumerate() {
            if node.has_news {
                return Err(format!("node {number} does not tell what it has"));
            }
            if node.heads != self.database.heads {
                return Err(format!("node {number} is at {:?}", node.heads));
            }
            for id in self.database.kept.keys() {
                let times = node.passed_on.get(id).copied().unwrap_or(0);
                if times != 1 {
                    return Err(format!("node {number} passed {id} on {times} times"));
                }
            }
        }
        // Who is here may take a little longer.
        self.pass(4_000);
        for (number, node) in self.nodes.iter().enumerate() {
            for (other, there) in self.nodes.iter().enumerate().filter(|(it, _)| *it != number) {
                let id = NodeId(u64::try_from(other).unwrap());
                let known = node.others.get(&id).cloned().unwrap_or_default();
                if known != there.people {
                    return Err(format!("node {number} believes {known:?} to be at {other}"));
                }
            }
        }
        Ok(())
    }
}

fn attendance(user_id: UserId) -> Attendance {
    Attendance { user_id, presence: None, rooms: Vec::new() }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let node = || 0..NODES;
    let op = prop_oneof![
        6 => (node(), 1..=ROOMS).prop_map(|(node, room)| Op::Change { node, room }),
        4 => (node(), 1..=3_i64).prop_map(|(node, user)| Op::Note { node, user }),
        1 => (node(), 1..=ROOMS).prop_map(|(node, room)| Op::Untold { node, room }),
        3 => (node(), 1..6_usize).prop_map(|(node, count)| Op::Lose { node, count }),
        2 => (node(), 1..6_usize).prop_map(|(node, count)| Op::Double { node, count }),
        1 => (node(), 1..3_000_u64).prop_map(|(node, ms)| Op::Deafen { node, ms }),
        1 => (node(), 1..4_000_u64).prop_map(|(node, ms)| Op::Pause { node, ms }),
        3 => (node(), 1..=3_i64).prop_map(|(node, user)| Op::Person { node, user }),
        6 => (1..900_u64).prop_map(|ms| Op::Wait { ms }),
    ];
    prop::collection::vec(op, 1..60)
}

fn run(ops: Vec<Op>, flaw: Option<Flaw>) -> Result<(), TestCaseError> {
    let mut world = World::new(flaw);
    ops.into_iter().for_each(|op| world.step(op));
    world.settle().map_err(TestCaseError::fail)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn g7_every_node_knows_everything_once_a_second_after_the_last_fault() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    match runner(cases).run(&ops(), |ops| run(ops, None)) {
        Ok(()) => {}
        Err(TestError::Fail(why, ops)) => panic!("{why}\nafter {ops:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// The property must fail in a world with the flaw.
fn is_caught(flaw: Flaw) {
    let outcome = runner(1_000).run(&ops(), |ops| run(ops, Some(flaw)));
    assert!(matches!(outcome, Err(TestError::Fail(..))), "{flaw:?} was not noticed");
}

#[test]
fn a_node_that_trusts_silence_is_caught() {
    is_caught(Flaw::TrustsSilence);
}

#[test]
fn beats_that_say_nothing_are_caught() {
    is_caught(Flaw::EmptyBeats);
}

#[test]
fn what_is_passed_on_twice_is_caught() {
    is_caught(Flaw::NoLedger);
}

#[test]
fn holes_that_are_not_noticed_are_caught() {
    is_caught(Flaw::NoNumbers);
}

#[test]
fn a_node_that_wakes_and_tells_at_once_is_caught() {
    is_caught(Flaw::TellsAtOnce);
}

#[test]
fn a_comparison_from_before_a_pause_that_counts_is_caught() {
    is_caught(Flaw::OldComparison);
}
