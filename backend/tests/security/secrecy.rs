//! What is somebody's own reaches nobody else.

use serde_json::{Value, json};

use crate::{
    gateway::{message, room},
    harness::{Answer, Person, TestApp},
};

/// Everything of an answer but ids and what differs between any two calls.
fn looks(answer: &Answer) -> String {
    let id = answer.header("x-request-id").to_owned();
    format!("{} {}", answer.status, answer.text.replace(&id, "<id>"))
}

/// A world in which three people know each other, and in the other one two of them have secrets.
async fn world(has_secrets: bool) -> (TestApp, Vec<Person>, i64) {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for name in ["ann", "bob", "eve"] {
        people.push(app.sign_up(name).await);
    }
    let (ann, bob) = (&people[0], &people[1]);
    let tea = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    for person in &people[1..] {
        person.act(&format!("/api/rooms/{tea}/join")).await.expect(200);
    }
    let say = format!("/api/rooms/{tea}/messages");
    ann.post(&say, json!({ "body": "hello @eve" })).await.expect(201);
    // The same work is done in both, so that ids are the same: what differs is who may know of it.
    let hidden = json!({ "name": "Orchid", "invite_only": true, "topic": "the orchid" });
    let room = ann.post("/api/rooms", hidden).await.expect(201).id();
    let within = format!("/api/rooms/{room}");
    if has_secrets {
        ann.put_empty(&format!("{within}/members/{}", bob.id)).await.expect(201);
        for at in 0..5 {
            let body = json!({ "body": format!("orchid {at} @eve"), "nonce": format!("n{at}") });
            ann.post(&format!("{within}/messages"), body).await.expect(201);
        }
        ann.put_empty(&format!("/api/rooms/direct/{}", bob.id)).await.expect(201);
    }
    (app, people, tea)
}

