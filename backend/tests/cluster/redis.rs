//! That Redis, where it is given, is what messages pass through.

use super::{post, room};
use crate::harness::{Cluster, RedisServer};

/// How often a server was given a command so far.
fn times(redis: &RedisServer, command: &str) -> u64 {
    let said = redis.command(&["info", "commandstats"]);
    let prefix = format!("cmdstat_{command}:calls=");
    let numbers = said.lines().find_map(|line| line.strip_prefix(&prefix));
    numbers.map_or(0, |numbers| numbers.split(',').next().unwrap().parse().unwrap())
}

#[tokio::test]
#[ignore = "needs Postgres and Redis: make test-backend"]
async fn at_003_2_a_message_passes_through_redis_after_it_was_stored() {
    let mut cluster = Cluster::with_redis().await;
    let (ann, bob, room) = room(&cluster).await;
    let mut ears = cluster.connect(1, &bob).await;
    for number in 0..5 {
        let before = times(cluster.redis(), "publish");
        let body = format!("number {number}");
        post(&ann, room, &body).await;
        let heard = ears.expect("message.created").await["message"].take();
        let query = format!("select body as line from messages where id = {}", heard["id"]);
        assert_eq!(cluster.nodes[1].database.lines(&query), [body]);
        assert!(times(cluster.redis(), "publish") > before, "Redis carried it");
    }
}
