//! Changing rooms, and who is in them: names, flags, invitations, roles, removals, evictions.

use std::sync::Arc;

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::{Code, Error, Flaw, Result},
    model::{
        Change, Effect, Room, RoomId, UserId,
        event::{Event, RoomShown},
        message::MessageKind,
        room::{NewRoom, Notify, Role, UpdateRoom},
    },
};

fn named(name: &str) -> UpdateRoom {
    UpdateRoom { name: Some(name.to_owned()), ..UpdateRoom::default() }
}

async fn update(world: &World, viewer: &Viewer, id: RoomId, wanted: UpdateRoom) -> Result<Room> {
    rooms::update(&world.ctx, viewer, id, wanted).await
}

/// The rooms in `room.updated` events, the oldest first.
fn shown(events: Vec<Event>) -> Vec<Room> {
    let room = |event| match event {
        Event::RoomUpdated(shown) => {
            let RoomShown { room } = *shown;
            room
        }
        other => panic!("{other:?}"),
    };
    events.into_iter().map(room).collect()
}

/// The newest note of a room: its kind, whom it is about, and what it does to them.
fn note(world: &World) -> (MessageKind, UserId, Option<Effect>) {
    let change = world.changes().pop().unwrap();
    (change.message.kind, change.message.author.id, change.effect.clone())
}

async fn people<const N: usize>(world: &World, names: [&str; N]) -> [Viewer; N] {
    let mut people = Vec::new();
    for name in names {
        people.push(world.person(name).await);
    }
    people.try_into().unwrap_or_else(|_| panic!("as many as names"))
}

