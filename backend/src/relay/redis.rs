//! The only file that knows `fred`: words carried by Redis, or Valkey, of any version from 5 on.
//!
//! Plain `PUBLISH` and `SUBSCRIBE` in RESP2 on one pair of connections, so that a single server, TLS,
//! Sentinel and a cluster differ by nothing but the scheme of the address. Nothing is stored: a flush
//! forgets nothing. fred's own defaults wait for ever; here everything has a time limit, and what can't
//! be sent now is not kept for later.

use std::time::Duration;

use bytes::Bytes;
use fred::{
    clients::{Client, SubscriberClient},
    error::Error,
    interfaces::{ClientLike, EventInterface, PubsubInterface},
    types::{
        Builder, ClusterHash, RespVersion, Value,
        config::{Config, Options, ReconnectPolicy, TcpConfig},
    },
    util::redis_keyslot,
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use tokio::{
    sync::{broadcast::error::RecvError, mpsc},
    time::{Instant, timeout, timeout_at},
};

use super::carrier::{ARRIVED_MAX, Arrived, Carrier};

/// How long a command may take.
const COMMAND_WAIT: Duration = Duration::from_secs(1);
/// How long a publication may take: it is a hint, and a late one is of no use.
const PUBLISH_WAIT: Duration = Duration::from_millis(200);
/// How long connecting may take.
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// After how many milliseconds a lost connection is tried again, …
const RECONNECT_MS: u32 = 100;
/// … give or take so many.
const RECONNECT_JITTER_MS: u32 = 20;
/// How many commands wait for a connection at the most.
const COMMANDS_MAX: usize = 10_000;
/// How many topics one command subscribes to.
const TOPICS_MAX: usize = 500;
/// How long the check of the relay waits for its own words.
const CHECK_WAIT: Duration = Duration::from_secs(3);

/// Why Redis can't be used: one sentence that says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// The address is not one.
    #[error("REDIS_URL can't be followed: {0}")]
    Address(String),
    /// Nobody answers.
    #[error("Redis does not answer: {0}; start it, or correct REDIS_URL")]
    Silent(String),
}

/// A pair of connections, which are made again whenever they are lost.
pub(super) struct Redis {
    publisher: Client,
    subscriber: SubscriberClient,
}

impl Redis {
    /// Connects in the background, for as long as it takes, on the runtime from which it is called.
    pub(super) fn connect(url: &str) -> Result<(Self, mpsc::Receiver<Arrived>), RedisError> {
        let redis = Self::new(url)?;
        let (arrived, arrivals) = mpsc::channel(ARRIVED_MAX);
        tokio::spawn(pass_on(redis.subscriber.clone(), arrived));
        drop(redis.publisher.connect());
        drop(redis.subscriber.connect());
        Ok((redis, arrivals))
    }

    fn new(url: &str) -> Result<Self, RedisError> {
        let refuse = |why: Error| RedisError::Address(why.details().to_owned());
        let mut config = Config::from_url(url).map_err(refuse)?;
        config.version = RespVersion::RESP2;
        config.fail_fast = false;
        let mut policy = ReconnectPolicy::new_constant(0, RECONNECT_MS);
        policy.set_jitter(RECONNECT_JITTER_MS);
        let mut builder = Builder::from_config(config);
        builder.set_policy(policy);
        builder.with_connection_config(|connection| {
            connection.connection_timeout = CONNECT_WAIT;
            connection.internal_command_timeout = CONNECT_WAIT;
            connection.max_command_attempts = 1;
            connection.max_command_buffer_len = COMMANDS_MAX;
            connection.reconnect_on_auth_error = true;
            connection.tcp = TcpConfig { nodelay: Some(true), ..TcpConfig::default() };
        });
        builder.with_performance_config(|performance| {
            performance.default_command_timeout = COMMAND_WAIT;
            performance.broadcast_channel_capacity = ARRIVED_MAX;
        });
        let publisher = builder.build().map_err(refuse)?;
        let subscriber = builder.build_subscriber_client().map_err(refuse)?;
        Ok(Self { publisher, subscriber })
    }
}

