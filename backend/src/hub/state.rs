//! What lies behind the hub's lock: the lines, who reads them, who is here, the mailboxes.
//!
//! Everything here is quick and calls nobody: what is to be done once the lock is free is collected
//! in [`After`].

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use bytes::Bytes;

use super::{
    AROUND_MAX, Bounds, IDLE_LINE_KEPT, IDLE_LINES_MAX, Line, News, Notice, Offer, Repair,
    SocketKey, TURN_LEN_MAX, WorkerId,
    mailbox::{Mailbox, Wake},
    presence::Presences,
    typing::Typists,
};
use crate::model::{
    Change, Effect, Rev, RoomId, Timestamp, Topic, UserId, change::ChangeKind, message::MessageKind,
};

pub(super) struct Inner {
    pub(super) bounds: Bounds,
    pub(super) lines: HashMap<RoomId, Tracked>,
    /// The sockets of each person who is here, oldest first, at most [`SOCKETS_PER_PERSON_MAX`].
    pub(super) users: HashMap<UserId, Vec<(WorkerId, SocketKey)>>,
    pub(super) mailboxes: Vec<Mailbox>,
    /// Who is here.
    pub(super) presences: Presences,
    /// Who types.
    pub(super) typists: Typists,
    /// What may be listened to since this was asked last, or no more; bounded by what is listened to.
    /// Nothing, where no relay asks.
    pub(super) interests: Option<HashSet<Topic>>,
}

/// A line and who reads it.
pub(super) struct Tracked {
    pub(super) line: Line,
    pub(super) readers: HashMap<WorkerId, Position>,
    /// A repair was handed out and has not come back.
    pub(super) repairing: bool,
    /// A repair brought nothing although something is missing: the next one waits for a sign of
    /// life, or for the sweep.
    pub(super) stalled: bool,
    /// The earliest number after which somebody wants the database to be asked, gap or not.
    pub(super) recheck: Option<Rev>,
    /// It was opened without having listened before, and the database has not answered since: what came
    /// here may have been deleted by what was told before anybody listened, so nothing of it is served yet
    /// (GUARANTEES, G10).
    pub(super) is_unread: bool,
    /// Up to which index comings were made known to the workers of those who came.
    pub(super) routed: u64,
    /// The room was deleted: nothing is served of it any more.
    pub(super) is_over: bool,
    /// When the sweep first found it without readers.
    pub(super) idle_since: Option<Timestamp>,
}

/// How far a worker has read a line.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) rev: Rev,
    pub(super) effect: u64,
}

/// What is to be done once the lock is free.
#[derive(Default)]
pub(super) struct After {
    pub(super) wakes: Vec<Wake>,
    pub(super) repairs: Vec<Repair>,
    /// Who has stopped typing where.
    pub(super) stopped: Vec<(RoomId, UserId)>,
}

impl Inner {
    pub(super) fn change(&mut self, change: Arc<Change>, after: &mut After) {
        let (room_id, rev) = (change.room_id, change.rev);
        self.settle(&change, after);
        let joined = match &change.effect {
            Some(Effect::Joined { user_id, .. }) => self.users.contains_key(user_id),
            _ => false,
        };
        if joined {
            self.tracked(room_id).open_unread(rev.saturating_sub(1), rev);
        }
        let Some(tracked) = self.lines.get_mut(&room_id).filter(|it| !it.is_over) else { return };
        tracked.stalled = false;
        let offer = tracked.line.offer(change);
        if joined && offer == Offer::Stale && rev <= tracked.line.opened_at() {
            // The line began later than this coming, so it can't tell whether it still holds.
            let before = rev.saturating_sub(1);
            tracked.recheck = Some(tracked.recheck.map_or(before, |wanted| wanted.min(before)));
        }
        self.advanced(room_id, after);
    }

    /// Who has said it does not type any more, and who is no member is not in the room.
    fn settle(&mut self, change: &Change, after: &mut After) {
        let room_id = change.room_id;
        let is_text = change.message.kind == MessageKind::Text;
        let stopped = match &change.effect {
            Some(Effect::Gone { user_id }) => {
                self.presences.leave(*user_id, |left| left == room_id);
                Some(*user_id)
            }
            _ if is_text && change.kind == ChangeKind::Created => Some(change.message.author.id),
            _ => None,
        };
        if let Some(user_id) = stopped
            && self.typists.stop(room_id, user_id)
        {
            after.stopped.push((room_id, user_id));
        }
    }

