//! What the server is called.

use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn a_superuser_names_the_server_and_everybody_hears_it() {
    let app = TestApp::start().await;
    let (root, ann) = (app.superuser("root").await, app.sign_up("ann").await);
    let name = async || app.client().get("/api/server").await.expect(200)["name"].clone();
    assert_eq!(name().await, "Parlor");
    let (mut socket, ready) = app.connect(&ann).await;
    assert_eq!(ready["server_name"], "Parlor");

    let path = "/api/admin/server";
    let renamed = root.patch(path, json!({ "name": "  The Lantern  " })).await.expect(200);
    assert_eq!(renamed["name"], "The Lantern");
    assert_eq!(socket.expect("server.updated").await["name"], "The Lantern");
    assert_eq!(name().await, "The Lantern");
    let (_, ready) = app.connect(&root).await;
    assert_eq!(ready["server_name"], "The Lantern");

    // The same name again tells nobody anything.
    root.patch(path, json!({ "name": "The Lantern" })).await.expect(200);
    socket.silence().await;
    let log = root.get("/api/admin/audit?event=admin.server_renamed").await.expect(200);
    assert_eq!(log["total"], 1);
    assert_eq!(log["items"][0]["changes"][0]["after"], "The Lantern");

    for (bad, flaw) in [("", "blank"), (" ", "blank"), (&"x".repeat(41), "too_long")] {
        let answer = root.patch(path, json!({ "name": bad })).await;
        answer.invalid(&[&format!("name:{flaw}")]);
    }
    ann.patch(path, json!({ "name": "Mine" })).await.refused(403, "forbidden");
    let body =
        json!({ "username": "stan", "password": crate::harness::PASSWORD, "is_staff": true });
    root.post("/api/admin/users", body).await.expect(201);
    let staff = app.log_in("stan").await;
    staff.patch(path, json!({ "name": "Mine" })).await.refused(403, "forbidden");
    assert_eq!(name().await, "The Lantern");
}

#[tokio::test]
async fn at_002_3_whether_missing_rooms_are_made_at_once_is_a_setting() {
    for (given, expected) in [(None, false), (Some("on"), true)] {
        let app = TestApp::builder();
        let app = match given {
            Some(given) => app.with("PARLOR_CREATE_MISSING_ROOMS", given),
            None => app,
        };
        let server = app.start().await.client().get("/api/server").await.expect(200);
        assert_eq!(server["creates_missing_rooms"], expected);
    }
}

#[tokio::test]
async fn mails_come_from_the_server_by_its_name() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    root.patch("/api/admin/server", json!({ "name": "Фонарь" })).await.expect(200);
    let body = json!({ "username": "ann", "password": crate::harness::PASSWORD, "email": "ann@example.org" });
    app.client().post("/api/auth/register", body).await.expect(201);
    let mail = app.next_mail().await;
    assert!(mail.text.contains("\nФонарь"), "{}", mail.text);
    assert_eq!(mail.from, "Фонарь <parlor@localhost>");
}
