//! Staying signed in: refresh tokens, in the body and in the cookie.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Client, PASSWORD, Person, TestApp};

const REFRESH: &str = "/api/auth/refresh";
const LOGIN: &str = "/api/auth/login";
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post(REFRESH, json!({ "refresh_token": token })).await
}

fn token_of(answer: &Answer) -> String {
    answer["refresh_token"].as_str().unwrap().to_owned()
}

/// Signs in as a browser does: the refresh token travels in a cookie.
async fn browser(app: &TestApp, remember: bool) -> (Client, Answer) {
    let body = json!({
        "username": "ann", "password": PASSWORD, "session": "cookie", "remember": remember,
    });
    let client = app.client();
    let answer = client.post(LOGIN, body).await.expect(200);
    (client, answer)
}

async fn signed_up() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    (app, ann)
}

#[tokio::test]
async fn an_access_token_runs_out_and_a_refresh_gives_the_next() {
    let (app, ann) = signed_up().await;
    app.advance(Duration::from_secs(11 * 60));
    ann.get("/api/profiles/me").await.refused(401, "token_expired");
    let next = refresh(&ann, &ann.refresh_token).await.expect(200);
    let ann = ann.with_tokens(&next);
    ann.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn tk_5_each_refresh_gives_another_token() {
    let (_app, ann) = signed_up().await;
    let mut token = ann.refresh_token.clone();
    for _ in 0..3 {
        let next = token_of(&refresh(&ann, &token).await.expect(200));
        assert_ne!(next, token);
        token = next;
    }
}

#[tokio::test]
async fn tk_5_two_tabs_that_refresh_at_once_get_the_same_successor() {
    let (app, ann) = signed_up().await;
    let (one, other) =
        tokio::join!(refresh(&ann, &ann.refresh_token), refresh(&ann, &ann.refresh_token));
    let successor = token_of(&one.expect(200));
    assert_eq!(successor, token_of(&other.expect(200)));
    app.advance(Duration::from_secs(10));
    let late = refresh(&ann, &ann.refresh_token).await.expect(200);
    assert_eq!(token_of(&late), successor);
    refresh(&ann, &successor).await.expect(200);
}

#[tokio::test]
async fn tk_5_an_old_token_used_again_ends_the_whole_session() {
    let (app, ann) = signed_up().await;
    let next = refresh(&ann, &ann.refresh_token).await.expect(200);
    app.advance(Duration::from_secs(11));
    refresh(&ann, &ann.refresh_token).await.refused(401, "session_revoked");
    refresh(&ann, &token_of(&next)).await.refused(401, "session_revoked");
    ann.get("/api/profiles/me").await.refused(401, "session_revoked");
    app.log_in("ann").await.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn tk_5_a_token_two_generations_old_has_no_grace() {
    let (_app, ann) = signed_up().await;
    let next = refresh(&ann, &ann.refresh_token).await.expect(200);
    refresh(&ann, &token_of(&next)).await.expect(200);
    refresh(&ann, &ann.refresh_token).await.refused(401, "session_revoked");
}

#[tokio::test]
async fn a_session_lasts_a_day_from_its_last_refresh() {
    let (app, ann) = signed_up().await;
    app.advance(23 * HOUR);
    let next = refresh(&ann, &ann.refresh_token).await.expect(200);
    app.advance(23 * HOUR);
    let next = refresh(&ann, &token_of(&next)).await.expect(200);
    app.advance(24 * HOUR);
    refresh(&ann, &token_of(&next)).await.refused(401, "session_revoked");
}

#[tokio::test]
async fn a_remembered_session_lasts_thirty_days() {
    let (app, _) = signed_up().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "remember": true });
    let client = app.client();
    let tokens = client.post(LOGIN, body).await.expect(200);
    app.advance(29 * 24 * HOUR);
    let next = refresh(&client, &token_of(&tokens)).await.expect(200);
    app.advance(30 * 24 * HOUR);
    refresh(&client, &token_of(&next)).await.refused(401, "session_revoked");
}

