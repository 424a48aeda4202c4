//! `make bench`: what Parlor costs, beside what the machine itself charges for the same bytes.
//!
//! Machines differ and are noisy, so each figure stands beside its floor, taken in the same run: the
//! quotient travels, the figure does not. The server is the shipped binary, started on a folder of
//! its own; only loopback is spoken to.
#![expect(clippy::print_stdout, reason = "a table on the terminal is what this is for")]

mod ask;
mod bare;
mod crowd;
mod floor;
mod growth;
mod idle;
mod large;
mod page;
mod people;
mod relay;
mod scale;
mod server;
mod siege;
mod socket;
mod work;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crowd::{Crowd, Pace};
use server::Server;

/// Anything can go wrong here; it ends the run with a sentence.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many people write at once in the throughput figure.
const SENDERS: usize = 256;
/// How many rooms there are where there are many, …
const ROOMS: usize = 200;
/// … and how many people in each of them.
const ROOM: usize = 10;
/// How many people, with 20 sockets each, are in one room in the fan-out figures.
const CROWD: usize = 50;
/// How long each figure is taken.
const SPAN: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<()> {
    let argument = env::args().nth(1).ok_or("usage: parlor-bench PATH-TO-PARLOR [MESSAGES]")?;
    if argument == bare::ARGUMENT {
        return bare::serve().await;
    }
    if argument == relay::ARGUMENT {
        return relay::serve().await;
    }
    if argument == "siege" {
        let binary = env::args().nth(2).ok_or("usage: parlor-bench siege PATH-TO-PARLOR")?;
        let all_heard = siege::run(Path::new(&binary), 1).await?;
        return if all_heard { Ok(()) } else { Err("somebody did not hear everything".into()) };
    }
    if argument == "scale" {
        let usage = "usage: parlor-bench scale PATH-TO-PARLOR [MESSAGES]";
        let binary = env::args().nth(2).ok_or(usage)?;
        let messages = env::args().nth(3).map_or(Ok(1_000_000), |text| text.parse())?;
        return scale::measure(Path::new(&binary), messages).await;
    }
    let binary = PathBuf::from(argument);
    println!("{:<44} {:>12} {:>12} {:>8}  goal", "", "measured", "floor", "ratio");

    if let Some(messages) = env::args().nth(2) {
        return growth::measure(Server::start(&binary).await?, messages.parse()?).await;
    }
    let size = fs::metadata(&binary)?.len();
    row("binary", Some(size), None, mib, "≤ 40 MiB");

    let spawn = floor::spawn().await?;
    let mut starts = Vec::new();
    for _ in 0..5 {
        let server = Server::start(&binary).await?;
        starts.push(server.answered_after);
        server.stop().await?;
    }
    row("start to answering, median of 5", Some(median(&mut starts)), Some(spawn), ms, "≤ 500 ms");

    let server = Server::start(&binary).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    row("idle memory (RSS)", Some(server.rss_bytes()?), None, mib, "≤ 30 MiB");

    let sync = floor::sync(server.folder())?;
    let hop = floor::hop().await?;
    let people = people::sign_up(&server, 2, 2, "pair").await?;
    let mut latencies = work::latency(&server, &people, SPAN).await?;
    let p50 = percentile(&mut latencies, 50);
    let p99 = percentile(&mut latencies, 99);
    row("100 B, send to other socket, p50", Some(p50), Some(sync + hop), ms, "≤ 5 ms");
    row("100 B, send to other socket, p99", Some(p99), Some(sync + hop), ms, "");

    let people = people::sign_up(&server, SENDERS, 2, "many").await?;
    let before = server.cpu()?;
    let done = work::throughput(&server, &people, SPAN).await?;
    let cpu = server.cpu()?.saturating_sub(before);
    let per_second = done.acknowledged * 1_000 / millis(done.took).max(1);
    let floor = floor::batched(server.folder())?;
    row(
        "durable messages/s, 256 senders, 128 rooms",
        Some(per_second),
        Some(floor),
        u64::to_string,
        "≥ 10000",
    );
    row(
        "server CPU per message, µs",
        Some(micros(cpu) / done.acknowledged.max(1)),
        None,
        u64::to_string,
        "",
    );
    server.stop().await?;
    one_room(&binary).await?;
    rooms(&binary).await?;
    crowd(&binary).await?;
    println!();
    println!("floors: starting /bin/true; fdatasync of 4 KiB plus one loopback hop;");
    println!(
        "        256 messages appended and synced at a time, by one thread, with nobody listening;"
    );
    println!("        a bare process that writes as many bytes, ready-made, to as many sockets.");
    Ok(())
}

/// Two hundred rooms of ten, in all of which everybody speaks, on a server of their own.
async fn rooms(binary: &Path) -> Result<()> {
    let server = Server::start(binary).await?;
    let people = people::sign_up(&server, ROOMS * ROOM, ROOM, "rooms").await?;
    let before = server.cpu()?;
    let done = work::throughput(&server, &people, SPAN).await?;
    let cpu = server.cpu()?.saturating_sub(before);
    let floor = nanos(relay::cost(ROOMS, ROOM, SPAN).await?);
    let each = nanos(cpu) / done.acknowledged.max(1);
    row("200 rooms of 10, all speak: CPU a message", Some(each), Some(floor), us, "≤ 75 µs");
    server.stop().await
}

