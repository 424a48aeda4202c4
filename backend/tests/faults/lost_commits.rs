//! A copy of Postgres takes over that has not everything: what was acknowledged after the copy was made
//! is gone, so the history has another name, everybody begins anew, and nobody mixes the two.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    cluster::{post, room},
    harness::{Cluster, Machine, Person, PostgresServer, Socket},
};

/// How soon everybody must have been told.
const RESET_MAX: Duration = Duration::from_secs(5);
/// How much later a busy machine may be.
const SLACK: Duration = Duration::from_secs(1);

/// Somebody who keeps what they hear of a room, as a client does.
struct Listener {
    at: Person,
    address: SocketAddr,
    room: i64,
    socket: Socket,
    epoch: Value,
    cursor: i64,
    texts: BTreeMap<i64, Value>,
    /// How often everything that was held was thrown away.
    resets: usize,
}

impl Listener {
    async fn new(address: SocketAddr, person: &Person, room: i64) -> Self {
        let mut socket = Socket::open(address).await;
        let ready = socket.hello(&person.access_token).await;
        socket.expect("caught_up").await;
        let (at, epoch, texts) = (person.at(address), ready["epoch"].clone(), BTreeMap::new());
        let mut new = Self { at, address, room, socket, epoch, cursor: 0, texts, resets: 0 };
        let entered = json!({ "type": "room.enter", "room_id": room, "last": 50 });
        let page = new.socket.done(entered).await;
        new.take(&page);
        new.resets = 0;
        new
    }

    fn take(&mut self, frame: &Value) {
        if frame["reset"] == true {
            self.texts.clear();
            self.resets += 1;
        }
        let messages = frame["messages"].as_array().into_iter().flatten();
        let alone = Some(&frame["message"]).filter(|it| it.is_object());
        for message in messages.chain(alone) {
            self.texts.insert(message["seq"].as_i64().unwrap(), message["body"].clone());
        }
        let reached = frame["to"].as_i64().or(frame["rev"].as_i64());
        self.cursor = reached.unwrap_or(self.cursor);
    }

    /// Hears whatever comes next; comes back with what is held, once the socket has ended.
    async fn hear(&mut self) {
        match self.socket.next_or_end().await {
            Some(frame) if frame["room_id"] == self.room => self.take(&frame),
            Some(_) => {}
            None => {
                self.socket = Socket::open(self.address).await;
                let rooms = json!({ self.room.to_string(): self.cursor });
                let resume = json!({ "epoch": self.epoch, "rooms": rooms });
                let token = &self.at.access_token;
                let hello = json!({ "type": "hello", "token": token, "resume": resume });
                self.socket.send(hello).await;
                let ready = self.socket.next_or_end().await;
                if let Some(ready) = ready {
                    self.epoch = ready["epoch"].clone();
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres: make test-backend"]
async fn fault_g6_commits_that_a_fail_over_lost_reset_every_client_and_nobody_diverges() {
    let mut postgres = PostgresServer::start();
    let cluster = Cluster::on(postgres.url()).await;
    let (ann, bob, room) = room(&cluster).await;
    post(&ann, room, "kept").await;
    postgres.copy();

    let mut listeners = Vec::new();
    for (node, person) in [(0, &ann), (1, &bob), (1, &ann)] {
        listeners.push(Listener::new(cluster.nodes[node].address, person, room).await);
    }
    let before = listeners[0].epoch.clone();
    for number in 0..5 {
        post(&ann, room, &format!("lost {number}")).await;
    }
    let lost = ann.get(&format!("/api/rooms/{room}")).await.expect(200)["head"].clone();
    for listener in &mut listeners {
        while json!(listener.cursor) != lost {
            listener.hear().await;
        }
        assert_eq!((&listener.epoch, listener.resets), (&before, 0));
    }

    let machine = Machine::watch();
    postgres.fail_over();
    let back = Instant::now();
    let bound = || RESET_MAX + SLACK + machine.slack();
    for listener in &mut listeners {
        while listener.resets == 0 {
            let left = bound().saturating_sub(back.elapsed());
            timeout(left, listener.hear()).await.expect("not told to begin anew");
        }
        assert_ne!(listener.epoch, before);
    }
    eprintln!("everybody had begun anew {:?} after the other Postgres was there", back.elapsed());
    // The numbers that were lost are given again, to other texts.
    for number in 0..7 {
        let body = json!({ "body": format!("new {number}"), "nonce": format!("new {number}") });
        while ann.post(&format!("/api/rooms/{room}/messages"), body.clone()).await.status >= 500 {
            assert!(back.elapsed() < bound(), "nothing can be written");
        }
    }
    let page = ann.get(&format!("/api/rooms/{room}/messages?limit=100")).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    let stored: BTreeMap<i64, Value> =
        items.map(|it| (it["seq"].as_i64().unwrap(), it["body"].clone())).collect();
    assert!(!page.text.contains("lost") && page.text.contains("new 6"), "{}", page.text);
    for listener in &mut listeners {
        while json!(listener.cursor) != page["head"] {
            timeout(RESET_MAX, listener.hear()).await.expect("no news");
        }
        assert_eq!(listener.texts, stored);
    }
    // Whoever was away all the while, with a cursor that is there again by now.
    for node in 0..2 {
        let mut late = Socket::open(cluster.nodes[node].address).await;
        let rooms = json!({ room.to_string(): lost });
        let frames = late.resume(&bob.access_token, &before, rooms).await;
        assert!(frames.iter().any(|it| it["reset"] == true), "{frames:?}");
    }
}
