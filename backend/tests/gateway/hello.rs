//! Who comes in, and what they are told.

use std::time::Duration;

use serde_json::json;

use super::{room, told};
use crate::harness::{Socket, TestApp};

#[tokio::test]
async fn hello_is_answered_with_how_things_stand() {
    let (app, ann, _bob, room) = room().await;
    let (_socket, ready) = app.connect(&ann).await;
    assert_eq!((&ready["profile"]["username"], &ready["heartbeat_s"]), (&json!("ann"), &json!(20)));
    let told = told(&ready, room);
    assert_eq!((&told["head"], &told["me"]["role"]), (&json!(2), &json!("owner")));
}

#[tokio::test]
async fn the_token_may_come_with_the_upgrade() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let bearer = format!("Bearer {}", ann.access_token);
    let mut socket = Socket::open_with(app.address, &[("authorization", &bearer)]).await.unwrap();
    socket.send(json!({ "type": "hello" })).await;
    assert_eq!(socket.expect("ready").await["profile"]["id"], ann.id);
}

#[tokio::test]
async fn who_is_not_signed_in_is_turned_away() {
    let app = TestApp::start().await;
    for hello in [
        json!({ "type": "hello" }),
        json!({ "type": "hello", "token": "" }),
        json!({ "type": "hello", "token": "nonsense" }),
    ] {
        let mut socket = app.socket().await;
        socket.send(hello).await;
        assert_eq!(socket.closed().await, 4500);
    }
}

#[tokio::test]
async fn a_token_that_ran_out_is_to_be_renewed_first() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    app.advance(Duration::from_secs(11 * 60));
    let mut socket = app.socket().await;
    socket.send(json!({ "type": "hello", "token": ann.access_token })).await;
    assert_eq!(socket.closed().await, 4003);
}

#[tokio::test]
async fn g9_a_session_that_has_ended_does_not_come_in() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    ann.act("/api/auth/logout").await.expect(204);
    let mut socket = app.socket().await;
    socket.send(json!({ "type": "hello", "token": ann.access_token })).await;
    assert_eq!(socket.closed().await, 4501);
}

#[tokio::test]
async fn who_says_nothing_for_five_seconds_is_turned_away() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    app.advance(Duration::from_secs(5));
    assert_eq!(socket.closed().await, 4503);
}

#[tokio::test]
async fn nothing_is_done_before_hello_and_hello_is_said_once() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let mut socket = app.socket().await;
    assert_eq!(socket.refused(json!({ "type": "ping" })).await, "unauthenticated");
    let hello = json!({ "type": "hello", "token": ann.access_token });
    socket.send(hello.clone()).await;
    socket.expect("caught_up").await;
    socket.send(hello).await;
    assert_eq!(socket.expect("reply").await["error"]["code"], "conflict");
    socket.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn pages_of_other_sites_are_not_let_in() {
    let app = TestApp::builder().with("PARLOR_ALLOWED_ORIGINS", "https://app.example.org");
    let app = app.start().await;
    let own = format!("http://{}", app.address);
    for origin in [own.as_str(), "https://app.example.org"] {
        assert!(Socket::open_with(app.address, &[("origin", origin)]).await.is_ok(), "{origin}");
    }
    let similar = format!("http://{}.evil.example", app.address);
    for origin in ["https://evil.example", "null", &similar, "https://app.example.org:444"] {
        assert!(Socket::open_with(app.address, &[("origin", origin)]).await.is_err(), "{origin}");
    }
}
