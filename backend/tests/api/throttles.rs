//! How much is too much: sign-ins that fail, sign-ups, calls.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, TestApp};

const LOGIN: &str = "/api/auth/login";
const MINUTE: Duration = Duration::from_secs(60);
/// A proxy that the tests pretend to be, to come from many addresses.
const PROXY: &str = "127.0.0.1";

async fn app() -> TestApp {
    TestApp::builder().with_limits().with("PARLOR_TRUSTED_PROXIES", PROXY).start().await
}

/// A call from an address, by way of the proxy.
async fn from(app: &TestApp, address: &str, path: &str, body: &Value) -> Answer {
    let call = app.client().call(Method::POST, path).header("X-Forwarded-For", address);
    call.json(body).send().await
}

async fn guess(app: &TestApp, address: &str, username: &str) -> Answer {
    let body = json!({ "username": username, "password": "a wrong guess 99" });
    from(app, address, LOGIN, &body).await
}

async fn sign_up(app: &TestApp, address: &str, username: &str) -> Answer {
    let body = json!({ "username": username, "password": PASSWORD });
    from(app, address, "/api/auth/register", &body).await
}

async fn sign_in(app: &TestApp, address: &str) -> Answer {
    from(app, address, LOGIN, &json!({ "username": "ann", "password": PASSWORD })).await
}

