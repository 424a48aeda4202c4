//! One room on this node: puts its changes in the order of `rev` and keeps the newest in a ring.
//!
//! Free of IO and clock. Changes may come late, twice or never: what is out of order waits, and
//! what is missing is asked for and filled in from the database. Whoever reads, reads from a cursor
//! of its own, so that nothing is kept per reader.
//! A line knows all comings and goings since it opened, see [`EffectLog`].

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{effects::EffectLog, entry::Entry};
use crate::model::{
    Change, Effect, MessageId, Rev, RoomId,
    change::ChangeKind,
    message::Author,
    span::{Fill, Span},
};

/// How much one line keeps; the same for every line of a node.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Entries in the ring; when full, the oldest makes room and the database answers for it.
    pub ring_len: usize,
    /// Bytes of messages in the ring; when full, as above.
    pub ring_bytes: usize,
    /// Changes that wait for an earlier one; when full, the next is dropped and filled in later.
    pub waiting: usize,
    /// Comings and goings; when full, the oldest is forgotten, and whoever needs it starts anew.
    pub effects: usize,
}

/// Entries in a ring.
const RING_LEN_MAX: usize = 1_024;
/// Bytes of messages in a ring.
const RING_BYTES_MAX: usize = 512 * 1024;
/// Changes that wait for an earlier one.
const WAITING_MAX: usize = 256;
/// Comings and goings that are remembered.
const EFFECTS_MAX: usize = 1_024;

impl Default for Bounds {
    fn default() -> Self {
        Self {
            ring_len: RING_LEN_MAX,
            ring_bytes: RING_BYTES_MAX,
            waiting: WAITING_MAX,
            effects: EFFECTS_MAX,
        }
    }
}

/// What came of an offered change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The line has moved on.
    Advanced,
    /// Something between `after` and the change is missing; the change waits.
    Gap {
        /// The line's head.
        after: Rev,
    },
    /// The line is already past it.
    Stale,
    /// The line is not open yet; the change waits.
    Unopened,
}

/// What a reader with some cursor is given.
#[derive(Debug)]
pub enum Since {
    /// All that is newer; nothing, if the cursor is the head.
    Entries(Vec<Arc<Entry>>),
    /// The ring does not reach back that far, or the line is not open.
    TooOld,
    /// The cursor is beyond the head that the line knows of.
    Ahead,
}

/// One room on this node.
#[derive(Debug)]
pub struct Line {
    room_id: RoomId,
    bounds: Bounds,
    /// The number of the last change in the ring; `None` until it is known where to begin.
    head: Option<Rev>,
    /// With which head the line was opened.
    opened_at: Rev,
    /// The highest number that anybody told of; above `head` there is a gap.
    told: Rev,
    /// Spans without a hole between them, up to `head`.
    ring: VecDeque<Arc<Entry>>,
    ring_bytes: usize,
    waiting: BTreeMap<Rev, Arc<Change>>,
    effects: EffectLog,
}

impl Line {
    /// A line that listens, but does not know yet where to begin.
    pub fn new(room_id: RoomId, bounds: Bounds) -> Self {
        Self {
            room_id,
            bounds,
            head: None,
            opened_at: 0,
            told: 0,
            ring: VecDeque::new(),
            ring_bytes: 0,
            waiting: BTreeMap::new(),
            effects: EffectLog::new(bounds.effects, 0),
        }
    }

    /// Begins after `head`, which must have been read after the line began to listen. Of an open
    /// line it is a hint.
    pub fn open(&mut self, head: Rev) {
        if self.head.is_none() {
            self.head = Some(head);
            self.opened_at = head;
            self.effects = EffectLog::new(self.bounds.effects, head);
            self.drain(head);
        }
        self.hint(head);
    }

    /// Takes a change, in whatever order they come.
    pub fn offer(&mut self, change: Arc<Change>) -> Offer {
        let rev = change.rev;
        if self.head.is_some_and(|head| rev <= head) {
            return Offer::Stale;
        }
        self.told = self.told.max(rev);
        if let Some(message_id) = deleted(&change) {
            self.scrub(&HashSet::from([message_id]));
        }
        if self.make_room_for(&change) {
            self.waiting.insert(rev, change);
        }
        let Some(head) = self.head else { return Offer::Unopened };
        self.drain(head);
        match self.gap() {
            _ if self.head.is_some_and(|now| now > head) => Offer::Advanced,
            Some(after) => Offer::Gap { after },
            None => Offer::Stale,
        }
    }

    /// Tells of a head that was seen elsewhere.
    pub fn hint(&mut self, head: Rev) {
        self.told = self.told.max(head);
    }

    /// The number after which something is known to be missing.
    pub fn gap(&self) -> Option<Rev> {
        self.head.filter(|head| self.told > *head)
    }

