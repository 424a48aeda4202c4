//! Read pointers go forward only; what is unread is what a recount says.

use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{
    actions::{
        Viewer, reading, rooms,
        testing::{World, code},
    },
    error::Code,
    model::{
        Message, RoomId,
        event::{Event, ReadUpdated},
        message::MessageKind,
    },
};

#[derive(Clone, Debug)]
enum Deed {
    Send(usize, bool),
    Delete(usize),
    Mark(i64),
    Leave,
    Join,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        5 => (0..2_usize, any::<bool>()).prop_map(|(who, mention)| Deed::Send(who, mention)),
        1 => any::<usize>().prop_map(Deed::Delete),
        2 => (0..30_i64).prop_map(Deed::Mark),
        1 => Just(Deed::Leave),
        1 => Just(Deed::Join),
    ];
    proptest::collection::vec(deed, 1..30)
}

/// What is unread, counted by hand.
fn recount(all: &[Message], reader: &Viewer, last_read_seq: i64) -> (i64, i64) {
    let unread = all.iter().filter(|message| {
        message.seq > last_read_seq
            && message.kind == MessageKind::Text
            && message.author.id != reader.user_id
            && message.deleted_at.is_none()
    });
    let bodies: Vec<&str> = unread.filter_map(|message| message.body.as_deref()).collect();
    let mentions = bodies.iter().filter(|body| body.contains("@bob")).count();
    (i64::try_from(bodies.len()).unwrap(), i64::try_from(mentions).unwrap())
}

async fn counts_agree(world: &World, ann: &Viewer, bob: &Viewer, room: RoomId) {
    let all = world.all(ann, room).await;
    let got = rooms::get(&world.ctx, bob, room).await.unwrap();
    let mine = rooms::list_mine(&world.ctx, bob).await.unwrap();
    let listed = rooms::list(&world.ctx, bob, Default::default()).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&got));
    let Some(me) = &got.me else {
        assert!(mine.is_empty());
        return;
    };
    assert_eq!(mine, std::slice::from_ref(&got));
    assert_eq!((me.unread, me.mentions), recount(&all, bob, me.last_read_seq));
}

async fn unread_is_what_a_recount_says(deeds: Vec<Deed>) {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "one").await.id;
    world.join(&bob, room).await;
    for deed in deeds {
        match deed {
            Deed::Send(who, mention) => {
                let body = if mention { "hello @Bob @ann" } else { "hello bob@example.org" };
                let body = body.replace("@Bob", "@bob");
                drop(world.try_send([&ann, &bob][who], room, &body).await);
            }
            Deed::Delete(which) => {
                let all = world.all(&ann, room).await;
                drop(world.delete(&ann, all[which % all.len()].id).await);
            }
            Deed::Mark(seq) => drop(reading::mark(&world.ctx, &bob, room, seq).await),
            Deed::Leave => rooms::leave(&world.ctx, &bob, room).await.unwrap(),
            Deed::Join => drop(world.join(&bob, room).await),
        }
        counts_agree(&world, &ann, &bob, room).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn g13_unread_equals_a_recount(deeds in deeds()) {
        Runtime::new().unwrap().block_on(unread_is_what_a_recount_says(deeds));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pointer_goes_forward_only_and_tells_the_own_devices_when_it_moved() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room_id = world.room(&ann, "one").await.id;
    world.join(&bob, room_id).await;
    for _ in 0..3 {
        world.send(&ann, room_id, "hello @bob").await;
    }
    let mark = async |seq| reading::mark(&world.ctx, &bob, room_id, seq).await.unwrap();
    let read =
        |last_read_seq, left| ReadUpdated { room_id, last_read_seq, unread: left, mentions: left };
    let same = |got: ReadUpdated, expected: ReadUpdated| {
        assert_eq!(serde_json::to_value(got).unwrap(), serde_json::to_value(expected).unwrap());
    };
    same(mark(4).await, read(4, 1));
    same(mark(3).await, read(4, 1));
    same(mark(4).await, read(4, 1));
    same(mark(99).await, read(5, 0));
    let told = world.told_to(&bob);
    assert_eq!(told.len(), 2);
    assert!(matches!(&told[1], Event::ReadUpdated(ReadUpdated { last_read_seq: 5, .. })));
    assert!(world.told_to(&ann).is_empty());
    assert_eq!(code(reading::mark(&world.ctx, &bob, room_id, -1).await), Code::Invalid);
    assert_eq!(code(reading::mark(&world.ctx, &bob, RoomId(404), 1).await), Code::NotFound);
}
