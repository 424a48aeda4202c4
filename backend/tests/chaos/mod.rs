//! Three real nodes on a real Postgres and a real Redis, people who talk on them all the while, and a
//! demon who kills, stops and restarts everything. Afterwards the recorded history is held against what
//! was promised: nothing acknowledged is lost, nothing is there twice, nobody saw a hole, everybody ends
//! with the same, and nobody heard what was said after their removal.
//!
//! `make chaos SECONDS=60 SEED=1`; the tests run a short one.

mod demon;
mod history;
mod node;
mod talker;

use std::{env, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use crate::harness::{PostgresServer, RedisServer};
use demon::Demon;
use history::History;
use node::Nodes;
use talker::Talker;

/// How long the run is that the tests make, in seconds.
const SHORT_S: u64 = 15;
/// How long everybody may take to come to rest.
const REST: Duration = Duration::from_secs(40);
const TALKERS: usize = 5;

fn given(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make chaos"]
async fn what_is_promised_holds_whatever_breaks() {
    let (seconds, seed) = (given("SECONDS_OF_CHAOS", SHORT_S), given("SEED_OF_CHAOS", 1));
    let postgres = PostgresServer::start();
    let redis = RedisServer::start().await;
    let nodes = Arc::new(Nodes::start(&postgres.url(), Some(&redis.url())).await);
    let history = Arc::new(History::default());
    let talkers = Talker::gather(&nodes, &history, TALKERS).await;
    let room = talkers[0].room();
    let mut demon = Demon::new(seed, nodes.clone(), postgres, redis);

    let until = Instant::now() + Duration::from_secs(seconds);
    let talking: Vec<_> =
        talkers.into_iter().map(|talker| tokio::spawn(talker.talk(until))).collect();
    while Instant::now() < until {
        let what = demon.strike().await;
        history.note(what);
    }
    demon.heal().await;
    let mut talkers = Vec::new();
    for talking in talking {
        talkers.push(talking.await.unwrap());
    }

    let deadline = Instant::now() + REST;
    let (head, stored) = loop {
        let (head, stored) = talkers[0].read_all(room).await;
        let is_at_rest = talkers.iter_mut().all(|talker| talker.cursor() >= head);
        if is_at_rest || Instant::now() > deadline {
            break (head, stored);
        }
        for talker in &mut talkers {
            talker.listen(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_millis(50)).await;
    };
    let verdict = history.judge(head, &stored, &talkers);
    assert!(verdict.is_empty(), "seed {seed}:\n{}", verdict.join("\n"));
    eprintln!("{}", history.summary());
}
