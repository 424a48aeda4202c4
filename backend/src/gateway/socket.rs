//! One socket: moves frames between the wire, the session and the commands, and decides nothing.

use std::{cell::Cell, future::poll_fn, pin::pin, rc::Rc, time::Duration};

use actix_web::rt::time::{sleep, timeout};
use futures_util::{
    StreamExt,
    future::{LocalBoxFuture, join, pending},
    stream::FuturesUnordered,
};

use super::{
    catch_up, close, commands,
    greet::{self, Greeted},
    messages::{Message, Messages},
    session::Step,
    shared::Shared,
    worker::Worker,
};
use crate::{
    actions::Caller,
    error::Error,
    hub::SocketKey,
    limits::{Inside, Net},
    model::{Close, command::Hello, frame},
};

/// How many commands of one socket are under way at the most. While they are, nothing is read from
/// it, so that the other end waits.
const UNDER_WAY_MAX: usize = 32;
/// How long a closed socket waits for the other end to close, …
const LINGER: Duration = Duration::from_secs(2);
/// … and if that can't be heard.
const LINGER_BLIND: Duration = Duration::from_millis(250);
/// How much is still read of it meanwhile: whoever goes on talking after so many parts is cut off, …
const LINGER_PARTS_MAX: usize = 4;
/// … of so many bytes each …
const LINGER_PART_BYTES: usize = 64 * 1024;
/// … and so long after each other: it costs nobody else more time than that.
const LINGER_APART: Duration = Duration::from_millis(100);

/// What its request said of whoever comes.
#[derive(Default)]
pub(super) struct Arrival {
    pub(super) bearer: Option<String>,
    pub(super) caller: Caller,
}

/// A socket and what only its own task touches.
pub(super) struct Socket {
    worker: Rc<Worker>,
    shared: Rc<Shared>,
    slot: usize,
    key: Cell<Option<SocketKey>>,
    /// How it came in, until it says who it is.
    arrival: Cell<Option<Arrival>>,
    /// Its place among those whose long `hello` nobody vouches for yet.
    long_hello: Cell<Option<Inside<Net>>>,
    /// Nothing more can be read from it.
    is_deaf: Cell<bool>,
    /// The other end has said that it ends.
    has_parted: Cell<bool>,
}

/// Gives the other end time to hear why the socket ends, and to end it from its side; whether it did.
async fn linger(messages: &mut Messages) -> bool {
    let farewell = async {
        for _ in 0..LINGER_PARTS_MAX {
            let enough = messages.heard_bytes().saturating_add(LINGER_PART_BYTES);
            while messages.heard_bytes() < enough {
                match messages.next().await {
                    Some(Ok(Message::Farewell(_))) | None => return true,
                    // Nobody vouches for it any more.
                    Some(Ok(Message::Begun(_))) => return throw_away(messages).await,
                    Some(Ok(_)) => {}
                    // Nothing more can be read, so it can't be seen whether it was heard.
                    Some(Err(_)) => {
                        sleep(LINGER_BLIND).await;
                        return false;
                    }
                }
            }
            sleep(LINGER_APART).await;
        }
        false
    };
    // It has had its time, whether it has said farewell or not.
    timeout(LINGER, farewell).await.unwrap_or(false)
}

/// The same of one whose messages are none: reads until the other end has gone.
async fn throw_away(messages: &mut Messages) -> bool {
    for _ in 0..LINGER_PARTS_MAX {
        if messages.throw_away(LINGER_PART_BYTES).await {
            return true;
        }
        sleep(LINGER_APART).await;
    }
    false
}

/// What goes on at once: commands, each ending with its reply.
type UnderWay = FuturesUnordered<LocalBoxFuture<'static, ()>>;
/// First who it is, which opens the way for commands; then catching up, for as long as the socket lives.
type Listening<'a> = LocalBoxFuture<'a, Heard>;

/// What came of listening.
enum Heard {
    /// Whoever begins a long `hello` has a good token.
    Vouched,
    /// It is known who it is.
    Greeted(Greeted),
    /// Nothing more comes of it.
    Nothing,
}

/// What is to be done about what was said.
enum Task {
    Vouch(Option<String>),
    Greet(Hello),
    Run(LocalBoxFuture<'static, ()>),
}

/// Waits until one of them has ended; after the last one nothing is kept of them.
async fn one_done(under_way: &mut Option<UnderWay>) {
    if let Some(commands) = under_way {
        commands.next().await;
    }
    under_way.take_if(|commands| commands.is_empty());
}

impl Socket {
    pub(super) fn new(
        worker: Rc<Worker>,
        shared: Rc<Shared>,
        slot: usize,
        arrival: Arrival,
    ) -> Self {
        let (is_deaf, has_parted) = (Cell::default(), Cell::default());
        let (arrival, long_hello) = (Cell::new(Some(arrival)), Cell::default());
        Self {
            worker,
            shared,
            slot,
            key: Cell::default(),
            arrival,
            long_hello,
            is_deaf,
            has_parted,
        }
    }

    pub(super) fn shared(&self) -> &Rc<Shared> {
        &self.shared
    }

