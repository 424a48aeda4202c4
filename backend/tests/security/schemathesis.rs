//! Schemathesis, which makes requests from the contract and holds every answer against it: all of its
//! checks, all of its phases, on both databases. `make schemathesis` installs it.

use std::{env, fs, process::Command};

use super::running::Running;
use crate::harness::PostgresServer;

/// How long each phase that makes requests at random may take, in seconds.
fn seconds() -> String {
    env::var("SCHEMATHESIS_SECONDS").unwrap_or_else(|_| "240".to_owned())
}

async fn try_all(settings: &[(&str, &str)]) {
    let program =
        env::var("SCHEMATHESIS").expect("SCHEMATHESIS says where it is: `make schemathesis`");
    let all = [settings, &[("PARLOR_RATE_LIMITS", "off")]].concat();
    let server = Running::start(&all).await;
    let url = format!("http://{}", server.address);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/security");
    let report = server.folder.path().join("report.txt");
    let said = Command::new(program)
        .current_dir(server.folder.path())
        .args(["--config-file", &format!("{folder}/schemathesis.toml")])
        .args(["run", &format!("{url}/api/openapi.json"), "--checks", "all"])
        .args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "20"])
        .args(["--continue-on-failure", "--no-color", "--max-time", &seconds()])
        .env("PYTHONPATH", folder)
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("SERVER_URL", &url)
        .env("SERVER_PROGRAM", env!("CARGO_BIN_EXE_parlor"))
        .env("PARLOR_DATA_DIR", server.data())
        .envs(settings.iter().copied())
        // The program that it runs takes no variable of ours for a setting.
        .env_remove("PARLOR_TEST_POSTGRES")
        .stdout(fs::File::create(&report).unwrap())
        .status()
        .unwrap();
    let report = fs::read_to_string(report).unwrap();
    assert!(said.success(), "{report}");
    assert!(report.contains("Operations:       1"), "it found no operations: {report}");
    let log = server.log();
    assert!(!log.contains("panicked"), "{log}");
    let tail: Vec<_> = report.lines().rev().take(20).collect();
    eprintln!("{}", tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
#[ignore = "needs schemathesis: make schemathesis"]
async fn in_3_do_4_lo_4_schemathesis_finds_nothing_on_sqlite() {
    try_all(&[]).await;
}

#[tokio::test]
#[ignore = "needs schemathesis and Postgres: make schemathesis"]
async fn in_3_do_4_lo_4_schemathesis_finds_nothing_on_postgres() {
    let postgres = PostgresServer::start();
    try_all(&[("DATABASE_URL", &postgres.url())]).await;
}
