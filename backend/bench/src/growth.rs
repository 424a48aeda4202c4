//! What grows with the work and what must not: searches in a million messages, a room with ten thousand
//! members, somebody who is in a thousand rooms.

use std::{
    env,
    time::{Duration, Instant},
};

use super::{
    Result,
    ask::Asker,
    large::{self, Dice},
    ms, nanos,
    people::{self, Person},
    percentile, row,
    server::Server,
    socket::Socket,
    us,
};

/// An empty Postgres to measure on too, if there is one.
const POSTGRES: &str = "PARLOR_BENCH_POSTGRES";
/// How many searches are timed.
const SEARCHES: u32 = 2_000;
/// How often a thing is done whose processor time is read.
const TIMES: u32 = 1_500;
/// The rooms that are told apart by how many members they have.
const LARGE: i64 = 1_001;

/// Fills a server, and measures it.
pub(crate) async fn measure(mut server: Server, messages: i64) -> Result<()> {
    let people = people::sign_up(&server, 3, 1, "large").await?;
    let [many, few, alone] = people.as_slice() else {
        return Err("three people are needed".into());
    };
    let me = server.url("/api/profiles/me");
    let (many_id, few_id) = (large::id_of(&me, many).await?, large::id_of(&me, few).await?);
    server.pause().await?;
    let began = Instant::now();
    large::fill(server.folder(), messages, many_id, few_id)?;
    println!("{messages} messages were put into the file in {} s", began.elapsed().as_secs());
    server.resume().await?;
    let before = server.cpu()?;
    large::indexed(server.folder()).await?;
    let each = nanos(server.cpu()?.saturating_sub(before)) / u64::try_from(messages)?.max(1);
    row("index of texts: CPU a message", Some(each), None, us, "");

    all(&server, many, few, alone).await?;
    if let Ok(url) = env::var(POSTGRES) {
        println!("the same on Postgres, its processor time included:");
        let file = large::database(server.folder())?;
        server.move_to(&url, &format!("sqlite:{file}")).await?;
        all(&server, many, few, alone).await?;
    }
    server.stop().await
}

async fn all(server: &Server, many: &Person, few: &Person, alone: &Person) -> Result<()> {
    for (who, person) in [("in 10 rooms", few), ("in 1,000 rooms", many)] {
        let mut took = search(server, person).await?;
        let p50 = percentile(&mut took, 50);
        row(&format!("search by one {who}, p50"), Some(p50), None, ms, "");
        let p99 = percentile(&mut took, 99);
        row(&format!("search by one {who}, p99"), Some(p99), None, ms, "≤ 10 ms");
    }
    compare(server, few, alone).await?;
    hellos(server, many, few, alone).await
}

async fn search(server: &Server, person: &Person) -> Result<Vec<Duration>> {
    let mut asker = Asker::connect(server.address, &person.token).await?;
    let (mut dice, mut took) = (Dice::new(11), Vec::new());
    for number in 0..SEARCHES {
        let sought: String = dice.sought().bytes().fold(String::new(), |mut text, byte| {
            text.push_str(&format!("%{byte:02x}"));
            text
        });
        let began = Instant::now();
        asker.get(&format!("/api/messages?search={sought}&limit=50")).await?;
        // What everybody's first search pays for is not what a search costs.
        if number >= SEARCHES / 20 {
            took.push(began.elapsed());
        }
    }
    Ok(took)
}

/// The same in a large room and in a small one.
async fn compare(server: &Server, few: &Person, alone: &Person) -> Result<()> {
    let mut asker = Asker::connect(server.address, &few.token).await?;
    let mut costs = Vec::new();
    for room in [alone.room_id, LARGE] {
        let before = server.cpu()?;
        for _ in 0..TIMES {
            asker.post(&format!("/api/rooms/{room}/join"), None).await?;
            asker.post(&format!("/api/rooms/{room}/leave"), None).await?;
        }
        let joins = nanos(server.cpu()?.saturating_sub(before)) / u64::from(TIMES);
        asker.post(&format!("/api/rooms/{room}/join"), None).await?;
        let before = server.cpu()?;
        for number in 0..TIMES {
            let body = format!(r#"{{"body":"to a room","nonce":"{room}-{number}-{before:?}"}}"#);
            asker.post(&format!("/api/rooms/{room}/messages"), Some(&body)).await?;
        }
        costs.push((joins, nanos(server.cpu()?.saturating_sub(before)) / u64::from(TIMES)));
    }
    let [small, large] = costs.as_slice() else { return Ok(()) };
    println!("a room of 10,000 beside a room of one or two, as its floor:");
    row("join and leave, by REST: CPU", Some(large.0), Some(small.0), us, "≤ 2 ×");
    row("send, by REST: CPU", Some(large.1), Some(small.1), us, "≤ 2 ×");
    Ok(())
}

/// Coming in: by a member of the large room, and by somebody with a thousand rooms.
async fn hellos(server: &Server, many: &Person, few: &Person, alone: &Person) -> Result<()> {
    let mut costs = Vec::new();
    for person in [alone, few, many] {
        // What is read for the first time is read from the file.
        Socket::connect(server, person).await?;
        let before = server.cpu()?;
        for _ in 0..TIMES {
            Socket::connect(server, person).await?;
        }
        costs.push(nanos(server.cpu()?.saturating_sub(before)) / u64::from(TIMES));
    }
    let [alone, few, many] = costs.as_slice() else { return Ok(()) };
    row("hello, 10 rooms, the large one among them", Some(*few), Some(*alone), us, "≤ 2 ×");
    row("hello, 1,000 rooms", Some(*many), Some(*alone), us, "");
    let each = many / u64::try_from(large::ROOMS_OF_ONE)?.max(1);
    row("hello, 1,000 rooms: CPU a room", Some(each), Some(few / 10), us, "≤ 2 ×");
    Ok(())
}
