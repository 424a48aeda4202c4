//! Backups, and who may do what on Postgres.

use std::{path::Path, process::Command};

use serde_json::json;

use super::running::Running;
use crate::harness::PASSWORD;

fn parlor(data: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    let command = command.env_clear().env("PARLOR_DATA_DIR", data).args(arguments);
    let said = command.output().unwrap();
    let text = [said.stdout, said.stderr].concat();
    (said.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn a_backup_is_made_while_the_server_runs_and_brings_everything_back_under_another_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let file = file.to_str().unwrap();
    let mut server = Running::start(&[]).await;
    let ann = server.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let messages = format!("/api/rooms/{room}/messages");
    ann.post(&messages, json!({ "body": "kept" })).await.expect(201);
    let picture: &[u8] = include_bytes!("../pictures/dot.png");
    let avatar = ann.call(reqwest::Method::PUT, "/api/profiles/me/avatar");
    let avatar = avatar.body("image/png", picture).send().await.expect(200);
    let avatar = avatar["avatar_url"].as_str().unwrap().to_owned();
    let changes = format!("/api/rooms/{room}/changes");
    let epoch = ann.get(&changes).await.expect(200)["epoch"].clone();

    let data = server.data();
    let (done, said) = parlor(&data, &["backup", file]);
    assert!(done, "{said}");
    ann.post(&messages, json!({ "body": "later" })).await.expect(201);
    // Nothing is overwritten unasked, and nothing is put under a running server.
    for (arguments, why) in [
        (vec!["backup", file], "--replace"),
        (vec!["restore", file, "--replace"], "in use"),
        (vec!["restore", "nothing.db"], "there is no"),
    ] {
        let (done, said) = parlor(&data, &arguments);
        assert!(!done && said.contains(why), "{arguments:?}: {said}");
    }
    let (done, said) = parlor(&data, &["backup", file, "--replace"]);
    assert!(done, "{said}");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    ann.post(&messages, json!({ "body": "lost" })).await.expect(201);
    server.end();

    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, "SQLite format 3").unwrap();
    let (done, said) = parlor(&data, &["restore", damaged.to_str().unwrap(), "--replace"]);
    assert!(!done && said.contains("not a backup"), "{said}");
    assert!(!parlor(&data, &["restore", file]).0, "a database is overwritten unasked");

    let fresh = folder.path().join("fresh");
    for place in [&data, &fresh] {
        let (done, said) = parlor(place, &["restore", file, "--replace"]);
        assert!(done, "{said}");
        let variables = [("PARLOR_DATA_DIR", place.to_str().unwrap())];
        let server = Running::start(&variables).await;
        let body = json!({ "username": "ann", "password": PASSWORD });
        let tokens = server.client().post("/api/auth/login", body).await.expect(200);
        let ann = server.client().with_tokens(&tokens);
        let page = ann.get(&messages).await.expect(200);
        let bodies: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|it| &it["body"]).collect();
        assert_eq!(bodies[1..], [&json!("kept"), &json!("later")], "{}", page.text);
        assert_eq!(
            ann.get("/api/messages?search=later").await.expect(200)["items"][0]["body"],
            "later"
        );
        server.client().get(&avatar).await.expect(200);
        // Whoever held "lost" under the old epoch is told to begin anew.
        let held = format!("{changes}?epoch={}&after=4", epoch.as_str().unwrap());
        let told = ann.get(&held).await.expect(200);
        assert_eq!(told["reset"], true, "{}", told.text);
        assert_ne!(told["epoch"], epoch);
    }
}
