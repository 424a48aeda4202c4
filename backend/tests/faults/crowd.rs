//! Everybody comes back at once, as after a balancer was restarted or the node itself: the database is
//! asked as often as there are rooms and people, not as often as there are sockets.
//!
//! The tests let a hundred sockets come back; `make crowd` thousands, to a release build.

use std::{
    env,
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{Machine, NodeProcess, PASSWORD, Person, Socket, free_port};

/// How many sockets come back in the tests.
const SOCKETS: usize = 120;
/// How many of them one person may have.
const TABS: usize = 20;
const ROOMS: usize = 6;
/// What each room was told while they were away.
const MISSED: i64 = 30;
/// How soon all of them must be live, …
const LIVE_MAX: Duration = Duration::from_secs(5);
/// … and after how long nobody waits for them any longer.
const GIVE_UP: Duration = Duration::from_secs(60);

struct Tab {
    person: Person,
    epoch: Value,
    cursors: Value,
}

/// Comes back and answers how many messages were missed.
async fn come_back(address: SocketAddr, tab: &Tab) -> usize {
    let mut socket = Socket::open(address).await;
    let count = socket.count_missed(&tab.person.access_token, &tab.epoch, &tab.cursors).await;
    socket.done(json!({ "type": "ping" })).await;
    count
}

/// How often the database was read so far.
async fn reads(node: &NodeProcess, metrics: u16) -> u64 {
    let text = reqwest::get(format!("http://127.0.0.1:{metrics}/metrics")).await.unwrap();
    let text = text.text().await.unwrap();
    let value = text.lines().find_map(|it| it.strip_prefix("parlor_database_reads_total "));
    let reads = value.unwrap_or_else(|| panic!("no reads in {text}")).parse().unwrap();
    node.client().get("/healthz").await.expect(200);
    reads
}

async fn sign_up(node: &NodeProcess, number: usize) -> Person {
    let body = json!({ "username": format!("person{number}"), "password": PASSWORD });
    let client = node.client();
    client.with_tokens(&client.post("/api/auth/register", body).await.expect(201))
}

/// All of them at once; how long it took until the last was live, and what it cost.
async fn all_come_back(node: &NodeProcess, metrics: u16, tabs: &[Tab]) {
    let before = reads(node, metrics).await;
    let (began, machine) = (Instant::now(), Machine::watch());
    let coming = tabs.iter().map(|tab| timeout(GIVE_UP, come_back(node.address, tab)));
    let missed: Vec<_> = join_all(coming).await;
    let took = began.elapsed();
    let late = missed.iter().filter(|it| it.is_err()).count();
    let asked = reads(node, metrics).await - before;
    eprintln!("{} sockets were live within {took:?}, by {asked} reads of the database", tabs.len());
    assert_eq!(late, 0, "so many were not live within {GIVE_UP:?}");
    let bound = LIVE_MAX + machine.slack();
    assert!(took < bound, "all were live after {took:?}, not below {bound:?}");
    let expected = ROOMS * usize::try_from(MISSED).unwrap();
    assert!(missed.into_iter().all(|it| it.unwrap() == expected), "something was missed");
    // A page of each room for each thread, and for each person who they are and which rooms they have.
    let people = tabs.len() / TABS;
    let bound = u64::try_from(8 * ROOMS + 3 * people).unwrap();
    assert!(asked <= bound, "{asked} reads, not at most {bound}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_thousands_who_reconnect_at_once_are_served_from_memory() {
    let count = env::var("SOCKETS").ok().and_then(|text| text.parse().ok()).unwrap_or(SOCKETS);
    let metrics = free_port();
    let listen = format!("127.0.0.1:{metrics}");
    let mut node = NodeProcess::start(&[("PARLOR_METRICS_LISTEN", &listen)]);
    node.is_up().await;
    let owner = sign_up(&node, 0).await;
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        let name = json!({ "name": format!("Room {number}") });
        rooms.push(owner.post("/api/rooms", name).await.expect(201).id());
    }
    let mut people = vec![owner.clone()];
    for number in 1..count / TABS {
        let person = sign_up(&node, number).await;
        for room in &rooms {
            person.act(&format!("/api/rooms/{room}/join")).await.expect(200);
        }
        people.push(person);
    }
    let mut tabs = Vec::new();
    for person in &people {
        let mut socket = Socket::open(node.address).await;
        let ready = socket.hello(&person.access_token).await;
        let heads = ready["rooms"].as_array().unwrap().iter();
        let cursors: serde_json::Map<_, _> =
            heads.map(|room| (room["id"].to_string(), room["head"].clone())).collect();
        for _ in 0..TABS {
            let (epoch, cursors) = (ready["epoch"].clone(), cursors.clone().into());
            tabs.push(Tab { person: person.clone(), epoch, cursors });
        }
    }
    for room in &rooms {
        for number in 0..MISSED {
            let path = format!("/api/rooms/{room}/messages");
            owner.post(&path, json!({ "body": format!("number {number}") })).await.expect(201);
        }
    }
    // After a balancer was restarted: the node has everything in memory.
    all_come_back(&node, metrics, &tabs).await;
    // After the node itself was: it has nothing.
    node.kill();
    node.revive();
    node.is_up().await;
    all_come_back(&node, metrics, &tabs).await;
}
