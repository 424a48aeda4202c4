//! What a worker does when it is woken: it takes its mail, pulls what is new in its rooms and walks
//! its listeners.

use std::sync::Arc;

use bytes::Bytes;

use super::{Listeners, Stage, State, get_mut};
use crate::{
    hub::{CatchUp, Entry, Logged, News, Notice, SocketKey},
    model::{Close, Effect, Rev, RoomId, SessionId, announcement::Ended},
};

/// How many frames one turn hands to sockets, more or less, before they are flushed.
const TURN_FRAMES_MAX: usize = 4_096;

/// What is left to do after a turn.
#[derive(Debug, Default)]
pub struct Turn {
    /// Listeners that need more than the ring has: to be driven by [`Listeners::catch_up`].
    pub behind: Vec<(SocketKey, RoomId)>,
    /// Let the sockets flush, then take another turn.
    pub more: bool,
    /// The node is about to end: tell the sockets, and close them.
    pub drain: bool,
}

impl Listeners {
    /// Passes on what came since the last turn, up to a bound.
    pub fn turn(&mut self) -> Turn {
        let mail = self.hub.take(self.worker);
        if mail.overflowed {
            self.cut_all_off();
        }
        let mut turn = Turn { drain: mail.drain, ..Turn::default() };
        for notice in mail.notices {
            self.notice(notice, &mut turn.behind);
        }
        for room_id in mail.rooms {
            self.enqueue(room_id);
        }
        let mut frames = 0_usize;
        while frames < TURN_FRAMES_MAX {
            let Some(room_id) = self.todo.pop_front() else { break };
            if let Some(here) = self.rooms.get_mut(&room_id) {
                here.queued = false;
            }
            let news = self.hub.pull(self.worker, room_id);
            if news.more {
                self.enqueue(room_id);
            }
            frames = frames.saturating_add(self.pass(room_id, news, &mut turn.behind));
            self.leave_if_empty(room_id);
        }
        turn.behind.retain(|(key, room_id)| {
            // Of the others, `finish` takes care.
            let live = get_mut(&mut self.sockets, *key).is_some_and(|s| s.stage == Stage::Live);
            live && self.catch_up(*key, *room_id) != CatchUp::Done
        });
        turn.more = !self.todo.is_empty();
        turn
    }

    /// Hands a room's news to its listeners, comings and goings each at its place.
    fn pass(
        &mut self,
        room_id: RoomId,
        news: News,
        behind: &mut Vec<(SocketKey, RoomId)>,
    ) -> usize {
        if news.forgotten {
            self.cut_all_off();
        }
        let mut frames = 0_usize;
        let mut effects = news.effects.into_iter().peekable();
        let mut rest = news.entries.as_slice();
        while let Some(logged) = effects.next_if(|_| true) {
            let before = rest.partition_point(|entry| entry.rev() <= logged.at);
            let (run, later) = rest.split_at_checked(before).unwrap_or((rest, &[]));
            rest = later;
            frames = frames.saturating_add(self.push_run(room_id, run, behind));
            self.apply(room_id, logged, behind);
        }
        frames = frames.saturating_add(self.push_run(room_id, rest, behind));
        if let Some(head) = news.lost {
            self.hold_behind(room_id, head, behind);
        }
        frames
    }

