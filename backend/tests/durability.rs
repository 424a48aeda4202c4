//! A node on SQLite is killed in whatever it does, again and again, while people talk: what was
//! acknowledged is there, once and in order.
//!
//! The tests kill it a few times; `make kills` a hundred times.

use std::{
    collections::{HashMap, HashSet},
    env,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rand::Rng;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harness::{Database, NodeProcess, PASSWORD, Person};

/// How often the tests kill it.
const KILLS: usize = 8;
/// How many people talk, each of them through several calls at once.
const TALKERS: usize = 4;
const CALLS: usize = 4;
/// How often a call is made again at the most; the node may take long to start on a busy machine.
const TRIES_MAX: usize = 20_000;

/// What one call was told.
struct Ack {
    nonce: String,
    id: i64,
    seq: i64,
    began: Instant,
    at: Instant,
}

async fn talk(
    address: SocketAddr,
    token: String,
    room: i64,
    name: String,
    end: Arc<AtomicBool>,
) -> Vec<Ack> {
    let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let url = format!("http://{address}/api/rooms/{room}/messages");
    let mut acks = Vec::new();
    while !end.load(Ordering::Relaxed) {
        let nonce = format!("{name} {}", acks.len());
        let began = Instant::now();
        let message = send(&http, &url, &token, &nonce).await;
        let number = |field: &str| message[field].as_i64().unwrap();
        let (id, seq) = (number("id"), number("seq"));
        acks.push(Ack { nonce, id, seq, began, at: Instant::now() });
    }
    acks
}

/// Sends until it is acknowledged, with the same nonce.
async fn send(http: &reqwest::Client, url: &str, token: &str, nonce: &str) -> Value {
    for _ in 0..TRIES_MAX {
        let call = http.post(url).bearer_auth(token);
        match call.json(&json!({ "body": nonce, "nonce": nonce })).send().await {
            Ok(answer) if answer.status().is_success() => {
                if let Ok(message) = answer.json().await {
                    return message;
                }
            }
            Ok(answer) => assert!(answer.status().is_server_error(), "{}", answer.status()),
            Err(_) => {}
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{nonce} is never acknowledged");
}

async fn read_all(person: &Person, room: i64) -> (i64, Vec<Value>) {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().map_or(0, |it| it["seq"].as_i64().unwrap());
        let path = format!("/api/rooms/{room}/messages?after={after}&limit=100");
        let page = person.get(&path).await.expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        if page["has_after"] == false {
            return (page["head"].as_i64().unwrap(), all);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g1_what_a_killed_node_acknowledged_is_there_once_and_in_order() {
    let kills = env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let mut node = NodeProcess::start(&[]);
    node.is_up().await;
    let mut people = Vec::new();
    for number in 0..TALKERS {
        let body = json!({ "username": format!("talker{number}"), "password": PASSWORD });
        let tokens = node.client().post("/api/auth/register", body).await.expect(201);
        people.push(node.client().with_tokens(&tokens));
    }
    let room = people[0].post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    for person in &people[1..] {
        person.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    }
    let end = Arc::new(AtomicBool::new(false));
    let mut talking = Vec::new();
    for person in &people {
        for call in 0..CALLS {
            let name = format!("{} {call}", person.username);
            let token = person.access_token.clone();
            talking.push(tokio::spawn(talk(node.address, token, room, name, end.clone())));
        }
    }
    for _ in 0..kills {
        let run = Duration::from_millis(rand::rng().random_range(20..250));
        sleep(run).await;
        node.kill();
        node.revive();
        node.is_up().await;
    }
    end.store(true, Ordering::Relaxed);
    let mut acks = Vec::new();
    for talking in talking {
        let own: Vec<Ack> = talking.await.unwrap();
        assert!(own.is_sorted_by_key(|ack| ack.seq), "somebody's messages changed places");
        acks.extend(own);
    }

    let (head, stored) = read_all(&people[0], room).await;
    let seqs: Vec<i64> = stored.iter().map(|it| it["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=head).collect::<Vec<_>>(), "a number is missing, or there twice");
    let by_seq: HashMap<i64, &Value> = seqs.iter().copied().zip(&stored).collect();
    for Ack { nonce, id, seq, .. } in &acks {
        let there = by_seq.get(seq).filter(|it| it["id"] == *id && it["body"] == **nonce);
        assert!(there.is_some(), "{nonce} was acknowledged as {seq}: {:?}", by_seq.get(seq));
    }
    let texts: Vec<&Value> = stored.iter().filter(|it| it["kind"] == "text").collect();
    let bodies: HashSet<&str> = texts.iter().map(|it| it["body"].as_str().unwrap()).collect();
    assert_eq!((texts.len(), bodies.len()), (acks.len(), acks.len()), "something is there twice");
    // Whatever was acknowledged before another one was sent stands before it.
    acks.sort_by_key(|ack| ack.at);
    let mut newest = 0;
    let mut before = acks.iter().peekable();
    let mut by_beginning: Vec<&Ack> = acks.iter().collect();
    by_beginning.sort_by_key(|ack| ack.began);
    for ack in by_beginning {
        while let Some(earlier) = before.next_if(|it| it.at < ack.began) {
            newest = newest.max(earlier.seq);
        }
        assert!(ack.seq > newest, "{} was sent after {newest} was acknowledged", ack.nonce);
    }
    let file = Database::file(&node.data_dir().join("parlor.db"));
    assert_eq!(file.lines("select integrity_check as line from pragma_integrity_check"), ["ok"]);
    assert!(acks.len() >= kills, "{} acknowledged while it was killed {kills} times", acks.len());
    eprintln!("{} messages were acknowledged while a node was killed {kills} times", acks.len());
}
