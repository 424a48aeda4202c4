//! The web client, as far as the server goes.

use reqwest::Method;

use crate::harness::{Answer, TestApp};

async fn open(app: &TestApp, path: &str) -> Answer {
    let call = app.client().call(Method::GET, path);
    call.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8").send().await
}

#[tokio::test]
async fn every_address_that_a_person_opens_gets_the_page() {
    let app = TestApp::start().await;
    let page = open(&app, "/").await.expect(200);
    for path in ["/chat/", "/chat/tea/", "/chat/room/7/", "/profiles/", "/settings/", "/admin/"] {
        assert_eq!(open(&app, path).await.expect(200).text, page.text, "{path}");
    }
    let is_built = page.header("content-type").starts_with("text/html");
    assert!(is_built || page.text.contains("make build"), "{}", page.text);
}

#[tokio::test]
async fn what_is_missing_elsewhere_is_missing_and_not_the_page() {
    let app = TestApp::start().await;
    for path in ["/api/nothing", "/gateway/nothing", "/media/nothing", "/assets/nothing.js"] {
        open(&app, path).await.refused(404, "not_found");
    }
    app.client().get("/favicon.ico").await.refused(404, "not_found");
    app.client().act("/chat/").await.refused(404, "not_found");
    for path in
        ["/../Cargo.toml", "/assets/../../Cargo.toml", "/%2e%2e/Cargo.toml", "/index.html.br"]
    {
        app.client().get(path).await.refused(404, "not_found");
    }
}
