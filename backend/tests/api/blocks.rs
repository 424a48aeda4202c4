//! Blocking people, at both doors.

use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

async fn pair() -> (TestApp, Person, Person, i64, i64) {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let group = ann.post("/api/rooms", json!({ "name": "Group" })).await.expect(201).id();
    eve.act(&format!("/api/rooms/{group}/join")).await.expect(200);
    let direct = ann.put_empty(&format!("/api/rooms/direct/{}", eve.id)).await.expect(201).id();
    (app, ann, eve, group, direct)
}

fn block(person: &Person) -> String {
    format!("/api/profiles/{}/block", person.id)
}

fn messages(room: i64) -> String {
    format!("/api/rooms/{room}/messages")
}

#[tokio::test]
async fn who_is_blocked_writes_nothing_private_and_everything_else() {
    let (app, ann, eve, group, direct) = pair().await;
    let said = eve.post(&messages(direct), json!({ "body": "hello" })).await.expect(201).id();
    let before = app.database.dump();
    for _ in 0..2 {
        ann.put_empty(&block(&eve)).await.expect(204);
    }
    let blocked = app.database.dump();
    let message = format!("/api/messages/{said}");
    let react = format!("{message}/reactions/%F0%9F%91%8D");
    for (who, code) in [(&eve, "not_accepted"), (&ann, "blocked_by_you")] {
        who.post(&messages(direct), json!({ "body": "x" })).await.refused(403, code);
        who.put_empty(&react).await.refused(403, code);
        let (mut socket, _) = app.connect(who).await;
        let send = json!({
            "type": "message.send", "room_id": direct, "body": "x", "nonce": "n",
        });
        assert_eq!(socket.refused(send).await, code);
        let typing = json!({ "type": "typing.start", "room_id": direct });
        assert_eq!(socket.refused(typing).await, code);
    }
    let edit = json!({ "body": "another text" });
    eve.patch(&message, edit).await.refused(403, "not_accepted");
    assert_eq!(app.database.dump(), blocked);

    eve.get(&messages(direct)).await.expect(200);
    let room = eve.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(200);
    assert_eq!(room.id(), direct);
    eve.post(&messages(group), json!({ "body": "to all" })).await.expect(201);
    assert_eq!(eve.delete(&message).await.expect(200)["body"], Value::Null);

    for _ in 0..2 {
        ann.delete(&block(&eve)).await.expect(204);
    }
    eve.post(&messages(direct), json!({ "body": "hello again" })).await.expect(201);
    assert_ne!(app.database.dump(), before);
}

#[tokio::test]
async fn who_is_blocked_whispers_opens_and_invites_no_more() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let group = ann.post("/api/rooms", json!({ "name": "Group" })).await.expect(201).id();
    eve.act(&format!("/api/rooms/{group}/join")).await.expect(200);
    let trap = eve.post("/api/rooms", json!({ "name": "Trap" })).await.expect(201).id();
    let (mut socket, _) = app.connect(&ann).await;
    let (mut theirs, _) = app.connect(&eve).await;
    ann.put_empty(&block(&eve)).await.expect(204);
    let told = socket.expect("block.changed").await;
    assert_eq!((&told["user_id"], &told["is_blocked"]), (&json!(eve.id), &json!(true)));
    let before = app.database.dump();
    let whispers = format!("/api/rooms/{group}/whispers");
    for (from, to, code) in [(&eve, &ann, "not_accepted"), (&ann, &eve, "blocked_by_you")] {
        let whisper = json!({ "to": to.id, "body": "psst" });
        from.post(&whispers, whisper).await.refused(403, code);
        let open = format!("/api/rooms/direct/{}", to.id);
        from.put_empty(&open).await.refused(403, code);
    }
    let whisper = json!({ "type": "whisper.send", "room_id": group, "to": ann.id, "body": "x" });
    assert_eq!(theirs.refused(whisper).await, "not_accepted");
    let member = format!("/api/rooms/{trap}/members/{}", ann.id);
    eve.put_empty(&member).await.refused(403, "not_accepted");
    socket.silence().await;
    assert_eq!(app.database.dump(), before);
    ann.delete(&block(&eve)).await.expect(204);
    assert_eq!(socket.expect("block.changed").await["is_blocked"], false);
    theirs.silence().await;
    eve.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(201);
}

#[tokio::test]
async fn blocks_are_listed_to_whom_they_belong_alone() {
    let (app, ann, eve, ..) = pair().await;
    let bob = app.sign_up("bob").await;
    ann.put_empty(&block(&eve)).await.expect(204);
    app.advance(std::time::Duration::from_secs(1));
    ann.put_empty(&block(&bob)).await.expect(204);
    let page = ann.get("/api/profiles/blocks?limit=1").await.expect(200);
    assert_eq!(page["items"][0]["profile"]["username"], "bob");
    let cursor = page["next"].as_str().unwrap();
    let page = ann.get(&format!("/api/profiles/blocks?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(page["items"][0]["profile"]["username"], "eve");
    assert_eq!(page["next"], Value::Null);
    let names = async |query: &str| {
        let page = ann.get(&format!("/api/profiles/blocks?{query}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        let name = |it: &Value| it["profile"]["username"].as_str().unwrap().to_owned();
        items.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("ordering=created_at").await, ["eve", "bob"]);
    assert_eq!(names("search=EV").await, ["eve"]);
    assert_eq!(names("search=nobody").await, [""; 0]);
    let upwards = format!("/api/profiles/blocks?limit=1&ordering=created_at&cursor={cursor}");
    ann.get(&upwards).await.invalid(&["cursor:malformed"]);
    assert_eq!(eve.get("/api/profiles/blocks").await.expect(200)["items"], json!([]));
    ann.put_empty(&block(&ann)).await.refused(404, "not_found");
    ann.delete(&block(&ann)).await.refused(404, "not_found");
    ann.put_empty("/api/profiles/999/block").await.refused(404, "not_found");
    ann.delete("/api/profiles/999/block").await.expect(204);
    ann.get("/api/profiles/blocks?cursor=forged").await.invalid(&["cursor:malformed"]);
}
