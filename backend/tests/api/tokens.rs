//! Personal access tokens.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, Person, TestApp};

const TOKENS: &str = "/api/auth/tokens";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn new(scopes: &[&str]) -> Value {
    json!({ "name": "bot", "scopes": scopes })
}

async fn make(app: &TestApp, person: &Person, scopes: &[&str]) -> (Client, i64) {
    let made = person.post(TOKENS, new(scopes)).await.expect(201);
    (app.client().with_token(made["token"].as_str().unwrap()), made.id())
}

#[tokio::test]
async fn a_token_is_shown_once_and_stored_as_a_hash() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    ann.post(TOKENS, new(&["read", "read"])).await.invalid(&["scopes:duplicate"]);
    let made = ann.post(TOKENS, new(&["write", "read"])).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("parlor_pat_") && token.len() == 60, "{token}");
    assert_eq!(made["scopes"], json!(["read", "write"]));
    assert!(!app.database.dump().contains(&token["parlor_pat_".len()..]));
    let list = ann.get(TOKENS).await.expect(200);
    assert!(!list.text.contains("parlor_pat_"));
    let listed = &list["items"][0];
    assert_eq!((&listed["id"], &listed["name"]), (&made["id"], &json!("bot")));
    assert_eq!((&listed["last_used_at"], &listed["expires_at"]), (&Value::Null, &Value::Null));
    app.client().with_token(token).get("/api/profiles/me").await.expect(200);
    let list = ann.get(TOKENS).await.expect(200);
    assert!(list["items"][0]["last_used_at"].is_string());
    let sessions = ann.get("/api/auth/sessions").await.expect(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1, "a token is no session");
}

#[tokio::test]
async fn a_token_reaches_as_far_as_its_scopes() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (reader, _) = make(&app, &ann, &["read"]).await;
    let (writer, _) = make(&app, &ann, &["write"]).await;
    let room = json!({ "name": "General" });
    reader.get("/api/rooms").await.expect(200);
    let before = app.database.dump();
    reader.post("/api/rooms", room.clone()).await.refused(403, "forbidden");
    let renamed = json!({ "display_name": "Bot" });
    reader.patch("/api/profiles/me", renamed.clone()).await.refused(403, "forbidden");
    assert_eq!(app.database.dump(), before);
    writer.get("/api/rooms").await.refused(403, "forbidden");
    writer.post("/api/rooms", room).await.expect(201);
    writer.patch("/api/profiles/me", renamed).await.expect(200);
}

