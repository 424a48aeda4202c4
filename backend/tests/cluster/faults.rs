//! What becomes of calls, sockets and numbers while one part is down, and how soon all is well after.

use std::{
    env,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{post, room};
use crate::harness::{
    Cluster, Database, Machine, NodeProcess, PASSWORD, Person, PostgresServer, RedisServer, Socket,
    TestApp, p99_and_longest,
};

/// How much later than promised a busy machine may be.
const SLACK: Duration = Duration::from_millis(500);
/// How many messages tell how late the 99th of 100 is.
const MESSAGES_MIN: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make test-backend"]
async fn fault_a_postgres_that_stands_still_is_answered_for_within_three_seconds() {
    let postgres = PostgresServer::start();
    let database = Arc::new(Database::on(postgres.url()));
    let app = TestApp::builder().on(database).with_running_clock().start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut mouth, _) = app.connect(&ann).await;
    let (mut ears, _) = app.connect(&bob).await;
    for socket in [&mut mouth, &mut ears] {
        socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    }
    let machine = Machine::watch();
    postgres.freeze();
    // What is kept nowhere goes on, also before it is known that the database does not answer.
    let frozen = Instant::now();
    mouth.done(json!({ "type": "typing.start", "room_id": room })).await;
    assert_eq!(ears.expect("typing.started").await["user_id"], ann.id);
    assert!(frozen.elapsed() < Duration::from_secs(1) + machine.slack(), "{:?}", frozen.elapsed());
    let messages = format!("/api/rooms/{room}/messages");
    let began = Instant::now();
    let calls = [
        (Method::POST, messages.clone(), json!({ "body": "hello", "nonce": "n" })),
        (Method::POST, messages.clone(), json!({ "body": "without a nonce" })),
        (Method::PATCH, format!("/api/rooms/{room}"), json!({ "topic": "Leaves" })),
        (Method::GET, messages.clone(), Value::Null),
        (Method::GET, "/api/profiles/me".to_owned(), Value::Null),
        (Method::GET, "/api/rooms".to_owned(), Value::Null),
    ];
    let answered = calls.map(|(method, path, body)| {
        let ann = &ann;
        async move {
            let call = ann.call(method, &path);
            let call = if body.is_null() { call } else { call.json(&body) };
            (path, call.send().await, began.elapsed())
        }
    });
    for (path, answer, took) in join_all(answered).await {
        assert_eq!(answer.status, 503, "{path}: {}", answer.text);
        assert!(answer.headers.contains_key("retry-after"), "{path}");
        assert!(took < Duration::from_secs(3) + SLACK + machine.slack(), "{path} took {took:?}");
    }
    mouth.done(json!({ "type": "typing.stop", "room_id": room })).await;
    assert_eq!(ears.expect("typing.stopped").await["user_id"], ann.id);
    postgres.thaw();
    let thawed = Instant::now();
    let body = json!({ "body": "hello", "nonce": "n" });
    while ann.post(&messages, body.clone()).await.status >= 500 {
        let bound = Duration::from_secs(2) + SLACK + machine.slack();
        assert!(thawed.elapsed() < bound, "nothing can be written");
    }
    let rows = format!("select id as line from messages where nonce = 'n' and room_id = {room}");
    assert_eq!(app.database.lines(&rows).len(), 1, "the same nonce is one message");
    eprintln!("after a thaw, a message was stored within {:?}", thawed.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_while_redis_is_down_no_send_fails_and_news_comes_by_asking() {
    let mut cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(1, &bob).await;
    let machine = Machine::watch();
    cluster.redis().kill();
    // Until it is noticed, which is what the tests of the relay are about.
    sleep(Duration::from_secs(1)).await;
    let mut delays = Vec::new();
    // `SECONDS_WITHOUT_REDIS=60` tries it for as long as the promise is about.
    let given = env::var("SECONDS_WITHOUT_REDIS").ok().and_then(|text| text.parse().ok());
    let until = Instant::now() + Duration::from_secs(given.unwrap_or(6));
    while Instant::now() < until || delays.len() < MESSAGES_MIN {
        let rev = post(&ann, room, "by asking").await;
        let sent = Instant::now();
        assert_eq!(ears.expect("message.created").await["rev"], rev);
        delays.push(sent.elapsed());
        sleep(Duration::from_millis(17)).await;
    }
    let (count, [p99, all]) = (delays.len(), p99_and_longest(&mut delays));
    eprintln!("{count} messages without Redis: p99 {p99:?}, all {all:?}");
    let bound = Duration::from_millis(300) + machine.slack();
    assert!(p99 < bound, "p99 {p99:?} of {count}, not below {bound:?}");
}

/// Somebody who sends to the nodes in turn, and again to the next one if it was not stored.
struct Sender {
    nodes: Vec<SocketAddr>,
    token: String,
    room: i64,
    http: reqwest::Client,
}

impl Sender {
    fn new(nodes: Vec<SocketAddr>, person: &Person, room: i64) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap();
        Self { nodes, token: person.access_token.clone(), room, http }
    }

    /// Sends until then; how long each message took with everything that was tried.
    async fn send_until(self, name: usize, end: Arc<AtomicBool>) -> Vec<Duration> {
        let mut took = Vec::new();
        while !end.load(Ordering::Relaxed) {
            let nonce = format!("{name} {}", took.len());
            let began = Instant::now();
            let mut tries = took.len()..;
            while !self.send(self.nodes[tries.next().unwrap() % self.nodes.len()], &nonce).await {
                assert!(began.elapsed() < Duration::from_secs(20), "{nonce} is not stored");
                sleep(Duration::from_millis(20)).await;
            }
            took.push(began.elapsed());
            sleep(Duration::from_millis(10)).await;
        }
        took
    }

    async fn send(&self, node: SocketAddr, nonce: &str) -> bool {
        let url = format!("http://{node}/api/rooms/{}/messages", self.room);
        let call = self.http.post(url).bearer_auth(&self.token);
        let answer = call.json(&json!({ "body": nonce, "nonce": nonce })).send().await;
        answer.is_ok_and(|it| {
            let status = it.status();
            assert!(status.is_success() || status.is_server_error(), "{status}");
            status.is_success()
        })
    }
}

async fn nodes(count: usize, postgres: &PostgresServer, redis: &RedisServer) -> Vec<NodeProcess> {
    let settings = [("DATABASE_URL", postgres.url()), ("REDIS_URL", redis.url())];
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let nodes: Vec<_> = (0..count).map(|_| NodeProcess::start(&settings)).collect();
    for node in &nodes {
        node.is_up().await;
    }
    nodes
}

async fn owner_of_a_room(node: &NodeProcess) -> (Person, i64) {
    let body = json!({ "username": "ann", "password": PASSWORD });
    let tokens = node.client().post("/api/auth/register", body).await.expect(201);
    let ann = node.client().with_tokens(&tokens);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    (ann, room)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn g12_a_node_that_dies_takes_its_people_with_it_within_five_seconds() {
    let (postgres, redis) = (PostgresServer::start(), RedisServer::start().await);
    let machine = Machine::watch();
    let mut nodes = nodes(2, &postgres, &redis).await;
    let (ann, room) = owner_of_a_room(&nodes[0]).await;
    let body = json!({ "username": "bob", "password": PASSWORD });
    let tokens = nodes[1].client().post("/api/auth/register", body).await.expect(201);
    let bob = nodes[1].client().with_tokens(&tokens);
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut ears = Socket::open(nodes[0].address).await;
    ears.hello(&ann.access_token).await;
    ears.done(json!({ "type": "room.enter", "room_id": room })).await;
    let mut bobs = Socket::open(nodes[1].address).await;
    bobs.hello(&bob.access_token).await;
    let moved = async |ears: &mut Socket, how: &str| {
        let is_bob = |id: &Value| *id == json!(bob.id);
        while !ears.ambient("room.presence").await[how].as_array().unwrap().iter().any(is_bob) {}
    };
    moved(&mut ears, "joined").await;
    nodes[1].kill();
    let died = Instant::now();
    moved(&mut ears, "left").await;
    let took = died.elapsed();
    assert!(took < Duration::from_secs(5) + machine.slack(), "{took:?}");
    let profile = ann.get(&format!("/api/profiles/{}", bob.id)).await.expect(200);
    assert_eq!(profile["presence"], "offline");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_nodes_that_are_restarted_in_turn_fail_no_send() {
    let (postgres, redis) = (PostgresServer::start(), RedisServer::start().await);
    let machine = Machine::watch();
    let mut nodes = nodes(3, &postgres, &redis).await;
    let (ann, room) = owner_of_a_room(&nodes[0]).await;
    let addresses: Vec<_> = nodes.iter().map(|node| node.address).collect();
    let end = Arc::new(AtomicBool::new(false));
    let sending: Vec<_> = (0..4)
        .map(|name| {
            let sender = Sender::new(addresses.clone(), &ann, room);
            tokio::spawn(sender.send_until(name, end.clone()))
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for node in &mut nodes {
        sleep(Duration::from_millis(500)).await;
        let told = Instant::now();
        node.end();
        assert!(node.ended().await, "it did not end well");
        slowest = slowest.max(told.elapsed());
        node.revive();
        node.is_up().await;
    }
    sleep(Duration::from_millis(500)).await;
    end.store(true, Ordering::Relaxed);
    let mut took = Vec::new();
    for sending in sending {
        took.extend(sending.await.unwrap());
    }
    let (count, [p99, all]) = (took.len(), p99_and_longest(&mut took));
    eprintln!(
        "{count} sends over three restarts: p99 {p99:?}, all {all:?}; a node ended within {slowest:?}"
    );
    assert!(slowest < Duration::from_secs(15), "a node took {slowest:?} to end");
    let bound = Duration::from_millis(500) + machine.slack();
    assert!(p99 < bound, "p99 {p99:?}, not below {bound:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_what_a_killed_node_stored_is_known_to_the_others_within_a_second() {
    let (postgres, redis) = (PostgresServer::start(), RedisServer::start().await);
    let mut nodes = nodes(2, &postgres, &redis).await;
    let (ann, room) = owner_of_a_room(&nodes[1]).await;
    let mut ears = Socket::open(nodes[1].address).await;
    ears.hello(&ann.access_token).await;
    ears.expect("caught_up").await;
    let (mut slowest, machine) = (Duration::ZERO, Machine::watch());
    for round in 0..5 {
        let end = Arc::new(AtomicBool::new(false));
        let sending: Vec<_> = (0..4)
            .map(|name| {
                // They try the node that lives only once the other one is dead.
                let sender = Sender::new(vec![nodes[0].address], &ann, room);
                let end = end.clone();
                let sends = async move { sender.send_until(round * 10 + name, end).await };
                tokio::spawn(async move { drop(timeout(Duration::from_secs(2), sends).await) })
            })
            .collect();
        sleep(Duration::from_millis(400)).await;
        nodes[0].kill();
        let killed = Instant::now();
        end.store(true, Ordering::Relaxed);
        sending.iter().for_each(tokio::task::JoinHandle::abort);
        // Whatever was on its way to the database is there or not by now.
        sleep(Duration::from_millis(100)).await;
        let shown = ann.get(&format!("/api/rooms/{room}")).await.expect(200);
        while ears.expect("message.created").await["rev"] != shown["head"] {}
        slowest = slowest.max(killed.elapsed());
        nodes[0].revive();
        nodes[0].is_up().await;
    }
    eprintln!("after a node was killed, the others knew everything within {slowest:?}");
    let bound = Duration::from_secs(1) + SLACK + machine.slack();
    assert!(slowest < bound, "it took {slowest:?}, not below {bound:?}");
}
