//! Who is told of who is here.

use std::time::Duration;

use serde_json::{Value, json};

use super::room;
use crate::harness::{Person, Socket, TestApp};

/// Longer than what is collected before it is told.
const SOON: Duration = Duration::from_millis(300);
/// Longer than the grace.
const LATER: Duration = Duration::from_secs(4);

async fn enter(socket: &mut Socket, room: i64) -> Value {
    socket.done(json!({ "type": "room.enter", "room_id": room })).await["online"].clone()
}

/// A socket that has heard of its own coming, so that what it hears next is about others.
async fn settled(app: &TestApp, person: &Person) -> Socket {
    let (mut socket, _) = app.connect(person).await;
    app.advance(SOON);
    while socket.ambient("presence.changed").await["user_id"] != person.id {}
    while socket.ambient("room.counts").await["counts"] == json!({}) {}
    socket
}

#[tokio::test]
async fn at_002_14_who_comes_and_goes_is_told_to_those_who_share_a_room() {
    let (app, ann, bob, room) = room().await;
    let carl = app.sign_up("carl").await;
    let mut stranger = app.socket().await;
    stranger.hello(&carl.access_token).await;
    let mut socket = settled(&app, &ann).await;
    assert_eq!(enter(&mut socket, room).await, json!([ann.id]));
    let (bob_socket, _) = app.connect(&bob).await;
    app.advance(SOON);
    let changed = socket.ambient("presence.changed").await;
    assert_eq!((&changed["user_id"], &changed["presence"]), (&json!(bob.id), &json!("online")));
    let moved = socket.ambient("room.presence").await;
    assert_eq!(moved["joined"], json!([bob.id]));
    assert_eq!((&moved["left"], &moved["online_count"]), (&json!([]), &json!(2)));
    let profile = ann.get(&format!("/api/profiles/{}", bob.id)).await.expect(200);
    assert_eq!(profile["presence"], "online");

    assert_eq!(socket.ambient("room.counts").await["counts"], json!({ room.to_string(): 2 }));
    bob_socket.close().await;
    app.has_sockets(2).await;
    app.advance(SOON);
    socket.calm().await;
    app.advance(LATER);
    let changed = socket.ambient("presence.changed").await;
    assert_eq!((&changed["user_id"], &changed["presence"]), (&json!(bob.id), &json!("offline")));
    let moved = socket.ambient("room.presence").await;
    assert_eq!((&moved["left"], &moved["online_count"]), (&json!([bob.id]), &json!(1)));
    let profile = ann.get(&format!("/api/profiles/{}", bob.id)).await.expect(200);
    assert_eq!(profile["presence"], "offline");
    let ready = stranger.ambient("presence.changed").await;
    assert_eq!(ready["user_id"], carl.id, "a stranger hears of nobody else");
    while let Ok(told) = tokio::time::timeout(SOON, stranger.ambient("presence.changed")).await {
        assert_eq!(told["user_id"], carl.id);
    }
}

#[tokio::test]
async fn at_002_20_g12_closing_one_of_two_tabs_or_reconnecting_soon_changes_nothing() {
    let (app, ann, bob, room) = room().await;
    let (first, _) = app.connect(&bob).await;
    let (second, _) = app.connect(&bob).await;
    let mut socket = settled(&app, &ann).await;
    enter(&mut socket, room).await;
    app.advance(SOON);
    tokio::time::sleep(SOON).await;
    socket.done(json!({ "type": "ping" })).await;
    socket.forget_ambient();
    first.close().await;
    app.advance(LATER);
    socket.calm().await;
    second.close().await;
    app.advance(Duration::from_millis(2_900));
    socket.calm().await;
    let (_back, _) = app.connect(&bob).await;
    app.advance(LATER);
    socket.calm().await;
    let path = format!("/api/profiles/{}", bob.id);
    assert_eq!(ann.get(&path).await.expect(200)["presence"], "online");
}

