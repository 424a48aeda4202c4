//! Three real nodes on a real Postgres, with a real Redis or without, people who talk on them all the
//! while, and a demon who kills, stops and restarts everything. Afterwards the recorded history is held
//! against what was promised: nothing acknowledged is lost, nothing is there twice, nobody saw a hole,
//! everybody ends with the same, and nobody got what was said after their removal, on any path.
//!
//! `make chaos SECONDS=60 SEED=1 FLOOD=0 EVERY=0`; the tests run short ones.

mod caller;
mod demon;
mod flood;
mod guest;
mod history;
mod listener;
mod node;
mod report;
mod talker;

use std::{
    env,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};

use crate::harness::{PostgresServer, RedisServer};
use caller::Caller;
use demon::Demon;
use flood::Flood;
use guest::Guest;
use history::History;
use listener::Listener;
use node::{NODES, Nodes};
use talker::Talker;

/// How long the runs are that the tests make, in seconds.
const SHORT_S: u64 = 7;
/// How long everybody may take to come to rest.
const REST: Duration = Duration::from_secs(40);
const TALKERS: u64 = 5;
/// How many people send without waiting, and how many messages all of them send in the tests.
const FLOODS: u64 = 4;
const FLOOD: u64 = 1_500;

fn given(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make chaos"]
async fn what_is_promised_holds_whatever_breaks() {
    run("with Redis", Some(RedisServer::start().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make chaos"]
async fn what_is_promised_holds_whatever_breaks_without_a_relay() {
    run("without a relay", None).await;
}

async fn run(name: &str, redis: Option<RedisServer>) {
    let (seconds, seed) = (given("SECONDS_OF_CHAOS", SHORT_S), given("SEED_OF_CHAOS", 1));
    let postgres = PostgresServer::start();
    let url = redis.as_ref().map(RedisServer::url);
    let nodes = Arc::new(Nodes::start(&postgres.url(), url.as_deref()).await);
    let history = Arc::new(History::default());
    let mut talkers = Talker::gather(&nodes, &history, given("TALKERS_OF_CHAOS", TALKERS)).await;
    let room = talkers[0].listener.room;
    let mut floods = Vec::new();
    for number in 0..FLOODS {
        let caller = Caller::new(&nodes, &history, &format!("flood{number}")).await;
        let path = format!("/api/rooms/{room}/join");
        caller.call(reqwest::Method::POST, &path, serde_json::Value::Null, &[]).await;
        floods.push(Arc::new(caller));
    }
    let guest = Guest::arrive(&nodes, &history, &talkers[0]).await;
    let mut listeners: Vec<_> =
        (0..NODES).map(|node| talkers[node].listener.beside("listener", node)).collect();
    let mut demon = Demon::new(seed, nodes.clone(), postgres, redis);

    let until = Instant::now() + Duration::from_secs(seconds);
    let talking: Vec<_> = talkers.drain(..).map(|it| tokio::spawn(it.talk(until))).collect();
    let hearing: Vec<_> = listeners.drain(..).map(|it| tokio::spawn(it.hear_all(until))).collect();
    let visiting = tokio::spawn(guest.visit(until));
    let left = Arc::new(AtomicUsize::new(given("FLOOD_OF_CHAOS", FLOOD).try_into().unwrap()));
    let flood = |caller: &Arc<Caller>| Flood::new(caller.clone(), room, left.clone()).pour(until);
    let flooding: Vec<_> = floods.iter().map(|caller| tokio::spawn(flood(caller))).collect();
    let every = Duration::from_secs(given("EVERY_OF_CHAOS", 0));
    while Instant::now() < until {
        let next = until.min(Instant::now() + every);
        history.struck(demon.strike().await);
        sleep_until(next).await;
    }
    demon.heal().await;
    for talking in talking {
        talkers.push(talking.await.unwrap());
    }
    for hearing in hearing {
        listeners.push(hearing.await.unwrap());
    }
    for flooding in flooding {
        flooding.await.unwrap();
    }
    let guest = visiting.await.unwrap();

    let deadline = Instant::now() + REST;
    loop {
        let path = format!("/api/rooms/{room}");
        let shown =
            talkers[0].caller.call(reqwest::Method::GET, &path, serde_json::Value::Null, &[]);
        let head = shown.await["head"].as_i64().unwrap();
        let mut all = talkers.iter_mut().map(|it| &mut it.listener).chain(&mut listeners);
        if all.all(|it| it.cursor() >= head) || Instant::now() > deadline {
            break;
        }
        for talker in &mut talkers {
            talker.listener.listen(Duration::from_millis(50)).await;
        }
        for listener in &mut listeners {
            listener.listen(Duration::from_millis(50)).await;
        }
        sleep(Duration::from_millis(20)).await;
    }
    let (head, stored) = talkers[0].caller.read_all(room).await;
    let everybody: Vec<&Listener> =
        talkers.iter().map(|it| &it.listener).chain(&listeners).collect();
    history.judge(head, &stored, &everybody, &guest);
    let verdict = history.verdict();
    eprintln!("{name}, seed {seed}, {seconds} s\n{}", report::report(&history, &listeners));
    assert!(verdict.is_empty(), "{name}, seed {seed}:\n{}", verdict.join("\n"));
}