    /// Tells everybody concerned that a line may have moved, and asks for what it lacks.
    pub(super) fn advanced(&mut self, room_id: RoomId, after: &mut After) {
        let Some(tracked) = self.lines.get_mut(&room_id) else { return };
        match tracked.newcomers(&self.users) {
            Some(newcomers) => {
                for (worker, position) in newcomers {
                    tracked.readers.entry(worker).or_insert(position);
                }
            }
            None => after.wakes.extend(self.mailboxes.iter_mut().map(Mailbox::overflow)),
        }
        for (worker, position) in &tracked.readers {
            if tracked.has_news(*position)
                && let Some(mailbox) = self.mailboxes.get_mut(worker.0)
            {
                after.wakes.extend(mailbox.news(room_id));
            }
        }
        after.repairs.extend(tracked.repair(room_id));
    }

    pub(super) fn notify(
        &mut self,
        user_id: UserId,
        notice: impl Fn() -> Notice,
        after: &mut After,
    ) {
        let sockets = self.users.get(&user_id).into_iter().flatten();
        let mut workers: Vec<_> = sockets.map(|(worker, _)| *worker).collect();
        workers.sort_unstable();
        workers.dedup();
        for worker in workers {
            self.post(worker, notice(), after);
        }
    }

    /// Posts to every worker that listens to a room.
    pub(super) fn post_in(&mut self, room_id: RoomId, notice: &Notice, after: &mut After) {
        let Some(tracked) = self.lines.get(&room_id).filter(|it| !it.is_over) else { return };
        let readers: Vec<_> = tracked.readers.keys().copied().collect();
        for worker in readers {
            self.post(worker, notice.clone(), after);
        }
    }

    /// Forgets what a room had, for good, and tells who listens to it.
    pub(super) fn end(&mut self, room_id: RoomId, after: &mut After) {
        self.post_in(room_id, &Notice::RoomDeleted { room_id }, after);
        let bounds = self.bounds;
        if let Some(tracked) = self.lines.get_mut(&room_id) {
            tracked.is_over = true;
            tracked.line = Line::new(room_id, bounds);
            tracked.recheck = None;
        }
    }

    /// A person and everybody here who is in one of these rooms, up to a bound.
    pub(super) fn around(&self, user_id: UserId, room_ids: &[RoomId]) -> Arc<[UserId]> {
        let mut people = BTreeSet::from([user_id]);
        for room_id in room_ids {
            if people.len() >= AROUND_MAX {
                break;
            }
            let is_here = |user_id: &UserId| self.users.contains_key(user_id);
            people.extend(self.presences.hearers(*room_id).filter(is_here));
        }
        people.into_iter().take(AROUND_MAX).collect()
    }

    /// Everybody who has a socket here.
    pub(super) fn everybody(&self) -> Arc<[UserId]> {
        self.users.keys().copied().collect()
    }

    /// One notice for each worker, however many people it has.
    pub(super) fn notify_people(
        &mut self,
        user_ids: &Arc<[UserId]>,
        frame: &Bytes,
        after: &mut After,
    ) {
        let sockets = user_ids.iter().filter_map(|id| self.users.get(id)).flatten();
        let workers: BTreeSet<_> = sockets.map(|(worker, _)| *worker).collect();
        for worker in workers {
            let notice = Notice::People { user_ids: user_ids.clone(), frame: frame.clone() };
            self.post(worker, notice, after);
        }
    }

    pub(super) fn post(&mut self, worker: WorkerId, notice: Notice, after: &mut After) {
        if let Some(mailbox) = self.mailbox(worker) {
            after.wakes.extend(mailbox.post(notice));
        }
    }

    pub(super) fn tracked(&mut self, room_id: RoomId) -> &mut Tracked {
        let bounds = self.bounds;
        if !self.lines.contains_key(&room_id) {
            self.interested(Topic::Room(room_id));
        }
        self.lines.entry(room_id).or_insert_with(|| Tracked::new(Line::new(room_id, bounds)))
    }

    /// Somebody began or ceased to listen to something.
    pub(super) fn interested(&mut self, topic: Topic) {
        if let Some(interests) = &mut self.interests {
            interests.insert(topic);
        }
    }

