//! What is remembered is what the database says, whatever has happened in between.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::super::{
    Context, Viewer, blocks, hello, messages, profiles, reading, rooms, testing::World,
};
use crate::{
    error::Code,
    keys::Keys,
    model::{
        Room, RoomId, Timestamp,
        presence::Nobody,
        profile::{Me, UpdateMe},
        room::{Notify, Role, UpdateRoom},
    },
    store::{
        Db, Home, Place,
        sessions::{self, Live, NewSession},
    },
};

/// All of what somebody is told, in a form that can be compared.
type Told = (Option<Live>, Option<Me>, Vec<Room>);

async fn signed_in(world: &World, name: &str) -> Viewer {
    let viewer = world.person(name).await;
    let session = NewSession {
        user_id: viewer.user_id,
        salt: name.to_owned(),
        remember: false,
        ip: None,
        user_agent: None,
        expires_at: Timestamp(i64::MAX),
    };
    let session = world.ctx.db.write(move |tx| Ok(sessions::insert(tx, &session)?));
    Viewer { session_id: session.await.unwrap(), ..viewer }
}

fn told(home: &Home) -> Told {
    let own = home.own.as_ref().map(|own| own.shown(&Nobody));
    (home.live.clone(), own, home.rooms.shown(&Nobody))
}

async fn home(ctx: &Context, who: &Viewer) -> Told {
    told(&ctx.db.home(who.user_id, who.session_id).await.unwrap())
}

/// The newest messages of every room as somebody sees them, or why not.
async fn histories(ctx: &Context, who: &Viewer, rooms: i64) -> Vec<Result<Bytes, Code>> {
    let mut all = Vec::new();
    for room in 1..=rooms {
        let page = messages::history(ctx, who, RoomId(room), Default::default()).await;
        all.push(page.map(|page| page.json().clone()).map_err(|error| error.code));
    }
    all
}

