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
async fn the_page_itself_is_there_for_whoever_asks() {
    let app = TestApp::start().await;
    let page = open(&app, "/").await.expect(200);
    for path in ["/", "/index.html"] {
        assert_eq!(app.client().get(path).await.expect(200).text, page.text, "{path}");
    }
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

/// The addresses of the assets that the page loads; `None` where the client was not built.
async fn assets(app: &TestApp) -> Option<Vec<String>> {
    let page = open(app, "/").await.expect(200);
    if page.text.contains("make build") {
        return None;
    }
    let paths = page.text.split('"').filter(|part| part.starts_with("/assets/"));
    let paths: Vec<String> = paths.map(str::to_owned).collect();
    assert!(!paths.is_empty(), "{}", page.text);
    Some(paths)
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_the_page_is_asked_for_again() {
    let app = TestApp::start().await;
    let Some(paths) = assets(&app).await else { return };
    for path in paths {
        let asset = app.client().get(&path).await.expect(200);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
        let call = app.client().call(Method::GET, &path);
        call.header("If-None-Match", asset.header("etag")).send().await.expect(304);
    }
    for path in ["/", "/sw.js", "/manifest.webmanifest"] {
        assert_eq!(
            open(&app, path).await.expect(200).header("cache-control"),
            "no-cache",
            "{path}"
        );
    }
}

#[tokio::test]
async fn files_travel_as_small_as_the_caller_can_read_them() {
    let app = TestApp::start().await;
    let Some(paths) = assets(&app).await else { return };
    let ask = async |script: &str, accept: &str| {
        let call = app.client().call(Method::GET, script).header("Accept-Encoding", accept);
        let answer = call.send().await.expect(200);
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert!(answer.header("content-type").starts_with("text/javascript"));
        let length: usize = answer.header("content-length").parse().unwrap();
        (answer.header("content-encoding").to_owned(), length, answer.header("etag").to_owned())
    };
    // A small script may be smallest as it is; the largest is not.
    let mut scripts = Vec::new();
    for path in paths.iter().filter(|path| path.ends_with(".js")) {
        scripts.push((ask(path, "identity").await, path));
    }
    let (plain, script) = scripts.into_iter().max_by_key(|(plain, _)| plain.1).unwrap();
    let (gzip, brotli) = (ask(script, "gzip").await, ask(script, "br, gzip").await);
    assert_eq!((plain.0.as_str(), gzip.0.as_str(), brotli.0.as_str()), ("", "gzip", "br"));
    assert!(brotli.1 < gzip.1 && gzip.1 < plain.1, "{} {} {}", brotli.1, gzip.1, plain.1);
    assert!(plain.2 != gzip.2 && gzip.2 != brotli.2, "each form has a tag of its own");
}
