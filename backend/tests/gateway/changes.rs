//! Messages and rooms that change, heard live.

use serde_json::{Value, json};

use super::{message, post, room, told};
use crate::harness::{Person, Socket, TestApp};

/// A message of Bob's, and both people's sockets.
async fn scene() -> (TestApp, [Person; 2], [Socket; 2], i64, i64) {
    let (app, ann, bob, room) = room().await;
    let (ann_socket, _) = app.connect(&ann).await;
    let (mut bob_socket, _) = app.connect(&bob).await;
    let sent = bob_socket.done(message(room, "helo", "n")).await;
    let id = sent["message"]["id"].as_i64().unwrap();
    let mut sockets = [ann_socket, bob_socket];
    for socket in &mut sockets {
        socket.expect("message.created").await;
    }
    (app, [ann, bob], sockets, room, id)
}

#[tokio::test]
async fn at_004_8_an_edit_and_a_deletion_are_seen_at_once() {
    let (_app, [ann, bob], [mut first, mut second], room, id) = scene().await;
    let edit = json!({ "type": "message.edit", "message_id": id, "body": "hello" });
    let edited = second.done(edit).await["message"].take();
    assert_eq!((&edited["body"], &edited["nonce"]), (&json!("hello"), &json!("n")));
    let seen = first.expect("message.updated").await;
    let expected = (&json!("hello"), &Value::Null, &edited["rev"]);
    assert_eq!((&seen["message"]["body"], &seen["message"]["nonce"], &seen["rev"]), expected);
    assert_eq!(second.expect("message.updated").await["message"], edited);

    let stale = json!({ "type": "message.edit", "message_id": id, "body": "x", "if_rev": 1 });
    assert_eq!(second.refused(stale).await, "conflict");
    let foreign = json!({ "type": "message.edit", "message_id": id, "body": "mine" });
    assert_eq!(first.refused(foreign).await, "forbidden");
    let missing = json!({ "type": "message.delete", "message_id": 999_999 });
    assert_eq!(first.refused(missing).await, "not_found");

    let delete = json!({ "type": "message.delete", "message_id": id });
    let tombstone = first.done(delete.clone()).await["message"].take();
    assert!(tombstone["body"].is_null() && tombstone["deleted_at"].is_string());
    let seen = second.expect("message.deleted").await;
    assert!(!seen.to_string().contains("hello"));
    assert_eq!((&seen["rev"], &seen["message"]["id"]), (&tombstone["rev"], &json!(id)));
    first.expect("message.deleted").await;
    assert_eq!(first.done(delete).await["message"], tombstone);
    first.silence().await;
    let after = post(&ann, room, "on we go").await;
    assert_eq!(after, tombstone["rev"].as_i64().unwrap() + 1, "again is nothing");
    drop(bob);
}

#[tokio::test]
async fn at_004_10_reactions_are_seen_at_once() {
    let (_app, [ann, bob], [mut first, mut second], _room, id) = scene().await;
    let change = |kind: &str, emoji: &str| json!({ "type": format!("reaction.{kind}"), "message_id": id, "emoji": emoji });
    let done = first.done(change("add", "👍")).await["message"].take();
    let expected = json!([{ "emoji": "👍", "count": 1, "user_ids": [ann.id] }]);
    assert_eq!(done["reactions"], expected);
    assert_eq!(second.expect("message.updated").await["message"]["reactions"], expected);
    first.expect("message.updated").await;
    assert_eq!(first.done(change("add", "👍")).await["message"], done);
    second.silence().await;
    second.done(change("add", "👍")).await;
    let both = first.expect("message.updated").await["message"]["reactions"].take();
    assert_eq!(both[0]["user_ids"], json!([ann.id, bob.id]));
    first.done(change("remove", "👍")).await;
    assert_eq!(first.expect("message.updated").await["message"]["reactions"][0]["count"], 1);
    assert_eq!(first.refused(change("add", "x")).await, "invalid emoji:not_allowed");
    assert_eq!(first.refused(change("remove", "👍👍")).await, "invalid emoji:not_allowed");
}

