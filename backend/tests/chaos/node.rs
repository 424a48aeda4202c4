//! The nodes: processes of their own, which can be killed, stopped and started again.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use tempfile::TempDir;
use tokio::{net::TcpStream, time::sleep};

pub(super) const NODES: usize = 3;

pub(super) struct Nodes {
    all: Vec<Mutex<Node>>,
    pub(super) addresses: Vec<SocketAddr>,
}

struct Node {
    address: SocketAddr,
    folder: TempDir,
    database: String,
    redis: String,
    process: Option<Child>,
}

impl Nodes {
    pub(super) async fn start(database: &str, redis: &str) -> Self {
        let (mut all, mut addresses) = (Vec::new(), Vec::new());
        for _ in 0..NODES {
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let (database, redis) = (database.to_owned(), redis.to_owned());
            let mut node = Node { address, folder, database, redis, process: None };
            node.start();
            addresses.push(address);
            all.push(Mutex::new(node));
        }
        let nodes = Self { all, addresses };
        nodes.wait().await;
        nodes
    }

    /// Waits until all of them listen.
    pub(super) async fn wait(&self) {
        for address in &self.addresses {
            for _ in 0..600 {
                if TcpStream::connect(address).await.is_ok() {
                    break;
                }
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    pub(super) fn kill(&self, node: usize) {
        let mut node = self.all[node].lock().unwrap();
        if let Some(mut process) = node.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts one that does not run.
    pub(super) fn revive(&self, node: usize) {
        let mut node = self.all[node].lock().unwrap();
        let has_ended =
            node.process.as_mut().is_none_or(|it| it.try_wait().is_ok_and(|it| it.is_some()));
        if has_ended {
            node.start();
        }
    }

    pub(super) fn signal(&self, node: usize, signal: &str) {
        let node = self.all[node].lock().unwrap();
        if let Some(process) = &node.process {
            let id = process.id().to_string();
            drop(Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status());
        }
    }
}

impl Node {
    fn start(&mut self) {
        let process = Command::new(env!("CARGO_BIN_EXE_parlor"))
            .env_clear()
            .env("PARLOR_DATA_DIR", self.folder.path())
            .env("PARLOR_LISTEN", self.address.to_string())
            .env("PARLOR_METRICS_LISTEN", "off")
            .env("PARLOR_RATE_LIMITS", "off")
            .env("DATABASE_URL", &self.database)
            .env("REDIS_URL", &self.redis)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(process);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            drop(process.kill());
            drop(process.wait());
        }
    }
}
