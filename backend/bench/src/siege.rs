//! `make siege`: what people notice while somebody attacks the server they talk on.
//!
//! A thousand sockets in one room are told of messages, first in peace, then under each attack; the time
//! from a send to each delivery is compared. Attackers come from addresses of their own (all of 127/8 is
//! loopback), so that no throttle by address stops them; limits are as they are shipped. Real attackers have
//! machines of their own, so these run at the lowest priority and take the time that the others leave
//! over. `BESIDE=1` lets them take what they can get: on a machine of few cores that alone is felt, and
//! `bystander` is such a load that never speaks to the server, for comparison.

use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    runtime::{self, Runtime},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use super::{Result, people, people::Person, percentile, server::Server, socket::Socket, work};

/// How many people are in the room, with [`SOCKETS_EACH`] sockets each.
const PEOPLE: usize = 50;
const SOCKETS_EACH: usize = 20;
/// How many people let themselves be used for attacks, with as many sockets each.
const FOES: usize = 50;
/// How many write, each so many messages a second: what one person may.
const WRITERS: usize = 10;
const EACH_PER_SECOND: u64 = 2;
/// For how long is measured, in peace and under an attack that takes effect at once …
const SPAN: Duration = Duration::from_secs(4);
/// … and under one whose callers have some seconds until they are ended.
const LONG_SPAN: Duration = Duration::from_secs(8);
/// How many idle connections, stalled readers, slow heads, sign-ins at once and uploads at once.
const IDLE: usize = 5_000;
const STALLED: usize = 1_000;
const SLOW: usize = 1_000;
const GUESSES: usize = 1_000;
const UPLOADS: usize = 40;
/// How much an upload has, in bytes.
const UPLOAD_BYTES: usize = 1 << 20;

/// How far attackers stand back, as `nice` counts.
const NICE: i32 = 19;
/// How long after each other attackers connect who do so once.
const APART: Duration = Duration::from_micros(100);

/// Deliveries and what they took.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Duration>>>);

/// Everybody who just wants to talk.
struct Town {
    server: Server,
    began: Instant,
    heard: Heard,
    listeners: JoinSet<()>,
    writers: Vec<Socket>,
    said: usize,
    friends: Vec<Person>,
    foes: Vec<Person>,
    foreign: Foreign,
}

/// What people noticed in one span.
struct Noticed {
    p50: Duration,
    p99: Duration,
    deliveries: usize,
    rss: u64,
}

/// Runs every attack; `scale` divides their sizes.
pub(crate) async fn run(binary: &Path, scale: usize) -> Result<bool> {
    let mut town = Town::build(binary, scale).await?;
    println!("{:<34} {:>9} {:>9} {:>7} {:>9}  attackers", "", "p50", "p99", "ratio", "memory");
    let mut is_good = true;
    let quiet = town.talk(SPAN).await?;
    row("in peace", &quiet, &quiet, "");
    for attack in [
        Attack::Bystander,
        Attack::Idle,
        Attack::Slow,
        Attack::Stalled,
        Attack::Guesses,
        Attack::Uploads,
        Attack::Frames,
    ] {
        let before = town.talk(SPAN).await?;
        let stop = Arc::<AtomicBool>::default();
        let done = Arc::<AtomicU64>::default();
        let attackers = attack.begin(&town, scale, &stop, &done)?;
        sleep(Duration::from_secs(1)).await;
        let under = town.talk(attack.span()).await?;
        stop.store(true, Ordering::Relaxed);
        let fate = attack.fate(attackers, &done).await;
        row(attack.name(), &before, &under, &fate);
        is_good &= under.deliveries == before.deliveries;
        sleep(Duration::from_secs(2)).await;
    }
    let after = town.talk(SPAN).await?;
    row("in peace again", &quiet, &after, "");
    Ok(is_good)
}

/// The threads of attackers.
struct Foreign(Option<Runtime>);

impl Foreign {
    fn new() -> Result<Self> {
        let mut threads = runtime::Builder::new_multi_thread();
        threads.enable_all();
        if env::var_os("BESIDE").is_none() {
            threads.on_thread_start(|| {
                #[cfg(target_os = "linux")]
                if let Err(why) = rustix::process::nice(NICE) {
                    eprintln!("attackers do not stand back: {why}");
                }
            });
        }
        Ok(Self(Some(threads.build()?)))
    }

