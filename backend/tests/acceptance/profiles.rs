//! Accounts, profiles and private rooms by a REST API (001).

use std::time::Duration;

use parlor::keys::totp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    gateway::message,
    harness::{PASSWORD, Person, TestApp},
};

const NEW: &str = "another-Teapot 48 parasol";
const NEWEST: &str = "third-Teapot 49 sunshade";

/// What the next mailed link carries; mails that only tell something are passed over.
async fn link(app: &TestApp) -> String {
    loop {
        let mail = app.next_mail().await;
        if mail.text.contains("#token=") {
            return mail.token();
        }
    }
}

/// What somebody who signs in with this is told: the status and the code of the refusal.
async fn sign_in(app: &TestApp, name: &str, password: &str) -> (u16, Value) {
    let body = json!({ "username": name, "password": password });
    let answer = app.client().post("/api/auth/login", body).await;
    (answer.status, answer["code"].clone())
}

#[tokio::test]
async fn at_001_1_an_account_lives_its_whole_life() {
    let app = TestApp::start().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let tokens = app.client().post("/api/auth/register", body).await.expect(201);
    let ann = app.client().with_tokens(&tokens);
    let verify = json!({ "token": link(&app).await });
    app.client().post("/api/auth/email/verify", verify.clone()).await.expect(204);
    app.client().post("/api/auth/email/verify", verify).await.refused(410, "link_invalid");
    assert_eq!(ann.get("/api/profiles/me").await.expect(200)["email_verified"], true);

    for name in ["ann", "ann@example.org"] {
        assert_eq!(sign_in(&app, name, PASSWORD).await, (200, Value::Null));
    }
    let refused = (401, json!("bad_credentials"));
    assert_eq!(sign_in(&app, "ann", "a wrong guess 99").await, refused);
    assert_eq!(sign_in(&app, "nobody", "a wrong guess 99").await, refused, "names are not told");

    let body = json!({ "current_password": PASSWORD, "new_password": NEW });
    ann.post("/api/auth/password/change", body).await.expect(204);
    assert_eq!(sign_in(&app, "ann", PASSWORD).await, refused);
    let other = json!({ "email": "nobody@example.org" });
    app.client().post("/api/auth/password/reset", other).await.expect(202);
    let own = json!({ "email": "ann@example.org" });
    app.client().post("/api/auth/password/reset", own).await.expect(202);
    let body = json!({ "token": link(&app).await, "new_password": NEWEST });
    app.client().post("/api/auth/password/reset/confirm", body).await.expect(204);
    ann.get("/api/profiles/me").await.refused(401, "session_revoked");
    assert_eq!(sign_in(&app, "ann", NEW).await, refused);
    let body = json!({ "username": "ann", "password": NEWEST });
    let tokens = app.client().post("/api/auth/login", body.clone()).await.expect(200);
    let ann = app.client().with_tokens(&tokens);

    let body_of_rotation = json!({ "refresh_token": ann.refresh_token });
    let rotated = app.client().post("/api/auth/refresh", body_of_rotation).await.expect(200);
    assert_ne!(rotated["refresh_token"], ann.refresh_token);
    let ann = app.client().with_token(rotated["access_token"].as_str().unwrap());
    let sessions = ann.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "a reset ends every session");
    let second = app.client().post("/api/auth/login", body.clone()).await.expect(200);
    let second = app.client().with_tokens(&second);
    let sessions = ann.get("/api/auth/sessions").await.expect(200);
    let of_second =
        sessions["items"].as_array().unwrap().iter().find(|it| it["current"] == false).unwrap();
    ann.delete(&format!("/api/auth/sessions/{}", of_second["id"])).await.expect(204);
    second.get("/api/profiles/me").await.refused(401, "session_revoked");

    let enrol = json!({ "current_password": NEWEST });
    let secret = ann.post("/api/auth/totp", enrol).await.expect(200)["secret"].clone();
    let secret = totp::decode(secret.as_str().unwrap()).unwrap();
    let step = 1_800_000_000 / 30;
    let confirm = json!({ "code": totp::code(&secret, step) });
    let codes = ann.post("/api/auth/totp/confirm", confirm).await.expect(200);
    assert_eq!(sign_in(&app, "ann", NEWEST).await, (401, json!("totp_required")));
    for code in [json!(totp::code(&secret, step + 1)), codes["recovery_codes"][0].clone()] {
        let mut body = body.clone();
        body["totp"] = code;
        app.client().post("/api/auth/login", body.clone()).await.expect(200);
        app.client().post("/api/auth/login", body).await.refused(401, "totp_invalid");
    }
    ann.act("/api/auth/logout").await.expect(204);
    ann.get("/api/profiles/me").await.refused(401, "session_revoked");
}

