//! The command line as an operator meets it: one sentence when something is wrong, and what to do.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

fn parlor(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command
        .env_clear()
        .env("PARLOR_DATA_DIR", folder)
        .env("PARLOR_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::null());
    command
}

/// What a command said while failing: one line, for people.
fn refusal(mut command: Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "it should have failed, and said: {said}");
    let last = said.lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("parlor: "), "{said}");
    last
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Starts a server and waits until its database is there.
fn serve(folder: &Path) -> Running {
    let running = Running(parlor(folder).stderr(Stdio::null()).spawn().unwrap());
    let began = Instant::now();
    while fs::read_to_string(folder.join("parlor.lock")).is_ok_and(|pid| pid.is_empty())
        || !folder.join("parlor.lock").exists()
    {
        assert!(began.elapsed() < Duration::from_secs(20), "it did not start");
        thread::sleep(Duration::from_millis(10));
    }
    running
}

#[test]
fn a_mistyped_setting_is_named_with_what_it_takes() {
    let folder = TempDir::new().unwrap();
    let mut command = parlor(folder.path());
    command.env("PARLOR_RATE_LIMITS", "maybe");
    let said = refusal(command);
    assert!(said.contains("PARLOR_RATE_LIMITS") && said.contains("maybe"), "{said}");
    assert!(said.contains("on or off"), "{said}");

    let mut command = parlor(folder.path());
    command.args(["serve", "--listen", "here"]);
    assert!(refusal(command).contains("127.0.0.1:8000"));

    let mut command = parlor(folder.path());
    command.env("PARLOR_DATADIR", "x");
    assert!(refusal(command).contains("did you mean PARLOR_DATA_DIR?"));
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let said = refusal(parlor(&file.join("data")));
    assert!(said.contains("a-file") && said.contains("PARLOR_DATA_DIR"), "{said}");
}

#[test]
fn a_busy_port_is_named() {
    let folder = TempDir::new().unwrap();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let mut command = parlor(folder.path());
    command.env("PARLOR_LISTEN", &address);
    let said = refusal(command);
    assert!(said.contains(&address) && said.contains("PARLOR_LISTEN"), "{said}");
}

#[test]
fn a_second_process_on_the_same_file_is_refused_and_told_which_one_is_first() {
    let folder = TempDir::new().unwrap();
    let first = serve(folder.path());
    let said = refusal(parlor(folder.path()));
    assert!(said.contains(&first.0.id().to_string()), "{said}");
    assert!(said.contains("parlor.db"), "{said}");
}

#[test]
fn migrating_is_idempotent_and_says_what_it_did() {
    let folder = TempDir::new().unwrap();
    let migrate = || {
        let mut command = parlor(folder.path());
        String::from_utf8(command.arg("migrate").output().unwrap().stdout).unwrap()
    };
    assert!(migrate().contains("ran "));
    assert_eq!(migrate(), "the schema was up to date\n");
}

#[test]
fn a_superuser_is_made_beside_a_running_server_and_never_twice() {
    let folder = TempDir::new().unwrap();
    let _running = serve(folder.path());
    let create = |password: &str| {
        let mut command = parlor(folder.path());
        command.args(["createsuperuser", "--username", "root-of-all", "--password-stdin"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    };
    let weak = create("password");
    assert!(!weak.status.success());
    assert!(String::from_utf8_lossy(&weak.stderr).contains("password"), "{weak:?}");
    let made = create("correct-horse-battery-staple-9");
    assert!(made.status.success(), "{made:?}");
    let again = create("correct-horse-battery-staple-9");
    assert!(String::from_utf8_lossy(&again.stderr).contains("taken"), "{again:?}");
}

#[test]
fn help_tells_of_every_setting() {
    let folder = TempDir::new().unwrap();
    let help = parlor(folder.path()).arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    for setting in parlor::config::SETTINGS {
        assert!(help.contains(setting.name) && help.contains(setting.flag), "{}", setting.name);
    }
}
