//! A whisper is heard by the one it is for, and by nobody and nothing else.

use std::time::Duration;

use serde_json::{Value, json};

use super::room;
use crate::harness::TestApp;

fn whisper(room: i64, to: i64, body: &str) -> Value {
    json!({ "type": "whisper.send", "room_id": room, "to": to, "body": body })
}

#[tokio::test]
async fn at_002_8_a_whisper_reaches_its_person_and_the_sender_everywhere_and_nobody_else() {
    let (app, ann, bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut sender, _) = app.connect(&ann).await;
    let (mut own_tab, _) = app.connect(&ann).await;
    let (mut first, _) = app.connect(&bob).await;
    let (mut second, _) = app.connect(&bob).await;
    let (mut third, _) = app.connect(&carl).await;
    let sent = sender.done(whisper(room, bob.id, "psst 🤫")).await;
    assert_eq!(sent["delivered"], true);
    for socket in [&mut first, &mut second, &mut own_tab] {
        let heard = socket.expect("whispered").await;
        assert_eq!(heard["whisper_id"], sent["whisper_id"]);
        assert_eq!((&heard["from"], &heard["to"]), (&json!(ann.id), &json!(bob.id)));
        assert_eq!((&heard["room_id"], &heard["body"]), (&json!(room), &json!("psst 🤫")));
    }
    for socket in [&mut sender, &mut third, &mut first] {
        socket.silence().await;
    }
    let history = carl.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
    assert!(!history.text.contains("psst"));
    assert_eq!(carl.get("/api/messages?search=psst").await.expect(200)["items"], json!([]));
    assert_eq!(bob.get("/api/messages?search=psst").await.expect(200)["items"], json!([]));
    let root = app.superuser("root").await;
    let list = root.get("/api/admin/messages?search=psst").await.expect(200);
    assert_eq!(list["items"], json!([]), "staff hear no whispers either");

    let path = format!("/api/rooms/{room}/whispers");
    let answer = ann.post(&path, json!({ "to": bob.id, "body": "again" })).await.expect(200);
    assert_eq!(answer["delivered"], true);
    for socket in [&mut first, &mut second, &mut own_tab, &mut sender] {
        assert_eq!(socket.expect("whispered").await["whisper_id"], answer["whisper_id"]);
    }
    third.silence().await;
}

#[tokio::test]
async fn at_002_12_g11_who_is_not_here_is_said_not_to_be() {
    let (app, ann, bob, room) = room().await;
    let (mut sender, _) = app.connect(&ann).await;
    assert_eq!(sender.refused(whisper(room, bob.id, "x")).await, "not_online");
    let path = format!("/api/rooms/{room}/whispers");
    let body = json!({ "to": bob.id, "body": "x" });
    ann.post(&path, body.clone()).await.refused(409, "not_online");
    let (socket, _) = app.connect(&bob).await;
    sender.done(whisper(room, bob.id, "x")).await;
    // Shown as online for the grace, but there is no socket.
    socket.close().await;
    assert_eq!(sender.refused(whisper(room, bob.id, "x")).await, "not_online");
    ann.post(&path, body).await.refused(409, "not_online");
}

#[tokio::test]
async fn a_whisper_goes_from_member_to_member_and_is_bounded() {
    let (app, ann, bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let (_carl_socket, _) = app.connect(&carl).await;
    let (_bob_socket, _) = app.connect(&bob).await;
    let hidden = carl.post("/api/rooms", json!({ "name": "Secret", "invite_only": true })).await;
    let hidden = hidden.expect(201).id();
    let (mut socket, _) = app.connect(&ann).await;
    for (command, expected) in [
        (whisper(room, carl.id, "x"), "invalid to:not_found"),
        (whisper(room, 999_999, "x"), "invalid to:not_found"),
        (whisper(room, ann.id, "x"), "invalid to:not_allowed"),
        (whisper(hidden, carl.id, "x"), "not_found"),
        (whisper(999_999, carl.id, "x"), "not_found"),
        (whisper(room, bob.id, ""), "invalid body:blank"),
        (whisper(room, bob.id, " \n\u{200b}"), "invalid body:blank"),
        (whisper(room, bob.id, "a\u{0}"), "invalid body:not_allowed"),
        (whisper(room, bob.id, &"ё".repeat(2_001)), "invalid body:too_long"),
        (whisper(room, 0, "x"), "invalid to:out_of_range"),
        (json!({ "type": "whisper.send", "room_id": room, "body": "x" }), "invalid to:required"),
        (json!({ "type": "whisper.send", "room_id": room, "to": 1 }), "invalid body:required"),
    ] {
        assert_eq!(socket.refused(command.clone()).await, expected, "{command}");
    }
    socket.done(whisper(room, bob.id, &"ё".repeat(2_000))).await;
    carl.post(&format!("/api/rooms/{room}/whispers"), json!({ "to": bob.id, "body": "x" }))
        .await
        .refused(403, "forbidden");
    ann.post(&format!("/api/rooms/{hidden}/whispers"), json!({ "to": carl.id, "body": "x" }))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn whispers_are_limited_together_with_messages() {
    let app = TestApp::builder().with_limits().start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (_bob_socket, _) = app.connect(&bob).await;
    let (mut socket, _) = app.connect(&ann).await;
    for _ in 0..20 {
        socket.done(whisper(room, bob.id, "x")).await;
    }
    assert_eq!(socket.refused(whisper(room, bob.id, "x")).await, "rate_limited");
    assert_eq!(socket.refused(super::message(room, "x", "n")).await, "rate_limited");
    app.advance(Duration::from_secs(1));
    socket.done(whisper(room, bob.id, "x")).await;
}
