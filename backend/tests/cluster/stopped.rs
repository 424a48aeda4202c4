//! A node stands still in whatever it does, as a process does on a machine that swaps, and goes on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rand::Rng;
use serde_json::json;
use tokio::time::sleep;

use super::post;
use crate::harness::{
    Client, Machine, NodeProcess, PASSWORD, Person, PostgresServer, Socket, p99_and_longest,
};

/// How long a node stands still each time: longer than anybody may wait for it.
const PAUSE: Duration = Duration::from_millis(900);
/// How often it does.
const PAUSES: usize = 10;
/// How many people talk through the node that stands still.
const TALKERS: usize = 8;
/// What the people of the other node may wait for their sends, at the 99th of 100.
const WAIT_P99: Duration = Duration::from_millis(500);

async fn sign_up(client: &Client, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD });
    client.with_tokens(&client.post("/api/auth/register", body).await.expect(201))
}

/// Two nodes without a relay, as processes, on one server.
async fn two(postgres: &PostgresServer) -> [NodeProcess; 2] {
    let url = postgres.url();
    let nodes = [(); 2].map(|()| NodeProcess::start(&[("DATABASE_URL", &url)]));
    for node in &nodes {
        node.is_up().await;
    }
    nodes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make test-backend"]
async fn fault_a_node_that_stands_still_holds_no_room() {
    let postgres = PostgresServer::start();
    let [stopped, other] = two(&postgres).await;
    let ann = sign_up(&other.client(), "ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut talking = Vec::new();
    for number in 0..TALKERS {
        let talker = sign_up(&other.client(), &format!("talker{number}")).await;
        talker.act(&format!("/api/rooms/{room}/join")).await.expect(200);
        let url = format!("http://{}/api/rooms/{room}/messages", stopped.address);
        let is_over = is_over.clone();
        talking.push(tokio::spawn(async move {
            let http = reqwest::Client::new();
            while !is_over.load(Ordering::Relaxed) {
                // Whether it is stored is not what this is about.
                let call = http.post(&url).bearer_auth(&talker.access_token);
                drop(call.json(&json!({ "body": "hello" })).send().await);
            }
        }));
    }
    let breaking = tokio::spawn(async move {
        for _ in 0..PAUSES {
            let run = Duration::from_millis(rand::rng().random_range(150..350));
            sleep(run).await;
            stopped.pause();
            sleep(PAUSE).await;
            stopped.go_on();
        }
        stopped
    });
    let machine = Machine::watch();
    let mut waits = Vec::new();
    while !breaking.is_finished() {
        let began = Instant::now();
        post(&ann, room, "still here").await;
        waits.push(began.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    drop(breaking.await.unwrap());
    for talking in talking {
        talking.await.unwrap();
    }
    let (count, [p99, all]) = (waits.len(), p99_and_longest(&mut waits));
    eprintln!("{count} sends beside a node that stood still: p99 {p99:?}, all {all:?}");
    let bound = WAIT_P99 + machine.slack();
    assert!(p99 < bound, "p99 {p99:?}, not below {bound:?}");
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn fault_a_node_that_wakes_ends_sessions_before_it_tells_anything() {
    let postgres = PostgresServer::start();
    let [woken, other] = two(&postgres).await;
    let ann = sign_up(&other.client(), "ann").await;
    let bob = sign_up(&other.client(), "bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let path = format!("/api/rooms/{room}/messages");
    for round in 0..5 {
        let login = json!({ "username": "bob", "password": PASSWORD });
        let client = other.client();
        let session = client.with_tokens(&client.post("/api/auth/login", login).await.expect(200));
        let mut ended = Socket::open(woken.address).await;
        ended.hello(&session.access_token).await;
        ended.expect("caught_up").await;
        let mut kept = Socket::open(woken.address).await;
        kept.hello(&bob.access_token).await;
        kept.expect("caught_up").await;

        woken.pause();
        session.act("/api/auth/logout").await.expect(204);
        let body = json!({ "body": format!("not for that session {round}") });
        let rev = ann.post(&path, body).await.expect(201)["rev"].clone();
        sleep(Duration::from_millis(1_200)).await;
        woken.go_on();
        assert_eq!(ended.close_after(|frame| assert_ne!(frame["rev"], rev)).await, 4501);
        loop {
            let heard = kept.expect("message.created").await;
            if heard["rev"] == rev {
                break;
            }
        }
        kept.close().await;
    }
}
