//! The first superuser of a fresh server.

use parlor::actions::setup;
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestApp};

const SETUP: &str = "/api/auth/setup";

async fn link(app: &TestApp) -> Option<String> {
    setup::prepare(app.context()).await.unwrap()
}

fn body(token: &str, username: &str) -> Value {
    json!({ "token": token, "username": username, "password": PASSWORD })
}

#[tokio::test]
async fn au_11_the_link_of_a_fresh_server_makes_one_superuser_once() {
    let app = TestApp::start().await;
    let (token, other) = (link(&app).await.unwrap(), link(&app).await.unwrap());
    assert!(!app.database.dump().contains(&token), "only a hash is stored");
    let before = app.database.dump();
    let client = app.client();
    for wrong in ["", "x", &"A".repeat(43), &"A".repeat(64), &token[1..]] {
        client.post(SETUP, body(wrong, "admin")).await.refused(410, "link_invalid");
    }
    client.post(SETUP, body(&token, "a")).await.invalid(&["username:too_short"]);
    let mut weak = body(&token, "admin");
    weak["password"] = json!("password");
    client.post(SETUP, weak).await.invalid(&["password:too_weak"]);
    assert_eq!(app.database.dump(), before);

    let mut good = body(&token, "admin");
    good["email"] = json!("admin@example.org");
    let made = client.post(SETUP, good.clone()).await.expect(201);
    assert_eq!(made["profile"]["is_superuser"], true);
    assert_eq!(made["profile"]["email_verified"], true);
    let admin = client.with_tokens(&made);
    admin.get("/api/admin/users").await.expect(200);
    let before = app.database.dump();
    client.post(SETUP, good).await.refused(410, "link_invalid");
    client.post(SETUP, body(&other, "eve")).await.refused(410, "link_invalid");
    assert_eq!(link(&app).await, None);
    assert_eq!(app.database.dump(), before);
    let entry = admin.get("/api/admin/audit?event=auth.superuser_made").await.expect(200);
    assert_eq!(entry["items"][0]["actor"]["username"], "admin");
}

#[tokio::test]
async fn au_11_a_superuser_made_at_the_command_line_voids_the_link() {
    let app = TestApp::start().await;
    let token = link(&app).await.unwrap();
    app.superuser("root-of-all").await;
    let before = app.database.dump();
    app.client().post(SETUP, body(&token, "eve")).await.refused(410, "link_invalid");
    assert_eq!(app.database.dump(), before);
    assert_eq!(link(&app).await, None);
    let left = app.database.lines("select key as line from meta where key like 'setup%'");
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn au_11_of_two_who_open_the_link_at_once_one_is_the_superuser() {
    let app = TestApp::start().await;
    let token = link(&app).await.unwrap();
    let client = app.client();
    let (one, other) = tokio::join!(
        client.post(SETUP, body(&token, "one")),
        client.post(SETUP, body(&token, "other")),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 410]);
    let count = "select count(*) as line from users where is_superuser";
    assert_eq!(app.database.lines(count), ["1"]);
}
