//! A Postgres of its own for a test that breaks it.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

pub(crate) struct PostgresServer {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl PostgresServer {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, programs: programs(), port };
        let everybody = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o777);
        fs::set_permissions(server.folder.path(), everybody).unwrap();
        let data = server.data();
        let data = data.to_str().unwrap();
        server.run(
            "initdb",
            &["-D", data, "-U", "parlor", "-A", "trust", "-E", "UTF8", "--locale=C"],
        );
        server.control("start");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://parlor@127.0.0.1:{}/postgres", self.port)
    }

    /// What it has written into its log so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Ends it as a crash would, and starts it.
    pub(crate) fn crash(&self) {
        self.control("stop");
        self.control("start");
    }

    /// Stops all of its processes in whatever they do.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, what: &str) {
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let (data, log) = (data.to_str().unwrap(), log.to_str().unwrap());
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200",
            self.port
        );
        match what {
            "start" => self.run("pg_ctl", &["-D", data, "-w", "-l", log, "-o", &options, "start"]),
            _ => self.run("pg_ctl", &["-D", data, "-m", "immediate", "stop"]),
        }
    }

    fn signal(&self, signal: &str) {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let parent = file.lines().next().unwrap().to_owned();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &parent]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let all = std::iter::once(parent.as_str()).chain(children.split_whitespace());
        // One that has ended meanwhile is not missed.
        let _was_there = Command::new("kill").arg(signal).args(all).stderr(Stdio::null()).status();
    }

    /// Postgres refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let is_root = fs::metadata("/proc/self")
            .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
        let mut command = if is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let command = command.args(arguments).current_dir("/").stdout(Stdio::null());
        assert!(command.stderr(Stdio::null()).status().unwrap().success());
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.thaw();
        self.control("stop");
    }
}

/// Where the programs of the newest Postgres lie.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.map(|it| it.unwrap().path().join("bin")).collect())
        .unwrap_or_default();
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    found.pop().unwrap_or_else(|| {
        let given = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&given);
        let found = folders.find(|folder| Path::new(folder).join("initdb").exists());
        found.expect("initdb: run this under `docker/services postgres redis`")
    })
}