    /// Runs until either end is done.
    pub(super) async fn run(&self, messages: &mut Messages) {
        let mut under_way = None::<UnderWay>;
        let mut listening: Listening<'_> = Box::pin(pending());
        let queue = &self.shared.queue;
        let mut ended = pin!(poll_fn(|cx| queue.poll_end(cx)));
        let (writing, worker) = (&self.shared.writing, &self.worker);
        let mut written = pin!(poll_fn(|cx| writing.poll_written(|| worker.may_write(), cx)));
        loop {
            let count = under_way.as_ref().map_or(0, FuturesUnordered::len);
            let may_read = count < UNDER_WAY_MAX && !self.is_greeting();
            tokio::select! {
                biased;
                _ = &mut ended => break,
                () = &mut written => break,
                () = one_done(&mut under_way), if under_way.is_some() => {}
                heard = &mut listening => {
                    if !matches!(heard, Heard::Nothing) {
                        messages.trust();
                    }
                    listening = match heard {
                        Heard::Greeted(greeted) => Box::pin(self.catch_up(greeted)),
                        Heard::Vouched | Heard::Nothing => Box::pin(pending()),
                    };
                }
                message = messages.next(), if may_read => match self.take(message) {
                    Some(Task::Vouch(token)) => listening = Box::pin(self.vouch(token)),
                    Some(Task::Greet(hello)) => listening = Box::pin(self.greet(hello)),
                    Some(Task::Run(command)) => under_way.get_or_insert_default().push(command),
                    None => {}
                },
            }
        }
        self.worker.dismiss(self.key.get());
        self.shared.place.take();
        self.long_hello.take();
        let farewell = async {
            if self.has_parted.get() {
                // Whoever answers a farewell is the one to end the connection (RFC 6455, section 7.1.1).
            } else if self.is_deaf.get() {
                // It can't be seen whether the other end has heard why.
                let thrown = throw_away(messages);
                self.has_parted.set(timeout(LINGER_BLIND, thrown).await.unwrap_or(true));
            } else {
                self.has_parted.set(linger(messages).await);
            }
        };
        // Also whoever is slow hears why, unless they take nothing at all. A socket need not keep room for
        // that all its life.
        Box::pin(join(farewell, written)).await;
        self.worker.forget(self.slot);
        if self.has_parted.get() {
            self.shared.wire.hear_out();
        }
        queue.release();
    }

    /// While it is found out who it is, nothing else is read.
    fn is_greeting(&self) -> bool {
        self.shared.session().is_greeting()
    }

    fn take(&self, message: Option<Result<Message, Close>>) -> Option<Task> {
        let queue = &self.shared.queue;
        let now = self.worker.now();
        match message {
            Some(Ok(Message::Text(text))) => {
                let step = self.shared.session().text(&text, now);
                return self.step(step);
            }
            Some(Ok(Message::Begun(beginning))) => {
                let step = self.shared.session().begun(&beginning, now);
                return self.step(step);
            }
            Some(Ok(Message::Ping(payload))) => match self.shared.session().control(now) {
                Some(close) => queue.close(close),
                None if queue.is_calm() => queue.push(frame::pong(&payload)),
                None => {}
            },
            Some(Ok(Message::Pong)) => {
                if let Some(close) = self.shared.session().control(now) {
                    queue.close(close);
                }
            }
            Some(Ok(Message::Binary(bytes))) => {
                let step = self.shared.session().binary(&bytes);
                return self.step(step);
            }
            Some(Ok(Message::Farewell(code))) => {
                self.has_parted.set(true);
                queue.close(close::of_farewell(code));
            }
            Some(Err(close)) => {
                self.is_deaf.set(true);
                queue.close(close);
            }
            None => queue.cut_off(Close::Normal),
        }
        None
    }

    fn step(&self, step: Step) -> Option<Task> {
        let queue = &self.shared.queue;
        match step {
            Step::Say(frame) => queue.push(frame),
            Step::Close(close) => queue.close(close),
            Step::Refuse(frame, close) => {
                queue.push(frame);
                queue.close(close);
            }
            Step::Vouch(token) => return Some(Task::Vouch(token)),
            Step::Greet(hello) => return Some(Task::Greet(hello)),
            Step::Run(command) => {
                return Some(Task::Run(commands::run(&self.worker, &self.shared, command)));
            }
        }
        None
    }

    /// Finds out whether a token is good, the one that came with the upgrade if there is no other.
    async fn vouch(&self, token: Option<String>) -> Heard {
        let arrival = self.arrival.take().unwrap_or_default();
        let is_good = if token.is_none() && arrival.bearer.is_none() {
            // JSON has no order: the token may come last. A few of an address may say so much before it.
            let place = self.worker.ctx.limits.long_hellos.enter(&Net::from(arrival.caller.ip));
            let is_let_in = place.is_some();
            self.long_hello.set(place);
            if !is_let_in {
                self.shared.queue.close(Close::TooLarge);
            }
            is_let_in
        } else {
            let vouched = greet::vouch(&self.worker, token.as_deref(), &arrival).await;
            vouched.map_err(|error| self.refuse(&error)).is_ok()
        };
        self.arrival.set(Some(arrival));
        if !is_good {
            return Heard::Nothing;
        }
        self.shared.session().vouched();
        Heard::Vouched
    }

    /// Says why it does not come in, and ends it.
    fn refuse(&self, error: &Error) {
        let frame = self.shared.session().refused(error);
        self.shared.queue.push(frame);
        self.shared.queue.close(close::of_refusal(error));
    }

    /// Finds out who it is and tells how things stand.
    async fn greet(&self, hello: Hello) -> Heard {
        let arrival = self.arrival.take().unwrap_or_default();
        let greeted = greet::greet(&self.worker, &self.shared, &self.key, hello, arrival).await;
        self.long_hello.take();
        greeted.map_or_else(
            |error| {
                self.refuse(&error);
                Heard::Nothing
            },
            Heard::Greeted,
        )
    }

    /// Tells what was missed, then and later.
    async fn catch_up(&self, greeted: Greeted) -> Heard {
        catch_up::run(&self.worker, &self.shared, greeted).await;
        Heard::Nothing
    }
}
