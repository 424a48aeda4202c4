//! The relay's thread: moves words between the carrier, the core and the hub, and decides nothing.
//!
//! It has a runtime of its own, so that neither a slow socket nor a commit delays a heartbeat.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::{
    runtime, select,
    sync::mpsc,
    time::{MissedTickBehavior, interval, sleep},
};

use super::{
    carrier::{Arrived, Carrier},
    carrying::Carrying,
    cluster::{Order, Orders, Shared},
    compare::compare,
    core::Task,
    redis::{Redis, RedisError},
    seal::Seal,
    truth::Truth,
    watch::{LEASE, Ms, POLL_EVERY},
    wire::{Addressed, Said, Word},
};
use crate::{
    error::Result,
    model::{
        Clock, NodeId, Topic, UserId,
        live::{Live, Receipt, Whispered},
        presence::Here,
    },
};

/// How often it is looked after what is due.
const TICK_EVERY: Duration = Duration::from_millis(25);
/// How often others are told who is here, at the most.
const PEOPLE_EVERY: Ms = 100;
/// How many words wait to be carried at the most; one more is not told, and others compare.
const OUTGOING_MAX: usize = 16_384;
/// How many are handed over at once.
const BATCH_MAX: usize = 256;
/// How long another node may take to say that it queued a whisper.
const RECEIPT_WAIT: Ms = 1_000;
/// How many whispers wait for that at the most; one more is not carried.
const RECEIPTS_MAX: usize = 4_096;
/// How often is asked how many nodes there are.
const NODES_EVERY: Ms = 2_000;
/// A node that could not compare for so long has lost what was kept for it: it begins anew.
const BLIND_MAX: Ms = 300_000;

/// What the relay's thread works with.
pub struct Parts {
    /// The database.
    pub truth: Arc<dyn Truth>,
    /// The address of a Redis, if there is one.
    pub redis: Option<String>,
    /// The same as it may be shown: without its password.
    pub redis_shown: String,
    /// How the topics of this chat begin, so that others may use the same Redis.
    pub prefix: String,
    /// What whispers are sealed with.
    pub seal: Seal,
    /// Whether everything is.
    pub seals_all: bool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Why the relay did not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// What carries its words can't be used.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// The machine has no more threads.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
}

impl Orders {
    /// Starts the thread; it ends when [`super::ClusterLive`] is dropped.
    ///
    /// # Errors
    /// One sentence that says what is wrong.
    pub fn start(self, parts: Parts) -> std::result::Result<(), RelayError> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let carrier = {
            let _inside = runtime.enter();
            parts.redis.as_deref().map(Redis::connect).transpose()?
        };
        let carrier = carrier.map(|(redis, arrivals)| {
            let redis: Arc<dyn Carrier> = Arc::new(redis);
            (redis, arrivals)
        });
        thread::Builder::new()
            .name("relay".to_owned())
            .spawn(move || runtime.block_on(run(self, parts, carrier)))?;
        Ok(())
    }
}

type Link = (Arc<dyn Carrier>, mpsc::Receiver<Arrived>);

