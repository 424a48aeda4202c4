//! A socket of the gateway. Every frame that arrives is held against the contract.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        http::HeaderValue,
        protocol::{CloseFrame, frame::Frame},
    },
};

use super::Contract;

/// How long a test waits for what must come.
const WAIT: Duration = Duration::from_secs(10);
/// How long a test waits for what must not come.
const SILENCE: Duration = Duration::from_millis(300);

pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Events that came while a reply was waited for, the oldest first.
    waiting: VecDeque<Value>,
    /// What was said of who is here, the oldest first. It comes at its own time, whatever a test is
    /// about, so it is kept apart.
    ambient: VecDeque<Value>,
    next_id: u64,
}

impl Socket {
    /// Opens a socket without saying anything.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[]).await.unwrap()
    }

    /// Opens a socket with headers, if the server lets it in.
    pub(crate) async fn open_with(
        address: SocketAddr,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{address}/gateway").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value)?);
        }
        let (stream, _) = connect_async(request).await?;
        Ok(Self { stream, waiting: VecDeque::new(), ambient: VecDeque::new(), next_id: 0 })
    }

    /// Says hello and answers `ready`.
    pub(crate) async fn hello(&mut self, token: &str) -> Value {
        self.send(json!({ "type": "hello", "token": token })).await;
        self.expect("ready").await
    }

    /// Says hello with what is held, and answers everything up to `caught_up`.
    pub(crate) async fn resume(&mut self, token: &str, epoch: &Value, rooms: Value) -> Vec<Value> {
        let resume = json!({ "epoch": epoch, "rooms": rooms });
        self.send(json!({ "type": "hello", "token": token, "resume": resume })).await;
        self.expect("ready").await;
        let mut missed = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["type"] == "caught_up" {
                return missed;
            }
            missed.push(frame);
        }
    }

    /// The same, but only counts the messages that were missed: where thousands come back, frames are not
    /// held against the contract, which would take longer than the server does.
    pub(crate) async fn count_missed(
        &mut self,
        token: &str,
        epoch: &Value,
        rooms: &Value,
    ) -> usize {
        let resume = json!({ "epoch": epoch, "rooms": rooms });
        self.send(json!({ "type": "hello", "token": token, "resume": resume })).await;
        let mut count = 0;
        loop {
            match timeout(WAIT, self.stream.next()).await.expect("the next frame comes") {
                Some(Ok(Message::Text(text))) if text.starts_with(r#"{"type":"caught_up""#) => {
                    return count;
                }
                Some(Ok(Message::Text(text))) if text.starts_with(r#"{"type":"sync""#) => {
                    count += text.matches(r#""nonce":"#).count();
                }
                Some(Ok(_)) => {}
                other => panic!("the socket ended: {other:?}"),
            }
        }
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.say(Message::text(frame.to_string())).await;
    }

    /// Says anything at all.
    pub(crate) async fn say(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// Says bytes that need not even be a frame.
    pub(crate) async fn say_bytes(&mut self, bytes: &[u8]) {
        let MaybeTlsStream::Plain(stream) = self.stream.get_mut() else {
            panic!("no plain socket")
        };
        stream.write_all(bytes).await.unwrap();
    }

    /// Says a frame that need not follow any rule.
    pub(crate) async fn say_frame(&mut self, frame: Frame) {
        self.say(Message::Frame(frame)).await;
    }

    /// Gives a command without waiting for its reply; answers its id.
    pub(crate) async fn begin(&mut self, mut command: Value) -> String {
        self.next_id += 1;
        let id = self.next_id.to_string();
        command["id"] = json!(id);
        self.send(command).await;
        id
    }

    /// Gives a command and answers its reply; `id` is added.
    pub(crate) async fn command(&mut self, command: Value) -> Value {
        let id = self.begin(command).await;
        loop {
            let frame = self.receive().await;
            if frame["type"] == "reply" {
                assert_eq!(frame["id"], json!(id), "one reply per command, in order");
                return frame;
            }
            self.waiting.push_back(frame);
        }
    }

    /// Gives a command that is done, and answers its data.
    pub(crate) async fn done(&mut self, command: Value) -> Value {
        let mut reply = self.command(command).await;
        assert_eq!(reply["ok"], true, "{reply}");
        reply["data"].take()
    }

    /// Gives a command that is refused, and answers the code; of `invalid` also the fields.
    pub(crate) async fn refused(&mut self, command: Value) -> String {
        let reply = self.command(command).await;
        refusal(&reply)
    }

    /// The next event of a type; those before it are passed over.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next of what is said of who is here of a type; those before it are passed over.
    pub(crate) async fn ambient(&mut self, kind: &str) -> Value {
        loop {
            let frame = match self.ambient.pop_front() {
                Some(frame) => frame,
                None => self.read().await,
            };
            if frame["type"] == kind {
                return frame;
            }
            if !is_ambient(&frame) {
                self.waiting.push_back(frame);
            }
        }
    }

    /// Forgets what was said of who is here so far.
    pub(crate) fn forget_ambient(&mut self) {
        self.ambient.clear();
    }

    /// Fails the test if anything is said of who is here.
    pub(crate) async fn calm(&mut self) {
        assert_eq!(self.ambient.front(), None);
        while let Ok(frame) = timeout(SILENCE, self.read()).await {
            assert!(!is_ambient(&frame), "nothing was to be said of who is here, but {frame}");
            self.waiting.push_back(frame);
        }
    }

    /// The next frame, whatever it is.
    pub(crate) async fn next(&mut self) -> Value {
        match self.waiting.pop_front() {
            Some(frame) => frame,
            None => self.receive().await,
        }
    }

    /// Fails the test if anything comes.
    pub(crate) async fn silence(&mut self) {
        assert_eq!(self.waiting.front(), None);
        if let Ok(frame) = timeout(SILENCE, self.receive()).await {
            panic!("nothing was to come, but {frame}");
        }
    }

    /// The code with which the server closes the socket, after a look at everything that comes before.
    pub(crate) async fn close_after(&mut self, look: impl Fn(&Value)) -> u16 {
        loop {
            let message = timeout(WAIT, self.stream.next()).await.expect("the socket stays open");
            match message {
                Some(Ok(Message::Text(text))) => look(&serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return code.into(),
                Some(Ok(_)) => {}
                other => panic!("the socket ended without a close frame: {other:?}"),
            }
        }
    }

    /// The next event; nothing, once the socket has ended.
    pub(crate) async fn next_or_end(&mut self) -> Option<Value> {
        if let Some(frame) = self.waiting.pop_front() {
            return Some(frame);
        }
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    Contract::shared().check_frame(&frame);
                    return Some(frame);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
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

    /// Closes the socket and waits for the other end to do so.
    pub(crate) async fn close(mut self) {
        self.stream.close(None).await.unwrap();
        while let Some(Ok(_)) = timeout(WAIT, self.stream.next()).await.expect("no close came") {}
    }

    async fn receive(&mut self) -> Value {
        loop {
            let frame = self.read().await;
            if !is_ambient(&frame) {
                return frame;
            }
            self.ambient.push_back(frame);
        }
    }

    async fn read(&mut self) -> Value {
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

fn is_ambient(frame: &Value) -> bool {
    let kind = frame["type"].as_str().unwrap_or_default();
    ["presence.changed", "room.presence", "room.counts"].contains(&kind)
}

/// The code of a refusal; of `invalid` with the fields.
#[track_caller]
pub(crate) fn refusal(reply: &Value) -> String {
    assert_eq!(reply["ok"], false, "{reply}");
    let mut text = reply["error"]["code"].as_str().unwrap().to_owned();
    for error in reply["error"]["errors"].as_array().into_iter().flatten() {
        let part = |name: &str| error[name].as_str().unwrap().to_owned();
        text = format!("{text} {}:{}", part("field"), part("code"));
    }
    text
}
