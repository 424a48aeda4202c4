//! Everything moves from SQLite to Postgres and back, and nobody can tell, except that their programs
//! begin anew.

use std::{env, path::Path, process::Command, sync::Arc};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Client, Database, NodeProcess, PASSWORD, Person, Socket};

/// Runs `parlor migrate-store`; whether it was done, and what it said.
fn migrate(folder: &Path, from: &str, to: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.env_clear().env("PARLOR_DATA_DIR", folder).args(["migrate-store", from, to]);
    let done = command.output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(said).unwrap())
}

async fn sign_up(client: &Client, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD });
    client.with_tokens(&client.post("/api/auth/register", body).await.expect(201))
}

/// More than one row holds, and every value that a byte has.
fn file_bytes() -> Vec<u8> {
    (0..600_000_u32).map(|at| u8::try_from(at * 7 % 256).unwrap()).collect()
}

/// Something of everything.
async fn live(node: &NodeProcess) -> (Person, Person, i64) {
    let (ann, bob) = (sign_up(&node.client(), "ann").await, sign_up(&node.client(), "bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Чай 🍵", "topic": "\"'\\" })).await;
    let room = room.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let path = format!("/api/rooms/{room}/messages");
    let mut ids = Vec::new();
    for (number, body) in
        ["hello @bob", "true", "42", "null", "[1, \"two\"]", "line\nbreak \\ \"", "🏴‍☠️ «ёлка»"]
            .iter()
            .enumerate()
    {
        let body = json!({ "body": body, "nonce": format!("n{number}") });
        ids.push(ann.post(&path, body).await.expect(201).id());
    }
    bob.post(&path, json!({ "body": "an answer", "reply_to": ids[0] })).await.expect(201);
    let upload = format!("/api/rooms/{room}/files?name=a.bin");
    let kind = "application/octet-stream";
    let file = ann.call(Method::POST, &upload).body(kind, file_bytes()).send().await.expect(201);
    ann.post(&path, json!({ "body": "a file", "file_ids": [file["id"]] })).await.expect(201);
    let message = |at: usize| format!("/api/messages/{}", ids[at]);
    ann.patch(&message(1), json!({ "body": "edited" })).await.expect(200);
    ann.delete(&message(2)).await.expect(200);
    bob.call(Method::PUT, &format!("{}/reactions/%F0%9F%91%8D", message(3)))
        .send()
        .await
        .expect(200);
    bob.put(&format!("/api/rooms/{room}/read"), json!({ "seq": 4 })).await.expect(200);
    bob.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(201);
    bob.patch("/api/profiles/me", json!({ "bio": "Likes tea.", "locale": "ru" })).await.expect(200);
    let gone = sign_up(&node.client(), "gone").await;
    bob.put_empty(&format!("/api/profiles/{}/block", gone.id)).await.expect(204);
    // The newest message of all is that of a room that is deleted: its number must not come again.
    let other = ann.post("/api/rooms", json!({ "name": "Cake" })).await.expect(201).id();
    ann.delete(&format!("/api/rooms/{other}")).await.expect(204);
    (ann, bob, room)
}

/// What two people can see.
async fn seen(ann: &Person, bob: &Person, room: i64) -> Vec<Value> {
    let mut seen = Vec::new();
    for person in [ann, bob] {
        for path in [
            "/api/profiles/me".to_owned(),
            "/api/profiles".to_owned(),
            "/api/rooms".to_owned(),
            format!("/api/rooms/{room}/members"),
            format!("/api/rooms/{room}/messages"),
            "/api/messages?search=answer".to_owned(),
            "/api/messages?search=ёлка".to_owned(),
            "/api/messages?search=edited".to_owned(),
        ] {
            let page = person.get(&path).await.expect(200);
            assert!(!path.contains("search") || page["items"][0].is_object(), "{path}");
            let mut page = page.json;
            without_presence(&mut page);
            seen.push(page);
        }
    }
    seen
}

/// Who is here is another thing.
fn without_presence(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_presence),
        Value::Object(fields) => {
            fields.remove("presence");
            fields.remove("online_count");
            fields.values_mut().for_each(without_presence);
        }
        _ => {}
    }
}

fn at(node: &NodeProcess, person: &Person) -> Person {
    person.at(node.address)
}

/// The number of the room's newest change, and the name of the history.
async fn ready(node: &NodeProcess, person: &Person) -> (Socket, Value) {
    let mut socket = Socket::open(node.address).await;
    let ready = socket.hello(&person.access_token).await;
    socket.expect("caught_up").await;
    (socket, ready["epoch"].clone())
}