/// The work of the thread.
pub(super) async fn run(orders: Orders, parts: Parts, link: Option<Link>) {
    let Orders { shared, mut waiting, mut ended } = orders;
    shared.health.has_carrier.store(link.is_some(), Ordering::Relaxed);
    let (carrier, mut arrivals) = link.unzip();
    let (queued, mut receipts) = mpsc::channel(RECEIPTS_MAX);
    let mut runner = Runner::new(shared, parts, carrier, queued);
    runner.begin().await;
    let mut ticks = interval(TICK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut orders = Vec::with_capacity(BATCH_MAX);
    loop {
        select! {
            changed = ended.changed() => if changed.is_err() { return },
            count = waiting.recv_many(&mut orders, BATCH_MAX) => {
                if count == 0 {
                    return;
                }
                orders.drain(..).for_each(|order| runner.order(order));
            }
            arrived = next(&mut arrivals) => runner.arrived(arrived),
            Some((node, key)) = receipts.recv() => {
                let word = runner.shared.core().say(Topic::All, Said::Queued { node, key });
                runner.say(vec![word]);
            }
            Some((since, compared)) = runner.comparing.next(), if !runner.comparing.is_empty() => {
                runner.compared(since, compared);
            }
            Some((topics, is_done)) = runner.subscribing.next(),
                if !runner.subscribing.is_empty() => runner.subscribed(topics, is_done),
            Some(nodes) = runner.counting.next(), if !runner.counting.is_empty() => {
                runner.counted(nodes);
            }
            _ = ticks.tick() => runner.tick(),
        }
    }
}

async fn next(arrivals: &mut Option<mpsc::Receiver<Arrived>>) -> Arrived {
    match arrivals {
        Some(arrivals) => match arrivals.recv().await {
            Some(arrived) => arrived,
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

struct Runner {
    shared: Arc<Shared>,
    parts: Parts,
    carrier: Option<Arc<dyn Carrier>>,
    outgoing: Option<mpsc::Sender<(String, Bytes)>>,
    /// Topics that are listened to here, but perhaps not yet there.
    unconfirmed: HashSet<Topic>,
    /// Whispers that another node may have queued.
    receipts: HashMap<u64, (Receipt, Ms)>,
    queued: mpsc::Sender<(NodeId, u64)>,
    last_key: u64,
    /// At most one of each.
    comparing: FuturesUnordered<BoxFuture<'static, (Ms, Result<()>)>>,
    subscribing: FuturesUnordered<BoxFuture<'static, (Vec<Topic>, bool)>>,
    counting: FuturesUnordered<BoxFuture<'static, Result<i64>>>,
    /// When the last of each was begun, or was done.
    compared_at: Ms,
    subscribed_at: Ms,
    counted_at: Option<Ms>,
    people_at: Ms,
    beat_at: Option<Instant>,
    epoch: Arc<str>,
    unknown_commits: u64,
    warned: bool,
    carrying: Carrying,
}

impl Runner {
    fn new(
        shared: Arc<Shared>,
        parts: Parts,
        carrier: Option<Arc<dyn Carrier>>,
        queued: mpsc::Sender<(NodeId, u64)>,
    ) -> Self {
        let outgoing = carrier.clone().map(|carrier| {
            let (outgoing, words) = mpsc::channel(OUTGOING_MAX);
            tokio::spawn(carry(carrier, words, shared.clone()));
            outgoing
        });
        let epoch = parts.truth.epoch();
        Self {
            shared,
            parts,
            carrier,
            outgoing,
            unconfirmed: HashSet::from([Topic::All]),
            receipts: HashMap::new(),
            queued,
            last_key: 0,
            comparing: FuturesUnordered::new(),
            subscribing: FuturesUnordered::new(),
            counting: FuturesUnordered::new(),
            compared_at: 0,
            subscribed_at: 0,
            counted_at: None,
            people_at: 0,
            beat_at: None,
            epoch,
            unknown_commits: 0,
            warned: false,
            carrying: Carrying::default(),
        }
    }

    /// Finds out where to begin.
    async fn begin(&mut self) {
        loop {
            match self.parts.truth.last_kept().await {
                Ok(last) => {
                    let now = self.shared.now();
                    self.shared.core().ledger.begin(last, now);
                    self.compared_at = now;
                    return;
                }
                Err(_) => sleep(Duration::from_millis(POLL_EVERY)).await,
            }
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Tell(announced) => {
                let words = self.shared.core().tell(announced);
                self.say(words);
            }
            Order::Typing { room_id, user_id, is_typing } => {
                let said = Said::Typing { room_id, user_id, is_typing };
                let word = self.shared.core().say(Topic::Room(room_id), said);
                self.say(vec![word]);
            }
            Order::Whisper { whisper, to, receipt } => self.whisper(&whisper, to, receipt),
        }
    }

    fn whisper(&mut self, whisper: &Whispered, to: UserId, receipt: Receipt) {
        let sealed = serde_json::to_vec(whisper).ok().and_then(|text| self.parts.seal.seal(&text));
        let (Some(sealed), true) = (sealed, self.receipts.len() < RECEIPTS_MAX) else { return };
        self.last_key = self.last_key.wrapping_add(1);
        let key = self.last_key;
        self.receipts.insert(key, (receipt, self.shared.now()));
        let said = Said::Whisper { to, sealed, key };
        // Not to the person's topic: that is heard a moment after they came, and what was whispered
        // meanwhile would be found by no comparison.
        let word = self.shared.core().say(Topic::All, said);
        self.say(vec![word]);
    }

    fn arrived(&mut self, arrived: Arrived) {
        match arrived {
            Arrived::Word(word) => {
                let word = self.parts.seal.open_word(&word, self.parts.seals_all);
                let word = word.and_then(|it| serde_json::from_slice::<Word>(&it).ok());
                let Some(word) = word else {
                    tracing::debug!("a word was not understood");
                    return self.shared.core().watch.suspect();
                };
                if word.node == self.shared.node
                    && matches!(word.what, Said::Beat(_))
                    && let Some(at) = self.beat_at.take()
                {
                    let micros = u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX);
                    self.shared.health.latency_us.store(micros, Ordering::Relaxed);
                }
                let shared = self.shared.clone();
                let _turn = matches!(word.what, Said::News(_)).then(|| shared.turn());
                let tasks = shared.core().hear(word, shared.now());
                tasks.into_iter().for_each(|task| self.perform(task));
            }
            Arrived::Dropped => self.shared.core().watch.suspect(),
            Arrived::Reconnected => {
                let mut core = self.shared.core();
                core.watch.suspect();
                self.unconfirmed.extend(core.topics.iter().copied().chain([Topic::All]));
            }
        }
    }

    fn perform(&mut self, task: Task) {
        let hub = &self.shared.hub;
        let now = self.parts.clock.now();
        match task {
            Task::Deliver(news) => hub.deliver(news),
            Task::Hint(room_id, rev) => hub.hint(room_id, rev),
            Task::People { node, here, gone } => hub.told_of_people(node, here, &gone, now),
            Task::Everybody { node, all } => {
                let gone: Vec<_> = hub.people_of(node).difference(&all).copied().collect();
                hub.told_of_people(node, Vec::new(), &gone, now);
            }
            // The grace of its people began when it was heard last.
            Task::Forget(node) => {
                hub.forget_node(node, now.before(Duration::from_millis(LEASE)));
            }
            Task::TellPeople => {
                let words = self.shared.core().tell_everybody(hub.attendances());
                self.say(words);
            }
            Task::Typing { room_id, user_id, is_typing } => {
                hub.typed_elsewhere(room_id, user_id, is_typing, now);
            }
            // Who hides is answered for as if they were not there, also by the node that knows of it first.
            Task::Whisper { to, .. } if !hub.has_sockets_of(to) || hub.hides(to) => {}
            Task::Whisper { from, to, sealed, key } => {
                let text = self.parts.seal.open(&sealed);
                let whisper = text.and_then(|it| serde_json::from_slice::<Whispered>(&it).ok());
                if let Some(whisper) = whisper {
                    let queued = self.queued.clone();
                    // Whoever whispered hears `not_online` if there is no room.
                    let receipt = Receipt::new(move || {
                        let _is_full = queued.try_send((from, key));
                    });
                    hub.whisper(&whisper, to, None, receipt);
                }
            }
            Task::Queued(key) => {
                if let Some((receipt, _)) = self.receipts.remove(&key) {
                    receipt.queued();
                }
            }
            Task::Compare => self.compare(),
            Task::Say(word) => self.say(vec![word]),
        }
    }

    fn compare(&mut self) {
        if !self.comparing.is_empty() {
            return;
        }
        let now = self.shared.now();
        self.shared.core().watch.comparing(now);
        let (shared, truth) = (self.shared.clone(), self.parts.truth.clone());
        self.comparing.push(async move { (now, compare(&shared, &*truth).await) }.boxed());
    }

    fn compared(&mut self, since: Ms, outcome: Result<()>) {
        let now = self.shared.now();
        if outcome.is_ok() {
            self.shared.core().watch.compared(since, now);
            self.vouch(now);
        }
        self.shared.health.is_blind.store(outcome.is_err(), Ordering::Relaxed);
        match outcome {
            Ok(()) if now.saturating_sub(self.compared_at) > BLIND_MAX => {
                tracing::warn!("the database was away for long: everybody begins anew");
                self.compared_at = now;
                self.shared.hub.reset();
            }
            Ok(()) => self.compared_at = now,
            Err(error) => {
                tracing::debug!(%error, "what was missed can't be read now");
                self.shared.core().watch.comparison_failed();
            }
        }
    }

    fn tick(&mut self) {
        let now = self.shared.now();
        if self.shared.core().watch.look(now) {
            tracing::warn!("this process stood still: it compares before it tells anything");
        }
        self.follow_interests();
        self.subscribe(now);
        self.watch_truth();
        if now.saturating_sub(self.people_at) >= PEOPLE_EVERY {
            self.people_at = now;
            let stirred = self.shared.hub.take_stirred();
            let words = self.shared.core().tell_people(stirred.here, stirred.gone);
            self.say(words);
        }
        self.receipts.retain(|_, (_, since)| now.saturating_sub(*since) <= RECEIPT_WAIT);
        let mut core = self.shared.core();
        let tasks = core.tick(now);
        let is_trusted = core.watch.is_trusted(now) && core.watch.hears_everybody();
        let is_heard = core.watch.is_heard_by_everybody(now);
        drop(core);
        self.shared.health.is_trusted.store(is_trusted, Ordering::Relaxed);
        self.shared.health.is_heard.store(is_heard, Ordering::Relaxed);
        self.tell_carrying(is_trusted && is_heard, now);
        self.vouch(now);
        for task in tasks {
            if let Task::Say((_, Word { what: Said::Beat(_), .. })) = &task {
                self.beat_at.get_or_insert_with(Instant::now);
            }
            self.perform(task);
        }
        self.count(now);
    }

    /// Writes into the log when words are no longer carried, and when they are again.
    fn tell_carrying(&mut self, is_so: bool, now: Ms) {
        if self.carrier.is_none() {
            return;
        }
        let Some(is_so) = self.carrying.hear(is_so, now) else { return };
        let redis = &self.parts.redis_shown;
        if is_so {
            tracing::info!(redis, "the relay carries words between nodes again");
        } else {
            tracing::warn!(
                redis,
                "the relay does not carry words between nodes: each asks the database ten times a second what is new (REDIS_URL)"
            );
        }
    }

    /// People may be told what is here, unless this process stood still and does not know yet what
    /// became of the world meanwhile.
    fn vouch(&self, now: Ms) {
        if let Some(until) = self.shared.core().watch.may_tell_until() {
            self.shared.hub.vouch(self.shared.moment(now), self.shared.moment(until));
        }
    }

    /// What began or ceased to be listened to here.
    fn follow_interests(&mut self) {
        let mut dropped = Vec::new();
        for (topic, is_wanted) in self.shared.hub.take_interests() {
            let mut core = self.shared.core();
            if is_wanted {
                if core.topics.insert(topic) {
                    self.unconfirmed.insert(topic);
                }
            } else if core.topics.remove(&topic) {
                self.unconfirmed.remove(&topic);
                dropped.push(self.name(topic));
            }
        }
        if let Some(carrier) = self.carrier.clone().filter(|_| !dropped.is_empty()) {
            tokio::spawn(async move { carrier.unsubscribe(dropped).await });
        }
    }

    fn subscribe(&mut self, now: Ms) {
        let Some(carrier) = self.carrier.clone() else { return };
        let is_late = now.saturating_sub(self.subscribed_at) >= POLL_EVERY;
        if !self.subscribing.is_empty() || self.unconfirmed.is_empty() || !is_late {
            return;
        }
        let topics: Vec<_> = self.unconfirmed.drain().collect();
        let names = topics.iter().map(|topic| self.name(*topic)).collect();
        let subscribe = async move { (topics, carrier.subscribe(names).await) };
        self.subscribing.push(subscribe.boxed());
    }

    /// What was said before the subscription was confirmed was not heard: it is looked for.
    fn subscribed(&mut self, topics: Vec<Topic>, is_done: bool) {
        if is_done {
            self.shared.core().watch.suspect();
        } else {
            self.subscribed_at = self.shared.now();
            let core = self.shared.core();
            let is_wanted = |topic: &Topic| *topic == Topic::All || core.topics.contains(topic);
            self.unconfirmed.extend(topics.into_iter().filter(is_wanted));
        }
    }

    /// Another history, or a commit of which nobody knows, is a reason of its own.
    fn watch_truth(&mut self) {
        let epoch = self.parts.truth.epoch();
        if epoch != self.epoch {
            self.epoch = epoch;
            self.shared.hub.reset();
            self.shared.core().watch.suspect();
        }
        let unknown = self.parts.truth.unknown_commits();
        if unknown != self.unknown_commits {
            self.unknown_commits = unknown;
            let mut core = self.shared.core();
            core.not_told();
            core.watch.suspect();
        }
    }

    /// Asks now and then how many nodes there are.
    fn count(&mut self, now: Ms) {
        let is_due = self.counted_at.is_none_or(|at| now.saturating_sub(at) >= NODES_EVERY);
        if is_due && self.counting.is_empty() {
            self.counted_at = Some(now);
            let truth = self.parts.truth.clone();
            self.counting.push(async move { truth.nodes().await }.boxed());
        }
    }

    fn counted(&mut self, nodes: Result<i64>) {
        let Ok(nodes) = nodes else { return };
        self.shared.health.nodes.store(nodes, Ordering::Relaxed);
        self.shared.core().watch.counted(usize::try_from(nodes).unwrap_or(0));
        if nodes > 1 && self.carrier.is_none() && !self.warned {
            self.warned = true;
            tracing::warn!(
                nodes,
                "several nodes share the database without REDIS_URL: each asks ten times a second what is new, and knows only its own people to be here"
            );
        }
    }

    fn say(&mut self, words: Vec<Addressed>) {
        let Some(outgoing) = &self.outgoing else { return };
        for (topic, word) in words {
            let text = serde_json::to_vec(&word).ok();
            let text = if self.parts.seals_all {
                text.and_then(|text| self.parts.seal.seal_word(&text))
            } else {
                text
            };
            let Some(text) = text else { continue };
            if outgoing.try_send((self.name(topic), text.into())).is_err() {
                self.shared.core().not_told();
            }
        }
    }

    fn name(&self, topic: Topic) -> String {
        let prefix = &self.parts.prefix;
        match topic {
            Topic::All => format!("{prefix}:all"),
            Topic::Room(room_id) => format!("{prefix}:room:{room_id}"),
            Topic::Person(user_id) => format!("{prefix}:user:{user_id}"),
        }
    }
}

/// Hands words to the carrier, many at once if many wait.
async fn carry(
    carrier: Arc<dyn Carrier>,
    mut words: mpsc::Receiver<(String, Bytes)>,
    shared: Arc<Shared>,
) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while words.recv_many(&mut batch, BATCH_MAX).await > 0 {
        if !carrier.publish(std::mem::take(&mut batch)).await {
            shared.core().not_told();
        }
    }
}
