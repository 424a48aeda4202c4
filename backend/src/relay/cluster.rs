//! The relay of a node that is one of several: what is published is delivered here at once, and told
//! to the others; what they say is delivered; what nobody said is found by comparing.
//!
//! This is the handle; the work is done on a thread of its own ([`super::runner`]).

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, watch};

use super::{Relay, core::Core, watch::Ms};
use crate::{
    hub::Hub,
    model::{
        Announced, NodeId, RoomId, Timestamp, UserId,
        live::{Live, Origin, Receipt, Whispered},
        presence::Here,
    },
};

/// How many things wait to be told to others at the most; one more is not told, and they compare.
const WAITING_MAX: usize = 16_384;

/// Something to be told to other nodes.
pub(super) enum Order {
    Tell(Vec<Announced>),
    Typing { room_id: RoomId, user_id: UserId, is_typing: bool },
    Whisper { whisper: Whispered, to: UserId, receipt: Receipt },
}

/// How the relay is.
#[derive(Debug, Default)]
pub struct Health {
    /// Whether there is anything that carries words at once.
    pub(super) has_carrier: AtomicBool,
    /// Whether one's own words come back in time, and those of every node on the database come.
    pub(super) is_trusted: AtomicBool,
    /// Whether every node on the database says that it hears this one.
    pub(super) is_heard: AtomicBool,
    /// How long the last of them took, in microseconds.
    pub(super) latency_us: AtomicU64,
    /// How many nodes are on the database, as far as is known.
    pub(super) nodes: AtomicI64,
    /// Whether the last comparison with the database failed.
    pub(super) is_blind: AtomicBool,
}

/// How well the relay works, for whoever watches over the node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// Whether words are carried at once; if not, the database is asked ten times a second.
    pub carries: bool,
    /// Whether every other node hears what this one says.
    pub is_heard: bool,
    /// Whether that is as it should be: nothing was set that could carry them, and nobody is there.
    pub is_alone: bool,
    /// Whether what is new can't be found at all.
    pub is_blind: bool,
    /// How long a word took to come back.
    pub latency: Duration,
}

impl Health {
    /// How it is now.
    pub fn condition(&self) -> Condition {
        let has_carrier = self.has_carrier.load(Ordering::Relaxed);
        Condition {
            carries: self.is_trusted.load(Ordering::Relaxed),
            is_heard: self.is_heard.load(Ordering::Relaxed),
            is_alone: !has_carrier && self.nodes.load(Ordering::Relaxed) <= 1,
            is_blind: self.is_blind.load(Ordering::Relaxed),
            latency: Duration::from_micros(self.latency_us.load(Ordering::Relaxed)),
        }
    }
}

/// What the handle and the thread share.
pub(super) struct Shared {
    pub(super) node: NodeId,
    pub(super) hub: Arc<Hub>,
    /// Locked for microseconds: by whoever publishes, to ask the ledger, and by the relay's thread.
    core: Mutex<Core>,
    /// Held from when it is asked what is still news until that is delivered: otherwise what was said
    /// before could overtake what is said now.
    turns: Mutex<()>,
    pub(super) health: Arc<Health>,
    began: Instant,
}

impl Shared {
    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn to take news and deliver it.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Ms {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(Ms::MAX)
    }

    /// The same as a moment of the process.
    pub(super) fn moment(&self, at: Ms) -> Instant {
        self.began.checked_add(Duration::from_millis(at)).unwrap_or(self.began)
    }
}

/// What the relay's thread works through.
pub struct Orders {
    pub(super) shared: Arc<Shared>,
    pub(super) waiting: mpsc::Receiver<Order>,
    pub(super) ended: watch::Receiver<()>,
}

/// Publishes to the hub of this process, and to the others. It works, for this process alone, before
/// its thread is started.
#[derive(Clone)]
pub struct ClusterRelay {
    shared: Arc<Shared>,
    orders: mpsc::Sender<Order>,
}

/// The same for what is kept nowhere. When it is dropped, the relay's thread ends.
pub struct ClusterLive {
    relay: ClusterRelay,
    _running: watch::Sender<()>,
}

impl ClusterRelay {
    /// A relay for one hub, what its thread works through, and its side for what is kept nowhere.
    pub fn new(hub: Arc<Hub>) -> (Self, ClusterLive, Orders) {
        hub.share();
        let (orders, waiting) = mpsc::channel(WAITING_MAX);
        let (running, ended) = watch::channel(());
        let node = NodeId(rand::random());
        let shared = Arc::new(Shared {
            node,
            hub,
            core: Mutex::new(Core::new(node)),
            turns: Mutex::default(),
            health: Arc::default(),
            began: Instant::now(),
        });
        let relay = Self { shared: shared.clone(), orders };
        let live = ClusterLive { relay: relay.clone(), _running: running };
        (relay, live, Orders { shared, waiting, ended })
    }

