//! Parlor as it is run for real: behind nginx, with the file of `docker/`, and behind haproxy.

use std::{
    fs,
    io::{Read, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::running::Running;
use crate::harness::{PASSWORD, free_address};

const SITE: &str = "chat.example.org";

fn run(program: &str, args: &[&str]) {
    let said = Command::new(program).args(args).output();
    let said = said.unwrap_or_else(|why| panic!("{program}: {why}: docker/services nginx haproxy"));
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
}

/// A process in front of a server.
struct Proxy {
    process: Child,
    folder: TempDir,
    plain: SocketAddr,
    tls: SocketAddr,
}

impl Proxy {
    /// nginx as an operator has it: only ports and paths are others. It may let nobody make a room.
    async fn nginx(server: SocketAddr, guards_rooms: bool) -> Self {
        let (folder, plain, tls) = (tempfile::tempdir().unwrap(), free_address(), free_address());
        let at = |name: &str| folder.path().join(name).display().to_string();
        certificate(folder.path());
        let given = include_str!("../../../docker/nginx.conf");
        let mut site = given.to_owned();
        for (theirs, ours) in [
            ("server 127.0.0.1:8000;", format!("server {server};")),
            ("listen 80;", format!("listen {plain};")),
            ("  listen [::]:80;\n", String::new()),
            ("listen 443 ssl;", format!("listen {tls} ssl;")),
            ("  listen [::]:443 ssl;\n", String::new()),
            ("/etc/letsencrypt/live/chat.example.org/fullchain.pem", at("cert.pem")),
            ("/etc/letsencrypt/live/chat.example.org/privkey.pem", at("key.pem")),
        ] {
            assert!(site.contains(theirs), "docker/nginx.conf has no {theirs:?}");
            site = site.replace(theirs, &ours);
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", at(kind)))
            .concat();
        if guards_rooms {
            let guard = "  location = /api/rooms { return 403; }\n  location / {";
            site = site.replace("  location / {", guard);
        }
        let whole = format!(
            "pid {};\nerror_log {} warn;\ndaemon off;\nmaster_process off;\nevents {{}}\nhttp {{\n\
             access_log off;\n{temporary}{site}}}\n",
            at("pid"),
            at("log")
        );
        fs::write(at("nginx.conf"), whole).unwrap();
        run("nginx", &["-t", "-q", "-c", &at("nginx.conf")]);
        let process = Command::new("nginx").args(["-c", &at("nginx.conf")]).spawn().unwrap();
        Self { process, folder, plain, tls }.started(tls).await
    }

    async fn haproxy(server: SocketAddr) -> Self {
        let (folder, plain) = (tempfile::tempdir().unwrap(), free_address());
        let path = folder.path().join("haproxy.cfg");
        let settings = format!(
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 20s\n  timeout server 20s\n\
             frontend all\n  bind {plain}\n  http-request deny if {{ path /api/rooms }}\n  default_backend parlor\n\
             backend parlor\n  http-reuse always\n  server one {server}\n"
        );
        fs::write(&path, settings).unwrap();
        let path = path.display().to_string();
        run("haproxy", &["-c", "-q", "-f", &path]);
        let process = Command::new("haproxy").args(["-db", "-q", "-f", &path]).spawn().unwrap();
        Self { process, folder, plain, tls: plain }.started(plain).await
    }

    async fn started(self, address: SocketAddr) -> Self {
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return self;
            }
            sleep(Duration::from_millis(25)).await;
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("the proxy does not start: {log}");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn certificate(folder: &Path) {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let subject = format!("/CN={SITE}");
    let name = format!("subjectAltName=DNS:{SITE}");
    let (key, cert) = (key.display().to_string(), cert.display().to_string());
    #[rustfmt::skip]
    run("openssl", &[
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", &subject, "-addext", &name, "-keyout", &key, "-out", &cert,
    ]);
}

/// For how long nothing more comes when an answer is taken to be whole.
const SILENCE: Duration = Duration::from_millis(500);

/// What is answered to these bytes, by TLS, whose certificate is checked, or without, until this is in it.
async fn said(proxy: &Proxy, by_tls: bool, request: Vec<u8>, until: &'static str) -> String {
    let (plain, tls) = (proxy.plain, proxy.tls);
    let cert = proxy.folder.path().join("cert.pem");
    let asking = move || {
        if !by_tls {
            let stream = std::net::TcpStream::connect(plain).unwrap();
            return converse(stream.try_clone().unwrap(), stream, &request, until);
        }
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-verify_return_error", "-verify_hostname", SITE])
            .args(["-servername", SITE, "-connect", &tls.to_string(), "-CAfile"])
            .arg(cert)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (client.stdin.take().unwrap(), client.stdout.take().unwrap());
        let said = converse(output, input, &request, until);
        client.kill().unwrap();
        client.wait().unwrap();
        said
    };
    tokio::task::spawn_blocking(asking).await.unwrap()
}

fn converse(
    mut from: impl Read + Send + 'static,
    mut to: impl Write,
    request: &[u8],
    until: &str,
) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut chunk) {
            if tell.send(chunk[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    // It may be refused before all of it was written.
    let _cut = to.write_all(request).and_then(|()| to.flush());
    let (began, mut all) = (Instant::now(), Vec::new());
    while began.elapsed() < Duration::from_secs(20) {
        let silence = if until.is_empty() { SILENCE } else { Duration::from_secs(10) };
        let Ok(bytes) = told.recv_timeout(silence) else { break };
        all.extend(bytes);
        if !until.is_empty() && String::from_utf8_lossy(&all).contains(until) {
            break;
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn post(path: &str, more: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {SITE}\r\nOrigin: https://{SITE}\r\nX-Parlor: 1\r\n{more}\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test]
#[ignore = "needs nginx and openssl: docker/services nginx"]
async fn cf_4_wb_2_tk_6_nginx_as_it_is_shipped_speaks_tls_and_says_truly_who_calls() {
    let site = format!("https://{SITE}");
    let server = Running::start(&[
        ("PARLOR_PUBLIC_URL", &site),
        ("PARLOR_TRUSTED_PROXIES", "127.0.0.1"),
        ("RUST_LOG", "info"),
    ])
    .await;
    let proxy = Proxy::nginx(server.address, false).await;
    // Without TLS there is nothing but the way to it, whatever host is claimed.
    let plain = format!("GET /chat/?a=b HTTP/1.1\r\nHost: {SITE}\r\n\r\n");
    let plain = said(&proxy, false, plain.into_bytes(), "\r\n\r\n").await;
    assert!(plain.starts_with("HTTP/1.1 301 "), "{plain}");
    assert!(plain.contains(&format!("Location: {site}/chat/?a=b\r\n")), "{plain}");
    let spoofed = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_vec();
    assert!(said(&proxy, false, spoofed, "\r\n\r\n").await.contains(&format!("Location: {site}/")));

    let account = json!({ "username": "ann", "password": PASSWORD, "session": "cookie" });
    let forged = "X-Forwarded-For: 203.0.113.77\r\nForwarded: for=203.0.113.77\r\n";
    let signed_up = said(&proxy, true, post("/api/auth/register", forged, &account), "}}").await;
    assert!(signed_up.starts_with("HTTP/1.1 201 "), "{signed_up}");
    let head = signed_up.to_lowercase();
    assert!(head.contains("strict-transport-security: max-age="), "{signed_up}");
    let cookie = signed_up.lines().find(|line| line.to_lowercase().starts_with("set-cookie:"));
    let cookie = cookie.unwrap();
    for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie} has no {part}");
    }
    let body = signed_up.split("\r\n\r\n").nth(1).unwrap();
    let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
    let token = serde_json::from_str::<Value>(body).unwrap()["access_token"].clone();
    let token = token.as_str().unwrap();

    // The address that the server noted is the caller's, as nginx sees it; what was claimed is not.
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let get = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: {SITE}\r\n{bearer}{forged}Connection: close\r\n\r\n")
            .into_bytes()
    };
    let sessions = said(&proxy, true, get("/api/auth/sessions"), "]").await;
    assert!(sessions.contains("\"ip\":\"127.0.0.1\""), "{sessions}");
    assert!(!sessions.contains("203.0.113.77"), "{sessions}");

    // A socket from the page of the site, and from no other; its frames pass both ways.
    let hello = json!({ "type": "hello", "token": token }).to_string();
    let mut frames = vec![0x81, 0xfe];
    frames.extend(u16::try_from(hello.len()).unwrap().to_be_bytes());
    frames.extend([0; 4]);
    frames.extend(hello.as_bytes());
    let upgrade = |origin: &str| {
        let head = format!(
            "GET /gateway HTTP/1.1\r\nHost: {SITE}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        [head.as_bytes(), &frames].concat()
    };
    let talk = said(&proxy, true, upgrade(&site), "caught_up").await;
    assert!(talk.starts_with("HTTP/1.1 101 ") && talk.contains("\"type\":\"ready\""), "{talk}");
    for other in ["https://evil.example", &format!("http://{SITE}"), "null"] {
        let refused = said(&proxy, true, upgrade(other), "\r\n\r\n").await;
        assert!(refused.starts_with("HTTP/1.1 403 "), "{other}: {refused}");
    }

    // The largest file passes, a larger one does not reach the server.
    let room =
        said(&proxy, true, post("/api/rooms", &bearer, &json!({ "name": "Tea" })), "}").await;
    assert!(room.starts_with("HTTP/1.1 201 "), "{room}");
    for (bytes, status) in [(8 << 20, "201"), (10 << 20, "413")] {
        let head = format!(
            "POST /api/rooms/1/files?name=big HTTP/1.1\r\nHost: {SITE}\r\n{bearer}Content-Type: \
             application/octet-stream\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n"
        );
        let request = [head.into_bytes(), vec![b'x'; bytes]].concat();
        let answer = said(&proxy, true, request, "\r\n\r\n").await;
        assert!(answer.contains(&format!("HTTP/1.1 {status} ")), "{bytes}: {answer:.200}");
    }
}

/// A throttle counts callers by the address that a proxy tells, and only if it is a trusted one.
#[tokio::test]
#[ignore = "needs nginx and openssl: docker/services nginx"]
async fn cf_4_au_6_who_guesses_through_a_proxy_is_counted_by_their_own_address() {
    let site = format!("https://{SITE}");
    let settings: [(&str, &str); 2] =
        [("PARLOR_PUBLIC_URL", &site), ("PARLOR_TRUSTED_PROXIES", "127.0.0.1")];
    let server = Running::start(&settings).await;
    let proxy = Proxy::nginx(server.address, false).await;
    let mut statuses = Vec::new();
    for at in 0..14 {
        // Each guess claims to come from another address, and is of another account.
        let claimed = format!("X-Forwarded-For: 198.51.100.{at}\r\n");
        let guess = json!({ "username": format!("ann{at}"), "password": "wrong" });
        let answer = said(&proxy, true, post("/api/auth/login", &claimed, &guess), "}").await;
        statuses.push(answer[9..12].parse::<u16>().unwrap());
    }
    assert_eq!(statuses[..10], [401; 10], "{statuses:?}");
    assert_eq!(statuses[12..], [429; 2], "{statuses:?}");
}

/// Requests that two programs could read in two ways. Each carries another one inside that would make
/// a room, if it were ever read as one.
fn smuggled(token: &str) -> Vec<String> {
    let room = r#"{"name":"Smuggled NUMBER"}"#;
    let inner = format!(
        "POST /api/rooms HTTP/1.1\r\nHost: {SITE}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{room}",
        room.len()
    );
    let (size, hex) = (inner.len(), format!("{:x}", inner.len()));
    let start = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: {SITE}\r\nContent-Type: application/json\r\n"
    );
    let get = format!("GET /api/ HTTP/1.1\r\nHost: {SITE}\r\n");
    let mut all = Vec::new();
    for codings in [
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding:\tchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: \x0bchunked\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding\n: chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "transfer_encoding: chunked\r\n",
    ] {
        // The one counts bytes, the other chunks; and the reverse.
        all.push(format!("{start}Content-Length: {}\r\n{codings}\r\n0\r\n\r\n{inner}", size + 5));
        all.push(format!("{start}Content-Length: 4\r\n{codings}\r\n{hex}\r\n{inner}\r\n0\r\n\r\n"));
    }
    for lengths in [
        format!("Content-Length: 0\r\nContent-Length: {size}\r\n"),
        format!("Content-Length: {size}\r\nContent-Length: 0\r\n"),
        format!("Content-Length: 0, {size}\r\n"),
        format!("Content-Length: +{size}\r\n"),
        format!("Content-Length: 0{size}\r\n"),
        format!("Content-Length : {size}\r\n"),
        format!("Content-Length:\r\n {size}\r\n"),
        format!("X: y\nContent-Length: {size}\r\n"),
        format!("Content-Length: {size}\n"),
    ] {
        all.push(format!("{start}{lengths}\r\n{inner}"));
    }
    for framing in
        ["{hex}\n{inner}\n0\n\n", "{hex};\n{inner}\r\n0\r\n\r\n", "0\r\nX: y\n\r\n\r\n{inner}"]
    {
        let body = framing.replace("{hex}", &hex).replace("{inner}", &inner);
        all.push(format!("{start}Transfer-Encoding: chunked\r\n\r\n{body}"));
    }
    // A body that a GET may have, said in two ways, and an upgrade that is none.
    all.push(format!("{get}Content-Length: {size}\r\nContent-Length: {size}\r\n\r\n{inner}"));
    all.push(format!("{get}Transfer-Encoding: chunked\r\n\r\n{hex}\r\n{inner}\r\n0\r\n\r\n"));
    all.push(format!("{get}Content-Length: {size}\r\n\r\n{inner}"));
    all.push(format!("{get}Expect: 100-continue\r\nContent-Length: {size}\r\n\r\n{inner}"));
    all
}

#[tokio::test]
#[ignore = "needs nginx and haproxy: docker/services nginx haproxy"]
async fn in_7_nothing_is_smuggled_past_a_proxy() {
    let server = Running::start(&[("PARLOR_RATE_LIMITS", "off")]).await;
    let ann = server.sign_up("ann").await;
    let (nginx, haproxy) =
        (Proxy::nginx(server.address, true).await, Proxy::haproxy(server.address).await);
    let requests = smuggled(&ann.access_token);
    assert!(requests.len() >= 40, "{}", requests.len());
    let try_one = async |at: usize, by_nginx: bool| {
        // Of six digits, as long as what stands there.
        let request = requests[at].replace("NUMBER", &format!("{at:06}")).into_bytes();
        let proxy = if by_nginx { &nginx } else { &haproxy };
        let answer = said(proxy, by_nginx, request, "").await;
        // 501 is what nginx says of a coding that it does not know.
        for broken in ["500", "502", "503", "504"] {
            assert!(!answer.contains(&format!("HTTP/1.1 {broken}")), "{}\n{answer}", requests[at]);
        }
    };
    let all: Vec<_> = (0..requests.len()).flat_map(|at| [(at, true), (at, false)]).collect();
    for some in all.chunks(12) {
        join_all(some.iter().map(|(at, by_nginx)| try_one(*at, *by_nginx))).await;
    }
    let rooms = ann.get("/api/rooms?search=Smuggled&limit=100").await.expect(200);
    let rooms = rooms["items"].as_array().unwrap().clone();
    assert!(rooms.is_empty(), "smuggled: {rooms:?}");
    // That it would be seen: said openly, neither lets the request pass, and the server takes it.
    let plain = post(
        "/api/rooms",
        &format!("Authorization: Bearer {}\r\n", ann.access_token),
        &json!({ "name": "Smuggled" }),
    );
    assert!(said(&haproxy, false, plain.clone(), "").await.contains("HTTP/1.1 403 "));
    assert!(said(&nginx, true, plain, "").await.contains("HTTP/1.1 403 "));
    ann.post("/api/rooms", json!({ "name": "Smuggled" })).await.expect(201);
    let rooms = ann.get("/api/rooms?search=Smuggled").await.expect(200);
    assert_eq!(rooms["items"].as_array().unwrap().len(), 1);
}