    fn push_run(
        &mut self,
        room_id: RoomId,
        run: &[Arc<Entry>],
        behind: &mut Vec<(SocketKey, RoomId)>,
    ) -> usize {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return 0 };
        let mark = self.next_serial();
        let Some(here) = self.rooms.get_mut(&room_id) else { return 0 };
        let mut frames = 0_usize;
        for listener in &mut here.listeners {
            if listener.state != State::Live || listener.sent >= last.rev() {
                continue;
            }
            if listener.sent < first.from() {
                listener.hold(mark);
                behind.push((listener.socket, room_id));
                continue;
            }
            for entry in run.iter().filter(|entry| entry.rev() > listener.sent) {
                listener.queue.push(entry.frame(listener.sent.max(entry.from()), listener.user_id));
                frames = frames.saturating_add(1);
            }
            listener.sent = last.rev();
        }
        frames
    }

    fn hold_behind(&mut self, room_id: RoomId, head: Rev, behind: &mut Vec<(SocketKey, RoomId)>) {
        let mark = self.next_serial();
        let Some(here) = self.rooms.get_mut(&room_id) else { return };
        let live = here.listeners.iter_mut().filter(|listener| listener.state == State::Live);
        for listener in live.filter(|listener| listener.sent < head) {
            listener.hold(mark);
            behind.push((listener.socket, room_id));
        }
    }

    fn apply(&mut self, room_id: RoomId, logged: Logged, behind: &mut Vec<(SocketKey, RoomId)>) {
        let sockets = self.users.get(&logged.effect.user_id()).cloned().unwrap_or_default();
        for key in sockets {
            match &logged.effect {
                Effect::Joined { room, .. } => {
                    self.join(key, logged.number, room);
                    behind.push((key, room_id));
                }
                Effect::Gone { .. } => self.leave(key, room_id, logged.number),
            }
        }
    }

    /// Tells everybody in a room something that has no number. What has one and came before it is
    /// passed on first, so that nobody hears of a room from which they were removed.
    fn tell_room(&mut self, room_id: RoomId, frame: &Bytes, behind: &mut Vec<(SocketKey, RoomId)>) {
        loop {
            let news = self.hub.pull(self.worker, room_id);
            let more = news.more;
            self.pass(room_id, news, behind);
            if !more {
                break;
            }
        }
        let Some(here) = self.rooms.get(&room_id) else { return };
        let keys: Vec<_> = here.listeners.iter().map(|listener| listener.socket).collect();
        for key in keys {
            self.push(key, frame.clone());
        }
        self.hold_for_snapshots(room_id, frame);
    }

    /// Everybody is out of a room, and hears why.
    fn end(&mut self, room_id: RoomId) {
        for (_, socket) in &mut self.sockets {
            socket.joins.retain(|(_, room)| room.id != room_id);
        }
        let Some(here) = self.rooms.get(&room_id) else { return };
        let keys: Vec<_> = here.listeners.iter().map(|listener| listener.socket).collect();
        for key in keys {
            self.over(key, room_id);
        }
    }

    fn notice(&mut self, notice: Notice, behind: &mut Vec<(SocketKey, RoomId)>) {
        match notice {
            Notice::Room { room_id, frame } => self.tell_room(room_id, &frame, behind),
            Notice::RoomDeleted { room_id } => self.end(room_id),
            Notice::Frame { user_id, frame } => {
                for key in self.users.get(&user_id).cloned().unwrap_or_default() {
                    self.push(key, frame.clone());
                }
            }
            Notice::People { user_ids, frame } => {
                for user_id in user_ids.iter() {
                    for key in self.users.get(user_id).cloned().unwrap_or_default() {
                        self.push(key, frame.clone());
                    }
                }
            }
            Notice::Ambient(ambient) => self.ambient(&ambient),
            Notice::Looking { room_id, except, frame } => {
                self.tell_looking(room_id, except, &frame);
            }
            Notice::Whisper { user_id, room_id, except, frame, receipt } => {
                self.whisper((user_id, room_id), except, &frame, &receipt);
            }
            Notice::RollCall(token) => drop(token),
            Notice::Ended { user_id, what } => {
                for key in self.users.get(&user_id).cloned().unwrap_or_default() {
                    if let Some(socket) = get_mut(&mut self.sockets, key)
                        && let Some(close) = end_of(socket.session_id, what)
                    {
                        socket.queue.cut_off(close);
                    }
                }
            }
            Notice::Close { socket, close } => {
                if let Some(socket) = get_mut(&mut self.sockets, socket) {
                    socket.queue.cut_off(close);
                }
            }
        }
    }
}

/// How a socket of a session ends, if it is concerned.
fn end_of(session_id: SessionId, what: Ended) -> Option<Close> {
    match what {
        Ended::Session(ended) => (ended == session_id).then_some(Close::SessionRevoked),
        Ended::Others(kept) => (kept != session_id).then_some(Close::SessionRevoked),
        Ended::Account => Some(Close::AccountDeactivated),
        Ended::Standing => Some(Close::TokenExpired),
    }
}
