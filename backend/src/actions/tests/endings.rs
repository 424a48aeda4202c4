//! Rooms that are deleted: gone for everybody at once, and their texts for ever.

use std::time::Duration;

use crate::{
    actions::{
        Viewer, messages, reading, rooms,
        testing::{World, code},
    },
    error::{Code, Error},
    model::{
        Announcement, RoomId,
        message::{NewMessage, SearchMessages},
        room::{ListRooms, Notify, Role, UpdateRoom},
    },
};

fn message(room_id: RoomId, nonce: &str) -> NewMessage {
    let body = "an unmistakable canary".to_owned();
    NewMessage {
        room_id,
        body,
        nonce: Some(nonce.to_owned()),
        reply_to: None,
        file_ids: Vec::new(),
    }
}

/// Waits until the texts of deleted rooms are gone, or says so loudly.
async fn purged(world: &World) {
    for _ in 0..200 {
        let left = "messages where body is not null and room_id in
            (select id from rooms where deleted_at is not null)";
        if world.db.count(left) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the texts are still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_room_is_as_if_it_had_never_been() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "one").await;
    world.join(&bob, room.id).await;
    let sent = messages::send(&world.ctx, &bob, message(room.id, "n")).await.unwrap();
    let sent = sent.change.message.id;
    messages::react(&world.ctx, &ann, sent, "👍").await.unwrap();
    world.edit(&bob, sent, "another canary").await.unwrap();
    rooms::delete(&world.ctx, &ann, room.id).await.unwrap();

    let told = world.db.told();
    assert!(
        matches!(told.last(), Some(Announcement::RoomDeleted { room_id }) if *room_id == room.id)
    );
    let ctx = &world.ctx;
    for viewer in [&ann, &bob] {
        let answers = [
            rooms::get(ctx, viewer, room.id).await.map(drop),
            rooms::get_by_slug(ctx, viewer, "one").await.map(drop),
            rooms::join(ctx, viewer, room.id).await.map(drop),
            rooms::leave(ctx, viewer, room.id).await,
            rooms::delete(ctx, viewer, room.id).await,
            rooms::update(ctx, viewer, room.id, UpdateRoom::default()).await.map(drop),
            rooms::set_notify(ctx, viewer, room.id, Notify::None).await.map(drop),
            rooms::members(ctx, viewer, room.id, Default::default()).await.map(drop),
            rooms::enter(ctx, viewer, room.id, None, None).await.map(drop),
            messages::history(ctx, viewer, room.id, Default::default()).await.map(drop),
            messages::changes(ctx, viewer, room.id, Default::default()).await.map(drop),
            messages::get(ctx, viewer, sent).await.map(drop),
            messages::edits(ctx, viewer, sent, Default::default()).await.map(drop),
            world.edit(viewer, sent, "back").await.map(drop),
            world.delete(viewer, sent).await.map(drop),
            reading::mark(ctx, viewer, room.id, 1).await.map(drop),
            world.try_send(viewer, room.id, "hello?").await.map(drop),
        ];
        for answer in answers {
            assert_eq!(answer, Err(Error::from(Code::NotFound)));
        }
        assert!(rooms::list(ctx, viewer, ListRooms::default()).await.unwrap().items.is_empty());
        assert!(rooms::list_mine(ctx, viewer).await.unwrap().is_empty());
        let found = messages::search(ctx, viewer, SearchMessages::default()).await.unwrap();
        assert!(found.items.is_empty());
    }
    purged(&world).await;
    world.db.index().await;
    for table in ["members", "reactions", "message_edits", "mentions", "message_search"] {
        assert_eq!(world.db.count(table), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_neither_ids_nor_nonces_of_a_deleted_room_are_used_again() {
    let world = World::new();
    let ann = world.person("ann").await;
    let old = world.room(&ann, "one").await;
    messages::send(&world.ctx, &ann, message(old.id, "n")).await.unwrap();
    rooms::delete(&world.ctx, &ann, old.id).await.unwrap();
    purged(&world).await;
    let new = world.room(&ann, "one").await;
    assert_eq!(new.slug.as_deref(), Some("one"), "its name is free");
    assert!(new.id > old.id);
    let send = async |room| messages::send(&world.ctx, &ann, message(room, "n")).await;
    assert_eq!(code(send(old.id).await), Code::NotFound);
    assert_eq!(code(send(new.id).await), Code::NonceReused);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_and_staff_delete_a_room() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let staff = world.staff("sam").await;
    let delete = async |viewer: &Viewer, id| rooms::delete(&world.ctx, viewer, id).await;
    let id = world.room(&ann, "one").await.id;
    assert_eq!(code(delete(&bob, id).await), Code::NotRoomOwner);
    world.put(&ann, id, &bob, Role::Moderator).await;
    assert_eq!(code(delete(&bob, id).await), Code::NotRoomOwner);
    delete(&staff, id).await.unwrap();
    let hidden = world.hidden_room(&ann, "two").await.id;
    assert_eq!(code(delete(&staff, hidden).await), Code::NotFound);
    delete(&ann, hidden).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_bit_by_bit_and_those_of_other_rooms_stay() {
    let world = World::new();
    let ann = world.person("ann").await;
    let (one, two) = (world.room(&ann, "one").await.id, world.room(&ann, "two").await.id);
    for room in [one, two] {
        let many = (0..1_200).map(|_| world.try_send(&ann, room, "a text"));
        futures_util::future::join_all(many).await;
    }
    // As after a crash: the room is deleted, and nobody has begun with its texts.
    let delete = move |tx: &mut crate::store::Tx<'_>| Ok(crate::store::rooms::delete(tx, one)?);
    world.ctx.db.write(delete).await.unwrap();
    let mut commits = 0;
    while world.ctx.db.write(|tx| Ok(crate::store::rooms::purge(tx)?)).await.unwrap() {
        commits += 1;
    }
    assert_eq!(commits, 3);
    purged(&world).await;
    assert_eq!(world.all(&ann, two).await.iter().filter(|m| m.body.is_some()).count(), 1_200);
    world.db.index().await;
    assert_eq!(world.db.count("message_search"), 1_200);
}
