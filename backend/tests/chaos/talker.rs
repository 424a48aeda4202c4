//! Somebody who talks, edits and deletes, each until it is acknowledged, and listens in between.

use std::{sync::Arc, time::Duration};

use rand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{caller::Caller, history::History, listener::Listener, node::Nodes};

pub(super) struct Talker {
    pub(super) caller: Arc<Caller>,
    pub(super) listener: Listener,
}

impl Talker {
    /// So many people in one room, each signed up at any node.
    pub(super) async fn gather(
        nodes: &Arc<Nodes>,
        history: &Arc<History>,
        count: u64,
    ) -> Vec<Self> {
        let mut talkers: Vec<Self> = Vec::new();
        for number in 0..count {
            let caller = Caller::new(nodes, history, &format!("talker{number}")).await;
            let entered = match talkers.first() {
                None => {
                    let room = json!({ "name": "Tea" });
                    caller.call(Method::POST, "/api/rooms", room, &[]).await
                }
                Some(first) => {
                    let path = format!("/api/rooms/{}/join", first.listener.room);
                    caller.call(Method::POST, &path, Value::Null, &[]).await
                }
            };
            let caller = Arc::new(caller);
            let listener = Listener::new(caller.clone(), entered["id"].as_i64().unwrap());
            talkers.push(Self { caller, listener });
        }
        talkers
    }

    /// Talks and listens until then.
    pub(super) async fn talk(mut self, until: Instant) -> Self {
        let mut number = 0;
        while Instant::now() < until {
            let nonce = format!("{} {number}", self.caller.name);
            number += 1;
            let sent = self.send(&nonce).await;
            let whim = rand::rng().random_range(0..20);
            match whim {
                0 | 1 => self.edit(&sent, &format!("{nonce} edited")).await,
                2 => self.delete(&sent).await,
                _ => {}
            }
            let pause = Duration::from_millis(rand::rng().random_range(1..30));
            self.listener.listen(pause).await;
        }
        self
    }

    async fn send(&self, nonce: &str) -> Value {
        let began = Instant::now();
        let message = json!({ "body": nonce, "nonce": nonce });
        let path = format!("/api/rooms/{}/messages", self.listener.room);
        let sent = self.caller.call(Method::POST, &path, message, &[]).await;
        self.caller.history.acknowledged(nonce, &sent, began);
        sent
    }

    async fn edit(&self, sent: &Value, body: &str) {
        let path = format!("/api/messages/{}", sent["id"]);
        self.caller.call(Method::PATCH, &path, json!({ "body": body }), &[]).await;
        self.caller.history.changed(sent, Some(body));
    }

    async fn delete(&self, sent: &Value) {
        let path = format!("/api/messages/{}", sent["id"]);
        self.caller.call(Method::DELETE, &path, Value::Null, &[]).await;
        self.caller.history.changed(sent, None);
    }
}
