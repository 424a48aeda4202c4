//! The one room of two people (001-13, 003-5, 003-9, AZ-6).

use futures_util::future::join_all;

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::Code,
    model::{
        Announcement, Room, RoomId, UserId,
        room::{ListRooms, RoomKind, UpdateRoom},
    },
};

async fn pair() -> (World, Viewer, Viewer) {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    (world, ann, bob)
}

fn arrivals(world: &World) -> Vec<(UserId, Room)> {
    let arrived = |announcement| match announcement {
        Announcement::Arrived { user_id, room } => Some((user_id, (*room).clone())),
        _ => None,
    };
    world.db.told().into_iter().filter_map(arrived).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_have_one_room_whoever_opens_it() {
    let (world, ann, bob) = pair().await;
    let opened = rooms::open_direct(&world.ctx, &ann, bob.user_id).await.unwrap();
    let room = opened.room;
    assert!(opened.is_new && room.is_private && room.kind == RoomKind::Direct);
    assert_eq!((room.name.as_str(), room.slug.as_deref(), room.owner_id), ("bob", None, None));
    assert_eq!((room.head, room.members_count), (0, 2), "there are no notes");
    assert_eq!(room.peer.as_ref().map(|peer| peer.id), Some(bob.user_id));
    let again = rooms::open_direct(&world.ctx, &ann, bob.user_id).await.unwrap();
    assert_eq!((again.is_new, &again.room), (false, &room));
    let other = rooms::open_direct(&world.ctx, &bob, ann.user_id).await.unwrap();
    assert_eq!((other.is_new, other.room.id, other.room.name.as_str()), (false, room.id, "ann"));
    let told = arrivals(&world);
    assert_eq!(told, [(ann.user_id, room), (bob.user_id, other.room)], "each as they see it");
    assert_eq!(world.all(&bob, again.room.id).await, []);
    let sent = world.send(&bob, again.room.id, "hello").await;
    assert_eq!((sent.seq, sent.rev), (1, 1));
    let seen = rooms::get(&world.ctx, &ann, again.room.id).await.unwrap();
    assert_eq!((seen.head, seen.me.unwrap().unread), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn opened_by_many_at_once_it_is_one_room_and_new_once() {
    let (world, ann, bob) = pair().await;
    let opens = (0..20).map(|at| {
        let (ctx, ann, bob) = (world.ctx.clone(), ann.clone(), bob.clone());
        tokio::spawn(async move {
            let (viewer, peer) = if at % 2 == 0 { (ann, bob) } else { (bob, ann) };
            rooms::open_direct(&ctx, &viewer, peer.user_id).await.unwrap()
        })
    });
    let opened: Vec<_> = join_all(opens).await.into_iter().map(Result::unwrap).collect();
    let first = opened[0].room.id;
    assert!(opened.iter().all(|opened| opened.room.id == first));
    assert_eq!(opened.iter().filter(|opened| opened.is_new).count(), 1);
    assert_eq!(arrivals(&world).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn d12_nobody_has_a_room_with_themselves_or_with_nobody() {
    let (world, ann, bob) = pair().await;
    let open = async |viewer: &Viewer, peer: UserId| {
        rooms::open_direct(&world.ctx, viewer, peer).await.map(|opened| opened.room.id)
    };
    assert_eq!(code(open(&ann, ann.user_id).await), Code::NotFound);
    assert_eq!(code(open(&ann, UserId(404)).await), Code::NotFound);
    let deactivate = format!("update users set is_active = false where id = {}", bob.user_id);
    world.db.execute(deactivate.clone()).await;
    assert_eq!(code(open(&ann, bob.user_id).await), Code::NotFound);
    world.db.execute("update users set is_active = true").await;
    let id = open(&ann, bob.user_id).await.unwrap();
    world.db.execute(deactivate).await;
    assert_eq!(open(&ann, bob.user_id).await, Ok(id), "what was said is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn az_6_a_direct_room_has_its_two_people_for_ever() {
    let (world, ann, bob) = pair().await;
    let (cat, staff) = (world.person("cat").await, world.staff("sam").await);
    let id = world.direct_room(&ann, &bob).await;
    let ctx = &world.ctx;
    let rename = UpdateRoom { name: Some("public".to_owned()), ..UpdateRoom::default() };
    let own: [(&Viewer, Code); 2] = [(&ann, Code::Forbidden), (&staff, Code::NotFound)];
    for (viewer, refusal) in own {
        assert_eq!(code(rooms::update(ctx, viewer, id, rename.clone()).await), refusal);
        assert_eq!(code(rooms::delete(ctx, viewer, id).await), refusal);
        assert_eq!(code(rooms::put_member(ctx, viewer, id, cat.user_id, None).await), refusal);
        assert_eq!(code(rooms::remove(ctx, viewer, id, bob.user_id).await), refusal);
        assert_eq!(code(rooms::leave(ctx, viewer, id).await), refusal);
    }
    assert_eq!(code(rooms::join(ctx, &cat, id).await), Code::NotFound);
    for (viewer, count) in [(&ann, 1), (&bob, 1), (&cat, 0), (&staff, 0)] {
        let list = rooms::list(ctx, viewer, ListRooms::default()).await.unwrap();
        assert_eq!(list.items.len(), count);
    }
    let room = rooms::get(ctx, &ann, id).await.unwrap();
    assert_eq!((room.members_count, world.db.head(id)), (2, 0), "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_pair_has_a_room_of_its_own() {
    let (world, ann, bob) = pair().await;
    let cat = world.person("cat").await;
    let rooms = [
        world.direct_room(&ann, &bob).await,
        world.direct_room(&cat, &ann).await,
        world.direct_room(&bob, &cat).await,
    ];
    for (at, room) in rooms.iter().enumerate() {
        assert!(!rooms[..at].contains(room));
    }
    let message = world.send(&ann, rooms[0], "for bob").await.id;
    assert_eq!(code(messages::get(&world.ctx, &cat, message).await), Code::NotFound);
    assert_eq!(world.all(&cat, rooms[1]).await, []);
    assert!(rooms.iter().all(|room| *room != RoomId(0)));
}
