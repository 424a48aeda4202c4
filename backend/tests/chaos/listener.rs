//! Somebody's socket: it is opened anew whenever it ends, from where it was; a hole, a repeat and a
//! reset without a reason are noted.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::{
    caller::{CALL_WAIT, Caller},
    history::Breach,
};

/// What has to be the same everywhere: id, number of the latest change, text.
type Shape = (Option<i64>, Option<i64>, Option<Box<str>>);

fn shape(message: &Value) -> Shape {
    let body = message["body"].as_str().map(Box::from);
    (message["id"].as_i64(), message["rev"].as_i64(), body)
}

pub(super) struct Listener {
    name: String,
    pub(super) room: i64,
    caller: Arc<Caller>,
    /// At which node; at any, if there is none.
    pub(super) node: Option<usize>,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    epoch: String,
    /// Everything up to here was heard.
    cursor: i64,
    /// From here on.
    base: i64,
    held: BTreeMap<i64, Shape>,
    /// When each number was passed.
    pub(super) passed: Vec<(i64, Instant)>,
    /// When it was up to date and had a socket, from when to when.
    pub(super) spells: Vec<(Instant, Option<Instant>)>,
}

impl Listener {
    pub(super) fn new(caller: Arc<Caller>, room: i64) -> Self {
        Self {
            name: caller.name.clone(),
            room,
            caller,
            node: None,
            socket: None,
            epoch: String::new(),
            cursor: 0,
            base: 0,
            held: BTreeMap::new(),
            passed: Vec::new(),
            spells: Vec::new(),
        }
    }

    /// Another socket of the same person, at one node.
    pub(super) fn beside(&self, name: &str, node: usize) -> Self {
        let name = format!("{name} {node}");
        Self { name, node: Some(node), ..Self::new(self.caller.clone(), self.room) }
    }

    pub(super) fn cursor(&self) -> i64 {
        self.cursor
    }

    /// Hears until then.
    pub(super) async fn hear_all(mut self, until: Instant) -> Self {
        while Instant::now() < until {
            self.listen(Duration::from_millis(200)).await;
        }
        self
    }

    /// Hears what comes within a time; with a new socket, if the last one has ended.
    pub(super) async fn listen(&mut self, within: Duration) {
        if self.socket.is_none() {
            if timeout(CALL_WAIT, self.connect()).await != Ok(true) {
                self.socket = None;
                return sleep(Duration::from_millis(50)).await;
            }
            self.spells.push((Instant::now(), None));
        }
        let until = Instant::now() + within;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            let Some(socket) = &mut self.socket else { return };
            match timeout(left, socket.next()).await {
                Err(_) => return,
                Ok(Some(Ok(Message::Text(text)))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if frame["type"] == "draining" {
                        self.end();
                    } else {
                        self.hear(&frame);
                    }
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => self.end(),
                Ok(Some(Ok(_))) => {}
            }
        }
    }

    fn end(&mut self) {
        self.socket = None;
        if let Some((_, end)) = self.spells.last_mut() {
            *end = Some(Instant::now());
        }
    }

    async fn connect(&mut self) -> bool {
        let url = format!("ws://{}/gateway", self.caller.node(self.node));
        let Ok((mut socket, _)) = connect_async(url).await else { return false };
        let mut hello = json!({ "type": "hello", "token": self.caller.token() });
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
                Some(Ok(Message::Close(Some(why)))) if [4003, 4500].contains(&why.code.into()) => {
                    self.caller.log_in().await;
                    return false;
                }
                _ => return false,
            }
        }
        self.socket = Some(socket);
        true
    }

    fn ready(&mut self, ready: &Value) {
        let epoch = ready["epoch"].as_str().unwrap();
        if !self.epoch.is_empty() && self.epoch != epoch {
            let what = format!("{}: the epoch changed without a fail-over", self.name);
            self.caller.history.broke(Breach::Gap, what);
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
        let history = self.caller.history.clone();
        let complain =
            |what: &str| history.broke(Breach::Gap, format!("{}: {what}: {frame}", self.name));
        match frame["type"].as_str().unwrap() {
            "sync" => {
                if frame["reset"] == true {
                    complain("a reset without a reason");
                }
                if frame["from"] != self.cursor {
                    complain(&format!("a hole or a repeat after {}", self.cursor));
                }
                for message in frame["messages"].as_array().unwrap() {
                    self.hold(message);
                }
                self.pass(frame["to"].as_i64().unwrap());
            }
            "message.created" | "message.updated" | "message.deleted" => {
                if frame["rev"] != self.cursor + 1 {
                    complain(&format!("a hole or a repeat after {}", self.cursor));
                }
                self.hold(&frame["message"]);
                self.pass(frame["rev"].as_i64().unwrap());
            }
            _ => {}
        }
    }

    fn hold(&mut self, message: &Value) {
        self.held.insert(message["seq"].as_i64().unwrap(), shape(message));
    }

    fn pass(&mut self, rev: i64) {
        self.cursor = rev;
        self.passed.push((rev, Instant::now()));
    }

    /// What of the room this person does not hold, or holds otherwise.
    pub(super) fn differs(&self, head: i64, stored: &BTreeMap<i64, Value>) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.cursor != head {
            wrong.push(format!("{} is at {}, not at {head}", self.name, self.cursor));
        }
        for (seq, message) in stored.range(self.base + 1..=self.cursor) {
            let held = self.held.get(seq);
            if held.is_none_or(|held| *held != shape(message)) {
                wrong.push(format!("{} holds {held:?} as {seq}, not {message}", self.name));
            }
        }
        wrong
    }
}
