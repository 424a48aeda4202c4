//! What happens at one node is heard at the other.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;

use super::{breaking::relay_is, post, room};
use crate::harness::{Cluster, Machine, Person, RedisServer, Socket};

/// How soon what is carried must be there.
const SOON: Duration = Duration::from_millis(300);

pub(super) async fn everything_is_heard(cluster: &Cluster) {
    let (ann, bob, room) = room(cluster).await;
    hears_everything(cluster, &ann, &bob, room).await;
}

/// Bob, at the second node, hears everything that Ann does at the first.
pub(crate) async fn hears_everything(cluster: &Cluster, ann: &Person, bob: &Person, room: i64) {
    let mut ears = cluster.connect(1, bob).await;
    let rev = post(ann, room, "from the other node").await;
    let heard = ears.expect("message.created").await;
    assert_eq!(
        (&heard["rev"], &heard["message"]["body"]),
        (&json!(rev), &json!("from the other node"))
    );

    let path = format!("/api/messages/{}", heard["message"]["id"]);
    ann.patch(&path, json!({ "body": "edited" })).await.expect(200);
    assert_eq!(ears.expect("message.updated").await["message"]["body"], "edited");
    ann.call(Method::PUT, &format!("{path}/reactions/%F0%9F%91%8D")).send().await.expect(200);
    assert_eq!(ears.expect("message.updated").await["message"]["reactions"][0]["count"], 1);
    ann.delete(&path).await.expect(200);
    assert_eq!(ears.expect("message.deleted").await["rev"], rev + 3);

    // What is not a message: profiles, rooms, what was read, comings and goings.
    ann.patch("/api/profiles/me", json!({ "display_name": "Ann A." })).await.expect(200);
    assert_eq!(ears.expect("profile.updated").await["profile"]["display_name"], "Ann A.");
    ann.patch(&format!("/api/rooms/{room}"), json!({ "topic": "Leaves" })).await.expect(200);
    assert_eq!(ears.expect("room.updated").await["room"]["topic"], "Leaves");
    cluster
        .at(0, bob)
        .put(&format!("/api/rooms/{room}/read"), json!({ "seq": rev }))
        .await
        .expect(200);
    assert_eq!(ears.expect("read.updated").await["last_read_seq"], rev);
    // A room that nobody at the second node has heard of.
    let other = ann.post("/api/rooms", json!({ "name": "Cake" })).await.expect(201).id();
    cluster.at(0, bob).act(&format!("/api/rooms/{other}/join")).await.expect(200);
    assert_eq!(ears.expect("room.added").await["room"]["id"], other);
    let rev = post(ann, other, "sweet").await;
    assert_eq!(ears.expect("message.created").await["rev"], rev);
    let member = format!("/api/rooms/{other}/members/{}", bob.id);
    ann.delete(&member).await.expect(204);
    assert_eq!(ears.expect("room.removed").await["room_id"], other);
    post(ann, other, "not for bob").await;
    ann.delete(&format!("/api/rooms/{room}")).await.expect(204);
    assert_eq!(ears.expect("room.deleted").await["room_id"], room);
}

/// Redis 5 knows these; what a newer one was asked, it would have been asked too.
const KNOWN_TO_REDIS_5: &[&str] =
    &["publish", "subscribe", "unsubscribe", "ping", "info", "client|id", "select", "quit"];

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn at_004_5_redis_is_asked_nothing_that_redis_5_does_not_know() {
    let mut cluster = Cluster::with_redis().await;
    everything_is_heard(&cluster).await;
    let asked = asked(cluster.redis());
    assert!(["publish", "subscribe"].iter().all(|it| asked.contains(*it)), "{asked:?}");
    // Some count what they ask themselves.
    let own = self::asked(&RedisServer::start().await);
    for name in asked.difference(&own) {
        assert!(KNOWN_TO_REDIS_5.contains(&name.as_str()), "{name} was asked");
    }
}

/// What a server was asked so far.
fn asked(redis: &RedisServer) -> BTreeSet<String> {
    let told = redis.command(&["info", "commandstats"]);
    let names = told.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Bob has a socket at each node and signs out at the first.
async fn sessions_end(cluster: Cluster, within: Duration) {
    let (_, bob, _) = room(&cluster).await;
    let elsewhere = cluster.nodes[0].log_in("bob").await;
    let mut ended = cluster.connect(1, &elsewhere).await;
    let mut kept = cluster.connect(1, &bob).await;
    let began = Instant::now();
    elsewhere.act("/api/auth/logout").await.expect(204);
    assert_eq!(ended.closed().await, 4501);
    assert!(began.elapsed() < within, "it took {:?}", began.elapsed());
    kept.done(json!({ "type": "ping" })).await;
    cluster.at(1, &elsewhere).get("/api/profiles/me").await.refused(401, "session_revoked");
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn g9_a_session_ends_on_every_node() {
    sessions_end(Cluster::with_redis().await, Duration::from_secs(1)).await;
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn g9_a_session_ends_on_every_node_without_redis() {
    sessions_end(Cluster::without_redis().await, Duration::from_secs(3)).await;
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn g4_the_same_nonce_at_two_nodes_at_once_is_one_message() {
    let cluster = Cluster::without_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(1, &bob).await;
    let path = format!("/api/rooms/{room}/messages");
    let there = cluster.at(1, &ann);
    for round in 0..20 {
        let body = json!({ "body": format!("once {round}"), "nonce": format!("n{round}") });
        let (one, two) = tokio::join!(ann.post(&path, body.clone()), there.post(&path, body));
        assert_eq!(one["id"], two["id"]);
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
    }
    hears(&mut ears, 0..20, "once").await;
}

/// Hears exactly these messages, in order.
async fn hears(ears: &mut Socket, numbers: std::ops::Range<i64>, what: &str) {
    for number in numbers {
        let heard = ears.expect("message.created").await;
        assert_eq!(heard["message"]["body"], format!("{what} {number}"));
    }
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn news_is_there_soon_and_reading_takes_no_question() {
    let cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(1, &bob).await;
    // Nodes that do not hear each other yet find news by asking.
    relay_is(&cluster, 0, "ok").await;
    relay_is(&cluster, 1, "ok").await;
    let (mut slowest, machine) = (Duration::ZERO, Machine::watch());
    for number in 0..50 {
        let began = Instant::now();
        post(&ann, room, &format!("news {number}")).await;
        hears(&mut ears, number..number + 1, "news").await;
        slowest = slowest.max(began.elapsed());
    }
    let bound = SOON + machine.slack();
    assert!(slowest < bound, "the slowest took {slowest:?}, not below {bound:?}");
    // A node that is scheduled late beats late, and is asked about for a moment.
    relay_is(&cluster, 1, "ok").await;
}