#[tokio::test]
async fn what_one_chooses_to_show_is_told_by_either_door() {
    let (app, ann, bob, _room) = room().await;
    let mut ann_socket = settled(&app, &ann).await;
    let (mut bob_socket, _) = app.connect(&bob).await;
    app.advance(SOON);
    assert_eq!(ann_socket.ambient("presence.changed").await["presence"], "online");
    let away = json!({ "type": "presence.set", "presence": "away", "status_text": "Lunch" });
    assert_eq!(bob_socket.done(away).await, json!({}));
    app.advance(SOON);
    assert_eq!(ann_socket.ambient("presence.changed").await["presence"], "away");
    let profile = ann.get(&format!("/api/profiles/{}", bob.id)).await.expect(200);
    assert_eq!((&profile["presence"], &profile["status_text"]), (&"away".into(), &"Lunch".into()));
    bob.patch("/api/profiles/me", json!({ "presence": "busy" })).await.expect(200);
    app.advance(SOON);
    assert_eq!(ann_socket.ambient("presence.changed").await["presence"], "busy");
    for (command, expected) in [
        (json!({ "type": "presence.set" }), "invalid presence:required"),
        (json!({ "type": "presence.set", "presence": "gone" }), "invalid presence:malformed"),
        (
            json!({ "type": "presence.set", "presence": "away", "status_text": "x".repeat(81) }),
            "invalid status_text:too_long",
        ),
    ] {
        assert_eq!(bob_socket.refused(command.clone()).await, expected, "{command}");
    }
}

#[tokio::test]
async fn at_000_13_who_shows_to_be_offline_hears_everything_and_is_seen_nowhere() {
    let (app, ann, bob, room) = room().await;
    let mut socket = settled(&app, &ann).await;
    enter(&mut socket, room).await;
    let (mut hidden, _) = app.connect(&bob).await;
    app.advance(SOON);
    assert_eq!(socket.ambient("presence.changed").await["presence"], "online");
    assert_eq!(socket.ambient("room.presence").await["joined"], json!([bob.id]));

    assert_eq!(members(&ann, room, true).await, [ann.id, bob.id]);
    assert_eq!(members(&ann, room, false).await, [0; 0]);
    let hide = json!({ "type": "presence.set", "presence": "offline" });
    assert_eq!(hidden.done(hide).await, json!({}));
    app.advance(SOON);
    let changed = socket.ambient("presence.changed").await;
    assert_eq!((&changed["user_id"], &changed["presence"]), (&json!(bob.id), &json!("offline")));
    let moved = socket.ambient("room.presence").await;
    assert_eq!((&moved["left"], &moved["online_count"]), (&json!([bob.id]), &json!(1)));
    assert_eq!(socket.expect("profile.updated").await["profile"]["presence"], "offline");
    is_hidden(&ann, &bob, room).await;
    assert_eq!(enter(&mut socket, room).await, json!([ann.id]));
    let me = bob.get("/api/profiles/me").await.expect(200);
    assert_eq!(me["presence"], "offline");

    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": "psst" });
    assert_eq!(socket.refused(whisper.clone()).await, "not_online");
    enter(&mut hidden, room).await;
    hidden.done(json!({ "type": "typing.start", "room_id": room })).await;
    socket.silence().await;
    socket.done(json!({ "type": "typing.start", "room_id": room })).await;
    assert_eq!(hidden.expect("typing.started").await["user_id"], ann.id);
    let sent = json!({ "type": "message.send", "room_id": room, "body": "Bob?", "nonce": "n1" });
    socket.done(sent).await;
    assert_eq!(hidden.expect("message.created").await["message"]["body"], "Bob?");
    ann.patch("/api/profiles/me", json!({ "bio": "new" })).await.expect(200);
    assert_eq!(hidden.expect("profile.updated").await["profile"]["bio"], "new");

    // Neither going nor coming back is told.
    socket.forget_ambient();
    hidden.close().await;
    app.has_sockets(1).await;
    app.advance(LATER);
    let (mut hidden, ready) = app.connect(&bob).await;
    assert_eq!(ready["profile"]["presence"], "offline");
    app.advance(SOON);
    socket.calm().await;
    is_hidden(&ann, &bob, room).await;

    bob.patch("/api/profiles/me", json!({ "presence": "busy" })).await.expect(200);
    app.advance(SOON);
    assert_eq!(socket.ambient("presence.changed").await["presence"], "busy");
    let moved = socket.ambient("room.presence").await;
    assert_eq!((&moved["joined"], &moved["online_count"]), (&json!([bob.id]), &json!(2)));
    socket.done(whisper).await;
    assert_eq!(hidden.expect("whispered").await["body"], "psst");
}

