//! Pages of other origins.

use reqwest::Method;

use crate::harness::{Answer, TestApp};

const ALLOWED: &str = "https://app.example.org";

async fn app() -> TestApp {
    TestApp::builder().with("PARLOR_ALLOWED_ORIGINS", ALLOWED).start().await
}

async fn ask(app: &TestApp, origin: &str) -> Answer {
    app.client().call(Method::GET, "/api/").header("Origin", origin).send().await.expect(200)
}

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    let call = app.client().call(Method::OPTIONS, "/api/rooms").header("Origin", origin);
    call.header("Access-Control-Request-Method", "POST").send().await.expect(204)
}

#[tokio::test]
async fn wb_3_a_page_that_was_allowed_may_call_without_cookies() {
    let app = app().await;
    let answer = ask(&app, ALLOWED).await;
    assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
    assert!(answer.header("access-control-expose-headers").contains("X-Request-Id"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    let answer = preflight(&app, ALLOWED).await;
    assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
    assert!(answer.header("access-control-allow-methods").contains("POST"));
    assert!(answer.header("access-control-allow-headers").contains("Authorization"));
}

#[tokio::test]
async fn wb_3_all_other_pages_may_not() {
    let app = app().await;
    for origin in [
        "null",
        "https://app.example.org.evil.example",
        "https://evil-app.example.org",
        "http://app.example.org",
        "https://app.example.org:444",
        "https://APP.example.org",
        "*",
    ] {
        for answer in [ask(&app, origin).await, preflight(&app, origin).await] {
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
            assert_eq!(answer.header("access-control-allow-methods"), "", "{origin}");
        }
    }
}

#[tokio::test]
async fn a_cache_keeps_the_answers_to_different_origins_apart() {
    let app = app().await;
    let vary: Vec<_> = ask(&app, ALLOWED).await.headers.get_all("vary").iter().cloned().collect();
    assert!(vary.iter().any(|it| it == "Origin"), "{vary:?}");
}
