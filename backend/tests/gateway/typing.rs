//! Who types is told to who looks, and is soon forgotten.

use std::time::Duration;

use serde_json::{Value, json};

use super::{message, post, room};
use crate::harness::{Person, Socket, TestApp};

fn start(room: i64) -> Value {
    json!({ "type": "typing.start", "room_id": room })
}

fn stop(room: i64) -> Value {
    json!({ "type": "typing.stop", "room_id": room })
}

/// A socket that looks at a room.
async fn looking(app: &TestApp, person: &Person, room: i64) -> Socket {
    let (mut socket, _) = app.connect(person).await;
    socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    socket
}

#[tokio::test]
async fn at_004_9_typing_is_told_to_the_others_who_look_at_the_room() {
    let (app, ann, bob, room) = room().await;
    let mut typist = looking(&app, &ann, room).await;
    let mut own_tab = looking(&app, &ann, room).await;
    let mut reader = looking(&app, &bob, room).await;
    let (mut elsewhere, _) = app.connect(&bob).await;
    assert_eq!(typist.done(start(room)).await, json!({}));
    let told = reader.next().await;
    let expected = json!({
        "type": "typing.started", "room_id": room, "user_id": ann.id, "expires_in_ms": 6000,
    });
    assert_eq!(told, expected);
    typist.done(stop(room)).await;
    let stopped = json!({ "type": "typing.stopped", "room_id": room, "user_id": ann.id });
    assert_eq!(reader.next().await, stopped);
    for socket in [&mut typist, &mut own_tab, &mut elsewhere, &mut reader] {
        socket.silence().await;
    }
}

#[tokio::test]
async fn ws_6_it_is_told_once_in_three_seconds() {
    let (app, ann, bob, room) = room().await;
    let mut typist = looking(&app, &ann, room).await;
    let mut reader = looking(&app, &bob, room).await;
    for _ in 0..5 {
        typist.done(start(room)).await;
    }
    assert_eq!(reader.next().await["type"], "typing.started");
    reader.silence().await;
    app.advance(Duration::from_secs(3));
    typist.done(start(room)).await;
    assert_eq!(reader.next().await["type"], "typing.started");
}

#[tokio::test]
async fn it_ends_with_the_message_with_the_membership_and_with_the_socket() {
    let (app, ann, bob, room) = room().await;
    let mut reader = looking(&app, &bob, room).await;
    let mut typist = looking(&app, &ann, room).await;
    typist.done(start(room)).await;
    reader.expect("typing.started").await;
    typist.done(message(room, "done", "n")).await;
    reader.expect("typing.stopped").await;
    reader.expect("message.created").await;

    app.advance(Duration::from_secs(3));
    typist.done(start(room)).await;
    reader.expect("typing.started").await;
    post(&bob, room, "somebody else's").await;
    reader.expect("message.created").await;
    reader.silence().await;
    typist.close().await;
    reader.expect("typing.stopped").await;

    let carl = app.sign_up("carl").await;
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut other = looking(&app, &carl, room).await;
    other.done(start(room)).await;
    assert_eq!(reader.expect("typing.started").await["user_id"], carl.id);
    carl.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    assert_eq!(reader.expect("typing.stopped").await["user_id"], carl.id);
    assert_eq!(other.refused(start(room)).await, "forbidden");
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    reader.expect("room.removed").await;
    reader.silence().await;
}

#[tokio::test]
async fn az_16_only_members_type_and_who_left_hears_of_nobody() {
    let (app, ann, bob, room) = room().await;
    let hidden = ann.post("/api/rooms", json!({ "name": "Secret", "invite_only": true })).await;
    let hidden = hidden.expect(201).id();
    let mut typist = looking(&app, &ann, room).await;
    let mut reader = looking(&app, &bob, room).await;
    for (command, expected) in [
        (start(hidden), "not_found"),
        (stop(hidden), "not_found"),
        (start(999_999), "not_found"),
        (json!({ "type": "typing.start" }), "invalid room_id:required"),
        (json!({ "type": "typing.stop", "room_id": room, "x": 1 }), "invalid x:unknown"),
    ] {
        assert_eq!(reader.refused(command.clone()).await, expected, "{command}");
    }
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    reader.expect("room.removed").await;
    typist.done(start(room)).await;
    reader.silence().await;
}
