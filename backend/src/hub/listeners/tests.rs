//! What telling people costs, counted.

use std::{rc::Rc, sync::Arc};

use bytes::Bytes;

use super::Listeners;
use crate::{
    hub::{Bounds, Hub, Queue, Resume},
    model::{
        Announcement, Change, Message, MessageId, Rev, RoomId, SessionId, Timestamp, UserId, frame,
        live::{Live, Receipt},
        message::{Author, MessageKind},
        profile::Presence,
    },
};

const ROOM: RoomId = RoomId(1);

fn change(rev: Rev) -> Announcement {
    let author = Author {
        id: UserId(1),
        username: "ann".to_owned(),
        display_name: "Ann".to_owned(),
        avatar_url: None,
    };
    Announcement::Change(Arc::new(Change::of(Message {
        id: MessageId(rev),
        room_id: ROOM,
        seq: rev,
        rev,
        kind: MessageKind::Text,
        author,
        body: Some("to everybody".to_owned()),
        reply_to: None,
        reactions: Vec::new(),
        files: Vec::new(),
        created_at: Timestamp(0),
        edited_at: None,
        deleted_at: None,
        nonce: Some("n".to_owned()),
    })))
}

/// A worker with so many sockets in one room, and their queues.
fn crowd(count: i64) -> (Arc<Hub>, Listeners, Vec<Rc<Queue>>) {
    let hub = Arc::new(Hub::new(Bounds::default(), Box::new(|_| true)));
    let worker = hub.add_worker(|| {});
    let mut listeners = Listeners::new(hub.clone(), worker);
    let mut queues = Vec::new();
    for person in 1..=count {
        let queue = Rc::<Queue>::default();
        let key = listeners.open(UserId(person), SessionId(person), queue.clone());
        listeners.listen(key, &[ROOM]);
        listeners.ready(key, frame::text(&[b"ready"]), &[(ROOM, 0)], &Resume::default());
        listeners.finish(key, frame::text(&[b"caught_up"]));
        queues.push(queue);
    }
    (hub, listeners, queues)
}

fn drained(queues: &[Rc<Queue>]) -> Vec<Bytes> {
    queues.iter().filter_map(|queue| queue.take_chunk()).collect()
}

#[test]
fn an_event_is_encoded_once_for_everybody_and_once_for_its_author() {
    let (hub, mut listeners, queues) = crowd(10);
    drained(&queues);
    hub.deliver(vec![change(1)]);
    listeners.turn();
    let frames = drained(&queues);
    assert_eq!(frames.len(), 10);
    let (own, others) = frames.split_first().unwrap();
    assert!(others.iter().all(|frame| frame.as_ptr() == others[0].as_ptr()), "one text for all");
    assert!(own.ends_with(br#""nonce":"n"}}"#) && others[0].ends_with(br#""nonce":null}}"#));
}

/// How many allocations a message takes that is told to so many.
fn allocations(sockets: i64) -> u64 {
    let (hub, mut listeners, queues) = crowd(sockets);
    // What grows once has grown then.
    for rev in 1..=3 {
        drained(&queues);
        hub.deliver(vec![change(rev)]);
        listeners.turn();
    }
    drained(&queues);
    let change = change(4);
    let counted = allocation_counter::measure(|| {
        hub.deliver(vec![change]);
        listeners.turn();
    });
    assert_eq!(drained(&queues).len(), queues.len());
    counted.count_total
}

#[test]
fn a_delivery_allocates_nothing() {
    let (few, many) = (allocations(2), allocations(1_000));
    assert!(many <= few, "{few} allocations for 2 sockets, {many} for 1,000");
}

#[test]
fn a_roll_call_is_over_when_every_worker_has_had_its_turn() {
    let hub = Arc::new(Hub::new(Bounds::default(), Box::new(|_| true)));
    let mut workers = [(); 2].map(|()| Listeners::new(hub.clone(), hub.add_worker(|| {})));
    workers.iter_mut().for_each(|worker| drop(worker.turn()));
    // One that never had a socket has nobody to tell.
    hub.add_worker(|| {});
    let called = Arc::new(());
    let token = called.clone();
    hub.roll_call(Receipt::new(move || _ = &token));
    for worker in &mut workers {
        assert_eq!(Arc::strong_count(&called), 2);
        worker.turn();
    }
    assert_eq!(Arc::strong_count(&called), 1);
}

#[test]
fn g14_whoever_shares_rooms_with_a_thousand_who_come_at_once_is_not_cut_off() {
    let hub = Arc::new(Hub::new(Bounds::default(), Box::new(|_| true)));
    let worker = hub.add_worker(|| {});
    let mut listeners = Listeners::new(hub.clone(), worker);
    let rooms: Vec<_> = (1..=10).map(RoomId).collect();
    let mut come = |person: i64, rooms: &[RoomId]| {
        let queue = Rc::<Queue>::default();
        let key = listeners.open(UserId(person), SessionId(person), queue.clone());
        listeners.listen(key, rooms);
        let heads: Vec<_> = rooms.iter().map(|room_id| (*room_id, 0)).collect();
        listeners.ready(key, frame::text(&[b"ready"]), &heads, &Resume::default());
        listeners.finish(key, frame::text(&[b"caught_up"]));
        listeners.greeted(key, Presence::Online, &[]);
        queue
    };
    let watcher = come(1_001, &rooms);
    let others: Vec<_> =
        (1..=1_000).map(|person| come(person, &[RoomId(person % 10 + 1)])).collect();
    drained(&others);
    watcher.take_chunk();
    hub.tick(Timestamp(0));
    listeners.turn();
    let mut seen = 0;
    while let Some(chunk) = watcher.take_chunk() {
        let text = String::from_utf8_lossy(&chunk).into_owned();
        seen += text.matches("presence.changed").count();
    }
    assert_eq!((seen, watcher.ended()), (1_001, None));
}
