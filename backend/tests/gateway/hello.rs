//! Who comes in, and what they are told.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

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
async fn ws_2_the_token_may_come_with_the_upgrade() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let bearer = format!("Bearer {}", ann.access_token);
    let mut socket = Socket::open_with(app.address, &[("authorization", &bearer)]).await.unwrap();
    socket.send(json!({ "type": "hello" })).await;
    assert_eq!(socket.expect("ready").await["profile"]["id"], ann.id);
}

#[tokio::test]
async fn whoever_asks_for_no_socket_is_told_that_there_is_nothing_else() {
    let app = TestApp::start().await;
    let answer = reqwest::get(format!("http://{}/gateway", app.address)).await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "malformed");
}

#[tokio::test]
async fn ws_2_who_is_not_signed_in_is_turned_away() {
    let app = TestApp::start().await;
    for hello in [
        json!({ "type": "hello" }),
        json!({ "type": "hello", "token": "" }),
        json!({ "type": "hello", "token": "nonsense" }),
    ] {
        let mut socket = app.socket().await;
        socket.send(hello).await;
        let reply = socket.next().await;
        let said = (&reply["type"], &reply["id"], &reply["ok"], &reply["error"]["code"]);
        assert_eq!(said, (&json!("reply"), &Value::Null, &json!(false), &json!("unauthenticated")));
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
async fn ws_2_who_says_nothing_for_five_seconds_is_turned_away() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    app.advance(Duration::from_secs(5));
    assert_eq!(socket.closed().await, 4503);
}

#[tokio::test]
async fn ws_2_nothing_is_done_before_hello_and_hello_is_said_once() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for (frame, code) in [
        (json!({ "type": "ping", "id": "1" }), "unauthenticated"),
        (json!({ "type": "hello", "token": 7 }), "invalid"),
        (json!("hello"), "malformed"),
    ] {
        // One frame, and what is wrong with it: then it is over.
        let mut socket = app.socket().await;
        socket.send(frame.clone()).await;
        assert_eq!(socket.expect("reply").await["error"]["code"], code, "{frame}");
        assert_eq!(socket.closed().await, 4500, "{frame}");
    }
    let mut socket = app.socket().await;
    let hello = json!({ "type": "hello", "token": ann.access_token });
    socket.send(hello.clone()).await;
    socket.expect("caught_up").await;
    socket.send(hello).await;
    assert_eq!(socket.expect("reply").await["error"]["code"], "conflict");
    socket.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn ws_2_more_than_four_kibibytes_are_read_of_few_whose_token_is_not_known_to_be_good() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let mut rooms: serde_json::Map<_, _> =
        (1..8_000).map(|at| ((room + at).to_string(), json!(7))).collect();
    rooms.insert(room.to_string(), json!(1));
    let hello = |token: Value| {
        let resume = json!({ "epoch": "x", "rooms": rooms });
        // In this order: the token comes first.
        format!(r#"{{"type":"hello","token":{token},"resume":{resume}}}"#)
    };
    let good = hello(json!(ann.access_token));
    assert!(good.len() > 60_000);

    let mut socket = app.socket().await;
    socket.say(Message::text(&good)).await;
    assert_eq!(socket.expect("ready").await["profile"]["id"], ann.id);
    socket.expect("caught_up").await;
    // The token may have come with the upgrade.
    let bearer = format!("Bearer {}", ann.access_token);
    let mut socket = Socket::open_with(app.address, &[("authorization", &bearer)]).await.unwrap();
    socket.say(Message::text(hello(Value::Null))).await;
    socket.expect("caught_up").await;

    // JSON has no order: some programs say the token last.
    let last = json!({ "type": "hello", "resume": { "epoch": "x", "rooms": rooms }, "token": ann.access_token });
    assert!(last.to_string().find("token") > Some(60_000));
    let mut socket = app.socket().await;
    socket.send(last).await;
    socket.expect("caught_up").await;

    // Not all of it is sent: it is not waited for.
    let mut socket = app.socket().await;
    socket.say_bytes(&begun(&hello(json!("nonsense")), 4_200)).await;
    assert_eq!(socket.closed().await, 4500);
    // Eight of an address may say so much before it is known who they are.
    let mut strangers = Vec::new();
    for _ in 0..8 {
        let mut socket = app.socket().await;
        socket.say_bytes(&begun(&hello(Value::Null), 4_200)).await;
        strangers.push(socket);
    }
    sleep(Duration::from_millis(300)).await;
    let mut socket = app.socket().await;
    socket.say_bytes(&begun(&hello(Value::Null), 4_200)).await;
    assert_eq!(socket.closed().await, 1009);
    // A short hello is not concerned, and what is long and nonsense is over with its end.
    app.connect(&ann).await;
    drop(strangers);
    sleep(Duration::from_secs(1)).await;
    let mut socket = app.socket().await;
    socket.say(Message::text("x".repeat(5_000))).await;
    assert_eq!(socket.expect("reply").await["error"]["code"], "malformed");
    assert_eq!(socket.closed().await, 4500);
    // What is long and no text, or in pieces, is not looked at.
    for first in [0x82, 0x01] {
        let mut socket = app.socket().await;
        socket.say_bytes(&[first, 0xfe, 0x10, 0x01, 0, 0, 0, 0]).await;
        assert_eq!(socket.closed().await, 1009);
    }
}

/// The beginning of a frame that brings a text, with nothing masked.
fn begun(text: &str, bytes: usize) -> Vec<u8> {
    let mut frame = vec![0x81, 0xff];
    frame.extend(u64::try_from(text.len()).unwrap().to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(text.bytes().take(bytes));
    frame
}

#[tokio::test]
async fn ws_1_pages_of_other_sites_are_not_let_in() {
    let app = TestApp::builder().with("PARLOR_ALLOWED_ORIGINS", "https://app.example.org");
    let app = app.start().await;
    let own = format!("http://{}", app.address);
    for origin in [own.as_str(), "https://app.example.org"] {
        assert!(Socket::open_with(app.address, &[("origin", origin)]).await.is_ok(), "{origin}");
    }
    let port = app.address.port();
    let mut strangers = vec![
        format!("{own}.evil.example"),
        format!("{own}/"),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://localhost:{port}"),
        format!("HTTP://127.0.0.1:{port}"),
        format!("http://user@127.0.0.1:{port}"),
        format!("{own} {own}"),
        format!("{own}, {own}"),
    ];
    strangers.extend(
        [
            "",
            "null",
            "NULL",
            "*",
            "https://evil.example",
            "http://app.example.org",
            "http://127.0.0.1",
            "https://app.example.org:444",
            "https://app.example.org:443",
            "https://app.example.org.",
            "https://app.example.org/",
            "https://APP.example.org",
            "https://app.example.org.evil.example",
            "https://evil.example/app.example.org",
            "https://evil-app.example.org",
            "https://sub.app.example.org",
            "https://example.org",
            "https://app.example.organic",
            "app.example.org",
            "//app.example.org",
            "https:app.example.org",
            "file://",
            "data:text/html,",
            "chrome-extension://abc",
            "https://app.example.org@evil.example",
            "https://xn--pp-gja.example.org",
        ]
        .map(str::to_owned),
    );
    assert!(strangers.len() >= 30);
    for origin in &strangers {
        let opened = Socket::open_with(app.address, &[("origin", origin)]).await;
        assert!(opened.is_err(), "{origin:?}");
    }
    // A cookie is of no use to anybody: neither with an origin of ours nor without one.
    let cookie = format!("parlor_refresh={}", app.sign_up("ann").await.refresh_token);
    for headers in [vec![("cookie", cookie.as_str())], vec![("cookie", &cookie), ("origin", &own)]]
    {
        let mut socket = Socket::open_with(app.address, &headers).await.unwrap();
        socket.send(json!({ "type": "hello" })).await;
        assert_eq!(socket.closed().await, 4500);
    }
}

#[tokio::test]
async fn ws_2_fifty_sockets_of_one_address_may_be_silent_and_no_more() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(app.socket().await);
    }
    assert!(Socket::open_with(app.address, &[]).await.is_err());
    // Who says who they are makes room for another.
    silent[0].hello(&ann.access_token).await;
    silent.push(app.socket().await);
    assert!(Socket::open_with(app.address, &[]).await.is_err());
    // So does who is turned away for saying nothing.
    app.advance(Duration::from_secs(5));
    assert_eq!(silent[1].closed().await, 4503);
    drop(silent.split_off(1));
    let again = async {
        while Socket::open_with(app.address, &[]).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again).await.unwrap();
    // A token is never read from the address.
    let path = format!("ws://{}/gateway?token={}", app.address, ann.access_token);
    let (mut stream, _) = tokio_tungstenite::connect_async(path).await.unwrap();
    let hello = Message::text(r#"{"type":"hello"}"#);
    futures_util::SinkExt::send(&mut stream, hello).await.unwrap();
    let mut said = async || futures_util::StreamExt::next(&mut stream).await.unwrap().unwrap();
    let refusal = said().await.into_text().unwrap();
    assert!(refusal.contains("\"unauthenticated\""), "{refusal}");
    let close = said().await;
    let Message::Close(Some(close)) = close else { panic!("{close}") };
    assert_eq!(u16::from(close.code), 4500);
}