    fn handle(&self) -> Option<&runtime::Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Foreign {
    /// Threads that still attack are not waited for.
    fn drop(&mut self) {
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

fn row(what: &str, before: &Noticed, under: &Noticed, fate: &str) {
    let ms = |it: Duration| format!("{}.{:02} ms", it.as_millis(), it.as_micros() % 1_000 / 10);
    let ratio = under.p99.as_micros() * 100 / before.p99.as_micros().max(1);
    println!(
        "{what:<34} {:>9} {:>9} {:>4}.{:02} {:>5} MiB  {fate}",
        ms(under.p50),
        ms(under.p99),
        ratio / 100,
        ratio % 100,
        under.rss >> 20,
    );
}

impl Town {
    async fn build(binary: &Path, scale: usize) -> Result<Self> {
        // People sign up while nobody counts; then limits are as they are shipped.
        let mut server = Server::start(binary).await?;
        let friends = people::sign_up(&server, PEOPLE / scale, PEOPLE, "friend").await?;
        let foes = people::sign_up(&server, FOES / scale, FOES, "foe").await?;
        let room_id = friends.first().ok_or("nobody has signed up")?.room_id;
        for foe in &foes {
            people::join(&server, foe, room_id).await?;
        }
        server.restart(binary, "on").await?;
        let mut town = Self {
            server,
            began: Instant::now(),
            heard: Heard::default(),
            listeners: JoinSet::new(),
            writers: Vec::new(),
            said: 0,
            friends,
            foes,
            foreign: Foreign::new()?,
        };
        let sockets = town.friends.iter().flat_map(|person| [person; SOCKETS_EACH - 1]);
        let (server, began) = (&town.server, town.began);
        let mut coming =
            stream::iter(sockets).map(|person| Socket::connect(server, person)).buffered(20);
        while let Some(socket) = coming.next().await {
            let (mut socket, heard) = (socket?, town.heard.clone());
            town.listeners.spawn(async move {
                while let Ok(frame) = socket.hear().await {
                    if let Some(sent) = sent_at(frame) {
                        let took = began.elapsed().saturating_sub(sent);
                        heard.0.lock().unwrap_or_else(|it| it.into_inner()).push(took);
                    }
                }
            });
        }
        drop(coming);
        for person in town.friends.iter().take(WRITERS) {
            town.writers.push(Socket::connect(&town.server, person).await?);
        }
        Ok(town)
    }

    /// Talks for a while and tells what the listeners noticed.
    async fn talk(&mut self, span: Duration) -> Result<Noticed> {
        self.heard.0.lock().unwrap_or_else(|it| it.into_inner()).clear();
        let room_id = self.friends.first().ok_or("nobody")?.room_id;
        let count = u64::try_from(self.writers.len())?;
        let mut ticks = interval(Duration::from_secs(1) / u32::try_from(count * EACH_PER_SECOND)?);
        let (begin, mut messages, mut rss) = (Instant::now(), 0, 0);
        while begin.elapsed() < span {
            ticks.tick().await;
            let at = self.said % self.writers.len();
            self.said += 1;
            let sent = self.began.elapsed().as_micros();
            let text = format!(
                r#"{{"type":"message.send","id":"{0}","room_id":{room_id},"body":"@{sent}@ {1}","nonce":"s-{0}"}}"#,
                self.said,
                "x".repeat(500)
            );
            let writer = self.writers.get_mut(at).ok_or("nobody writes")?;
            writer.say(&text).await?;
            while !work::is_reply(writer.hear().await?) {}
            messages += 1;
            rss = rss.max(self.server.rss_bytes()?);
        }
        let expected = messages * self.listeners.len();
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut heard = loop {
            let heard = self.heard.0.lock().unwrap_or_else(|it| it.into_inner()).clone();
            if heard.len() >= expected {
                break heard;
            }
            if Instant::now() > deadline {
                return Err(format!("{} of {expected} deliveries", heard.len()).into());
            }
            sleep(Duration::from_millis(20)).await;
        };
        Ok(Noticed {
            p50: percentile(&mut heard, 50),
            p99: percentile(&mut heard, 99),
            deliveries: heard.len() / messages.max(1),
            rss,
        })
    }
}

/// When a message was sent, as it says itself.
fn sent_at(frame: &[u8]) -> Option<Duration> {
    if !work::is_created(frame) {
        return None;
    }
    let text = std::str::from_utf8(frame).ok()?;
    Some(Duration::from_micros(text.split('@').nth(1)?.parse().ok()?))
}

#[derive(Clone, Copy)]
enum Attack {
    /// As much work for the machine as the guesses of passwords make for their attackers.
    Bystander,
    Idle,
    Slow,
    Stalled,
    Guesses,
    Uploads,
    Frames,
}

impl Attack {
    fn name(self) -> &'static str {
        match self {
            Self::Bystander => "bystander: a busy core, no attack",
            Self::Idle => "5,000 connections that say nothing",
            Self::Slow => "1,000 heads, a byte a second",
            Self::Stalled => "1,000 sockets that do not read",
            Self::Guesses => "1,000 sign-ins at once",
            Self::Uploads => "40 uploads at once, of 1 MiB",
            Self::Frames => "200 sockets that flood",
        }
    }

    fn span(self) -> Duration {
        match self {
            Self::Idle | Self::Slow | Self::Stalled => LONG_SPAN,
            _ => SPAN,
        }
    }

    fn begin(
        self,
        town: &Town,
        scale: usize,
        stop: &Arc<AtomicBool>,
        done: &Arc<AtomicU64>,
    ) -> Result<JoinSet<()>> {
        let mut attackers = JoinSet::new();
        let to = town.server.address;
        let there = town.foreign.handle().ok_or("no attackers")?;
        let apart = |number: usize| APART * u32::try_from(number).unwrap_or(u32::MAX);
        match self {
            Self::Bystander => {
                let stop = stop.clone();
                attackers.spawn_blocking_on(
                    move || {
                        while !stop.load(Ordering::Relaxed) {
                            std::hint::spin_loop();
                        }
                    },
                    there,
                );
            }
            Self::Idle => {
                for number in 0..IDLE / scale {
                    let (stop, done) = (stop.clone(), done.clone());
                    let idling = async move {
                        sleep(apart(number)).await;
                        let Ok(mut stream) = connect(to, number, None).await else { return };
                        if is_ended(&mut stream, b"", &stop).await {
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    };
                    attackers.spawn_on(idling, there);
                }
            }
            Self::Slow => {
                for number in 0..SLOW / scale {
                    let (stop, done) = (stop.clone(), done.clone());
                    let dripping = async move {
                        sleep(apart(number)).await;
                        let Ok(mut stream) = connect(to, number, None).await else { return };
                        let _gone = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ").await;
                        if is_ended(&mut stream, b"a", &stop).await {
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    };
                    attackers.spawn_on(dripping, there);
                }
            }
            Self::Stalled => {
                let sockets = town.foes.iter().flat_map(|foe| [foe; SOCKETS_EACH]);
                for (number, foe) in sockets.take(STALLED / scale).enumerate() {
                    let (stop, done, foe) = (stop.clone(), done.clone(), foe.clone());
                    let stalling = async move {
                        sleep(apart(number)).await;
                        let Ok(mut stream) = connect(to, number, Some(4_096)).await else { return };
                        let _refused = stream.write_all(&hello(&foe.token)).await;
                        while !stop.load(Ordering::Relaxed) {
                            sleep(Duration::from_millis(50)).await;
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    };
                    attackers.spawn_on(stalling, there);
                }
            }
            Self::Guesses => {
                for number in 0..GUESSES / scale {
                    let (stop, done) = (stop.clone(), done.clone());
                    let guessing = async move {
                        for round in 0.. {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            let name = format!("friend{}", (number + round) % 5_000);
                            let body = json!({ "username": name, "password": "wrong" }).to_string();
                            let ask = post(to, number + round * 211, "/api/auth/login", &body);
                            if ask.await.is_ok() {
                                done.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    };
                    attackers.spawn_on(guessing, there);
                }
            }
            Self::Uploads => {
                for number in 0..UPLOADS / scale.min(4) {
                    let foe = town.foes.get(number % town.foes.len()).ok_or("no foe")?.clone();
                    let (stop, done) = (stop.clone(), done.clone());
                    let uploading = async move {
                        while !stop.load(Ordering::Relaxed) {
                            if upload(to, number, &foe).await.is_ok() {
                                done.fetch_add(1, Ordering::Relaxed);
                            } else {
                                sleep(Duration::from_millis(50)).await;
                            }
                        }
                    };
                    attackers.spawn_on(uploading, there);
                }
            }
            Self::Frames => {
                for (number, foe) in town.foes.iter().flat_map(|foe| [foe; 4]).enumerate() {
                    let (stop, done, foe) = (stop.clone(), done.clone(), foe.clone());
                    let flooding = async move {
                        while !stop.load(Ordering::Relaxed) {
                            done.fetch_add(flood(to, number, &foe).await, Ordering::Relaxed);
                        }
                    };
                    attackers.spawn_on(flooding, there);
                }
            }
        }
        Ok(attackers)
    }

    /// What became of them.
    async fn fate(self, mut attackers: JoinSet<()>, done: &AtomicU64) -> String {
        let count = attackers.len();
        let ended = timeout(Duration::from_secs(10), async {
            while attackers.join_next().await.is_some() {}
        });
        let _aborted = ended.await;
        let done = done.load(Ordering::Relaxed);
        match self {
            Self::Bystander => String::new(),
            Self::Idle | Self::Slow => format!("{done} of {count} were ended"),
            Self::Stalled => format!("{done} stayed away"),
            Self::Guesses => format!("{done} answers"),
            Self::Uploads => format!("{done} answers"),
            Self::Frames => format!("{done} frames"),
        }
    }
}

/// A connection from an address of its own.
async fn connect(to: SocketAddr, number: usize, receive_bytes: Option<u32>) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let [_, _, second, first] = u32::try_from(number % 60_000 + 256)?.to_be_bytes();
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 7, second, first.max(1))), 0))?;
    if let Some(bytes) = receive_bytes {
        socket.set_recv_buffer_size(bytes)?;
    }
    Ok(socket.connect(to).await?)
}

/// Says this each second, and whether the other end has ended it before the attack is over.
async fn is_ended(stream: &mut TcpStream, bit: &[u8], stop: &AtomicBool) -> bool {
    let mut chunk = [0; 1_024];
    while !stop.load(Ordering::Relaxed) {
        match timeout(Duration::from_secs(1), stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
            Err(_) if stream.write_all(bit).await.is_err() => return true,
            Err(_) => {}
        }
    }
    false
}

fn hello(token: &str) -> Vec<u8> {
    let mut bytes =
        b"GET /gateway HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .to_vec();
    bytes.extend(frame(&format!(r#"{{"type":"hello","token":"{token}"}}"#)));
    bytes
}

fn frame(text: &str) -> Vec<u8> {
    let mut bytes = vec![0x81, 0xFE];
    bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(text.as_bytes());
    bytes
}

async fn post(to: SocketAddr, number: usize, path: &str, body: &str) -> Result<()> {
    let mut stream = connect(to, number, None).await?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer.is_empty() { Err("no answer".into()) } else { Ok(()) }
}

async fn upload(to: SocketAddr, number: usize, foe: &Person) -> Result<()> {
    let mut stream = connect(to, number, None).await?;
    let head = format!(
        "POST /api/rooms/{}/files?name=x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/octet-stream\r\nConnection: close\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n",
        foe.room_id, foe.token
    );
    stream.write_all(head.as_bytes()).await?;
    let _refused = stream.write_all(&vec![b'x'; UPLOAD_BYTES]).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(())
}

/// Says as many good, bad and empty frames as it can until it is ended; how many those were.
async fn flood(to: SocketAddr, number: usize, foe: &Person) -> u64 {
    let Ok(mut stream) = connect(to, number, None).await else { return 0 };
    if stream.write_all(&hello(&foe.token)).await.is_err() {
        return 0;
    }
    let burst = [
        frame(r#"{"type":"ping","id":"1"}"#),
        frame(r#"{"type":"room.enter","id":"2","room_id":1}"#),
        frame("nonsense"),
        vec![0x89, 0x80, 0, 0, 0, 0],
    ]
    .concat()
    .repeat(8);
    let (mut read, mut write) = stream.split();
    let writing = async {
        let mut frames = 0;
        while write.write_all(&burst).await.is_ok() {
            frames += 32;
        }
        frames
    };
    let reading = async {
        let mut chunk = vec![0; 16 * 1024];
        while let Ok(1..) = read.read(&mut chunk).await {}
    };
    tokio::join!(writing, reading).0
}
