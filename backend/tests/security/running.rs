//! The program itself, as an operator starts it, with everything it says.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use tokio::{net::TcpStream, time::sleep};

use crate::harness::{Client, PASSWORD, Person, Socket, free_address, program};

pub(super) struct Running {
    pub(super) address: SocketAddr,
    pub(super) folder: TempDir,
    process: Child,
}

impl Running {
    /// Starts it through a shell, which does this first, with these variables.
    pub(super) async fn start_after(first: &str, variables: &[(&str, &str)]) -> Self {
        let address = free_address();
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let program = program().display().to_string();
        let process = Command::new("sh")
            .args(["-c", &format!("{first}; exec {program}")])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("PARLOR_DATA_DIR", folder.path().join("data"))
            .env("PARLOR_LISTEN", address.to_string())
            .env("PARLOR_METRICS_LISTEN", "off")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let running = Self { address, folder, process };
        for _ in 0..600 {
            if TcpStream::connect(address).await.is_ok() {
                return running;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not start:\n{}", running.log());
    }

    pub(super) async fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_after(":", variables).await
    }

    /// Ends it; its folder stays.
    pub(super) fn end(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(super) fn client(&self) -> Client {
        Client::new(self.address)
    }

    pub(super) async fn sign_up(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let client = self.client();
        let tokens = client.post("/api/auth/register", body).await.expect(201);
        client.with_tokens(&tokens)
    }

    /// Another session of somebody who has signed up.
    pub(super) async fn log_in(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let client = self.client();
        let tokens = client.post("/api/auth/login", body).await.expect(200);
        client.with_tokens(&tokens)
    }

    pub(super) async fn connect(&self, person: &Person) -> Socket {
        let mut socket = Socket::open(self.address).await;
        socket.hello(&person.access_token).await;
        socket.expect("caught_up").await;
        socket
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn proc(&self, file: &str) -> PathBuf {
        Path::new("/proc").join(self.process.id().to_string()).join(file)
    }

    /// What it holds in memory, in KiB.
    pub(super) fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// How many connections and files of callers it has open. The database's own are not counted:
    /// connections to it are made when they are needed, as many as the pool may hold.
    pub(super) fn files(&self) -> usize {
        let open = fs::read_dir(self.proc("fd")).unwrap().flatten();
        let names = open.filter_map(|file| fs::read_link(file.path()).ok());
        let database = self.folder.path().join("data/parlor.db").display().to_string();
        names.filter(|name| !name.display().to_string().starts_with(&database)).count()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
