//! Redis in every shape in which it is run: behind TLS, with sentinels, as a cluster. What passes
//! through it is the same.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{breaking::relay_is, news::everything_is_heard};
use crate::harness::{Cluster, RedisServer, eventually, free_port};

/// How long servers may take to find each other.
const SETTLE: Duration = Duration::from_secs(30);

fn relay_check(url: &str, trusted: Option<&Path>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.env_clear().env("PARLOR_DATA_DIR", folder.path()).env("REDIS_URL", url);
    if let Some(path) = trusted {
        command.env("SSL_CERT_FILE", path);
    }
    command.arg("relay-check").output().unwrap()
}

/// A certificate for `localhost` that signs itself, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

#[tokio::test]
#[ignore = "needs Redis: make test-backend"]
async fn a_redis_behind_tls_is_believed_if_it_is_certified_to_be_the_one() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let (certificate_path, key_path) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let port = free_port().to_string();
    let redis = RedisServer::start_with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        certificate_path,
        "--tls-key-file",
        key_path,
        "--tls-auth-clients",
        "no",
    ])
    .await;
    let said = relay_check(&format!("rediss://localhost:{port}"), Some(&certificate));
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    // Nobody vouches for it, or it is somebody else.
    let (other, _) = self::certificate(tempfile::tempdir().unwrap().keep().as_path());
    for (url, trusted) in [
        (format!("rediss://localhost:{port}"), Some(other.as_path())),
        (format!("rediss://127.0.0.1:{port}"), Some(certificate.as_path())),
    ] {
        let said = relay_check(&url, trusted);
        let complaint = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.status.success() && complaint.contains("does not work"), "{complaint}");
    }
    fs::remove_dir_all(other.parent().unwrap()).unwrap();
    drop(redis);
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_a_redis_that_fails_over_is_followed_by_its_sentinel() {
    let mut first = RedisServer::start().await;
    let replica_of = format!("127.0.0.1 {}", first.port());
    let second = RedisServer::start_with(&["--replicaof", &replica_of]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sentinel.conf");
    let watch = format!("sentinel monitor main {replica_of} 1");
    let quick = "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000";
    fs::write(&file, format!("{watch}\n{quick}\n")).unwrap();
    let sentinel = RedisServer::start_with(&[file.to_str().unwrap(), "--sentinel"]).await;
    let deadline = Instant::now() + SETTLE;
    while !second.command(&["info", "replication"]).contains("master_link_status:up")
        || !sentinel.command(&["info", "sentinel"]).contains("slaves=1")
    {
        assert!(Instant::now() < deadline, "the replica is not found");
        sleep(Duration::from_millis(50)).await;
    }
    let url = format!("redis-sentinel://127.0.0.1:{}?sentinelServiceName=main", sentinel.port());
    // A sentinel that has just found them may still be looking at them on a busy machine.
    let works = async || relay_check(&url, None).status.success();
    eventually("relay-check finds its way by the sentinel", works).await;
    let cluster = Cluster::with_relay_at(&url).await;
    everything_is_heard(&cluster).await;
    first.kill();
    let deadline = Instant::now() + SETTLE;
    while !second.command(&["role"]).starts_with("master") {
        assert!(Instant::now() < deadline, "the replica does not take over");
        sleep(Duration::from_millis(50)).await;
    }
    // A node may not have noticed yet that the old one is gone.
    let listen = async || second.command(&["pubsub", "channels", "*:all"]).contains(":all");
    eventually("the nodes listen to the new one", listen).await;
    relay_is(&cluster, 0, "ok").await;
    relay_is(&cluster, 1, "ok").await;
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn a_cluster_of_three_redis_carries_everything() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Vec::new();
    for number in 0..3 {
        let own = folder.path().join(number.to_string());
        fs::create_dir(&own).unwrap();
        let own = own.to_str().unwrap();
        // By default the port and ten thousand, which there may not be.
        let bus = free_port().to_string();
        let given = ["--cluster-enabled", "yes", "--cluster-port", &bus, "--dir", own];
        servers.push(RedisServer::start_with(&given).await);
    }
    let addresses: Vec<_> = servers.iter().map(|it| format!("127.0.0.1:{}", it.port())).collect();
    let mut create = vec!["--cluster", "create"];
    create.extend(addresses.iter().map(String::as_str));
    create.push("--cluster-yes");
    let said = servers[0].command(&create);
    let deadline = Instant::now() + SETTLE;
    for server in &servers {
        while !server.command(&["cluster", "info"]).contains("cluster_state:ok") {
            assert!(Instant::now() < deadline, "no cluster: {said}");
            sleep(Duration::from_millis(50)).await;
        }
    }
    let url = format!("redis-cluster://{}", addresses[0]);
    assert!(relay_check(&url, None).status.success());
    everything_is_heard(&Cluster::with_relay_at(&url).await).await;
}
