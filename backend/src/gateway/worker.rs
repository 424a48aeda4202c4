//! What the sockets of one thread share: the hub's listeners and two tasks, one that passes on what
//! is new and one that looks after what is due. No socket has a timer of its own.

use std::{
    cell::{Cell, RefCell, RefMut},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt::{self, time};
use slab::Slab;
use tokio::{sync::Notify, task::yield_now};

use super::{
    catch_up::Reading,
    drain,
    session::{Due, Session},
    socket::{Shared, Socket},
};
use crate::{
    actions::{Caller, Context},
    hub::{Hub, Listeners, SocketKey, Turn},
    limits::{Inside, Net},
    model::{Close, Timestamp, frame},
};

/// How often it is looked after what is due.
const SWEEP_EVERY: Duration = Duration::from_millis(500);

/// How often the hub is told the time.
const TICK_EVERY: Duration = Duration::from_millis(250);

/// The sockets of one thread. It must be made on that thread, or moved there before it is used.
pub struct Worker {
    pub(super) ctx: Context,
    listeners: RefCell<Listeners>,
    hub: Arc<Hub>,
    /// Every socket that is open.
    sockets: RefCell<Slab<Rc<Shared>>>,
    /// Those that have said who they are.
    known: RefCell<HashMap<SocketKey, Rc<Shared>>>,
    /// What is being read from the database for those that catch up.
    pub(super) reading: Reading,
    news: Arc<Notify>,
    /// Up to which round of [`Hub::round`] the sockets may write.
    round: Cell<u64>,
    started: Cell<bool>,
    draining: Cell<bool>,
}

impl Worker {
    /// A thread without sockets.
    pub fn new(ctx: Context, hub: Arc<Hub>) -> Rc<Self> {
        let news = Arc::new(Notify::new());
        let wake = news.clone();
        let id = hub.add_worker(move || wake.notify_one());
        Rc::new(Self {
            ctx,
            listeners: RefCell::new(Listeners::new(hub.clone(), id)),
            hub,
            sockets: RefCell::default(),
            known: RefCell::default(),
            reading: Reading::default(),
            news,
            round: Cell::new(0),
            started: Cell::new(false),
            draining: Cell::new(false),
        })
    }

    /// Lets a socket in, with the token and the caller of its request, and its place among those that
    /// have not said who they are.
    pub(super) fn admit(
        self: &Rc<Self>,
        bearer: Option<String>,
        caller: Caller,
        place: Inside<Net>,
    ) -> Socket {
        if !self.started.replace(true) {
            rt::spawn(self.clone().pass_on());
            self.news.notify_one();
            rt::spawn(self.clone().look_after());
            rt::spawn(self.clone().keep_time());
        }
        let session = Session::new(self.now(), self.ctx.limits.commands, caller.locale);
        let shared = Rc::new(Shared::new(session, place));
        let slot = self.sockets.borrow_mut().insert(shared.clone());
        Socket::new(self.clone(), shared, slot, bearer, caller)
    }

    /// Forgets a socket.
    pub(super) fn dismiss(&self, slot: usize, key: Option<SocketKey>) {
        self.sockets.borrow_mut().try_remove(slot);
        if let Some(key) = key {
            self.known.borrow_mut().remove(&key);
            let now = self.now();
            self.listeners().close(key, now);
        }
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
                let turn = self.listeners().turn();
                let more = turn.more;
                self.follow(turn);
                self.enter(round);
                if !more {
                    break;
                }
                // The sockets write what they have before they get more.
                yield_now().await;
            }
        }
    }

    /// Whether the sockets may write what waits for them.
    pub(super) fn may_write(&self) -> bool {
        self.hub.round(Instant::now()) == Some(self.round.get())
    }

    /// What was void is gone: the sockets may write again.
    fn enter(&self, round: u64) {
        if self.round.replace(round) != round {
            self.sockets.borrow().iter().for_each(|(_, shared)| shared.queue.wake());
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
