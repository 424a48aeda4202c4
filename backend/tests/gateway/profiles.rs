//! Other names and avatars, live.

use reqwest::Method;
use serde_json::json;

use super::room;
use crate::harness::TestApp;

const PICTURE: &[u8] = include_bytes!("../pictures/dot.png");

#[tokio::test]
async fn at_001_8_whoever_shares_a_room_sees_a_new_name_and_a_new_avatar_at_once() {
    let (app, ann, bob, _room) = room().await;
    let second = ann.post("/api/rooms", json!({ "name": "Two" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{second}/join")).await.expect(200);
    let (mut own, _) = app.connect(&ann).await;
    let (mut other, _) = app.connect(&bob).await;
    ann.patch("/api/profiles/me", json!({ "display_name": "Анна" })).await.expect(200);
    let avatar = ann.call(Method::PUT, "/api/profiles/me/avatar").body("image/png", PICTURE);
    let avatar = avatar.send().await.expect(200)["avatar_url"].clone();
    for socket in [&mut own, &mut other] {
        let renamed = socket.expect("profile.updated").await;
        assert_eq!(renamed["profile"]["id"], ann.id);
        assert_eq!(renamed["profile"]["display_name"], "Анна");
        assert_eq!(renamed["profile"]["avatar_url"], json!(null));
        // Once, although they share two rooms: the next one is about the avatar.
        let pictured = socket.expect("profile.updated").await;
        assert_eq!(pictured["profile"]["avatar_url"], avatar);
    }
}

#[tokio::test]
async fn az_16_nobody_else_hears_of_it_and_nobody_hears_of_nothing() {
    let (app, ann, _bob, _room) = room().await;
    let eve = app.sign_up("eve").await;
    let (mut stranger, _) = app.connect(&eve).await;
    let (mut own, _) = app.connect(&ann).await;
    ann.patch("/api/profiles/me", json!({ "locale": "ru" })).await.expect(200);
    ann.patch("/api/profiles/me", json!({ "display_name": "ann" })).await.expect(200);
    ann.delete("/api/profiles/me/avatar").await.expect(204);
    own.silence().await;
    ann.patch("/api/profiles/me", json!({ "bio": "x" })).await.expect(200);
    assert_eq!(own.expect("profile.updated").await["profile"]["bio"], "x");
    stranger.silence().await;
}

#[tokio::test]
async fn who_is_in_no_room_hears_it_on_their_own_devices() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (mut own, _) = app.connect(&ann).await;
    ann.patch("/api/profiles/me", json!({ "status_text": "out" })).await.expect(200);
    assert_eq!(own.expect("profile.updated").await["profile"]["status_text"], "out");
}
