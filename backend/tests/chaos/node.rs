//! The nodes of the run, broken by one and used by all.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard},
};

use crate::harness::NodeProcess;

pub(super) const NODES: usize = 3;

pub(super) struct Nodes {
    all: Vec<Mutex<NodeProcess>>,
    pub(super) addresses: Vec<SocketAddr>,
}

impl Nodes {
    /// So many as there are, on one database, with a relay or without.
    pub(super) async fn start(database: &str, redis: Option<&str>) -> Self {
        let mut settings = vec![("DATABASE_URL", database)];
        settings.extend(redis.map(|redis| ("REDIS_URL", redis)));
        let all: Vec<_> = (0..NODES).map(|_| NodeProcess::start(&settings)).collect();
        for node in &all {
            node.is_up().await;
        }
        let addresses = all.iter().map(|node| node.address).collect();
        Self { all: all.into_iter().map(Mutex::new).collect(), addresses }
    }

    pub(super) fn at(&self, node: usize) -> MutexGuard<'_, NodeProcess> {
        self.all[node].lock().unwrap()
    }
}
