//! What is heard, by whom, from when until when.

use std::time::Duration;

use serde_json::json;

use super::{message, post, room};
use crate::harness::eventually;

#[tokio::test]
async fn a_room_that_one_joins_is_heard_from_there_on_by_all_devices() {
    let (app, ann, _bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let (mut first, _) = app.connect(&carl).await;
    let (mut second, _) = app.connect(&carl).await;
    let (mut ann_socket, _) = app.connect(&ann).await;
    post(&ann, room, "before").await;
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let after = post(&ann, room, "after").await;
    for socket in [&mut first, &mut second] {
        let added = socket.next().await;
        assert_eq!(added["type"], "room.added");
        assert_eq!(added["room"]["head"], after - 1);
        assert_eq!(added["room"]["me"]["role"], "member");
        let event = socket.next().await;
        assert_eq!((&event["rev"], &event["message"]["body"]), (&json!(after), &json!("after")));
    }
    ann_socket.expect("message.created").await;
    let joined = ann_socket.next().await;
    assert_eq!(
        (&joined["message"]["kind"], &joined["message"]["author"]["id"]),
        (&json!("joined"), &json!(carl.id))
    );
}

#[tokio::test]
async fn ws_7_g8_who_left_hears_nothing_more() {
    let (app, ann, bob, room) = room().await;
    let (mut bob_socket, _) = app.connect(&bob).await;
    let (mut ann_socket, _) = app.connect(&ann).await;
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    post(&ann, room, "secret").await;
    let own = bob_socket.next().await;
    assert_eq!(
        (&own["type"], &own["message"]["kind"]),
        (&json!("message.created"), &json!("left"))
    );
    assert_eq!(bob_socket.next().await, json!({ "type": "room.removed", "room_id": room }));
    bob_socket.silence().await;
    assert_eq!(bob_socket.refused(message(room, "x", "n")).await, "forbidden");
    for kind in ["left", "text"] {
        assert_eq!(ann_socket.expect("message.created").await["message"]["kind"], kind);
    }
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    bob_socket.expect("room.added").await;
    post(&ann, room, "welcome").await;
    assert_eq!(bob_socket.expect("message.created").await["message"]["body"], "welcome");
}

#[tokio::test]
async fn a_room_that_one_makes_is_heard_at_once() {
    let (app, ann, _bob, _room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let made = ann.post("/api/rooms", json!({ "name": "Coffee" })).await.expect(201).id();
    assert_eq!(socket.expect("room.added").await["room"]["id"], made);
    post(&ann, made, "first").await;
    assert_eq!(socket.next().await["message"]["body"], "first");
}

#[tokio::test]
async fn strangers_hear_nothing() {
    let (app, ann, _bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let (mut socket, ready) = app.connect(&carl).await;
    assert_eq!(ready["rooms"], json!([]));
    post(&ann, room, "among us").await;
    socket.silence().await;
}

#[tokio::test]
async fn who_has_a_socket_open_is_online() {
    let (app, ann, bob, room) = room().await;
    let online = |answer: crate::harness::Answer| answer["online_count"].clone();
    let path = format!("/api/rooms/{room}");
    assert_eq!(online(ann.get(&path).await), 0);
    let (first, _) = app.connect(&bob).await;
    let (second, _) = app.connect(&bob).await;
    assert_eq!(online(ann.get(&path).await), 1);
    first.close().await;
    app.has_sockets(1).await;
    assert_eq!(online(ann.get(&path).await), 1);
    second.close().await;
    app.has_sockets(0).await;
    assert_eq!(online(ann.get(&path).await), 1, "who comes back at once was never gone");
    app.advance(Duration::from_secs(4));
    eventually("nobody is online", async || online(ann.get(&path).await) == 0).await;
}
