//! Somebody who sends many messages without waiting for each, and again, with the same nonces, whatever
//! was not acknowledged when the socket ended.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::{caller::Caller, history::Breach};

/// How many messages are under way at once.
const BATCH: usize = 100;
/// How long a reply may take before another socket is tried.
const REPLY_WAIT: Duration = Duration::from_secs(5);
/// How a reply begins; of everything else that comes nothing is read.
const REPLY: &str = r#"{"type":"reply""#;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) struct Flood {
    caller: Arc<Caller>,
    room: i64,
    /// How many messages all of them are still to send.
    left: Arc<AtomicUsize>,
}

impl Flood {
    pub(super) fn new(caller: Arc<Caller>, room: i64, left: Arc<AtomicUsize>) -> Self {
        Self { caller, room, left }
    }

    /// Sends until nothing is left to send, or until then; what was begun is always ended.
    pub(super) async fn pour(self, until: Instant) {
        let mut number = 0;
        let mut socket = None;
        while Instant::now() < until {
            let take = |left: usize| left.checked_sub(BATCH.min(left)).filter(|_| left > 0);
            let Ok(left) = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            else {
                return;
            };
            let began = Instant::now();
            let mut waiting = HashMap::new();
            for _ in 0..BATCH.min(left) {
                number += 1;
                waiting.insert(format!("flood of {} {number}", self.caller.name), began);
            }
            while !waiting.is_empty() {
                if socket.is_none() {
                    socket = self.connect().await;
                }
                let Some(open) = &mut socket else {
                    sleep(Duration::from_millis(50)).await;
                    continue;
                };
                if !self.send_all(open, &mut waiting).await {
                    socket = None;
                }
            }
        }
    }

    /// At any node.
    async fn connect(&self) -> Option<Stream> {
        let url = format!("ws://{}/gateway", self.caller.node(None));
        let connecting = timeout(REPLY_WAIT, connect_async(url)).await;
        let (mut socket, _) = connecting.ok()?.ok()?;
        let hello = json!({ "type": "hello", "token": self.caller.token() });
        socket.send(Message::text(hello.to_string())).await.ok()?;
        loop {
            match timeout(REPLY_WAIT, socket.next()).await.ok()?? {
                Ok(Message::Text(text)) if text.contains("caught_up") => return Some(socket),
                Ok(Message::Close(_)) => {
                    self.caller.log_in().await;
                    return None;
                }
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// Whether all of them were answered, with success or so that they may be sent again.
    async fn send_all(&self, socket: &mut Stream, waiting: &mut HashMap<String, Instant>) -> bool {
        let mut asked = waiting.len();
        for nonce in waiting.keys() {
            let send = json!({
                "type": "message.send", "id": nonce, "room_id": self.room, "body": nonce,
                "nonce": nonce,
            });
            if socket.feed(Message::text(send.to_string())).await.is_err() {
                return false;
            }
        }
        if socket.flush().await.is_err() {
            return false;
        }
        // Others are heard all the while; it is the replies that must come.
        let until = Instant::now() + REPLY_WAIT;
        while asked > 0 {
            match timeout_at(until, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) if text.starts_with(REPLY) => {
                    asked -= 1;
                    self.settle(&serde_json::from_str(&text).unwrap(), waiting);
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return false,
                Ok(Some(Ok(_))) => {}
            }
        }
        true
    }

    fn settle(&self, reply: &Value, waiting: &mut HashMap<String, Instant>) {
        let nonce = reply["id"].as_str().unwrap();
        if reply["ok"] == true {
            let began = waiting.remove(nonce).unwrap();
            self.caller.history.acknowledged(nonce, &reply["data"]["message"], began);
        } else if !["retry_same_nonce", "unavailable"]
            .contains(&reply["error"]["code"].as_str().unwrap())
        {
            self.caller.history.broke(Breach::Refusal, format!("{nonce}: {reply}"));
        }
    }
}
