//! A Redis of its own for a test that breaks it.

use std::{
    env,
    ffi::OsString,
    process::{Child, Command, Stdio},
};

use tokio::net::TcpStream;

use super::{eventually, free_port};

pub(crate) struct RedisServer {
    port: u16,
    /// What it is started with, beside its port.
    given: Vec<String>,
    process: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With options; a file with settings comes first.
    pub(crate) async fn start_with(given: &[&str]) -> Self {
        let given = given.iter().map(|it| (*it).to_owned()).collect();
        let mut server = Self { port: free_port(), given, process: None };
        server.again().await;
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Starts it, on the same port and empty.
    pub(crate) async fn again(&mut self) {
        let port = self.port.to_string();
        let process = Command::new(program())
            .args(&self.given)
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            // A follower writes what it is given into a file first, where it runs unless told otherwise.
            .args(["--dbfilename", &format!("parlor-{port}.rdb")])
            .current_dir(env::temp_dir())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server: run this under `docker/services redis`");
        let process = self.process.insert(process);
        eventually("Redis answers", async || {
            let ended = process.try_wait().unwrap();
            assert!(ended.is_none(), "Redis did not start: {ended:?}");
            TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
        })
        .await;
    }

    /// Ends it without warning.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it in whatever it does, and lets it go on.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Gives it a command from outside; what it answers.
    pub(crate) fn command(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let done = Command::new("redis-cli").args(["-p", &port]).args(words).output().unwrap();
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Everything that it is told from now on is written to a file.
    pub(crate) fn monitor(&self, into: std::fs::File) -> Child {
        let port = self.port.to_string();
        Command::new("redis-cli").args(["-p", &port, "monitor"]).stdout(into).spawn().unwrap()
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

/// The server: any Redis from 5 on, or Valkey, if one is named.
fn program() -> OsString {
    env::var_os("PARLOR_TEST_REDIS").unwrap_or_else(|| "redis-server".into())
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }
}
