//! Where a person is signed in, and ending it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{PASSWORD, TestApp};

const SESSIONS: &str = "/api/auth/sessions";

#[tokio::test]
async fn se_4_a_person_sees_where_they_are_signed_in() {
    let app = TestApp::start().await;
    app.sign_up("ann").await;
    app.sign_up("bob").await;
    let ann = app.log_in("ann").await;
    let list = ann.get(SESSIONS).await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "only one's own");
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&items[0]["ip"], &items[0]["user_agent"]),
        (&json!("127.0.0.1"), &json!("Parlor tests"))
    );
}

#[tokio::test]
async fn sessions_and_tokens_come_in_pages() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for number in 0..2 {
        app.log_in("ann").await;
        let token = json!({ "name": format!("bot {number}"), "scopes": ["read"] });
        ann.post("/api/auth/tokens", token).await.expect(201);
    }
    for (list, count) in [(SESSIONS, 3), ("/api/auth/tokens", 2)] {
        let whole = ann.get(list).await.expect(200);
        let whole = whole["items"].as_array().unwrap();
        assert_eq!(whole.len(), count);
        let mut next = String::new();
        for (at, item) in whole.iter().enumerate() {
            let page = ann.get(&format!("{list}?limit=1{next}")).await.expect(200);
            assert_eq!(page["items"], json!([item]));
            assert_eq!(page["next"].is_null(), at + 1 == count);
            next = format!("&cursor={}", page["next"].as_str().unwrap_or_default());
        }
        for wrong in ["limit=0", "limit=101", "cursor=x", "order=id"] {
            ann.get(&format!("{list}?{wrong}")).await.refused(422, "invalid");
        }
    }
}

#[tokio::test]
async fn se_4_a_session_can_be_ended_from_another() {
    let app = TestApp::start().await;
    let (old, new) = (app.sign_up("ann").await, app.log_in("ann").await);
    let list = new.get(SESSIONS).await.expect(200);
    let id = list["items"][1]["id"].as_i64().unwrap();
    new.delete(&format!("{SESSIONS}/{id}")).await.expect(204);
    old.get("/api/profiles/me").await.refused(401, "session_revoked");
    let refresh = json!({ "refresh_token": old.refresh_token });
    old.post("/api/auth/refresh", refresh).await.refused(401, "session_revoked");
    new.delete(&format!("{SESSIONS}/{id}")).await.refused(404, "not_found");
    assert_eq!(new.get(SESSIONS).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let id = ann.get(SESSIONS).await["items"][0]["id"].as_i64().unwrap();
    for id in [id.to_string(), "0".into(), "-1".into(), "x".into(), "9007199254740993".into()] {
        bob.delete(&format!("{SESSIONS}/{id}")).await.refused(404, "not_found");
    }
    ann.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn se_1_who_signs_out_is_out_at_once() {
    let app = TestApp::start().await;
    let (one, other) = (app.sign_up("ann").await, app.log_in("ann").await);
    let answer = one.act("/api/auth/logout").await.expect(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    one.get("/api/profiles/me").await.refused(401, "session_revoked");
    one.act("/api/auth/logout").await.refused(401, "session_revoked");
    other.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn se_6_the_twenty_first_session_ends_the_oldest() {
    let app = TestApp::start().await;
    let first = app.sign_up("ann").await;
    let second = app.log_in("ann").await;
    let mut last = second.clone();
    for _ in 0..19 {
        last = app.log_in("ann").await;
    }
    first.get("/api/profiles/me").await.refused(401, "session_revoked");
    second.get("/api/profiles/me").await.expect(200);
    assert_eq!(last.get(SESSIONS).await["items"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn it_is_noted_once_a_minute_that_a_session_is_in_use() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let seen = async || {
        let call = ann.call(Method::GET, SESSIONS).header("User-Agent", "Another\tprogram");
        let list = call.send().await.expect(200);
        (list["items"][0]["last_seen_at"].clone(), list["items"][0]["user_agent"].clone())
    };
    let (began, _) = seen().await;
    app.advance(Duration::from_secs(59));
    assert_eq!(seen().await.0, began);
    app.advance(Duration::from_secs(1));
    let (later, program) = seen().await;
    assert_ne!(later, began);
    assert_eq!(program, "Anotherprogram", "without what could break a log line");
}

#[tokio::test]
async fn what_is_no_access_token_opens_nothing() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let other = TestApp::start().await.sign_up("ann").await;
    for header in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {}", ann.access_token),
        format!("Bearer  {}", ann.access_token),
        format!("Bearer {}x", ann.access_token),
        format!("Bearer {}", ann.refresh_token),
        format!("Bearer {}", other.access_token),
        ann.access_token.clone(),
        format!("Bearer {}", "A".repeat(8_000)),
    ] {
        let call = app.client().call(Method::GET, "/api/profiles/me");
        let answer = call.header("Authorization", &header).send().await;
        let answer = answer.refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let lower = format!("bearer {}", ann.access_token);
    let call = app.client().call(Method::GET, "/api/profiles/me");
    call.header("Authorization", &lower).send().await.expect(200);
    let twice = ann.call(Method::GET, "/api/profiles/me");
    twice.header("Authorization", &lower).send().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_session_belongs_to_its_person_for_ever() {
    let app = TestApp::start().await;
    let (ann, _) = (app.sign_up("ann").await, app.sign_up("bob").await);
    app.database.run("update sessions set user_id = 2 where user_id = 1");
    ann.get("/api/profiles/me").await.refused(401, "unauthenticated");
    let body = json!({ "username": "ann", "password": PASSWORD });
    app.client().post("/api/auth/login", body).await.expect(200);
}
