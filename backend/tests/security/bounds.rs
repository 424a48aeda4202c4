//! How much is too much, whoever asks.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    gateway::room,
    harness::{Socket, TestApp},
};

#[tokio::test]
async fn do_3_a_person_makes_a_hundred_rooms_a_day() {
    let app = TestApp::builder().with_limits().start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let make =
        async |at: usize| ann.post("/api/rooms", json!({ "name": format!("Room {at}") })).await;
    for at in 0..100 {
        make(at).await.expect(201);
        // Within what one may ask at all.
        app.advance(Duration::from_millis(100));
    }
    let refused = make(100).await.refused(429, "rate_limited");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 60);
    let direct = format!("/api/rooms/direct/{}", bob.id);
    ann.put_empty(&direct).await.refused(429, "rate_limited");
    // What is there is opened all the same.
    bob.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(201);
    ann.put_empty(&direct).await.expect(200);
    app.advance(Duration::from_secs(86_400));
    let again = app.log_in("ann").await;
    again.post("/api/rooms", json!({ "name": "Tomorrow" })).await.expect(201);
}

#[tokio::test]
async fn do_3_who_comes_and_goes_all_the_time_and_who_searches_is_slowed_down() {
    let app = TestApp::builder().with_limits().start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}");
    // As fast as calls may come at all, which is ten times as often as the history takes.
    let mut done = 0;
    let refused = loop {
        app.advance(Duration::from_millis(20));
        let act = if done % 2 == 0 { "join" } else { "leave" };
        let answer = bob.act(&format!("{path}/{act}")).await;
        if answer.status == 429 {
            break answer;
        }
        assert!(matches!(answer.status, 200 | 204), "{}", answer.text);
        done += 1;
    };
    assert!((200..240).contains(&done), "{done}");
    refused.refused(429, "rate_limited");
    let rename = bob.patch(&path, json!({ "name": "Mine" })).await;
    assert!(matches!(rename.status, 403 | 429), "{}", rename.text);
    // Nobody else pays for it.
    ann.patch(&path, json!({ "name": "Coffee" })).await.expect(200);

    let search = "/api/messages?search=tea";
    let mut done = 0;
    while ann.get(search).await.status == 200 {
        app.advance(Duration::from_millis(20));
        done += 1;
    }
    assert!((60..110).contains(&done), "{done}");
    ann.get(search).await.refused(429, "rate_limited");
    app.advance(Duration::from_secs(1));
    ann.get(search).await.expect(200);
}

#[tokio::test]
async fn do_3_edits_and_reactions_are_counted_together_and_a_page_has_a_hundred_at_the_most() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}/messages");
    let id = ann.post(&path, json!({ "body": "x" })).await.expect(201).id();
    let message = format!("/api/messages/{id}");
    for at in 0..40 {
        ann.patch(&message, json!({ "body": format!("{at}") })).await.expect(200);
    }
    ann.patch(&message, json!({ "body": "more" })).await.refused(429, "rate_limited");
    let thumb = format!("{message}/reactions/%F0%9F%91%8D");
    ann.put_empty(&thumb).await.refused(429, "rate_limited");
    // What may be sent is counted by itself.
    for _ in 0..19 {
        ann.post(&path, json!({ "body": "x" })).await.expect(201);
    }
    ann.post(&path, json!({ "body": "x" })).await.refused(429, "rate_limited");
    app.advance(Duration::from_secs(60));
    for list in ["rooms", "profiles", "messages", "profiles/blocks"] {
        let list = format!("/api/{list}?limit");
        ann.get(&format!("{list}=101")).await.invalid(&["limit:out_of_range"]);
        ann.get(&format!("{list}=0")).await.invalid(&["limit:out_of_range"]);
        ann.get(&format!("{list}=100")).await.expect(200);
    }
    ann.get(&format!("{path}?limit=101")).await.invalid(&["limit:out_of_range"]);
}

#[tokio::test]
async fn do_5_whatever_a_client_says_it_holds_it_is_told_what_is_its_own_and_soon() {
    let (app, ann, _bob, room) = room().await;
    for at in 0..30 {
        let body = json!({ "body": format!("{at}") });
        ann.post(&format!("/api/rooms/{room}/messages"), body).await.expect(201);
    }
    let (_socket, ready) = app.connect(&ann).await;
    let epoch = &ready["epoch"];
    // As many rooms as a frame can name, of which one is hers.
    let many: serde_json::Map<String, Value> =
        (0..9_000).map(|id| (format!("{}", room + id), json!(0))).collect();
    let began = std::time::Instant::now();
    let mut socket = app.socket().await;
    let missed = socket.resume(&ann.access_token, epoch, Value::Object(many)).await;
    assert!(missed.iter().all(|it| it["type"] == "sync" && it["room_id"] == room), "{missed:?}");
    let told: usize = missed.iter().map(|it| it["messages"].as_array().unwrap().len()).sum();
    assert!(told >= 30, "{told}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // What can't be is answered with a new beginning, or refused.
    for forged in
        [json!(i64::MAX), json!(-1), json!(1_000_000), json!("5"), json!(1.5), json!(null)]
    {
        let mut socket = app.socket().await;
        let resume = json!({ "epoch": epoch, "rooms": { room.to_string(): forged } });
        let hello = json!({ "type": "hello", "token": ann.access_token, "resume": resume });
        socket.send(hello).await;
        let frame = socket.next().await;
        if frame["type"] == "reply" {
            assert_eq!(frame["error"]["code"], "invalid", "{frame}");
        } else {
            assert_eq!(frame["type"], "ready");
            let sync = socket.next().await;
            assert_eq!((&sync["type"], &sync["reset"]), (&json!("sync"), &json!(true)), "{forged}");
        }
    }
    for after in ["0", "999999", "9007199254740991"] {
        let path = format!("/api/rooms/{room}/changes?after={after}&limit=1000");
        let answer = ann.get(&path).await;
        assert!(matches!(answer.status, 200 | 422), "{after}: {}", answer.text);
    }
}

#[tokio::test]
async fn ws_6_who_floods_is_ended_and_who_does_not_close_is_cut() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let (mut flood, _) = app.connect(&ann).await;
    for _ in 0..61 {
        flood.say(Message::Ping(b"?".to_vec().into())).await;
    }
    assert_eq!(flood.closed().await, 4504);
    let (mut other, _) = app.connect(&ann).await;
    other.done(json!({ "type": "ping" })).await;
}

#[tokio::test]
async fn ws_8_nothing_is_compressed_whatever_is_offered() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let offer = "permessage-deflate; client_max_window_bits; server_no_context_takeover";
    let headers = [("sec-websocket-extensions", offer)];
    let (_, response) = {
        use tokio_tungstenite::tungstenite::client::IntoClientRequest;
        let mut request = format!("ws://{}/gateway", app.address).into_client_request().unwrap();
        request.headers_mut().insert(headers[0].0, headers[0].1.parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap()
    };
    assert!(!response.headers().contains_key("sec-websocket-extensions"));
    let mut socket = Socket::open_with(app.address, &headers).await.unwrap();
    socket.hello(&ann.access_token).await;
}
