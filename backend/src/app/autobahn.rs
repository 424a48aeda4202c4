//! The Autobahn test suite of the WebSocket protocol, against the door and the transport of the gateway.

use std::{env, fs, net::TcpListener, path::Path, process::Command, sync::Arc};

use actix_web::rt;
use serde_json::{Value, json};

use super::{block_on, tests::echo};

/// Everything but the measurements (9) and compression, which there is none of (12, 13).
const CASES: [&str; 8] = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"];
const CASES_COUNT: usize = 247;

#[test]
#[ignore = "needs wstest, which needs Python 2.7: `make autobahn`"]
fn ws_3_the_autobahn_suite_has_nothing_to_blame() {
    let Ok(program) = env::var("WSTEST") else {
        panic!("WSTEST says where wstest is: `make autobahn`");
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/echo", listener.local_addr().unwrap());
    let report = folder.path().to_owned();
    let results = block_on(async move {
        let server = echo(listener, data, &Arc::default());
        let handle = server.handle();
        rt::spawn(server);
        let tried = rt::task::spawn_blocking(move || run(&program, &url, &report)).await.unwrap();
        handle.stop(false).await;
        tried
    });
    let results = results.as_object().unwrap();
    assert_eq!(results.len(), CASES_COUNT);
    let blamed: Vec<_> = results
        .iter()
        .filter(|(_, result)| {
            let is_good =
                |what: &str| ["OK", "INFORMATIONAL"].contains(&result[what].as_str().unwrap());
            !is_good("behavior") || !is_good("behaviorClose")
        })
        .map(|(case, result)| {
            let [behavior, close, code] = ["behavior", "behaviorClose", "remoteCloseCode"];
            format!("{case}: {}, {}, {}", result[behavior], result[close], result[code])
        })
        .collect();
    assert!(blamed.is_empty(), "{} cases:\n{}", blamed.len(), blamed.join("\n"));
}

/// Lets the suite try all cases, and answers what it found of each.
fn run(program: &str, url: &str, folder: &Path) -> Value {
    let plan = json!({
        "outdir": folder.join("report"),
        "servers": [{ "agent": "parlor", "url": url }],
        "cases": CASES,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    });
    let path = folder.join("plan.json");
    fs::write(&path, plan.to_string()).unwrap();
    let said =
        Command::new(program).args(["-m", "fuzzingclient", "-s"]).arg(&path).output().unwrap();
    let index = fs::read_to_string(folder.join("report/index.json"));
    let index = index.unwrap_or_else(|why| {
        panic!("{why}: {}", String::from_utf8_lossy(&[said.stdout, said.stderr].concat()))
    });
    if let Ok(kept) = env::var("AUTOBAHN_REPORT") {
        let _copied = Command::new("cp").arg("-r").arg(folder.join("report")).arg(kept).status();
    }
    serde_json::from_str::<Value>(&index).unwrap()["parlor"].clone()
}
