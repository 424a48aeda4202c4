//! What the process says, refuses and survives.

use std::{fs, path::Path, process::Command, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use super::running::Running;
use crate::harness::{PASSWORD, free_port};

/// What no log may hold, each in a place of its own.
const CANARIES: [&str; 7] = [
    "canary-password-Z7q",
    "canary-body-Z7q",
    "canary-whisper-Z7q",
    "canary-edit-Z7q",
    "canary-search-Z7q",
    "canary-rest-Z7q",
    "canary-mail-Z7q",
];

#[tokio::test]
async fn lo_1_no_log_of_any_level_holds_a_secret_or_what_people_write() {
    let server = Running::start(&[("RUST_LOG", "trace"), ("PARLOR_RATE_LIMITS", "off")]).await;
    let (ann, bob) = (server.sign_up("ann").await, server.sign_up("bob").await);
    let wrong = json!({ "username": "ann", "password": CANARIES[0] });
    server.client().post("/api/auth/login", wrong).await.expect(401);
    let mail =
        json!({ "current_password": PASSWORD, "email": format!("{}@example.org", CANARIES[6]) });
    ann.post("/api/auth/email/change", mail).await.expect(202);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let messages = format!("/api/rooms/{room}/messages");
    ann.post(&messages, json!({ "body": CANARIES[5] })).await.expect(201);
    let (mut mouth, mut ears) = (server.connect(&ann).await, server.connect(&bob).await);
    let send =
        json!({ "type": "message.send", "room_id": room, "body": CANARIES[1], "nonce": "n" });
    let id = mouth.done(send).await["message"]["id"].clone();
    mouth.done(json!({ "type": "message.edit", "message_id": id, "body": CANARIES[3] })).await;
    let whisper =
        json!({ "type": "whisper.send", "room_id": room, "to": bob.id, "body": CANARIES[2] });
    mouth.done(whisper).await;
    assert_eq!(ears.expect("whispered").await["body"], CANARIES[2]);
    ann.get(&format!("/api/messages?search={}", CANARIES[4])).await.expect(200);
    let token = json!({ "name": "bot", "scopes": ["read"] });
    let token = ann.post("/api/auth/tokens", token).await.expect(201)["token"].clone();
    let refreshed = json!({ "refresh_token": bob.refresh_token });
    server.client().post("/api/auth/refresh", refreshed).await.expect(200);

    let log = server.log();
    assert!(log.len() > 1_000 && log.contains("TRACE"), "nothing was logged");
    let secrets = [
        PASSWORD,
        &ann.access_token,
        &bob.access_token,
        &ann.refresh_token,
        &bob.refresh_token,
        token.as_str().unwrap(),
    ];
    for secret in CANARIES.iter().copied().chain(secrets) {
        if let Some(at) = log.find(secret) {
            let from = log[..at].rfind('\n').map_or(0, |at| at + 1);
            panic!("{secret} is logged: {}", log[from..].lines().next().unwrap());
        }
    }
    // A whisper is nowhere: not in the database, nor beside it.
    assert!(!holds(&server.data(), CANARIES[2]), "a whisper was written down");
    assert!(holds(&server.data(), CANARIES[3]), "the search does not see what is there");
}

/// Whether any file below a folder holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        fs::read(&path).unwrap().windows(text.len()).any(|it| it == text.as_bytes())
    })
}

#[tokio::test]
async fn lo_2_nothing_that_a_caller_says_can_forge_a_line_of_the_log() {
    let server = Running::start(&[("RUST_LOG", "debug")]).await;
    let forged = "\u{1b}[31mforged\u{1b}]0;x\u{7}";
    for request in [
        format!("GET /api/{forged} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET /api/ HTTP/1.1\r\nHost: x\r\nUser-Agent: {forged}\r\n\r\n"),
        "GET /api/%0d%0aforged%1b%5b31m HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\u{202e}b\r\n\r\n"
            .into(),
        format!("GET /gateway HTTP/1.1\r\nHost: x\r\nOrigin: {forged}\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 64];
        let _read = stream.read(&mut answer).await.unwrap();
    }
    let login = json!({ "username": format!("ann\nforged{forged}"), "password": "x" });
    server.client().post("/api/auth/login", login).await;
    let log = server.log();
    assert!(!log.is_empty());
    for line in log.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'), "a line of its own: {line}");
        assert!(!line.chars().any(|it| it.is_control() || it == '\u{202e}'), "{line:?}");
    }
}

