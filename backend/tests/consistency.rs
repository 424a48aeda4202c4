//! What a client holds after a snapshot and the events since is what a fresh snapshot says: tried
//! for every action, for everybody concerned.
//!
//! [`Mirror`] is a client written from `openapi/gateway.md` alone. It panics on a hole, a repeat or
//! an event that it can't place.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::harness::{Cluster, Person, Socket, TestApp};

const PICTURE: &[u8] = include_bytes!("pictures/dot.png");
/// How long events may take before what a client holds must be what the server has.
const SETTLE: Duration = Duration::from_secs(5);

/// What a client shows: comparable, and nothing that a client does not show.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    /// Rooms by id, as the list shows them.
    rooms: BTreeMap<i64, Value>,
    /// Messages by room and `seq`.
    messages: BTreeMap<i64, BTreeMap<i64, Value>>,
}

struct Mirror {
    socket: Socket,
    me: i64,
    username: String,
    epoch: String,
    shown: Shown,
    /// The last change applied, by room.
    revs: BTreeMap<i64, i64>,
}

impl Mirror {
    async fn open(app: &TestApp, person: &Person) -> Self {
        let mut socket = Socket::open(app.address).await;
        let ready = socket.hello(&person.access_token).await;
        let epoch = ready["epoch"].as_str().unwrap().to_owned();
        socket.expect("caught_up").await;
        let mut mirror = Self {
            socket,
            me: person.id,
            username: person.username.clone(),
            epoch,
            shown: Shown::default(),
            revs: BTreeMap::new(),
        };
        for room in ready["rooms"].as_array().unwrap() {
            mirror.add(room).await;
        }
        mirror
    }

    /// Shows a room and reads it from its beginning.
    async fn add(&mut self, room: &Value) {
        let id = room["id"].as_i64().unwrap();
        self.shown.rooms.insert(id, listed(room));
        self.shown.messages.entry(id).or_default();
        self.revs.entry(id).or_insert(0);
        self.catch_up(id).await;
    }

    /// Asks for what is new until nothing is.
    async fn catch_up(&mut self, room_id: i64) {
        loop {
            let after = json!({ "epoch": self.epoch, "rev": self.revs[&room_id] });
            let sync = json!({ "type": "sync", "room_id": room_id, "after": after });
            let reply = self.socket.command(sync).await;
            assert_eq!(reply["ok"], true, "{reply}");
            let data = &reply["data"];
            assert_eq!(data["reset"], false, "{data}");
            if data["to"].as_i64().unwrap() <= self.revs[&room_id] {
                return;
            }
            self.apply_sync(data);
        }
    }

    fn apply_sync(&mut self, sync: &Value) {
        let room_id = sync["room_id"].as_i64().unwrap();
        let held = self.revs[&room_id];
        assert!(sync["from"].as_i64().unwrap() <= held, "a hole before {sync}");
        let mut last = 0;
        for message in sync["messages"].as_array().unwrap() {
            let rev = message["rev"].as_i64().unwrap();
            assert!(rev > last, "out of order: {sync}");
            last = rev;
            if rev > held {
                self.put(message);
            }
        }
        self.revs.insert(room_id, held.max(sync["to"].as_i64().unwrap()));
        self.raise_head(room_id);
    }

    fn put(&mut self, message: &Value) {
        let (room_id, seq) =
            (message["room_id"].as_i64().unwrap(), message["seq"].as_i64().unwrap());
        let messages = self.shown.messages.get_mut(&room_id).unwrap();
        messages.insert(seq, message.clone());
    }

    fn raise_head(&mut self, room_id: i64) {
        let rev = self.revs[&room_id];
        let room = self.shown.rooms.get_mut(&room_id).unwrap();
        if room["head"].as_i64().unwrap() < rev {
            room["head"] = json!(rev);
        }
    }

