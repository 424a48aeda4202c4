//! Breaks things, one at a time, in an order that follows from a seed.

use std::{sync::Arc, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

use super::{
    history::Strike,
    node::{NODES, Nodes},
};
use crate::harness::{PostgresServer, RedisServer};

pub(super) struct Demon {
    random: StdRng,
    nodes: Arc<Nodes>,
    postgres: Arc<PostgresServer>,
    redis: Option<RedisServer>,
}

impl Demon {
    pub(super) fn new(
        seed: u64,
        nodes: Arc<Nodes>,
        postgres: PostgresServer,
        redis: Option<RedisServer>,
    ) -> Self {
        let (random, postgres) = (StdRng::seed_from_u64(seed), Arc::new(postgres));
        Self { random, nodes, postgres, redis }
    }

    /// Does one thing, undoes it after a while, and says what it was.
    pub(super) async fn strike(&mut self) -> Strike {
        let node = self.random.random_range(0..NODES);
        let pause = Duration::from_millis(self.random.random_range(300..2_000));
        // What is done to Redis comes last.
        let kinds = if self.redis.is_some() { 10 } else { 7 };
        let began = Instant::now();
        // Of a node that was killed nothing has to be undone for the others.
        let mut healed = None;
        let (kind, hit) = match self.random.random_range(0..kinds) {
            0 | 1 => {
                self.nodes.at(node).kill();
                healed = Some(Instant::now());
                sleep(pause).await;
                self.nodes.at(node).revive();
                ("a node was killed", Some(node))
            }
            2 | 3 => {
                self.nodes.at(node).pause();
                sleep(pause).await;
                self.nodes.at(node).go_on();
                ("a node stood still", Some(node))
            }
            4 => {
                self.nodes.at(node).end();
                sleep(pause).await;
                ("a node was told to end", Some(node))
            }
            5 => {
                let postgres = self.postgres.clone();
                spawn_blocking(move || postgres.crash()).await.unwrap();
                ("Postgres crashed", None)
            }
            6 => {
                self.postgres.freeze();
                sleep(pause).await;
                self.postgres.thaw();
                ("Postgres stood still", None)
            }
            other => (self.strike_redis(other, pause).await, None),
        };
        let healed = healed.unwrap_or_else(Instant::now);
        sleep(Duration::from_millis(self.random.random_range(100..1_000))).await;
        (0..NODES).for_each(|node| self.nodes.at(node).revive());
        let what = format!("{kind}, {hit:?}, {pause:?}");
        Strike { kind, what, began, healed, node: hit }
    }

    async fn strike_redis(&mut self, which: i32, pause: Duration) -> &'static str {
        let redis = self.redis.as_mut().unwrap();
        match which {
            7 => {
                redis.kill();
                sleep(pause).await;
                redis.again().await;
                "Redis was killed"
            }
            8 => {
                redis.pause();
                sleep(pause).await;
                redis.go_on();
                "Redis stood still"
            }
            _ => {
                redis.command(&["flushall"]);
                redis.command(&["client", "kill", "type", "pubsub"]);
                "Redis cut off its listeners"
            }
        }
    }

    /// Leaves everything as it should be.
    pub(super) async fn heal(&mut self) {
        for node in 0..NODES {
            self.nodes.at(node).go_on();
            self.nodes.at(node).revive();
        }
    }
}
