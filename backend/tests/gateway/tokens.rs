//! Personal access tokens and changed passwords, on sockets.

use serde_json::{Value, json};

use super::{message, room};
use crate::harness::{PASSWORD, Person, Socket, TestApp};

async fn make(person: &Person, scopes: &[&str]) -> (String, i64) {
    let body = json!({ "name": "bot", "scopes": scopes });
    let made = person.post("/api/auth/tokens", body).await.expect(201);
    (made["token"].as_str().unwrap().to_owned(), made.id())
}

async fn connect(app: &TestApp, token: &str) -> Socket {
    let mut socket = app.socket().await;
    socket.hello(token).await;
    socket.expect("caught_up").await;
    socket
}

fn ping() -> Value {
    json!({ "type": "ping" })
}

#[tokio::test]
async fn ws_7_a_token_that_may_only_read_hears_everything_and_says_nothing() {
    let (app, ann, bob, room) = room().await;
    let mut bot = connect(&app, &make(&ann, &["read"]).await.0).await;
    assert_eq!(bot.refused(message(room, "hello", "n")).await, "forbidden");
    let mark = json!({ "type": "read.mark", "room_id": room, "seq": 1 });
    assert_eq!(bot.refused(mark).await, "forbidden");
    bot.done(ping()).await;
    let before = app.database.lines("select count(*) as line from messages");
    super::post(&bob, room, "heard").await;
    assert_eq!(bot.expect("message.created").await["message"]["body"], "heard");
    assert_ne!(app.database.lines("select count(*) as line from messages"), before);
}

#[tokio::test]
async fn a_token_that_may_read_and_write_sends() {
    let (app, ann, _bob, room) = room().await;
    let mut bot = connect(&app, &make(&ann, &["read", "write"]).await.0).await;
    let sent = bot.done(message(room, "hello", "n")).await;
    assert_eq!(sent["message"]["author"]["id"], ann.id);
}

#[tokio::test]
async fn a_token_that_may_not_read_is_turned_away() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (token, _) = make(&ann, &["write"]).await;
    let mut socket = app.socket().await;
    socket.send(json!({ "type": "hello", "token": token })).await;
    assert_eq!(socket.closed().await, 4500);
}

#[tokio::test]
async fn g9_a_token_that_is_ended_closes_its_sockets_and_no_others() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let ((one, id), (other, _)) = (make(&ann, &["read"]).await, make(&ann, &["read"]).await);
    let (mut bot, mut other) = (connect(&app, &one).await, connect(&app, &other).await);
    let (mut own, _) = app.connect(&ann).await;
    ann.delete(&format!("/api/auth/tokens/{id}")).await.expect(204);
    assert_eq!(bot.closed().await, 4501);
    other.done(ping()).await;
    own.done(ping()).await;
}

#[tokio::test]
async fn g9_a_changed_password_closes_the_sockets_of_every_other_session() {
    let app = TestApp::start().await;
    let (elsewhere, ann) = (app.sign_up("ann").await, app.log_in("ann").await);
    let mut bot = connect(&app, &make(&ann, &["read"]).await.0).await;
    let (mut other, _) = app.connect(&elsewhere).await;
    let (mut own, _) = app.connect(&ann).await;
    let body = json!({ "current_password": PASSWORD, "new_password": "another-Teapot 48 parasol" });
    ann.post("/api/auth/password/change", body).await.expect(204);
    assert_eq!(other.closed().await, 4501);
    assert_eq!(bot.closed().await, 4501);
    own.done(ping()).await;
}

#[tokio::test]
async fn g9_a_password_chosen_by_a_link_closes_every_socket() {
    let app = TestApp::start().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let tokens = app.client().post("/api/auth/register", body).await.expect(201);
    let ann = app.client().with_tokens(&tokens);
    app.next_mail().await;
    let mut bot = connect(&app, &make(&ann, &["read"]).await.0).await;
    app.next_mail().await;
    let (mut own, _) = app.connect(&ann).await;
    let email = json!({ "email": "ann@example.org" });
    app.client().post("/api/auth/password/reset", email).await.expect(202);
    let token = app.next_mail().await.token();
    let body = json!({ "token": token, "new_password": "another-Teapot 48 parasol" });
    app.client().post("/api/auth/password/reset/confirm", body).await.expect(204);
    assert_eq!(own.closed().await, 4501);
    assert_eq!(bot.closed().await, 4501);
}