#[tokio::test]
async fn what_is_no_refresh_token_refreshes_nothing() {
    let (app, ann) = signed_up().await;
    let bob = app.sign_up("bob").await;
    let before = app.database.dump();
    let (head, mac) = ann.refresh_token.rsplit_once('.').unwrap();
    let of_bob = bob.refresh_token.rsplit_once('.').unwrap().1;
    for odd in [
        String::new(),
        "r1".to_owned(),
        format!("{head}.{}", mac.to_uppercase()),
        format!("{head}.{of_bob}"),
        format!("r1.999.0.{mac}"),
        ann.refresh_token.replace(".0.", ".1."),
        ann.access_token.clone(),
        format!("{}=", ann.refresh_token),
    ] {
        refresh(&ann, &odd).await.refused(401, "unauthenticated");
    }
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn tk_6_a_browser_s_token_is_in_a_cookie_that_no_script_can_read() {
    let (app, _) = signed_up().await;
    let (_, answer) = browser(&app, false).await;
    assert!(answer.json.get("refresh_token").is_none());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("parlor_refresh=r1."), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/auth"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Max-Age") && !cookie.contains("Secure"), "{cookie}");
    let (_, remembered) = browser(&app, true).await;
    assert!(remembered.header("set-cookie").contains("Max-Age=2592000"));
}

#[tokio::test]
async fn tk_6_where_people_come_by_https_the_cookie_is_bound_to_the_host() {
    let app = TestApp::builder().with("PARLOR_PUBLIC_URL", "https://chat.example.org");
    let app = app.start().await;
    app.sign_up("ann").await;
    let (client, answer) = browser(&app, false).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-parlor_refresh=r1."), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure"] {
        assert!(cookie.split("; ").any(|it| it == part), "{cookie} has no {part}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let call = |origin: &str| {
        let call = client.call(Method::POST, REFRESH).header("Cookie", pair);
        call.header("Origin", origin).header("X-Parlor", "1")
    };
    call("http://chat.example.org").send().await.refused(403, "forbidden");
    call("https://chat.example.org").send().await.expect(200);
}

#[tokio::test]
async fn a_browser_refreshes_without_a_body() {
    let (app, _) = signed_up().await;
    let (client, _) = browser(&app, true).await;
    let origin = format!("http://{}", app.address);
    // No form can say that its body is JSON: that will do as well.
    let call = client.call(Method::POST, REFRESH).header("Origin", &origin);
    call.json(&json!({})).send().await.expect(200);
    for _ in 0..3 {
        let call = client.call(Method::POST, REFRESH).header("Origin", &origin);
        let answer = call.header("X-Parlor", "1").send().await.expect(200);
        assert!(answer.json.get("refresh_token").is_none());
        assert!(answer.header("set-cookie").contains("Max-Age=2592000"));
        client.with_tokens(&answer).get("/api/profiles/me").await.expect(200);
    }
}

#[tokio::test]
async fn wb_3_the_cookie_is_of_no_use_to_the_pages_of_others() {
    let (app, _) = signed_up().await;
    let (client, _) = browser(&app, false).await;
    let before = app.database.dump();
    let own = format!("http://{}", app.address);
    let unmarked = client.call(Method::POST, REFRESH).header("Origin", &own);
    unmarked.send().await.refused(403, "forbidden");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let call = client.call(Method::POST, REFRESH).header("Origin", &own);
        let form = call.body(kind, "{}").send().await;
        assert!(matches!(form.status, 403 | 415), "{kind}: {}", form.text);
    }
    let nameless = client.call(Method::POST, REFRESH).header("X-Parlor", "1");
    nameless.send().await.refused(403, "forbidden");
    for origin in ["null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1"] {
        let call = client.call(Method::POST, REFRESH).header("Origin", origin);
        call.header("X-Parlor", "1").send().await.refused(403, "forbidden");
        let asked = client.call(Method::OPTIONS, REFRESH).header("Origin", origin);
        let asked = asked.header("Access-Control-Request-Method", "POST");
        let told = asked.header("Access-Control-Request-Headers", "x-parlor").send().await;
        assert_eq!(told.header("access-control-allow-headers"), "");
    }
    assert_eq!(app.database.dump(), before);
    app.client().call(Method::POST, REFRESH).send().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn no_cookie_authenticates_any_other_call() {
    let (app, _) = signed_up().await;
    let (client, _) = browser(&app, false).await;
    client.get("/api/profiles/me").await.refused(401, "unauthenticated");
}
