//! What administration changes, on whichever database the tests run on.

use super::super::{admin, blocks, messages, testing::*};
use crate::{
    error::Code,
    model::{
        admin::{
            bulk::{BulkUsers, TakenAlong, UserAction},
            user::UpdateUser,
        },
        message::MessageKind,
        room::Role,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn g10_a_deleted_account_leaves_no_text_and_no_gap() {
    let world = World::new();
    let (root, ann) = (world.staff("root").await, world.person("ann").await);
    let bob = world.person("bob").await;
    let room = world.room(&ann, "Room").await;
    world.join(&bob, room.id).await;
    let direct = world.direct_room(&ann, &bob).await;
    for number in 0..150 {
        world.send(&ann, room.id, &format!("canary {number}")).await;
    }
    world.send(&ann, direct, "canary between two").await;
    let kept = world.send(&bob, room.id, "kept").await;
    let bulk = |dry_run| BulkUsers {
        action: UserAction::Delete,
        ids: vec![ann.user_id],
        all: false,
        dry_run,
    };
    let takes = TakenAlong {
        memberships: 1,
        messages: 151,
        sessions: 1,
        rooms_passed_on: 1,
        ..TakenAlong::default()
    };
    let dry = admin::bulk_users(&world.ctx, &root, Default::default(), bulk(true)).await.unwrap();
    assert_eq!((dry.done, dry.takes_along), (1, takes));
    let head = world.db.head(room.id);
    let done = admin::bulk_users(&world.ctx, &root, Default::default(), bulk(false)).await.unwrap();
    assert_eq!((done.done, done.takes_along), (1, takes));
    assert_eq!(world.db.head(room.id), head + 152, "two notes, and one number for each text");
    let all = world.all(&bob, room.id).await;
    let texts: Vec<_> = all.iter().filter_map(|message| message.body.as_deref()).collect();
    assert_eq!(texts, ["kept", "owner"], "what was kept, and whose the room is now");
    assert_eq!(all.iter().find(|message| message.id == kept.id), Some(&kept));
    let of_direct = world.all(&bob, direct).await;
    assert_eq!(of_direct[0].body, None);
    assert_eq!(world.db.count("users where purged_id is not null"), 0);
    let members =
        world.db.count(&format!("members where room_id = {} and role = 'owner'", room.id));
    assert_eq!(members, 1, "the room has passed on");
    world.db.told();
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_a_deleted_account_takes_its_reactions_along() {
    let world = World::new();
    let (root, ann) = (world.staff("root").await, world.person("ann").await);
    let bob = world.person("bob").await;
    let room = world.room(&bob, "Room").await.id;
    world.join(&ann, room).await;
    let mut said = Vec::new();
    for number in 0..3 {
        let message = world.send(&bob, room, &format!("number {number}")).await;
        for viewer in [&ann, &bob] {
            messages::react(&world.ctx, viewer, message.id, "🐤").await.unwrap();
        }
        said.push(message);
    }
    messages::react(&world.ctx, &ann, said[0].id, "👍").await.unwrap();
    let direct = world.direct_room(&ann, &bob).await;
    let psst = world.send(&bob, direct, "psst").await;
    messages::react(&world.ctx, &ann, psst.id, "👍").await.unwrap();
    let heads = (world.db.head(room), world.db.head(direct));
    let delete = BulkUsers {
        action: UserAction::Delete,
        ids: vec![ann.user_id],
        all: false,
        dry_run: false,
    };
    admin::bulk_users(&world.ctx, &root, Default::default(), delete).await.unwrap();
    for message in world.all(&bob, room).await.iter().filter(|it| it.kind == MessageKind::Text) {
        let on_it: Vec<_> = message.reactions.iter().map(|it| (&*it.emoji, it.count)).collect();
        assert_eq!(on_it, [("🐤", 1)]);
        assert_eq!(message.reactions[0].user_ids, [bob.user_id]);
    }
    assert_eq!(world.all(&bob, direct).await[0].reactions, []);
    assert_eq!(world.db.count(&format!("reactions where user_id = {}", ann.user_id)), 0);
    assert_eq!(world.db.count("users where purged_id is not null"), 0);
    // She leaves the room, and each of her four emoji in it is a change of its own.
    assert_eq!((world.db.head(room), world.db.head(direct)), (heads.0 + 5, heads.1 + 1));
    world.db.told();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_superuser_stays_and_who_is_staff_no_longer_leaves() {
    let world = World::new();
    let (root, ann) = (world.staff("root").await, world.staff("ann").await);
    world.db.execute("update users set is_superuser = true").await;
    let room = world.room(&ann, "Room").await;
    world.put(&ann, room.id, &root, Role::Moderator).await;
    world.db.execute(format!("update rooms set staff_only = true where id = {}", room.id)).await;
    let lower =
        || UpdateUser { is_staff: Some(false), is_superuser: Some(false), ..UpdateUser::default() };
    let ctx = &world.ctx;
    let own = admin::users::update(ctx, &ann, ann.user_id, lower()).await;
    assert_eq!(code(own), Code::Forbidden);
    let lowered = admin::users::update(ctx, &root, ann.user_id, lower()).await.unwrap();
    assert!(!lowered.is_staff && !lowered.is_superuser && lowered.rooms_count == 0);
    let owners = format!("rooms where id = {} and owner_id = {}", room.id, root.user_id);
    assert_eq!(world.db.count(&owners), 1);
    assert_eq!(world.db.count("audit where event = 'admin.user_changed'"), 1);
    let again = admin::users::update(ctx, &ann, root.user_id, lower()).await;
    assert_eq!(code(again), Code::Forbidden, "ann administers nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_holds_up_what_is_private_and_nothing_else() {
    let world = World::new();
    let (ann, eve) = (world.person("ann").await, world.person("eve").await);
    let room = world.room(&ann, "Room").await;
    world.join(&eve, room.id).await;
    let direct = world.direct_room(&ann, &eve).await;
    for _ in 0..2 {
        blocks::block(&world.ctx, &ann, eve.user_id).await.unwrap();
    }
    assert_eq!(code(world.try_send(&eve, direct, "x").await), Code::NotAccepted);
    assert_eq!(code(world.try_send(&ann, direct, "x").await), Code::BlockedByYou);
    world.send(&eve, room.id, "to all").await;
    blocks::unblock(&world.ctx, &ann, eve.user_id).await.unwrap();
    world.send(&eve, direct, "again").await;
    assert_eq!(world.told_to(&ann).len(), 2);
}