    /// How it is.
    pub fn health(&self) -> Arc<Health> {
        self.shared.health.clone()
    }

    fn order(&self, order: Order) {
        if self.orders.try_send(order).is_err() {
            self.shared.core().not_told();
        }
    }
}

impl Relay for ClusterRelay {
    fn publish(&self, announced: Vec<Announced>) {
        let turn = self.shared.turn();
        let fresh = self.shared.core().fresh(announced.clone(), self.shared.now());
        self.shared.hub.deliver(fresh);
        drop(turn);
        self.order(Order::Tell(announced));
    }
}

impl Live for ClusterLive {
    fn typing_started(&self, room_id: RoomId, user_id: UserId, origin: Origin, now: Timestamp) {
        if self.relay.shared.hub.start_typing(room_id, user_id, origin, now) {
            self.relay.order(Order::Typing { room_id, user_id, is_typing: true });
        }
    }

    fn typing_stopped(&self, room_id: RoomId, user_id: UserId, now: Timestamp) {
        self.relay.shared.hub.typing_stopped(room_id, user_id, now);
        self.relay.order(Order::Typing { room_id, user_id, is_typing: false });
    }

    fn whisper(&self, whisper: &Whispered, to: UserId, except: Option<Origin>, receipt: Receipt) {
        let hub = &self.relay.shared.hub;
        if hub.may_be_elsewhere(to) {
            let receipt = receipt.clone();
            self.relay.order(Order::Whisper { whisper: whisper.clone(), to, receipt });
        }
        hub.whisper(whisper, to, except, receipt);
    }

    fn roll_call(&self, token: Receipt) {
        self.relay.shared.hub.roll_call(token);
    }
}

impl Here for ClusterLive {
    fn is_here(&self, user_id: UserId) -> bool {
        self.relay.shared.hub.is_here(user_id)
    }

    fn hears(&self, room_id: RoomId, user_id: UserId) -> bool {
        self.relay.shared.hub.hears(room_id, user_id)
    }

    fn hides(&self, user_id: UserId) -> bool {
        self.relay.shared.hub.hides(user_id)
    }

    fn online(&self) -> Vec<UserId> {
        self.relay.shared.hub.online()
    }

    fn online_in(&self, room_id: RoomId) -> Vec<UserId> {
        self.relay.shared.hub.online_in(room_id)
    }

    fn online_count(&self, room_id: RoomId) -> i64 {
        self.relay.shared.hub.online_count(room_id)
    }
}

#[cfg(test)]
mod tests {
    use std::{rc::Rc, sync::Barrier, thread};

    use super::*;
    use crate::{
        hub::{Bounds, Listeners},
        model::{Announcement, AnnouncementId, SessionId, profile::Presence},
    };

    const ANN: UserId = UserId(1);
    /// How often two threads tell of her at once. Without turns the older news wins some times in these.
    const TIMES: i64 = 50_000;

    #[test]
    fn g12_what_was_committed_last_is_delivered_last_whichever_thread_tells_it() {
        let hub = Arc::new(Hub::new(Bounds::default(), Box::new(|_| true)));
        let worker = hub.add_worker(|| {});
        let mut listeners = Listeners::new(hub.clone(), worker);
        let key = listeners.open(ANN, SessionId(1), Rc::default());
        listeners.greeted(key, Presence::Online, &[]);
        let (relay, _live, _orders) = ClusterRelay::new(hub.clone());
        let chose = |id: i64, presence| {
            let what = Announcement::Presence { user_id: ANN, presence };
            vec![Announced { id: Some(AnnouncementId(id)), what }]
        };
        let mut wrong = 0;
        let (begin, end) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|threads| {
            threads.spawn(|| {
                for time in 0..TIMES {
                    begin.wait();
                    relay.publish(chose(2 * time + 1, Presence::Online));
                    end.wait();
                }
            });
            for time in 0..TIMES {
                begin.wait();
                relay.publish(chose(2 * time + 2, Presence::Offline));
                end.wait();
                wrong += i64::from(!hub.hides(ANN));
            }
        });
        assert_eq!(wrong, 0, "times she was shown as she had been before");
    }
}
