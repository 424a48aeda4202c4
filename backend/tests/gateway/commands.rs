//! What can be done over a socket, and what is refused.

use std::time::Duration;

use serde_json::json;

use super::{message, post, room};
use crate::harness::TestApp;

#[tokio::test]
async fn a_message_is_answered_and_heard_by_all() {
    let (app, ann, bob, room) = room().await;
    let (mut ann_socket, _) = app.connect(&ann).await;
    let (mut second, _) = app.connect(&ann).await;
    let (mut bob_socket, _) = app.connect(&bob).await;
    let stored = ann_socket.done(message(room, "Hi 🎉", "n-1")).await;
    let read = ann.get(&format!("/api/messages/{}", stored["message"]["id"])).await.expect(200);
    assert_eq!(stored["message"], read.json);
    for socket in [&mut ann_socket, &mut second] {
        let event = socket.expect("message.created").await;
        assert_eq!((&event["rev"], &event["message"]), (&json!(3), &stored["message"]));
    }
    let event = bob_socket.expect("message.created").await;
    assert_eq!(
        (&event["message"]["body"], &event["message"]["nonce"]),
        (&json!("Hi 🎉"), &json!(null))
    );
}

#[tokio::test]
async fn g4_the_same_nonce_is_stored_once() {
    let (app, ann, _bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let first = socket.done(message(room, "once", "n-1")).await;
    let again = socket.done(message(room, "once", "n-1")).await;
    assert_eq!(first, again);
    assert_eq!(socket.refused(message(room, "other", "n-1")).await, "nonce_reused");
    socket.expect("message.created").await;
    socket.silence().await;
}

#[tokio::test]
async fn g2_what_one_socket_sends_without_waiting_keeps_its_order() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let (mut listener, _) = app.connect(&bob).await;
    for number in 0..100 {
        socket.begin(message(room, &format!("{number}"), &format!("n-{number}"))).await;
    }
    for number in 0..100 {
        let event = listener.expect("message.created").await;
        assert_eq!(event["message"]["body"], number.to_string());
        assert_eq!(event["rev"], 3 + number);
    }
    let mut replies = 0;
    while replies < 100 {
        let frame = socket.next().await;
        replies += u32::from(frame["type"] == "reply" && frame["ok"] == true);
    }
}

#[tokio::test]
async fn ws_5_what_is_wrong_is_named_and_the_socket_stays_open() {
    let (app, ann, _bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let hidden = carl.post("/api/rooms", json!({ "name": "Secret", "invite_only": true })).await;
    let hidden = hidden.expect(201).id();
    let (mut socket, _) = app.connect(&ann).await;
    for (command, expected) in [
        (json!({ "type": "message.shout" }), "invalid type:unknown"),
        (json!({ "type": "ping", "x": 1 }), "invalid x:unknown"),
        (json!({ "type": "message.send", "room_id": room }), "invalid body:required"),
        (message(room, " \n ", "n"), "invalid body:blank"),
        (message(room, "x", ""), "invalid nonce:too_short"),
        (message(hidden, "x", "n"), "not_found"),
        (message(999_999, "x", "n"), "not_found"),
        (json!({ "type": "room.enter", "room_id": hidden }), "not_found"),
        (json!({ "type": "room.enter", "room_id": room, "last": 0 }), "invalid last:out_of_range"),
        (
            json!({ "type": "sync", "room_id": hidden, "after": { "epoch": "e", "rev": 0 } }),
            "not_found",
        ),
        (json!({ "type": "read.mark", "room_id": room, "seq": -1 }), "invalid seq:out_of_range"),
        (json!({ "type": "auth.renew", "token": "nonsense" }), "unauthenticated"),
        (json!({ "type": "auth.renew", "token": carl.access_token }), "unauthenticated"),
    ] {
        assert_eq!(socket.refused(command.clone()).await, expected, "{command}");
    }
    assert_eq!(socket.done(json!({ "type": "ping" })).await, json!({}));
}

#[tokio::test]
async fn a_room_is_entered_and_asked_what_changed() {
    let (app, ann, bob, room) = room().await;
    for number in 0..12 {
        post(&bob, room, &number.to_string()).await;
    }
    let (mut socket, ready) = app.connect(&ann).await;
    let (_other, _) = app.connect(&bob).await;
    let entered = socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    assert_eq!(entered["messages"].as_array().unwrap().len(), 10);
    assert_eq!((&entered["to"], &entered["epoch"]), (&json!(14), &ready["epoch"]));
    assert_eq!(entered["online"], json!([ann.id, bob.id]));
    let after = json!({ "epoch": ready["epoch"], "rev": 12 });
    let changes = socket.done(json!({ "type": "sync", "room_id": room, "after": after })).await;
    let bodies: Vec<_> =
        changes["messages"].as_array().unwrap().iter().map(|it| &it["body"]).collect();
    assert_eq!(bodies, ["10", "11"]);
    let after = json!({ "epoch": "another", "rev": 12 });
    let changes = socket.done(json!({ "type": "sync", "room_id": room, "after": after })).await;
    assert_eq!(changes["reset"], true);
    assert_eq!(socket.done(json!({ "type": "room.exit", "room_id": room })).await, json!({}));
}

#[tokio::test]
async fn what_was_read_is_told_to_ones_other_devices_only() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let (mut second, _) = app.connect(&ann).await;
    let (mut other, _) = app.connect(&bob).await;
    post(&bob, room, "news").await;
    socket.done(json!({ "type": "read.mark", "room_id": room, "seq": 3 })).await;
    let read = second.expect("read.updated").await;
    assert_eq!((&read["last_read_seq"], &read["unread"]), (&json!(3), &json!(0)));
    other.expect("message.created").await;
    other.silence().await;
}

#[tokio::test]
async fn se_5_a_fresh_token_keeps_the_socket_open() {
    let (app, ann, _bob, _room) = room().await;
    let (mut renewed, _) = app.connect(&ann).await;
    let (mut forgotten, _) = app.connect(&ann).await;
    // In steps, so that both give a sign of life in time.
    for _ in 0..20 {
        app.advance(Duration::from_secs(29));
        renewed.done(json!({ "type": "ping" })).await;
        forgotten.done(json!({ "type": "ping" })).await;
    }
    let body = json!({ "refresh_token": ann.refresh_token });
    let tokens = app.client().post("/api/auth/refresh", body).await.expect(200);
    renewed.done(json!({ "type": "auth.renew", "token": tokens["access_token"] })).await;
    app.advance(Duration::from_secs(20));
    assert_eq!(forgotten.closed().await, 4003);
    renewed.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn ws_6_too_much_at_once_is_refused_until_later() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let (mut socket, _) = app.connect(&ann).await;
    for number in 0..20 {
        socket.done(message(room, "x", &format!("n-{number}"))).await;
    }
    assert_eq!(socket.refused(message(room, "x", "n-20")).await, "rate_limited");
    for _ in 0..39 {
        socket.done(json!({ "type": "ping" })).await;
    }
    let refused = socket.command(json!({ "type": "ping" })).await;
    assert_eq!(refused["error"]["code"], "rate_limited");
    assert_eq!(refused["error"]["retry_after_s"], 1);
    app.advance(Duration::from_secs(1));
    socket.done(message(room, "x", "n-20")).await;
}
