//! Changing rooms and deleting them, who is in them, direct rooms.

use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

struct Scene {
    app: TestApp,
    ann: Person,
    bob: Person,
    room: i64,
}

/// Ann's room with Bob in it.
async fn scene() -> Scene {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    Scene { app, ann, bob, room }
}

impl Scene {
    fn path(&self) -> String {
        format!("/api/rooms/{}", self.room)
    }

    fn member(&self, person: &Person) -> String {
        format!("/api/rooms/{}/members/{}", self.room, person.id)
    }
}

#[tokio::test]
async fn at_002_2_a_room_is_renamed_and_deleted_by_its_owner_only() {
    let scene = scene().await;
    let path = scene.path();
    scene.bob.patch(&path, json!({ "name": "Coffee" })).await.refused(403, "forbidden");
    scene.bob.delete(&path).await.refused(403, "not_room_owner");
    let wanted = json!({ "name": "Кофе", "topic": "black" });
    let room = scene.ann.patch(&path, wanted).await.expect(200);
    assert_eq!((&room["name"], &room["slug"]), (&json!("Кофе"), &json!("кофе")));
    assert_eq!(room["topic"], "black");
    let history = scene.bob.get(&format!("{path}/messages")).await.expect(200);
    let note = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&note["kind"], &note["body"]), (&json!("renamed"), &json!("Кофе")));
    scene.ann.post("/api/rooms", json!({ "name": "Taken" })).await.expect(201);
    let taken = scene.ann.patch(&path, json!({ "name": "taken" })).await.refused(409, "conflict");
    assert_eq!(taken.flaws(), ["name:taken"]);
    let staff_only = scene.ann.patch(&path, json!({ "staff_only": true })).await;
    staff_only.refused(403, "room_staff_only");
    scene.ann.delete(&path).await.expect(204);
    for person in [&scene.ann, &scene.bob] {
        person.get(&path).await.refused(404, "not_found");
        person.delete(&path).await.refused(404, "not_found");
        person.get("/api/rooms/by-slug/%D0%BA%D0%BE%D1%84%D0%B5").await.refused(404, "not_found");
    }
    scene.ann.post("/api/rooms", json!({ "name": "Кофе" })).await.expect(201);
}

#[tokio::test]
async fn members_are_added_promoted_and_removed() {
    let scene = scene().await;
    let cat = scene.app.sign_up("cat").await;
    let hide = json!({ "invite_only": true });
    scene.ann.patch(&scene.path(), hide).await.expect(200);
    cat.get(&scene.path()).await.refused(404, "not_found");
    scene.bob.put_empty(&scene.member(&cat)).await.refused(403, "forbidden");
    let added = scene.ann.put_empty(&scene.member(&cat)).await.expect(201);
    assert_eq!((&added["role"], &added["profile"]["id"]), (&json!("member"), &json!(cat.id)));
    let again = scene.ann.put(&scene.member(&cat), json!({})).await.expect(200);
    assert_eq!(again.json, added.json);
    cat.get(&scene.path()).await.expect(200);

    let moderator = json!({ "role": "moderator" });
    scene.bob.put(&scene.member(&cat), moderator.clone()).await.refused(403, "forbidden");
    let promoted = scene.ann.put(&scene.member(&cat), moderator.clone()).await.expect(200);
    assert_eq!(promoted["role"], "moderator");
    cat.put(&scene.member(&scene.bob), moderator).await.refused(403, "not_room_owner");
    cat.delete(&scene.member(&scene.ann)).await.refused(403, "not_room_owner");
    cat.delete(&scene.member(&scene.bob)).await.expect(204);
    cat.delete(&scene.member(&scene.bob)).await.expect(204);
    scene.bob.get(&scene.path()).await.refused(404, "not_found");
    let history = cat.get(&format!("{}/messages", scene.path())).await.expect(200);
    let note = history["items"].as_array().unwrap().last().unwrap();
    let about = (&note["kind"], &note["author"]["id"]);
    assert_eq!(about, (&json!("removed"), &json!(scene.bob.id)));

    let own = json!({ "role": "member" });
    scene.ann.put(&scene.member(&scene.ann), own).await.refused(409, "conflict");
    let owner = json!({ "role": "owner" });
    scene.ann.put(&scene.member(&cat), owner).await.expect(200);
    let room = scene.ann.get(&scene.path()).await.expect(200);
    assert_eq!((&room["owner_id"], &room["me"]["role"]), (&json!(cat.id), &json!("moderator")));
    let nobody = format!("{}/members/999999", scene.path());
    cat.put_empty(&nobody).await.refused(404, "not_found");
}

