//! How this node is. The one thing that may be asked by anybody: it says nothing about people.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::Context;
use crate::model::health::{Part, Readiness, State};

/// A part that takes longer to answer is down.
const WAIT: Duration = Duration::from_secs(3);

/// Asks every part how it is.
pub async fn readiness(ctx: &Context) -> Readiness {
    let began = Instant::now();
    let answer = timeout(WAIT, ctx.db.read(|conn| Ok(crate::store::ping(conn)?))).await;
    let state = if matches!(answer, Ok(Ok(()))) { State::Ok } else { State::Down };
    let latency_ms = (began.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    let store = Part { name: "store".to_owned(), state, latency_ms };
    Readiness { state: store.state, parts: vec![store] }
}
