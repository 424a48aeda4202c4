//! The least that a node has to be allowed: a role of Postgres that may neither make nor change tables,
//! a user of Redis that may speak on our topics and do nothing else; and what becomes of it when the
//! password is changed while the node runs. The statements are those of the README.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::time::sleep;

use super::{breaking::relay_is, hears_everything, room};
use crate::harness::{
    Cluster, Database, NodeProcess, PASSWORD, PostgresServer, RedisServer, TestApp,
};

/// How soon a node must have found its way with the new password.
const BACK_MAX: Duration = Duration::from_secs(5);
const README: &str = include_str!("../../../README.md");

/// What stands between two marks of the README, as statements.
fn statements(language: &str, containing: &str) -> String {
    let blocks = README.split("```").skip(1).step_by(2);
    let found = blocks.filter_map(|block| block.strip_prefix(language));
    let found = found.filter(|block| block.contains(containing)).collect::<Vec<_>>();
    assert_eq!(found.len(), 1, "one block of {language} with {containing} in the README");
    found[0].trim().to_owned()
}

fn migrate(url: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.env_clear().env("PARLOR_DATA_DIR", folder.path()).env("DATABASE_URL", url);
    let said = command.arg("migrate").output().unwrap();
    (said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned())
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn cf_3_a_node_runs_with_a_role_that_may_only_read_and_write_rows() {
    let postgres = PostgresServer::start();
    let server = Database::on(postgres.url());
    for statement in statements("sql", "create role parlor_owner").split(";\n") {
        server.run(statement);
    }
    let chat = Database::at(postgres.url().replace("/postgres", "/chat"));
    chat.run(&statements("sql", "alter default privileges"));
    let url = |role: &str| format!("postgres://{role}:secret@127.0.0.1:{}/chat", postgres.port());
    // Nothing is there, and the node may not make it.
    let (done, why) = migrate(&url("parlor_node"));
    assert!(!done && why.contains("permission denied"), "{why}");
    let (done, why) = migrate(&url("parlor_owner"));
    assert!(done, "{why}");
    let database = |role: &str| Arc::new(Database::at(url(role)));
    let node = || TestApp::builder().on(database("parlor_node")).with_running_clock().start();
    let cluster = Cluster { nodes: vec![node().await, node().await], redis: None };
    let (ann, bob, room) = room(&cluster).await;
    hears_everything(&cluster, &ann, &bob, room).await;
    let limited = database("parlor_node");
    for wrong in ["create table mine (id bigint)", "drop table messages", "truncate audit"] {
        let refused = limited.try_run(wrong).unwrap_err();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{refused}"
        );
    }
    let roles = "select rolsuper::text || rolcreatedb || rolcreaterole as line from pg_roles
        where rolname in ('parlor_node', 'parlor_owner')";
    assert_eq!(server.lines(roles), ["falsefalsefalse"; 2]);
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn cf_3_a_password_that_is_changed_while_a_node_runs_is_taken_from_the_file() {
    let postgres = PostgresServer::start();
    let server = Database::on(postgres.url());
    server.run("create role chat login password 'first'");
    server.run("create database chat owner chat");
    postgres.ask_for_passwords();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pgpass");
    let keep = |password: &str| {
        fs::write(&file, format!("*:*:*:*:{password}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    };
    keep("first");
    let place = format!("postgres://chat@127.0.0.1:{}/chat?passfile=", postgres.port());
    let node = NodeProcess::start(&[("DATABASE_URL", &format!("{place}{}", file.display()))]);
    node.is_up().await;
    let body = json!({ "username": "ann", "password": PASSWORD });
    let ann = node
        .client()
        .with_tokens(&node.client().post("/api/auth/register", body).await.expect(201));
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();

    server.run("alter role chat password 'second'");
    keep("second");
    server.run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'chat'");
    let began = Instant::now();
    let path = format!("/api/rooms/{room}/messages");
    while ann.post(&path, json!({ "body": "again", "nonce": "n" })).await.status >= 500 {
        assert!(began.elapsed() < BACK_MAX, "the node does not come back");
        sleep(Duration::from_millis(20)).await;
    }
    let there = ann.get(&path).await.expect(200);
    assert_eq!(there.text.matches("again").count(), 1);
    eprintln!("with another password after {:?}", began.elapsed());
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn cf_3_a_user_of_redis_may_speak_on_our_topics_and_do_nothing_else() {
    let redis = RedisServer::start().await;
    let words = statements("redis", "acl setuser parlor");
    for line in words.lines() {
        let said = redis.command(&line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(said.trim(), "OK", "{line}");
    }
    let url = format!("redis://parlor:secret@127.0.0.1:{}", redis.port());
    let cluster = Cluster::with_relay_at(&url).await;
    let (ann, bob, room) = room(&cluster).await;
    relay_is(&cluster, 0, "ok").await;
    relay_is(&cluster, 1, "ok").await;
    hears_everything(&cluster, &ann, &bob, room).await;
    let check = Command::new(env!("CARGO_BIN_EXE_parlor"))
        .env_clear()
        .env("PARLOR_DATA_DIR", tempfile::tempdir().unwrap().path())
        .env("REDIS_URL", &url)
        .arg("relay-check")
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let as_parlor = ["--user", "parlor", "--pass", "secret", "--no-auth-warning"];
    for wrong in [&["set", "key", "value"][..], &["publish", "others", "word"], &["flushall"]] {
        let said = redis.command(&[&as_parlor, wrong].concat());
        assert!(said.contains("NOPERM"), "{wrong:?}: {said}");
    }
}
