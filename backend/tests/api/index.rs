//! Where everything is: the index, the documentation, the contracts, health.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Contract, TestApp};

#[tokio::test]
async fn at_001_2_the_index_leads_to_everything_for_programs_and_for_people() {
    let app = TestApp::start().await;
    let index = app.client().get("/api/").await.expect(200);
    let links = index["links"].as_array().unwrap();
    let hrefs: Vec<&str> = links.iter().map(|it| it["href"].as_str().unwrap()).collect();
    for href in ["/api/docs/", "/api/openapi.json", "/api/rooms", "/api/profiles", "/api/messages"]
    {
        assert!(hrefs.contains(&href), "{href}");
    }
    let call = app.client().call(Method::GET, "/api/");
    let page = call.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8").send().await;
    let page = page.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    for href in hrefs {
        assert!(page.text.contains(&format!("href=\"{href}\"")), "{href}");
    }
    assert!(!page.text.contains("<script") && !page.text.contains("style="));
    for accept in ["*/*", "application/json, text/html", "text/html;q=0.1, application/json"] {
        let call = app.client().call(Method::GET, "/api/");
        let answer = call.header("Accept", accept).send().await.expect(200);
        assert_eq!(answer["name"], "Parlor", "{accept}");
    }
}

#[tokio::test]
async fn every_link_of_the_index_leads_somewhere() {
    let app = TestApp::start().await;
    let index = app.client().get("/api/").await.expect(200);
    for link in index["links"].as_array().unwrap() {
        let href = link["href"].as_str().unwrap();
        if href != "/gateway" {
            let status = app.client().get(href).await.status;
            assert!(matches!(status, 200 | 401 | 405), "{href} → {status}");
        }
    }
}

#[tokio::test]
async fn the_contracts_are_served_as_they_are_checked_in_and_may_be_kept() {
    let app = TestApp::start().await;
    let contract = Contract::shared();
    for (path, expected) in
        [("/api/openapi.json", &contract.openapi), ("/api/asyncapi.json", &contract.asyncapi)]
    {
        let answer = app.client().get(path).await.expect(200);
        assert_eq!(&answer.json, expected);
        let call = app.client().call(Method::GET, path);
        call.header("If-None-Match", answer.header("etag")).send().await.expect(304);
        let call = app.client().call(Method::GET, path);
        call.header("If-None-Match", "\"another\"").send().await.expect(200);
    }
}

#[tokio::test]
async fn the_documentation_works_without_inline_scripts() {
    let app = TestApp::start().await;
    let redirect = app.client().get("/api/docs").await.expect(308);
    assert_eq!(redirect.header("location"), "/api/docs/");
    let page = app.client().get("/api/docs/").await.expect(200);
    for tag in page.text.split("<script").skip(1) {
        assert!(tag.contains("src="), "an inline script: <script{tag}");
    }
    assert!(!page.text.contains(" onload=") && !page.text.contains("<style"));
    let start = app.client().get("/api/docs/swagger-initializer.js").await.expect(200);
    assert!(start.text.contains("/api/openapi.json"), "{}", start.text);
    assert!(!start.text.contains("petstore"), "{}", start.text);
    let bundle = app.client().get("/api/docs/swagger-ui-bundle.js").await.expect(200);
    assert!(bundle.header("content-type").contains("javascript"));
}

#[tokio::test]
async fn a_signed_in_person_can_try_every_call_that_needs_a_sign_in() {
    let contract = Contract::shared();
    let scheme = &contract.openapi["components"]["securitySchemes"]["bearer"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    let app = TestApp::start().await;
    for (path, method, operation) in contract.operations() {
        let open = operation["security"].is_null();
        let address = path.replace("_id}", "").replace("{room", "1").replace("{user", "1");
        let address = address.replace("{message", "1").replace("{session", "1");
        let address = address.replace("{username}", "x").replace("{slug}", "x");
        let method: Method = method.to_uppercase().parse().unwrap();
        let call = app.client().call(method, &address.replace("{file}", "index.css"));
        let status = call.send().await.status;
        let is_refused = status == 401 && path != "/api/auth/refresh";
        assert_eq!(is_refused, !open, "{path} → {status}");
    }
}

#[tokio::test]
async fn a_node_says_that_it_is_alive_and_how_it_is() {
    let app = TestApp::start().await;
    assert_eq!(app.client().get("/healthz").await.expect(200).text, "ok\n");
    let ann = app.sign_up("ann").await;
    let _talking = app.connect(&ann).await;
    let ready = app.client().get("/readyz").await.expect(200);
    assert_eq!(ready["state"], "ok");
    assert_eq!(ready["parts"][0]["name"], "store");
    let [store, .., fan_out] = ready["parts"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(fan_out["name"], "fan_out");
    for part in [store, fan_out] {
        assert!(part["latency_ms"].as_f64().unwrap() > 0.0);
    }
}

#[tokio::test]
async fn a_node_whose_store_is_dead_says_so() {
    let app = TestApp::start().await;
    app.database.run("alter table meta rename to gone");
    let ready = app.client().get("/readyz").await.expect(503);
    assert_eq!(ready.header("retry-after"), "3");
    assert_eq!(
        (&ready["state"], &ready["parts"][0]["state"]),
        (&Value::from("down"), &"down".into())
    );
    app.client().get("/healthz").await.expect(200);
}
