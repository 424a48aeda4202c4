//! One room with a crowd in it: what it costs to let people in, to keep them, and to tell each of them
//! of every message.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use super::{Result, micros, people::Person, server::Server, socket::Socket, work};

/// How often a crowd comes in.
const ROUNDS: u32 = 3;
/// How many sockets of one person there are: as many as a server takes.
const SOCKETS_EACH: usize = 20;
/// How many sockets connect at once.
const AT_ONCE: usize = 100;
/// How many messages are under way at once in the closed loop.
const UNDER_WAY: u64 = 4;
/// After how long a server is done with sockets that have gone.
pub(crate) const GONE_AFTER: Duration = Duration::from_secs(5);
/// How long the last deliveries may take.
const TAIL_MAX: Duration = Duration::from_secs(10);

/// The listeners of a room, all of them in.
pub(crate) struct Crowd {
    heard: Arc<AtomicU64>,
    listeners: JoinSet<()>,
    writer: Socket,
    room_id: i64,
    said: usize,
}

/// How the writer goes about it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// So many messages a second.
    PerSecond(u32),
    /// The next when one of [`UNDER_WAY`] was acknowledged.
    Closed,
}

/// What telling a crowd has cost.
pub(crate) struct Told {
    pub(crate) deliveries: u64,
    pub(crate) cpu: Duration,
}

impl Crowd {
    /// Connects the sockets of everybody and one more, which writes.
    pub(crate) async fn gather(server: &Server, people: &[Person]) -> Result<Self> {
        let first = people.first().ok_or("a crowd is needed")?;
        let heard = Arc::<AtomicU64>::default();
        // The writer's person has one socket less that listens.
        let sockets = people.iter().flat_map(|person| [person; SOCKETS_EACH]).skip(1);
        let mut coming = stream::iter(sockets)
            .map(|person| Socket::connect(server, person))
            .buffer_unordered(AT_ONCE);
        let mut listeners = JoinSet::new();
        while let Some(socket) = coming.next().await {
            let (mut socket, heard) = (socket?, heard.clone());
            listeners.spawn(async move {
                while let Ok(frame) = socket.hear().await {
                    if work::is_created(frame) {
                        heard.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let writer = Socket::connect(server, first).await?;
        Ok(Self { heard, listeners, writer, room_id: first.room_id, said: 0 })
    }

    /// How many sockets there are, the writer's among them.
    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.listeners.len()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Writes for a while and waits until everybody has heard everything.
    pub(crate) async fn tell(
        &mut self,
        server: &Server,
        pace: Pace,
        span: Duration,
    ) -> Result<Told> {
        let (began, before) = (Instant::now(), server.cpu()?);
        let (heard_before, mut said) = (self.heard.load(Ordering::Relaxed), 0_u64);
        let every = match pace {
            Pace::PerSecond(rate) => Duration::from_secs(1) / rate,
            Pace::Closed => Duration::from_nanos(1),
        };
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut acknowledged = 0;
        while began.elapsed() < span || acknowledged < said {
            let may_say = match pace {
                Pace::PerSecond(_) => said == acknowledged,
                Pace::Closed => said < acknowledged + UNDER_WAY,
            };
            if may_say && began.elapsed() < span {
                if matches!(pace, Pace::PerSecond(_)) {
                    ticks.tick().await;
                }
                self.said += 1;
                said += 1;
                self.writer.say(&work::send(self.room_id, self.said, "crowd")).await?;
            } else {
                while !work::is_reply(self.writer.hear().await?) {}
                acknowledged += 1;
            }
        }
        let listeners = u64::try_from(self.listeners.len())?;
        let deadline = Instant::now() + TAIL_MAX;
        while self.heard.load(Ordering::Relaxed) - heard_before < said * listeners {
            if Instant::now() > deadline {
                return Err("not everything was delivered".into());
            }
            sleep(Duration::from_millis(5)).await;
        }
        let cpu = server.cpu()?.saturating_sub(before);
        // The writer's own socket is told too.
        Ok(Told { deliveries: said * self.len(), cpu })
    }
}

/// What letting a crowd in costs, a socket at a time; its rooms and tokens have been looked at before.
pub(crate) async fn arrival(server: &Server, people: &[Person]) -> Result<u64> {
    let (mut cpu, mut sockets) = (Duration::ZERO, 0);
    for round in 0..=ROUNDS {
        let before = server.cpu()?;
        let crowd = Crowd::gather(server, people).await?;
        // The first round is read from the database.
        if round > 0 {
            cpu += server.cpu()?.saturating_sub(before);
            sockets += crowd.len();
        }
        drop(crowd);
        sleep(GONE_AFTER).await;
    }
    Ok(micros(cpu) / sockets.max(1))
}