/// Something that one of the people does, or fails to do.
async fn happen(world: &World, people: &[Viewer], chance: &mut StdRng) {
    let ctx = &world.ctx;
    let who = &people[chance.random_range(0..people.len())];
    let other = &people[chance.random_range(0..people.len())];
    let mine = rooms::list_mine(ctx, who).await.unwrap();
    let room = (!mine.is_empty()).then(|| mine[chance.random_range(0..mine.len())].clone());
    let number = chance.random_range(0..1_000_u32);
    let Some(room) = room.filter(|_| chance.random_bool(0.9)) else {
        world.room(who, &format!("room {number} {}", world.db.count("rooms"))).await;
        return;
    };
    // Much of this is refused: that changes nothing either.
    match chance.random_range(0..17) {
        0..4 => drop(world.try_send(who, room.id, &format!("{number} @{}", other.user_id)).await),
        4 => drop(rooms::join(ctx, other, room.id).await),
        5 => drop(rooms::leave(ctx, who, room.id).await),
        6 => drop(rooms::put_member(ctx, who, room.id, other.user_id, Some(Role::Moderator)).await),
        7 => drop(rooms::remove(ctx, who, room.id, other.user_id).await),
        8 => drop(rooms::open_direct(ctx, who, other.user_id).await),
        9 => {
            let topic = Some(number.to_string());
            drop(
                rooms::update(ctx, who, room.id, UpdateRoom { topic, ..UpdateRoom::default() })
                    .await,
            );
        }
        10 => drop(rooms::delete(ctx, who, room.id).await),
        11 => drop(reading::mark(ctx, who, room.id, room.head).await),
        12 => {
            let display_name = Some(format!("name {number}"));
            drop(
                profiles::update_me(ctx, who, UpdateMe { display_name, ..UpdateMe::default() })
                    .await,
            );
        }
        13 => drop(rooms::set_notify(ctx, who, room.id, Notify::None).await),
        14 => drop(blocks::block(ctx, who, other.user_id).await),
        15 => {
            for message in world.all(who, room.id).await.iter().rev().take(2) {
                drop(messages::react(ctx, who, message.id, "👍").await);
                drop(world.delete(who, message.id).await);
            }
        }
        _ => {
            let (id, ends) = (who.session_id, Timestamp(i64::from(number)));
            ctx.db.write(move |tx| Ok(sessions::rotate(tx, id, ends)?)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_remembered_is_what_a_reading_says() {
    let world = World::new();
    let mut people = Vec::new();
    for name in ["ann", "bob", "cid", "dan"] {
        people.push(signed_in(&world, name).await);
    }
    // Beside it one that remembers nothing.
    let reads = Db::attach(&world.db.place, world.db.clock.clone()).unwrap();
    let reads = Context::new(reads, world.present.clone(), Keys::random(), false);
    let mut chance = StdRng::seed_from_u64(7);
    let mut remembered = 0;
    for step in 0..600 {
        happen(&world, &people, &mut chance).await;
        let rooms = world.db.count("rooms").min(8);
        for who in &people {
            let (ctx, id) = (&world.ctx, who.session_id);
            remembered += usize::from(ctx.db.home_if_known(who.user_id, id).is_some());
            assert_eq!(home(ctx, who).await, home(&reads, who).await, "step {step}");
            let (live, read) = (ctx.db.session(id).await, reads.db.session(id).await);
            assert_eq!(live.unwrap(), read.unwrap(), "step {step}");
            let (known, read) = (histories(ctx, who, rooms), histories(&reads, who, rooms));
            assert_eq!(known.await, read.await, "step {step}");
        }
        assert!(reads.db.home_if_known(people[0].user_id, people[0].session_id).is_none());
    }
    // Postgres may be written by other nodes, so nothing of it is remembered.
    let is_alone = matches!(world.db.place, Place::Sqlite(_));
    assert_eq!(remembered > 600, is_alone, "{remembered} of 2400");
    assert!(remembered < 2_200, "{remembered} of 2400: too little happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_is_remembered() {
    let world = Arc::new(World::new());
    let ann = signed_in(&world, "ann").await;
    let room = world.room(&ann, "one").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let readers = [(); 3].map(|()| {
        let (world, ann, is_over) = (world.clone(), ann.clone(), is_over.clone());
        tokio::spawn(async move {
            let mut before = 0;
            while !is_over.load(Ordering::Relaxed) {
                let home = world.ctx.db.home(ann.user_id, ann.session_id).await.unwrap();
                let head = home.rooms.shown(&Nobody)[0].head;
                assert!(head >= before, "{head} after {before}");
                before = head;
                // What is remembered is answered without waiting, so nobody else would have a turn.
                tokio::task::yield_now().await;
            }
        })
    });
    for _ in 0..300 {
        let sent = world.send(&ann, room.id, "text").await;
        let home = world.ctx.db.home(ann.user_id, ann.session_id).await.unwrap();
        assert!(home.rooms.shown(&Nobody)[0].head >= sent.rev);
    }
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_in_again_asks_the_database_nothing() {
    let world = World::new();
    if world.ctx.db.is_shared() {
        // Other nodes write there: everything is read.
        return;
    }
    let ctx = &world.ctx;
    let ann = signed_in(&world, "ann").await;
    for name in ["Tea", "Coffee"] {
        world.room(&ann, name).await;
    }
    let come_in = async || {
        ctx.db.session(ann.session_id).await.unwrap().unwrap();
        assert_eq!(rooms::room_ids(ctx, &ann).await.unwrap().len(), 2);
        assert_eq!(hello::ready(ctx, &ann).await.unwrap().rooms.len(), 2);
        messages::history(ctx, &ann, RoomId(1), Default::default()).await.unwrap();
    };
    come_in().await;
    let before = ctx.db.reads();
    for _ in 0..10 {
        come_in().await;
    }
    assert_eq!(ctx.db.reads(), before);
    world.send(&ann, RoomId(1), "something new").await;
    come_in().await;
    assert!(ctx.db.reads() > before);
}
