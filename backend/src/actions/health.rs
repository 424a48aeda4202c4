//! How this node is. The one thing that may be asked by anybody: it says nothing about people.

use std::time::{Duration, Instant};

use tokio::{sync::oneshot, time::timeout};

use super::Context;
use crate::{
    model::{
        health::{Part, Readiness, State},
        live::Receipt,
    },
    relay::Condition,
};

/// A part that takes longer to answer is down.
const WAIT: Duration = Duration::from_secs(3);

/// Asks every part how it is.
pub async fn readiness(ctx: &Context) -> Readiness {
    let began = Instant::now();
    let answer = timeout(WAIT, ctx.db.check(|conn| Ok(crate::store::ping(conn)?))).await;
    let state = if matches!(answer, Ok(Ok(()))) { State::Ok } else { State::Down };
    let mut parts = vec![part("store", state, began.elapsed())];
    if let Some(relay) = &ctx.relay {
        let Condition { carries, is_heard, is_alone, is_blind, latency } = relay.condition();
        // Without a relay what is new is asked for; without the database there is nothing to ask. Words
        // must come, and those of this node must arrive at every other one that the database knows.
        let state = match (carries && is_heard, is_alone) {
            _ if is_blind && !carries => State::Down,
            (true, _) | (_, true) => State::Ok,
            _ => State::Degraded,
        };
        parts.push(part("relay", state, if carries { latency } else { Duration::ZERO }));
    }
    parts.push(fan_out(ctx).await);
    let state = parts.iter().map(|part| part.state).max().unwrap_or(State::Down);
    Readiness { state, parts }
}

/// Whether all who tell sockets still do: how long it takes until each has had its turn.
async fn fan_out(ctx: &Context) -> Part {
    let began = Instant::now();
    let (kept, all_had_it) = oneshot::channel::<()>();
    ctx.live.roll_call(Receipt::new(move || _ = &kept));
    let state = if timeout(WAIT, all_had_it).await.is_ok() { State::Ok } else { State::Down };
    part("fan_out", state, began.elapsed())
}

fn part(name: &str, state: State, took: Duration) -> Part {
    let latency_ms = (took.as_secs_f64() * 1e6).round() / 1e3;
    Part { name: name.to_owned(), state, latency_ms }
}
