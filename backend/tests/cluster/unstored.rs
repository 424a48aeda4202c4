//! Who is here, who types, what is whispered: across nodes, and nowhere else.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{post, room};
use crate::harness::{Cluster, Person, RedisServer, Socket, TestApp, eventually};

const SECRET: &str = "behind-the-greenhouse";
/// How soon who is here must be known elsewhere; longer than promised, for a busy machine.
const SETTLE: Duration = Duration::from_secs(10);

async fn enter(socket: &mut Socket, room: i64) -> Value {
    socket.done(json!({ "type": "room.enter", "room_id": room })).await["online"].clone()
}

/// Waits until a person is shown like this at a node.
async fn shown(viewer: &Person, id: i64, presence: &str) {
    let deadline = Instant::now() + SETTLE;
    loop {
        let profile = viewer.get(&format!("/api/profiles/{id}")).await.expect(200);
        if profile["presence"] == presence {
            return;
        }
        assert!(Instant::now() < deadline, "{id} is shown {}, not {presence}", profile["presence"]);
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn g12_who_is_here_is_known_everywhere() {
    let cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(0, &ann).await;
    enter(&mut ears, room).await;
    let one_tab = cluster.connect(1, &bob).await;
    // Ann herself may be told together with him.
    let mut joined = Vec::new();
    while !joined.contains(&json!(bob.id)) {
        let moved = ears.ambient("room.presence").await;
        joined.extend(moved["joined"].as_array().unwrap().clone());
    }
    shown(&ann, bob.id, "online").await;
    // Another tab, at the other node: closing the first changes nothing.
    let other_tab = cluster.connect(0, &bob).await;
    one_tab.close().await;
    shown(&cluster.at(1, &ann), bob.id, "online").await;
    let mut busy = cluster.connect(1, &bob).await;
    busy.done(json!({ "type": "presence.set", "presence": "busy" })).await;
    shown(&ann, bob.id, "busy").await;
    other_tab.close().await;
    busy.close().await;
    for node in 0..2 {
        shown(&cluster.at(node, &ann), bob.id, "offline").await;
    }
}

/// The node that hears of it first answers for them, before the others know.
#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn at_000_13_nobody_is_told_by_a_whisper_that_somebody_hides_on_another_node() {
    let cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut mouth = cluster.connect(0, &ann).await;
    let mut ears = cluster.connect(1, &bob).await;
    shown(&ann, bob.id, "online").await;
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": SECRET });
    ears.done(json!({ "type": "presence.set", "presence": "offline" })).await;
    for _ in 0..3 {
        assert_eq!(mouth.refused(whisper.clone()).await, "not_online");
        sleep(Duration::from_millis(100)).await;
    }
    shown(&ann, bob.id, "offline").await;
    // What is said to all is heard as before.
    post(&ann, room, "a message").await;
    while ears.next().await["type"] != "message.created" {}
    ears.silence().await;
}

/// Who reloads their page comes back by another node, and is shown to be here all the while.
#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn g11_a_whisper_finds_whoever_has_just_come_back() {
    let cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut mouth = cluster.connect(0, &ann).await;
    let first = cluster.connect(1, &bob).await;
    shown(&ann, bob.id, "online").await;
    drop(first);
    for number in 0..20 {
        let mut ears = cluster.connect(1, &bob).await;
        let body = format!("{SECRET} {number}");
        let whisper =
            json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": body });
        assert_eq!(mouth.done(whisper).await["delivered"], true, "number {number}");
        assert_eq!(ears.expect("whispered").await["body"], body);
        // Between two looks of the relay, or after some.
        sleep(Duration::from_millis(number * 13)).await;
        drop(ears);
    }
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn az_15_typing_and_whispers_reach_the_other_node_and_leave_no_trace() {
    let mut cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut mouth = cluster.connect(0, &ann).await;
    let mut ears = cluster.connect(1, &bob).await;
    enter(&mut ears, room).await;
    shown(&ann, bob.id, "online").await;
    mouth.done(json!({ "type": "typing.start", "room_id": room })).await;
    assert_eq!(ears.expect("typing.started").await["user_id"], ann.id);
    mouth.done(json!({ "type": "typing.stop", "room_id": room })).await;
    assert_eq!(ears.expect("typing.stopped").await["user_id"], ann.id);

    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("monitor");
    let mut monitor = cluster.redis().monitor(fs::File::create(&log).unwrap());
    let is_on = || fs::read_to_string(&log).unwrap().contains("PUBLISH");
    let deadline = Instant::now() + SETTLE;
    while !is_on() {
        assert!(Instant::now() < deadline, "the monitor sees nothing");
        sleep(Duration::from_millis(20)).await;
    }
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": SECRET });
    let reply = mouth.done(whisper.clone()).await;
    assert_eq!(reply["delivered"], true);
    assert_eq!(ears.expect("whispered").await["body"], SECRET);
    post(&ann, room, "a message").await;
    ears.expect("message.created").await;
    let is_seen = async || fs::read_to_string(&log).unwrap().contains("a message");
    eventually("the monitor has seen the message", is_seen).await;
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    let seen = fs::read_to_string(&log).unwrap();
    assert!(!seen.contains(SECRET) && seen.contains("a message"), "{seen}");
    assert_eq!(cluster.redis().command(&["dbsize"]).trim(), "0", "nothing is kept");

    ears.close().await;
    for node in 0..2 {
        shown(&cluster.at(node, &ann), bob.id, "offline").await;
    }
    assert_eq!(mouth.refused(whisper).await, "not_online");
}

#[tokio::test]
#[ignore = "needs Redis: make test-backend"]
async fn at_001_4_redis_is_used_when_it_is_given() {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut check = std::process::Command::new(env!("CARGO_BIN_EXE_parlor"));
    check.env_clear().env("PARLOR_DATA_DIR", folder.path()).env("REDIS_URL", redis.url());
    let said = check.arg("relay-check").output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success() && text.contains(&redis.url()), "{text}{complaint}");
    assert_eq!(text.lines().next(), Some(r#"{"type":"hello"}"#));

    // One node on SQLite uses it too.
    let node = TestApp::builder().with("REDIS_URL", &redis.url()).start().await;
    let deadline = Instant::now() + SETTLE;
    loop {
        let ready = node.client().get("/readyz").await.expect(200);
        if ready["parts"][1]["state"] == "ok" {
            break;
        }
        assert!(Instant::now() < deadline, "{}", ready["parts"]);
        sleep(Duration::from_millis(20)).await;
    }
}
