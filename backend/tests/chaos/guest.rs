//! Somebody who is let in and shown the door again and again, and tries every path all the while: a
//! socket, the history, the search. Whatever is numbered after a removal must not come before the next
//! time they are let in.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use rand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use super::{caller::Caller, history::History, node::Nodes, talker::Talker};

pub(super) struct Guest {
    caller: Arc<Caller>,
    /// Whoever lets them in.
    owner: Arc<Caller>,
    room: i64,
    id: i64,
    got: Arc<Mutex<Vec<Got>>>,
    /// When each time they were let in again after a removal; not yet, after the last.
    returns: Vec<Option<Instant>>,
}

/// Something that came.
struct Got {
    at: Instant,
    rev: i64,
    path: &'static str,
}

impl Guest {
    pub(super) async fn arrive(nodes: &Arc<Nodes>, history: &Arc<History>, owner: &Talker) -> Self {
        let caller = Arc::new(Caller::new(nodes, history, "guest").await);
        let me = caller.call(Method::GET, "/api/profiles/me", Value::Null, &[]).await;
        let (owner, room) = (owner.caller.clone(), owner.listener.room);
        let id = me["id"].as_i64().unwrap();
        let guest = Self { caller, owner, room, id, got: Arc::default(), returns: Vec::new() };
        guest.let_in().await;
        guest
    }

    fn membership(&self) -> String {
        format!("/api/rooms/{}/members/{}", self.room, self.id)
    }

    async fn let_in(&self) {
        self.owner.call(Method::PUT, &self.membership(), json!({}), &[]).await;
    }

    /// Is let in and removed until then.
    pub(super) async fn visit(mut self, until: Instant) -> Self {
        let trying = [
            tokio::spawn(Self::listen(self.caller.clone(), self.room, self.got.clone(), until)),
            tokio::spawn(Self::read(self.caller.clone(), self.room, self.got.clone(), until)),
        ];
        while Instant::now() < until {
            let pause = |max| Duration::from_millis(rand::rng().random_range(100..max));
            sleep(pause(1_500)).await;
            // One whose answer was lost has been done all the same.
            self.owner.call(Method::DELETE, &self.membership(), Value::Null, &[404]).await;
            self.returns.push(None);
            sleep(pause(1_000)).await;
            *self.returns.last_mut().unwrap() = Some(Instant::now());
            self.let_in().await;
        }
        for trying in trying {
            trying.await.unwrap();
        }
        self
    }

    async fn listen(caller: Arc<Caller>, room: i64, got: Arc<Mutex<Vec<Got>>>, until: Instant) {
        let (mut cursor, mut epoch) = (0, Value::Null);
        while Instant::now() < until {
            let url = format!("ws://{}/gateway", caller.node(None));
            let connecting = timeout(Duration::from_secs(2), connect_async(url)).await;
            let Ok(Ok((mut socket, _))) = connecting else {
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let mut hello = json!({ "type": "hello", "token": caller.token() });
            if cursor > 0 {
                let rooms = json!({ room.to_string(): cursor });
                hello["resume"] = json!({ "epoch": epoch, "rooms": rooms });
            }
            if socket.send(Message::text(hello.to_string())).await.is_err() {
                continue;
            }
            // A new socket now and then, to come back at another node.
            let end = Instant::now() + Duration::from_millis(rand::rng().random_range(300..3_000));
            while let Ok(Some(Ok(message))) = timeout(end - Instant::now(), socket.next()).await {
                let Message::Text(text) = message else { continue };
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["type"] == "ready" {
                    epoch = frame["epoch"].clone();
                } else if frame["room_id"] == room {
                    for message in frame["messages"].as_array().into_iter().flatten() {
                        note(&got, message, "sync");
                    }
                    note(&got, &frame["message"], "live");
                    let reached = frame["to"].as_i64().or(frame["message"]["rev"].as_i64());
                    cursor = cursor.max(reached.unwrap_or(0));
                }
            }
        }
    }

    async fn read(caller: Arc<Caller>, room: i64, got: Arc<Mutex<Vec<Got>>>, until: Instant) {
        let paths = [
            (format!("/api/rooms/{room}/messages?limit=20"), "history"),
            (format!("/api/messages?search=talker&room_id={room}&limit=20"), "search"),
        ];
        while Instant::now() < until {
            for (path, name) in &paths {
                if let Ok((status, page)) = caller.try_call(Method::GET, path, &Value::Null).await {
                    if status == reqwest::StatusCode::UNAUTHORIZED {
                        caller.log_in().await;
                    }
                    for message in page["items"].as_array().into_iter().flatten() {
                        note(&got, message, name);
                    }
                }
            }
            sleep(Duration::from_millis(40)).await;
        }
    }

    /// How much came, by which path.
    pub(super) fn received(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for got in self.got.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            *counts.entry(got.path).or_default() += 1;
        }
        counts
    }

    pub(super) fn removals(&self) -> usize {
        self.returns.len()
    }

    /// What came that must not have come.
    pub(super) fn leaks(&self, stored: &BTreeMap<i64, Value>) -> Vec<String> {
        let is_removal = |it: &&Value| it["kind"] == "removed" && it["author"]["id"] == self.id;
        let removals: Vec<i64> =
            stored.values().filter(is_removal).map(|it| it["seq"].as_i64().unwrap()).collect();
        let mut leaks = Vec::new();
        if removals.len() != self.returns.len() {
            leaks.push(format!("{} removals became {removals:?}", self.returns.len()));
        }
        for got in self.got.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            for (removal, returned) in removals.iter().zip(&self.returns) {
                if got.rev > *removal && returned.is_none_or(|returned| got.at < returned) {
                    leaks.push(format!(
                        "{} by {} after the removal at {removal}",
                        got.rev, got.path
                    ));
                }
            }
        }
        leaks
    }
}

fn note(got: &Mutex<Vec<Got>>, message: &Value, path: &'static str) {
    if let Some(rev) = message["rev"].as_i64() {
        got.lock().unwrap().push(Got { at: Instant::now(), rev, path });
    }
}
