//! A node that is a process of its own: it can be killed, stopped and started again.

use std::{
    env,
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::time::sleep;

use super::{Client, free_address};

/// How long a node may take to start, on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);

pub(crate) struct NodeProcess {
    pub(crate) address: SocketAddr,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    process: Option<Child>,
}

impl NodeProcess {
    /// With these settings, and a folder of its own. It may not listen yet.
    pub(crate) fn start(settings: &[(&'static str, &str)]) -> Self {
        let address = free_address();
        let folder = tempfile::tempdir().unwrap();
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut node = Self { address, folder, settings, process: None };
        node.revive();
        node
    }

    /// Waits until it says that it is ready, as whoever restarts nodes in turn does.
    pub(crate) async fn is_up(&self) {
        let deadline = Instant::now() + START_MAX;
        let url = format!("http://{}/readyz", self.address);
        while !reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(Instant::now() < deadline, "a node does not start");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Somebody who is not signed in.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Where it keeps everything.
    pub(crate) fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Where its log is written.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Ends it without warning.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it, if it does not run.
    pub(crate) fn revive(&mut self) {
        let is_running = |it: &mut Child| it.try_wait().is_ok_and(|ended| ended.is_none());
        if self.process.as_mut().is_some_and(is_running) {
            return;
        }
        let log = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("PARLOR_DATA_DIR", self.folder.path())
            .env("PARLOR_LISTEN", self.address.to_string())
            .env("PARLOR_METRICS_LISTEN", "off")
            .env("PARLOR_RATE_LIMITS", "off")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stderr(log);
        self.process = Some(command.spawn().unwrap());
    }

    /// Stops it in whatever it does, and lets it go on.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Tells it to end.
    pub(crate) fn end(&self) {
        self.signal("-TERM");
    }

    /// Waits until it has ended by itself; whether it said that all was well.
    pub(crate) async fn ended(&mut self) -> bool {
        let Some(mut process) = self.process.take() else { return true };
        loop {
            if let Some(status) = process.try_wait().unwrap() {
                return status.success();
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    fn signal(&self, signal: &str) {
        if let Some(process) = &self.process {
            let id = process.id().to_string();
            // One that has ended meanwhile is not missed.
            drop(Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status());
        }
    }
}

/// The server: the one that was built with the tests, unless another one is named.
pub(crate) fn program() -> PathBuf {
    env::var_os("PARLOR_TEST_NODE")
        .map_or_else(|| env!("CARGO_BIN_EXE_parlor").into(), PathBuf::from)
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        self.go_on();
        self.kill();
    }
}
