//! The tool that attackers use to be slow.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use tokio::time::sleep;

use super::running::Running;

/// Each kind of slowness, as the tool's arguments, and by when it is ended, in seconds (SECURITY, DO-1): heads,
/// bodies, answers that are not taken.
const KINDS: [(&[&str], u64); 3] = [
    (&["-H", "-i", "2", "-t", "GET"], 10),
    (&["-B", "-i", "2", "-s", "8192", "-x", "10"], 15),
    (&["-X", "-r", "200", "-w", "1", "-y", "4", "-n", "5", "-z", "4", "-k", "3"], 15),
];
/// The tool looks meanwhile whether others are served, by a connection at a time.
const OTHERS_MAX: usize = 2;

/// How many connections the server has. Whoever takes nothing may never hear that theirs was ended: what
/// says so lies outside of the few bytes that they would take.
fn connections(port: u16) -> usize {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let is_ours = |line: &&str| {
        let mut cells = line.split_whitespace().skip(1);
        let (own, state) = (cells.next().unwrap(), cells.nth(1).unwrap());
        own.ends_with(&format!(":{port:04X}")) && state == "01"
    };
    table.lines().skip(1).filter(is_ours).count()
}

#[tokio::test]
#[ignore = "needs slowhttptest: docker/services slowhttptest"]
async fn do_1_slowhttptest_is_cut_off_within_fifteen_seconds_whatever_it_is_slow_at() {
    // Whoever has had too many answers has a short one, and nothing that could be taken slowly.
    let server = Running::start(&[("PARLOR_RATE_LIMITS", "off")]).await;
    let folder = tempfile::tempdir().unwrap();
    for (at, (kind, gone_after_s)) in KINDS.iter().enumerate() {
        let report = folder.path().join(at.to_string());
        let url = match at {
            0 => format!("http://{}/", server.address),
            1 => format!("http://{}/api/auth/login", server.address),
            _ => format!("http://{}/api/openapi.json", server.address),
        };
        let mut slow = Command::new("slowhttptest")
            .args(*kind)
            .args(["-c", "200", "-r", "200", "-l", "20", "-p", "3", "-g", "-o"])
            .arg(&report)
            .args(["-u", &url])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // All of them come within the first second.
        sleep(Duration::from_secs(2)).await;
        let came = connections(server.address.port());
        sleep(Duration::from_secs(*gone_after_s)).await;
        let left = connections(server.address.port());
        slow.wait().unwrap();
        // Seconds, closed, pending, connected, whether the service was available.
        let table = fs::read_to_string(report.with_extension("csv")).unwrap();
        assert!(came > 50 || at == 1, "nobody was slow, {came}:\n{table}");
        assert!(left <= OTHERS_MAX, "{left} are still there:\n{table}");
        let is_served = |row: &str| row.split(',').nth(4).unwrap().trim() != "0";
        assert!(table.lines().skip(1).all(is_served), "it did not serve others:\n{table}");
    }
}
