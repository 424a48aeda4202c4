//! A messenger with whispers (002).

use std::{collections::BTreeSet, io::Cursor, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    gateway::{message, post, room},
    harness::eventually,
};

#[tokio::test]
async fn at_002_1_one_thread_serves_a_hundred_sockets_at_once() {
    let (app, ann, bob, room) = room().await;
    let mut people = vec![ann, bob];
    for number in 0..3 {
        let person = app.sign_up(&format!("person{number}")).await;
        person.act(&format!("/api/rooms/{room}/join")).await.expect(200);
        people.push(person);
    }
    let mut sockets = Vec::new();
    for person in &people {
        for _ in 0..20 {
            sockets.push(app.connect(person).await.0);
        }
    }
    assert_eq!(sockets.len(), 100);
    let rev = post(&people[0], room, "to a hundred").await;
    for socket in &mut sockets {
        assert_eq!(socket.expect("message.created").await["rev"], rev);
    }
}

#[tokio::test]
async fn at_002_4_who_comes_and_who_goes_is_told_with_name_and_time() {
    let (app, ann, _bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let carl = app.sign_up("carl").await;
    for (door, kind, time) in
        [("join", "joined", "2027-01-15T08:01:00Z"), ("leave", "left", "2027-01-15T08:02:00Z")]
    {
        for _ in 0..3 {
            app.advance(Duration::from_secs(20));
            socket.done(json!({ "type": "ping" })).await;
        }
        let answer = carl.act(&format!("/api/rooms/{room}/{door}")).await;
        assert!(answer.status < 300, "{}", answer.text);
        let told = socket.expect("message.created").await["message"].take();
        assert_eq!((&told["kind"], &told["author"]["username"]), (&json!(kind), &json!("carl")));
        assert!(told["created_at"].as_str().unwrap().starts_with(&time[..19]), "{told}");
        let history = ann.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
        assert_eq!(history["items"].as_array().unwrap().last(), Some(&told));
    }
}

#[tokio::test]
async fn at_002_5_who_is_in_which_room_is_kept_by_the_server() {
    let (app, ann, bob, room) = room().await;
    let again = app.log_in("bob").await;
    for person in [&bob, &again] {
        let (socket, ready) = app.connect(person).await;
        let rooms = ready["rooms"].as_array().unwrap();
        assert_eq!((rooms.len(), &rooms[0]["id"]), (1, &json!(room)));
        assert_eq!(rooms[0]["me"]["role"], "member");
        socket.close().await;
    }
    let members = ann.get(&format!("/api/rooms/{room}/members")).await.expect(200);
    let ids: Vec<_> =
        members["items"].as_array().unwrap().iter().map(|it| &it["profile"]["id"]).collect();
    assert_eq!(ids, [&json!(ann.id), &json!(bob.id)]);
    let stored = app.database.lines(&format!(
        "select user_id as line from members where room_id = {room} order by user_id"
    ));
    assert_eq!(stored, [ann.id.to_string(), bob.id.to_string()]);
    bob.act(&format!("/api/rooms/{room}/leave")).await.expect(204);
    assert_eq!(app.connect(&again).await.1["rooms"], json!([]));
}

#[tokio::test]
async fn at_002_7_a_public_message_reaches_everybody_in_the_room_and_nobody_else() {
    let (app, ann, bob, room) = room().await;
    let (carl, eve) = (app.sign_up("carl").await, app.sign_up("eve").await);
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut sockets = Vec::new();
    for person in [&ann, &bob, &carl] {
        sockets.push(app.connect(person).await.0);
    }
    let (mut outside, _) = app.connect(&eve).await;
    let sent = sockets[0].done(message(room, "Good evening, all", "n")).await;
    for socket in &mut sockets {
        let heard = socket.expect("message.created").await;
        assert_eq!(heard["message"]["body"], "Good evening, all");
    }
    outside.silence().await;
    let path = format!("/api/rooms/{room}/messages");
    for person in [&ann, &bob, &carl] {
        let history = person.get(&path).await.expect(200);
        assert_eq!(
            history["items"].as_array().unwrap().last().unwrap()["id"],
            sent["message"]["id"]
        );
    }
    eve.get(&path).await.refused(403, "forbidden");
}

#[tokio::test]
async fn at_002_9_every_public_message_is_in_the_database() {
    let (app, ann, bob, room) = room().await;
    let (mut socket, _) = app.connect(&bob).await;
    let mut said = Vec::new();
    for number in 0..10 {
        let body = format!("said {number}");
        if number % 2 == 0 {
            post(&ann, room, &body).await;
        } else {
            socket.done(message(room, &body, &format!("n-{number}"))).await;
        }
        said.push(body);
        let stored = app.database.lines(&format!(
            "select body as line from messages where room_id = {room} and kind = 'text' order by seq"
        ));
        assert_eq!(stored, said);
    }
}

#[tokio::test]
async fn at_002_11_whoever_comes_last_reads_back_to_the_first_message() {
    let (app, ann, _bob, room) = room().await;
    for number in 0..120 {
        post(&ann, room, &format!("line {number}")).await;
    }
    let carl = app.sign_up("carl").await;
    carl.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let mut page = carl.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
    let mut found = Vec::new();
    loop {
        let items = page["items"].as_array().unwrap();
        let seqs = items.iter().map(|it| it["seq"].as_i64().unwrap());
        found.splice(0..0, seqs);
        if page["has_before"] == false {
            break;
        }
        let path = format!("/api/rooms/{room}/messages?before={}", found[0]);
        page = carl.get(&path).await.expect(200);
    }
    // Two came, a hundred and twenty lines, one came.
    assert_eq!(found, (1..=123).collect::<Vec<_>>());
}

#[tokio::test]
async fn at_002_12_a_whisper_is_not_told_again() {
    let (app, ann, bob, room) = room().await;
    let (mut sender, _) = app.connect(&ann).await;
    let (mut socket, ready) = app.connect(&bob).await;
    let whisper = json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": "psst" });
    sender.done(whisper).await;
    assert_eq!(socket.expect("whispered").await["body"], "psst");
    socket.close().await;
    let held = json!({ room.to_string(): 0 });
    let missed = app.socket().await.resume(&bob.access_token, &ready["epoch"], held).await;
    assert!(!json!(missed).to_string().contains("psst"));
    let (mut back, ready) = app.connect(&bob).await;
    assert!(!ready.to_string().contains("psst"));
    let entered = back.done(json!({ "type": "room.enter", "room_id": room })).await;
    assert!(!entered.to_string().contains("psst"));
    back.silence().await;
}

/// A picture that is wider than high.
fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixel =
        |x: u32, y: u32| image::Rgb([x, y, x ^ y].map(|it| u8::try_from(it % 256).unwrap()));
    image::RgbImage::from_fn(1_200, 800, pixel)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn at_002_13_name_and_avatar_are_changed_and_the_avatar_is_made_small() {
    let (_app, ann, bob, room) = room().await;
    post(&ann, room, "before").await;
    ann.patch("/api/profiles/me", json!({ "username": "anna" })).await.expect(200);
    let call = ann.call(Method::PUT, "/api/profiles/me/avatar").body("image/png", picture());
    let url = call.send().await.expect(200)["avatar_url"].clone();
    let seen = bob.get(&format!("/api/profiles/{}", ann.id)).await.expect(200);
    assert_eq!((&seen["username"], &seen["avatar_url"]), (&json!("anna"), &url));
    let base = url.as_str().unwrap().rsplit_once('/').unwrap().0;
    for size in [32, 64, 128, 256] {
        let served = bob.get(&format!("{base}/{size}")).await.expect(200);
        let shown = image::load_from_memory(&served.bytes).unwrap();
        assert_eq!((shown.width(), shown.height()), (size, size));
    }
    let history = bob.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
    let author = &history["items"].as_array().unwrap().last().unwrap()["author"];
    assert_eq!((&author["username"], &author["avatar_url"]), (&json!("anna"), &url));
}

#[tokio::test]
async fn at_002_20_whoever_vanishes_without_a_word_is_offline_soon() {
    let (app, ann, bob, _room) = room().await;
    let (mut alive, _) = app.connect(&ann).await;
    let (mut dead, _) = app.connect(&bob).await;
    let shown = async |id: i64| {
        let profile = ann.get(&format!("/api/profiles/{id}")).await.expect(200);
        profile["presence"].as_str().unwrap().to_owned()
    };
    app.advance(Duration::from_secs(40));
    alive.done(json!({ "type": "ping" })).await;
    assert_eq!(shown(bob.id).await, "online", "a heartbeat may be late");
    app.advance(Duration::from_secs(5));
    assert_eq!(dead.closed().await, 4002);
    app.has_sockets(1).await;
    // The grace for those who come back.
    app.advance(Duration::from_secs(3));
    eventually("Bob is offline", async || shown(bob.id).await == "offline").await;
    assert_eq!(shown(ann.id).await, "online");
}

#[tokio::test]
async fn at_002_20_nobody_hears_anything_before_signing_in() {
    let (app, ann, _bob, room) = room().await;
    post(&ann, room, "canary").await;
    let mut socket = app.socket().await;
    post(&ann, room, "canary").await;
    socket.silence().await;
    for command in [
        json!({ "type": "room.enter", "room_id": room }),
        json!({ "type": "sync", "room_id": room, "after": { "epoch": "e", "rev": 0 } }),
        message(room, "x", "n"),
    ] {
        // Each on a socket of its own: whoever is no one says one thing.
        let mut socket = app.socket().await;
        assert_eq!(socket.refused(command).await, "unauthenticated");
        assert_eq!(socket.closed().await, 4500);
    }
    socket.silence().await;
    let path = format!("/api/rooms/{room}");
    for path in [path.clone(), format!("{path}/messages"), "/api/rooms".to_owned()] {
        app.client().get(&path).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn at_002_20_another_name_is_known_at_once_by_whoever_is_there() {
    let (app, ann, bob, room) = room().await;
    let (mut ann_socket, _) = app.connect(&ann).await;
    let (mut bob_socket, _) = app.connect(&bob).await;
    post(&bob, room, "as bob").await;
    bob.patch("/api/profiles/me", json!({ "username": "robert" })).await.expect(200);
    let updated = ann_socket.expect("profile.updated").await["profile"].take();
    assert_eq!((&updated["id"], &updated["username"]), (&json!(bob.id), &json!("robert")));
    bob_socket.done(message(room, "as robert", "n")).await;
    let heard = ann_socket.expect("message.created").await["message"].take();
    assert_eq!(heard["author"]["username"], "robert");
    let history = ann.get(&format!("/api/rooms/{room}/messages?limit=2")).await.expect(200);
    let names: BTreeSet<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["author"]["username"].as_str().unwrap())
        .collect();
    assert_eq!(names, BTreeSet::from(["robert"]), "also on what was said before");
}

#[tokio::test]
async fn at_002_20_a_message_that_is_too_long_is_refused_in_words() {
    let (app, ann, _bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let (most, more) = ("ё".repeat(16_000), "ё".repeat(16_001));
    let path = format!("/api/rooms/{room}/messages");
    ann.post(&path, json!({ "body": most })).await.expect(201);
    let refused = ann.post(&path, json!({ "body": more })).await.invalid(&["body:too_long"]);
    let said = |errors: &Value| errors[0]["detail"].as_str().unwrap().to_owned();
    assert!(said(&refused["errors"]).contains("16"), "{}", refused.text);
    socket.done(message(room, &most, "n-1")).await;
    let reply = socket.command(message(room, &more, "n-2")).await;
    assert_eq!(reply["error"]["errors"][0]["code"], "too_long");
    assert_eq!(said(&reply["error"]["errors"]), said(&refused["errors"]));
}
