//! Suspicion: when to stop believing that everything was heard, and to ask the database.
//!
//! Nobody trusts silence. Nodes number what they say to all and say something every 250 ms; a hole in
//! the numbers, a node that is not heard, a voice of one's own that does not come back, a pause of this
//! process: each is a reason to compare. Free of IO and clock: times are passed in, as milliseconds
//! from any beginning.

use std::collections::HashMap;

use crate::model::NodeId;

/// A moment, in milliseconds.
pub(super) type Ms = u64;

/// How often a node says that it is there.
pub(super) const BEAT_EVERY: Ms = 250;
/// After how long without a word a node is suspected, this one included.
pub(super) const SILENCE_MAX: Ms = 750;
/// After how long without a word another node's people are no longer here.
pub(super) const LEASE: Ms = 1_500;
/// For how long what another node heard of this one shows that it hears it: it says so with its next
/// word, which may be a beat later, of a word that may be a beat old.
pub(super) const HEARD_MAX: Ms = SILENCE_MAX + 2 * BEAT_EVERY;
/// A process that did nothing for longer than this has missed something.
pub(super) const PAUSE_MAX: Ms = 1_000;
/// How often heads are compared without any suspicion.
pub(super) const COMPARE_EVERY: Ms = 5_000;
/// How often they are while the relay can't be trusted.
pub(super) const POLL_EVERY: Ms = 100;

/// What to do now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// Say that this node is there.
    pub(super) beat: bool,
    /// Compare with the database.
    pub(super) compare: bool,
    /// These nodes are gone.
    pub(super) gone: Vec<NodeId>,
}

/// What came of a word of another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing is missing before it.
    Next,
    /// The first word of a node, or one after a hole: what it said before must be asked for.
    Strange,
    /// It was heard before.
    Again,
}

/// What one node knows of the others, and of its own voice.
#[derive(Debug, Default)]
pub(super) struct Watch {
    peers: HashMap<NodeId, Peer>,
    /// When it was said last that this node is there.
    beat_at: Option<Ms>,
    /// Which words of one's own were beats, and when they were said: the last [`HEARD_MAX`].
    beats: Vec<(u64, Ms)>,
    /// When one's own voice was heard last.
    own_heard_at: Option<Ms>,
    /// When this process was seen to run last.
    seen_at: Option<Ms>,
    /// When it went on after a pause, until it has compared: so long it tells nobody anything.
    woke_at: Option<Ms>,
    compared_at: Option<Ms>,
    is_suspicious: bool,
    /// Whether one's own voice was heard in time when this was looked at last.
    was_trusted: bool,
    /// How many nodes are on the database, this one included, as it said last.
    nodes: usize,
}

#[derive(Debug)]
struct Peer {
    last: u64,
    heard_at: Ms,
    is_missing: bool,
    /// When that of one's own was said which it has heard last.
    hears_since: Option<Ms>,
}

impl Watch {
    /// Something may have been missed.
    pub(super) fn suspect(&mut self) {
        self.is_suspicious = true;
    }

    /// So many nodes are on the database, this one included.
    pub(super) fn counted(&mut self, nodes: usize) {
        self.nodes = nodes;
    }

    /// Whether every node is heard: each that was, until it is gone, and as many as are on the database.
    /// One whose own way to the relay is cut says nothing of what it commits, while everybody else goes
    /// on hearing themselves.
    pub(super) fn hears_everybody(&self) -> bool {
        let is_heard = |peer: &Peer| !peer.is_missing;
        self.peers.values().all(is_heard) && self.nodes <= self.peers.len().saturating_add(1)
    }

    /// Whether every node that is on the database says that it hears this one: what is said here goes
    /// all the way, and back.
    pub(super) fn is_heard_by_everybody(&self, now: Ms) -> bool {
        let is_heard =
            |peer: &&Peer| peer.hears_since.is_some_and(|at| now.saturating_sub(at) <= HEARD_MAX);
        self.nodes <= self.peers.values().filter(is_heard).count().saturating_add(1)
    }

