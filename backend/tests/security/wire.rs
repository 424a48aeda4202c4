//! The frames of RFC 6455, byte by byte: what is taken, what breaks a rule, and with which code.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, timeout},
};

use crate::harness::TestApp;

const HANDSHAKE: &str = "GET /gateway HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
const FIN: u8 = 0x80;

struct Wire(TcpStream);

/// A frame of a client.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ ..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        long @ ..65536 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend(u64::try_from(long).unwrap().to_be_bytes());
        }
    }
    let key = [0xa1, 0x0b, 0xc2, 0x3d];
    bytes.extend(key);
    bytes.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
    bytes
}

impl Wire {
    /// A socket that is up to date.
    async fn open(app: &TestApp, token: &str) -> Self {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(HANDSHAKE.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101"));
        let mut wire = Self(stream);
        let hello = json!({ "type": "hello", "token": token }).to_string();
        wire.say(&frame(FIN | TEXT, hello.as_bytes())).await;
        while !wire.frame().await.unwrap().1.starts_with(b"{\"type\":\"caught_up\"") {}
        wire
    }

    async fn say(&mut self, bytes: &[u8]) {
        // It may be over before everything was said.
        let _refused = self.0.write_all(bytes).await;
    }

    /// The next frame of the server; none if it ends, or says nothing.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let first = self.0.read_u8().await?;
            let length = match self.0.read_u8().await? {
                126 => usize::from(self.0.read_u16().await?),
                127 => usize::try_from(self.0.read_u64().await?).unwrap(),
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await?;
            std::io::Result::Ok((first, payload))
        };
        timeout(Duration::from_secs(3), read).await.ok()?.ok()
    }

    /// The next reply, ping answer or close, in a word.
    async fn answer(&mut self) -> String {
        loop {
            match self.frame().await {
                None => return "nothing".to_owned(),
                Some((first, payload)) if first == FIN | CLOSE => {
                    let code = payload.get(..2).map(|it| u16::from_be_bytes([it[0], it[1]]));
                    return format!("close {}", code.unwrap_or(1005));
                }
                Some((first, payload)) if first == FIN | PONG => {
                    return format!("pong {}", payload.len());
                }
                Some((_, payload)) if payload.starts_with(b"{\"type\":\"reply\"") => {
                    return "reply".to_owned();
                }
                Some(_) => {}
            }
        }
    }
}

const COMMAND: &str = r#"{"type":"ping","id":"κόσμε €😀"}"#;

/// What is said, and what is answered.
fn cases() -> Vec<(&'static str, Vec<Vec<u8>>, &'static str)> {
    let command = COMMAND.as_bytes();
    let (begin, end) = command.split_at(22);
    let close = |code: u16, reason: &[u8]| {
        vec![frame(FIN | CLOSE, &[&code.to_be_bytes()[..], reason].concat())]
    };
    let mut cases = vec![
        ("a command", vec![frame(FIN | TEXT, command)], "reply"),
        ("a ping", vec![frame(FIN | PING, b"")], "pong 0"),
        ("a full ping", vec![frame(FIN | PING, &[0xfe; 125])], "pong 125"),
        ("a ping that is too long", vec![frame(FIN | PING, &[1; 126])], "close 1002"),
        ("a ping in pieces", vec![frame(PING, b"x")], "close 1002"),
        ("an unasked pong", vec![frame(FIN | PONG, b"x"), frame(FIN | PING, b"")], "pong 0"),
        ("reserved bit 1", vec![frame(FIN | 0x40 | TEXT, command)], "close 1002"),
        ("reserved bit 2", vec![frame(FIN | 0x20 | TEXT, command)], "close 1002"),
        ("reserved bit 3", vec![frame(FIN | 0x10 | PING, b"")], "close 1002"),
        ("all of them", vec![frame(FIN | 0x70 | CLOSE, b"")], "close 1002"),
        ("binary", vec![frame(FIN | BINARY, b"x")], "close 1003"),
        // In pieces, of which one begins inside a character, with others between them.
        ("pieces", vec![frame(TEXT, begin), frame(FIN, end)], "reply"),
        ("empty pieces", vec![frame(TEXT, b""), frame(0, command), frame(FIN, b"")], "reply"),
        (
            "a ping between",
            vec![frame(TEXT, begin), frame(FIN | PING, b"ab"), frame(FIN, end)],
            "pong 2",
        ),
        ("a piece of nothing", vec![frame(FIN, end)], "close 1002"),
        ("a beginning of nothing", vec![frame(0, end)], "close 1002"),
        ("two beginnings", vec![frame(TEXT, begin), frame(FIN | TEXT, command)], "close 1002"),
        // What is not UTF-8.
        ("half a character", vec![frame(FIN | TEXT, b"\"\xce\"")], "close 1007"),
        ("an overlong one", vec![frame(FIN | TEXT, b"\"\xc0\xaf\"")], "close 1007"),
        ("a surrogate", vec![frame(FIN | TEXT, b"\"\xed\xa0\x80\"")], "close 1007"),
        ("beyond Unicode", vec![frame(FIN | TEXT, b"\"\xf4\x90\x80\x80\"")], "close 1007"),
        ("broken in pieces", vec![frame(TEXT, b"\"\xce"), frame(FIN, b"\"")], "close 1007"),
        // Lengths.
        (
            "no room",
            vec![[&[FIN | TEXT, 0xff][..], &(1_u64 << 62).to_be_bytes(), &[0; 8]].concat()],
            "close 1009",
        ),
        (
            "the largest length",
            vec![[&[FIN | TEXT, 0xff][..], &[0x7f; 8], &[0; 8]].concat()],
            "close 1009",
        ),
        // Farewells.
        ("a bare farewell", vec![frame(FIN | CLOSE, b"")], "close 1000"),
        ("a polite one", close(1000, b"bye"), "close 1000"),
        ("one with a long reason", close(1000, &[b'a'; 123]), "close 1000"),
        ("one that is too long", close(1000, &[b'a'; 124]), "close 1002"),
        ("one's own code", close(3000, b""), "close 1000"),
        ("another", close(4999, b""), "close 1000"),
    ];
    for code in [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535] {
        cases.push(("a code that is none", close(code, b""), "close 1002"));
    }
    for opcode in [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        cases.push(("an opcode that is none", vec![frame(FIN | opcode, b"x")], "close 1002"));
    }
    cases
}