#[tokio::test]
async fn at_001_1_guessing_and_signing_up_in_bulk_are_throttled() {
    let app = TestApp::builder().with_limits().start().await;
    app.sign_up("ann").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&app, "ann", "a wrong guess 99").await.0, 401);
    }
    assert_eq!(sign_in(&app, "ann", "a wrong guess 99").await, (429, json!("rate_limited")));
    app.advance(Duration::from_secs(60));
    for number in 0..20 {
        app.sign_up(&format!("person{number}")).await;
    }
    let body = json!({ "username": "onemore", "password": PASSWORD });
    app.client().post("/api/auth/register", body).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn at_001_12_is_private_says_which_rooms_are_direct() {
    let app = TestApp::start().await;
    let (root, bob) = (app.superuser("root").await, app.sign_up("bob").await);
    for more in [json!({}), json!({ "invite_only": true }), json!({ "staff_only": true })] {
        let mut body = json!({ "name": format!("Room {more}") });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = root.post("/api/rooms", body).await.expect(201);
        assert_eq!(made["is_private"], false, "{}", made.text);
    }
    let direct = root.put_empty(&format!("/api/rooms/direct/{}", bob.id)).await.expect(201);
    assert_eq!(direct["is_private"], true);
    let listed = root.get("/api/rooms").await.expect(200)["items"].clone();
    let (_socket, ready) = app.connect(&root).await;
    for rooms in [listed, ready["rooms"].clone()] {
        let rooms = rooms.as_array().unwrap();
        assert_eq!(rooms.len(), 4);
        for room in rooms {
            assert_eq!(room["is_private"], json!(room["kind"] == "direct"), "{room}");
        }
    }
    let one = bob.get(&format!("/api/rooms/{}", direct.id())).await.expect(200);
    assert_eq!(one["is_private"], true);
}

/// What a call is answered, without the number of the call.
async fn answer(person: &Person, method: Method, path: &str, body: Option<Value>) -> String {
    let mut call = person.call(method, path);
    if let Some(body) = body {
        call = call.json(&body);
    }
    let answer = call.send().await.refused(404, "not_found");
    answer.text.replace(answer.header("x-request-id"), "")
}

#[tokio::test]
async fn at_001_13_a_foreign_direct_room_and_none_are_the_same_by_every_door() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let eve = app.sign_up("eve").await;
    let direct = ann.put_empty(&format!("/api/rooms/direct/{}", bob.id)).await.expect(201).id();
    let (mut socket, ready) = app.connect(&eve).await;
    let mut answers = Vec::new();
    for room in [direct, 999_999] {
        let mut all = Vec::new();
        let path = format!("/api/rooms/{room}");
        for (method, more, body) in [
            (Method::GET, "", None),
            (Method::PATCH, "", Some(json!({ "topic": "x" }))),
            (Method::DELETE, "", None),
            (Method::GET, "/messages", None),
            (Method::POST, "/messages", Some(json!({ "body": "x" }))),
            (Method::GET, "/members", None),
            (Method::POST, "/join", None),
        ] {
            all.push(answer(&eve, method, &format!("{path}{more}"), body).await);
        }
        let after = json!({ "epoch": ready["epoch"], "rev": 0 });
        for command in [
            json!({ "type": "room.enter", "room_id": room }),
            json!({ "type": "sync", "room_id": room, "after": after }),
            json!({ "type": "typing.start", "room_id": room }),
            json!({ "type": "read.mark", "room_id": room, "seq": 1 }),
            json!({ "type": "whisper.send", "room_id": room, "to": ann.id, "body": "x" }),
            message(room, "x", "n"),
        ] {
            let reply = socket.command(command).await;
            assert_eq!(reply["error"]["code"], "not_found");
            all.push(reply["error"].to_string());
        }
        answers.push(all);
    }
    assert_eq!(answers[0], answers[1]);
}
