//! What the database is told when messages are sent, as it writes it into its own log.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{Database, PostgresServer, TestApp};

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn g2_messages_that_wait_together_are_one_statement_without_a_transaction() {
    const SENDS: usize = 60;
    let postgres = PostgresServer::start();
    let database = Arc::new(Database::on(postgres.url()));
    let app = TestApp::builder().on(database.clone()).with_running_clock().start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}/messages");
    database.run("alter system set log_line_prefix = '|%p|'");
    database.run("alter system set log_statement = 'all'");
    database.run("select pg_reload_conf()");
    // What was said at once may still be on its way.
    ann.post(&path, json!({ "body": "before" })).await.expect(201);
    let before = postgres.log().len();

    let bodies = (0..SENDS).map(|at| json!({ "body": format!("@ann number {at}") }));
    for sent in join_all(bodies.map(|body| ann.post(&path, body))).await {
        sent.expect(201);
    }
    // By the process of the server, one for each connection.
    let mut told = BTreeMap::<String, Vec<String>>::new();
    for line in postgres.log()[before..].lines() {
        let Some((process, line)) = line.strip_prefix('|').and_then(|it| it.split_once('|')) else {
            continue;
        };
        for begin in ["LOG:  execute ", "LOG:  statement: "] {
            if let Some(statement) = line.strip_prefix(begin) {
                told.entry(process.to_owned()).or_default().push(statement.to_owned());
            }
        }
    }
    // In the log the statement begins on the line after its name.
    let stores = |statement: &String| statement.ends_with(": with");
    let writers: Vec<_> = told.values().filter(|said| said.iter().any(stores)).collect();
    assert_eq!(writers.len(), 1, "{told:?}");
    let others: Vec<_> = writers[0].iter().filter(|statement| !stores(statement)).collect();
    assert!(others.is_empty(), "beside the messages: {others:?}");
    let count = writers[0].len();
    assert!((1..=SENDS).contains(&count), "{count} statements for {SENDS} messages");
    eprintln!("{SENDS} messages were stored by {count} statements");
}
