//! Rooms by name, and what a tutorial left to do (004).

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    gateway::{message, post, room},
    harness::TestApp,
};

#[tokio::test]
async fn at_004_2_a_room_has_an_address_by_its_name() {
    let (app, ann, _bob, room) = room().await;
    let found = ann.get("/api/rooms/by-slug/tea").await.expect(200);
    assert_eq!((found.id(), &found["name"]), (room, &json!("Tea")));
    // A name is as good as its slug, so that nobody is offered to make a room that is there.
    let club = ann.post("/api/rooms", json!({ "name": "Tea & Cake Club!" })).await.expect(201);
    assert_eq!(club["slug"], "tea-cake-club");
    for name in ["Tea%20%26%20Cake%20Club!", "tea-cake-club", "TEA%20cake%20CLUB", "tea_cake_club"]
    {
        let found = ann.get(&format!("/api/rooms/by-slug/{name}")).await.expect(200);
        assert_eq!(found.id(), club.id(), "{name}");
    }
    ann.get("/api/rooms/by-slug/coffee").await.refused(404, "not_found");
    app.client().get("/api/rooms/by-slug/tea").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn at_004_6_a_room_is_for_staff_only() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root").await, app.sign_up("ann").await);
    let body = json!({ "name": "Back office", "staff_only": true });
    let room = root.post("/api/rooms", body).await.expect(201).id();
    let (mut inside, _) = app.connect(&root).await;
    let (mut outside, _) = app.connect(&ann).await;
    inside.done(json!({ "type": "room.enter", "room_id": room })).await;
    inside.done(message(room, "among us", "n")).await;
    let enter = json!({ "type": "room.enter", "room_id": room });
    assert_eq!(outside.refused(enter).await, "room_staff_only");
    assert_eq!(outside.refused(message(room, "me too", "n")).await, "room_staff_only");
    outside.silence().await;
}

#[tokio::test]
async fn at_004_7_whoever_enters_is_shown_the_newest_ten_in_order() {
    let (app, ann, _bob, _room) = room().await;
    let room = ann.post("/api/rooms", json!({ "name": "Counted" })).await.expect(201).id();
    let enter = json!({ "type": "room.enter", "room_id": room });
    for number in 1..=25 {
        let rev = post(&ann, room, &number.to_string()).await;
        if ![3, 10, 11, 25].contains(&number) {
            continue;
        }
        let (mut socket, _) = app.connect(&ann).await;
        let entered = socket.done(enter.clone()).await;
        let shown: Vec<_> = entered["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["seq"].as_i64().unwrap())
            .collect();
        // Whoever made the room came first.
        assert_eq!(shown, ((rev - 9).max(1)..=rev).collect::<Vec<_>>(), "after {number}");
        socket.silence().await;
        socket.close().await;
    }
}

fn whisper(room: i64, to: &Value, body: &str) -> Value {
    json!({ "type": "whisper.send", "room_id": room, "to": to, "body": body })
}

#[tokio::test]
async fn at_004_11_a_whisper_that_cannot_be_is_refused_and_the_socket_lives_on() {
    let (app, ann, bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut sender, _) = app.connect(&ann).await;
    let (mut hearer, _) = app.connect(&bob).await;
    for (command, refusal) in [
        (whisper(room, &json!(999_999), "psst"), "invalid to:not_found"),
        (whisper(room, &json!("nobody"), "psst"), "invalid to:wrong_type"),
        (whisper(room, &json!(carl.id), "psst"), "not_online"),
        (whisper(room, &json!(bob.id), ""), "invalid body:blank"),
        (json!({ "type": "whisper.send", "room_id": room, "to": bob.id }), "invalid body:required"),
        (json!({ "type": "whisper.send" }), "invalid room_id:required"),
    ] {
        let reply = sender.command(command.clone()).await;
        let said = crate::harness::refusal(&reply);
        assert!(said.starts_with(refusal), "{command}: {said}");
        assert!(!reply["error"]["detail"].as_str().unwrap().is_empty());
        sender.done(json!({ "type": "ping" })).await;
    }
    hearer.silence().await;
    let sent = sender.done(whisper(room, &json!(bob.id), "psst")).await;
    assert_eq!(sent["delivered"], true);
    assert_eq!(hearer.expect("whispered").await["whisper_id"], sent["whisper_id"]);
}

#[tokio::test]
async fn at_004_11_whoever_enters_is_told_who_is_there_and_then_who_comes_and_goes() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let entered = socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    assert_eq!(entered["online"], json!([ann.id]));
    let (second, _) = app.connect(&bob).await;
    app.advance(Duration::from_millis(300));
    loop {
        let moved = socket.ambient("room.presence").await;
        if moved["joined"].as_array().unwrap().contains(&json!(bob.id)) {
            assert_eq!(moved["online_count"], 2);
            break;
        }
    }
    second.close().await;
    app.has_sockets(1).await;
    app.advance(Duration::from_secs(4));
    let moved = socket.ambient("room.presence").await;
    assert_eq!((&moved["left"], &moved["online_count"]), (&json!([bob.id]), &json!(1)));
}
