//! The command line as an operator meets it: one sentence when something is wrong, and what to do.

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Database, PASSWORD, TestApp, free_address};

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
fn au_11_a_fresh_server_keeps_its_link_from_its_log_and_from_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let running = serve(folder.path());
    let file = folder.path().join("setup-link.txt");
    let began = Instant::now();
    while !fs::read_to_string(&file).is_ok_and(|link| link.ends_with('\n')) {
        assert!(began.elapsed() < Duration::from_secs(20), "there is no link");
        thread::sleep(Duration::from_millis(10));
    }
    let link = fs::read_to_string(&file).unwrap();
    assert!(link.contains("/setup/#token="), "{link}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    drop(running);
}

#[test]
fn at_000_3_migrating_is_idempotent_and_says_what_it_did() {
    let folder = TempDir::new().unwrap();
    let migrate = || {
        let mut command = parlor(folder.path());
        String::from_utf8(command.arg("migrate").output().unwrap().stdout).unwrap()
    };
    assert!(migrate().contains("ran "));
    assert_eq!(migrate(), "the schema was up to date\n");
}

#[test]
fn at_000_4_a_superuser_is_made_beside_a_running_server_and_never_twice() {
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
fn at_000_4_a_superuser_is_made_without_a_terminal_from_the_environment() {
    let folder = TempDir::new().unwrap();
    let create = |args: &[&str], password: &str| {
        let mut command = parlor(folder.path());
        command.env("PARLOR_SUPERUSER_PASSWORD", password).arg("createsuperuser").args(args);
        command
    };
    let nameless = refusal(create(&[], PASSWORD));
    assert!(nameless.contains("--username"), "{nameless}");
    let weak = refusal(create(&["--username", "root-of-all"], "password"));
    assert!(weak.contains("password"), "{weak}");
    let email = ["--username", "root-of-all", "--email", "root@example.org"];
    let made = create(&email, PASSWORD).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let said = format!("{made:?}");
    assert!(said.contains("root-of-all") && !said.contains(PASSWORD), "{said}");
    let again = refusal(create(&email, PASSWORD));
    assert!(again.contains("taken"), "{again}");
}

#[test]
#[ignore = "needs Postgres: make test-backend"]
fn at_000_3_nodes_that_migrate_at_the_same_moment_do_not_race() {
    let server = env::var("PARLOR_TEST_POSTGRES")
        .expect("PARLOR_TEST_POSTGRES: run this under `docker/services postgres`");
    let database = Database::on(server);
    let folder = TempDir::new().unwrap();
    let migrating: Vec<Child> = (0..4)
        .map(|_| {
            let mut command = parlor(folder.path());
            command.arg("migrate").env("DATABASE_URL", database.url());
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut ran = Vec::new();
    for child in migrating {
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        let said = String::from_utf8(stdout).unwrap();
        ran.extend(said.lines().filter(|line| line.starts_with("ran ")).map(str::to_owned));
    }
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
    assert_eq!(ran.len(), fs::read_dir(migrations).unwrap().count(), "each once: {ran:?}");
}

/// What a command on a terminal says, up to and with a text; the rest stays to be read.
fn until(said: &mut impl Read, text: &str) -> String {
    let mut all = Vec::new();
    let mut byte = [0];
    while !all.ends_with(text.as_bytes()) {
        let read = said.read(&mut byte).unwrap();
        assert!(read == 1, "{text:?} was not said, but {:?}", String::from_utf8_lossy(&all));
        all.extend(byte);
    }
    String::from_utf8(all).unwrap()
}

/// Waits until the terminal that `script` made shows no more what is typed: people are slower than
/// a command that asks before it looks away.
fn until_unseen(script: u32) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let terminal = fs::read_link(format!("/proc/{}/fd/0", youngest(script)));
        let modes = terminal.map(|it| Command::new("stty").arg("-F").arg(it).arg("-a").output());
        if let Ok(Ok(modes)) = modes
            && String::from_utf8_lossy(&modes.stdout).contains(" -echo ")
        {
            return;
        }
        assert!(Instant::now() < deadline, "a password would be shown");
    }
}

/// The process at the end of a line of children.
fn youngest(process: u32) -> u32 {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let child = children.ok().and_then(|list| list.split_whitespace().next()?.parse().ok());
    child.map_or(process, youngest)
}

#[tokio::test]
async fn at_000_4_a_superuser_is_asked_for_on_a_terminal_and_signs_in() {
    let app = TestApp::start().await;
    let answers = |again: &str| {
        // Gives the command a terminal, which is where it asks for passwords.
        let mut child = Command::new("script")
            .args(["-qefc", concat!(env!("CARGO_BIN_EXE_parlor"), " createsuperuser"), "/dev/null"])
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap())
            .env("PARLOR_DATA_DIR", app.data_dir())
            .env("DATABASE_URL", app.database.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut all = String::new();
        for (question, answer) in [
            ("Username: ", "root-of-all"),
            ("left empty): ", "root@example.org"),
            ("Password: ", PASSWORD),
            ("again: ", again),
        ] {
            all.push_str(&until(&mut screen, question));
            if answer == PASSWORD || answer == again {
                until_unseen(child.id());
            }
            write!(keys, "{answer}\r").unwrap();
        }
        screen.read_to_string(&mut all).unwrap();
        assert!(!all.contains(PASSWORD) && !all.contains(again), "a password is shown: {all}");
        (child.wait().unwrap().success(), all)
    };
    let (is_done, said) = answers("something else 42");
    assert!(!is_done && said.contains("not the same"), "{said}");
    let (is_done, said) = answers(PASSWORD);
    assert!(is_done && said.contains("root-of-all may now sign in"), "{said}");
    let root = app.log_in("root-of-all").await;
    let me = root.get("/api/profiles/me").await.expect(200);
    assert_eq!((&me["is_superuser"], &me["email"]), (&json!(true), &json!("root@example.org")));
}

#[test]
fn at_000_3_many_who_migrate_at_once_do_not_race() {
    let folder = TempDir::new().unwrap();
    let migrate = || {
        let mut command = parlor(folder.path());
        command.arg("migrate").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut ran = Vec::new();
    for child in [migrate(), migrate(), migrate(), migrate()] {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let why = String::from_utf8(output.stderr).unwrap();
        // Whoever comes while another one is at it is told so, and has changed nothing.
        assert!(output.status.success() || why.contains("in use by another Parlor"), "{why}");
        ran.extend(said.lines().filter(|line| line.starts_with("ran ")).map(str::to_owned));
    }
    let count = ran.len();
    ran.sort_unstable();
    ran.dedup();
    assert!(count > 0 && ran.len() == count, "each migration runs once: {ran:?}");
    let last = migrate().wait_with_output().unwrap();
    assert_eq!(String::from_utf8(last.stdout).unwrap(), "the schema was up to date\n");
}

#[test]
fn at_000_3_starting_brings_the_schema_up_to_date() {
    let folder = TempDir::new().unwrap();
    let address = free_address();
    let mut command = parlor(folder.path());
    command.env("PARLOR_LISTEN", address.to_string()).stderr(Stdio::null());
    let running = Running(command.spawn().unwrap());
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "it did not start");
        thread::sleep(Duration::from_millis(10));
    }
    drop(running);
    let again = parlor(folder.path()).arg("migrate").output().unwrap().stdout;
    assert_eq!(String::from_utf8(again).unwrap(), "the schema was up to date\n");
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

#[test]
fn at_001_5_hello_comes_back_on_test_channel() {
    let folder = TempDir::new().unwrap();
    let output = parlor(folder.path()).arg("relay-check").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert_eq!(said.lines().next(), Some(r#"{"type":"hello"}"#));
    assert!(said.contains("relay local") && said.contains("on test_channel in "), "{said}");
}

#[test]
fn at_004_4_one_command_makes_the_round_trip_and_times_it() {
    let folder = TempDir::new().unwrap();
    let said = parlor(folder.path()).arg("relay-check").output().unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    let time = said.split_once("test_channel in ").and_then(|(_, rest)| rest.split_once(" ms."));
    assert!(time.is_some_and(|(time, _)| time.parse::<f64>().is_ok()), "{said}");
}

#[test]
fn at_000_2_a_redis_that_does_not_answer_is_named_without_its_password() {
    let folder = TempDir::new().unwrap();
    let mut command = parlor(folder.path());
    command.arg("relay-check").env("REDIS_URL", "redis://:p4ssw0rd@127.0.0.1:1");
    let said = refusal(command);
    assert!(said.contains("redis://***@127.0.0.1:1") && said.contains("REDIS_URL"), "{said}");
    let mut command = parlor(folder.path());
    command.arg("relay-check").env("REDIS_URL", "localhost:6379");
    let said = refusal(command);
    assert!(said.contains("REDIS_URL") && said.contains("localhost:6379"), "{said}");
}

#[test]
fn the_doctor_looks_at_every_part() {
    let folder = TempDir::new().unwrap();
    let output = parlor(folder.path()).arg("doctor").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    for part in ["data", "database", "relay", "address"] {
        assert!(said.lines().any(|line| line.starts_with(&format!("ok    {part}"))), "{said}");
    }
    let mut command = parlor(folder.path());
    command.arg("doctor").env("DATABASE_URL", "postgres://parlor@127.0.0.1:1/parlor");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && said.contains("WRONG database"), "{said}");
    assert!(said.contains("DATABASE_URL"), "{said}");
}