#[tokio::test]
async fn az_8_two_worlds_that_differ_in_a_hidden_room_look_the_same_from_outside() {
    let ((plain, plain_people, tea), (secret, secret_people, same_tea)) =
        (world(false).await, world(true).await);
    assert_eq!(tea, same_tea);
    let (eve, other_eve) = (&plain_people[2], &secret_people[2]);
    let paths = [
        "/api/rooms".to_owned(),
        "/api/rooms?search=orchid".to_owned(),
        "/api/rooms?ordering=-members_count".to_owned(),
        "/api/rooms?joined=true".to_owned(),
        "/api/rooms?kind=direct".to_owned(),
        "/api/rooms/by-slug/orchid".to_owned(),
        "/api/rooms/2".to_owned(),
        "/api/rooms/3".to_owned(),
        format!("/api/rooms/{tea}"),
        format!("/api/rooms/{tea}/members"),
        format!("/api/rooms/{tea}/messages"),
        format!("/api/rooms/{tea}/changes?after=0"),
        "/api/rooms/2/messages".to_owned(),
        "/api/rooms/2/members".to_owned(),
        "/api/messages?search=orchid".to_owned(),
        "/api/messages?search=orchid&room_id=2".to_owned(),
        "/api/messages?author_id=1".to_owned(),
        "/api/messages/7".to_owned(),
        "/api/messages/7/history".to_owned(),
        "/api/profiles".to_owned(),
        "/api/profiles/1".to_owned(),
        "/api/profiles/me".to_owned(),
    ];
    for path in &paths {
        let (one, two) = (eve.get(path).await, other_eve.get(path).await);
        // The two databases have two histories, which are named.
        let epoch = |answer: &Answer| answer["epoch"].as_str().unwrap_or("-").to_owned();
        let cut = |answer: &Answer| looks(answer).replace(&epoch(answer), "<epoch>");
        assert_eq!(cut(&one), cut(&two), "{path}");
    }
    let made = json!({ "name": "Orchid" });
    let (one, two) =
        (eve.post("/api/rooms", made.clone()).await, other_eve.post("/api/rooms", made).await);
    assert_eq!((one.status, &one["slug"]), (201, &json!("orchid")));
    assert_eq!((two.status, &two["slug"]), (201, &json!("orchid")));
    let mut told = Vec::new();
    for (app, eve) in [(&plain, eve), (&secret, other_eve)] {
        let (mut socket, ready) = app.connect(eve).await;
        let rooms = ready["rooms"].as_array().unwrap();
        let rooms: Vec<_> = rooms.iter().map(|it| (&it["name"], &it["me"]["mentions"])).collect();
        told.push(format!("{rooms:?}"));
        socket.silence().await;
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn az_11_a_nonce_is_its_sender_s_alone() {
    let (app, ann, bob, room) = room().await;
    let path = format!("/api/rooms/{room}/messages");
    let body = json!({ "body": "mine", "nonce": "shared" });
    let first = ann.post(&path, body.clone()).await.expect(201);
    let second = bob.post(&path, json!({ "body": "another", "nonce": "shared" })).await.expect(201);
    assert_ne!(first.id(), second.id());
    assert_eq!(second.header("idempotent-replay"), "");
    let (mut socket, _) = app.connect(&bob).await;
    let again = socket.done(message(room, "another", "shared")).await;
    assert_eq!(again["message"]["id"], second["id"]);
    assert_eq!(ann.post(&path, body).await.expect(200)["id"], first["id"]);
    for person in [&ann, &bob] {
        let page = person.get(&path).await.expect(200);
        let nonces = page["items"].as_array().unwrap().iter().filter(|it| !it["nonce"].is_null());
        let authors: Vec<_> = nonces.map(|it| it["author"]["id"].as_i64().unwrap()).collect();
        assert_eq!(authors, [person.id]);
    }
}

#[tokio::test]
async fn az_13_what_tells_of_a_deletion_holds_nothing_of_what_was_said() {
    const SAID: &str = "canary-in-the-greenhouse";
    let (app, ann, bob, room) = room().await;
    let (mut ears, ready) = app.connect(&bob).await;
    let path = format!("/api/rooms/{room}/messages");
    let id = ann.post(&path, json!({ "body": SAID })).await.expect(201).id();
    let answer = ann.post(&path, json!({ "body": "an answer", "reply_to": id })).await.expect(201);
    ann.put_empty(&format!("/api/messages/{id}/reactions/%F0%9F%91%8D")).await.expect(200);
    ann.patch(&format!("/api/messages/{id}"), json!({ "body": "otherwise" })).await.expect(200);
    let deleted = ann.delete(&format!("/api/messages/{id}")).await.expect(200);
    let mut told = ears.expect("message.deleted").await;
    for tombstone in [&mut told["message"], &mut deleted.json.clone()] {
        assert_eq!(tombstone["body"], Value::Null);
        assert_eq!(tombstone["reactions"], json!([]));
        assert!(!tombstone.to_string().contains("otherwise"), "{tombstone}");
    }
    let mut again = app.socket().await;
    let missed = again.resume(&bob.access_token, &ready["epoch"], json!({ room.to_string(): 0 }));
    let everything = [
        format!("{:?}", missed.await),
        bob.get(&path).await.text,
        bob.get(&format!("/api/messages/{id}")).await.text,
        bob.get(&format!("/api/messages/{}", answer.id())).await.text,
        ann.get(&format!("/api/messages/{id}/history")).await.text,
        bob.get(&format!("/api/messages?search={SAID}")).await.text,
        app.database.dump(),
    ];
    for text in everything {
        assert!(!text.contains(SAID) && !text.contains("otherwise"), "{text}");
    }
}

#[tokio::test]
async fn az_15_a_whisper_is_heard_by_whom_it_is_for_and_stands_nowhere() {
    const SAID: &str = "canary-behind-the-shed";
    let (app, ann, bob, room) = room().await;
    let eve = app.sign_up("eve").await;
    eve.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut mouth, _) = app.connect(&ann).await;
    let (mut ears, _) = app.connect(&bob).await;
    let (mut others, _) = app.connect(&eve).await;
    let enter = json!({ "type": "room.enter", "room_id": room });
    others.done(enter).await;
    let before = app.database.dump();
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": SAID });
    mouth.done(whisper).await;
    assert_eq!(ears.expect("whispered").await["body"], SAID);
    others.silence().await;
    assert_eq!(app.database.dump(), before);
    for entry in std::fs::read_dir(app.data_dir()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(SAID.len()).any(|it| it == SAID.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}
