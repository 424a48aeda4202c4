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
    let (mut said, mut chunk) = (Vec::new(), vec![0; 16 * 1024]);
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
        // A line that ends with less than CR and LF, wherever it stands.
        "\nGET /api/ HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET /api/ HTTP/1.1\nHost: x\r\n\r\n".to_owned(),
        "GET /api/ HTTP/1.1\nHost: x\n\n".to_owned(),
        format!("{GET}X-A: b\nX-B: c\r\n\r\n"),
        format!("{GET}X-A: b\n\r\n"),
        format!("{GET}\n"),
        format!("{LOGIN}Content-Length: 2\n\r\n{{}}"),
        format!("{LOGIN}X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
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
    let (much, big) = ("a".repeat(15_000), "a".repeat(200_000));
    let fits = format!("{GET}X-A: {much}\r\n\r\n");
    assert_eq!(answers(&app, fits.as_bytes()).await.0, [200]);
    let beyond = format!("{GET}X-A: {much}\r\nX-B: {much}\r\n\r\n");
    assert_eq!(answers(&app, beyond.as_bytes()).await.0, [431]);
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
    // A bare LF is refused in a later head as in the first one, and is nothing special in a body.
    let bare = "GET /healthz HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n";
    let chunks = format!("{GET}Transfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n0\r\n\r\n");
    for before in [format!("{GET}\r\n"), format!("{GET}Content-Length: 2\r\n\r\n\n\n"), chunks] {
        let both = answers(&app, format!("{before}{bare}").as_bytes()).await;
        assert_eq!(both, (vec![200, 400], true), "{before}");
    }
    // Behind an upgrade that was refused nothing is read as a request.
    let refused = format!("{GET}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n{bare}");
    assert_eq!(answers(&app, refused.as_bytes()).await.0, [200]);
    // Two requests in a row are two answers; what follows a body is not a part of it.
    let two = format!("{GET}Content-Length: 3\r\n\r\nabcGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(answers(&app, two.as_bytes()).await.0, [200, 200]);
}

/// How long the server bears a caller that says this and from then on a bit each second.
async fn borne(app: &TestApp, start: &str, bit: &str) -> Duration {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(start.as_bytes()).await.unwrap();
    let (began, mut chunk) = (Instant::now(), vec![0; 16 * 1024]);
    while began.elapsed() < Duration::from_secs(20) {
        match timeout(Duration::from_secs(1), stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => return began.elapsed(),
            Ok(Ok(_)) => sleep(Duration::from_millis(10)).await,
            Err(_) => {
                if stream.write_all(bit.as_bytes()).await.is_err() {
                    return began.elapsed();
                }
            }
        }
    }
    began.elapsed()
}

#[tokio::test]
async fn do_1_whoever_is_slow_to_say_what_they_want_is_ended() {
    let app = TestApp::start().await;
    let chunked = "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    let nowhere = GET.replace("/api/", "/nowhere");
    let starts = [
        (String::new(), "a"),
        (format!("{GET}X-A: "), "a"),
        // The same again after a request that was answered.
        (format!("{GET}\r\n{GET}X-A: "), "a"),
        (format!("{GET}\r\n"), "G"),
        (format!("{LOGIN}Content-Length: 1000\r\n\r\n{{"), "a"),
        (format!("{GET}Content-Length: 1000\r\n\r\n{{"), "a"),
        (format!("{nowhere}Content-Length: 1000\r\n\r\n{{"), "a"),
        // A body without an announced end, whether somebody wants it or not.
        (format!("{LOGIN}{chunked}"), "1\r\na\r\n"),
        (format!("{}{chunked}", LOGIN.replace("application/json", "text/plain")), "1\r\na\r\n"),
        (format!("{GET}{chunked}"), "1\r\na\r\n"),
        (format!("{nowhere}{chunked}"), "1\r\na\r\n"),
        (format!("{GET}{}", chunked.replace("\r\n\r\n1", "\r\n\r\nfffff")), "a"),
    ];
    let all = starts.each_ref().map(|(start, bit)| borne(&app, start, bit));
    for ((start, _), took) in starts.iter().zip(join_all(all).await) {
        assert!(took < Duration::from_secs(15), "{took:?} after {start}");
    }
}

#[tokio::test]
async fn do_1_a_body_that_was_not_read_to_its_end_ends_the_connection_and_one_that_was_does_not() {
    let app = TestApp::start().await;
    let bodies = [
        // Read to its end: the next request is answered.
        (
            format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{GET}\r\n"),
            vec![422, 200],
        ),
        (format!("{LOGIN}Content-Length: 2\r\n\r\n{{}}{GET}\r\n"), vec![422, 200]),
    ];
    for (request, statuses) in &bodies {
        assert_eq!(answers(&app, request.as_bytes()).await, (statuses.clone(), false), "{request}");
    }
    let large = "a".repeat(70_000);
    let chunked =
        format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n", large.len());
    let (statuses, is_closed) = timeout(Duration::from_secs(5), async {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(chunked.as_bytes()).await.unwrap();
        let mut said = String::new();
        let ended = stream.read_to_string(&mut said).await;
        (said, ended.is_ok())
    })
    .await
    .unwrap();
    assert!(statuses.starts_with("HTTP/1.1 413 "), "{statuses}");
    assert!(statuses.to_lowercase().contains("\r\nconnection: close\r\n"), "{statuses}");
    assert!(is_closed);
}

#[tokio::test]
async fn do_1_whoever_does_not_take_the_answers_is_cut_off() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let ask = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let _taken = timeout(Duration::from_secs(1), stream.write_all(ask.as_bytes())).await;
    let other = TcpStream::connect(app.address).await.unwrap();
    sleep(Duration::from_secs(31)).await;
    // What lies in the kernel can still be had, and then it is over; whoever has just not asked yet
    // is not concerned.
    let (mut taken, mut chunk) = (0, vec![0; 256 * 1024]);
    let mut whole = 0;
    loop {
        match timeout(Duration::from_secs(2), stream.read(&mut chunk)).await.expect("it stays open")
        {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                taken += count;
                whole += String::from_utf8_lossy(&chunk[..count]).matches("HTTP/1.1 200").count();
            }
        }
    }
    assert!(taken > 0 && whole < 150, "{taken} bytes, {whole} answers");
    drop(other);
}

#[tokio::test]
#[ignore = "takes more than a minute"]
async fn do_1_a_connection_that_is_not_used_is_ended_within_seventy_five_seconds() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(format!("{GET}\r\n").as_bytes()).await.unwrap();
    let began = Instant::now();
    let mut said = Vec::new();
    // Five seconds are what a busy machine may add.
    let ended = timeout(Duration::from_secs(80), stream.read_to_end(&mut said)).await;
    assert!(matches!(ended, Ok(Ok(_))), "{ended:?} after {:?}", began.elapsed());
    assert!(said.starts_with(b"HTTP/1.1 200"));
    assert!(began.elapsed() > Duration::from_secs(65));
}
