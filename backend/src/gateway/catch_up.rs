//! Brings a socket up to date, room by room, from memory where that reaches back and from the
//! database where not; at `hello`, and whenever the socket has fallen behind.

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Duration};

use actix_web::rt::time::sleep;
use tokio::sync::Notify;

use super::{close, frame, greet::Greeted, shared::Shared, worker::Worker};
use crate::{
    actions::missed,
    error::{Code, Error},
    hub::{CatchUp, SocketKey},
    model::{Close, Rev, RoomId, event::Event, span::Page},
};

/// How often a page is asked for that the database can't give, before the socket is ended (4000).
const TRIES_MAX: u32 = 8;
/// How long the first pause between two tries is; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(50);

/// Which rooms are being read for some socket of this thread, so that the others wait and are then
/// served from memory: when many come back at once, the database is asked once per room.
#[derive(Default)]
pub(super) struct Reading(RefCell<HashMap<RoomId, Rc<Notify>>>);

/// Sends what the socket missed, then `caught_up`; then whatever it falls behind with. Ends with the
/// socket.
pub(super) async fn run(worker: &Worker, shared: &Shared, greeted: Greeted) {
    let Greeted { key, behind } = greeted;
    for room_id in behind {
        Box::pin(bring(worker, shared, key, room_id)).await;
    }
    shared.room_for(0).await;
    let behind = worker.listeners().finish(key, frame::event(&Event::CaughtUp));
    for room_id in behind {
        Box::pin(bring(worker, shared, key, room_id)).await;
    }
    loop {
        let room_id = shared.next_behind().await;
        // Boxed: a socket that is up to date, as nearly all are, keeps no room for it.
        Box::pin(bring(worker, shared, key, room_id)).await;
    }
}

/// Brings one room up to date.
async fn bring(worker: &Worker, shared: &Shared, key: SocketKey, room_id: RoomId) {
    let mut has_waited = false;
    let mut tries = 0;
    loop {
        let next = worker.listeners().catch_up(key, room_id);
        let (after, mark, reset) = match next {
            CatchUp::Done => return,
            CatchUp::Wait(bytes) => {
                shared.room_for(bytes).await;
                continue;
            }
            CatchUp::Read { after, mark, reset } => (after, mark, reset),
        };
        if !reset && !has_waited && worker.reading.wait(room_id).await {
            has_waited = true;
            continue;
        }
        let page = read(worker, shared, room_id, (!reset).then_some(after)).await;
        let failed = match page {
            Ok(page) if page.reset || page.span.to > after => {
                send(worker, shared, key, room_id, mark, &page).await;
                continue;
            }
            // Nothing newer, although something newer was heard of.
            Ok(_) => Code::Unavailable.into(),
            Err(error) => error,
        };
        match failed.code {
            Code::NotFound | Code::Forbidden | Code::RoomStaffOnly => {
                worker.listeners().not_a_member(key, room_id, mark);
            }
            Code::Unavailable | Code::Internal if tries < TRIES_MAX => {
                sleep(PAUSE.saturating_mul(1 << tries)).await;
                tries += 1;
            }
            _ => return shared.queue.cut_off(close_of(&failed)),
        }
    }
}

async fn read(
    worker: &Worker,
    shared: &Shared,
    room_id: RoomId,
    after: Option<Rev>,
) -> Result<Page, Error> {
    let viewer = shared.viewer().ok_or(Error::from(Code::Unauthenticated))?;
    let _reading = worker.reading.begin(room_id);
    missed::read(&worker.ctx, &viewer, room_id, after).await
}

async fn send(
    worker: &Worker,
    shared: &Shared,
    key: SocketKey,
    room_id: RoomId,
    mark: u64,
    page: &Page,
) {
    loop {
        let sent = worker.listeners().page(key, room_id, mark, page);
        let CatchUp::Wait(bytes) = sent else { return };
        shared.room_for(bytes).await;
    }
}

fn close_of(error: &Error) -> Close {
    match close::of_refusal(error) {
        Close::Unauthenticated => Close::Internal,
        close => close,
    }
}

impl Reading {
    /// Waits while a room is being read; says whether there was anything to wait for.
    async fn wait(&self, room_id: RoomId) -> bool {
        let under_way = self.0.borrow().get(&room_id).cloned();
        match under_way {
            Some(done) => done.notified().await,
            None => return false,
        }
        true
    }

    fn begin(&self, room_id: RoomId) -> Begun<'_> {
        let done = self.0.borrow_mut().entry(room_id).or_default().clone();
        Begun { reading: self, room_id, done }
    }
}

/// A reading under way; wakes whoever waits for it when it is dropped.
struct Begun<'a> {
    reading: &'a Reading,
    room_id: RoomId,
    done: Rc<Notify>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.reading.0.borrow_mut().remove(&self.room_id);
        self.done.notify_waiters();
    }
}
