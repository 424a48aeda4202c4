//! What is the same for every call: ids, headers, methods, problems, languages.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Contract, TestApp};

#[tokio::test]
async fn wb_2_every_response_carries_the_headers_that_keep_browsers_careful() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for path in [
        "/api/",
        "/api/docs",
        "/api/docs/",
        "/api/docs/swagger-ui-bundle.js",
        "/api/openapi.json",
        "/api/nothing",
        "/api/profiles/me",
        "/api/rooms/1",
        "/healthz",
        "/readyz",
        "/nothing",
        "/assets/nothing.js",
        "/",
    ] {
        for client in [&app.client(), &*ann] {
            let answer = client.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
            let csp = answer.header("content-security-policy");
            assert!(csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
            assert!(csp.contains("base-uri 'none'"), "{path}: {csp}");
            assert!(!csp.contains("unsafe-eval"), "{path}: {csp}");
            assert!(!path.starts_with("/api") || !csp.contains("unsafe-inline"), "{path}: {csp}");
            let scripts = csp.split(';').find(|it| it.trim().starts_with("script-src"));
            assert!(!scripts.unwrap_or_default().contains("unsafe"), "{path}: {csp}");
            assert!(answer.header("server").is_empty() && answer.header("x-powered-by").is_empty());
            assert!(answer.header("strict-transport-security").is_empty(), "{path}");
        }
    }
}

