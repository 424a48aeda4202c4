//! Making rooms, finding them, coming and going.

use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp};

async fn create(person: &Person, name: &str) -> i64 {
    person.post("/api/rooms", json!({ "name": name })).await.expect(201).id()
}

fn names(list: &Answer) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn who_makes_a_room_owns_it_and_is_in_it() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let body = json!({ "name": "  Общий чат ", "topic": "Everything" });
    let room = ann.post("/api/rooms", body).await.expect(201);
    assert_eq!((&room["name"], &room["slug"]), (&json!("Общий чат"), &json!("общий-чат")));
    assert_eq!((&room["owner_id"], &room["me"]["role"]), (&json!(ann.id), &json!("owner")));
    assert_eq!((&room["members_count"], &room["is_private"]), (&json!(1), &json!(false)));
    let same = ann.get(&format!("/api/rooms/{}", room.id())).await.expect(200);
    assert_eq!(same.json, room.json);
    let same = ann.get("/api/rooms/by-slug/общий-чат").await.expect(200);
    assert_eq!(same.json, room.json);
}

#[tokio::test]
async fn two_rooms_never_share_an_address() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    create(&ann, "Tea").await;
    let refused = ann.post("/api/rooms", json!({ "name": "tea" })).await;
    assert_eq!(refused.refused(409, "conflict").flaws(), ["name:taken"]);
}

#[tokio::test]
async fn coming_and_going_is_idempotent_and_leaves_notes() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let id = create(&ann, "Tea").await;
    let (join, leave) = (format!("/api/rooms/{id}/join"), format!("/api/rooms/{id}/leave"));
    let joined = bob.act(&join).await.expect(200);
    assert_eq!((&joined["me"]["role"], &joined["members_count"]), (&json!("member"), &json!(2)));
    assert_eq!(bob.act(&join).await.expect(200).json, joined.json);
    bob.act(&leave).await.expect(204);
    bob.act(&leave).await.expect(204);
    let history = ann.get(&format!("/api/rooms/{id}/messages")).await.expect(200);
    let notes: Vec<(&Value, &Value)> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["kind"], &it["author"]["username"]))
        .collect();
    let (bob, joined, left) = (json!("bob"), json!("joined"), json!("left"));
    assert_eq!(notes[notes.len() - 2..], [(&joined, &bob), (&left, &bob)]);
}

#[tokio::test]
async fn rooms_are_listed_searched_ordered_and_paged() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    for name in ["Coffee", "tea", "Black Tea", "100%"] {
        create(&ann, name).await;
    }
    assert_eq!(names(&bob.get("/api/rooms").await), ["100%", "Black Tea", "Coffee", "tea"]);
    assert_eq!(names(&bob.get("/api/rooms/").await).len(), 4, "with a slash as well");
    assert_eq!(names(&bob.get("/api/rooms?search=TEA").await), ["Black Tea", "tea"]);
    assert_eq!(names(&bob.get("/api/rooms?search=%25").await), ["100%"]);
    assert_eq!(names(&bob.get("/api/rooms?search=_").await), Vec::<&str>::new());
    assert_eq!(names(&bob.get("/api/rooms?joined=true").await), Vec::<&str>::new());
    assert_eq!(names(&bob.get("/api/rooms?ordering=-created_at&limit=1").await), ["100%"]);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bob.get(&format!("/api/rooms?limit=3{cursor}")).await.expect(200);
        found.extend(names(&page).into_iter().map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, ["100%", "Black Tea", "Coffee", "tea"]);
}

#[tokio::test]
async fn members_see_each_other_and_strangers_do_not() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let id = create(&ann, "Tea").await;
    let members = format!("/api/rooms/{id}/members");
    bob.get(&members).await.refused(403, "forbidden");
    bob.act(&format!("/api/rooms/{id}/join")).await.expect(200);
    let list = bob.get(&members).await.expect(200);
    let shown: Vec<(&Value, &Value)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["profile"]["username"], &it["role"]))
        .collect();
    let of = |name: &str, role: &str| (json!(name), json!(role));
    let (first, second) = (of("ann", "owner"), of("bob", "member"));
    assert_eq!(shown, [(&first.0, &first.1), (&second.0, &second.1)]);
}

#[tokio::test]
async fn the_read_pointer_moves_forward_only() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let id = create(&ann, "Tea").await;
    bob.act(&format!("/api/rooms/{id}/join")).await.expect(200);
    for body in ["one", "two @bob", "three"] {
        let path = format!("/api/rooms/{id}/messages");
        ann.post(&path, json!({ "body": body })).await.expect(201);
    }
    let room = bob.get(&format!("/api/rooms/{id}")).await.expect(200);
    assert_eq!((&room["me"]["unread"], &room["me"]["mentions"]), (&json!(3), &json!(1)));
    let head = room["head"].as_i64().unwrap();
    let read = format!("/api/rooms/{id}/read");
    let mark = async |seq: i64| bob.put(&read, json!({ "seq": seq })).await.expect(200);
    assert_eq!(mark(head - 1).await["unread"], 1);
    let back = mark(1).await;
    assert_eq!((&back["last_read_seq"], &back["unread"]), (&json!(head - 1), &json!(1)));
    assert_eq!(mark(head + 1_000).await["last_read_seq"], head);
}
