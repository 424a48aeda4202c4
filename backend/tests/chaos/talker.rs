//! Somebody who talks and listens, and whom nothing discourages: a call that fails is made again, with
//! the same nonce, at any node; a socket that ends is opened anew, at any node, from where it was.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use rand::{Rng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::{history::History, node::Nodes};
use crate::harness::PASSWORD;

/// How long one call may take before it is made again.
const CALL_WAIT: Duration = Duration::from_secs(5);
/// How often a call is made again at the most.
const TRIES_MAX: usize = 400;

pub(super) struct Talker {
    name: String,
    token: String,
    room: i64,
    nodes: Arc<Nodes>,
    history: Arc<History>,
    http: reqwest::Client,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    epoch: String,
    /// Everything up to here was heard.
    cursor: i64,
    /// From here on.
    base: i64,
    held: BTreeMap<i64, Value>,
}

impl Talker {
    /// So many people in one room, each signed up at any node.
    pub(super) async fn gather(
        nodes: &Arc<Nodes>,
        history: &Arc<History>,
        count: usize,
    ) -> Vec<Self> {
        let mut talkers: Vec<Self> = Vec::new();
        for number in 0..count {
            let name = format!("talker{number}");
            let mut talker = Self {
                name: name.clone(),
                token: String::new(),
                room: 0,
                nodes: nodes.clone(),
                history: history.clone(),
                http: reqwest::Client::builder().timeout(CALL_WAIT).build().unwrap(),
                socket: None,
                epoch: String::new(),
                cursor: 0,
                base: 0,
                held: BTreeMap::new(),
            };
            let account = json!({ "username": name, "password": PASSWORD });
            let tokens = talker.call(Method::POST, "/api/auth/register", account).await;
            talker.token = tokens["access_token"].as_str().unwrap().to_owned();
            talker.room = match talkers.first() {
                None => {
                    let room = talker.call(Method::POST, "/api/rooms", json!({ "name": "Tea" }));
                    room.await["id"].as_i64().unwrap()
                }
                Some(first) => {
                    let path = format!("/api/rooms/{}/join", first.room);
                    talker.call(Method::POST, &path, Value::Null).await["id"].as_i64().unwrap()
                }
            };
            talkers.push(talker);
        }
        talkers
    }

    pub(super) fn room(&self) -> i64 {
        self.room
    }

    pub(super) fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Talks and listens until then.
    pub(super) async fn talk(mut self, until: Instant) -> Self {
        let mut number = 0;
        while Instant::now() < until {
            let nonce = format!("{} {number}", self.name);
            number += 1;
            let message = json!({ "body": nonce, "nonce": nonce });
            let path = format!("/api/rooms/{}/messages", self.room);
            let sent = self.call(Method::POST, &path, message).await;
            self.history.acknowledged(&nonce, &sent);
            let pause = Duration::from_millis(rand::rng().random_range(5..60));
            self.listen(pause).await;
        }
        self
    }

    /// Makes a call at any node until it is answered.
    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let mut last = String::new();
        for _ in 0..TRIES_MAX {
            let url = format!("http://{}{path}", self.any_node());
            let mut request = self.http.request(method.clone(), url);
            if !self.token.is_empty() {
                request = request.bearer_auth(&self.token);
            }
            if !body.is_null() {
                request = request.json(&body);
            }
            match request.send().await {
                Ok(answer) if answer.status().is_success() => {
                    if let Ok(json) = answer.json().await {
                        return json;
                    }
                }
                Ok(answer) => {
                    let status = answer.status();
                    last = format!("{status}: {}", answer.text().await.unwrap_or_default());
                    // A sign-up whose answer was lost has been done all the same.
                    if status == 409 && path == "/api/auth/register" {
                        return Box::pin(self.call(Method::POST, "/api/auth/login", body)).await;
                    }
                    if !status.is_server_error() {
                        self.history.broke(format!("{} {path}: {last}", self.name));
                    }
                }
                Err(why) => last = why.to_string(),
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{} {path} is never answered: {last}", self.name);
    }

    fn any_node(&self) -> SocketAddr {
        *self.nodes.addresses.choose(&mut rand::rng()).unwrap()
    }

    /// Hears what comes within a time; with a new socket, if the last one has ended.
    pub(super) async fn listen(&mut self, within: Duration) {
        if self.socket.is_none() && timeout(CALL_WAIT, self.connect()).await != Ok(true) {
            self.socket = None;
            sleep(Duration::from_millis(50)).await;
            return;
        }
        let until = Instant::now() + within;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            let Some(socket) = &mut self.socket else { return };
            match timeout(left, socket.next()).await {
                Err(_) => return,
                Ok(Some(Ok(Message::Text(text)))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["type"] == "draining" {
                        self.socket = None;
                    } else {
                        self.hear(&frame);
                    }
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => self.socket = None,
                Ok(Some(Ok(_))) => {}
            }
        }
    }

    async fn connect(&mut self) -> bool {
        let url = format!("ws://{}/gateway", self.any_node());
        let Ok((mut socket, _)) = connect_async(url).await else { return false };
        let mut hello = json!({ "type": "hello", "token": self.token });
        if !self.epoch.is_empty() {
            let rooms = json!({ self.room.to_string(): self.cursor });
            hello["resume"] = json!({ "epoch": self.epoch, "rooms": rooms });
        }
        if socket.send(Message::text(hello.to_string())).await.is_err() {
            return false;
        }
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    match frame["type"].as_str().unwrap() {
                        "ready" => self.ready(&frame),
                        "caught_up" => break,
                        _ => self.hear(&frame),
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return false,
            }
        }
        self.socket = Some(socket);
        true
    }