#[tokio::test]
async fn wb_2_where_people_come_by_https_browsers_are_told_to_stay_with_it() {
    let app = TestApp::builder().with("PARLOR_PUBLIC_URL", "https://chat.example.org");
    let app = app.start().await;
    for path in ["/healthz", "/api/nothing"] {
        let answer = app.client().get(path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    }
}

#[tokio::test]
async fn wb_5_answers_of_the_api_are_not_kept() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for path in ["/api/", "/api/profiles/me", "/api/nothing", "/api/rooms/1"] {
        assert_eq!(ann.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn lo_2_a_request_id_is_taken_over_if_it_is_harmless() {
    let app = TestApp::start().await;
    let ask = async |id: &str| {
        let call = app.client().call(Method::GET, "/api/nothing").header("X-Request-Id", id);
        let answer = call.send().await.refused(404, "not_found");
        assert_eq!(answer["request_id"], answer.header("x-request-id"));
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(ask("trace-42.a_B").await, "trace-42.a_B");
    assert_eq!(ask(&"a".repeat(64)).await, "a".repeat(64));
    for odd in ["", "a b", "a;b", "<script>", "a\tb", &"a".repeat(65)] {
        let made = ask(odd).await;
        assert_eq!(made.len(), 32, "{odd:?} became {made:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_whoever_says_so() {
    let app = TestApp::start().await;
    for path in ["/api/nothing", "/apix", "/gatewayx", "/assets/x.js", "/api/docs/x.js"] {
        app.client().get(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn an_address_says_which_methods_it_knows() {
    let app = TestApp::start().await;
    for (method, path, allowed) in [
        (Method::PUT, "/api/auth/login", "OPTIONS, POST"),
        (Method::POST, "/api/rooms/7", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        (Method::DELETE, "/api/profiles/me", "GET, HEAD, OPTIONS, PATCH"),
        (Method::TRACE, "/api/", "GET, HEAD, OPTIONS"),
        (Method::DELETE, "/healthz", "GET, HEAD, OPTIONS"),
    ] {
        let call = app.client().call(method, path);
        let answer = call.send().await.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allowed, "{path}");
        let call = app.client().call(Method::OPTIONS, path);
        assert_eq!(call.send().await.expect(204).header("allow"), allowed, "{path}");
    }
}

#[tokio::test]
async fn az_10_no_header_turns_one_call_into_another() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    for (name, value) in [
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Original-URL", "/api/profiles/me"),
        ("X-Rewrite-URL", "/api/profiles/me"),
    ] {
        let call = ann.call(Method::GET, "/api/auth/sessions").header(name, value);
        let list = call.send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn au_6_wb_5_an_address_is_the_same_however_its_letters_are_written() {
    let app = TestApp::builder().with_limits().start().await;
    let body = json!({ "username": "nobody", "password": "a wrong guess 99" });
    for path in ["/api/auth/login", "/%61pi/auth/login", "/api/auth/log%69n"] {
        let refused = app.client().post(path, body.clone()).await;
        let refused = refused.refused(401, "bad_credentials");
        assert_eq!(refused.header("cache-control"), "no-store", "{path}");
        assert!(refused.header("ratelimit").starts_with("\"address\""), "{path}");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::start().await;
    for path in ["/api/", "/healthz", "/api/openapi.json", "/api/nothing"] {
        let get = app.client().get(path).await;
        let head = app.client().call(Method::HEAD, path).send().await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
}

#[tokio::test]
async fn problems_speak_the_language_that_was_asked_for() {
    let app = TestApp::start().await;
    let ask = async |language: &str| {
        let call = app.client().call(Method::POST, "/api/auth/register");
        let call = call.header("Accept-Language", language);
        let body = json!({ "username": "x", "password": "x" });
        call.json(&body).send().await.refused(422, "invalid")
    };
    let (russian, english) = (ask("ru-RU, en;q=0.5").await, ask("de").await);
    assert_eq!(russian["detail"], "Кое-что здесь неверно.");
    assert_eq!(russian["errors"][0]["detail"], "Минимум символов: 2.");
    assert_eq!(english["errors"][0]["detail"], "At least 2 characters.");
    assert_eq!(russian["code"], english["code"]);
}

#[tokio::test]
async fn lo_4_a_fault_says_nothing_of_what_is_inside() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    app.database.run("alter table rooms rename to hidden_rooms");
    let answer = ann.get("/api/rooms").await.refused(500, "internal");
    for word in ["rooms", "sql", "table", "/", "src"] {
        let detail = answer["detail"].as_str().unwrap().to_lowercase();
        assert!(!detail.contains(word), "{detail}");
    }
    assert_eq!(answer["type"], "about:blank");
}

#[tokio::test]
async fn every_address_tells_its_methods_and_what_can_be_read_has_a_head() {
    let app = TestApp::start().await;
    let root = app.superuser("root-of-all").await;
    for (path, method, _) in Contract::shared().operations() {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let options = root.call(Method::OPTIONS, &path).send().await.expect(204);
        let allowed: Vec<&str> = options.header("allow").split(", ").collect();
        assert!(allowed.contains(&method.to_uppercase().as_str()), "{path}: {allowed:?}");
        if method == "get" {
            assert!(allowed.contains(&"HEAD"), "{path}");
            let (get, head) = (root.get(&path).await, root.call(Method::HEAD, &path).send().await);
            assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        }
    }
    for (path, allowed) in [
        ("/", "GET, HEAD, OPTIONS"),
        ("/gateway", "GET, OPTIONS"),
        ("/api/rooms/", "GET, HEAD, OPTIONS, POST"),
        ("/api/admin/users/", "GET, HEAD, OPTIONS, POST"),
    ] {
        let options = root.call(Method::OPTIONS, path).send().await.expect(204);
        assert_eq!(options.header("allow"), allowed, "{path}");
    }
    for path in ["/api/nothing/", "/healthz/", "/api/rooms//", "/api/docs//"] {
        root.call(Method::OPTIONS, path).send().await.refused(404, "not_found");
    }
    // A slash at the end changes nothing, nor does none after the index.
    for (path, same) in [
        ("/api/profiles/me/", "/api/profiles/me"),
        ("/api/rooms/?limit=1", "/api/rooms?limit=1"),
        ("/api", "/api/"),
    ] {
        assert_eq!(root.get(path).await.expect(200).text, root.get(same).await.text, "{path}");
    }
    let refused = root.call(Method::DELETE, "/").send().await;
    refused.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_page_that_is_open_for_days_learns_of_another_client_by_a_head() {
    let app = TestApp::start().await;
    let version = app.client().get("/api/version").await.expect(200);
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    let head = app.client().call(Method::HEAD, "/api/version").send().await.expect(200);
    let client = version["client"].as_str().unwrap();
    assert_eq!(head.header("etag"), format!("\"{client}\""));
    assert_eq!(head.header("cache-control"), "no-cache");
}
