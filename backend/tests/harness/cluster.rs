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
        Self::start(Some(redis), [Some(&url); 2]).await
    }

    /// Two nodes that have to ask the database.
    pub(crate) async fn without_redis() -> Self {
        Self::start(None, [None; 2]).await
    }

    /// Two nodes with a Redis that the test looks after.
    pub(crate) async fn with_relay_at(url: &str) -> Self {
        Self::start(None, [Some(url); 2]).await
    }

    /// Two nodes that each have a way of their own to a Redis, or none.
    pub(crate) async fn with_relays_at(urls: [Option<&str>; 2]) -> Self {
        Self::start(None, urls).await
    }

    /// Two nodes on the given Postgres, with settings.
    pub(crate) async fn with(settings: &[(&'static str, &str)]) -> Self {
        let database = Arc::new(Database::on(server()));
        let mut nodes = Vec::new();
        for _ in 0..2 {
            nodes.push(node(database.clone(), settings).await);
        }
        Self { nodes, redis: None }
    }

    /// A single node on SQLite that is both, with settings.
    pub(crate) async fn of_one(settings: &[(&'static str, &str)]) -> Self {
        let mut one = TestApp::builder().with_running_clock();
        for (name, value) in settings {
            one = one.with(name, value);
        }
        Self { nodes: vec![one.start().await], redis: None }
    }

    /// Two nodes on a Postgres that the test looks after, without Redis.
    pub(crate) async fn on(server: String) -> Self {
        Self::start_on(server, None, [None; 2]).await
    }

    async fn start(redis: Option<RedisServer>, urls: [Option<&str>; 2]) -> Self {
        Self::start_on(server(), redis, urls).await
    }

    async fn start_on(server: String, redis: Option<RedisServer>, urls: [Option<&str>; 2]) -> Self {
        let database = Arc::new(Database::on(server));
        let mut nodes = Vec::new();
        for url in urls {
            let settings = url.map(|url| ("REDIS_URL", url));
            nodes.push(node(database.clone(), settings.as_slice()).await);
        }
        Self { nodes, redis }
    }

    /// The same person at another node.
    pub(crate) fn at(&self, node: usize, person: &Person) -> Person {
        person.at(self.node(node).address)
    }

    /// A socket at a node that is up to date.
    pub(crate) async fn connect(&self, node: usize, person: &Person) -> Socket {
        self.node(node).connect(person).await.0
    }

    fn node(&self, node: usize) -> &TestApp {
        &self.nodes[node % self.nodes.len()]
    }

    pub(crate) fn redis(&mut self) -> &mut RedisServer {
        self.redis.as_mut().unwrap()
    }
}

fn server() -> String {
    env::var("PARLOR_TEST_POSTGRES")
        .expect("PARLOR_TEST_POSTGRES: run this under `docker/services postgres redis`")
}

async fn node(database: Arc<Database>, settings: &[(&'static str, &str)]) -> TestApp {
    let mut node = TestApp::builder().on(database).with_running_clock();
    for (name, value) in settings {
        node = node.with(name, value);
    }
    node.start().await
}
