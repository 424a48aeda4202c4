//! The disk is full: what needs room is refused with 507, what does not goes on, and once there is room
//! nobody has to restart anything.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Database, NodeProcess, PASSWORD, Person, PostgresServer, SmallDisk, Socket};

/// So much text fills a disk soon.
const BODY: usize = 8_000;
/// How many messages are tried until there is no room; those on a disk of a few megabytes are fewer.
const TRIES: usize = 2_000;

async fn sign_up(node: &NodeProcess, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD });
    node.client().with_tokens(&node.client().post("/api/auth/register", body).await.expect(201))
}

/// Fills the disk below a running node and makes room again.
async fn fills_up(node: &NodeProcess, disk: &SmallDisk) {
    let ann = sign_up(node, "ann").await;
    let bob = sign_up(node, "bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut mouth = Socket::open(node.address).await;
    mouth.hello(&ann.access_token).await;
    mouth.expect("caught_up").await;
    let mut ears = Socket::open(node.address).await;
    ears.hello(&bob.access_token).await;
    ears.expect("caught_up").await;
    for socket in [&mut mouth, &mut ears] {
        socket.done(json!({ "type": "room.enter", "room_id": room })).await;
    }
    let messages = format!("/api/rooms/{room}/messages");
    let send = |number: usize| {
        let body = format!("number {number} {}", "x".repeat(BODY));
        ann.post(&messages, json!({ "body": body, "nonce": format!("n{number}") }))
    };
    disk.fill();
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    for number in 0..TRIES {
        let answer = send(number).await;
        match answer.status {
            201 => {
                acknowledged.push(number);
                ears.expect("message.created").await;
                // What was free inside the database's own files is used up.
                refused = 0;
            }
            _ => {
                answer.refused(507, "storage_full");
                refused += 1;
            }
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the disk is not full after {TRIES} messages");
    let command = json!({
        "type": "message.send", "room_id": room, "body": "y".repeat(BODY), "nonce": "y",
    });
    assert_eq!(mouth.refused(command).await, "storage_full");
    // Reading and what is kept nowhere goes on.
    for path in [&messages, "/api/rooms", "/api/profiles/me", "/api/messages?search=number"] {
        ann.get(path).await.expect(200);
    }
    mouth.done(json!({ "type": "typing.start", "room_id": room })).await;
    assert_eq!(ears.expect("typing.started").await["user_id"], ann.id);
    let mut late = Socket::open(node.address).await;
    late.hello(&bob.access_token).await;
    late.expect("caught_up").await;

    disk.free();
    let freed = Instant::now();
    let mut tries = 0;
    while send(TRIES).await.status != 201 {
        tries += 1;
        assert!(freed.elapsed() < Duration::from_secs(2), "nothing is stored after {tries} tries");
        sleep(Duration::from_millis(20)).await;
    }
    let heard = ears.expect("message.created").await;
    let last = ann.get(&format!("{messages}?limit=1")).await.expect(200);
    assert_eq!(heard["rev"], last["head"]);
    eprintln!(
        "{} messages had room, and one was stored {:?} after",
        acknowledged.len(),
        freed.elapsed()
    );
    // What was acknowledged is there once, and nothing of what was refused.
    let mut stored = Vec::new();
    let mut after = 0;
    loop {
        let page = ann.get(&format!("{messages}?after={after}&limit=100")).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            after = item["seq"].as_i64().unwrap();
            if let Some(number) = item["body"].as_str().and_then(|it| it.split(' ').nth(1)) {
                stored.push(number.parse::<usize>().unwrap());
            }
        }
        if page["has_after"] == false {
            break;
        }
    }
    acknowledged.push(TRIES);
    assert_eq!(stored, acknowledged);
}

#[tokio::test]
#[ignore = "needs root to mount a small disk: make test-backend"]
async fn fault_a_full_disk_below_sqlite_is_507_and_mends_by_itself() {
    let disk = SmallDisk::with_mib(6);
    let file = disk.path().join("parlor.db");
    let node = NodeProcess::start(&[("DATABASE_URL", &format!("sqlite:{}", file.display()))]);
    node.is_up().await;
    fills_up(&node, &disk).await;
    let file = Database::file(&file);
    assert_eq!(file.lines("select integrity_check as line from pragma_integrity_check"), ["ok"]);
}

#[tokio::test]
#[ignore = "needs Postgres, and root to mount a small disk: make test-backend"]
async fn fault_a_full_disk_below_postgres_is_507_and_mends_by_itself() {
    let disk = SmallDisk::with_mib(24);
    let postgres = PostgresServer::start();
    postgres.make_folder(&disk.path().join("tables"));
    let server = Arc::new(Database::on(postgres.url()));
    let place = disk.path().join("tables");
    server.run(&format!("create tablespace small location '{}'", place.display()));
    server.run("create database chat tablespace small");
    let url = postgres.url().replace("/postgres", "/chat");
    let node = NodeProcess::start(&[("DATABASE_URL", &url)]);
    node.is_up().await;
    fills_up(&node, &disk).await;
}