    /// Mends what is missing. Returns whether the page connects to what is there; if not, or if a
    /// gap is left, [`Line::gap`] says what to read next.
    pub fn fill(&mut self, fill: Fill) -> bool {
        let Some(head) = self.head.filter(|head| fill.span.after <= *head) else { return false };
        let to = fill.span.to.max(head);
        // A going is applied before anything that came after it: where exactly it stood in the span
        // may no longer be known. A coming is applied where the span ends.
        let is_gone = |(_, effect): &(Rev, Effect)| matches!(effect, Effect::Gone { .. });
        let (gone, joined): (Vec<_>, Vec<_>) = fill.effects.into_iter().partition(is_gone);
        for (number, effect) in gone {
            self.effects.push(to.min(head.saturating_add(1)), number, effect);
        }
        for (number, effect) in joined {
            self.effects.push(to, number, effect);
        }
        for entry in entries(self.room_id, head, fill.span) {
            self.append(entry);
        }
        self.drain(to);
        true
    }

    /// Remembers a coming that was found in the database without having been announced here;
    /// `number` is the head of that reading.
    pub fn arrived(&mut self, number: Rev, effect: Effect) {
        self.effects.push(self.head.unwrap_or(number), number, effect);
    }

    /// Lengthens the ring into the past by a page that ends where it begins, or later, so that the
    /// next reader with an old cursor need not ask the database. Returns the page as it may be
    /// served: without what has been replaced or deleted meanwhile.
    pub fn extend_back(&mut self, span: Span) -> Vec<Arc<Entry>> {
        let (after, to) = (span.after, span.to);
        let page = self.present(span);
        let Some(floor) = self.floor().filter(|floor| after < *floor && *floor <= to) else {
            return page;
        };
        for entry in page.iter().rev().filter(|entry| entry.from() < floor) {
            let fits = self.ring_bytes.saturating_add(entry.weight()) <= self.bounds.ring_bytes;
            if self.ring.len() >= self.bounds.ring_len || !fits {
                break;
            }
            // The span in which the ring begins may end beyond it.
            let entry = match entry.rev() > floor {
                true => Arc::new(Entry::spanning(self.room_id, entry.from(), floor, None)),
                false => entry.clone(),
            };
            self.ring_bytes = self.ring_bytes.saturating_add(entry.weight());
            self.ring.push_front(entry);
        }
        page
    }

    /// What is newer than `cursor`, each change as it was.
    pub fn since(&self, cursor: Rev) -> Since {
        match (self.head, self.floor()) {
            (Some(head), _) if cursor > head => Since::Ahead,
            (_, Some(floor)) if cursor >= floor => {
                let start = self.ring.partition_point(|entry| entry.rev() <= cursor);
                Since::Entries(self.ring.range(start..).cloned().collect())
            }
            _ => Since::TooOld,
        }
    }

    /// At most `len_max` entries after `cursor`.
    pub fn next(&self, cursor: Rev, len_max: usize) -> Option<Vec<Arc<Entry>>> {
        self.floor().filter(|floor| cursor >= *floor)?;
        let start = self.ring.partition_point(|entry| entry.rev() <= cursor);
        Some(self.ring.range(start..).take(len_max).cloned().collect())
    }

    /// The comings and goings since it opened.
    pub fn effects(&self) -> &EffectLog {
        &self.effects
    }

    /// The number of the last change in the ring; `None` while unopened.
    pub fn head(&self) -> Option<Rev> {
        self.head
    }

    /// With which head the line was opened.
    pub fn opened_at(&self) -> Rev {
        self.opened_at
    }

    /// The oldest cursor that the ring can serve.
    fn floor(&self) -> Option<Rev> {
        self.ring.front().map(|oldest| oldest.from()).or(self.head)
    }

    /// Whether a change may wait. A deletion takes the place of something else, so that no text is
    /// served of which it is known here that it is gone.
    fn make_room_for(&mut self, change: &Change) -> bool {
        let is_next = self.head.is_some_and(|head| change.rev == head.saturating_add(1));
        if is_next || self.waiting.len() < self.bounds.waiting {
            return true;
        }
        let mut others = self.waiting.iter().rev().filter(|(_, other)| deleted(other).is_none());
        match others.next().map(|(rev, _)| *rev) {
            Some(rev) if deleted(change).is_some() => self.waiting.remove(&rev).is_some(),
            _ => false,
        }
    }

    /// Appends what waits and follows without a hole; forgets what waits at or below `covered`.
    fn drain(&mut self, covered: Rev) {
        self.waiting = self.waiting.split_off(&covered.saturating_add(1));
        while let Some(first) = self.waiting.first_entry() {
            if self.head.is_none_or(|head| *first.key() != head.saturating_add(1)) {
                break;
            }
            let change = first.remove();
            if let Some(effect) = &change.effect {
                self.effects.push(change.rev, change.rev, effect.clone());
            }
            self.append(Entry::next(change));
        }
    }

