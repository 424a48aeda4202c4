//! What a socket shares with its thread, with its commands and with what tells it what it missed.

use std::{
    cell::{Cell, RefCell, RefMut},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
};

use bytes::Bytes;
use tokio::sync::Notify;

use super::{session::Session, writing::Writing};
use crate::{
    actions::Viewer,
    hub::{Desk, Queue, SocketKey},
    limits::{Inside, Net},
    model::RoomId,
    pace::Wire,
};

/// Replies larger than this wait for room in the queue, in bytes.
const SMALL_BYTES_MAX: usize = 16 * 1024;

/// What a socket shares with its thread.
pub(super) struct Shared {
    pub(super) queue: Rc<Queue>,
    pub(super) wire: Wire,
    pub(super) writing: Writing,
    /// How the hub knows it, once it has said who it is.
    pub(super) key: Cell<Option<SocketKey>>,
    session: RefCell<Session>,
    /// Who it is, once that is known; changes with `auth.renew`.
    viewer: RefCell<Option<Rc<Viewer>>>,
    /// Rooms that need catching up: bounded by the rooms that it hears.
    behind: RefCell<VecDeque<RoomId>>,
    nudge: Notify,
    /// Its place among those that have not said who they are.
    pub(super) place: Cell<Option<Inside<Net>>>,
}

impl Shared {
    pub(super) fn new(session: Session, place: Inside<Net>, wire: Wire) -> Self {
        let queue = Rc::<Queue>::default();
        Self {
            writing: Writing::new(queue.clone(), wire.clone()),
            queue,
            wire,
            key: Cell::default(),
            session: RefCell::new(session),
            viewer: RefCell::default(),
            behind: RefCell::default(),
            nudge: Notify::new(),
            place: Cell::new(Some(place)),
        }
    }

    /// Where it stands among the sockets of its thread: there it is written.
    pub(super) fn stand_at(&self, desk: &Rc<Desk>, slot: usize) {
        self.queue.lie_on(desk.clone(), slot);
    }

    /// Not to be held while waiting.
    pub(super) fn session(&self) -> RefMut<'_, Session> {
        self.session.borrow_mut()
    }

    pub(super) fn viewer(&self) -> Option<Rc<Viewer>> {
        self.viewer.borrow().clone()
    }

    /// Signed in, or signed in anew.
    pub(super) fn signed_in(&self, viewer: Viewer) {
        self.place.take();
        self.session().greeted(viewer.expires_at, viewer.locale);
        self.viewer.replace(Some(Rc::new(viewer)));
    }

    /// A room needs catching up.
    pub(super) fn fell_behind(&self, room_id: RoomId) {
        let mut behind = self.behind.borrow_mut();
        if !behind.contains(&room_id) {
            behind.push_back(room_id);
        }
        self.nudge.notify_one();
    }

    /// The next room that needs catching up.
    pub(super) async fn next_behind(&self) -> RoomId {
        loop {
            let next = self.behind.borrow_mut().pop_front();
            match next {
                Some(room_id) => return room_id,
                None => self.nudge.notified().await,
            }
        }
    }

    /// Says something of any size.
    pub(super) async fn say(&self, frame: Bytes) {
        if frame.len() > SMALL_BYTES_MAX {
            self.room_for(frame.len()).await;
        }
        self.queue.push(frame);
    }

    /// Waits until so many bytes fit into the queue, or it has ended.
    pub(super) async fn room_for(&self, bytes: usize) {
        poll_fn(|cx| self.queue.poll_room(bytes, cx)).await;
    }
}