/// Bob is online nowhere where Ann could see it.
async fn is_hidden(ann: &Person, bob: &Person, room: i64) {
    let profile = ann.get(&format!("/api/profiles/{}", bob.id)).await.expect(200);
    assert_eq!(profile["presence"], "offline");
    let online = ann.get("/api/profiles?online=true").await.expect(200);
    let online: Vec<_> = online["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(online, [&json!(ann.id)]);
    assert_eq!(members(ann, room, true).await, [ann.id]);
    assert_eq!(members(ann, room, false).await, [bob.id]);
    let room = ann.get(&format!("/api/rooms/{room}")).await.expect(200);
    assert_eq!(room["online_count"], 1);
}

/// Who is listed among the members of a room that are online, or are not.
async fn members(person: &Person, room: i64, online: bool) -> Vec<i64> {
    let list = person.get(&format!("/api/rooms/{room}/members?online={online}")).await.expect(200);
    let items = list["items"].as_array().unwrap();
    items.iter().map(|member| member["profile"]["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn az_16_only_who_has_entered_a_room_is_told_who_comes_to_it() {
    let (app, ann, bob, room) = room().await;
    let mut socket = settled(&app, &ann).await;
    enter(&mut socket, room).await;
    socket.done(json!({ "type": "room.exit", "room_id": room })).await;
    let (_bob_socket, _) = app.connect(&bob).await;
    app.advance(SOON);
    assert_eq!(socket.ambient("presence.changed").await["user_id"], bob.id);
    let counts = socket.ambient("room.counts").await;
    assert_eq!(counts["counts"], json!({ room.to_string(): 2 }));
    socket.calm().await;
}

#[tokio::test]
async fn at_002_17_counts_are_told_of_rooms_that_one_may_see_and_no_others() {
    let (app, ann, bob, room) = room().await;
    let hidden = ann.post("/api/rooms", json!({ "name": "Secret", "invite_only": true })).await;
    let hidden = hidden.expect(201).id();
    let carl = app.sign_up("carl").await;
    let mut stranger = app.socket().await;
    stranger.hello(&carl.access_token).await;
    stranger.expect("caught_up").await;
    let (mut socket, _) = app.connect(&ann).await;
    app.advance(SOON);
    let expected = json!({ room.to_string(): 1, hidden.to_string(): 1 });
    let mut told = json!({});
    while told != expected {
        let frame = socket.ambient("room.counts").await;
        for (id, count) in frame["counts"].as_object().unwrap() {
            told[id] = count.clone();
        }
    }
    assert_eq!(
        stranger.ambient("room.counts").await["counts"],
        json!({ room.to_string(): 1 }),
        "a room that everybody may see, and not the other"
    );
    let (_bob_socket, _) = app.connect(&bob).await;
    app.advance(SOON);
    let frame = stranger.ambient("room.counts").await;
    assert_eq!(frame["counts"], json!({ room.to_string(): 2 }));
}

#[tokio::test]
async fn who_leaves_a_room_is_not_in_it_at_once() {
    let (app, ann, bob, room) = room().await;
    let (_bob_socket, _) = app.connect(&bob).await;
    let mut socket = settled(&app, &ann).await;
    assert_eq!(enter(&mut socket, room).await, json!([ann.id, bob.id]));
    app.advance(SOON);
    tokio::time::sleep(SOON).await;
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    app.advance(SOON);
    loop {
        let moved = socket.ambient("room.presence").await;
        if moved["left"] == json!([bob.id]) {
            assert_eq!(moved["online_count"], 1);
            break;
        }
        assert!(moved["left"] == json!([]), "{moved}");
    }
}