    /// Applies one event, as a client does.
    async fn apply(&mut self, event: &Value) {
        match event["type"].as_str().unwrap() {
            "message.created" | "message.updated" | "message.deleted" => {
                self.apply_change(event).await
            }
            "sync" => self.apply_sync(event),
            "room.added" => self.add(&event["room"]).await,
            "room.removed" | "room.deleted" => {
                let id = event["room_id"].as_i64().unwrap();
                self.shown.rooms.remove(&id);
                self.shown.messages.remove(&id);
                self.revs.remove(&id);
            }
            "room.updated" => {
                let id = event["room"]["id"].as_i64().unwrap();
                let mut room = listed(&event["room"]);
                if room["me"].is_null() {
                    room["me"] = self.shown.rooms[&id]["me"].clone();
                }
                self.shown.rooms.insert(id, room);
                self.raise_head(id);
            }
            "profile.updated" => self.rename(&event["profile"]),
            "read.updated" => {
                let id = event["room_id"].as_i64().unwrap();
                let me = &mut self.shown.rooms.get_mut(&id).unwrap()["me"];
                for field in ["last_read_seq", "unread", "mentions"] {
                    me[field] = event[field].clone();
                }
            }
            _ => {}
        }
    }

    /// Shows a person as they are now, under everything they wrote.
    fn rename(&mut self, profile: &Value) {
        for message in self.shown.messages.values_mut().flat_map(BTreeMap::values_mut) {
            for path in ["/author", "/reply_to/author"] {
                let author = message.pointer_mut(path).filter(|it| it["id"] == profile["id"]);
                for (field, value) in author.into_iter().flat_map(|it| it.as_object_mut().unwrap())
                {
                    *value = profile[field].clone();
                }
            }
        }
    }

    async fn apply_change(&mut self, event: &Value) {
        let (room_id, rev) = (event["room_id"].as_i64().unwrap(), event["rev"].as_i64().unwrap());
        let held = self.revs[&room_id];
        assert!(rev <= held + 1, "a hole: {rev} after {held}");
        if rev <= held {
            return;
        }
        let message = &event["message"];
        assert_eq!(message["rev"], event["rev"]);
        self.put(message);
        self.quote(message);
        self.revs.insert(room_id, rev);
        self.raise_head(room_id);
        self.count(room_id, message);
    }

    /// Quotes a message as it is now, under everything that answers it.
    fn quote(&mut self, message: &Value) {
        let room = message["room_id"].as_i64().unwrap();
        let is_deleted = !message["deleted_at"].is_null();
        for answer in self.shown.messages.get_mut(&room).unwrap().values_mut() {
            let quoted = answer["reply_to"].as_object_mut().filter(|it| it["id"] == message["id"]);
            if let Some(quoted) = quoted {
                let text = if is_deleted { "" } else { message["body"].as_str().unwrap() };
                quoted["excerpt"] = json!(text.chars().take(120).collect::<String>());
            }
        }
    }

    /// What a change that was heard live does to the list of rooms. What is unread is counted anew
    /// from the messages: what others wrote after the read pointer, and what is not deleted (G13).
    fn count(&mut self, room_id: i64, message: &Value) {
        let room = self.shown.rooms.get_mut(&room_id).unwrap();
        if message["seq"] == message["rev"] {
            match message["kind"].as_str().unwrap() {
                "joined" => add(&mut room["members_count"], 1),
                "left" | "removed" => add(&mut room["members_count"], -1),
                _ => {}
            }
        }
        let read = room["me"]["last_read_seq"].as_i64().unwrap();
        let unread = self.shown.messages[&room_id].range(read + 1..).map(|(_, message)| message);
        let unread = unread.filter(|it| it["kind"] == "text" && it["deleted_at"].is_null());
        let unread: Vec<_> = unread.filter(|it| it["author"]["id"] != json!(self.me)).collect();
        let mention = format!("@{}", self.username);
        let names_me = |it: &&&Value| it["body"].as_str().unwrap().contains(&mention);
        room["me"]["unread"] = json!(unread.len());
        room["me"]["mentions"] = json!(unread.iter().filter(names_me).count());
    }
}

