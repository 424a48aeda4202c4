//! What must leave no trace: looked for in every file of a real server, and in what it logs.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Client, Database, PASSWORD, Person, Socket, free_address};

/// Stands in nothing else.
const SECRET: &str = "heliotrope-canary-7391";
/// Stands in a message, to show that what is stored would be found.
const SAID: &str = "vermilion-control-2846";

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

async fn sign_up(client: &Client, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD });
    client.with_tokens(&client.post("/api/auth/register", body).await.expect(201))
}

/// The files of a folder in which a text stands.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|it| it == text.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn at_002_10_g11_a_whisper_is_in_no_file_and_in_no_log() {
    let folder = TempDir::new().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let address = free_address();
    let _running = Running(
        Command::new(env!("CARGO_BIN_EXE_parlor"))
            .env_clear()
            .env("PARLOR_DATA_DIR", &data)
            .env("PARLOR_LISTEN", address.to_string())
            .env("RUST_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(fs::File::create(folder.path().join("out")).unwrap())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap(),
    );
    let mut tries = 0;
    while tokio::net::TcpStream::connect(address).await.is_err() {
        tries += 1;
        assert!(tries < 400, "it did not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let client = Client::new(address);
    let (ann, bob) = (sign_up(&client, "ann").await, sign_up(&client, "bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut sockets = Vec::new();
    for person in [&ann, &bob] {
        let mut socket = Socket::open(address).await;
        socket.hello(&person.access_token).await;
        socket.expect("caught_up").await;
        sockets.push(socket);
    }
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": SECRET });
    sockets[0].done(whisper).await;
    let path = format!("/api/rooms/{room}/whispers");
    ann.post(&path, json!({ "to": bob.id, "body": SECRET })).await.expect(200);
    for _ in 0..2 {
        assert_eq!(sockets[1].expect("whispered").await["body"], SECRET);
    }
    // Refused ones are nobody's business either.
    ann.post(&path, json!({ "to": ann.id, "body": SECRET })).await.refused(422, "invalid");
    ann.post(&path, json!({ "to": "x", "body": SECRET })).await.refused(422, "invalid");
    let wrong = json!({ "type": "whisper.send", "room_id": room, "to": "x", "body": SECRET });
    sockets[0].refused(wrong).await;
    ann.post(&format!("/api/rooms/{room}/messages"), json!({ "body": SAID })).await.expect(201);

    assert!(!files_with(&data, SAID).is_empty(), "what is stored would be found");
    assert_eq!(files_with(folder.path(), SECRET), [""; 0]);
    Database::Sqlite(data.join("parlor.db").display().to_string())
        .run("pragma wal_checkpoint(truncate)");
    assert_eq!(files_with(&data, SAID), ["parlor.db"]);
    assert_eq!(files_with(folder.path(), SECRET), [""; 0]);
    // Nor in a copy that is kept elsewhere.
    let copy = folder.path().join("copies").join("parlor.backup");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    let mut backup = Command::new(env!("CARGO_BIN_EXE_parlor"));
    backup.env_clear().env("PARLOR_DATA_DIR", &data).arg("backup").arg(&copy);
    assert!(backup.status().unwrap().success());
    assert_eq!(files_with(copy.parent().unwrap(), SAID), ["parlor.backup"]);
    assert_eq!(files_with(folder.path(), SECRET), [""; 0]);
    let logged = fs::read_to_string(&log).unwrap();
    assert!(logged.contains("\"level\":\"TRACE\""), "the log says everything that it can");
}
