//! Changing a password, and choosing a new one by a mailed link.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, PASSWORD, Person, TestApp};

const CHANGE: &str = "/api/auth/password/change";
const RESET: &str = "/api/auth/password/reset";
const CONFIRM: &str = "/api/auth/password/reset/confirm";
const NEW: &str = "another-Teapot 48 parasol";

async fn sign_up(app: &TestApp) -> Person {
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "Ann@example.org" });
    let tokens = app.client().post("/api/auth/register", body).await.expect(201);
    app.next_mail().await;
    app.client().with_tokens(&tokens)
}

fn change(current: &str, new: &str) -> Value {
    json!({ "current_password": current, "new_password": new })
}

async fn log_in(app: &TestApp, password: &str) -> Answer {
    let body = json!({ "username": "ann", "password": password });
    app.client().post("/api/auth/login", body).await
}

async fn ask(client: &Client, email: &str) -> Answer {
    client.post(RESET, json!({ "email": email })).await
}

async fn confirm(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "new_password": password });
    app.client().post(CONFIRM, body).await
}

#[tokio::test]
async fn au_8_changing_the_password_ends_every_other_session() {
    let app = TestApp::start().await;
    let (old, ann) = (sign_up(&app).await, app.log_in("ann").await);
    let body = json!({ "name": "bot", "scopes": ["read"] });
    let token = ann.post("/api/auth/tokens", body).await.expect(201);
    app.next_mail().await;
    let bot = app.client().with_token(token["token"].as_str().unwrap());
    bot.get("/api/profiles/me").await.expect(200);

    ann.post(CHANGE, change(PASSWORD, NEW)).await.expect(204);
    ann.get("/api/profiles/me").await.expect(200);
    for ended in [&*old, &bot] {
        ended.get("/api/profiles/me").await.refused(401, "session_revoked");
    }
    let refresh = json!({ "refresh_token": old.refresh_token });
    app.client().post("/api/auth/refresh", refresh).await.refused(401, "session_revoked");
    log_in(&app, PASSWORD).await.refused(401, "bad_credentials");
    log_in(&app, NEW).await.expect(200);
    let mail = app.next_mail().await;
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("Ann@example.org", "Your password was changed")
    );
}

#[tokio::test]
async fn au_8_without_the_password_of_today_nothing_changes() {
    let app = TestApp::start().await;
    let ann = sign_up(&app).await;
    let before = app.database.dump();
    ann.post(CHANGE, change("a wrong guess 99", NEW)).await.refused(401, "bad_credentials");
    ann.post(CHANGE, change(PASSWORD, "12345678")).await.invalid(&["new_password:too_weak"]);
    ann.post(CHANGE, change(PASSWORD, "short")).await.invalid(&["new_password:too_short"]);
    ann.post(CHANGE, change(PASSWORD, "ann@example.org")).await.invalid(&["new_password:too_weak"]);
    app.client().post(CHANGE, change(PASSWORD, NEW)).await.refused(401, "unauthenticated");
    assert_eq!(app.database.dump(), before);
    app.no_more_mails().await;
}

#[tokio::test]
async fn a_session_left_open_is_no_way_to_guess_the_password() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = sign_up(&app).await;
    for _ in 0..5 {
        ann.post(CHANGE, change("a wrong guess 99", NEW)).await.refused(401, "bad_credentials");
    }
    ann.post(CHANGE, change(PASSWORD, NEW)).await.refused(429, "rate_limited");
    app.advance(Duration::from_secs(60));
    ann.post(CHANGE, change(PASSWORD, NEW)).await.expect(204);
}

#[tokio::test]
async fn who_forgot_the_password_chooses_a_new_one_by_a_link_that_is_good_once() {
    let app = TestApp::start().await;
    let ann = sign_up(&app).await;
    // However it is written, the mail goes to the address as the account has it.
    ask(&app.client(), "ann@EXAMPLE.org").await.expect(202);
    let mail = app.next_mail().await;
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("Ann@example.org", "Choose a new password")
    );
    let token = mail.token();
    confirm(&app, &token, "12345678").await.invalid(&["new_password:too_weak"]);
    confirm(&app, &token, NEW).await.expect(204);
    ann.get("/api/profiles/me").await.refused(401, "session_revoked");
    log_in(&app, PASSWORD).await.refused(401, "bad_credentials");
    let tokens = log_in(&app, NEW).await.expect(200);
    assert_eq!(tokens["profile"]["email_verified"], true, "whoever opened the link has the mails");
    confirm(&app, &token, PASSWORD).await.refused(410, "link_invalid");
    assert_eq!(app.next_mail().await.subject, "Your password was changed");
}

#[tokio::test]
async fn au_9_a_link_is_used_once_even_when_two_race() {
    let app = TestApp::start().await;
    sign_up(&app).await;
    ask(&app.client(), "ann@example.org").await.expect(202);
    let token = app.next_mail().await.token();
    let (one, other) = tokio::join!(confirm(&app, &token, NEW), confirm(&app, &token, PASSWORD));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410]);
}

