//! A socket of the gateway. Every frame that arrives is held against the contract.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, protocol::CloseFrame},
};

use super::Contract;

/// How long a test waits for what must come.
const WAIT: Duration = Duration::from_secs(5);

pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Events that came while a reply was waited for, the oldest first.
    waiting: VecDeque<Value>,
    next_id: u64,
}

impl Socket {
    /// Opens a socket without saying anything.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let (stream, _) = connect_async(format!("ws://{address}/gateway")).await.unwrap();
        Self { stream, waiting: VecDeque::new(), next_id: 0 }
    }

    /// Says hello and answers `ready`.
    pub(crate) async fn hello(&mut self, token: &str) -> Value {
        self.send(json!({ "type": "hello", "token": token })).await;
        self.expect("ready").await
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.stream.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// Gives a command and answers its reply; `id` is added.
    pub(crate) async fn command(&mut self, mut command: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id.to_string();
        command["id"] = json!(id);
        self.send(command).await;
        loop {
            let frame = self.receive().await;
            if frame["type"] == "reply" {
                assert_eq!(frame["id"], json!(id), "one reply per command, in order");
                return frame;
            }
            self.waiting.push_back(frame);
        }
    }

    /// The next event of a type; those before it are passed over.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let frame = match self.waiting.pop_front() {
                Some(frame) => frame,
                None => self.receive().await,
            };
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next event, whatever it is.
    pub(crate) async fn next(&mut self) -> Value {
        match self.waiting.pop_front() {
            Some(frame) => frame,
            None => self.receive().await,
        }
    }

    /// The code with which the server closes the socket.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            let message = timeout(WAIT, self.stream.next()).await.expect("the socket stays open");
            match message {
                Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return code.into(),
                Some(Ok(_)) => {}
                other => panic!("the socket ended without a close frame: {other:?}"),
            }
        }
    }

    async fn receive(&mut self) -> Value {
        loop {
            let message = timeout(WAIT, self.stream.next()).await.expect("no frame came");
            match message.expect("the socket ended").unwrap() {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    Contract::shared().check_frame(&frame);
                    return frame;
                }
                Message::Close(why) => panic!("the socket was closed: {why:?}"),
                _ => {}
            }
        }
    }
}
