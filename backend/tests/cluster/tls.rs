//! Postgres behind TLS: its certificate is asked for as the address says, passwords are asked for by
//! SCRAM, and a whole node works that way.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::harness::{Database, NodeProcess, PASSWORD, PostgresServer};

/// Somebody who vouches for others.
struct Authority {
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().unwrap() };
        // The server runs as somebody else and has to read its key.
        let everybody = fs::Permissions::from_mode(0o755);
        fs::set_permissions(authority.folder.path(), everybody).unwrap();
        authority.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem");
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A certificate and a key for `localhost`.
    fn certify(&self) -> (PathBuf, PathBuf) {
        fs::write(self.path("san"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
            .unwrap();
        self.openssl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
        self.openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.pem");
        let readable = fs::Permissions::from_mode(0o644);
        fs::set_permissions(self.path("server.key"), readable).unwrap();
        (self.path("server.pem"), self.path("server.key"))
    }

    fn openssl(&self, words: &str) {
        let made = Command::new("openssl")
            .args(words.split(' '))
            .current_dir(self.folder.path())
            .output()
            .expect("openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// Whether `parlor migrate` comes through, and what it says if not.
fn migrate(url: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.env_clear().env("PARLOR_DATA_DIR", folder.path()).env("DATABASE_URL", url);
    let said = command.arg("migrate").output().unwrap();
    let complaint = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!complaint.contains("s3cret"), "{complaint}");
    if said.status.success() { Ok(()) } else { Err(complaint) }
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn a_postgres_behind_tls_is_believed_as_the_address_says() {
    let postgres = PostgresServer::start();
    let server = Database::at(postgres.url());
    server.run("create role chat login password 's3cret'");
    server.run("create database chat owner chat");
    let url = |host: &str, query: &str| {
        format!("postgres://chat:s3cret@{host}:{}/chat?{query}", postgres.port())
    };
    let why = migrate(&url("localhost", "sslmode=require")).unwrap_err();
    assert!(why.contains("this server has none"), "{why}");
    drop(server);

    let (authority, other) = (Authority::new(), Authority::new());
    let (certificate, key) = authority.certify();
    postgres.ask_for_tls(&certificate, &key);
    let roots =
        |authority: &Authority| format!("&sslrootcert={}", authority.path("ca.pem").display());
    let (own, strange) = (roots(&authority), roots(&other));
    let deadline = Instant::now() + Duration::from_secs(10);
    while let Err(why) = migrate(&url("localhost", "sslmode=require")) {
        assert!(Instant::now() < deadline, "it never speaks TLS: {why}");
        sleep(Duration::from_millis(50)).await;
    }
    for (host, query) in [
        ("localhost", format!("sslmode=require{own}")),
        ("127.0.0.1", format!("sslmode=verify-ca{own}")),
        ("localhost", format!("sslmode=verify-full{own}")),
    ] {
        migrate(&url(host, &query)).unwrap_or_else(|why| panic!("{host} {query}: {why}"));
    }
    for (host, query, expected) in [
        // Somebody else's name, somebody else's word, nobody's word.
        ("127.0.0.1", format!("sslmode=verify-full{own}"), "not valid for name"),
        ("localhost", format!("sslmode=verify-full{strange}"), "invalid peer certificate"),
        ("localhost", format!("sslmode=verify-ca{strange}"), "invalid peer certificate"),
        ("localhost", format!("sslmode=require{strange}"), "invalid peer certificate"),
        ("localhost", "sslmode=verify-full".to_owned(), "TLS to Postgres"),
        ("localhost", "sslmode=disable".to_owned(), "no pg_hba.conf entry"),
    ] {
        let why = migrate(&url(host, &query)).unwrap_err();
        assert!(why.contains(expected), "{host} {query}: {why}");
    }
    let wrong = url("localhost", &format!("sslmode=verify-full{own}")).replace("s3cret", "guess");
    assert!(migrate(&wrong).unwrap_err().contains("password authentication failed"));

    a_node_works(&url("localhost", &format!("sslmode=verify-full{own}")), &postgres).await;
}

async fn a_node_works(url: &str, postgres: &PostgresServer) {
    let node = NodeProcess::start(&[("DATABASE_URL", url)]);
    node.is_up().await;
    let body = json!({ "username": "ann", "password": PASSWORD });
    let client = node.client();
    let ann = client.with_tokens(&client.post("/api/auth/register", body).await.expect(201));
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}/messages");
    for number in 0..20 {
        ann.post(&path, json!({ "body": format!("number {number}") })).await.expect(201);
    }
    // It is found again after a crash as well.
    postgres.crash();
    let deadline = Instant::now() + Duration::from_secs(10);
    while ann.post(&path, json!({ "body": "again", "nonce": "n" })).await.status >= 500 {
        assert!(Instant::now() < deadline, "nothing can be written");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(ann.get(&path).await.expect(200).text.matches("again").count(), 1);
}
