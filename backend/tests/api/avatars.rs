//! Avatars: uploaded, served, taken away.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp};

const AVATAR: &str = "/api/profiles/me/avatar";
/// Eight pixels, red and blue.
const PICTURE: &[u8] = include_bytes!("../pictures/dot.png");

async fn upload(person: &Person, kind: &str, picture: impl Into<Vec<u8>>) -> Answer {
    person.call(Method::PUT, AVATAR).body(kind, picture).send().await
}

/// The address of the avatar in an upload's answer.
fn url(answer: &Answer) -> String {
    answer["avatar_url"].as_str().unwrap().to_owned()
}

async fn own_url(person: &Person) -> Value {
    person.get("/api/profiles/me").await.expect(200)["avatar_url"].clone()
}

#[tokio::test]
async fn an_avatar_is_served_at_four_sizes_to_whoever_knows_its_address() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    assert_eq!(own_url(&ann).await, Value::Null);
    let url = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    let (base, size) = url.rsplit_once('/').unwrap();
    assert!(base.starts_with("/media/avatars/") && base.len() == 15 + 32 && size == "128", "{url}");
    let profile = bob.get(&format!("/api/profiles/{}", ann.id)).await.expect(200);
    assert_eq!(profile["avatar_url"], url);
    for size in [32, 64, 128, 256] {
        let picture = app.client().get(&format!("{base}/{size}")).await.expect(200);
        assert!(picture.bytes.starts_with(b"RIFF") && &picture.bytes[8..12] == b"WEBP");
    }
    for nothing in ["/100", "/0128", "/+128", "/", "", "/128.webp", "/../../parlor.db"] {
        app.client().get(&format!("{base}{nothing}")).await.refused(404, "not_found");
    }
    let other = format!("/media/avatars/{}/128", "0".repeat(32));
    app.client().get(&other).await.refused(404, "not_found");
}

#[tokio::test]
async fn fi_3_an_avatar_is_served_so_that_it_can_only_be_a_picture() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let url = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    let picture = app.client().get(&url).await.expect(200);
    for (name, expected) in [
        ("content-type", "image/webp"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(picture.header(name), expected, "{name}");
    }
}

#[tokio::test]
async fn authors_are_shown_with_their_avatars_also_under_old_messages() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let messages = format!("/api/rooms/{room}/messages");
    ann.post(&messages, json!({ "body": "hello" })).await.expect(201);
    let url = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    let history = ann.get(&messages).await.expect(200);
    for message in history["items"].as_array().unwrap() {
        assert_eq!(message["author"]["avatar_url"], url);
    }
}

#[tokio::test]
async fn fi_1_what_is_no_picture_by_its_type_or_by_its_content_is_refused() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let before = app.database.dump();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (kind, body) in [
        ("image/svg+xml", svg.as_bytes()),
        ("image/png", svg.as_bytes()),
        ("image/png", b"<!doctype html><script>alert(1)</script>"),
        ("image/gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
        ("image/webp", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
        ("image/png", b""),
        ("application/json", b"{}"),
        ("application/octet-stream", PICTURE),
        ("text/html", PICTURE),
    ] {
        upload(&ann, kind, body).await.refused(415, "unsupported_media_type");
    }
    let bare = ann.call(Method::PUT, AVATAR).send().await;
    bare.refused(415, "unsupported_media_type");
    let cut = &PICTURE[..PICTURE.len() - 20];
    upload(&ann, "image/png", cut).await.invalid(&["image:malformed"]);
    // The name of a kind does not matter as long as it is one of the three.
    assert_eq!(app.database.dump(), before);
    upload(&ann, "image/jpeg", PICTURE).await.expect(200);
}

#[tokio::test]
async fn fi_2_what_is_too_large_is_refused_before_it_is_decoded() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let before = app.database.dump();
    upload(&ann, "image/png", vec![0; 2 * 1024 * 1024 + 1]).await.refused(413, "too_large");
    let mut huge = PICTURE.to_vec();
    huge[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    upload(&ann, "image/png", huge).await.invalid(&["image:too_many_pixels"]);
    let mut animated = PICTURE.to_vec();
    animated.splice(33..33, *b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0");
    upload(&ann, "image/png", animated).await.invalid(&["image:animated"]);
    assert_eq!(app.database.dump(), before);
    let folder = app.data_dir().join("media").join("avatars");
    assert!(!folder.exists() || std::fs::read_dir(folder).unwrap().count() == 0);
}

#[tokio::test]
async fn another_avatar_has_another_address_and_the_old_one_stays_for_a_while() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let first = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    let second = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    assert_ne!(first, second);
    app.client().get(&first).await.expect(200);
    ann.delete(AVATAR).await.expect(204);
    assert_eq!(own_url(&ann).await, Value::Null);
    ann.delete(AVATAR).await.expect(204);
    // What somebody takes away themselves is gone at once.
    app.client().get(&second).await.refused(404, "not_found");
    app.client().get(&first).await.expect(200);
}

#[tokio::test]
async fn an_avatar_goes_with_its_account() {
    let app = TestApp::start().await;
    let (ann, root) = (app.sign_up("ann").await, app.superuser("root").await);
    let avatar = url(&upload(&ann, "image/png", PICTURE).await.expect(200));
    app.client().get(&avatar).await.expect(200);
    let account = format!("/api/admin/users/{}", ann.id);
    assert_eq!(root.delete(&account).await.status, 200);
    app.client().get(&avatar).await.refused(404, "not_found");
}

#[tokio::test]
async fn only_a_signed_in_person_has_an_avatar() {
    let app = TestApp::start().await;
    let call = app.client().call(Method::PUT, AVATAR).body("image/png", PICTURE);
    call.send().await.refused(401, "unauthenticated");
    app.client().delete(AVATAR).await.refused(401, "unauthenticated");
    let ann = app.sign_up("ann").await;
    let made = ann.post("/api/auth/tokens", json!({ "name": "bot", "scopes": ["read"] })).await;
    let bot = app.client().with_token(made["token"].as_str().unwrap());
    let call = bot.call(Method::PUT, AVATAR).body("image/png", PICTURE);
    call.send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn fi_4_ten_pictures_an_hour_are_enough() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    for _ in 0..10 {
        upload(&ann, "image/png", PICTURE).await.expect(200);
    }
    upload(&ann, "image/png", PICTURE).await.refused(429, "rate_limited");
}
