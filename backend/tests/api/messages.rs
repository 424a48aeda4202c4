//! Sending, reading, catching up.

use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp};

async fn room() -> (TestApp, Person, i64) {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let id = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    (app, ann, id)
}

async fn send(person: &Person, room: i64, message: Value) -> Answer {
    person.post(&format!("/api/rooms/{room}/messages"), message).await
}

fn seqs(answer: &Answer, list: &str) -> Vec<i64> {
    answer[list].as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_message_is_answered_as_everybody_will_read_it() {
    let (app, ann, room) = room().await;
    let bob = app.sign_up("bob").await;
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let body = "  Hi,\n🎉 <b>там</b>  ";
    let sent = send(&ann, room, json!({ "body": body, "nonce": "n-1" })).await.expect(201);
    assert_eq!((&sent["body"], &sent["nonce"]), (&json!(body), &json!("n-1")));
    assert_eq!((&sent["seq"], &sent["author"]["username"]), (&sent["rev"], &json!("ann")));
    let read = ann.get(&format!("/api/messages/{}", sent.id())).await.expect(200);
    assert_eq!(read.json, sent.json);
    let other = bob.get(&format!("/api/messages/{}", sent.id())).await.expect(200);
    assert_eq!((&other["body"], &other["nonce"]), (&json!(body), &Value::Null));
}

#[tokio::test]
async fn g4_the_same_nonce_never_makes_a_second_message() {
    let (app, ann, room) = room().await;
    let message = json!({ "body": "once", "nonce": "n-1" });
    let first = send(&ann, room, message.clone()).await.expect(201);
    assert_eq!(first.header("idempotent-replay"), "");
    let again = send(&ann, room, message).await.expect(200);
    assert_eq!(again.header("idempotent-replay"), "true");
    assert_eq!(again.json, first.json);
    let before = app.database.dump();
    let other = json!({ "body": "another", "nonce": "n-1" });
    send(&ann, room, other.clone()).await.refused(409, "nonce_reused");
    assert_eq!(app.database.dump(), before);
    let bob = app.sign_up("bob").await;
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    send(&bob, room, other.clone()).await.expect(201);
    // Also of an edited message it is its first text that the nonce stands for.
    let path = format!("/api/messages/{}", first.id());
    for body in ["twice", "another"] {
        ann.patch(&path, json!({ "body": body })).await.expect(200);
    }
    send(&ann, room, other).await.refused(409, "nonce_reused");
    let again = send(&ann, room, json!({ "body": "once", "nonce": "n-1" })).await.expect(200);
    assert_eq!((again.id(), &again["body"]), (first.id(), &json!("another")));
}

#[tokio::test]
async fn a_reply_shows_what_it_answers() {
    let (_app, ann, room) = room().await;
    let first = send(&ann, room, json!({ "body": "x".repeat(300) })).await.expect(201);
    let reply = json!({ "body": "yes", "reply_to": first.id() });
    let reply = send(&ann, room, reply).await.expect(201);
    assert_eq!(reply["reply_to"]["id"], first["id"]);
    assert_eq!(reply["reply_to"]["excerpt"], "x".repeat(120));
    let missing = json!({ "body": "yes", "reply_to": 999_999 });
    send(&ann, room, missing).await.refused(404, "not_found");
}

#[tokio::test]
async fn history_is_read_backwards_forwards_and_around() {
    let (_app, ann, room) = room().await;
    let first = send(&ann, room, json!({ "body": "1" })).await.expect(201);
    let first = first["seq"].as_i64().unwrap();
    for at in 2..=9 {
        send(&ann, room, json!({ "body": at.to_string() })).await.expect(201);
    }
    let last = first + 8;
    let read = async |query: String| {
        ann.get(&format!("/api/rooms/{room}/messages?{query}")).await.expect(200)
    };
    let newest = read("limit=3".into()).await;
    assert_eq!(seqs(&newest, "items"), [last - 2, last - 1, last]);
    assert_eq!((&newest["has_before"], &newest["has_after"]), (&json!(true), &json!(false)));
    assert_eq!(newest["head"], last);
    let before = read(format!("limit=2&before={}", last - 2)).await;
    assert_eq!(seqs(&before, "items"), [last - 4, last - 3]);
    let after = read(format!("limit=2&after={first}")).await;
    assert_eq!(seqs(&after, "items"), [first + 1, first + 2]);
    assert_eq!(after["has_after"], true);
    let around = read(format!("limit=3&around={}", first + 4)).await;
    assert!(seqs(&around, "items").contains(&(first + 4)));
    for beyond in [first + 100, 99_999] {
        let past = read(format!("limit=1&around={beyond}")).await;
        assert_eq!(past["items"], json!([]));
        assert_eq!((&past["has_before"], &past["has_after"]), (&json!(true), &json!(false)));
    }
    let both = ann.get(&format!("/api/rooms/{room}/messages?before=1&after=1")).await;
    both.refused(422, "invalid");
}

#[tokio::test]
async fn g5_any_cursor_catches_up() {
    let (_app, ann, room) = room().await;
    for at in 1..=5 {
        send(&ann, room, json!({ "body": at.to_string() })).await.expect(201);
    }
    let read = async |query: String| {
        ann.get(&format!("/api/rooms/{room}/changes?{query}")).await.expect(200)
    };
    let all = read("after=0".into()).await;
    let epoch = all["epoch"].as_str().unwrap().to_owned();
    let head = all["head"].as_i64().unwrap();
    assert_eq!(all["to"], head);
    let (mut after, mut found) = (1, Vec::new());
    while after < head {
        let page = read(format!("epoch={epoch}&after={after}&limit=2")).await;
        assert_eq!((&page["from"], &page["reset"]), (&json!(after), &json!(false)));
        found.extend(seqs(&page, "messages"));
        after = page["to"].as_i64().unwrap();
    }
    assert_eq!(found, (2..=head).collect::<Vec<_>>());
    for query in ["epoch=another&after=2".to_owned(), format!("epoch={epoch}&after={}", head + 1)] {
        let reset = read(query.clone()).await;
        assert_eq!((&reset["reset"], &reset["to"]), (&json!(true), &json!(head)), "{query}");
        let few = read(format!("{query}&limit=2")).await;
        assert_eq!(seqs(&few, "messages"), [head - 1, head], "{query}");
    }
    // A new base is no larger than any page: a mebibyte.
    for _ in 0..30 {
        send(&ann, room, json!({ "body": "😀".repeat(16_000) })).await.expect(201);
    }
    let reset = read("epoch=another&after=0".into()).await;
    let shown = seqs(&reset, "messages");
    assert!((5..20).contains(&shown.len()) && reset.text.len() <= 1024 * 1024, "{shown:?}");
    assert_eq!(shown.last(), Some(&(head + 30)));
}

#[tokio::test]
async fn az_3_who_has_left_reads_and_writes_no_more() {
    let (app, ann, room) = room().await;
    let bob = app.sign_up("bob").await;
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let sent = send(&bob, room, json!({ "body": "mine" })).await.expect(201);
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    send(&bob, room, json!({ "body": "x" })).await.refused(403, "forbidden");
    bob.get(&format!("/api/rooms/{room}/messages")).await.refused(403, "forbidden");
    bob.get(&format!("/api/rooms/{room}/changes")).await.refused(403, "forbidden");
    bob.get(&format!("/api/messages/{}", sent.id())).await.refused(404, "not_found");
    ann.get(&format!("/api/messages/{}", sent.id())).await.expect(200);
}
