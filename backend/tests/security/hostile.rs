//! Whatever is said, at either door: no panic, no answer that the contracts do not have, and nothing
//! kept of it. `HOSTILE_ROUNDS` makes it longer; what once failed is kept in `proptest-regressions`.

use std::{env, time::Duration};

use futures_util::{StreamExt, stream};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::running::Running;
use crate::harness::Person;

/// How many rounds go on at once, each mostly waiting for an answer that may not come: fewer than one
/// person may have sockets.
const AT_ONCE: usize = 16;

/// After how many rounds somebody signs in anew, well within the ten minutes of a token.
const PER_SESSION: usize = 5_000;

fn rounds() -> usize {
    env::var("HOSTILE_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(300)
}

/// JSON of any shape, much of it nearly right.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just(1), Just(0), Just(-1), Just(1_i64 << 53), Just(i64::MAX)]
            .prop_map(Value::from),
        "\\PC{0,24}".prop_map(Value::from),
        "[a-z.]{1,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((field(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "type",
        "id",
        "room_id",
        "message_id",
        "body",
        "nonce",
        "reply_to",
        "seq",
        "to",
        "token",
        "presence",
        "after",
        "epoch",
        "rev",
        "emoji",
        "if_rev",
        "last",
        "resume",
        "rooms",
        "limit",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

/// A command that is nearly one.
fn command() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec![
        "hello",
        "room.enter",
        "room.exit",
        "message.send",
        "message.edit",
        "message.delete",
        "reaction.add",
        "reaction.remove",
        "typing.start",
        "typing.stop",
        "whisper.send",
        "presence.set",
        "read.mark",
        "sync",
        "auth.renew",
        "ping",
        "nothing",
    ]);
    let fields = prop::collection::vec((field(), any_json()), 0..5);
    (kind, any::<bool>(), fields).prop_map(|(kind, has_id, fields)| {
        let mut all = serde_json::Map::new();
        all.insert("type".into(), kind.into());
        if has_id {
            all.insert("id".into(), "1".into());
        }
        for (name, value) in fields {
            all.entry(name).or_insert(value);
        }
        Value::Object(all).to_string()
    })
}

/// One frame of a client: first byte, then what it carries.
fn frame() -> impl Strategy<Value = Vec<u8>> {
    let masked = |first: u8, payload: Vec<u8>| {
        let mut bytes = vec![first];
        match payload.len() {
            short @ ..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
            long => {
                bytes.push(0x80 | 126);
                bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
            }
        }
        let key = [7, 1, 8, 2];
        bytes.extend(key);
        bytes.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
        bytes
    };
    let text = prop_oneof![command(), any_json().prop_map(|it| it.to_string()), "\\PC{0,40}"];
    prop_oneof![
        6 => text.prop_map(move |text| masked(0x81, text.into_bytes())),
        2 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..300))
            .prop_map(move |(first, payload)| masked(first, payload)),
        1 => prop::collection::vec(any::<u8>(), 1..200),
        // A length that nobody keeps.
        1 => any::<u64>().prop_map(|length| {
            let mut bytes = vec![0x81, 0xff];
            bytes.extend(length.to_be_bytes());
            bytes.extend([0; 16]);
            bytes
        }),
    ]
}

const HANDSHAKE: &str = "GET /gateway HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Says all of it on one socket, after a good hello or none.
async fn one_socket(server: &Running, person: &Person, frames: Vec<Vec<u8>>, greets: bool) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut bytes = HANDSHAKE.as_bytes().to_vec();
    if greets {
        let hello = json!({ "type": "hello", "token": person.access_token }).to_string();
        bytes.extend([0x81, 0x80 | 126]);
        bytes.extend(u16::try_from(hello.len()).unwrap().to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(hello.as_bytes());
    }
    bytes.extend(frames.concat());
    let _cut = timeout(Duration::from_secs(5), stream.write_all(&bytes)).await;
    let (mut said, mut chunk) = (0, vec![0; 16 * 1024]);
    // The handshake's answer is waited for, what else is said is only listened to.
    let mut patience = Duration::from_secs(5);
    while let Ok(Ok(count @ 1..)) = timeout(patience, stream.read(&mut chunk)).await {
        said += count;
        patience = Duration::from_millis(50);
    }
    assert!(said > 0, "not even the handshake was answered");
}