#[tokio::test]
async fn do_2_running_out_of_files_does_not_end_the_accepting_of_others() {
    let server = Running::start_after("ulimit -n 120", &[]).await;
    let mut crowd = Vec::new();
    for _ in 0..200 {
        // Beyond what the process can open they wait in the kernel.
        crowd.push(TcpStream::connect(server.address).await.unwrap());
    }
    sleep(Duration::from_secs(1)).await;
    drop(crowd);
    for _ in 0..100 {
        let asked = tokio::time::timeout(Duration::from_secs(2), ask(&server)).await;
        if asked.is_ok_and(|status| status == 200) {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("it accepts nobody any more:\n{}", server.log());
}

async fn ask(server: &Running) -> u16 {
    let Ok(mut stream) = TcpStream::connect(server.address).await else { return 0 };
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    if stream.write_all(request).await.is_err() {
        return 0;
    }
    let mut said = String::new();
    let _ended = stream.read_to_string(&mut said).await;
    said.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn cf_1_what_is_for_operators_is_not_served_to_everybody() {
    let server = Running::start(&[("PARLOR_API_DOCS", "off")]).await;
    for path in ["/metrics", "/debug", "/debug/pprof", "/server-status", "/.git/config", "/.env"] {
        let answer = server.client().call(reqwest::Method::GET, path);
        let answer = answer.header("Accept", "application/json").send().await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
    for path in ["/api/docs/", "/api/docs/swagger-ui-bundle.js"] {
        server.client().get(path).await.refused(404, "not_found");
    }
    let index = server.client().get("/api/").await.expect(200);
    assert!(!index.text.contains("/api/docs"), "{}", index.text);
    server.client().get("/api/openapi.json").await.expect(200);
    let version = env!("CARGO_PKG_VERSION");
    for path in ["/api/nothing", "/healthz", "/api/rooms"] {
        let answer = server.client().get(path).await;
        assert!(!answer.text.contains(version), "{path}: {}", answer.text);
        for (name, value) in &answer.headers {
            let value = value.to_str().unwrap();
            assert!(!value.to_lowercase().contains("actix"), "{name}: {value}");
            assert!(!["server", "x-powered-by", "via"].contains(&name.as_str()), "{name}: {value}");
        }
    }
}

#[test]
fn cf_2_settings_that_would_open_the_door_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let weak = folder.path().join("weak");
    fs::write(&weak, "secret").unwrap();
    fs::set_permissions(&weak, fs::Permissions::from_mode(0o600)).unwrap();
    let weak = weak.display().to_string();
    let cases: &[(&str, &str)] = &[
        ("PARLOR_ALLOWED_ORIGINS", "*"),
        ("PARLOR_ALLOWED_ORIGINS", "null"),
        ("PARLOR_ALLOWED_ORIGINS", "https://*.example.org"),
        ("PARLOR_ALLOWED_ORIGINS", "example.org"),
        ("PARLOR_PUBLIC_URL", "chat.example.org"),
        ("PARLOR_PUBLIC_URL", "ftp://chat.example.org"),
        ("PARLOR_PUBLIC_URL", "https://chat.example.org/chat"),
        ("PARLOR_PUBLIC_URL", "https://user:password@chat.example.org"),
        ("PARLOR_TRUSTED_PROXIES", "*"),
        ("PARLOR_TRUSTED_PROXIES", "any"),
        ("PARLOR_SECRET_FILE", &weak),
        ("PARLOR_RATE_LIMITS", "no thanks"),
        ("PARLOR_METRICS_LISTEN", "everywhere"),
    ];
    for (name, value) in cases {
        let said = Command::new(env!("CARGO_BIN_EXE_parlor"))
            .env_clear()
            .env("PARLOR_DATA_DIR", folder.path())
            .env("PARLOR_LISTEN", "127.0.0.1:0")
            .env(name, value)
            .output()
            .unwrap();
        let text = String::from_utf8(said.stderr).unwrap();
        assert!(!said.status.success(), "{name}={value} was accepted");
        assert!(text.lines().last().unwrap_or_default().starts_with("parlor: "), "{name}: {text}");
    }
}

/// Settings and flags with which others are served, and whether that is warned of.
type Meant<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], bool);

#[tokio::test]
async fn cf_2_others_are_served_without_tls_only_if_that_is_meant() {
    let port = free_port();
    let folder = tempfile::tempdir().unwrap();
    let open = format!("0.0.0.0:{port}");
    let program = |more: &[(&str, &str)], flags: &[&str], log: &str| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_parlor"));
        process
            .args(flags)
            .env_clear()
            .env("PARLOR_DATA_DIR", folder.path())
            .env("PARLOR_LISTEN", &open)
            .env("PARLOR_METRICS_LISTEN", "off")
            .envs(more.iter().copied())
            .stderr(fs::File::create(folder.path().join(log)).unwrap());
        process
    };
    for more in [vec![], vec![("PARLOR_PUBLIC_URL", "http://chat.example.org")]] {
        let ended = program(&more, &[], "refused").status().unwrap();
        let said = fs::read_to_string(folder.path().join("refused")).unwrap();
        assert!(!ended.success() && said.starts_with("parlor: PARLOR_LISTEN"), "{said}");
        assert!(said.contains("https://") && said.contains("--insecure"), "{said}");
    }
    // What serves nobody needs no such word.
    assert!(program(&[], &["migrate"], "migrated").status().unwrap().success());
    let meant: [Meant<'_>; 4] = [
        (&[("PARLOR_INSECURE", "on")], &[], true),
        (&[], &["--insecure"], true),
        (&[], &["serve", "--insecure"], true),
        (&[("PARLOR_PUBLIC_URL", "https://chat.example.org")], &[], false),
    ];
    for (more, flags, is_warned_of) in meant {
        let mut process = program(more, flags, "served").spawn().unwrap();
        let mut answers = false;
        for _ in 0..600 {
            answers = TcpStream::connect(("127.0.0.1", port)).await.is_ok();
            if answers || process.try_wait().unwrap().is_some() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let said = fs::read_to_string(folder.path().join("served")).unwrap();
        assert!(answers, "{more:?} {flags:?}: {said}");
        let warns = said.lines().any(|it| it.contains("WARN") && it.contains("PARLOR_INSECURE"));
        assert_eq!(warns, is_warned_of, "{more:?} {flags:?}: {said}");
    }
}
