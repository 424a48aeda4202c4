//! The other end is gone, and nothing says so: no end, no answer, as behind a router that was switched
//! off. The server asks for a sign of life every 20 s and gives up after 45.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Cut, Socket, TestApp, Wire};

#[tokio::test]
async fn fault_a_half_open_socket_is_dead_within_45_seconds() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let (mut watching, _) = app.connect(&ann).await;
    watching.done(json!({ "type": "room.enter", "room_id": room })).await;
    let wire = Wire::to(app.address.port());
    let mut gone = Socket::open(([127, 0, 0, 1], wire.port()).into()).await;
    gone.hello(&bob.access_token).await;
    gone.expect("caught_up").await;
    let (sockets, _) = app.hub.counts();
    assert_eq!(sockets, 2);

    wire.cut(Cut { to_server: true, to_client: true });
    // Something is on its way to it that it will never take.
    let path = format!("/api/rooms/{room}/messages");
    ann.post(&path, json!({ "body": "are you there?" })).await.expect(201);
    watching.expect("message.created").await;
    for _ in 0..2 {
        app.advance(Duration::from_secs(20));
        // Somebody whose line is whole shows a sign of life in time.
        watching.done(json!({ "type": "ping" })).await;
        sleep(Duration::from_millis(1_200)).await;
        assert_eq!(app.hub.counts().0, 2, "it had time to answer");
    }
    app.advance(Duration::from_secs(5));
    app.has_sockets(1).await;
    watching.done(json!({ "type": "ping" })).await;
    // Its grace is over as well: it is seen to have gone.
    app.advance(Duration::from_secs(4));
    loop {
        let moved = watching.ambient("presence.changed").await;
        if moved["user_id"] == bob.id && moved["presence"] == "offline" {
            break;
        }
    }
    drop(gone);
}
