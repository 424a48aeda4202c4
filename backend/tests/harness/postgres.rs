//! A Postgres of its own for a test that breaks it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::free_port;

pub(crate) struct PostgresServer {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    /// The folder of what it serves now, by its name.
    data: &'static str,
    /// Settings beside those that every server here has.
    settings: Vec<String>,
}

impl PostgresServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With settings, as `name=value`.
    pub(crate) fn start_with(settings: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let settings = settings.to_vec();
        let server = Self { folder, programs: programs(), port, data: "data", settings };
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

    /// Lets nobody in without a password from now on, except its own user.
    pub(crate) fn ask_for_passwords(&self) {
        let rules = "host all parlor 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        fs::write(self.data().join("pg_hba.conf"), rules).unwrap();
        self.run("pg_ctl", &["-D", self.data().to_str().unwrap(), "reload"]);
    }

    /// Speaks TLS with this certificate from now on; whoever comes without is not let in.
    pub(crate) fn ask_for_tls(&self, certificate: &Path, key: &Path) {
        for (from, name) in [(certificate, "server.crt"), (key, "server.key")] {
            let into = self.data().join(name);
            self.run("/bin/cp", &[from.to_str().unwrap(), into.to_str().unwrap()]);
            self.run("/bin/chmod", &["600", into.to_str().unwrap()]);
        }
        let settings = self.data().join("postgresql.auto.conf");
        fs::write(settings, "ssl = on\n").unwrap();
        let rules = "hostssl all all 127.0.0.1/32 scram-sha-256\n";
        fs::write(self.data().join("pg_hba.conf"), rules).unwrap();
        self.run("pg_ctl", &["-D", self.data().to_str().unwrap(), "reload"]);
    }

    /// Makes a folder that it may write.
    pub(crate) fn make_folder(&self, path: &Path) {
        self.run("/bin/mkdir", &[path.to_str().unwrap()]);
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Copies what it has now, as a replica does that then falls behind.
    pub(crate) fn copy(&self) {
        let (into, port) = (self.folder.path().join("copy"), self.port.to_string());
        let into = into.to_str().unwrap();
        let place = ["-h", "127.0.0.1", "-p", &port, "-U", "parlor"];
        let how = ["-D", into, "-X", "stream", "-c", "fast", "--no-sync"];
        self.run("pg_basebackup", &[&place[..], &how].concat());
    }

    /// Dies; the copy takes over, with whatever it has.
    pub(crate) fn fail_over(&mut self) {
        self.control("stop");
        self.data = "copy";
        let folder = self.data();
        // It recovers what it has, finds that there is no more, and begins a timeline of its own.
        let given = folder.join("postgresql.auto.conf");
        let before = fs::read_to_string(&given).unwrap();
        fs::write(&given, format!("{before}\nrestore_command = 'false'\n")).unwrap();
        fs::write(folder.join("recovery.signal"), "").unwrap();
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
        self.folder.path().join(self.data)
    }

    fn control(&self, what: &str) {
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let (data, log) = (data.to_str().unwrap(), log.to_str().unwrap());
        let mut options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200",
            self.port
        );
        for setting in &self.settings {
            options.push_str(&format!(" -c {setting}"));
        }
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
