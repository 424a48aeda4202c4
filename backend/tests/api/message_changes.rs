//! Editing and deleting messages, emoji on them, searching among them.

use futures_util::future::join_all;
use parlor::model::page::CHANGES_BYTES_MAX;
use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

struct Scene {
    app: TestApp,
    ann: Person,
    bob: Person,
    room: i64,
}

/// Ann's room with Bob in it.
async fn scene() -> Scene {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    Scene { app, ann, bob, room }
}

impl Scene {
    async fn send(&self, person: &Person, body: &str) -> i64 {
        let path = format!("/api/rooms/{}/messages", self.room);
        person.post(&path, json!({ "body": body })).await.expect(201).id()
    }

    async fn head(&self) -> Value {
        self.ann.get(&format!("/api/rooms/{}", self.room)).await.expect(200)["head"].clone()
    }
}

#[tokio::test]
async fn at_004_8_a_message_is_edited_by_its_author_and_says_so() {
    let scene = scene().await;
    let id = scene.send(&scene.bob, "helo").await;
    let path = format!("/api/messages/{id}");
    let edited = scene.bob.patch(&path, json!({ "body": "hello" })).await.expect(200);
    assert_eq!((&edited["body"], edited["edited_at"].is_string()), (&json!("hello"), true));
    assert_eq!(edited["rev"], scene.head().await);
    let stale = json!({ "body": "hallo", "if_rev": edited["seq"] });
    scene.bob.patch(&path, stale).await.refused(409, "conflict");
    scene.ann.patch(&path, json!({ "body": "mine" })).await.refused(403, "forbidden");
    let former = scene.ann.get(&format!("{path}/history")).await.expect(200);
    assert_eq!(former["items"][0]["body"], "helo");
    assert_eq!((&former["items"][0]["rev"], &former["next"]), (&edited["rev"], &Value::Null));
    let id = scene.send(&scene.ann, "of the owner").await;
    scene.bob.get(&format!("/api/messages/{id}/history")).await.refused(403, "forbidden");
}

#[tokio::test]
async fn g10_a_deleted_message_is_gone_from_every_address() {
    let scene = scene().await;
    let id = scene.send(&scene.bob, "canary one").await;
    let path = format!("/api/messages/{id}");
    scene.bob.patch(&path, json!({ "body": "canary two" })).await.expect(200);
    let reply = json!({ "body": "hm", "reply_to": id });
    let messages = format!("/api/rooms/{}/messages", scene.room);
    scene.ann.post(&messages, reply).await.expect(201);
    scene.ann.delete(&format!("{path}?if_rev=1")).await.refused(409, "conflict");
    let tombstone = scene.ann.delete(&path).await.expect(200);
    assert!(tombstone["body"].is_null() && tombstone["deleted_at"].is_string());
    assert_eq!(scene.bob.delete(&path).await.expect(200).json, tombstone.json);
    assert_eq!(tombstone["rev"], scene.head().await);
    scene.bob.patch(&path, json!({ "body": "back" })).await.refused(409, "conflict");
    for address in [
        path.clone(),
        format!("{path}/history"),
        messages,
        format!("/api/rooms/{}/changes?after=0", scene.room),
        "/api/messages?search=canary".to_owned(),
        "/api/messages".to_owned(),
    ] {
        let answer = scene.bob.get(&address).await.expect(200);
        assert!(!answer.text.contains("canary"), "{address}");
    }
}

#[tokio::test]
async fn at_004_10_reactions_come_and_go() {
    let scene = scene().await;
    let id = scene.send(&scene.bob, "hello").await;
    let thumb = format!("/api/messages/{id}/reactions/%F0%9F%91%8D");
    let heart = format!("/api/messages/{id}/reactions/%E2%9D%A4");
    scene.ann.put_empty(&thumb).await.expect(200);
    let both = scene.bob.put_empty(&thumb).await.expect(200);
    let expected = json!([{ "emoji": "👍", "count": 2, "user_ids": [scene.ann.id, scene.bob.id] }]);
    assert_eq!(both["reactions"], expected);
    assert_eq!(scene.bob.put_empty(&thumb).await.expect(200).json, both.json);
    let heart = scene.bob.put_empty(&heart).await.expect(200);
    assert_eq!(heart["reactions"][1]["emoji"], "❤️");
    scene.bob.delete(&thumb).await.expect(200);
    let left = scene.bob.delete(&thumb).await.expect(200);
    assert_eq!(left["reactions"][0]["user_ids"], json!([scene.ann.id]));
    for wrong in ["x", "%20", "%F0%9F%91%8D%F0%9F%91%8D", "%FF"] {
        let path = format!("/api/messages/{id}/reactions/{wrong}");
        let answer = scene.bob.put_empty(&path).await;
        assert!(matches!(answer.status, 404 | 422), "{wrong}: {}", answer.text);
    }
}

#[tokio::test]
async fn messages_are_searched_newest_first_and_page_by_page() {
    let scene = scene().await;
    let mut sent = Vec::new();
    for at in 0..5 {
        sent.push(scene.send(&scene.bob, &format!("Общий привет {at}")).await);
    }
    scene.send(&scene.ann, "ничего").await;
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/messages?search=ПРИВ&limit=2&author_id={}{next}", scene.bob.id);
        let page = scene.ann.get(&path).await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    sent.reverse();
    assert_eq!(found, sent);
    let stranger = scene.app.sign_up("eve").await;
    let nothing = stranger.get("/api/messages?search=привет").await.expect(200);
    assert_eq!(nothing["items"], json!([]));
    let path = format!("/api/messages?room_id={}", scene.room);
    stranger.get(&path).await.refused(403, "forbidden");
    scene.app.client().get("/api/messages").await.refused(401, "unauthenticated");
}

/// Reads all that changed in a room, page by page: how many texts, and how many pages.
async fn read_changes(scene: &Scene) -> (usize, usize) {
    let (mut after, mut seen, mut pages) = (0, 0, 0);
    loop {
        let path = format!("/api/rooms/{}/changes?after={after}", scene.room);
        let page = scene.ann.get(&path).await.expect(200);
        assert!(page.text.len() <= CHANGES_BYTES_MAX + 1024, "{} bytes", page.text.len());
        let said = page["messages"].as_array().unwrap();
        seen += said.iter().filter(|it| it["kind"] == "text").count();
        pages += 1;
        after = page["to"].as_i64().unwrap();
        if page["head"] == after {
            return (seen, pages);
        }
    }
}

#[tokio::test]
async fn a_page_of_changes_is_bounded_as_it_is_written_whatever_has_to_be_escaped() {
    let scene = scene().await;
    for _ in 0..40 {
        scene.send(&scene.bob, &"\"\n".repeat(8_000)).await;
    }
    assert_eq!(read_changes(&scene).await.0, 40);
}

#[tokio::test]
async fn a_page_of_changes_is_bounded_also_by_what_is_said_beside_the_texts() {
    let scene = scene().await;
    let name = json!({ "display_name": "𐌰".repeat(64) });
    scene.bob.patch("/api/profiles/me", name).await.expect(200);
    let answered = scene.send(&scene.bob, &"🦀".repeat(120)).await;
    let messages = format!("/api/rooms/{}/messages", scene.room);
    for _ in 0..19 {
        let reply = json!({ "body": "no", "reply_to": answered });
        let replies = (0..50).map(|_| scene.bob.post(&messages, reply.clone()));
        join_all(replies).await.into_iter().for_each(|reply| drop(reply.expect(201)));
    }
    assert_eq!(read_changes(&scene).await, (951, 2));
}