    fn ready(&mut self, ready: &Value) {
        let epoch = ready["epoch"].as_str().unwrap();
        if !self.epoch.is_empty() && self.epoch != epoch {
            self.history.broke(format!("{}: the epoch changed without a fail-over", self.name));
        }
        let rooms = ready["rooms"].as_array().unwrap();
        let room = rooms.iter().find(|room| room["id"] == self.room).unwrap();
        if self.epoch.is_empty() {
            self.cursor = room["head"].as_i64().unwrap();
            self.base = self.cursor;
        }
        self.epoch = epoch.to_owned();
    }

    fn hear(&mut self, frame: &Value) {
        if frame["room_id"] != self.room {
            return;
        }
        let complain = |what: &str| self.history.broke(format!("{}: {what}: {frame}", self.name));
        match frame["type"].as_str().unwrap() {
            "sync" => {
                if frame["reset"] == true {
                    complain("a reset without a reason");
                }
                if frame["from"] != self.cursor {
                    complain(&format!("a hole or a repeat after {}", self.cursor));
                }
                for message in frame["messages"].as_array().unwrap() {
                    self.history.heard();
                    self.held.insert(message["seq"].as_i64().unwrap(), message.clone());
                }
                self.cursor = frame["to"].as_i64().unwrap();
            }
            "message.created" | "message.updated" | "message.deleted" => {
                if frame["rev"] != self.cursor + 1 {
                    complain(&format!("a hole or a repeat after {}", self.cursor));
                }
                self.history.heard();
                let message = &frame["message"];
                self.held.insert(message["seq"].as_i64().unwrap(), message.clone());
                self.cursor = frame["rev"].as_i64().unwrap();
            }
            _ => {}
        }
    }

    /// The head of a room and every message in it.
    pub(super) async fn read_all(&self, room: i64) -> (i64, BTreeMap<i64, Value>) {
        let mut all = BTreeMap::new();
        loop {
            let after = all.keys().next_back().copied().unwrap_or(0);
            let path = format!("/api/rooms/{room}/messages?after={after}&limit=100");
            let page = self.call(Method::GET, &path, Value::Null).await;
            for message in page["items"].as_array().unwrap() {
                all.insert(message["seq"].as_i64().unwrap(), message.clone());
            }
            if page["has_after"] == false {
                return (page["head"].as_i64().unwrap(), all);
            }
        }
    }

    /// What of that this person does not hold, or holds otherwise.
    pub(super) fn differs(&self, head: i64, stored: &BTreeMap<i64, Value>) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.cursor != head {
            wrong.push(format!("{} is at {}, not at {head}", self.name, self.cursor));
        }
        for (seq, message) in stored.range(self.base + 1..=self.cursor) {
            let held = self.held.get(seq);
            if held.is_none_or(|held| {
                (&held["id"], &held["body"]) != (&message["id"], &message["body"])
            }) {
                wrong.push(format!("{} holds {held:?} as {seq}, not {message}", self.name));
            }
        }
        wrong
    }
}