fn add(number: &mut Value, by: i64) {
    *number = json!(number.as_i64().unwrap() + by);
}

/// A room without what is live only, and without what the notes of a room tell otherwise.
fn listed(room: &Value) -> Value {
    let mut room = room.clone();
    let fields = room.as_object_mut().unwrap();
    fields.remove("online_count");
    fields.remove("peer");
    room
}

/// Lets the events come until the mirror shows what a fresh one does.
async fn settle(app: &TestApp, mirror: &mut Mirror, person: &Person, after: &str) {
    let deadline = Instant::now() + SETTLE;
    loop {
        let fresh = Mirror::open(app, person).await.shown;
        while let Ok(event) = timeout(Duration::from_millis(60), mirror.socket.next()).await {
            mirror.apply(&event).await;
        }
        if mirror.shown == fresh {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "after {after}, {} holds\n{:#?}\nbut the server has\n{fresh:#?}",
            person.username,
            mirror.shown
        );
    }
}

#[tokio::test]
async fn snapshot_and_events_are_a_fresh_snapshot_after_every_action() {
    let app = TestApp::start().await;
    hold(&app, &app).await;
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn the_same_on_two_nodes() {
    let cluster = Cluster::with_redis().await;
    hold(&cluster.nodes[0], &cluster.nodes[1]).await;
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn the_same_on_two_nodes_with_nothing_between_them() {
    let cluster = Cluster::without_redis().await;
    hold(&cluster.nodes[0], &cluster.nodes[1]).await;
}

/// Ann is at one node, Bob at the other, or both at the same.
async fn hold(app: &TestApp, other: &TestApp) {
    let (ann, bob) = (app.sign_up("ann").await, other.sign_up("bob").await);
    let mut mirrors = [Mirror::open(app, &ann).await, Mirror::open(other, &bob).await];
    let mut done = Vec::new();

    macro_rules! after {
        ($action:literal, $call:expr) => {{
            let answer = $call.await;
            assert!((200..300).contains(&answer.status), "{}: {}", $action, answer.text);
            settle(app, &mut mirrors[0], &ann, $action).await;
            settle(other, &mut mirrors[1], &bob, $action).await;
            done.push($action);
            answer
        }};
    }

    let room = after!("create", ann.post("/api/rooms", json!({ "name": "Tea" })));
    let room = room["id"].as_i64().unwrap();
    let at = |path: &str| format!("/api/rooms/{room}{path}");
    after!("send before anybody joined", ann.post(&at("/messages"), json!({ "body": "first" })));
    after!("join", bob.act(&at("/join")));
    after!("join again", bob.act(&at("/join")));
    let sent =
        after!("send", ann.post(&at("/messages"), json!({ "body": "Hello @bob", "nonce": "n" })));
    after!("send again", ann.post(&at("/messages"), json!({ "body": "Hello @bob", "nonce": "n" })));
    after!("reply", bob.post(&at("/messages"), json!({ "body": "Hi", "reply_to": sent["id"] })));
    after!("read", ann.put(&at("/read"), json!({ "seq": 5 })));
    after!("read backwards", ann.put(&at("/read"), json!({ "seq": 1 })));
    after!("leave", bob.act(&at("/leave")));
    after!("leave again", bob.act(&at("/leave")));
    after!("send while away", ann.post(&at("/messages"), json!({ "body": "missed" })));
    after!("come back", bob.act(&at("/join")));
    after!("another name", ann.patch("/api/profiles/me", json!({ "display_name": "Ann A." })));
    let avatar = "/api/profiles/me/avatar";
    let picture = ann.call(Method::PUT, avatar).body("image/png", PICTURE);
    after!("a picture", picture.send());
    after!("no picture", ann.delete(avatar));
    after!("the owner leaves", ann.act(&at("/leave")));
    after!("a second room", bob.post("/api/rooms", json!({ "name": "Cake", "invite_only": true })));

    // Bob owns the first room now, and Ann is not in it.
    after!("somebody comes to another's room", ann.act(&at("/join")));
    let said =
        after!("send to be changed", bob.post(&at("/messages"), json!({ "body": "for @ann" })));
    let message = format!("/api/messages/{}", said["id"]);
    let answer = json!({ "body": "an answer", "reply_to": said["id"] });
    after!("answer", ann.post(&at("/messages"), answer));
    let thumb = format!("{message}/reactions/%F0%9F%91%8D");
    let upload = bob.call(Method::POST, &at("/files?name=dot.png")).body("image/png", PICTURE);
    let file = after!("upload", upload.send())["id"].clone();
    let with_file = json!({ "body": "", "file_ids": [file] });
    let carrier = after!("send a file", bob.post(&at("/messages"), with_file));
    let carrier = format!("/api/messages/{}", carrier["id"]);
    after!("say something of it", bob.patch(&carrier, json!({ "body": "a dot for @ann" })));
    after!("delete what has a file", bob.delete(&carrier));
    after!("react", ann.put_empty(&thumb));
    after!("react again", ann.put_empty(&thumb));
    after!("react to one's own", bob.put_empty(&thumb));
    after!("take a reaction back", ann.delete(&thumb));
    after!("take it back again", ann.delete(&thumb));
    after!("edit, nobody is named", bob.patch(&message, json!({ "body": "for nobody" })));
    after!("edit, somebody is named", bob.patch(&message, json!({ "body": "now for @ann" })));
    after!("edit to the same", bob.patch(&message, json!({ "body": "now for @ann" })));
    after!("delete what is unread and quoted", bob.delete(&message));
    after!("delete again", bob.delete(&message));
    let read = bob.post(&at("/messages"), json!({ "body": "read, then deleted" })).await;
    let head = ann.get(&at("")).await["head"].as_i64().unwrap();
    after!("read to the end", ann.put(&at("/read"), json!({ "seq": head })));
    after!("delete what was read", bob.delete(&format!("/api/messages/{}", read["id"])));
    after!("rename", bob.patch(&at(""), json!({ "name": "Green tea" })));
    after!("describe", bob.patch(&at(""), json!({ "topic": "leaves only" })));
    after!("make it steady", bob.patch(&at(""), json!({ "steady_while_occupied": true })));
    after!("make it unsteady", bob.patch(&at(""), json!({ "steady_while_occupied": false })));
    after!("make it invite-only", bob.patch(&at(""), json!({ "invite_only": true })));
    let member = at(&format!("/members/{}", ann.id));
    after!("promote", bob.put(&member, json!({ "role": "moderator" })));
    after!("demote", bob.put(&member, json!({ "role": "member" })));
    after!("mute", ann.put(&at("/notify"), json!({ "notify": "none" })));
    after!("remove", bob.delete(&member));
    after!("send without them", bob.post(&at("/messages"), json!({ "body": "ann is gone" })));
    after!("invite", bob.put(&member, json!({})));
    after!("hand over", bob.put(&member, json!({ "role": "owner" })));
    let direct = format!("/api/rooms/direct/{}", bob.id);
    let opened = after!("open a direct room", ann.put_empty(&direct));
    after!("open it again", ann.put_empty(&direct));
    let path = format!("/api/rooms/{}/messages", opened["id"]);
    after!("write in a direct room", bob.post(&path, json!({ "body": "psst" })));
    after!("another username", bob.patch("/api/profiles/me", json!({ "username": "robert" })));
    after!("another status", bob.patch("/api/profiles/me", json!({ "presence": "busy" })));
    after!("delete the room", ann.delete(&at("")));
    assert_eq!(done.len(), 55);
}
