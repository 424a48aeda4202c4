//! What a relay promises, held against every kind of relay by the same words: that of a node which is
//! alone, Redis between two nodes, open or sealed, Redis beside one node on SQLite, and the database
//! alone, where what is kept nowhere stays with its node.

use std::{fs, time::Duration};

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    cluster::{hears_everything, post, relay_is, room},
    harness::{Cluster, Person, RedisServer, Socket},
};

/// How many messages are sent without waiting in between.
const PIPELINED: i64 = 150;
/// How soon who is here must be known everywhere; longer than promised, for a busy machine.
const SETTLE: Duration = Duration::from_secs(10);
const SECRET: &str = "behind-the-greenhouse";

/// Whether what is kept nowhere reaches other nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Live {
    Everywhere,
    AtItsNode,
}

/// The contract. Bob is at the other node, if there is one.
async fn holds(cluster: &Cluster, live: Live) {
    let (ann, bob, room) = room(cluster).await;
    in_order_and_once(cluster, &ann, &bob, room).await;
    nothing_that_was_refused(cluster, &ann, &bob, room).await;
    if live == Live::Everywhere {
        what_is_kept_nowhere(cluster, &ann, &bob, room).await;
    }
    ends_of_sessions(cluster, &bob).await;
    hears_everything(cluster, &ann, &bob, room).await;
}

/// Delivery and order: what one thread publishes comes to everybody in its order, and once.
async fn in_order_and_once(cluster: &Cluster, ann: &Person, bob: &Person, room: i64) {
    let mut mouth = cluster.connect(0, ann).await;
    let mut ears = [cluster.connect(0, bob).await, cluster.connect(1, bob).await];
    let mut rev =
        ann.get(&format!("/api/rooms/{room}")).await.expect(200)["head"].as_i64().unwrap();
    for number in 0..PIPELINED {
        let body = format!("number {number}");
        let nonce = format!("n{number}");
        let send = json!({ "type": "message.send", "room_id": room, "body": body, "nonce": nonce });
        mouth.begin(send).await;
    }
    for number in 0..PIPELINED {
        rev += 1;
        for ears in &mut ears {
            let heard = ears.expect("message.created").await;
            assert_eq!(
                (&heard["rev"], &heard["message"]["body"]),
                (&json!(rev), &json!(format!("number {number}")))
            );
        }
    }
    rev = post(ann, room, "the last").await;
    for ears in &mut ears {
        assert_eq!(ears.expect("message.created").await["rev"], rev, "and nothing in between");
    }
}

/// Only what was committed is published.
async fn nothing_that_was_refused(cluster: &Cluster, ann: &Person, bob: &Person, room: i64) {
    let mut ears = cluster.connect(1, bob).await;
    let path = format!("/api/rooms/{room}/messages");
    ann.post(&path, json!({ "body": " " })).await.invalid(&["body:blank"]);
    ann.patch(&format!("/api/rooms/{room}"), json!({ "name": "" })).await.invalid(&["name:blank"]);
    let body = json!({ "body": "once", "nonce": "once" });
    let rev = ann.post(&path, body.clone()).await.expect(201)["rev"].clone();
    ann.post(&path, body).await.expect(200);
    assert_eq!(ears.expect("message.created").await["rev"], rev);
    let rev = post(ann, room, "after").await;
    let heard = ears.next().await;
    assert_eq!((&heard["type"], &heard["rev"]), (&json!("message.created"), &json!(rev)));
}

/// Typing, presence and whispers, with a truthful answer.
async fn what_is_kept_nowhere(cluster: &Cluster, ann: &Person, bob: &Person, room: i64) {
    let mut mouth = cluster.connect(0, ann).await;
    let mut ears = cluster.connect(1, bob).await;
    for socket in [&mut mouth, &mut ears] {
        socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    }
    shown(ann, bob, "online").await;
    mouth.done(json!({ "type": "typing.start", "room_id": room })).await;
    assert_eq!(ears.expect("typing.started").await["user_id"], ann.id);
    mouth.done(json!({ "type": "typing.stop", "room_id": room })).await;
    assert_eq!(ears.expect("typing.stopped").await["user_id"], ann.id);
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": SECRET });
    assert_eq!(mouth.done(whisper.clone()).await["delivered"], true);
    assert_eq!(ears.expect("whispered").await["body"], SECRET);
    ears.close().await;
    shown(ann, bob, "offline").await;
    assert_eq!(mouth.refused(whisper).await, "not_online");
}

async fn shown(viewer: &Person, who: &Person, presence: &str) {
    let deadline = Instant::now() + SETTLE;
    let path = format!("/api/profiles/{}", who.id);
    while viewer.get(&path).await.expect(200)["presence"] != presence {
        assert!(Instant::now() < deadline, "{} is not shown {presence}", who.username);
        sleep(Duration::from_millis(50)).await;
    }
}

async fn ends_of_sessions(cluster: &Cluster, bob: &Person) {
    let elsewhere = cluster.nodes[0].log_in(&bob.username).await;
    let mut ended = cluster.connect(1, &elsewhere).await;
    let mut kept: Socket = cluster.connect(1, bob).await;
    elsewhere.act("/api/auth/logout").await.expect(204);
    assert_eq!(ended.closed().await, 4501);
    kept.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn at_004_3_the_contract_of_a_relay_holds_in_one_node() {
    holds(&Cluster::of_one(&[]).await, Live::Everywhere).await;
}

#[tokio::test]
#[ignore = "needs Redis: make test-backend"]
async fn at_004_3_the_contract_of_a_relay_holds_in_one_node_with_redis() {
    let redis = RedisServer::start().await;
    holds(&Cluster::of_one(&[("REDIS_URL", &redis.url())]).await, Live::Everywhere).await;
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn at_004_3_the_contract_of_a_relay_holds_over_redis() {
    holds(&Cluster::with_redis().await, Live::Everywhere).await;
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn at_004_3_the_contract_of_a_relay_holds_without_redis() {
    holds(&Cluster::without_redis().await, Live::AtItsNode).await;
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn at_004_3_the_contract_of_a_relay_holds_sealed_and_nothing_can_be_read_in_redis() {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("monitor");
    let mut monitor = redis.monitor(fs::File::create(&log).unwrap());
    let url = redis.url();
    let settings = [("REDIS_URL", url.as_str()), ("PARLOR_SEAL_RELAY", "on")];
    let cluster = Cluster::with(&settings).await;
    holds(&cluster, Live::Everywhere).await;
    // What was sealed is heard by the relay, not found by asking.
    relay_is(&cluster, 1, "ok").await;
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    let seen = fs::read_to_string(&log).unwrap();
    assert!(seen.matches("PUBLISH").count() > 50, "the monitor saw nothing");
    for word in ["number 7", "from the other node", "edited", "Ann A.", SECRET, "news", "beat"] {
        assert!(!seen.contains(word), "{word:?} can be read");
    }
}
