//! Coming back: nothing is missed, however long it was, and nothing comes twice.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{message, post, room};
use crate::harness::{Person, TestApp};

async fn come_back(app: &TestApp, person: &Person, epoch: &Value, rooms: Value) -> Vec<Value> {
    app.socket().await.resume(&person.access_token, epoch, rooms).await
}

#[tokio::test]
async fn at_002_20_g5_what_was_missed_comes_before_caught_up() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, ready) = app.connect(&bob).await;
    post(&ann, room, "heard").await;
    let rev = socket.expect("message.created").await["rev"].as_i64().unwrap();
    socket.close().await;
    for body in ["one", "two", "three"] {
        post(&ann, room, body).await;
    }
    let epoch = &ready["epoch"];
    let missed = come_back(&app, &bob, epoch, json!({ room.to_string(): rev })).await;
    let [sync] = missed.as_slice() else { panic!("{missed:?}") };
    let bodies: Vec<_> =
        sync["messages"].as_array().unwrap().iter().map(|it| &it["body"]).collect();
    assert_eq!(bodies, ["one", "two", "three"]);
    assert_eq!((&sync["from"], &sync["to"]), (&json!(rev), &json!(rev + 3)));
    assert_eq!(sync["reset"], false);
    let nothing = come_back(&app, &bob, epoch, json!({ room.to_string(): rev + 3 })).await;
    assert!(nothing.is_empty(), "{nothing:?}");
}

#[tokio::test]
async fn g5_what_was_missed_comes_in_its_present_form_as_rest_has_it() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, ready) = app.connect(&bob).await;
    post(&ann, room, "a question").await;
    let asked = bob.get(&format!("/api/rooms/{room}/messages?limit=1")).await.expect(200);
    let asked = &asked["items"][0]["id"];
    let rev = socket.expect("message.created").await["rev"].as_i64().unwrap();
    socket.close().await;
    let reply = json!({ "body": "an answer", "reply_to": asked });
    ann.post(&format!("/api/rooms/{room}/messages"), reply).await.expect(201);
    ann.patch(&format!("/api/messages/{asked}"), json!({ "body": "a riddle" })).await.expect(200);
    ann.patch("/api/profiles/me", json!({ "display_name": "Anna" })).await.expect(200);
    let missed = come_back(&app, &bob, &ready["epoch"], json!({ room.to_string(): rev })).await;
    let changes = format!("/api/rooms/{room}/changes?after={rev}");
    let changes = bob.get(&changes).await.expect(200);
    assert_eq!(missed[0]["messages"], changes["messages"]);
    assert_eq!(missed[0]["messages"][0]["reply_to"]["excerpt"], "a riddle");
    assert_eq!(missed[0]["messages"][0]["author"]["display_name"], "Anna");
}

#[tokio::test]
async fn g5_a_cursor_older_than_what_is_in_memory_works_as_well() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, ready) = app.connect(&ann).await;
    for batch in 0..30 {
        for number in batch * 50..(batch + 1) * 50 {
            socket.begin(message(room, &number.to_string(), &format!("n-{number}"))).await;
        }
        for _ in 0..50 {
            assert_eq!(socket.expect("reply").await["ok"], true);
        }
    }
    let missed = come_back(&app, &bob, &ready["epoch"], json!({ room.to_string(): 0 })).await;
    assert!(missed.len() > 1);
    let mut cursor = 0;
    let mut revs = Vec::new();
    for sync in &missed {
        assert_eq!(sync["from"], cursor);
        cursor = sync["to"].as_i64().unwrap();
        let messages = sync["messages"].as_array().unwrap();
        revs.extend(messages.iter().map(|it| it["rev"].as_i64().unwrap()));
    }
    assert_eq!(revs, (1..=1_502).collect::<Vec<_>>());
}

#[tokio::test]
async fn g6_a_cursor_of_another_history_is_reset() {
    let (app, ann, _bob, room) = room().await;
    post(&ann, room, "here").await;
    let (_socket, ready) = app.connect(&ann).await;
    for (epoch, cursor) in [(&json!("another"), 1), (&ready["epoch"], 1_000)] {
        let missed = come_back(&app, &ann, epoch, json!({ room.to_string(): cursor })).await;
        let [sync] = missed.as_slice() else { panic!("{missed:?}") };
        assert_eq!((&sync["reset"], &sync["to"]), (&json!(true), &json!(3)));
        assert_eq!(sync["messages"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn rooms_that_one_is_not_in_are_not_told_of() {
    let (app, ann, _bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let (_socket, ready) = app.connect(&ann).await;
    let rooms = json!({ room.to_string(): 0, "999999": 0 });
    assert!(come_back(&app, &carl, &ready["epoch"], rooms).await.is_empty());
}

#[tokio::test]
async fn the_author_who_comes_back_knows_the_message_by_its_nonce() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, ready) = app.connect(&ann).await;
    socket.done(message(room, "mine", "n-1")).await;
    for (person, nonce) in [(&ann, json!("n-1")), (&bob, json!(null))] {
        let missed = come_back(&app, person, &ready["epoch"], json!({ room.to_string(): 2 })).await;
        assert_eq!(missed[0]["messages"][0]["nonce"], nonce);
    }
}

#[tokio::test]
async fn ws_5_a_place_to_go_on_from_is_an_object_that_names_each_room_once() {
    let (app, ann, _, room) = room().await;
    let (_, ready) = app.connect(&ann).await;
    let epoch = &ready["epoch"];
    for wrong in [
        format!("[{epoch},{{}}]"),
        format!(r#"{{"epoch":{epoch},"rooms":[]}}"#),
        format!(r#"{{"epoch":{epoch},"rooms":{{"{room}":1,"{room}":2}}}}"#),
        format!(r#"{{"epoch":{epoch},"rooms":{{"0{room}":1}}}}"#),
        format!(r#"{{"epoch":{epoch},"rooms":{{"+{room}":1}}}}"#),
        format!(r#"{{"epoch":{epoch},"rooms":{{"{room}":-1}}}}"#),
        format!(r#"{{"epoch":{epoch},"epoch":{epoch},"rooms":{{}}}}"#),
    ] {
        let mut socket = app.socket().await;
        let hello =
            format!(r#"{{"type":"hello","token":"{}","resume":{wrong}}}"#, ann.access_token);
        socket.say(Message::text(hello)).await;
        let reply = socket.expect("reply").await;
        assert_eq!((&reply["ok"], &reply["error"]["code"]), (&json!(false), &json!("invalid")));
    }
    let (mut socket, _) = app.connect(&ann).await;
    let list = json!({ "type": "room.enter", "room_id": room, "after": [epoch, 0] });
    assert!(socket.refused(list).await.starts_with("invalid after"));
}
