//! The gateway, from outside.

mod admin;
mod bad_frames;
mod changes;
mod closing;
mod commands;
mod hello;
mod live;
mod presence;
mod profiles;
mod resume;
mod tokens;
mod typing;
mod unstored;
mod whispers;

use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

/// A server with a room in which two people are.
pub(crate) async fn room() -> (TestApp, Person, Person, i64) {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    (app, ann, bob, room)
}

/// Sends by the other door.
pub(crate) async fn post(person: &Person, room: i64, body: &str) -> i64 {
    let path = format!("/api/rooms/{room}/messages");
    person.post(&path, json!({ "body": body })).await.expect(201)["rev"].as_i64().unwrap()
}

pub(crate) fn message(room: i64, body: &str, nonce: &str) -> Value {
    json!({ "type": "message.send", "room_id": room, "body": body, "nonce": nonce })
}

/// The room as `ready` tells it.
fn told(ready: &Value, room: i64) -> Value {
    let rooms = ready["rooms"].as_array().unwrap();
    rooms.iter().find(|it| it["id"] == room).cloned().unwrap()
}
