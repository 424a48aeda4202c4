//! What administration does to sockets.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Machine, TestApp};

#[tokio::test]
async fn se_2_who_is_deactivated_is_closed_at_once() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root-of-all").await, app.sign_up("ann").await);
    let (mut socket, _) = app.connect(&ann).await;
    let path = format!("/api/admin/users/{}", ann.id);
    root.patch(&path, json!({ "is_active": false })).await.expect(200);
    assert_eq!(socket.closed().await, 4502);
    ann.get("/api/rooms").await.refused(401, "account_deactivated");
    let mut again = app.socket().await;
    again.send(json!({ "type": "hello", "token": ann.access_token })).await;
    assert_eq!(again.closed().await, 4502);
}

#[tokio::test]
async fn se_2_who_is_deleted_is_closed_at_once_and_others_see_the_texts_go() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root-of-all").await, app.sign_up("ann").await);
    let bob = app.sign_up("bob").await;
    let room = bob.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    ann.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let path = format!("/api/rooms/{room}/messages");
    ann.post(&path, json!({ "body": "to be gone" })).await.expect(201);
    let (mut socket, _) = app.connect(&ann).await;
    let (mut watching, _) = app.connect(&bob).await;
    root.delete(&format!("/api/admin/users/{}", ann.id)).await.expect(200);
    assert_eq!(socket.closed().await, 4502);
    let left = watching.expect("message.created").await;
    assert_eq!((&left["message"]["kind"], &left["rev"]), (&json!("left"), &json!(4)));
    let gone = watching.expect("message.deleted").await;
    assert_eq!((&gone["message"]["seq"], &gone["rev"]), (&json!(3), &json!(5)));
}

#[tokio::test]
async fn at_000_11_g9_se_3_who_is_staff_no_longer_leaves_the_rooms_for_staff_at_once() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root-of-all").await, app.sign_up("ann").await);
    let user = format!("/api/admin/users/{}", ann.id);
    root.patch(&user, json!({ "is_staff": true })).await.expect(200);
    let room = json!({ "name": "Staff", "staff_only": true });
    let room = root.post("/api/admin/rooms", room).await.expect(201).id();
    ann.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut socket, _) = app.connect(&ann).await;
    socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    let machine = Machine::watch();
    root.patch(&user, json!({ "is_staff": false })).await.expect(200);
    let told = Instant::now();
    assert_eq!(socket.closed().await, 4003);
    assert!(told.elapsed() < Duration::from_secs(1) + machine.slack(), "{:?}", told.elapsed());
    let path = format!("/api/rooms/{room}/messages");
    root.post(&path, json!({ "body": "for staff" })).await.expect(201);
    ann.get(&path).await.refused(403, "room_staff_only");
    let (mut socket, ready) = app.connect(&ann).await;
    assert_eq!(ready["rooms"], json!([]));
    let enter = json!({ "type": "room.enter", "room_id": room });
    assert_eq!(socket.refused(enter).await, "room_staff_only");
    let send = json!({ "type": "message.send", "room_id": room, "body": "x", "nonce": "after" });
    assert_eq!(socket.refused(send).await, "room_staff_only");
    ann.act(&format!("/api/rooms/{room}/join")).await.refused(403, "room_staff_only");
}

#[tokio::test]
async fn whoever_administers_a_room_from_outside_tells_how_many_are_online_in_it() {
    let (app, ann, bob, room) = super::room().await;
    let root = app.superuser("root-of-all").await;
    let (mut socket, _) = app.connect(&ann).await;
    let (_other, _) = app.connect(&bob).await;
    root.patch(&format!("/api/admin/rooms/{room}"), json!({ "topic": "new" })).await.expect(200);
    let updated = socket.expect("room.updated").await;
    assert_eq!(
        (&updated["room"]["topic"], &updated["room"]["online_count"]),
        (&"new".into(), &2.into())
    );
}

#[tokio::test]
async fn a_session_that_staff_end_is_closed() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root-of-all").await, app.sign_up("ann").await);
    let (mut socket, ready) = app.connect(&ann).await;
    let id = &ready["session_id"];
    root.delete(&format!("/api/admin/sessions/{id}")).await.expect(200);
    assert_eq!(socket.closed().await, 4501);
}
