//! What can be told from how long an answer takes.
//!
//! The measure is the chance that, of one answer of each kind, the one of the first kind took longer:
//! a half where nothing can be told. `SECURITY_SAMPLES=1000` is what is promised; the tests take fewer,
//! and allow for what chance does to so few.

use std::{
    env,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, PASSWORD, TestApp};

fn samples() -> usize {
    env::var("SECURITY_SAMPLES").ok().and_then(|it| it.parse().ok()).unwrap_or(60)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// By how much the chance may differ from a half: 0.05, and three standard deviations of so few samples.
fn bound(samples: usize) -> f64 {
    0.05 + 3.0 * (1.0 / (6.0 * number(samples))).sqrt() * f64::from(u8::from(samples < 1_000))
}

/// How likely it is that one of the first kind took longer than one of the second.
fn chance(first: &[Duration], second: &[Duration]) -> f64 {
    let mut greater = 0.0;
    for one in first {
        for other in second {
            greater += match one.cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    greater / number(first.len() * second.len())
}

/// The same of calls that differ in their address.
async fn compare_paths(
    client: &Client,
    method: &Method,
    paths: [String; 2],
    body: Option<Value>,
) -> f64 {
    let mut took = [Vec::new(), Vec::new()];
    for at in 0..samples() {
        for kind in [at % 2, 1 - at % 2] {
            let call = client.call(method.clone(), &paths[kind]);
            let call = match &body {
                Some(body) => call.json(body),
                None => call,
            };
            let began = Instant::now();
            let answer = call.send().await;
            took[kind].push(began.elapsed());
            answer.refused(404, "not_found");
        }
    }
    chance(&took[0], &took[1])
}

/// Asks both kinds in turn, now the one and now the other first, and compares.
async fn compare(client: &Client, path: &str, kinds: [&dyn Fn(usize) -> Value; 2]) -> f64 {
    let mut took = [Vec::new(), Vec::new()];
    for at in 0..samples() {
        let first = at % 2;
        for kind in [first, 1 - first] {
            let body = kinds[kind](at);
            let began = Instant::now();
            client.post(path, body).await;
            took[kind].push(began.elapsed());
        }
    }
    chance(&took[0], &took[1])
}

#[tokio::test]
async fn au_5_no_time_tells_whether_there_is_an_account() {
    let app = TestApp::start().await;
    let client = app.client();
    let ann = app.sign_up("ann").await;
    let email = json!({ "current_password": PASSWORD, "email": "ann@example.org" });
    ann.post("/api/auth/email/change", email).await.expect(202);
    let known = |at: usize| json!({ "username": "ann", "password": format!("wrong {at}") });
    let unknown = |at: usize| json!({ "username": "bob", "password": format!("wrong {at}") });
    for _ in 0..3 {
        client.post("/api/auth/login", known(0)).await;
        client.post("/api/auth/login", unknown(0)).await;
    }
    let chance = compare(&client, "/api/auth/login", [&known, &unknown]).await;
    assert!((chance - 0.5).abs() <= bound(samples()), "signing in tells: {chance}");
    let known = |_: usize| json!({ "email": "ann@example.org" });
    let unknown = |at: usize| json!({ "email": format!("bob{at}@example.org") });
    let chance = compare(&client, "/api/auth/password/reset", [&known, &unknown]).await;
    assert!((chance - 0.5).abs() <= bound(samples()), "asking for a link tells: {chance}");
}

#[tokio::test]
async fn az_1_no_time_tells_whether_there_is_a_hidden_room() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let hidden = json!({ "name": "Secret", "invite_only": true });
    let hidden = ann.post("/api/rooms", hidden).await.expect(201).id();
    let path = format!("/api/rooms/{hidden}/messages");
    let message = ann.post(&path, json!({ "body": "a secret" })).await.expect(201).id();
    let rooms = |rest: &str| [hidden, 999_999].map(|id| format!("/api/rooms/{id}{rest}"));
    let messages = |rest: &str| [message, 999_999].map(|id| format!("/api/messages/{id}{rest}"));
    let text = || Some(json!({ "body": "hello?" }));
    for (method, paths, body) in [
        (Method::POST, rooms("/messages"), text()),
        (Method::GET, rooms(""), None),
        (Method::GET, rooms("/messages"), None),
        (Method::POST, rooms("/join"), None),
        (Method::GET, messages(""), None),
        (Method::PATCH, messages(""), text()),
        (Method::DELETE, messages(""), None),
    ] {
        for path in &paths {
            eve.call(method.clone(), path).json(&json!({ "body": "x" })).send().await;
        }
        let chance = compare_paths(&eve, &method, paths.clone(), body).await;
        eprintln!("{method} {}: {chance:.3}", paths[0]);
        assert!((chance - 0.5).abs() <= bound(samples()), "{method} {}: {chance}", paths[0]);
    }
}
