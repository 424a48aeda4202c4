//! A node's way to Redis is cut in one direction, or it never had one. Everybody else goes on hearing
//! themselves, so silence has to be noticed by those who are not cut off, too.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    cluster::{post, relay_is, room},
    harness::{
        Cluster, Cut, Machine, Person, RedisServer, Socket, Wire, free_port, p99_and_longest,
    },
};

/// How late a message may be at the 99th of 100, whatever is cut.
const LATE_P99: Duration = Duration::from_millis(300);
/// How many messages at the least, within how much more time, on a busy machine.
const MESSAGES_MIN: usize = 100;
const LONGER: Duration = Duration::from_secs(30);
/// How soon the relay must be used again.
const BACK_MAX: Duration = Duration::from_secs(1);
/// How much later a busy machine may be.
const SLACK: Duration = Duration::from_millis(500);

/// One says something at one node, the other hears it at the other: how long it took after it was said.
async fn say(mouth: &Person, ears: &mut Socket, room: i64) -> Duration {
    let rev = post(mouth, room, "by asking").await;
    let sent = Instant::now();
    while ears.expect("message.created").await["rev"] != rev {}
    sent.elapsed()
}

/// Both nodes' people talk to each other for a while.
async fn talk(cluster: &Cluster, people: [&Person; 2], room: i64, during: Duration) {
    let mut ears = [cluster.connect(0, people[0]).await, cluster.connect(1, people[1]).await];
    let machine = Machine::watch();
    let until = Instant::now() + during;
    let mut delays = Vec::new();
    while Instant::now() < until || (delays.len() < MESSAGES_MIN && Instant::now() < until + LONGER)
    {
        for mouth in 0..2 {
            delays.push(say(people[mouth], &mut ears[1 - mouth], room).await);
            sleep(Duration::from_millis(7)).await;
        }
    }
    let (count, [p99, all]) = (delays.len(), p99_and_longest(&mut delays));
    eprintln!("{count} messages over a cut line: p99 {p99:?}, all {all:?}");
    let bound = LATE_P99 + machine.slack();
    assert!(p99 < bound, "p99 {p99:?} of {count}, not below {bound:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_a_redis_that_is_partitioned_one_way_fails_no_send_and_makes_nothing_late() {
    let redis = RedisServer::start().await;
    let wire = Wire::to(redis.port());
    let url = format!("redis://127.0.0.1:{}", wire.port());
    let cluster = Cluster::with_relays_at([Some(&redis.url()), Some(&url)]).await;
    let (ann, bob, room) = room(&cluster).await;
    for (to_server, to_client) in [(true, false), (false, true), (true, true)] {
        relay_is(&cluster, 0, "ok").await;
        relay_is(&cluster, 1, "ok").await;
        wire.cut(Cut { to_server, to_client });
        // Until it is noticed: three heartbeats.
        sleep(Duration::from_secs(1)).await;
        talk(&cluster, [&ann, &bob], room, Duration::from_secs(3)).await;
        relay_is(&cluster, 1, "degraded").await;
        // The other one hears itself as ever; it is told, or not told any more, whether it is heard.
        relay_is(&cluster, 0, "degraded").await;
        let machine = Machine::watch();
        wire.mend();
        let mended = Instant::now();
        relay_is(&cluster, 1, "ok").await;
        eprintln!("cut {to_server} {to_client}: back on the relay after {:?}", mended.elapsed());
        assert!(
            mended.elapsed() < BACK_MAX + SLACK + machine.slack(),
            "after {:?}",
            mended.elapsed()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn fault_a_node_that_never_reached_redis_is_one_that_the_others_ask_about() {
    let redis = RedisServer::start().await;
    let nowhere = format!("redis://127.0.0.1:{}", free_port());
    let cluster = Cluster::with_relays_at([Some(&redis.url()), Some(&nowhere)]).await;
    let (ann, bob, room) = room(&cluster).await;
    relay_is(&cluster, 0, "degraded").await;
    talk(&cluster, [&ann, &bob], room, Duration::from_secs(3)).await;
}
