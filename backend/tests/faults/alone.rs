//! Two nodes on one Postgres that nobody gave a Redis: correct, and they say that it could be better.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::time::sleep;

use crate::harness::{
    Answer, Database, Machine, NodeProcess, PASSWORD, PostgresServer, Socket, p99_and_longest,
};

/// How late a message may be at the 99th of 100.
const LATE_P99: Duration = Duration::from_millis(300);
/// How many messages at the least, within how much more time, on a busy machine.
const MESSAGES_MIN: usize = 100;
const LONGER: Duration = Duration::from_secs(30);
/// How soon it must be noticed that another node is there.
const NOTICE_MAX: Duration = Duration::from_secs(10);

async fn ready(node: &NodeProcess) -> Answer {
    node.client().get("/readyz").await.expect(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make test-backend"]
async fn fault_two_nodes_without_redis_ask_the_database_and_say_so() {
    let postgres = PostgresServer::start();
    let database = Arc::new(Database::on(postgres.url()));
    let url = database.url();
    let mut nodes = vec![NodeProcess::start(&[("DATABASE_URL", &url)])];
    nodes[0].is_up().await;
    let alone = ready(&nodes[0]).await;
    assert_eq!((&alone["state"], &alone["parts"][1]["state"]), (&json!("ok"), &json!("ok")));
    nodes.push(NodeProcess::start(&[("DATABASE_URL", &url)]));
    nodes[1].is_up().await;
    let began = Instant::now();
    for node in &nodes {
        while ready(node).await["parts"][1]["state"] != "degraded" {
            assert!(began.elapsed() < NOTICE_MAX, "/readyz says that all is well");
            sleep(Duration::from_millis(50)).await;
        }
        let log = fs::read_to_string(node.log()).unwrap();
        let warned = log.lines().any(|line| line.contains("WARN") && line.contains("REDIS_URL"));
        assert!(warned, "nothing of it is in the log: {log}");
    }

    let body = json!({ "username": "ann", "password": PASSWORD });
    let client = nodes[0].client();
    let ann = client.with_tokens(&client.post("/api/auth/register", body).await.expect(201));
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let mut ears = Socket::open(nodes[1].address).await;
    ears.hello(&ann.access_token).await;
    ears.expect("caught_up").await;
    let (mut delays, machine) = (Vec::new(), Machine::watch());
    let until = Instant::now() + Duration::from_secs(4);
    while Instant::now() < until || (delays.len() < MESSAGES_MIN && Instant::now() < until + LONGER)
    {
        let path = format!("/api/rooms/{room}/messages");
        let rev = ann.post(&path, json!({ "body": "by asking" })).await.expect(201)["rev"].clone();
        let sent = Instant::now();
        assert_eq!(ears.expect("message.created").await["rev"], rev);
        delays.push(sent.elapsed());
        sleep(Duration::from_millis(13)).await;
    }
    let (count, [p99, all]) = (delays.len(), p99_and_longest(&mut delays));
    eprintln!("{count} messages without Redis: p99 {p99:?}, all {all:?}");
    let bound = LATE_P99 + machine.slack();
    assert!(p99 < bound, "p99 {p99:?} of {count}, not below {bound:?}");
}