impl Carrier for Redis {
    fn publish(&self, words: Vec<(String, Bytes)>) -> BoxFuture<'_, bool> {
        let options = Options {
            fail_fast: true,
            timeout: Some(PUBLISH_WAIT),
            max_attempts: Some(1),
            ..Options::default()
        };
        async move {
            let client = self.publisher.with_options(&options);
            let publish = |(topic, word)| client.publish::<(), String, Bytes>(topic, word);
            let sent = join_all(words.into_iter().map(publish)).await;
            sent.iter().all(Result::is_ok)
        }
        .boxed()
    }

    fn subscribe(&self, topics: Vec<String>) -> BoxFuture<'_, bool> {
        async move {
            for topics in topics.chunks(TOPICS_MAX) {
                let done = timeout(COMMAND_WAIT, listen(&self.subscriber, topics.to_vec()));
                if !matches!(done.await, Ok(Ok(()))) {
                    return false;
                }
            }
            true
        }
        .boxed()
    }

    fn unsubscribe(&self, topics: Vec<String>) -> BoxFuture<'_, ()> {
        async move {
            for topics in topics.chunks(TOPICS_MAX) {
                let done = timeout(COMMAND_WAIT, self.subscriber.unsubscribe(topics.to_vec()));
                if !matches!(done.await, Ok(Ok(()))) {
                    tracing::debug!("topics stay subscribed to that nobody listens to");
                }
            }
        }
        .boxed()
    }
}

/// Subscribes, and waits until Redis has (GUARANTEES: "SUBSCRIBE is confirmed"). fred is content once it
/// has written that, but what is asked next on the same connection is answered next.
async fn listen(subscriber: &SubscriberClient, topics: Vec<String>) -> Result<(), Error> {
    subscriber.subscribe(topics).await?;
    // In a cluster this number stands for the connection that fred has subscribed on.
    let slot = redis_keyslot(subscriber.id().as_bytes());
    let there = Options { cluster_hash: Some(ClusterHash::Custom(slot)), ..Options::default() };
    subscriber.with_options(&there).ping::<Value>(None).await.map(drop)
}

/// Hands on what comes in, until nobody takes it any more.
async fn pass_on(subscriber: SubscriberClient, arrived: mpsc::Sender<Arrived>) {
    let (mut messages, mut reconnects) = (subscriber.message_rx(), subscriber.reconnect_rx());
    loop {
        let next = tokio::select! {
            message = messages.recv() => match message {
                Ok(message) => message.value.into_bytes().map(Arrived::Word),
                Err(RecvError::Lagged(_)) => Some(Arrived::Dropped),
                Err(RecvError::Closed) => return,
            },
            reconnected = reconnects.recv() => match reconnected {
                Err(RecvError::Closed) => return,
                _ => Some(Arrived::Reconnected),
            },
            () = arrived.closed() => break,
        };
        if let Some(next) = next
            && arrived.send(next).await.is_err()
        {
            break;
        }
    }
    // Nobody is left to hear how it ends.
    drop(subscriber.quit().await);
}

/// Sends one word on a topic and waits until it comes back: how long that took.
///
/// # Errors
/// One sentence that says what is wrong.
pub(super) async fn check(url: &str, topic: &str, word: &str) -> Result<Duration, RedisError> {
    let silent = |why: &dyn std::fmt::Display| RedisError::Silent(why.to_string());
    let redis = Redis::new(url)?;
    let deadline = Instant::now() + CHECK_WAIT;
    let connected = async {
        drop(redis.publisher.connect());
        drop(redis.subscriber.connect());
        redis.publisher.wait_for_connect().await?;
        redis.subscriber.wait_for_connect().await
    };
    let connected = timeout_at(deadline, connected).await;
    connected.map_err(|_| silent(&"no connection"))?.map_err(|why| silent(&why))?;
    let mut messages = redis.subscriber.message_rx();
    let subscribed = timeout_at(deadline, listen(&redis.subscriber, vec![topic.to_owned()])).await;
    let subscribed = subscribed.map_err(|_| silent(&"it did not take a subscription"))?;
    subscribed.map_err(|why| silent(&why))?;
    let began = Instant::now();
    let published = redis.publisher.publish::<(), &str, &str>(topic, word).await;
    published.map_err(|why| silent(&why))?;
    loop {
        let message = timeout_at(deadline, messages.recv()).await;
        let message = message.map_err(|_| silent(&"what was published did not come back"))?;
        let message = message.map_err(|why| silent(&why))?;
        if message.value.as_bytes() == Some(word.as_bytes()) {
            let took = began.elapsed();
            drop(redis.publisher.quit().await);
            drop(redis.subscriber.quit().await);
            return Ok(took);
        }
    }
}