#[tokio::test]
async fn no_token_changes_what_proves_who_somebody_is() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (bot, id) = make(&app, &ann, &["read", "write", "admin"]).await;
    bot.get("/api/profiles/me").await.expect(200);
    let before = app.database.dump();
    bot.get(TOKENS).await.refused(403, "forbidden");
    bot.post(TOKENS, new(&["admin"])).await.refused(403, "forbidden");
    bot.delete(&format!("{TOKENS}/{id}")).await.refused(403, "forbidden");
    bot.get("/api/auth/sessions").await.refused(403, "forbidden");
    bot.act("/api/auth/logout").await.refused(403, "forbidden");
    bot.get("/api/auth/totp").await.refused(403, "forbidden");
    let password = json!({ "current_password": PASSWORD });
    bot.post("/api/auth/totp", password.clone()).await.refused(403, "forbidden");
    bot.act("/api/auth/email/resend").await.refused(403, "forbidden");
    let email = json!({ "current_password": PASSWORD, "email": "x@example.org" });
    bot.post("/api/auth/email/change", email).await.refused(403, "forbidden");
    let change = json!({ "current_password": PASSWORD, "new_password": "another-Teapot 48" });
    bot.post("/api/auth/password/change", change).await.refused(403, "forbidden");
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn az_10_tk_7_no_spelling_of_an_address_lets_a_token_reach_farther() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let (reader, _) = make(&app, &root, &["read"]).await;
    let (writer, id) = make(&app, &root, &["write"]).await;
    let session = root.get("/api/auth/sessions").await["items"][0]["id"].clone();
    reader.get("/api/rooms").await.expect(200);
    writer.get("/api/rooms").await.refused(403, "forbidden");
    let before = app.database.dump();
    for auth in ["/api/%61uth", "/%61pi/auth", "/api/a%75t%68", "/api/%%361uth"] {
        writer.post(&format!("{auth}/tokens"), new(&["admin"])).await.refused(403, "forbidden");
        writer.delete(&format!("{auth}/tokens/{id}")).await.refused(403, "forbidden");
        writer.delete(&format!("{auth}/sessions/{session}")).await.refused(403, "forbidden");
    }
    for admin in ["/api/%61dmin", "/ap%69/admin", "/api/admi%6e"] {
        reader.get(&format!("{admin}/users")).await.refused(403, "forbidden");
        let change = json!({ "is_active": false });
        writer.patch(&format!("{admin}/users/{}", root.id), change).await.refused(403, "forbidden");
    }
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn tk_7_a_token_that_ended_opens_nothing() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let (bot, id) = make(&app, &ann, &["read"]).await;
    eve.delete(&format!("{TOKENS}/{id}")).await.refused(404, "not_found");
    bot.get("/api/rooms").await.expect(200);
    ann.delete(&format!("/api/auth/sessions/{id}")).await.refused(404, "not_found");
    ann.delete(&format!("{TOKENS}/{id}")).await.expect(204);
    bot.get("/api/rooms").await.refused(401, "session_revoked");
    ann.delete(&format!("{TOKENS}/{id}")).await.refused(404, "not_found");
    assert_eq!(ann.get(TOKENS).await["items"], json!([]));
    let session = ann.get("/api/auth/sessions").await["items"][0]["id"].clone();
    ann.delete(&format!("{TOKENS}/{session}")).await.refused(404, "not_found");

    let (bot, _) = make(&app, &ann, &["read"]).await;
    app.database.run("update users set is_active = false where username = 'ann'");
    bot.get("/api/rooms").await.refused(401, "account_deactivated");
}

#[tokio::test]
async fn a_token_ends_when_its_days_are_over() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let body = json!({ "name": "bot", "scopes": ["read"], "expires_in_days": 30 });
    let made = ann.post(TOKENS, body).await.expect(201);
    assert!(made["expires_at"].is_string());
    let bot = app.client().with_token(made["token"].as_str().unwrap());
    app.advance(DAY * 30 - Duration::from_secs(1));
    bot.get("/api/rooms").await.expect(200);
    app.advance(Duration::from_secs(1));
    bot.get("/api/rooms").await.refused(401, "session_revoked");
}

#[tokio::test]
async fn what_is_asked_of_a_token_is_checked() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let before = app.database.dump();
    for (body, flaw) in [
        (json!({ "name": " ", "scopes": ["read"] }), "name:blank"),
        (json!({ "name": "bot", "scopes": [] }), "scopes:required"),
        (json!({ "name": "bot", "scopes": ["root"] }), "scopes[0]:malformed"),
        (json!({ "name": "bot" }), "scopes:required"),
        (
            json!({ "name": "b", "scopes": ["read"], "expires_in_days": 0 }),
            "expires_in_days:out_of_range",
        ),
        (
            json!({ "name": "b", "scopes": ["read"], "expires_in_days": 3651 }),
            "expires_in_days:out_of_range",
        ),
        (json!({ "name": "b", "scopes": ["read"], "is_staff": true }), "is_staff:unknown"),
    ] {
        ann.post(TOKENS, body).await.invalid(&[flaw]);
    }
    assert_eq!(app.database.dump(), before);
    for wrong in ["parlor_pat_", "parlor_pat_x", &format!("parlor_pat_{}", "A".repeat(49))] {
        let bot = app.client().with_token(wrong);
        bot.get("/api/rooms").await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn do_3_a_person_has_fifty_tokens_at_the_most() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for _ in 0..50 {
        make(&app, &ann, &["read"]).await;
    }
    ann.post(TOKENS, new(&["read"])).await.refused(409, "conflict");
    let last = ann.get(TOKENS).await["items"][49]["id"].clone();
    ann.delete(&format!("{TOKENS}/{last}")).await.expect(204);
    make(&app, &ann, &["read"]).await;
    ann.get("/api/profiles/me").await.expect(200);
}
