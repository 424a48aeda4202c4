//! What Parlor is made of.

use std::{fs, net::TcpListener, path::Path, time::Duration};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::gateway::room;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A table of a manifest, up to the next one.
fn table(manifest: &str, name: &str) -> String {
    let start = manifest.split(&format!("[{name}]")).nth(1).unwrap();
    start.split("\n[").next().unwrap().to_owned()
}

#[test]
fn sc_1_own_code_is_safe_versions_are_locked_and_sources_are_known() {
    let workspace = text("../Cargo.toml");
    assert!(table(&workspace, "workspace.lints.rust").contains("unsafe_code = \"forbid\""));
    for member in ["Cargo.toml", "bench/Cargo.toml"] {
        assert!(table(&text(member), "lints").contains("workspace = true"), "{member}");
    }
    let lock = text("../Cargo.lock");
    let sources: Vec<_> = lock.lines().filter(|line| line.starts_with("source = ")).collect();
    assert!(sources.len() > 100);
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    assert!(sources.iter().all(|source| *source == registry), "a source that is not the registry");
    assert_eq!(lock.matches("\nchecksum = ").count(), sources.len());
    let deny = text("../deny.toml");
    for part in ["[licenses]", "[bans]", "[sources]", "[advisories]"] {
        assert!(deny.contains(part), "deny.toml has no {part}");
    }
    let web = text("../frontend/package-lock.json");
    assert!(web.matches("\"integrity\": \"sha512-").count() > 50);
}

/// What the web client ships may be used by everybody, like the rest; its font has the licence of fonts.
#[test]
fn sc_1_what_the_web_client_is_made_of_has_licences_that_we_take() {
    let lock: Value = serde_json::from_str(&text("../frontend/package-lock.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    let shipped: Vec<_> = packages
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != true)
        .collect();
    assert!(shipped.len() > 8, "{}", shipped.len());
    for (path, package) in shipped {
        let licence = package["license"].as_str().unwrap_or("none");
        let is_taken = match licence {
            "MIT" | "ISC" | "Apache-2.0" | "BSD-2-Clause" | "BSD-3-Clause" | "0BSD"
            | "Unlicense" => true,
            "OFL-1.1" => path.starts_with("node_modules/@fontsource"),
            _ => false,
        };
        assert!(is_taken, "{path}: {licence}");
        let source = package["resolved"].as_str();
        assert!(source.is_none_or(|it| it.starts_with("https://registry.npmjs.org/")), "{path}");
    }
    // Nothing of RSA, which nothing here needs, comes back in: it has a flaw without a remedy.
    assert!(!text("../Cargo.lock").contains("name = \"rsa\""), "RUSTSEC-2023-0071");
}

#[tokio::test]
async fn fi_5_the_server_fetches_nothing_that_somebody_writes_down() {
    let dependencies = table(&text("Cargo.toml"), "dependencies");
    // `ureq` asks the providers that the operator named, and nobody else: `tidy` holds it to `oidc/fetch.rs`.
    for fetcher in ["reqwest", "hyper", "isahc", "awc", "curl", "surf", "attohttpc"] {
        assert!(!dependencies.contains(&format!("\n{fetcher} = ")), "{fetcher}");
    }
    // Whoever would follow an address that is written down would come here.
    let bait = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x.png", bait.local_addr().unwrap());
    let (_app, ann, bob, room) = room().await;
    let body = json!({ "body": format!("look: {url} ![x]({url}) <img src={url}>") });
    ann.post(&format!("/api/rooms/{room}/messages"), body).await.expect(201);
    ann.patch("/api/profiles/me", json!({ "bio": url, "status_text": url })).await.expect(200);
    ann.patch(&format!("/api/rooms/{room}"), json!({ "topic": url })).await.expect(200);
    let upload = ann.call(reqwest::Method::PUT, "/api/profiles/me/avatar");
    let svg = format!("<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}'/></svg>");
    upload.body("image/png", svg).send().await;
    bob.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
    bait.set_nonblocking(true).unwrap();
    let bait = tokio::net::TcpListener::from_std(bait).unwrap();
    assert!(timeout(Duration::from_millis(500), bait.accept()).await.is_err(), "somebody came");
}
