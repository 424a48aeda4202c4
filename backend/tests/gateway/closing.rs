//! How sockets end.

use std::time::Duration;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::{message, post, room};
use crate::harness::TestApp;

#[tokio::test]
async fn g9_who_signs_out_is_closed_at_once_and_nobody_else() {
    let (app, ann, _bob, _room) = room().await;
    let other_session = app.log_in("ann").await;
    let (mut socket, _) = app.connect(&ann).await;
    let (mut other, _) = app.connect(&other_session).await;
    ann.act("/api/auth/logout").await.expect(204);
    assert_eq!(socket.closed().await, 4501);
    other.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn se_6_the_oldest_of_too_many_sockets_is_closed() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let mut sockets = Vec::new();
    for _ in 0..21 {
        sockets.push(app.connect(&ann).await.0);
    }
    assert_eq!(sockets[0].closed().await, 4505);
    for socket in &mut sockets[1..] {
        socket.done(json!({ "type": "ping" })).await;
    }
}

#[tokio::test]
async fn who_gives_no_sign_of_life_is_closed() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (mut alive, _) = app.connect(&ann).await;
    let (mut dead, _) = app.connect(&ann).await;
    app.advance(Duration::from_secs(30));
    alive.say(Message::Ping(b"?".to_vec().into())).await;
    alive.done(json!({ "type": "ping" })).await;
    app.advance(Duration::from_secs(15));
    assert_eq!(dead.closed().await, 4002);
    alive.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn g14_who_does_not_read_is_cut_off_and_delays_nobody() {
    let (app, ann, bob, room) = room().await;
    let (mut slow, ready) = app.connect(&bob).await;
    let (mut fast, _) = app.connect(&bob).await;
    let (mut sender, _) = app.connect(&ann).await;
    // More than the kernel takes for somebody who reads nothing, in less time than they may do so.
    let body = "😀".repeat(15_000);
    for number in 0..160 {
        sender.begin(message(room, &body, &format!("n-{number}"))).await;
        while sender.next().await["type"] != "reply" {}
        assert_eq!(fast.expect("message.created").await["rev"], 3 + number);
    }
    // What was written before comes; then the end.
    assert_eq!(slow.closed().await, 4001);
    let mut again = app.socket().await;
    let rooms = json!({ room.to_string(): 2 });
    let missed = again.resume(&bob.access_token, &ready["epoch"], rooms).await;
    let counts = missed.iter().map(|sync| sync["messages"].as_array().unwrap().len());
    assert_eq!(counts.sum::<usize>(), 160);
}

#[tokio::test]
async fn before_a_restart_everybody_is_told_and_then_closed() {
    let (app, ann, _bob, _room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    app.hub.drain();
    let draining = socket.expect("draining").await;
    assert!(draining["after_ms"].as_u64().unwrap() <= 10_000);
    assert_eq!(socket.closed().await, 1012);
}

#[tokio::test]
async fn a_socket_that_is_closed_politely_is_answered() {
    let (app, ann, bob, room) = room().await;
    let (socket, _) = app.connect(&bob).await;
    socket.close().await;
    post(&ann, room, "nobody hears this").await;
}
