//! Guesses at a password are counted together by all nodes, and by one that starts anew.

use std::sync::Arc;

use serde_json::json;

use crate::harness::{Answer, Database, NodeProcess, PASSWORD, PostgresServer};

async fn guess(node: &NodeProcess, password: &str) -> Answer {
    let body = json!({ "username": "ann", "password": password });
    node.client().post("/api/auth/login", body).await
}

#[tokio::test]
#[ignore = "needs Postgres: make test-backend"]
async fn au_6_guesses_count_on_whichever_node_and_after_it_was_restarted() {
    let postgres = PostgresServer::start();
    let database = Arc::new(Database::on(postgres.url()));
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str()), ("PARLOR_RATE_LIMITS", "on")];
    let mut nodes = [NodeProcess::start(&settings), NodeProcess::start(&settings)];
    for node in &nodes {
        node.is_up().await;
    }
    // From an address that is nobody's: she signed up by one that no session has any more.
    let body = json!({ "username": "ann", "password": PASSWORD });
    let tokens = nodes[0].client().post("/api/auth/register", body).await.expect(201);
    nodes[0].client().with_tokens(&tokens).act("/api/auth/logout").await.expect(204);
    for at in 0..5 {
        guess(&nodes[at % 2], "a wrong guess 99").await.refused(401, "bad_credentials");
    }
    for node in &nodes {
        guess(node, "a wrong guess 99").await.refused(429, "rate_limited");
        guess(node, PASSWORD).await.refused(429, "rate_limited");
    }
    nodes[0].kill();
    nodes[0].revive();
    nodes[0].is_up().await;
    guess(&nodes[0], PASSWORD).await.refused(429, "rate_limited");
}
