//! Several nodes on one Postgres, with a Redis between them or without.

use std::{env, sync::Arc};

use super::{Database, Person, RedisServer, Socket, TestApp};

pub(crate) struct Cluster {
    pub(crate) nodes: Vec<TestApp>,
    pub(crate) redis: Option<RedisServer>,
}

impl Cluster {
    /// Two nodes that are told at once what the other did.
    pub(crate) async fn with_redis() -> Self {
        let redis = RedisServer::start().await;
        let url = redis.url();
        Self::start(Some(redis), Some(&url)).await
    }

    /// Two nodes that have to ask the database.
    pub(crate) async fn without_redis() -> Self {
        Self::start(None, None).await
    }

    /// Two nodes with a Redis that the test looks after.
    pub(crate) async fn with_relay_at(url: &str) -> Self {
        Self::start(None, Some(url)).await
    }

    async fn start(redis: Option<RedisServer>, url: Option<&str>) -> Self {
        let server = env::var("PARLOR_TEST_POSTGRES")
            .expect("PARLOR_TEST_POSTGRES: run this under `docker/services postgres redis`");
        let database = Arc::new(Database::on(server));
        let mut nodes = Vec::new();
        for _ in 0..2 {
            let mut node = TestApp::builder().on(database.clone()).with_running_clock();
            if let Some(url) = url {
                node = node.with("REDIS_URL", url);
            }
            nodes.push(node.start().await);
        }
        Self { nodes, redis }
    }

    /// The same person at another node.
    pub(crate) fn at(&self, node: usize, person: &Person) -> Person {
        person.at(self.nodes[node].address)
    }

    /// A socket at a node that is up to date.
    pub(crate) async fn connect(&self, node: usize, person: &Person) -> Socket {
        self.nodes[node].connect(person).await.0
    }

    pub(crate) fn redis(&mut self) -> &mut RedisServer {
        self.redis.as_mut().unwrap()
    }
}