#[tokio::test]
async fn at_001_13_a_direct_room_is_for_the_two_only() {
    let scene = scene().await;
    let cat = scene.app.sign_up("cat").await;
    let open = async |person: &Person, peer: i64| {
        person.put_empty(&format!("/api/rooms/direct/{peer}")).await
    };
    let room = open(&scene.ann, scene.bob.id).await.expect(201);
    let shown = (&room["is_private"], &room["kind"], &room["name"]);
    assert_eq!(shown, (&json!(true), &json!("direct"), &json!("bob")));
    assert_eq!((&room["slug"], &room["peer"]["id"]), (&Value::Null, &json!(scene.bob.id)));
    let again = open(&scene.ann, scene.bob.id).await.expect(200);
    assert_eq!(again.json, room.json);
    assert_eq!(open(&scene.bob, scene.ann.id).await.expect(200).id(), room.id());
    open(&scene.ann, scene.ann.id).await.refused(404, "not_found");
    open(&scene.ann, 999_999).await.refused(404, "not_found");
    let path = format!("/api/rooms/{}", room.id());
    let messages = format!("{path}/messages");
    scene.bob.post(&messages, json!({ "body": "psst" })).await.expect(201);
    scene.ann.patch(&path, json!({ "name": "public" })).await.refused(403, "forbidden");
    scene.ann.delete(&path).await.refused(403, "forbidden");
    scene.ann.act(&format!("{path}/leave")).await.refused(403, "forbidden");
    scene.ann.put_empty(&format!("{path}/members/{}", cat.id)).await.refused(403, "forbidden");
    cat.patch(&path, json!({ "name": "x" })).await.refused(404, "not_found");
    cat.get(&messages).await.refused(404, "not_found");
    let listed = cat.get("/api/rooms?kind=direct").await.expect(200);
    assert_eq!(listed["items"], json!([]));
    let listed = scene.bob.get("/api/rooms?kind=direct").await.expect(200);
    assert_eq!(listed["items"][0]["name"], "ann");
}

#[tokio::test]
async fn one_says_what_one_is_notified_of() {
    let scene = scene().await;
    let path = format!("{}/notify", scene.path());
    let own = scene.bob.put(&path, json!({ "notify": "mentions" })).await.expect(200);
    assert_eq!((&own["notify"], &own["role"]), (&json!("mentions"), &json!("member")));
    let room = scene.bob.get(&scene.path()).await.expect(200);
    assert_eq!(room["me"]["notify"], "mentions");
    let other = scene.ann.get(&scene.path()).await.expect(200);
    assert_eq!(other["me"]["notify"], "all");
    let cat = scene.app.sign_up("cat").await;
    cat.put(&path, json!({ "notify": "none" })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn at_000_11_a_room_that_is_for_staff_from_now_on_keeps_nobody_else() {
    let scene = scene().await;
    let root = scene.app.superuser("root").await;
    root.act(&format!("{}/join", scene.path())).await.expect(200);
    let room = root.patch(&scene.path(), json!({ "staff_only": true })).await.expect(200);
    assert_eq!((&room["members_count"], &room["owner_id"]), (&json!(1), &json!(root.id)));
    let messages = format!("{}/messages", scene.path());
    scene.ann.get(&messages).await.refused(403, "room_staff_only");
    scene.ann.post(&messages, json!({ "body": "x" })).await.refused(403, "room_staff_only");
    root.put_empty(&scene.member(&scene.bob)).await.refused(403, "room_staff_only");
}
