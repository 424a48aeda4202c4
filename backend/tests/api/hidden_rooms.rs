//! A room that one may not know of answers exactly like one that does not exist.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Contract, TestApp};

const MISSING: i64 = 999_999;

/// Everything of an answer but what differs between any two calls.
fn bytes(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let id = answer.header("x-request-id").to_owned();
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, answer.text.replace(&id, "<id>"), headers)
}

fn body_for(path: &str) -> Value {
    match path.rsplit('/').next().unwrap() {
        "messages" => json!({ "body": "x" }),
        "read" => json!({ "seq": 1 }),
        "whispers" => json!({ "to": 1, "body": "x" }),
        "notify" => json!({ "notify": "none" }),
        "{room_id}" => json!({ "topic": "x" }),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn az_1_a_hidden_room_and_a_missing_one_are_the_same_to_the_byte() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let room = json!({ "name": "Hidden", "invite_only": true });
    let hidden = ann.post("/api/rooms", room).await.expect(201).id();
    app.database.run(&format!(
        "insert into rooms (kind, name, name_key, direct_key, created_at)
         values ('direct', '', '', '1:1', 0);
         insert into members (room_id, user_id, joined_at) values ({}, {}, 0)",
        hidden + 1,
        ann.id
    ));
    let upload = ann.call(Method::POST, &format!("/api/rooms/{hidden}/files?name=canary"));
    let file = upload.body("text/plain", "canary").send().await.expect(201).id();
    let send = json!({ "body": "", "file_ids": [file] });
    ann.post(&format!("/api/rooms/{hidden}/messages"), send).await.expect(201);
    let before = app.database.dump();
    let mut tried = 0;
    for (path, method, _) in Contract::shared().operations() {
        // Administration tells whoever is not of staff 403, whatever it is about.
        if !path.contains("{room_id}") || path.starts_with("/api/admin/") {
            continue;
        }
        let method: Method = method.to_uppercase().parse().unwrap();
        let ask = async |id: i64| {
            let place = path.replace("{room_id}", &id.to_string()).replace("{user_id}", "1");
            let mut place = place.replace("{file_id}", &file.to_string());
            if place.ends_with("/files") {
                place.push_str("?name=canary");
            }
            let mut call = eve.call(method.clone(), &place);
            let body = body_for(path);
            if !matches!(method, Method::GET | Method::DELETE) && !body.is_null() {
                call = call.json(&body);
            }
            call.send().await.refused(404, "not_found")
        };
        let missing = bytes(&ask(MISSING).await);
        assert_eq!(bytes(&ask(hidden).await), missing, "{method} {path}, invite-only");
        assert_eq!(bytes(&ask(hidden + 1).await), missing, "{method} {path}, direct");
        tried += 1;
    }
    assert!(tried >= 8, "{tried}");
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn az_2_a_message_of_a_hidden_room_and_a_missing_one_are_the_same_to_the_byte() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let room = json!({ "name": "Hidden", "invite_only": true });
    let hidden = ann.post("/api/rooms", room).await.expect(201).id();
    let path = format!("/api/rooms/{hidden}/messages");
    let message = ann.post(&path, json!({ "body": "canary" })).await.expect(201).id();
    let open = ann.post("/api/rooms", json!({ "name": "Open" })).await.expect(201).id();
    eve.act(&format!("/api/rooms/{open}/join")).await.expect(200);
    let before = app.database.dump();
    let mut tried = 0;
    for (path, method, _) in Contract::shared().operations() {
        if !path.contains("{message_id}") || path.starts_with("/api/admin/") {
            continue;
        }
        let method: Method = method.to_uppercase().parse().unwrap();
        let ask = async |id: i64| {
            let path = path.replace("{message_id}", &id.to_string());
            let path = path.replace("{emoji}", "%F0%9F%91%8D");
            let mut call = eve.call(method.clone(), &path);
            if method == Method::PATCH {
                call = call.json(&json!({ "body": "mine" }));
            }
            bytes(&call.send().await.refused(404, "not_found"))
        };
        assert_eq!(ask(message).await, ask(MISSING).await, "{method} {path}");
        tried += 1;
    }
    assert!(tried >= 6, "{tried}");
    let path = format!("/api/rooms/{open}/messages");
    let answer = async |id: i64| eve.post(&path, json!({ "body": "x", "reply_to": id })).await;
    assert_eq!(bytes(&answer(message).await), bytes(&answer(MISSING).await));
    let search = async |id: i64| eve.get(&format!("/api/messages?room_id={id}")).await;
    assert_eq!(bytes(&search(hidden).await), bytes(&search(MISSING).await));
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn az_8_lists_and_names_do_not_tell_of_hidden_rooms() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let slug = async || bytes(&eve.get("/api/rooms/by-slug/hidden").await);
    let list = async || bytes(&eve.get("/api/rooms?search=hidden").await);
    let (no_slug, no_list) = (slug().await, list().await);
    let room = json!({ "name": "Hidden", "invite_only": true });
    ann.post("/api/rooms", room).await.expect(201);
    assert_eq!((slug().await, list().await), (no_slug, no_list));
    eve.post("/api/rooms", json!({ "name": "Hidden" })).await.expect(201);
}

#[tokio::test]
async fn at_000_11_a_room_for_staff_is_listed_with_a_lock_and_refuses_visibly() {
    let app = TestApp::start().await;
    let (root, eve) = (app.superuser("root").await, app.sign_up("eve").await);
    let room = json!({ "name": "Staff", "staff_only": true });
    let id = root.post("/api/rooms", room.clone()).await.expect(201).id();
    let list = eve.get("/api/rooms").await.expect(200);
    assert_eq!(list["items"][0]["staff_only"], true);
    for path in ["members", "messages", "changes"] {
        let path = format!("/api/rooms/{id}/{path}");
        eve.get(&path).await.refused(403, "room_staff_only");
    }
    eve.act(&format!("/api/rooms/{id}/join")).await.refused(403, "room_staff_only");
    let path = format!("/api/rooms/{id}/messages");
    eve.post(&path, json!({ "body": "x" })).await.refused(403, "room_staff_only");
    eve.post("/api/rooms", room).await.refused(403, "room_staff_only");
}
