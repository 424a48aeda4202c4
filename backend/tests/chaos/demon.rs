//! Breaks things, one at a time, in an order that follows from a seed.

use std::{sync::Arc, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{task::spawn_blocking, time::sleep};

use super::node::{NODES, Nodes};
use crate::harness::{PostgresServer, RedisServer};

pub(super) struct Demon {
    random: StdRng,
    nodes: Arc<Nodes>,
    postgres: Arc<PostgresServer>,
    redis: RedisServer,
}

impl Demon {
    pub(super) fn new(
        seed: u64,
        nodes: Arc<Nodes>,
        postgres: PostgresServer,
        redis: RedisServer,
    ) -> Self {
        let (random, postgres) = (StdRng::seed_from_u64(seed), Arc::new(postgres));
        Self { random, nodes, postgres, redis }
    }

    /// Does one thing, undoes it after a while, and says what it was.
    pub(super) async fn strike(&mut self) -> String {
        let node = self.random.random_range(0..NODES);
        let pause = Duration::from_millis(self.random.random_range(300..2_000));
        let what = match self.random.random_range(0..10) {
            0 | 1 => {
                self.nodes.at(node).kill();
                sleep(pause).await;
                self.nodes.at(node).revive();
                format!("node {node} was killed")
            }
            2 | 3 => {
                self.nodes.at(node).pause();
                sleep(pause).await;
                self.nodes.at(node).go_on();
                format!("node {node} stood still for {pause:?}")
            }
            4 => {
                self.nodes.at(node).end();
                sleep(pause).await;
                format!("node {node} was told to end")
            }
            5 => {
                self.redis.kill();
                sleep(pause).await;
                self.redis.again().await;
                format!("Redis was killed for {pause:?}")
            }
            6 => {
                self.redis.pause();
                sleep(pause).await;
                self.redis.go_on();
                format!("Redis stood still for {pause:?}")
            }
            7 => {
                self.redis.command(&["flushall"]);
                self.redis.command(&["client", "kill", "type", "pubsub"]);
                "Redis was flushed and cut off its listeners".to_owned()
            }
            8 => {
                let postgres = self.postgres.clone();
                spawn_blocking(move || postgres.crash()).await.unwrap();
                "Postgres crashed".to_owned()
            }
            _ => {
                self.postgres.freeze();
                sleep(pause).await;
                self.postgres.thaw();
                format!("Postgres stood still for {pause:?}")
            }
        };
        sleep(Duration::from_millis(self.random.random_range(100..1_000))).await;
        (0..NODES).for_each(|node| self.nodes.at(node).revive());
        what
    }

    /// Leaves everything as it should be.
    pub(super) async fn heal(&mut self) {
        for node in 0..NODES {
            self.nodes.at(node).go_on();
            self.nodes.at(node).revive();
        }
    }
}
