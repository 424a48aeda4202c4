//! Redis is killed, stopped and flushed while messages are sent: nothing fails, nothing is missing, and
//! nothing is late.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::{post, room};
use crate::harness::{Cluster, Person, Socket};

/// How late a message may be, whatever Redis does; the promise is 300 ms at p99, the rest is for the
/// moment in which it is noticed and for a busy machine.
const LATE_MAX: Duration = Duration::from_secs(3);

/// Sends so many and hears each; says how long the slowest took.
async fn talk(ann: &Person, ears: &mut Socket, room: i64, count: usize) -> Duration {
    let mut slowest = Duration::ZERO;
    for number in 0..count {
        let began = Instant::now();
        let rev = post(ann, room, &format!("message {number}")).await;
        let heard = ears.expect("message.created").await;
        assert_eq!(heard["rev"], rev, "in order and without a hole");
        slowest = slowest.max(began.elapsed());
    }
    slowest
}

/// Waits until the relay of a node is in a state.
pub(crate) async fn relay_is(cluster: &Cluster, node: usize, state: &str) {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let ready = cluster.nodes[node].client().get("/readyz").await.expect(200);
        if ready["parts"][1]["state"] == state {
            return;
        }
        assert!(Instant::now() < deadline, "the relay is {}", ready["parts"][1]["state"]);
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn g7_nothing_is_lost_or_late_whatever_becomes_of_redis() {
    let mut cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(1, &bob).await;
    relay_is(&cluster, 0, "ok").await;
    relay_is(&cluster, 1, "ok").await;
    talk(&ann, &mut ears, room, 10).await;

    cluster.redis().command(&["flushall"]);
    assert!(talk(&ann, &mut ears, room, 10).await < LATE_MAX);

    cluster.redis().kill();
    let slowest = talk(&ann, &mut ears, room, 20).await;
    assert!(slowest < LATE_MAX, "killed: {slowest:?}");
    relay_is(&cluster, 1, "degraded").await;
    assert!(talk(&ann, &mut ears, room, 10).await < LATE_MAX);
    cluster.redis().again().await;
    relay_is(&cluster, 0, "ok").await;
    relay_is(&cluster, 1, "ok").await;
    assert!(talk(&ann, &mut ears, room, 10).await < LATE_MAX);

    cluster.redis().pause();
    let slowest = talk(&ann, &mut ears, room, 20).await;
    cluster.redis().go_on();
    assert!(slowest < LATE_MAX, "stopped: {slowest:?}");
    relay_is(&cluster, 1, "ok").await;
    assert!(talk(&ann, &mut ears, room, 10).await < LATE_MAX);
    ears.done(json!({ "type": "ping" })).await;
}