/// One request, nearly right: the status of its answer, if there is one.
async fn one_request(server: &Running, request: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request).await.ok()?;
    let mut said = vec![0; 64];
    let read = timeout(Duration::from_millis(300), stream.read(&mut said)).await.ok()?.ok()?;
    std::str::from_utf8(said.get(9..12)?).ok().filter(|_| read >= 12)?.parse().ok()
}

fn request(token: String) -> impl Strategy<Value = Vec<u8>> {
    let method =
        prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "X"]);
    let path = prop_oneof![
        prop::sample::select(vec![
            "/api/rooms",
            "/api/rooms/1",
            "/api/rooms/1/messages",
            "/api/messages",
            "/api/messages/1",
            "/api/profiles/me",
            "/api/auth/login",
            "/api/auth/register",
            "/api/auth/refresh",
            "/api/rooms/1/members/1",
            "/api/auth/tokens",
            "/api/profiles/me/avatar",
            "/api/messages/1/reactions/x",
            "/api/rooms/1/changes",
            "/gateway",
            "/readyz",
        ])
        .prop_map(str::to_owned),
        "/api/[a-z0-9/%._-]{0,30}",
    ];
    let query = prop_oneof![
        2 => Just(String::new()),
        1 => "\\?(limit|cursor|search|before|after|ordering|epoch)=[ -~&&[^ #]]{0,20}",
    ];
    let body = prop_oneof![
        any_json().prop_map(|it| it.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
    ];
    (method, path, query, body).prop_map(move |(method, path, query, body)| {
        let mut bytes = format!(
            "{method} {path}{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend(body);
        bytes
    })
}

#[tokio::test]
async fn do_4_ws_5_hostile_frames_and_requests_break_nothing_and_leave_nothing() {
    let server = Running::start(&[("PARLOR_RATE_LIMITS", "off")]).await;
    let ann = server.sign_up("ann").await;
    ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201);
    let mut runner = TestRunner::new(Config::default());
    let frames = prop::collection::vec(frame(), 1..40);
    let play = async |runner: &mut TestRunner, rounds: usize| {
        for part in (0..rounds).collect::<Vec<_>>().chunks(PER_SESSION) {
            let (server, ann) = (&server, &server.log_in("ann").await);
            let requests = request(ann.access_token.clone());
            let rounds = part.iter().map(|_| {
                let frames = frames.new_tree(runner).unwrap().current();
                let greets = any::<bool>().new_tree(runner).unwrap().current();
                let asked: Vec<_> =
                    (0..8).map(|_| requests.new_tree(runner).unwrap().current()).collect();
                async move {
                    one_socket(server, ann, frames, greets).await;
                    for request in asked {
                        let status = one_request(server, &request).await.unwrap_or(0);
                        let text = String::from_utf8_lossy(&request);
                        assert!(status < 500 || status == 503, "{status}: {text}");
                    }
                }
            });
            stream::iter(rounds).buffer_unordered(AT_ONCE).collect::<()>().await;
        }
    };
    // Whatever is made once and kept is there after the first few.
    play(&mut runner, rounds() / 4).await;
    sleep(Duration::from_secs(3)).await;
    let (memory, files) = (server.memory_kib(), server.files());
    play(&mut runner, rounds()).await;
    let socket = &mut server.connect(&server.log_in("ann").await).await;
    socket.done(json!({ "type": "ping" })).await;
    // What was left half said is let go of within the time for a hello, and then some.
    for _ in 0..100 {
        if server.files() <= files + 2 {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    assert!(server.files() <= files + 2, "{} files, {files} before", server.files());
    let now = server.memory_kib();
    assert!(now < memory + memory / 4 + 16 * 1024, "{now} KiB, {memory} KiB before");
    let log = server.log();
    assert!(!log.contains("panicked"), "{log}");
}