#[tokio::test(flavor = "multi_thread")]
async fn at_002_2_a_new_name_leaves_a_note_and_gives_a_new_slug() {
    let world = World::new();
    let [ann, bob] = people(&world, ["ann", "bob"]).await;
    let id = world.room(&ann, "Old name").await.id;
    world.join(&bob, id).await;
    let room = update(&world, &ann, id, named("  Новое имя ")).await.unwrap();
    assert_eq!((room.name.as_str(), room.slug.as_deref()), ("Новое имя", Some("новое-имя")));
    assert_eq!(room.head, 3);
    let renamed = world.all(&bob, id).await.pop().unwrap();
    assert_eq!((renamed.kind, renamed.seq), (MessageKind::Renamed, 3));
    assert_eq!((renamed.body.as_deref(), renamed.author.id), (Some("Новое имя"), ann.user_id));
    let told = shown(world.told_in(id));
    assert_eq!(told, [Room { me: None, ..room.clone() }]);
    assert_eq!(code(rooms::get_by_slug(&world.ctx, &bob, "old-name").await), Code::NotFound);

    assert_eq!(update(&world, &ann, id, named("Новое имя")).await.unwrap(), room);
    assert_eq!(update(&world, &ann, id, UpdateRoom::default()).await.unwrap(), room);
    assert_eq!((world.db.head(id), world.told_in(id).len()), (3, 1), "nothing was changed");
    let topic = UpdateRoom { topic: Some("о разном".to_owned()), ..UpdateRoom::default() };
    let room = update(&world, &ann, id, topic).await.unwrap();
    assert_eq!((room.topic.as_str(), room.head), ("о разном", 3), "a topic takes no number");
    assert_eq!(shown(world.told_in(id)).pop().unwrap().topic, "о разном");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_002_20_only_who_moderates_changes_a_room() {
    let world = World::new();
    let [ann, bob, cat] = people(&world, ["ann", "bob", "cat"]).await;
    let staff = world.staff("sam").await;
    let id = world.room(&ann, "one").await.id;
    world.join(&bob, id).await;
    for stranger in [&bob, &cat] {
        assert_eq!(code(update(&world, stranger, id, named("two")).await), Code::Forbidden);
    }
    world.put(&ann, id, &bob, Role::Moderator).await;
    assert_eq!(update(&world, &bob, id, named("two")).await.unwrap().name, "two");
    let by_staff = update(&world, &staff, id, named("three")).await.unwrap();
    assert_eq!((by_staff.name.as_str(), by_staff.me), ("three", None));
    let hidden = world.hidden_room(&ann, "hidden").await.id;
    assert_eq!(code(update(&world, &staff, hidden, named("found")).await), Code::NotFound);
    let refused = update(&world, &ann, id, named(&"x".repeat(81))).await;
    assert_eq!(refused, Err(Error::field("name", Flaw::TooLong(80))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_others_see_is_not_taken_twice() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.room(&ann, "taken").await;
    let id = world.room(&ann, "other").await.id;
    let hidden = world.hidden_room(&ann, "Taken!").await.id;
    let taken = Err(Error::from(Code::Conflict).and("name", Flaw::Taken));
    assert_eq!(update(&world, &ann, id, named("TAKEN")).await, taken);
    let open = UpdateRoom { invite_only: Some(false), ..UpdateRoom::default() };
    assert_eq!(update(&world, &ann, hidden, open.clone()).await, taken);
    assert_eq!(world.db.head(id), 1, "no note of what was refused");
    let open = UpdateRoom { name: Some("free".to_owned()), ..open };
    assert!(!update(&world, &ann, hidden, open).await.unwrap().invite_only);
    let hide = UpdateRoom {
        name: Some("taken".to_owned()),
        invite_only: Some(true),
        ..Default::default()
    };
    assert_eq!(update(&world, &ann, id, hide).await.unwrap().slug.as_deref(), Some("taken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_000_11_a_room_that_becomes_one_for_staff_keeps_only_staff() {
    let world = World::new();
    let [ann, bob] = people(&world, ["ann", "bob"]).await;
    let staff = world.staff("sam").await;
    let id = world.room(&ann, "one").await.id;
    for viewer in [&bob, &staff] {
        world.join(viewer, id).await;
    }
    let lock = UpdateRoom { staff_only: Some(true), ..UpdateRoom::default() };
    assert_eq!(code(update(&world, &ann, id, lock.clone()).await), Code::RoomStaffOnly);
    let room = update(&world, &staff, id, lock).await.unwrap();
    assert!(room.staff_only);
    assert_eq!((room.members_count, room.owner_id), (1, Some(staff.user_id)));
    assert_eq!(room.me.unwrap().role, Role::Owner);
    let gone: Vec<_> = world.changes().iter().filter_map(|it| it.effect.clone()).skip(3).collect();
    let expected = [ann.user_id, bob.user_id].map(|user_id| Effect::Gone { user_id });
    assert_eq!(gone, expected);
    for viewer in [&ann, &bob] {
        assert_eq!(code(world.try_send(viewer, id, "still?").await), Code::RoomStaffOnly);
        let seen = rooms::get(&world.ctx, viewer, id).await.unwrap();
        assert_eq!((seen.staff_only, seen.me), (true, None), "it is listed with a lock");
    }
    let kinds: Vec<_> = world.all(&staff, id).await.iter().map(|message| message.kind).collect();
    let expected = [MessageKind::Removed, MessageKind::Removed, MessageKind::RoleChanged];
    assert_eq!(kinds[3..], expected, "somebody else owns it now");
    let open = UpdateRoom { staff_only: Some(false), ..UpdateRoom::default() };
    update(&world, &staff, id, open).await.unwrap();
    world.join(&ann, id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn se_3_who_stops_being_of_staff_is_removed_from_their_rooms() {
    let world = World::new();
    let (sam, tom) = (world.staff("sam").await, world.staff("tom").await);
    let lounge =
        |name: &str| NewRoom { name: name.to_owned(), staff_only: true, ..Default::default() };
    let own = rooms::create(&world.ctx, &sam, lounge("own")).await.unwrap().id;
    let other = rooms::create(&world.ctx, &tom, lounge("other")).await.unwrap().id;
    let open = world.room(&tom, "open").await.id;
    world.join(&tom, own).await;
    world.join(&sam, other).await;
    world.join(&sam, open).await;
    let (here, sam_id) = (world.ctx.here.clone(), sam.user_id);
    world.db.execute(format!("update users set is_staff = false where id = {sam_id}")).await;
    let evict =
        move |tx: &mut crate::store::Tx<'_>| rooms::evict_from_staff_rooms(tx, &here, sam_id);
    world.ctx.db.write(evict.clone()).await.unwrap();
    assert_eq!(rooms::room_ids(&world.ctx, &sam).await.unwrap(), [open]);
    assert_eq!(
        note(&world),
        (MessageKind::Removed, sam_id, Some(Effect::Gone { user_id: sam_id }))
    );
    let passed = rooms::get(&world.ctx, &tom, own).await.unwrap();
    assert_eq!((passed.owner_id, passed.members_count), (Some(tom.user_id), 1));
    let heads = (world.db.head(own), world.db.head(other));
    world.ctx.db.write(evict).await.unwrap();
    assert_eq!((world.db.head(own), world.db.head(other)), heads, "again is nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_by_who_moderates() {
    let world = World::new();
    let [ann, bob, cat] = people(&world, ["ann", "bob", "cat"]).await;
    let id = world.hidden_room(&ann, "hidden").await.id;
    let put = async |viewer: &Viewer, who: UserId, role| {
        rooms::put_member(&world.ctx, viewer, id, who, role).await
    };
    let first = put(&ann, bob.user_id, None).await.unwrap();
    assert_eq!((first.is_new, first.member.role), (true, Role::Member));
    assert_eq!(first.member.profile.id, bob.user_id);
    let (kind, about, effect) = note(&world);
    assert_eq!((kind, about), (MessageKind::Joined, bob.user_id));
    assert!(matches!(effect, Some(Effect::Joined { room, .. }) if room.invite_only));
    let again = put(&ann, bob.user_id, None).await.unwrap();
    assert_eq!((again.is_new, again.member), (false, first.member));
    assert_eq!(world.db.head(id), 2, "again is nothing");

    assert_eq!(code(put(&bob, cat.user_id, None).await), Code::Forbidden);
    assert_eq!(code(put(&cat, cat.user_id, None).await), Code::NotFound);
    assert_eq!(code(put(&ann, UserId(404), None).await), Code::NotFound);
    put(&ann, bob.user_id, Some(Role::Moderator)).await.unwrap();
    assert_eq!(code(put(&bob, cat.user_id, Some(Role::Moderator)).await), Code::NotRoomOwner);
    assert_eq!(world.db.head(id), 3, "what was refused left nothing");
    assert!(put(&bob, cat.user_id, Some(Role::Member)).await.unwrap().is_new);
    world
        .db
        .execute(format!("update users set is_active = false where id = {}", cat.user_id))
        .await;
    rooms::remove(&world.ctx, &ann, id, cat.user_id).await.unwrap();
    assert_eq!(code(put(&bob, cat.user_id, None).await), Code::NotFound, "nobody is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_staff_is_invited_to_a_room_for_staff() {
    let world = World::new();
    let (sam, tom) = (world.staff("sam").await, world.staff("tom").await);
    let ann = world.person("ann").await;
    let lounge = NewRoom { name: "lounge".to_owned(), staff_only: true, ..NewRoom::default() };
    let id = rooms::create(&world.ctx, &sam, lounge).await.unwrap().id;
    let put = async |who: &Viewer| rooms::put_member(&world.ctx, &sam, id, who.user_id, None).await;
    assert_eq!(code(put(&ann).await), Code::RoomStaffOnly);
    assert!(put(&tom).await.unwrap().is_new);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steady_room_keeps_its_name_and_stays_while_others_are_in_it() {
    let world = World::new();
    let [ann, bob] = people(&world, ["ann", "bob"]).await;
    let id = world.room(&ann, "one").await.id;
    world.put(&ann, id, &bob, Role::Moderator).await;
    let steady = |flag| UpdateRoom { steady_while_occupied: Some(flag), ..UpdateRoom::default() };
    assert_eq!(code(update(&world, &bob, id, steady(true)).await), Code::NotRoomOwner);
    assert!(update(&world, &ann, id, steady(true)).await.unwrap().steady_while_occupied);
    assert!(shown(world.told_in(id)).pop().unwrap().steady_while_occupied);

    world.present.put(id, ann.user_id);
    update(&world, &ann, id, named("two")).await.unwrap();
    world.present.put(id, bob.user_id);
    let head = world.db.head(id);
    assert_eq!(code(update(&world, &ann, id, named("three")).await), Code::RoomOccupied);
    assert_eq!(code(rooms::delete(&world.ctx, &ann, id).await), Code::RoomOccupied);
    let both = UpdateRoom { name: Some("three".to_owned()), ..steady(false) };
    assert_eq!(code(update(&world, &ann, id, both).await), Code::RoomOccupied);
    assert_eq!(world.db.head(id), head);
    let topic = UpdateRoom { topic: Some("tea".to_owned()), ..named("two") };
    assert_eq!(
        update(&world, &ann, id, topic).await.unwrap().topic,
        "tea",
        "the same name is none"
    );
    assert!(!update(&world, &ann, id, steady(false)).await.unwrap().steady_while_occupied);
    update(&world, &ann, id, named("three")).await.unwrap();
    rooms::delete(&world.ctx, &ann, id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_promotes_and_hands_the_room_over() {
    let world = World::new();
    let [ann, bob, cat] = people(&world, ["ann", "bob", "cat"]).await;
    let id = world.room(&ann, "one").await.id;
    world.put(&ann, id, &bob, Role::Moderator).await;
    let told = shown(world.told_to(&bob));
    assert_eq!(told[0].me.as_ref().unwrap().role, Role::Moderator);
    world.join(&cat, id).await;
    let put = async |viewer: &Viewer, who: &Viewer, role| {
        rooms::put_member(&world.ctx, viewer, id, who.user_id, Some(role)).await.map(drop)
    };
    assert_eq!(code(put(&bob, &cat, Role::Moderator).await), Code::NotRoomOwner);
    assert_eq!(code(put(&bob, &bob, Role::Owner).await), Code::NotRoomOwner);
    assert_eq!(code(put(&ann, &ann, Role::Member).await), Code::Conflict);
    let head = world.db.head(id);
    put(&ann, &bob, Role::Owner).await.unwrap();
    let own = async |viewer: &Viewer| rooms::get(&world.ctx, viewer, id).await.unwrap();
    assert_eq!(own(&bob).await.owner_id, Some(bob.user_id));
    assert_eq!(own(&bob).await.me.unwrap().role, Role::Owner);
    assert_eq!(own(&ann).await.me.unwrap().role, Role::Moderator);
    assert_eq!(shown(world.told_in(id)).pop().unwrap().owner_id, Some(bob.user_id));
    assert_eq!(shown(world.told_to(&ann)).pop().unwrap().me.unwrap().role, Role::Moderator);
    let role = |change: &Arc<Change>| {
        let message = &change.message;
        (message.kind, message.author.id, message.body.clone().unwrap_or_default())
    };
    let told: Vec<_> = world.changes().iter().filter(|it| it.rev > head).map(role).collect();
    let note = |who: &Viewer, role: &str| (MessageKind::RoleChanged, who.user_id, role.to_owned());
    assert_eq!(told, [note(&bob, "owner"), note(&ann, "moderator")]);
    let head = world.db.head(id);
    put(&bob, &ann, Role::Moderator).await.unwrap();
    assert_eq!(world.db.head(id), head, "the same role again is nothing");
    put(&bob, &ann, Role::Member).await.unwrap();
    assert_eq!(world.db.head(id), head + 1);
    assert_eq!(own(&ann).await.me.unwrap().role, Role::Member);
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_who_is_removed_is_out_with_the_note_that_says_so() {
    let world = World::new();
    let [ann, bob, cat, dan] = people(&world, ["ann", "bob", "cat", "dan"]).await;
    let id = world.room(&ann, "one").await.id;
    world.put(&ann, id, &bob, Role::Moderator).await;
    world.put(&ann, id, &cat, Role::Moderator).await;
    world.join(&dan, id).await;
    let message = world.send(&dan, id, "mine").await.id;
    let remove = async |viewer: &Viewer, who: &Viewer| {
        rooms::remove(&world.ctx, viewer, id, who.user_id).await
    };
    assert_eq!(code(remove(&dan, &cat).await), Code::Forbidden);
    assert_eq!(code(remove(&bob, &cat).await), Code::NotRoomOwner);
    assert_eq!(code(remove(&bob, &ann).await), Code::NotRoomOwner);
    remove(&bob, &dan).await.unwrap();
    let user_id = dan.user_id;
    assert_eq!(note(&world), (MessageKind::Removed, user_id, Some(Effect::Gone { user_id })));
    let head = world.db.head(id);
    remove(&bob, &dan).await.unwrap();
    assert_eq!(world.db.head(id), head, "again is nothing");
    assert_eq!(code(messages::get(&world.ctx, &dan, message).await), Code::NotFound);
    assert_eq!(code(world.try_send(&dan, id, "still?").await), Code::Forbidden);
    world.join(&dan, id).await;

    remove(&ann, &cat).await.unwrap();
    remove(&bob, &bob).await.unwrap();
    assert_eq!(note(&world).0, MessageKind::Left, "to remove oneself is to leave");
    let staff = world.staff("sam").await;
    remove(&staff, &ann).await.unwrap();
    let room = rooms::get(&world.ctx, &dan, id).await.unwrap();
    assert_eq!((room.owner_id, room.me.unwrap().role), (Some(dan.user_id), Role::Owner));
    assert_eq!(shown(world.told_to(&dan)).pop().unwrap().me.unwrap().role, Role::Owner);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_is_told_of_is_one_s_own_and_known_on_all_devices() {
    let world = World::new();
    let [ann, bob] = people(&world, ["ann", "bob"]).await;
    let id = world.direct_room(&ann, &bob).await;
    let set = async |viewer: &Viewer, notify| {
        rooms::set_notify(&world.ctx, viewer, id, notify).await.map(|me| me.notify)
    };
    assert_eq!(set(&ann, Notify::None).await, Ok(Notify::None));
    assert_eq!(set(&ann, Notify::None).await, Ok(Notify::None));
    let told = shown(world.told_to(&ann));
    assert_eq!(told.len(), 1, "again is nothing");
    assert_eq!(told[0].me.as_ref().unwrap().notify, Notify::None);
    assert!(world.told_to(&bob).is_empty());
    let other = rooms::get(&world.ctx, &bob, id).await.unwrap();
    assert_eq!(other.me.unwrap().notify, Notify::All);
    let open = world.room(&ann, "open").await.id;
    let refused = rooms::set_notify(&world.ctx, &bob, open, Notify::All).await;
    assert_eq!(code(refused), Code::Forbidden);
}
