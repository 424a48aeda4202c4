//! Reads from the database what the hub has missed.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::mpsc,
    time::{interval, sleep},
};

use crate::{
    actions::{Context, missed},
    error::Code,
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
        Ok(fill) => {
            hub.fill(room_id, fill);
            hub.stats().has_repaired();
        }
        Err(error) if error.code == Code::NotFound => hub.end(room_id),
        Err(error) => {
            tracing::warn!(%room_id, %error, "what was missed in a room could not be read");
            hub.repair_failed(repair);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{
        actions::{rooms, testing::World},
        hub::{Bounds, Listeners, Queue, Resume},
        model::{SessionId, frame},
    };

    /// What waits in a queue, as text.
    async fn heard(listeners: &mut Listeners, queue: &Queue, last: &str) -> String {
        let mut text = String::new();
        for _ in 0..100 {
            listeners.turn();
            while let Some(chunk) = queue.take_chunk() {
                text.push_str(&String::from_utf8_lossy(&chunk));
            }
            if text.contains(last) {
                break;
            }
            sleep(Duration::from_millis(10)).await;
        }
        text
    }

    #[tokio::test]
    async fn g7_g8_what_was_never_announced_is_found_up_to_a_removal() {
        let world = World::new();
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let room = world.room(&ann, "Tea").await.id;
        world.join(&bob, room).await;
        world.present.put(room, bob.user_id);

        let (sink, repairs) = repairs();
        let hub = Arc::new(Hub::new(Bounds::default(), sink));
        tokio::spawn(repairs.run(world.ctx.clone(), hub.clone()));
        let worker = hub.add_worker(|| {});
        let mut listeners = Listeners::new(hub.clone(), worker);
        let queue = Rc::<Queue>::default();
        let key = listeners.open(bob.user_id, SessionId(1), queue.clone());
        listeners.listen(key, &[room]);
        listeners.ready(key, frame::text(&[b"ready"]), &[(room, 2)], &Resume::default());
        listeners.finish(key, frame::text(&[b"caught_up"]));

        // Nobody tells the hub of any of this.
        world.send(&ann, room, "for bob").await;
        hub.hint(room, 3);
        let text = heard(&mut listeners, &queue, "for bob").await;
        assert!(text.contains(r#"{"type":"message.created","room_id":1,"rev":3,"#), "{text}");

        rooms::leave(&world.ctx, &bob, room).await.unwrap();
        world.send(&ann, room, "a secret").await;
        hub.hint(room, 5);
        let text = heard(&mut listeners, &queue, "room.removed").await;
        assert!(text.contains("room.removed") && !text.contains("a secret"), "{text}");

        let head = world.join(&bob, room).await.head;
        hub.hint(room, head);
        let shown = rooms::get(&world.ctx, &bob, room).await.unwrap();
        hub.arrived(bob.user_id, Arc::new(shown));
        let text = heard(&mut listeners, &queue, "room.added").await;
        assert!(text.contains(&format!(r#""head":{head}"#)), "{text}");
        world.send(&ann, room, "welcome").await;
        hub.hint(room, head + 1);
        let text = heard(&mut listeners, &queue, "welcome").await;
        assert!(text.contains("welcome"), "{text}");
    }
}
