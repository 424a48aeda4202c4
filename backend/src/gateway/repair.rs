//! Reads from the database what the hub has missed.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::mpsc,
    time::{interval, sleep},
};

use crate::{
    actions::{Context, missed},
    hub::{Hub, Repair, RepairSink},
};

/// How many repairs wait at the most; one more is asked for again by the hub's sweep.
const WAITING_MAX: usize = 1_024;
/// How many are under way at the most: they share the readers with everybody else.
const UNDER_WAY_MAX: usize = 4;
/// How long a gap is given to close by itself.
const PATIENCE: Duration = Duration::from_millis(20);
/// How often the hub is swept.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// The repairs that a hub asks for.
pub struct Repairs(mpsc::Receiver<Repair>);

/// Where a hub asks for repairs, and who does them.
pub fn repairs() -> (RepairSink, Repairs) {
    let (asked, waiting) = mpsc::channel(WAITING_MAX);
    (Box::new(move |repair| asked.try_send(repair).is_ok()), Repairs(waiting))
}

impl Repairs {
    /// Does repairs and sweeps, until the hub is gone. One per hub.
    pub async fn run(mut self, ctx: Context, hub: Arc<Hub>) {
        let mut under_way = FuturesUnordered::new();
        let mut ticks = interval(SWEEP_EVERY);
        loop {
            let may_begin = under_way.len() < UNDER_WAY_MAX;
            tokio::select! {
                asked = self.0.recv(), if may_begin => match asked {
                    Some(repair) => under_way.push(mend(&ctx, &hub, repair).boxed()),
                    None => return,
                },
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                _ = ticks.tick() => hub.sweep(ctx.db.clock().now()),
            }
        }
    }
}

async fn mend(ctx: &Context, hub: &Hub, repair: Repair) {
    sleep(PATIENCE).await;
    let Repair { room_id, after } = repair;
    match missed::fill(ctx, room_id, after).await {
        Ok(fill) => hub.fill(room_id, fill),
        Err(error) => {
            tracing::warn!(%room_id, %error, "what was missed in a room could not be read");
            hub.repair_failed(repair);
        }
    }
}
