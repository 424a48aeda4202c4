//! Another program has the SQLite file: it is waited for, not for ever, and reading goes on.

use std::time::{Duration, Instant};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Machine, NodeProcess, PASSWORD, Person};

/// How long a send may wait for the other program, …
const WAIT_MAX: Duration = Duration::from_secs(5);
/// … and how much later a busy machine may answer.
const SLACK: Duration = Duration::from_millis(700);

async fn ann_in_a_room(node: &NodeProcess) -> (Person, String) {
    let body = json!({ "username": "ann", "password": PASSWORD });
    let client = node.client();
    let ann = client.with_tokens(&client.post("/api/auth/register", body).await.expect(201));
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    (ann, format!("/api/rooms/{room}/messages"))
}

/// Another program that is in the middle of writing.
fn lock(node: &NodeProcess) -> SqliteConnection {
    let path = node.data_dir().join("parlor.db");
    let mut other = SqliteConnection::establish(&path.display().to_string()).unwrap();
    other.batch_execute("pragma busy_timeout = 5000; begin immediate").unwrap();
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_locked_sqlite_file_is_waited_for_for_five_seconds_and_then_503() {
    let node = NodeProcess::start(&[]);
    node.is_up().await;
    let (ann, messages) = ann_in_a_room(&node).await;
    let mut other = lock(&node);
    // One after the other: nobody waits for the waiting of those before them as well.
    let send = |number: u64| {
        let (ann, messages) = (ann.clone(), messages.clone());
        tokio::spawn(async move {
            sleep(Duration::from_millis(number * 1_200)).await;
            let began = Instant::now();
            let body = json!({ "body": format!("number {number}"), "nonce": format!("n{number}") });
            (ann.post(&messages, body).await, began.elapsed())
        })
    };
    let machine = Machine::watch();
    let sends: Vec<_> = (0..5).map(send).collect();
    let mut reads = 0;
    while !sends.iter().all(tokio::task::JoinHandle::is_finished) {
        ann.get(&messages).await.expect(200);
        ann.get("/api/rooms").await.expect(200);
        reads += 1;
        sleep(Duration::from_millis(100)).await;
    }
    for (number, sent) in sends.into_iter().enumerate() {
        let (answer, took) = sent.await.unwrap();
        assert_eq!(answer.status, 503, "{number}: {}", answer.text);
        assert!(answer.headers.contains_key("retry-after"), "{number}");
        assert!(took < WAIT_MAX + SLACK + machine.slack(), "{number} took {took:?}");
        assert!(number > 0 || took > WAIT_MAX - SLACK, "{number} was not waited for: {took:?}");
    }
    assert!(reads > 20, "only {reads} reads");
    other.batch_execute("rollback").unwrap();
    let sent = ann.post(&messages, json!({ "body": "number 0", "nonce": "n0" })).await.expect(201);
    assert_eq!(sent["seq"], 2, "nothing of what was refused was stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_sqlite_file_that_is_let_go_of_in_time_fails_nobody() {
    let node = NodeProcess::start(&[]);
    node.is_up().await;
    let (ann, messages) = ann_in_a_room(&node).await;
    let mut other = lock(&node);
    let sending = {
        let (ann, messages) = (ann.clone(), messages.clone());
        tokio::spawn(async move { ann.post(&messages, json!({ "body": "patience" })).await })
    };
    sleep(Duration::from_millis(1_500)).await;
    assert!(!sending.is_finished());
    other.batch_execute("rollback").unwrap();
    sending.await.unwrap().expect(201);
}
