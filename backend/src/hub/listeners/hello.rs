//! From `hello` to live: the snapshot, what was missed, and the moment from which a listener gets
//! everything as it comes. Whoever falls behind later comes this way again.

use std::collections::HashMap;

use bytes::Bytes;

use super::{Listeners, Stage, State, get_mut};
use crate::{
    hub::{Missed, SocketKey, reset_frame, sync_frame},
    model::{Rev, RoomId, span::Page},
};

/// Where a client that comes back left off.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Whether its cursors belong to the present history.
    pub same_epoch: bool,
    /// Its cursor in each room that it names.
    pub rooms: HashMap<RoomId, Rev>,
}

/// What a held listener needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// Nothing: it is up to date, or gone.
    Done,
    /// Room for so many bytes in its queue; then ask again.
    Wait(usize),
    /// A page from the database, for [`Listeners::page`].
    Read {
        /// What comes after this cursor.
        after: Rev,
        /// To be handed back with the page.
        mark: u64,
        /// The cursor is void: the newest page is needed.
        reset: bool,
    },
}

impl Listeners {
    /// Listens to the rooms that the person seems to be in, so that the snapshot, which must be
    /// read after this, connects to what is announced.
    pub fn listen(&mut self, key: SocketKey, rooms: &[RoomId]) {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return };
        socket.pinned.extend_from_slice(rooms);
        for room_id in rooms {
            let here = self.rooms.entry(*room_id).or_default();
            here.pins = here.pins.saturating_add(1);
            self.hub.listen(self.worker, *room_id);
        }
    }

    /// Sends `ready` and adds a listener for every room of the snapshot, all of them held. Returns
    /// the resumed rooms that are behind: each needs [`Listeners::catch_up`] until it is done.
    pub fn ready(
        &mut self,
        key: SocketKey,
        ready: Bytes,
        rooms: &[(RoomId, Rev)],
        resume: &Resume,
    ) -> Vec<RoomId> {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return Vec::new() };
        socket.queue.push(ready);
        socket.stage = Stage::CatchingUp;
        let pinned = std::mem::take(&mut socket.pinned);
        let joins = std::mem::take(&mut socket.joins);
        let told = std::mem::take(&mut socket.told);
        let mut behind = Vec::new();
        for (room_id, head) in rooms {
            let listened = pinned.contains(room_id);
            if !listened {
                self.hub.listen(self.worker, *room_id);
            }
            self.hub.open(*room_id, *head, listened);
            let cursor = resume.rooms.get(room_id).copied();
            let reset = cursor.is_some_and(|cursor| !resume.same_epoch || cursor > *head);
            let sent = cursor.filter(|_| !reset).unwrap_or(*head);
            if reset || sent < *head {
                behind.push(*room_id);
            }
            let state = State::Held { mark: self.next_serial(), reset, target: *head };
            self.add_listener(key, *room_id, sent, *head, state);
        }
        for (number, room) in joins {
            self.join(key, number, &room);
        }
        for (room_id, frame) in told {
            if self.listener(key, room_id).is_some() {
                self.push(key, frame);
            }
        }
        for room_id in pinned {
            self.unpin(room_id);
        }
        behind
    }

    /// One step of bringing a held listener up to date. When its socket's `hello` is done, it goes
    /// live with the last step.
    pub fn catch_up(&mut self, key: SocketKey, room_id: RoomId) -> CatchUp {
        let live = get_mut(&mut self.sockets, key).is_some_and(|s| s.stage == Stage::Live);
        let Some(listener) = self.listener(key, room_id) else { return CatchUp::Done };
        if listener.is_untold && !live {
            return CatchUp::Done;
        }
        let State::Held { mark, reset, target } = listener.state else { return CatchUp::Done };
        if listener.queue.ended().is_some() {
            return CatchUp::Done;
        }
        if !listener.queue.is_calm() {
            return CatchUp::Wait(0);
        }
        if reset {
            return CatchUp::Read { after: listener.sent, mark, reset };
        }
        let (sent, user_id, member_at) = (listener.sent, listener.user_id, listener.member_at);
        let entries = match self.hub.missed(room_id, sent, user_id, member_at, target) {
            Missed::Entries(entries) => entries,
            Missed::TooOld => return CatchUp::Read { after: sent, mark, reset },
            Missed::Gone => {
                self.expel(key, room_id);
                return CatchUp::Done;
            }
            Missed::Over => {
                self.over(key, room_id);
                return CatchUp::Done;
            }
        };
        let Some(listener) = self.listener(key, room_id) else { return CatchUp::Done };
        if let Some(last) = entries.last()
            && let Some(frame) = sync_frame(&entries, sent, user_id)
        {
            if !listener.queue.has_room(frame.len()) {
                return CatchUp::Wait(frame.len());
            }
            listener.queue.push(frame);
            listener.sent = last.rev();
        }
        if listener.sent < target {
            return CatchUp::Read { after: listener.sent, mark, reset };
        }
        if live {
            listener.state = State::Live;
        }
        CatchUp::Done
    }

    /// Sends a page that was read for a held listener. Nothing happens if the listener has changed
    /// meanwhile. Not `Wait`: ask [`Listeners::catch_up`] again.
    pub fn page(&mut self, key: SocketKey, room_id: RoomId, mark: u64, page: &Page) -> CatchUp {
        let hub = self.hub.clone();
        let Some(listener) = self.marked(key, room_id, mark) else { return CatchUp::Done };
        if !page.reset && page.span.after != listener.sent {
            return CatchUp::Done;
        }
        let span = page.span.clone();
        let to = span.to;
        let frame = if page.reset {
            let entries = hub.present(room_id, span);
            Some(reset_frame(room_id, to, &entries, listener.user_id))
        } else {
            let entries = hub.extend_back(room_id, span);
            sync_frame(&entries, listener.sent, listener.user_id)
        };
        if let Some(frame) = frame {
            if !listener.queue.has_room(frame.len()) {
                return CatchUp::Wait(frame.len());
            }
            listener.queue.push(frame);
        }
        listener.sent = to;
        listener.member_at = listener.member_at.max(page.head);
        if let State::Held { reset, .. } = &mut listener.state {
            *reset = false;
        }
        CatchUp::Done
    }

    /// The database says that the person is not a member, asked for a listener with this mark.
    pub fn not_a_member(&mut self, key: SocketKey, room_id: RoomId, mark: u64) {
        if self.marked(key, room_id, mark).is_some() {
            self.expel(key, room_id);
        }
    }

    /// Sends `caught_up` and what was held back, and lets every room go live that can. Returns the
    /// others, which need [`Listeners::catch_up`].
    pub fn finish(&mut self, key: SocketKey, caught_up: Bytes) -> Vec<RoomId> {
        let Some(socket) = get_mut(&mut self.sockets, key) else { return Vec::new() };
        socket.stage = Stage::Live;
        socket.queue.push(caught_up);
        for frame in socket.held.drain(..) {
            socket.queue.push(frame);
        }
        let rooms: Vec<_> = socket.rooms.keys().copied().collect();
        let behind = |room_id: &RoomId| self.catch_up(key, *room_id) != CatchUp::Done;
        rooms.into_iter().filter(behind).collect()
    }
}