#[tokio::test]
async fn g10_what_was_deleted_while_one_was_away_comes_as_a_tombstone() {
    let (app, [ann, bob], [first, mut second], room, id) = scene().await;
    let (_, ready) = app.connect(&ann).await;
    let head = told(&ready, room)["head"].as_i64().unwrap();
    first.close().await;
    let edit = json!({ "type": "message.edit", "message_id": id, "body": "a canary" });
    second.done(edit).await;
    let reply = json!({
        "type": "message.send", "room_id": room, "body": "yes", "nonce": "n-2", "reply_to": id,
    });
    second.done(reply).await;
    second.done(json!({ "type": "message.delete", "message_id": id })).await;
    let mut socket = app.socket().await;
    let rooms = json!({ room.to_string(): head });
    let missed = socket.resume(&ann.access_token, &ready["epoch"], rooms).await;
    let text = json!(missed).to_string();
    assert!(!text.contains("canary"), "{text}");
    let messages = missed[0]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2, "{text}");
    assert_eq!(messages[0]["reply_to"]["excerpt"], "");
    assert!(messages[1]["body"].is_null());
    drop(bob);
}

#[tokio::test]
async fn at_002_18_a_room_is_renamed_and_deleted_before_everybody_s_eyes() {
    let (_app, [ann, bob], [mut first, mut second], room, _) = scene().await;
    let path = format!("/api/rooms/{room}");
    ann.patch(&path, json!({ "name": "Coffee", "topic": "black" })).await.expect(200);
    for socket in [&mut first, &mut second] {
        let note = socket.next().await;
        assert_eq!(note["message"]["kind"], "renamed");
        let updated = socket.next().await;
        assert_eq!(updated["type"], "room.updated");
        let shown = (&updated["room"]["name"], &updated["room"]["topic"], &updated["room"]["me"]);
        assert_eq!(shown, (&json!("Coffee"), &json!("black"), &Value::Null));
    }
    ann.delete(&path).await.expect(204);
    for socket in [&mut first, &mut second] {
        let gone = json!({ "type": "room.deleted", "room_id": room });
        assert_eq!(socket.next().await, gone);
        assert_eq!(socket.refused(message(room, "x", "n-9")).await, "not_found");
        let enter = json!({ "type": "room.enter", "room_id": room });
        assert_eq!(socket.refused(enter).await, "not_found");
        socket.silence().await;
    }
    bob.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn at_002_18_a_room_may_stay_as_it_is_while_somebody_is_online() {
    let app = TestApp::builder().with_running_clock().start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let steady = json!({ "name": "Tea", "steady_while_occupied": true });
    let room = ann.post("/api/rooms", steady).await.expect(201);
    assert_eq!(room["steady_while_occupied"], true);
    let path = format!("/api/rooms/{}", room.id());
    bob.act(&format!("{path}/join")).await.expect(200);
    let (mut own, _) = app.connect(&ann).await;
    ann.patch(&path, json!({ "name": "Coffee" })).await.expect(200);
    let (other, _) = app.connect(&bob).await;
    let rename = ann.patch(&path, json!({ "name": "Cocoa" })).await.refused(409, "room_occupied");
    assert_eq!(rename.flaws(), [""; 0]);
    ann.delete(&path).await.refused(409, "room_occupied");
    assert_eq!(ann.get(&path).await.expect(200)["name"], "Coffee");
    drop(other);
    let mut tries = 0;
    while ann.patch(&path, json!({ "name": "Cocoa" })).await.status == 409 {
        tries += 1;
        assert!(tries < 100, "he is not online any more");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    ann.delete(&path).await.expect(204);
    assert_eq!(own.expect("room.deleted").await["room_id"], room.id());
}

#[tokio::test]
async fn a_deleted_room_is_not_in_ready_and_what_it_was_is_not_resumed() {
    let (app, [ann, _bob], [_, mut second], room, _) = scene().await;
    let (_, ready) = app.connect(&ann).await;
    ann.delete(&format!("/api/rooms/{room}")).await.expect(204);
    second.expect("room.deleted").await;
    let mut socket = app.socket().await;
    let missed =
        socket.resume(&ann.access_token, &ready["epoch"], json!({ room.to_string(): 1 })).await;
    assert_eq!(missed, Vec::<Value>::new());
}

#[tokio::test]
async fn a_direct_room_appears_with_both_and_is_heard_by_no_one_else() {
    let (app, ann, bob, _) = room().await;
    let eve = app.sign_up("eve").await;
    let (mut first, _) = app.connect(&ann).await;
    let (mut second, _) = app.connect(&bob).await;
    let (mut third, _) = app.connect(&eve).await;
    let path = format!("/api/rooms/direct/{}", bob.id);
    let direct = ann.put_empty(&path).await.expect(201).id();
    for (socket, name) in [(&mut first, "bob"), (&mut second, "ann")] {
        let added = socket.next().await;
        let shown = (&added["type"], &added["room"]["name"], &added["room"]["head"]);
        assert_eq!(shown, (&json!("room.added"), &json!(name), &json!(0)));
    }
    let sent = second.done(message(direct, "psst", "n")).await;
    assert_eq!(sent["message"]["seq"], 1);
    let heard = first.expect("message.created").await;
    assert_eq!((&heard["rev"], &heard["message"]["body"]), (&json!(1), &json!("psst")));
    ann.put_empty(&path).await.expect(200);
    third.silence().await;
}

#[tokio::test]
async fn ws_7_g8_who_is_removed_hears_the_note_and_nothing_after_it() {
    let (_app, [ann, bob], [mut first, mut second], room, _) = scene().await;
    ann.delete(&format!("/api/rooms/{room}/members/{}", bob.id)).await.expect(204);
    ann.patch(&format!("/api/rooms/{room}"), json!({ "topic": "secret" })).await.expect(200);
    post(&ann, room, "secret").await;
    let note = second.next().await;
    assert_eq!(
        (&note["message"]["kind"], &note["message"]["author"]["id"]),
        (&json!("removed"), &json!(bob.id))
    );
    assert_eq!(second.next().await, json!({ "type": "room.removed", "room_id": room }));
    second.silence().await;
    first.expect("message.created").await;
    first.expect("room.updated").await;
    let member = format!("/api/rooms/{room}/members/{}", bob.id);
    ann.put_empty(&member).await.expect(201);
    assert_eq!(second.expect("room.added").await["room"]["topic"], "secret");
    ann.put(&member, json!({ "role": "moderator" })).await.expect(200);
    let updated = second.expect("room.updated").await;
    assert_eq!(updated["room"]["me"]["role"], "moderator");
}

#[tokio::test]
async fn who_may_do_what_in_a_room_is_seen_by_everybody_in_it() {
    let (app, [ann, bob], [mut first, mut second], room, _) = scene().await;
    let eve = app.sign_up("eve").await;
    eve.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut third, ready) = app.connect(&eve).await;
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.next().await["message"]["kind"], "joined");
    }
    let member = format!("/api/rooms/{room}/members/{}", bob.id);
    for role in ["moderator", "member", "owner"] {
        ann.put(&member, json!({ "role": role })).await.expect(200);
        for socket in [&mut first, &mut second, &mut third] {
            let note = socket.expect("message.created").await["message"].clone();
            let shown = (&note["kind"], &note["author"]["id"], &note["body"]);
            assert_eq!(shown, (&json!("role_changed"), &json!(bob.id), &json!(role)));
        }
    }
    let former = third.expect("message.created").await["message"].clone();
    let shown = (&former["author"]["id"], &former["body"]);
    assert_eq!(shown, (&json!(ann.id), &json!("moderator")), "who owned it is told as well");
    assert_eq!(third.expect("room.updated").await["room"]["owner_id"], bob.id);
    // Who was away hears of it like of everything else that has a number.
    let head = json!({ room.to_string(): ready["rooms"][0]["head"] });
    let mut late = app.socket().await;
    let missed = late.resume(&eve.access_token, &ready["epoch"], head).await;
    let notes = missed[0]["messages"].as_array().unwrap();
    let told: Vec<_> = notes.iter().map(|note| note["body"].as_str().unwrap()).collect();
    assert_eq!(told, ["moderator", "member", "owner", "moderator"]);
}

#[tokio::test]
async fn at_000_11_who_is_not_of_staff_is_out_of_a_room_that_becomes_one_for_staff() {
    let (app, [_ann, bob], [mut first, mut second], room, _) = scene().await;
    let root = app.superuser("root").await;
    root.patch(&format!("/api/rooms/{room}"), json!({ "staff_only": true })).await.expect(200);
    for socket in [&mut first, &mut second] {
        let removed = socket.expect("room.removed").await;
        assert_eq!(removed["room_id"], room);
        assert_eq!(socket.refused(message(room, "x", "n-5")).await, "room_staff_only");
        socket.silence().await;
    }
    drop(bob);
}
