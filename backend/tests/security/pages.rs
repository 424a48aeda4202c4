//! What browsers are told, on every address of the contract.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::harness::{Contract, TestApp};

#[tokio::test]
async fn wb_2_wb_5_no_operation_answers_without_the_careful_headers() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let mut statuses = BTreeSet::new();
    for (path, method, _) in Contract::shared().operations() {
        if method == "delete" && path.starts_with("/api/auth/sessions")
            || path == "/api/auth/logout"
        {
            continue;
        }
        let method: Method = method.to_uppercase().parse().unwrap();
        let filled = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = filled.collect::<Vec<_>>().join("/");
        for client in [&*ann, &app.client()] {
            let answer = client.call(method.clone(), &path).send().await;
            statuses.insert(answer.status);
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{method} {path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{method} {path}");
            let csp = answer.header("content-security-policy");
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
                let is_file = path.starts_with("/media/") && answer.status == 200;
                assert!(csp.contains(part) || is_file, "{method} {path}: {csp}");
            }
            assert!(!csp.contains("unsafe"), "{method} {path}: {csp}");
            let kept = answer.header("cache-control");
            let is_fixed =
                ["/api/openapi.json", "/api/asyncapi.json", "/api/server", "/api/version"];
            let is_free = !path.starts_with("/api/") || is_fixed.contains(&path.as_str());
            assert!(is_free || kept == "no-store", "{method} {path}: {kept:?}");
        }
    }
    assert!(statuses.is_superset(&BTreeSet::from([200, 401, 403, 404, 415])), "{statuses:?}");
    let out = ann.act("/api/auth/logout").await.expect(204);
    assert!(out.header("clear-site-data").contains("\"cache\""));
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
}