    pub(super) fn mailbox(&mut self, worker: WorkerId) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(worker.0)
    }

    pub(super) fn listen(&mut self, worker: WorkerId, room_id: RoomId) {
        let tracked = self.tracked(room_id);
        tracked.idle_since = None;
        let position = tracked.here();
        tracked.readers.entry(worker).or_insert(position);
    }

    pub(super) fn sweep(&mut self, now: Timestamp, after: &mut After) {
        let mut idle = Vec::new();
        for (room_id, tracked) in &mut self.lines {
            tracked.stalled = false;
            after.repairs.extend(tracked.repair(*room_id));
            // What is missing may be somebody's coming.
            let is_whole = !tracked.repairing && tracked.recheck.is_none();
            let is_whole = is_whole && tracked.line.gap().is_none();
            if !tracked.readers.is_empty() || !is_whole {
                tracked.idle_since = None;
                continue;
            }
            idle.push((*tracked.idle_since.get_or_insert(now), *room_id));
        }
        idle.sort_unstable();
        let surplus = idle.len().saturating_sub(IDLE_LINES_MAX);
        for (index, (since, room_id)) in idle.into_iter().enumerate() {
            if index < surplus || now.since(since) >= IDLE_LINE_KEPT {
                self.lines.remove(&room_id);
                self.interested(Topic::Room(room_id));
            }
        }
    }
}

impl Tracked {
    pub(super) fn new(line: Line) -> Self {
        Self {
            line,
            readers: HashMap::new(),
            repairing: false,
            stalled: false,
            recheck: None,
            is_unread: false,
            routed: 0,
            is_over: false,
            idle_since: None,
        }
    }

    /// The position of who has read everything there is.
    pub(super) fn here(&self) -> Position {
        let rev = self.line.head().unwrap_or(0);
        Position { rev, effect: self.line.effects().last_index() }
    }

    /// Opens the line at a head, without having listened before it was read: somebody here came to
    /// a room whose order was not known. The database is asked what followed `known`.
    pub(super) fn open_unread(&mut self, head: Rev, known: Rev) {
        if self.line.head().is_none() {
            self.open(head);
            self.recheck = Some(known);
            self.is_unread = true;
        }
    }

    /// Opens the line; those who listened before begin where it begins.
    pub(super) fn open(&mut self, head: Rev) {
        self.line.open(head);
        for position in self.readers.values_mut() {
            *position = Position { rev: head, effect: 0 };
        }
    }

    /// Workers that have sockets of somebody who came since this was asked last; those that do not
    /// read the line yet begin with that coming. `None` if some comings are already forgotten.
    pub(super) fn newcomers(
        &mut self,
        users: &HashMap<UserId, Vec<(WorkerId, SocketKey)>>,
    ) -> Option<Vec<(WorkerId, Position)>> {
        let fresh = self.line.effects().behind(self.routed, Rev::MAX);
        self.routed = self.line.effects().last_index();
        let mut newcomers = Vec::new();
        for logged in fresh? {
            if let Effect::Joined { user_id, .. } = logged.effect {
                let effect = logged.index.saturating_sub(1);
                let position = Position { rev: logged.at, effect };
                let sockets = users.get(&user_id).into_iter().flatten();
                newcomers.extend(sockets.map(|(worker, _)| (*worker, position)));
            }
        }
        Some(newcomers)
    }

    pub(super) fn has_news(&self, position: Position) -> bool {
        self.line.head().is_some_and(|head| head > position.rev)
            || self.line.effects().last_index() > position.effect
    }

    pub(super) fn pull(&mut self, worker: WorkerId) -> Option<News> {
        let head = self.line.head().filter(|_| !self.is_unread)?;
        let position = self.readers.get_mut(&worker)?;
        let mut news = News::default();
        match self.line.next(position.rev, TURN_LEN_MAX) {
            Some(entries) => news.entries = entries,
            None => news.lost = Some(head),
        }
        let rev = match news.entries.last() {
            Some(last) => last.rev(),
            None => position.rev.max(head),
        };
        match self.line.effects().behind(position.effect, rev) {
            Some(effects) => news.effects = effects,
            None => news.forgotten = true,
        }
        let effect = match news.effects.last() {
            Some(last) => last.index,
            None if news.forgotten => self.line.effects().last_index(),
            None => position.effect,
        };
        *position = Position { rev, effect };
        let position = *position;
        news.more = self.has_news(position);
        Some(news)
    }

    /// What the database must be asked for now.
    pub(super) fn repair(&mut self, room_id: RoomId) -> Option<Repair> {
        if self.repairing || self.stalled {
            return None;
        }
        let after = match (self.line.gap(), self.recheck.take()) {
            (Some(gap), Some(recheck)) => gap.min(recheck),
            (gap, recheck) => gap.or(recheck)?,
        };
        self.repairing = true;
        Some(Repair { room_id, after })
    }
}