    /// Adds the newest entry, without the text of what is already known to be deleted.
    fn append(&mut self, entry: Entry) {
        self.head = Some(entry.rev());
        self.told = self.told.max(entry.rev());
        if let Some(message_id) = entry.change().and_then(|change| deleted(change)) {
            self.scrub(&HashSet::from([message_id]));
        }
        self.ring_bytes = self.ring_bytes.saturating_add(entry.weight());
        self.ring.push_back(Arc::new(entry));
        if !self.waiting.is_empty() {
            let gone = self.waiting.values().filter_map(|change| deleted(change)).collect();
            self.scrub(&gone);
        }
        while self.ring.len() > self.bounds.ring_len || self.ring_bytes > self.bounds.ring_bytes {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.ring_bytes = self.ring_bytes.saturating_sub(oldest.weight());
        }
    }

    /// Takes the texts of deleted messages out of the ring, wherever they stand.
    fn scrub(&mut self, gone: &HashSet<MessageId>) {
        if !gone.is_empty() {
            self.revise(|change| touches(change, gone).then(|| without(change, gone)));
        }
    }

    /// Somebody is called something else now, or has another face: what is served says so, as the
    /// database does.
    pub fn rename(&mut self, author: &Author) {
        self.revise(|change| change.renamed(author).map(|change| Some(Arc::new(change))));
    }

    /// Puts something else, or nothing, in the place of changes of the ring.
    fn revise(&mut self, revised: impl Fn(&Change) -> Option<Option<Arc<Change>>>) {
        for slot in &mut self.ring {
            let Some(other) = slot.change().and_then(|change| revised(change)) else { continue };
            let weight = slot.weight();
            *slot = Arc::new(slot.with(other));
            self.ring_bytes = self.ring_bytes.saturating_sub(weight).saturating_add(slot.weight());
        }
    }

    /// A page as spans, without what the ring or a waiting change has replaced or deleted since.
    pub fn present(&self, span: Span) -> Vec<Arc<Entry>> {
        let ring = self.ring.iter().filter_map(|entry| entry.change());
        let known: Vec<_> = ring.chain(self.waiting.values()).collect();
        let newest: HashMap<_, _> =
            known.iter().map(|change| (change.message.id, change.rev)).collect();
        let gone: HashSet<_> = known.iter().filter_map(|change| deleted(change)).collect();
        let present = |entry: Entry| {
            let change = entry.change().filter(|change| {
                newest.get(&change.message.id).is_none_or(|newest| *newest <= change.rev)
            });
            match change {
                Some(change) if touches(change, &gone) => entry.with(without(change, &gone)),
                Some(_) => entry,
                None => entry.with(None),
            }
        };
        let entries = entries(self.room_id, span.after, span);
        entries.into_iter().map(|entry| Arc::new(present(entry))).collect()
    }
}

/// A page as spans without a hole, beginning after `after`; what lies before that is left out.
fn entries(room_id: RoomId, after: Rev, span: Span) -> Vec<Entry> {
    let mut from = after;
    let mut entries = Vec::with_capacity(span.messages.len().saturating_add(1));
    for message in span.messages {
        if message.rev > from && message.rev <= span.to {
            let rev = message.rev;
            entries.push(Entry::spanning(room_id, from, rev, Some(Arc::new(Change::of(message)))));
            from = rev;
        }
    }
    if from < span.to {
        entries.push(Entry::spanning(room_id, from, span.to, None));
    }
    entries
}

/// Which message a change deletes.
fn deleted(change: &Change) -> Option<MessageId> {
    (change.kind == ChangeKind::Deleted).then_some(change.message.id)
}

/// Whether a change still has text of one of these messages: its own, or an excerpt in a reply.
fn touches(change: &Change, gone: &HashSet<MessageId>) -> bool {
    let reply_to = change.message.reply_to.as_ref();
    let quotes = reply_to.is_some_and(|to| gone.contains(&to.id) && !to.excerpt.is_empty());
    quotes || (gone.contains(&change.message.id) && change.kind != ChangeKind::Deleted)
}

/// The change without the text of these messages; nothing, if it is about one of them.
fn without(change: &Change, gone: &HashSet<MessageId>) -> Option<Arc<Change>> {
    if gone.contains(&change.message.id) && change.kind != ChangeKind::Deleted {
        return None;
    }
    let mut message = change.message.clone();
    if let Some(reply_to) = &mut message.reply_to {
        reply_to.excerpt.clear();
    }
    Some(Arc::new(Change::new(change.kind, message, change.effect.clone())))
}
