//! What changed after any cursor, laid over what was known then, is the room as it is now.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::Code,
    model::{Message, RoomId, page::ReadChanges},
};

#[derive(Clone, Debug)]
enum Deed {
    Send,
    Edit(usize),
    Delete(usize),
    React(usize),
    Join(usize),
    Leave(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => Just(Deed::Send),
        2 => any::<usize>().prop_map(Deed::Edit),
        1 => any::<usize>().prop_map(Deed::Delete),
        2 => any::<usize>().prop_map(Deed::React),
        1 => (0..2_usize).prop_map(Deed::Join),
        1 => (0..2_usize).prop_map(Deed::Leave),
    ];
    proptest::collection::vec(deed, 1..25)
}

type Held = BTreeMap<i64, Message>;

async fn held(world: &World, ann: &Viewer, room: RoomId) -> Held {
    world.all(ann, room).await.into_iter().map(|message| (message.seq, message)).collect()
}

/// What a client holds after it asked for the changes until nothing was left.
async fn caught_up(
    world: &World,
    ann: &Viewer,
    room: RoomId,
    from: i64,
    mut held: Held,
    limit: i64,
) -> Held {
    let mut after = from;
    loop {
        let epoch = Some(world.ctx.db.epoch().to_string());
        let wanted = ReadChanges { epoch, after, limit: Some(limit) };
        let page = messages::changes(&world.ctx, ann, room, wanted).await.unwrap();
        assert!(!page.reset);
        assert_eq!(page.from, after);
        let revs: Vec<i64> = page.messages.iter().map(|message| message.rev).collect();
        assert!(revs.is_sorted() && revs.iter().all(|rev| page.from < *rev && *rev <= page.to));
        held.extend(page.messages.into_iter().map(|message| (message.seq, message)));
        if page.to == page.head {
            return held;
        }
        assert_eq!(revs.last(), Some(&page.to), "a full page ends at its last change");
        assert!(page.to > after, "it makes progress");
        after = page.to;
    }
}

async fn changes_rebuild_the_room(deeds: Vec<Deed>) {
    let world = World::new();
    let ann = world.person("ann").await;
    let others = [world.person("bob").await, world.person("cat").await];
    let room = world.room(&ann, "one").await.id;
    let mut known = vec![(0, Held::new())];
    for (at, deed) in deeds.into_iter().enumerate() {
        let all: Vec<Message> = held(&world, &ann, room).await.into_values().collect();
        let texts: Vec<&Message> = all.iter().filter(|m| m.deleted_at.is_none()).collect();
        let pick = |at: usize| texts[at % texts.len()].clone();
        match deed {
            Deed::Send => drop(world.send(&ann, room, &at.to_string()).await),
            Deed::Edit(which) => world.alter(&pick(which), Some(&at.to_string())).await,
            Deed::Delete(which) => world.alter(&pick(which), None).await,
            Deed::React(which) => {
                drop(messages::react(&world.ctx, &ann, pick(which).id, "🎉").await);
            }
            Deed::Join(who) => drop(world.join(&others[who], room).await),
            Deed::Leave(who) => rooms::leave(&world.ctx, &others[who], room).await.unwrap(),
        }
        known.push((world.db.head(room), held(&world, &ann, room).await));
    }
    let now = held(&world, &ann, room).await;
    for (cursor, then) in known {
        for limit in [1, 3, 1_000] {
            let rebuilt = caught_up(&world, &ann, room, cursor, then.clone(), limit).await;
            assert_eq!(rebuilt, now, "from {cursor} by {limit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn changes_from_any_cursor_rebuild_the_room(deeds in deeds()) {
        Runtime::new().unwrap().block_on(changes_rebuild_the_room(deeds));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_history_or_a_cursor_beyond_the_head_gives_a_new_base() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    for at in 0..60 {
        world.send(&ann, room, &at.to_string()).await;
    }
    let other = Some("another".to_owned());
    for (epoch, after) in [(other, 3), (None, 62), (None, 1 << 53)] {
        let wanted = ReadChanges { epoch, after, limit: None };
        let page = messages::changes(&world.ctx, &ann, room, wanted).await.unwrap();
        assert!(page.reset);
        assert_eq!((page.from, page.to, page.head), (0, 61, 61));
        assert_eq!(page.messages.len(), 50);
        assert_eq!(page.messages[0].seq, 12);
    }
    let nothing = ReadChanges { after: 61, ..ReadChanges::default() };
    let page = messages::changes(&world.ctx, &ann, room, nothing).await.unwrap();
    assert!(!page.reset && page.messages.is_empty());
    assert_eq!((page.from, page.to), (61, 61));
    for wrong in [
        ReadChanges { after: -1, ..ReadChanges::default() },
        ReadChanges { limit: Some(1_001), ..ReadChanges::default() },
    ] {
        let refused = messages::changes(&world.ctx, &ann, room, wrong).await;
        assert_eq!(code(refused), Code::Invalid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_changes_has_at_most_a_mebibyte() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    let long = "😀".repeat(16_000);
    for _ in 0..20 {
        world.send(&ann, room, &long).await;
    }
    let wanted = ReadChanges::default();
    let page = messages::changes(&world.ctx, &ann, room, wanted).await.unwrap();
    assert!(serde_json::to_vec(&page).unwrap().len() <= 1024 * 1024);
    assert_eq!((page.messages.len(), page.to, page.head), (14, 14, 21));
}

#[tokio::test(flavor = "multi_thread")]
async fn entering_gives_the_newest_messages_or_what_changed() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "one").await.id;
    world.join(&bob, room).await;
    for at in 0..20 {
        world.send(&ann, room, &at.to_string()).await;
    }
    world.present.put(room, ann.user_id);
    let epoch = world.ctx.db.epoch().to_string();
    let enter = async |after, last| rooms::enter(&world.ctx, &bob, room, after, last).await;

    let first = enter(None, None).await.unwrap();
    assert_eq!((first.from, first.to, first.reset, first.messages.len()), (0, 22, true, 10));
    assert_eq!(first.messages[9].seq, 22);
    assert_eq!((first.room.head, first.room.online_count), (22, 1));
    assert_eq!(first.room.me.unwrap().unread, 20);
    assert_eq!((first.online, first.epoch), (vec![ann.user_id], epoch.clone()));

    let again = enter(Some((epoch.clone(), 20)), Some(5)).await.unwrap();
    assert_eq!((again.from, again.to, again.reset, again.messages.len()), (20, 22, false, 2));

    let elsewhere = enter(Some(("another".to_owned(), 20)), Some(5)).await.unwrap();
    assert_eq!((elsewhere.from, elsewhere.reset, elsewhere.messages.len()), (0, true, 5));
    for (after, last) in [(None, Some(0)), (None, Some(101)), (Some((epoch, -1)), None)] {
        assert_eq!(code(enter(after, last).await), Code::Invalid);
    }
}