#[tokio::test]
async fn ws_3_every_rule_of_the_wire_is_kept_and_its_breach_has_its_code() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let mut wrong = Vec::new();
    for (name, frames, expected) in cases() {
        let mut wire = Wire::open(&app, &ann.access_token).await;
        wire.say(&frames.concat()).await;
        let answer = wire.answer().await;
        if answer != expected {
            wrong.push(format!(
                "{name} {:?}: {answer}, expected {expected}",
                frames.last().unwrap().get(..8)
            ));
        }
    }
    // What is not masked is not a client's.
    let mut wire = Wire::open(&app, &ann.access_token).await;
    wire.say(&[FIN | TEXT, 2, b'{', b'}']).await;
    assert_eq!(wire.answer().await, "close 1002");
    // A frame may come byte by byte.
    let mut wire = Wire::open(&app, &ann.access_token).await;
    for byte in frame(FIN | TEXT, COMMAND.as_bytes()) {
        wire.say(&[byte]).await;
        wire.0.flush().await.unwrap();
    }
    assert_eq!(wire.answer().await, "reply");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn ws_4_pieces_without_end_are_bounded_and_cost_nobody_else_anything() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let (mut other, _) = app.connect(&ann).await;
    // As many as there may be make a command.
    let mut wire = Wire::open(&app, &ann.access_token).await;
    let (begin, end) = COMMAND.as_bytes().split_at(22);
    let empty = frame(0, b"");
    wire.say(&[frame(TEXT, begin), empty.repeat(62), frame(FIN, end)].concat()).await;
    assert_eq!(wire.answer().await, "reply");
    // One more ends it, and so does a million of them.
    wire.say(&[frame(TEXT, begin), empty.repeat(64)].concat()).await;
    assert_eq!(wire.answer().await, "close 1009");
    let mut flood = Wire::open(&app, &ann.access_token).await;
    flood.say(&frame(TEXT, begin)).await;
    let many = empty.repeat(20_000);
    for _ in 0..50 {
        // It is refused long before all of it was said.
        if flood.0.write_all(&many).await.is_err() {
            break;
        }
        other.done(json!({ "type": "ping" })).await;
    }
    // Pieces that are too large together end it, however small each is.
    let mut wire = Wire::open(&app, &ann.access_token).await;
    wire.say(&frame(TEXT, b"\"")).await;
    for _ in 0..50 {
        wire.say(&frame(0, &[b'x'; 3_000])).await;
    }
    assert_eq!(wire.answer().await, "close 1009");
    other.done(json!({ "type": "ping" })).await;
}
