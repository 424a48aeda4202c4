//! Two nodes on one Postgres are one chat: with Redis between them, without it, and while it breaks.
//! They need real services, so they run under `docker/services postgres redis`.

mod breaking;
mod faults;
mod flavours;
mod guesses;
mod least;
mod news;
mod redis;
mod statements;
mod stopped;
mod tls;
mod unstored;

pub(crate) use breaking::relay_is;
pub(crate) use news::hears_everything;

use serde_json::json;

use crate::harness::{Cluster, Person};

/// Ann and Bob in a room; both have accounts, and neither has a socket yet. Bob calls the second node.
pub(crate) async fn room(cluster: &Cluster) -> (Person, Person, i64) {
    let ann = cluster.nodes[0].sign_up("ann").await;
    let bob = cluster.nodes.last().unwrap().sign_up("bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    (ann, bob, room)
}

pub(crate) async fn post(person: &Person, room: i64, body: &str) -> i64 {
    let path = format!("/api/rooms/{room}/messages");
    person.post(&path, json!({ "body": body })).await.expect(201)["rev"].as_i64().unwrap()
}
