//! Two people talking to each other (003).

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    gateway::{message, post},
    harness::{Person, TestApp},
};

/// Two people and the direct room of theirs.
async fn pair() -> (TestApp, Person, Person, i64) {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let path = format!("/api/rooms/direct/{}", bob.id);
    let room = ann.put_empty(&path).await.expect(201).id();
    (app, ann, bob, room)
}

#[tokio::test]
async fn at_003_1_two_clients_send_and_receive() {
    let (app, ann, bob, room) = pair().await;
    let (mut first, _) = app.connect(&ann).await;
    let (mut second, _) = app.connect(&bob).await;
    first.done(message(room, "Are you there?", "n")).await;
    let heard = second.expect("message.created").await["message"].take();
    assert_eq!(
        (&heard["body"], &heard["author"]["id"]),
        (&json!("Are you there?"), &json!(ann.id))
    );
    second.done(message(room, "I am.", "n")).await;
    first.expect("message.created").await;
    let heard = first.expect("message.created").await["message"].take();
    assert_eq!((&heard["body"], &heard["author"]["id"]), (&json!("I am."), &json!(bob.id)));
}

#[tokio::test]
async fn at_003_3_nothing_is_shown_that_is_not_stored() {
    let (app, ann, bob, room) = pair().await;
    let (mut first, _) = app.connect(&ann).await;
    let (mut second, _) = app.connect(&bob).await;
    for number in 0..20 {
        let body = format!("number {number}");
        first.begin(message(room, &body, &format!("n-{number}"))).await;
        let shown = second.expect("message.created").await["message"].take();
        let query = format!("select body as line from messages where id = {}", shown["id"]);
        assert_eq!(app.database.lines(&query), [body]);
    }
}

#[tokio::test]
async fn at_003_8_an_inbox_nobody_talks_to_themself_and_no_socket_is_needed() {
    let (app, ann, bob, room) = pair().await;
    let carl = app.sign_up("carl").await;
    let with_carl = carl.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(201).id();
    ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201);
    post(&ann, room, "sent by a form").await;
    let (mut socket, _) = app.connect(&bob).await;
    post(&ann, room, "heard").await;
    assert_eq!(socket.expect("message.created").await["message"]["body"], "heard");

    let inbox = async |person: &Person| {
        let list = person.get("/api/rooms?kind=direct").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .clone();
        let mut list: Vec<_> =
            list.into_iter().map(|it| (it["id"].clone(), it["peer"]["username"].clone())).collect();
        list.sort_by_key(|(id, _)| id.as_i64());
        list
    };
    let with = |id: i64, name: &str| (json!(id), json!(name));
    assert_eq!(inbox(&ann).await, [with(room, "bob"), with(with_carl, "carl")]);
    assert_eq!(inbox(&bob).await, [with(room, "ann")]);
    let own = format!("/api/rooms/direct/{}", ann.id);
    ann.put_empty(&own).await.refused(404, "not_found");
}

#[tokio::test]
async fn at_003_9_messages_are_listed_to_those_who_may_read_them_only() {
    let (app, ann, bob, room) = pair().await;
    let eve = app.sign_up("eve").await;
    post(&ann, room, "canary for two").await;
    for path in ["/api/messages", "/api/messages?search=canary"] {
        app.client().get(path).await.refused(401, "unauthenticated");
        assert_eq!(eve.get(path).await.expect(200)["items"], json!([]));
        for person in [&ann, &bob] {
            let found = person.get(path).await.expect(200);
            assert_eq!(found["items"][0]["body"], "canary for two");
        }
    }
    let path = format!("/api/rooms/{room}/messages");
    app.client().get(&path).await.refused(401, "unauthenticated");
    eve.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn at_003_9_two_who_open_the_same_direct_room_at_once_get_one() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let open = async |person: &Person, peer: i64| {
        person.put_empty(&format!("/api/rooms/direct/{peer}")).await
    };
    let (one, two, three, four) = tokio::join!(
        open(&ann, bob.id),
        open(&bob, ann.id),
        open(&ann, bob.id),
        open(&bob, ann.id)
    );
    let answers = [one, two, three, four];
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201]);
    assert!(answers.iter().all(|it| it.id() == answers[0].id()));
    assert_eq!(app.database.lines("select count(*) as line from rooms"), ["1"]);
}

#[tokio::test]
async fn at_003_9_texts_stay_texts_and_times_are_times() {
    let (app, ann, bob, room) = pair().await;
    let (mut socket, _) = app.connect(&bob).await;
    let body = "<script>alert(1)</script><img src=x onerror=alert(1)> & \"quotes\"";
    for seconds in [0, 59, 301] {
        app.advance(Duration::from_secs(seconds));
        post(&ann, room, body).await;
        let heard = socket.expect("message.created").await["message"].take();
        assert_eq!(heard["body"], body);
    }
    let history = bob.get(&format!("/api/rooms/{room}/messages")).await.expect(200);
    let times: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["created_at"].as_str().unwrap()[..19].to_owned())
        .collect();
    assert_eq!(times, ["2027-01-15T08:00:00", "2027-01-15T08:00:59", "2027-01-15T08:06:00"]);
    let answer = bob.get(&format!("/api/rooms/{room}/messages")).await;
    assert!(answer.header("content-type").starts_with("application/json"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn at_003_9_the_search_finds() {
    let (app, ann, bob, room) = pair().await;
    post(&ann, room, "The kettle is on").await;
    post(&ann, room, "Nothing else").await;
    let found = bob.get("/api/messages?search=KETT").await.expect(200);
    let bodies: Vec<&Value> =
        found["items"].as_array().unwrap().iter().map(|it| &it["body"]).collect();
    assert_eq!(bodies, ["The kettle is on"]);
    let people = ann.get("/api/profiles?search=bo").await.expect(200);
    assert_eq!(people["items"][0]["username"], "bob");
    drop(app);
}