/// Everybody writes into one room by REST, on a server of their own.
async fn one_room(binary: &Path) -> Result<()> {
    let server = Server::start(binary).await?;
    let people = people::sign_up(&server, SENDERS, SENDERS, "one").await?;
    let before = server.cpu()?;
    let done = work::stored(&server, &people, SPAN).await?;
    let cpu = server.cpu()?.saturating_sub(before);
    let per_second = done.acknowledged * 1_000 / millis(done.took).max(1);
    let floor = floor::batched(server.folder())?;
    row(
        "durable messages/s, one room, by REST",
        Some(per_second),
        Some(floor),
        u64::to_string,
        "≥ 20000",
    );
    let each = nanos(cpu) / done.acknowledged.max(1);
    row("server CPU per message", Some(each), None, us, "");
    server.stop().await
}

/// A thousand sockets in one room, on a server of their own.
async fn crowd(binary: &Path) -> Result<()> {
    let server = Server::start(binary).await?;
    let people = people::sign_up(&server, CROWD, CROWD, "crowd").await?;
    let first = people.first().ok_or("nobody has signed up")?;
    let arrival = crowd::arrival(&server, &people).await?;
    row("connect and hello, CPU µs", Some(arrival), None, u64::to_string, "≤ 45");
    row("memory an idle socket (PSS)", Some(idle::each(binary).await?), None, kib, "≤ 5 KiB");
    // Not before that: whoever writes reads only while they write, and answers no signs of life meanwhile.
    let mut crowd = Crowd::gather(&server, &people).await?;
    let mut bare = bare::Bare::start(u32::try_from(crowd.len())?).await?;
    for (what, pace, goal) in [
        ("1,000 sockets, 50 messages/s: CPU a delivery", Pace::PerSecond(50), "≤ 4.5 µs"),
        ("1,000 sockets, closed loop: CPU a delivery", Pace::Closed, "≤ 1.75 µs"),
    ] {
        let floor = nanos(bare.tell(pace, SPAN).await?);
        let told = crowd.tell(&server, pace, SPAN).await?;
        let each = nanos(told.cpu) / told.deliveries.max(1);
        row(what, Some(each), Some(floor), us, goal);
    }
    drop(crowd);

    let hot = page::cost(&server, first, page::Which::Newest, SPAN).await?;
    row("page of 50 that many read: CPU", Some(nanos(hot)), None, us, "≤ 20 µs");
    let cold = page::cost(&server, first, page::Which::Other, SPAN).await?;
    row("page of 50, another each time: CPU", Some(nanos(cold)), None, us, "≤ 60 µs");
    server.stop().await
}

/// Something that a row of the table can hold.
trait Figure {
    fn value(&self) -> u64;
}

impl Figure for u64 {
    fn value(&self) -> u64 {
        *self
    }
}

impl Figure for Duration {
    fn value(&self) -> u64 {
        micros(*self)
    }
}

fn row<F: Figure>(
    what: &str,
    measured: Option<F>,
    floor: Option<F>,
    show: impl Fn(&u64) -> String,
    goal: &str,
) {
    let measured = measured.map(|figure| figure.value());
    let floor = floor.map(|figure| figure.value());
    let ratio = match (measured, floor) {
        (Some(measured), Some(floor)) if floor > 0 => {
            let hundredths = measured.saturating_mul(100) / floor;
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
        }
        _ => String::new(),
    };
    let cell = |figure: Option<u64>| figure.map_or_else(String::new, |figure| show(&figure));
    println!("{what:<44} {:>12} {:>12} {ratio:>8}  {goal}", cell(measured), cell(floor));
}

fn mib(bytes: &u64) -> String {
    format!("{}.{} MiB", bytes >> 20, ((bytes & 0xF_FFFF) * 10) >> 20)
}

fn kib(bytes: &u64) -> String {
    format!("{}.{} KiB", bytes >> 10, ((bytes & 0x3FF) * 10) >> 10)
}

fn us(nanos: &u64) -> String {
    format!("{}.{:02} µs", nanos / 1_000, nanos % 1_000 / 10)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn ms(micros: &u64) -> String {
    format!("{}.{:03} ms", micros / 1_000, micros % 1_000)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn millis(duration: Duration) -> u64 {
    micros(duration) / 1_000
}

fn median(figures: &mut [Duration]) -> Duration {
    percentile(figures, 50)
}

/// The figure below which so many of a hundred lie.
fn percentile(figures: &mut [Duration], percent: usize) -> Duration {
    figures.sort_unstable();
    let at = figures.len().saturating_sub(1) * percent / 100;
    figures.get(at).copied().unwrap_or_default()
}