#[tokio::test]
async fn au_9_a_link_dies_with_time_with_the_password_and_is_stored_as_a_hash() {
    let app = TestApp::start().await;
    let ann = sign_up(&app).await;
    ask(&app.client(), "ann@example.org").await.expect(202);
    let late = app.next_mail().await.token();
    assert!(!app.database.dump().contains(&late));
    app.advance(Duration::from_secs(60 * 60));
    confirm(&app, &late, NEW).await.refused(410, "link_invalid");

    ask(&app.client(), "ann@example.org").await.expect(202);
    let token = app.next_mail().await.token();
    let refreshed = json!({ "refresh_token": ann.refresh_token });
    let tokens = app.client().post("/api/auth/refresh", refreshed).await.expect(200);
    let ann = app.client().with_tokens(&tokens);
    ann.post(CHANGE, change(PASSWORD, NEW)).await.expect(204);
    confirm(&app, &token, PASSWORD).await.refused(410, "link_invalid");
    for nonsense in ["", "x", &"A".repeat(43), &token[1..], &ann.access_token] {
        confirm(&app, nonsense, NEW).await.refused(410, "link_invalid");
    }
}

#[tokio::test]
async fn au_9_a_new_password_takes_every_link_with_it() {
    let app = TestApp::start().await;
    let ann = sign_up(&app).await;
    // Whoever knew the old password may have asked for another address.
    let to_eve = json!({ "current_password": PASSWORD, "email": "eve@example.org" });
    ann.post("/api/auth/email/change", to_eve.clone()).await.expect(202);
    app.next_mail().await;
    let link = json!({ "token": app.next_mail().await.token() });
    ann.post(CHANGE, change(PASSWORD, NEW)).await.expect(204);
    app.next_mail().await;
    app.client().post("/api/auth/email/verify", link).await.refused(410, "link_invalid");

    let to_eve = json!({ "current_password": NEW, "email": "eve@example.org" });
    ann.post("/api/auth/email/change", to_eve).await.expect(202);
    app.next_mail().await;
    let link = json!({ "token": app.next_mail().await.token() });
    ask(&app.client(), "ann@example.org").await.expect(202);
    let reset = app.next_mail().await.token();
    confirm(&app, &reset, PASSWORD).await.expect(204);
    app.next_mail().await;
    app.client().post("/api/auth/email/verify", link).await.refused(410, "link_invalid");
}

#[tokio::test]
async fn au_9_a_link_dies_with_an_address_that_staff_take_away() {
    let app = TestApp::start().await;
    let (ann, root) = (sign_up(&app).await, app.superuser("root").await);
    ask(&app.client(), "ann@example.org").await.expect(202);
    let reset = app.next_mail().await.token();
    let user = format!("/api/admin/users/{}", ann.id);
    root.patch(&user, json!({ "email": null })).await.expect(200);
    confirm(&app, &reset, NEW).await.refused(410, "link_invalid");
    log_in(&app, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn tk_3_a_link_that_verifies_an_address_chooses_no_password() {
    let app = TestApp::start().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    app.client().post("/api/auth/register", body).await.expect(201);
    let verify = app.next_mail().await.token();
    confirm(&app, &verify, NEW).await.refused(410, "link_invalid");
    ask(&app.client(), "ann@example.org").await.expect(202);
    let reset = app.next_mail().await.token();
    let body = json!({ "token": reset });
    app.client().post("/api/auth/email/verify", body).await.refused(410, "link_invalid");
}

#[tokio::test]
async fn au_5_asking_for_a_link_does_not_show_whether_there_is_an_account() {
    let app = TestApp::start().await;
    sign_up(&app).await;
    let known = ask(&app.client(), "ann@example.org").await.expect(202);
    app.next_mail().await;
    let unknown = ask(&app.client(), "nobody@example.org").await.expect(202);
    assert_eq!(known.text, unknown.text);
    let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    app.database.run("update users set is_active = false");
    ask(&app.client(), "ann@example.org").await.expect(202);
    ask(&app.client(), "ann@").await.invalid(&["email:malformed"]);
    app.no_more_mails().await;
}

#[tokio::test]
async fn links_are_throttled_by_account_by_address_and_by_mailbox() {
    let app =
        TestApp::builder().with_limits().with("PARLOR_TRUSTED_PROXIES", "127.0.0.1").start().await;
    sign_up(&app).await;
    let from = async |address: &str, email: &str| {
        let call = app.client().call(Method::POST, RESET).header("X-Forwarded-For", address);
        call.json(&json!({ "email": email })).send().await
    };
    for at in 0..5 {
        from(&format!("198.51.100.{at}"), "ann@example.org").await.expect(202);
    }
    from("198.51.100.9", "ANN@example.org").await.refused(429, "rate_limited");
    from("198.51.100.9", "nobody@example.org").await.expect(202);
    // One of the five mails of this hour was the link of the sign-up.
    for _ in 0..4 {
        assert_eq!(app.next_mail().await.subject, "Choose a new password");
    }
    app.no_more_mails().await;
    for at in 0..20 {
        from("203.0.113.1", &format!("nobody{at}@example.org")).await.expect(202);
    }
    from("203.0.113.1", "nobody@example.net").await.refused(429, "rate_limited");
}
