//! What waits for one worker thread: which rooms have news, and notices for persons.
//!
//! News is a set, not a queue: the worker pulls what there is when it gets to the room, so a fast
//! room takes no more space than a slow one. Notices are a queue, and bounded.

use std::{
    collections::{HashSet, VecDeque},
    mem,
    sync::Arc,
};

use bytes::Bytes;

use super::{SocketKey, ambient::Ambient};
use crate::model::{
    Close, RoomId, UserId,
    announcement::Ended,
    live::{Origin, Receipt},
};

/// How many notices wait for one worker. When one more comes, all of them are dropped and every
/// socket of the worker is closed with 4001: its clients come back and are told how things stand.
const NOTICES_MAX: usize = 4_096;

/// Wakes a worker; must be quick and must not call the hub.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Something for the sockets of one person.
#[derive(Clone, Debug)]
pub enum Notice {
    /// A frame for every socket.
    Frame {
        /// Whose.
        user_id: UserId,
        /// What.
        frame: Bytes,
    },
    /// A frame for everybody in a room, after everything that came before it.
    Room {
        /// Which room.
        room_id: RoomId,
        /// What.
        frame: Bytes,
    },
    /// A room is gone.
    RoomDeleted {
        /// Which room.
        room_id: RoomId,
    },
    /// A frame for every socket of several persons.
    People {
        /// Whose; some of them may have no socket here.
        user_ids: Arc<[UserId]>,
        /// What.
        frame: Bytes,
    },
    /// Some sessions are over.
    Ended {
        /// Whose.
        user_id: UserId,
        /// Which of them.
        what: Ended,
    },
    /// Who is here.
    Ambient(Arc<Ambient>),
    /// A frame for whoever looks at a room, except one person.
    Looking {
        /// Which room.
        room_id: RoomId,
        /// Who does not get it.
        except: UserId,
        /// What.
        frame: Bytes,
    },
    /// A frame for those sockets of a person that hear a room.
    Whisper {
        /// Whose.
        user_id: UserId,
        /// Which room.
        room_id: RoomId,
        /// Which of them does not get it.
        except: Option<Origin>,
        /// What.
        frame: Bytes,
        /// To be told if any of them got it.
        receipt: Receipt,
    },
    /// Nothing: it is dropped when the worker gets to it.
    RollCall(Receipt),
    /// One socket must close.
    Close {
        /// Which.
        socket: SocketKey,
        /// Why.
        close: Close,
    },
}

/// What a worker found in its mailbox.
#[derive(Debug, Default)]
pub struct Mail {
    /// Rooms in which something happened.
    pub rooms: HashSet<RoomId>,
    /// In the order in which they came.
    pub notices: VecDeque<Notice>,
    /// Notices were dropped: every socket must start anew.
    pub overflowed: bool,
    /// The node is about to end.
    pub drain: bool,
}

/// The mailbox itself; it lives behind the hub's lock.
pub(super) struct Mailbox {
    mail: Mail,
    wake: Wake,
    /// It was emptied once: a worker without sockets has nobody to tell, and looks into it only when the
    /// first one comes.
    is_used: bool,
}

impl Mailbox {
    /// An empty one.
    pub(super) fn new(wake: Wake) -> Self {
        Self { mail: Mail::default(), wake, is_used: false }
    }

    /// A room has news. Returns whom to wake, if nobody was woken yet.
    #[must_use]
    pub(super) fn news(&mut self, room_id: RoomId) -> Option<Wake> {
        let wake = self.wake_if_empty();
        self.mail.rooms.insert(room_id);
        wake
    }

    /// Something for a person. Returns whom to wake, if nobody was woken yet.
    #[must_use]
    pub(super) fn post(&mut self, notice: Notice) -> Option<Wake> {
        let wake = self.wake_if_empty();
        if self.mail.notices.len() >= NOTICES_MAX {
            return Some(self.overflow());
        }
        self.mail.notices.push_back(notice);
        wake
    }

    /// Calls a worker that has ever had sockets. Returns whom to wake, if nobody was woken yet.
    #[must_use]
    pub(super) fn call(&mut self, token: Receipt) -> Option<Wake> {
        self.is_used.then(|| self.post(Notice::RollCall(token))).flatten()
    }

    /// Drops the notices and makes every socket of the worker start anew. Returns whom to wake.
    #[must_use]
    pub(super) fn overflow(&mut self) -> Wake {
        self.mail.notices.clear();
        self.mail.overflowed = true;
        self.wake.clone()
    }

    /// The node is about to end. Returns whom to wake.
    #[must_use]
    pub(super) fn drain(&mut self) -> Wake {
        self.mail.drain = true;
        self.wake.clone()
    }

    /// Whom to wake, whatever is in it.
    pub(super) fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// Empties it.
    pub(super) fn take(&mut self) -> Mail {
        self.is_used = true;
        mem::take(&mut self.mail)
    }

    fn wake_if_empty(&self) -> Option<Wake> {
        let empty = self.mail.rooms.is_empty() && self.mail.notices.is_empty();
        empty.then(|| self.wake.clone())
    }
}