#[tokio::test]
async fn au_6_five_wrong_guesses_at_an_account_are_enough() {
    let app = app().await;
    sign_up(&app, "192.0.2.1", "ann").await.expect(201);
    // Written differently, from another address each time: it is the same account.
    for (at, name) in ["ann", "ANN", "Ann", "ａｎｎ", " ann "].into_iter().enumerate() {
        let address = format!("198.51.100.{at}");
        guess(&app, &address, name).await.refused(401, "bad_credentials");
    }
    let refused = guess(&app, "198.51.100.9", "ann").await.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "60");
    // What an address has left of its calls says nothing of guesses.
    assert_eq!((refused.header("ratelimit"), refused.header("ratelimit-policy")), ("", ""));
    app.advance(MINUTE);
    guess(&app, "198.51.100.9", "ann").await.refused(401, "bad_credentials");
    guess(&app, "198.51.100.9", "ann").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn au_6_guesses_at_an_account_that_does_not_exist_are_throttled_alike() {
    let app = app().await;
    for at in 0..5 {
        let address = format!("198.51.100.{at}");
        guess(&app, &address, "nobody").await.refused(401, "bad_credentials");
    }
    guess(&app, "198.51.100.9", "nobody").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn au_7_an_attack_from_elsewhere_does_not_lock_the_owner_out() {
    let app = app().await;
    let tokens = sign_up(&app, "192.0.2.1", "ann").await.expect(201);
    for at in 0..6 {
        guess(&app, &format!("198.51.100.{at}"), "ann").await;
    }
    sign_in(&app, "203.0.113.7").await.refused(429, "rate_limited");
    sign_in(&app, "192.0.2.1").await.expect(200);
    let live = app.client().with_tokens(&tokens);
    live.get("/api/profiles/me").await.expect(200);
}

#[tokio::test]
async fn au_6_ten_wrong_guesses_a_minute_from_an_address_are_enough() {
    let app = app().await;
    for at in 0..10 {
        let name = format!("somebody{at}");
        guess(&app, "192.0.2.1", &name).await.refused(401, "bad_credentials");
    }
    guess(&app, "192.0.2.1", "somebody").await.refused(429, "rate_limited");
    guess(&app, "192.0.2.2", "somebody").await.refused(401, "bad_credentials");
    app.advance(MINUTE);
    guess(&app, "192.0.2.1", "another").await.refused(401, "bad_credentials");
}

#[tokio::test]
async fn au_6_so_many_guesses_a_minute_from_everywhere_are_enough() {
    let app = app().await;
    for at in 0..600 {
        let address = format!("198.18.{}.{}", at / 200, at % 200);
        guess(&app, &address, &format!("somebody{at}")).await.refused(401, "bad_credentials");
    }
    guess(&app, "203.0.113.1", "somebody").await.refused(429, "rate_limited");
    app.advance(MINUTE);
    guess(&app, "203.0.113.1", "somebody").await.refused(401, "bad_credentials");
}

#[tokio::test]
async fn at_001_1_au_6_thirty_sign_ins_a_minute_from_an_address_are_enough_and_no_guesses() {
    let app = app().await;
    sign_up(&app, "192.0.2.1", "ann").await.expect(201);
    for _ in 0..30 {
        sign_in(&app, "192.0.2.1").await.expect(200);
        app.advance(Duration::from_millis(50));
    }
    sign_in(&app, "192.0.2.1").await.refused(429, "rate_limited");
    sign_in(&app, "192.0.2.2").await.expect(200);
    app.advance(MINUTE);
    sign_in(&app, "192.0.2.1").await.expect(200);
    assert_eq!(app.database.lines("select count(*) as line from failures"), ["0"]);
}

#[tokio::test]
async fn au_6_an_account_is_one_by_whichever_of_its_names() {
    let app = app().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let tokens = from(&app, "192.0.2.1", "/api/auth/register", &body).await.expect(201);
    for (at, name) in ["ann", "ann@example.org", "ANN@EXAMPLE.ORG", "Ann", "ann@example.org"]
        .into_iter()
        .enumerate()
    {
        let address = format!("198.51.100.{at}");
        guess(&app, &address, name).await.refused(401, "bad_credentials");
    }
    for name in ["ann", "ann@example.org"] {
        guess(&app, "198.51.100.9", name).await.refused(429, "rate_limited");
    }
    // Where the person has been, guesses count apart, those at whatever asks for the password too.
    let live = app.client().with_tokens(&tokens);
    let wrong = json!({ "current_password": "a wrong guess 99" });
    for _ in 0..3 {
        let call = live.call(Method::POST, "/api/auth/totp").header("X-Forwarded-For", "192.0.2.1");
        call.json(&wrong).send().await.refused(401, "bad_credentials");
    }
    for _ in 0..2 {
        guess(&app, "192.0.2.1", "ann").await.refused(401, "bad_credentials");
    }
    guess(&app, "192.0.2.1", "ann").await.refused(429, "rate_limited");
    let call = live.call(Method::POST, "/api/auth/totp").header("X-Forwarded-For", "192.0.2.1");
    call.json(&wrong).send().await.refused(429, "rate_limited");
}

#[tokio::test]
async fn au_7_an_address_of_a_network_that_the_owner_comes_from_is_known() {
    let app = app().await;
    sign_up(&app, "2001:db8:1:2::1", "ann").await.expect(201);
    for at in 0..6 {
        guess(&app, &format!("198.51.100.{at}"), "ann").await;
    }
    sign_in(&app, "2001:db8:1:3::1").await.refused(429, "rate_limited");
    sign_in(&app, "2001:db8:1:2:ffff::7").await.expect(200);
}

#[tokio::test]
async fn au_6_a_header_that_nobody_vouches_for_changes_nothing() {
    let app = TestApp::builder().with_limits().start().await;
    for at in 0..10 {
        let address = format!("198.51.100.{at}");
        guess(&app, &address, &format!("somebody{at}")).await.refused(401, "bad_credentials");
    }
    guess(&app, "198.51.100.99", "somebody").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn twenty_sign_ups_a_minute_from_an_address_are_enough() {
    let app = app().await;
    let weak = json!({ "username": "x", "password": "x" });
    for _ in 0..20 {
        from(&app, "192.0.2.1", "/api/auth/register", &weak).await.refused(422, "invalid");
    }
    let refused = from(&app, "192.0.2.1", "/api/auth/register", &weak).await;
    assert_eq!(refused.refused(429, "rate_limited").header("retry-after"), "3");
    sign_up(&app, "192.0.2.2", "ann").await.expect(201);
}

#[tokio::test]
async fn all_the_emoji_that_a_message_may_have_of_one_person_can_be_put_there_at_once() {
    let app = app().await;
    let tokens = sign_up(&app, "192.0.2.1", "ann").await.expect(201);
    let ann = app.client().with_tokens(&tokens);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let messages = format!("/api/rooms/{room}/messages");
    let message = ann.post(&messages, json!({ "body": "so?" })).await.expect(201).id();
    // U+1F600 and so on.
    let put = async |emoji: u8| {
        let path = format!("/api/messages/{message}/reactions/%F0%9F%98%{:02X}", 0x80 + emoji);
        ann.put_empty(&path).await
    };
    for emoji in 0..20 {
        put(emoji).await.expect(200);
    }
    assert_eq!(put(20).await.refused(422, "invalid").flaws(), ["emoji:too_many"]);
    for more in 0..20 {
        ann.patch(&format!("/api/messages/{message}"), json!({ "body": more.to_string() }))
            .await
            .expect(200);
    }
    let once_more = json!({ "body": "once more" });
    let refused = ann.patch(&format!("/api/messages/{message}"), once_more).await;
    assert_eq!(refused.refused(429, "rate_limited").header("retry-after"), "1");
    ann.post(&messages, json!({ "body": "said beside it" })).await.expect(201);
}

#[tokio::test]
async fn do_3_a_person_has_a_burst_of_calls_and_is_told_what_is_left() {
    let app = app().await;
    let tokens = sign_up(&app, "192.0.2.1", "ann").await.expect(201);
    let ann = app.client().with_tokens(&tokens);
    let first = ann.get("/api/profiles/me").await.expect(200);
    assert_eq!(first.header("ratelimit-policy"), "\"person\";q=100;w=2");
    assert_eq!(first.header("ratelimit"), "\"person\";r=99;t=1");
    for _ in 1..100 {
        ann.get("/api/profiles/me").await.expect(200);
    }
    let refused = ann.get("/api/profiles/me").await.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("ratelimit"), "\"person\";r=0;t=2");
    app.advance(Duration::from_millis(20));
    ann.get("/api/profiles/me").await.expect(200);
    ann.get("/api/profiles/me").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn calls_without_a_sign_in_count_for_their_address_whatever_token_they_show() {
    let app = app().await;
    let client = app.client().with_token("made.up.token");
    for _ in 0..40 {
        client.get("/api/profiles/me").await.refused(401, "unauthenticated");
    }
    let refused = app.client().get("/api/").await.refused(429, "rate_limited");
    assert_eq!(refused.header("ratelimit-policy"), "\"address\";q=40;w=2");
    app.client().get("/healthz").await.expect(200);
}

#[tokio::test]
async fn a_link_is_sent_again_once_in_three_minutes() {
    let app = app().await;
    let resend = async |email: &str| {
        from(&app, "192.0.2.1", "/api/auth/email/resend", &json!({ "email": email })).await
    };
    // Whether anybody has the address does not show.
    for email in ["ann@example.org", "nobody@example.org"] {
        resend(email).await.expect(202);
        let refused = resend(&email.to_uppercase()).await.refused(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), "180");
    }
    app.advance(3 * MINUTE);
    resend("ann@example.org").await.expect(202);
}

#[tokio::test]
async fn au_4_a_name_that_nobody_can_have_is_refused_before_any_work() {
    let app = app().await;
    let long = json!({ "username": "a".repeat(10_000), "password": PASSWORD });
    // Twenty times: it does not count as a guess.
    for _ in 0..20 {
        from(&app, "192.0.2.1", LOGIN, &long).await.refused(422, "invalid");
    }
    guess(&app, "192.0.2.1", "ann").await.refused(401, "bad_credentials");
}