    /// That one is there was said with this word.
    pub(super) fn said_beat(&mut self, number: u64, now: Ms) {
        self.beats.retain(|(_, said_at)| now.saturating_sub(*said_at) <= HEARD_MAX);
        self.beats.push((number, now));
    }

    /// Another node has heard what was said here, up to this word.
    pub(super) fn is_heard_by(&mut self, node: NodeId, number: u64) {
        let said = self.beats.iter().rev().find(|(beat, _)| *beat <= number);
        if let (Some((_, said_at)), Some(peer)) = (said, self.peers.get_mut(&node)) {
            peer.hears_since = Some(*said_at);
        }
    }

    /// The last word that was heard of every other node.
    pub(super) fn last_heard(&self) -> impl Iterator<Item = (NodeId, u64)> {
        let heard = self.peers.iter().filter(|(_, peer)| !peer.is_missing);
        heard.map(|(node, peer)| (*node, peer.last))
    }

    /// One's own voice came back.
    pub(super) fn heard_oneself(&mut self, now: Ms) {
        self.own_heard_at = Some(now);
    }

    /// Another node said its word number `number` to all.
    pub(super) fn heard(&mut self, node: NodeId, number: u64, now: Ms) -> Heard {
        let Some(peer) = self.peers.get_mut(&node) else {
            let (last, heard_at) = (number, now);
            let peer = Peer { last, heard_at, is_missing: false, hears_since: None };
            self.peers.insert(node, peer);
            self.is_suspicious = true;
            return Heard::Strange;
        };
        if number <= peer.last {
            return Heard::Again;
        }
        let is_next = number == peer.last.saturating_add(1) && !peer.is_missing;
        (peer.last, peer.heard_at, peer.is_missing) = (number, now, false);
        if is_next {
            return Heard::Next;
        }
        self.is_suspicious = true;
        Heard::Strange
    }

    /// Notices whether this process stood still. To be asked before anything else is made of a moment.
    pub(super) fn look(&mut self, now: Ms) -> bool {
        let pause = self.seen_at.map_or(0, |at| now.saturating_sub(at));
        self.seen_at = Some(now);
        let has_stopped = pause > PAUSE_MAX;
        if has_stopped {
            self.woke_at = Some(now);
            self.is_suspicious = true;
            self.let_everybody_speak(now);
        }
        has_stopped
    }

    /// Nobody was heard because nothing was: they have their time from now on.
    fn let_everybody_speak(&mut self, now: Ms) {
        for peer in self.peers.values_mut() {
            peer.heard_at = now;
        }
    }

    /// Until when this node may tell people what it has: while it was seen to run a moment ago, and has
    /// compared since it last stood still.
    pub(super) fn may_tell_until(&self) -> Option<Ms> {
        let seen_at = self.seen_at.filter(|_| self.woke_at.is_none())?;
        Some(seen_at.saturating_add(PAUSE_MAX))
    }

    /// To be called every 25 ms or so.
    pub(super) fn tick(&mut self, now: Ms) -> Due {
        self.look(now);
        let is_trusted = self.is_trusted(now);
        if is_trusted != self.was_trusted {
            self.is_suspicious = true;
            self.let_everybody_speak(now);
        }
        self.was_trusted = is_trusted;
        let mut due = Due::default();
        if is_trusted {
            due.gone = self.miss(now);
        }
        if self.beat_at.is_none_or(|at| now.saturating_sub(at) >= BEAT_EVERY) {
            self.beat_at = Some(now);
            due.beat = true;
        }
        let is_sure = is_trusted && self.hears_everybody();
        let every = if is_sure { COMPARE_EVERY } else { POLL_EVERY };
        let is_time = self.compared_at.is_none_or(|at| now.saturating_sub(at) >= every);
        due.compare = is_time || self.is_suspicious;
        due
    }

