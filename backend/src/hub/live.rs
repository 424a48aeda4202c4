//! What the hub passes on without keeping it: who is here, who types, what is whispered.

use std::sync::Arc;

use super::{Hub, Notice, SocketKey, WorkerId, ambient::encode, mailbox::Mailbox, state::After};
use crate::model::{
    Room, RoomId, Timestamp, UserId,
    event::Event,
    live::{CROWD_MIN, Live, Origin, Receipt, TYPING_MS, TypingStarted, TypingStopped, Whispered},
    presence::Here,
    profile::Presence,
    room::RoomKind,
};

impl Hub {
    /// Lets go of who has gone and tells what has changed. To be called by every worker about four
    /// times a second: whoever comes first does it for all.
    pub fn tick(&self, now: Timestamp) {
        let mut after = After::default();
        let mut inner = self.lock();
        inner.typists.forget(now);
        if let Some(ambient) = inner.presences.tick(now).map(Arc::new) {
            let notice = || Notice::Ambient(ambient.clone());
            for worker in 0..inner.mailboxes.len() {
                inner.post(WorkerId(worker), notice(), &mut after);
            }
        }
        drop(inner);
        self.finish(after);
    }

    /// A person was told how things stand on a socket: what they had chosen to show, and the rooms of
    /// which they are a member.
    pub fn greeted(&self, user_id: UserId, presence: Presence, rooms: &[Room]) {
        let mut inner = self.lock();
        inner.presences.choose(user_id, presence, false);
        inner.presences.leave(user_id, |_| true);
        for room in rooms {
            inner.presences.describe(room.id, is_public(room));
        }
    }

    /// Who may know of a room may have changed.
    pub fn describe(&self, room: &Room) {
        self.lock().presences.describe(room.id, is_public(room));
    }

    /// A socket of a person hears a room from now on.
    pub fn come(&self, room_id: RoomId, user_id: UserId) {
        self.lock().presences.come(room_id, user_id);
    }

    /// A socket of a person hears a room no longer, because the socket has ended or because the
    /// person is no longer a member.
    pub fn go(&self, room_id: RoomId, user_id: UserId, has_ended: bool) {
        self.lock().presences.go(room_id, user_id, has_ended);
    }

    /// Somebody here types; says whether that was told.
    pub fn start_typing(
        &self,
        room_id: RoomId,
        user_id: UserId,
        origin: Origin,
        now: Timestamp,
    ) -> bool {
        let mut inner = self.lock();
        let is_crowd = inner.presences.online_count(room_id) > CROWD_MIN;
        // Whoever hides types unseen: it would say that they are here before they have said anything.
        let is_told = !is_crowd && !inner.presences.hides(user_id);
        if !is_told || !inner.typists.start(room_id, user_id, origin, now) {
            return false;
        }
        drop(inner);
        let expires_in_ms = TYPING_MS;
        let event = Event::TypingStarted(TypingStarted { room_id, user_id, expires_in_ms });
        let frame = encode(&event);
        let notice = Notice::Looking { room_id, except: user_id, frame };
        let mut after = After::default();
        self.lock().post_in(room_id, &notice, &mut after);
        self.finish(after);
        true
    }

    /// Tells who has stopped typing.
    pub(super) fn tell_stopped(&self, after: &mut After) {
        for (room_id, user_id) in std::mem::take(&mut after.stopped) {
            let frame = encode(&Event::TypingStopped(TypingStopped { room_id, user_id }));
            let notice = Notice::Looking { room_id, except: user_id, frame };
            self.lock().post_in(room_id, &notice, after);
        }
    }
}

/// How a socket is named outside of the hub.
pub(super) fn origin(worker: WorkerId, socket: SocketKey) -> Origin {
    Origin { worker: worker.0, serial: socket.serial }
}

fn is_public(room: &Room) -> bool {
    room.kind == RoomKind::Group && !room.invite_only && !room.staff_only
}

/// Who is here, as far as this node knows. Whoever has just gone is here until the grace is over, so
/// that what is read is what was told.
impl Here for Hub {
    fn is_here(&self, user_id: UserId) -> bool {
        self.lock().presences.is_here(user_id)
    }

    fn hears(&self, room_id: RoomId, user_id: UserId) -> bool {
        self.lock().presences.hears(room_id, user_id)
    }

    fn hides(&self, user_id: UserId) -> bool {
        self.lock().presences.hides(user_id)
    }

    fn online(&self) -> Vec<UserId> {
        let mut online: Vec<_> = self.lock().presences.online().collect();
        online.sort_unstable();
        online
    }

    fn online_in(&self, room_id: RoomId) -> Vec<UserId> {
        self.lock().presences.online_in(room_id).collect()
    }

    fn online_count(&self, room_id: RoomId) -> i64 {
        let count = self.lock().presences.online_count(room_id);
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

impl Live for Hub {
    fn typing_started(&self, room_id: RoomId, user_id: UserId, origin: Origin, now: Timestamp) {
        self.start_typing(room_id, user_id, origin, now);
    }

    fn typing_stopped(&self, room_id: RoomId, user_id: UserId, now: Timestamp) {
        let mut after = After::default();
        let mut inner = self.lock();
        inner.typists.forget(now);
        if inner.typists.stop(room_id, user_id) {
            after.stopped.push((room_id, user_id));
        }
        drop(inner);
        self.finish(after);
    }

    fn whisper(&self, whisper: &Whispered, to: UserId, except: Option<Origin>, receipt: Receipt) {
        let room_id = whisper.room_id;
        let frame = encode(&Event::Whispered(whisper.clone()));
        let notice = || {
            let (frame, receipt) = (frame.clone(), receipt.clone());
            Notice::Whisper { user_id: to, room_id, except, frame, receipt }
        };
        let mut after = After::default();
        self.lock().notify(to, notice, &mut after);
        self.finish(after);
    }

    fn roll_call(&self, token: Receipt) {
        let mut after = After::default();
        let called = |mailbox: &mut Mailbox| mailbox.call(token.clone());
        after.wakes.extend(self.lock().mailboxes.iter_mut().filter_map(called));
        self.finish(after);
    }
}
