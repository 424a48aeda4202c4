//! `hello`: who is it, and how do things stand.
//!
//! The order is what makes it gapless: first the socket is registered, then its rooms are listened
//! to, and only then is the snapshot read; what is announced from the registration on is held back
//! until the client has been told what the snapshot says.

use std::{cell::Cell, rc::Rc};

use super::{frame, shared::Shared, socket::Arrival, worker::Worker};
use crate::{
    actions::{Need, Viewer, hello, rooms, sessions},
    error::{Code, Error, Result},
    hub::{Resume, SocketKey},
    model::{
        RoomId,
        command::{Hello, Resumed},
        event::{Event, Ready},
    },
};

/// A socket that was told how things stand.
pub(super) struct Greeted {
    pub(super) key: SocketKey,
    /// The rooms of which it must be told what it missed, before it goes live.
    pub(super) behind: Vec<RoomId>,
}

/// Finds out who has this token, or the one that came with the upgrade, and may read.
pub(super) async fn vouch(
    worker: &Worker,
    token: Option<&str>,
    arrival: &Arrival,
) -> Result<Viewer> {
    let token = token.or(arrival.bearer.as_deref()).ok_or(Error::from(Code::Unauthenticated))?;
    let viewer = sessions::authenticate_from(&worker.ctx, token, &arrival.caller).await?;
    viewer.check(Need::Read)?;
    Ok(viewer)
}

pub(super) async fn greet(
    worker: &Worker,
    shared: &Rc<Shared>,
    slot: &Cell<Option<SocketKey>>,
    said: Hello,
    arrival: Arrival,
) -> Result<Greeted> {
    let ctx = &worker.ctx;
    let viewer = vouch(worker, said.token.as_deref(), &arrival).await?;
    let (user_id, session_id) = (viewer.user_id, viewer.session_id);
    let key = worker.listeners().open(user_id, session_id, shared.queue.clone());
    slot.set(Some(key));
    worker.know(key, shared.clone());

    let rooms = rooms::room_ids(ctx, &viewer).await?;
    worker.listeners().listen(key, &rooms);
    let ready = hello::ready(ctx, &viewer).await?;

    let (presence, rooms) = (ready.profile.presence, ready.rooms.clone());
    let heard = heard(&ready, &viewer);
    let resume = resume(said.resume, &ready);
    let frame = frame::event(&Event::Ready(Box::new(ready)));
    shared.signed_in(viewer);
    let mut listeners = worker.listeners();
    let behind = listeners.ready(key, frame, &heard, &resume);
    listeners.greeted(key, presence, &rooms);
    Ok(Greeted { key, behind })
}

/// The rooms to hear, with their heads: a room for staff is heard by staff only.
fn heard(ready: &Ready, viewer: &Viewer) -> Vec<(RoomId, i64)> {
    let rooms = ready.rooms.iter().filter(|room| viewer.is_staff || !room.staff_only);
    rooms.map(|room| (room.id, room.head)).collect()
}

fn resume(resumed: Option<Resumed>, ready: &Ready) -> Resume {
    let Resumed { epoch, rooms } = resumed.unwrap_or_default();
    Resume { same_epoch: epoch == ready.epoch, rooms: rooms.0 }
}
