//! Requests that no client library would send: written byte by byte.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::harness::TestApp;

const LOGIN: &str =
    "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const GET: &str = "GET /api/ HTTP/1.1\r\nHost: x\r\n";

/// What comes back until the server ends the connection, or is silent for a moment; and whether it
/// ended it.
async fn answers(app: &TestApp, request: &[u8]) -> (Vec<u16>, bool) {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    // It may be refused before it was written to its end.
    let _refused = stream.write_all(request).await;
    let (mut said, mut chunk) = (Vec::new(), [0; 16 * 1024]);
    let is_closed = loop {
        match timeout(Duration::from_millis(700), stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => break true,
            Ok(Ok(count)) => said.extend_from_slice(&chunk[..count]),
            Err(_) => break false,
        }
    };
    let text = String::from_utf8_lossy(&said);
    let statuses = text.match_indices("HTTP/1.1 ").map(|(at, start)| {
        let from = at + start.len();
        text[from..from + 3].parse().unwrap()
    });
    (statuses.collect(), is_closed)
}

#[tokio::test]
async fn in_7_a_request_that_could_be_read_in_two_ways_is_refused_and_the_connection_ended() {
    let app = TestApp::start().await;
    let chunked = format!("{LOGIN}Transfer-Encoding: chunked\r\n");
    let requests = [
        format!("{LOGIN}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"),
        format!("{chunked}Content-Length: 4\r\n\r\n5c\r\n{GET}\r\n0\r\n\r\n"),
        format!("{LOGIN}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x"),
        format!("{LOGIN}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}"),
        format!("{LOGIN}Content-Length: 2, 2\r\n\r\n{{}}"),
        format!("{LOGIN}Content-Length: +2\r\n\r\n{{}}"),
        format!("{LOGIN}Content-Length: -1\r\n\r\n{{}}"),
        format!("{LOGIN}Content-Length: 0x2\r\n\r\n{{}}"),
        format!("{LOGIN}Transfer-Encoding: xchunked\r\n\r\n{{}}"),
        format!("{LOGIN}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        format!("{chunked}Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        format!("{LOGIN}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        format!("{LOGIN}Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{{}}"),
        format!("{chunked}\r\n+2\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}\r\n0x2\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}\r\nfffffffffffffffff2\r\n{{}}\r\n0\r\n\r\n"),
        format!("{chunked}\r\n2\n{{}}\n0\n\n"),
        format!("{chunked}\r\n2\r\n{{}}XX0\r\n\r\n"),
        format!("{GET}X-A: b\r\n c\r\n\r\n"),
        format!("{GET}X-A: b\rc\r\n\r\n"),
        format!("{GET}X-A: b\0c\r\n\r\n"),
        "GET /api/ HTTP/1.1\r\nHost : x\r\n\r\n".to_owned(),
        "GET /api/ HTTP/1.1\r\n\r\n".to_owned(),
        "GET /api/ HTTP/1.2\r\nHost: x\r\n\r\n".to_owned(),
        "GET /api/\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ];
    for request in &requests {
        let (statuses, is_closed) = answers(&app, request.as_bytes()).await;
        assert_eq!((statuses, is_closed), (vec![400], true), "{request}");
    }
    let many: String = (0..200).map(|at| format!("X-{at}: a\r\n")).collect();
    let big = "a".repeat(200_000);
    for request in [format!("{GET}{many}\r\n"), format!("{GET}X-A: {big}\r\n\r\n")] {
        let (statuses, is_closed) = answers(&app, request.as_bytes()).await;
        assert_eq!((statuses, is_closed), (vec![431], true));
    }
}

#[tokio::test]
async fn in_7_a_host_is_said_once_and_other_methods_are_not_known() {
    let app = TestApp::start().await;
    for hosts in ["Host: x\r\nHost: y\r\n", "Host: a b\r\n", "Host: me@x\r\n", "Host: \r\n"] {
        let request = format!("GET /api/ HTTP/1.1\r\n{hosts}\r\n");
        assert_eq!(answers(&app, request.as_bytes()).await.0, [400], "{hosts}");
    }
    for (method, status) in [("TRACE", 405), ("get", 405), ("CONNECT", 405)] {
        let request = format!("{method} /api/ HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(answers(&app, request.as_bytes()).await.0, [status], "{method}");
    }
    // Two requests in a row are two answers; what follows a body is not a part of it.
    let two = format!("{GET}Content-Length: 3\r\n\r\nabcGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(answers(&app, two.as_bytes()).await.0, [200, 200]);
}

/// How long the server bears a caller that sends a byte each second after this start.
async fn borne(app: &TestApp, start: &str) -> Duration {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(start.as_bytes()).await.unwrap();
    let (began, mut byte) = (Instant::now(), [0; 1024]);
    while began.elapsed() < Duration::from_secs(20) {
        match timeout(Duration::from_secs(1), stream.read(&mut byte)).await {
            Ok(Ok(0) | Err(_)) => return began.elapsed(),
            Ok(Ok(_)) => sleep(Duration::from_millis(10)).await,
            Err(_) => {
                if stream.write_all(b"a").await.is_err() {
                    return began.elapsed();
                }
            }
        }
    }
    began.elapsed()
}

#[tokio::test]
async fn do_1_a_slow_head_and_a_slow_body_are_ended() {
    let app = TestApp::start().await;
    let body = format!("{LOGIN}Content-Length: 1000\r\n\r\n{{");
    let starts = ["", "GET /api/ HTTP/1.1\r\nHost: x\r\nX-A: ", &body];
    let all = starts.map(|start| borne(&app, start));
    for (start, took) in starts.iter().zip(join_all(all).await) {
        assert!(took < Duration::from_secs(15), "{took:?} after {start}");
    }
}
