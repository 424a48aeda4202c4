//! One socket: moves frames between the wire, the session and the commands, and decides nothing.

use std::{
    cell::{Cell, RefCell, RefMut},
    collections::VecDeque,
    future::poll_fn,
    pin::pin,
    rc::Rc,
    time::Duration,
};

use actix_web::rt::time::{sleep, timeout};
use actix_ws::{AggregatedMessage as Incoming, AggregatedMessageStream, ProtocolError};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    future::{Either, LocalBoxFuture, pending},
    stream::FuturesUnordered,
};
use tokio::sync::Notify;

use super::{
    catch_up, close, commands,
    greet::{self, Greeted},
    session::{Session, Step},
    worker::Worker,
};
use crate::{
    actions::{Caller, Viewer},
    hub::{Queue, SocketKey},
    limits::{Inside, Net},
    model::{Close, RoomId, command::Hello, frame},
};

/// How many commands of one socket are under way at the most. While they are, nothing is read from
/// it, so that the other end waits.
const UNDER_WAY_MAX: usize = 32;
/// Replies larger than this wait for room in the queue, in bytes.
const SMALL_BYTES_MAX: usize = 16 * 1024;

/// How long a closed socket waits for the other end to close, …
const LINGER: Duration = Duration::from_secs(2);
/// … and if that can't be heard.
const LINGER_BLIND: Duration = Duration::from_millis(250);

/// What a socket shares with its thread.
pub(super) struct Shared {
    pub(super) queue: Rc<Queue>,
    /// How the hub knows it, once it has said who it is.
    pub(super) key: Cell<Option<SocketKey>>,
    session: RefCell<Session>,
    /// Who it is, once that is known; changes with `auth.renew`.
    viewer: RefCell<Option<Rc<Viewer>>>,
    /// Rooms that need catching up: bounded by the rooms that it hears.
    behind: RefCell<VecDeque<RoomId>>,
    nudge: Notify,
    /// Its place among those that have not said who they are.
    place: Cell<Option<Inside<Net>>>,
}

impl Shared {
    pub(super) fn new(session: Session, place: Inside<Net>) -> Self {
        Self {
            queue: Rc::default(),
            key: Cell::default(),
            session: RefCell::new(session),
            viewer: RefCell::default(),
            behind: RefCell::default(),
            nudge: Notify::new(),
            place: Cell::new(Some(place)),
        }
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

/// A socket and what only its own task touches.
pub(super) struct Socket {
    worker: Rc<Worker>,
    shared: Rc<Shared>,
    slot: usize,
    key: Cell<Option<SocketKey>>,
    bearer: Option<String>,
    caller: Caller,
}

/// Gives the other end time to hear why the socket ends, and to end it from its side.
async fn linger(incoming: &mut AggregatedMessageStream) {
    let farewell = async {
        loop {
            match incoming.recv().await {
                Some(Ok(Incoming::Close(_))) | None => return,
                Some(Ok(_)) => {}
                // Nothing more can be read, so it can't be seen whether it was heard.
                Some(Err(_)) => return sleep(LINGER_BLIND).await,
            }
        }
    };
    // It has had its time, whether it has said farewell or not.
    let _farewell = timeout(LINGER, farewell).await;
}

/// What goes on at once: commands, each ending with its reply.
type UnderWay = FuturesUnordered<LocalBoxFuture<'static, ()>>;
/// First `hello`, whose outcome opens the way for commands; then catching up, for as long as the
/// socket lives.
type Listening<'a> = LocalBoxFuture<'a, Option<Greeted>>;

impl Socket {
    pub(super) fn new(
        worker: Rc<Worker>,
        shared: Rc<Shared>,
        slot: usize,
        bearer: Option<String>,
        caller: Caller,
    ) -> Self {
        Self { worker, shared, slot, key: Cell::new(None), bearer, caller }
    }

    pub(super) fn queue(&self) -> &Rc<Queue> {
        &self.shared.queue
    }

    /// Runs until either end is done.
    pub(super) async fn run(self, mut incoming: AggregatedMessageStream) {
        let mut under_way = UnderWay::new();
        let mut listening: Listening<'_> = Box::pin(pending());
        let queue = &self.shared.queue;
        let mut ended = pin!(poll_fn(|cx| queue.poll_end(cx)));
        loop {
            let may_read = under_way.len() < UNDER_WAY_MAX && !self.is_greeting();
            tokio::select! {
                biased;
                _ = &mut ended => break,
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                greeted = &mut listening => listening = match greeted {
                    Some(greeted) => Box::pin(self.catch_up(greeted)),
                    None => Box::pin(pending()),
                },
                incoming = incoming.recv(), if may_read => match self.take(incoming) {
                    Some(Either::Left(hello)) => listening = Box::pin(self.greet(hello)),
                    Some(Either::Right(command)) => under_way.push(command),
                    None => {}
                },
            }
        }
        self.worker.dismiss(self.slot, self.key.get());
        linger(&mut incoming).await;
        queue.release();
    }

    /// While it is found out who it is, nothing else is read.
    fn is_greeting(&self) -> bool {
        self.shared.session().is_greeting()
    }

    fn take(
        &self,
        incoming: Option<Result<Incoming, ProtocolError>>,
    ) -> Option<Either<Hello, LocalBoxFuture<'static, ()>>> {
        let queue = &self.shared.queue;
        let now = self.worker.now();
        match incoming {
            Some(Ok(Incoming::Text(text))) => {
                let step = self.shared.session().text(&text, now);
                match step {
                    Step::Say(frame) => queue.push(frame),
                    Step::Close(close) => queue.close(close),
                    Step::Greet(hello) => return Some(Either::Left(hello)),
                    Step::Run(command) => {
                        let command = commands::run(&self.worker, &self.shared, command);
                        return Some(Either::Right(command));
                    }
                }
            }
            Some(Ok(Incoming::Ping(payload))) => match self.shared.session().control(now) {
                Some(close) => queue.close(close),
                None if queue.is_calm() => queue.push(frame::pong(&payload)),
                None => {}
            },
            Some(Ok(Incoming::Pong(_))) => {
                if let Some(close) = self.shared.session().control(now) {
                    queue.close(close);
                }
            }
            Some(Ok(Incoming::Binary(_))) => queue.close(Close::Unsupported),
            Some(Ok(Incoming::Close(reason))) => {
                queue.close(close::of_farewell(reason.map(|reason| reason.code.into())));
                queue.release();
            }
            Some(Err(error)) => match close::of_reading(&error) {
                Some(close) => queue.close(close),
                None => queue.cut_off(Close::Normal),
            },
            None => queue.cut_off(Close::Normal),
        }
        None
    }

    /// Finds out who it is and tells how things stand.
    async fn greet(&self, hello: Hello) -> Option<Greeted> {
        let greeted = greet::greet(&self.worker, &self.shared, &self.key, hello, self).await;
        greeted.map_err(|error| self.shared.queue.close(close::of_refusal(&error))).ok()
    }

    /// Tells what was missed, then and later.
    async fn catch_up(&self, greeted: Greeted) -> Option<Greeted> {
        catch_up::run(&self.worker, &self.shared, greeted).await;
        None
    }

    pub(super) fn bearer(&self) -> Option<&str> {
        self.bearer.as_deref()
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }
}
