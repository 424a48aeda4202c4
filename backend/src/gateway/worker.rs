//! What the sockets of one thread share: the hub's listeners and a few tasks, which pass on what is new,
//! write it, and look after what is due. No socket has a timer of its own.

use std::{
    cell::{Cell, RefCell, RefMut},
    collections::HashMap,
    future::poll_fn,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use actix_web::rt::{self, time};
use slab::Slab;
use tokio::{sync::Notify, task::yield_now};

use super::{
    Admitted, catch_up::Reading, drain, intake::READ_BYTES_MAX, session::Due, shared::Shared,
    socket::Socket,
};
use crate::{
    actions::Context,
    hub::{Desk, Hub, Listeners, SocketKey, Turn},
    model::{Close, Timestamp, frame},
    pace::Wire,
};

/// How often it is looked after what is due.
const SWEEP_EVERY: Duration = Duration::from_millis(500);

/// How often the hub is told the time.
const TICK_EVERY: Duration = Duration::from_millis(250);

/// How many sockets are written before others have their turn.
const WRITES_MAX: usize = 256;

/// The sockets of one thread. It must be made on that thread, or moved there before it is used.
pub struct Worker {
    pub(super) ctx: Context,
    listeners: RefCell<Listeners>,
    hub: Arc<Hub>,
    /// Every socket that is open.
    sockets: RefCell<Slab<Rc<Shared>>>,
    /// Those that have said who they are.
    known: RefCell<HashMap<SocketKey, Rc<Shared>>>,
    /// Which of them have something to be written.
    desk: Rc<Desk>,
    /// What is read from a socket lies here first; borrowed for one system call.
    scratch: RefCell<Vec<u8>>,
    /// What is being read from the database for those that catch up.
    pub(super) reading: Reading,
    news: Arc<Notify>,
    /// When this thread was told of the oldest news that it has not passed on, in microseconds after
    /// `began`; nought, if there is none.
    told_at: Arc<AtomicU64>,
    began: Instant,
    /// Up to which round of [`Hub::round`] the sockets may write.
    round: Cell<u64>,
    started: Cell<bool>,
    draining: Cell<bool>,
}

impl Worker {
    /// A thread without sockets.
    pub fn new(ctx: Context, hub: Arc<Hub>) -> Rc<Self> {
        let news = Arc::new(Notify::new());
        let (told_at, began) = (Arc::<AtomicU64>::default(), Instant::now());
        let (wake, told) = (news.clone(), told_at.clone());
        let id = hub.add_worker(move || {
            // Whoever came first stays: it is what has waited longest.
            let _older = told.compare_exchange(0, micros(began), Relaxed, Relaxed);
            wake.notify_one();
        });
        Rc::new(Self {
            ctx,
            listeners: RefCell::new(Listeners::new(hub.clone(), id)),
            hub,
            sockets: RefCell::default(),
            known: RefCell::default(),
            desk: Rc::default(),
            scratch: RefCell::new(vec![0; READ_BYTES_MAX]),
            reading: Reading::default(),
            news,
            told_at,
            began,
            round: Cell::new(0),
            started: Cell::new(false),
            draining: Cell::new(false),
        })
    }

    /// Lets a socket in.
    pub(super) fn admit(self: &Rc<Self>, admitted: Admitted, wire: Wire) -> Socket {
        if !self.started.replace(true) {
            rt::spawn(self.clone().pass_on());
            self.news.notify_one();
            rt::spawn(self.clone().write());
            rt::spawn(self.clone().look_after());
            rt::spawn(self.clone().keep_time());
        }
        let Admitted { session, place, arrival } = admitted;
        let shared = Rc::new(Shared::new(session, place, wire));
        let slot = self.sockets.borrow_mut().insert(shared.clone());
        shared.stand_at(&self.desk, slot);
        Socket::new(self.clone(), shared, slot, arrival)
    }

    /// A socket hears nothing more, and is only written.
    pub(super) fn dismiss(&self, key: Option<SocketKey>) {
        if let Some(key) = key {
            self.known.borrow_mut().remove(&key);
            let now = self.now();
            self.listeners().close(key, now);
        }
    }

    /// Forgets a socket.
    pub(super) fn forget(&self, slot: usize) {
        let shared = self.sockets.borrow_mut().try_remove(slot);
        if let Some(close) = shared.and_then(|it| it.queue.ended()) {
            self.hub.stats().has_closed(close);
        }
    }

    /// Where something is read to; not to be held while waiting.
    pub(super) fn scratch(&self) -> RefMut<'_, Vec<u8>> {
        self.scratch.borrow_mut()
    }

    /// A socket has said who it is.
    pub(super) fn know(&self, key: SocketKey, shared: Rc<Shared>) {
        shared.key.set(Some(key));
        self.known.borrow_mut().insert(key, shared);
    }

    /// The hub's side of the sockets; not to be held while waiting.
    pub(super) fn listeners(&self) -> RefMut<'_, Listeners> {
        self.listeners.borrow_mut()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.ctx.db.clock().now()
    }

    /// Whether the node is about to end.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.get()
    }

    /// Every socket that is open now.
    pub(super) fn sockets(&self) -> Vec<Rc<Shared>> {
        self.sockets.borrow().iter().map(|(_, shared)| shared.clone()).collect()
    }

    /// Passes on what the hub has, whenever there is something.
    async fn pass_on(self: Rc<Self>) {
        loop {
            self.news.notified().await;
            // While nothing may be told, whoever lets it be told again wakes this.
            while let Some(round) = self.hub.round(Instant::now()) {
                let told_at = self.told_at.swap(0, Relaxed);
                let turn = self.listeners().turn();
                let more = turn.more;
                self.follow(turn);
                if told_at > 0 {
                    let took = micros(self.began).saturating_sub(told_at);
                    self.hub.stats().fan_out_us.add(took);
                }
                self.enter(round);
                if !more {
                    break;
                }
                // The sockets write what they have before they get more.
                yield_now().await;
            }
        }
    }

    /// Writes what waits, to all who have something in one go. It comes after the tasks that were woken
    /// before, so that a reply leaves together with the event.
    async fn write(self: Rc<Self>) {
        let mut listed = Vec::new();
        loop {
            poll_fn(|cx| self.desk.poll_listed(cx)).await;
            self.desk.take(&mut listed);
            for some in listed.chunks(WRITES_MAX) {
                // What may not leave is called for again when it may.
                let may_write = self.may_write();
                for shared in some.iter().filter_map(|slot| self.socket(*slot)) {
                    shared.queue.called();
                    if may_write {
                        shared.writing.write_now();
                    }
                }
                if some.len() == WRITES_MAX {
                    yield_now().await;
                }
            }
        }
    }

    fn socket(&self, slot: usize) -> Option<Rc<Shared>> {
        self.sockets.borrow().get(slot).cloned()
    }

    /// Whether the sockets may write what waits for them.
    pub(super) fn may_write(&self) -> bool {
        self.hub.round(Instant::now()) == Some(self.round.get())
    }

    /// What was void is gone: the sockets may write again.
    fn enter(&self, round: u64) {
        if self.round.replace(round) != round {
            self.sockets.borrow().iter().for_each(|(_, shared)| shared.writing.look_again());
        }
    }

    fn follow(self: &Rc<Self>, turn: Turn) {
        let known = self.known.borrow();
        for (key, room_id) in turn.behind {
            if let Some(shared) = known.get(&key) {
                shared.fell_behind(room_id);
            }
        }
        if turn.drain && !self.draining.replace(true) {
            rt::spawn(drain::run(self.clone()));
        }
    }

    /// Whoever is here on this thread is told who comes and goes.
    async fn keep_time(self: Rc<Self>) {
        let mut ticks = time::interval(TICK_EVERY);
        loop {
            ticks.tick().await;
            self.hub.tick(self.now());
        }
    }

    async fn look_after(self: Rc<Self>) {
        let mut ticks = time::interval(SWEEP_EVERY);
        loop {
            ticks.tick().await;
            let now = self.now();
            for (_, shared) in &*self.sockets.borrow() {
                match shared.session().due(now) {
                    Some(Due::Ping) => shared.queue.push(frame::ping()),
                    // Who gives no sign of life does not read either.
                    Some(Due::Close(close @ Close::HeartbeatMissed)) => shared.queue.cut_off(close),
                    Some(Due::Close(close)) => shared.queue.close(close),
                    None => {}
                }
            }
        }
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
}