    /// A comparison has begun: what is suspected from here on needs another one.
    pub(super) fn comparing(&mut self, now: Ms) {
        self.is_suspicious = false;
        self.compared_at = Some(now);
    }

    /// The comparison that began at `since` is done. One that began before a pause does not count: what
    /// happened during the pause may not be in it.
    pub(super) fn compared(&mut self, since: Ms, now: Ms) {
        self.look(now);
        self.woke_at = self.woke_at.filter(|woke_at| since < *woke_at);
    }

    /// It failed.
    pub(super) fn comparison_failed(&mut self) {
        self.compared_at = None;
    }

    /// Whether what others say arrives, as far as can be known: one's own voice does.
    pub(super) fn is_trusted(&self, now: Ms) -> bool {
        self.own_heard_at.is_some_and(|at| now.saturating_sub(at) <= SILENCE_MAX)
    }

    /// Suspects who is silent, and lets go of who is for long.
    fn miss(&mut self, now: Ms) -> Vec<NodeId> {
        for peer in self.peers.values_mut() {
            if !peer.is_missing && now.saturating_sub(peer.heard_at) > SILENCE_MAX {
                peer.is_missing = true;
                self.is_suspicious = true;
            }
        }
        let is_gone = |_: &NodeId, peer: &mut Peer| now.saturating_sub(peer.heard_at) > LEASE;
        self.peers.extract_if(is_gone).map(|(node, _)| node).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: NodeId = NodeId(2);

    /// A watch that hears itself and has compared.
    fn calm(now: Ms) -> Watch {
        let mut watch = Watch::default();
        watch.heard_oneself(now);
        watch.tick(now);
        watch.comparing(now);
        watch
    }

    /// Lets time pass, hearing oneself; says when a comparison was due.
    fn pass(watch: &mut Watch, from: Ms, to: Ms, mut each: impl FnMut(&mut Watch, Ms)) -> Vec<Ms> {
        let mut compared = Vec::new();
        for now in (from..=to).step_by(25) {
            each(watch, now);
            if watch.tick(now).compare {
                compared.push(now);
                watch.comparing(now);
            }
        }
        compared
    }

    #[test]
    fn without_suspicion_it_compares_every_five_seconds() {
        let mut watch = calm(0);
        let compared = pass(&mut watch, 25, 11_000, |watch, now| watch.heard_oneself(now));
        assert_eq!(compared, [5_000, 10_000]);
    }

    #[test]
    fn while_its_own_voice_does_not_come_back_it_asks_ten_times_a_second() {
        let mut watch = calm(0);
        let compared = pass(&mut watch, 25, 2_000, |_, _| {});
        assert_eq!(compared.first(), Some(&775));
        assert!(compared.len() >= 12, "{compared:?}");
        watch.heard_oneself(2_025);
        let compared = pass(&mut watch, 2_025, 4_000, |watch, now| watch.heard_oneself(now));
        assert_eq!(compared, [2_025], "once when it is back, then it believes again");
    }

    #[test]
    fn a_hole_a_new_node_and_a_silent_one_are_each_a_reason() {
        let mut watch = calm(0);
        assert_eq!(watch.heard(BOB, 7, 0), Heard::Strange);
        assert!(watch.tick(1).compare);
        watch.comparing(1);
        assert_eq!(watch.heard(BOB, 8, 10), Heard::Next);
        assert_eq!(watch.heard(BOB, 8, 11), Heard::Again);
        assert!(!watch.tick(12).compare);
        assert_eq!(watch.heard(BOB, 10, 20), Heard::Strange);
        assert!(watch.tick(21).compare);
        watch.comparing(21);
        let mut gone = Vec::new();
        let mut compared = Vec::new();
        for now in (25..3_000).step_by(25) {
            watch.heard_oneself(now);
            let due = watch.tick(now);
            gone.extend(due.gone.into_iter().map(|node| (node, now)));
            if due.compare {
                compared.push(now);
                watch.comparing(now);
            }
        }
        let asked: Vec<_> = (775..1_525).step_by(100).collect();
        assert_eq!(compared, asked, "until it is known to be gone");
        assert_eq!(gone, [(BOB, 1_525)]);
        assert_eq!(watch.heard(BOB, 11, 3_000), Heard::Strange, "it may have missed a change");
    }

    #[test]
    fn fault_a_node_that_is_on_the_database_and_not_heard_makes_it_ask_ten_times_a_second() {
        let mut watch = calm(0);
        watch.counted(2);
        let listen = |watch: &mut Watch, now| watch.heard_oneself(now);
        let compared = pass(&mut watch, 25, 1_000, listen);
        assert!(compared.len() >= 8, "it never spoke: {compared:?}");
        let mut number = 0;
        let mut hear = |watch: &mut Watch, now| {
            watch.heard_oneself(now);
            number += 1;
            watch.heard(BOB, number, now);
        };
        let compared = pass(&mut watch, 1_025, 3_000, &mut hear);
        assert_eq!(compared, [1_025], "once it is heard it is believed");
        let compared = pass(&mut watch, 3_025, 6_000, listen);
        assert!(compared.len() >= 20 && compared[0] == 3_775, "it fell silent: {compared:?}");
        watch.counted(1);
        let compared = pass(&mut watch, 6_025, 8_000, listen);
        assert_eq!(compared, [0; 0], "it has gone from the database too");
    }

    #[test]
    fn fault_a_node_knows_whether_the_others_hear_it() {
        let mut watch = calm(0);
        watch.counted(2);
        watch.heard(BOB, 1, 0);
        assert!(!watch.is_heard_by_everybody(0), "it has not said so");
        watch.said_beat(7, 0);
        watch.is_heard_by(BOB, 6);
        assert!(!watch.is_heard_by_everybody(10), "that was before");
        watch.is_heard_by(BOB, 9);
        assert!(watch.is_heard_by_everybody(HEARD_MAX));
        assert!(!watch.is_heard_by_everybody(HEARD_MAX + 1), "it hears nothing new");
        watch.said_beat(10, HEARD_MAX + 1);
        watch.is_heard_by(BOB, 9);
        assert!(!watch.is_heard_by_everybody(HEARD_MAX + 1), "it repeats itself");
        watch.is_heard_by(BOB, 10);
        assert!(watch.is_heard_by_everybody(HEARD_MAX + 1));
        watch.counted(3);
        assert!(!watch.is_heard_by_everybody(HEARD_MAX + 1), "somebody else is there");
    }

    #[test]
    fn a_pause_is_a_reason_and_nobody_is_gone_for_it() {
        let mut watch = calm(0);
        watch.heard(BOB, 1, 0);
        watch.comparing(0);
        watch.heard_oneself(30_000);
        let due = watch.tick(30_000);
        assert!(due.compare && due.gone.is_empty(), "{due:?}");
    }

    #[test]
    fn fault_a_node_that_stood_still_tells_nothing_until_it_has_compared() {
        let mut watch = calm(0);
        assert_eq!(watch.may_tell_until(), Some(PAUSE_MAX));
        watch.comparing(10);
        // It stands still in the middle of a comparison; that one ends, and does not count.
        watch.compared(10, 30_000);
        assert_eq!(watch.may_tell_until(), None);
        assert!(watch.tick(30_010).compare);
        watch.comparing(30_010);
        watch.comparison_failed();
        assert_eq!(watch.may_tell_until(), None);
        watch.comparing(30_020);
        watch.compared(30_020, 30_040);
        assert_eq!(watch.may_tell_until(), Some(30_040 + PAUSE_MAX));
    }

    #[test]
    fn a_comparison_that_failed_is_tried_again() {
        let mut watch = calm(0);
        watch.suspect();
        watch.comparing(10);
        watch.comparison_failed();
        watch.heard_oneself(20);
        assert!(watch.tick(20).compare);
    }
}