/// Everything is as it was, sessions too; numbers go on; programs are told to begin anew.
async fn is_the_same(
    node: &NodeProcess,
    (ann, bob, room): (&Person, &Person, i64),
    before: &[Value],
    old_epoch: &Value,
) -> (Value, i64) {
    let (ann, bob) = (at(node, ann), at(node, bob));
    for (now, before) in seen(&ann, &bob, room).await.iter().zip(before) {
        assert_eq!(now, before);
    }
    let sent = bob.get(&format!("/api/messages?search=file&room_id={room}")).await.expect(200);
    let file = format!("/api/rooms/{room}/files/{}", sent["items"][0]["files"][0]["id"]);
    assert!(bob.get(&file).await.expect(200).bytes == file_bytes(), "another file");
    let (socket, epoch) = ready(node, &bob).await;
    socket.close().await;
    assert_ne!(epoch, *old_epoch, "another history");
    let mut socket = Socket::open(node.address).await;
    let missed = socket.resume(&bob.access_token, old_epoch, json!({ room.to_string(): 3 })).await;
    assert_eq!(missed[0]["reset"], true, "{missed:?}");
    let path = format!("/api/rooms/{room}/messages");
    let again = ann.post(&path, json!({ "body": "hello @bob", "nonce": "n0" })).await.expect(200);
    assert_eq!(again["body"], "hello @bob", "the same nonce is the same message");
    let head = ann.get(&format!("/api/rooms/{room}")).await.expect(200)["head"].as_i64().unwrap();
    let sent = ann.post(&path, json!({ "body": "goes on" })).await.expect(201);
    assert_eq!(sent["seq"], head + 1);
    assert_eq!(socket.expect("message.created").await["rev"], head + 1);
    (epoch, sent.id())
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn g6_a_store_moves_to_postgres_and_back_and_nothing_is_lost() {
    let server = env::var("PARLOR_TEST_POSTGRES").expect("run this under docker/services postgres");
    let mut first = NodeProcess::start(&[]);
    first.is_up().await;
    let (ann, bob, room) = live(&first).await;
    let before = seen(&ann, &bob, room).await;
    let (socket, epoch) = ready(&first, &bob).await;
    socket.close().await;
    let newest = Database::file(&first.data_dir().join("parlor.db"))
        .lines("select max(seq) as line from sqlite_sequence where name = 'messages'");
    let newest: i64 = newest[0].parse().unwrap();
    let file = format!("sqlite:{}", first.data_dir().join("parlor.db").display());
    let database = Arc::new(Database::on(server.clone()));
    let (done, said) = migrate(first.data_dir(), &file, &database.url());
    assert!(!done && said.contains("in use by another Parlor"), "{said}");

    first.kill();
    let (done, said) = migrate(first.data_dir(), &file, &database.url());
    assert!(done && said.contains("messages") && said.contains("the same on both sides"), "{said}");
    let (done, said) = migrate(first.data_dir(), &file, &database.url());
    assert!(!done && said.contains("is not empty"), "{said}");
    let url = database.url();
    let mut second = NodeProcess::start(&[("DATABASE_URL", &url)]);
    second.is_up().await;
    let people = (&ann, &bob, room);
    let (epoch, sent) = is_the_same(&second, people, &before, &epoch).await;
    assert!(sent > newest, "{sent} was given before: {newest}");
    let before = seen(&at(&second, &ann), &at(&second, &bob), room).await;
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("parlor.db").display());
    let (done, said) = migrate(folder.path(), &url, &file);
    assert!(!done && said.contains("stop them first"), "{said}");

    second.kill();
    // Postgres may take a moment to notice that a node is gone.
    let gone =
        "select count(*) as line from pg_stat_activity where application_name like 'parlor %'
        and datname = current_database()";
    while database.lines(gone) != ["0"] {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let (done, said) = migrate(folder.path(), &url, &file);
    assert!(done, "{said}");
    let settings = [("PARLOR_DATA_DIR", folder.path().to_str().unwrap())];
    let third = NodeProcess::start(&settings);
    third.is_up().await;
    let (_, last) = is_the_same(&third, people, &before, &epoch).await;
    assert!(last > sent);
    let (done, said) = migrate(folder.path(), &url, &database.url());
    assert!(!done && said.contains("one side must be SQLite"), "{said}");
}
