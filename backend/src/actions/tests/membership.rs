//! Making rooms, joining, leaving, and whom a room passes to.

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::{Code, Error, Flaw},
    model::{
        Change, Effect, MessageId, Room, RoomId, UserId,
        message::MessageKind,
        room::{ListMembers, Member, MemberOrdering, Membership, NewRoom, Notify, Role},
    },
};

async fn roles(world: &World, viewer: &Viewer, room: RoomId) -> Vec<(UserId, Role)> {
    let wanted = ListMembers { ordering: MemberOrdering::JoinedAt, ..ListMembers::default() };
    let members = rooms::members(&world.ctx, viewer, room, wanted).await.unwrap();
    members.items.into_iter().map(|Member { profile, role, .. }| (profile.id, role)).collect()
}

fn own(room: &Room) -> Membership {
    room.me.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_a_room_owns_it_and_is_its_first_note() {
    let world = World::new();
    let ann = world.person("ann").await;
    let wanted = NewRoom {
        name: "  Общий Чат ".to_owned(),
        topic: "о разном".to_owned(),
        ..NewRoom::default()
    };
    let room = rooms::create(&world.ctx, &ann, wanted).await.unwrap();
    assert_eq!((room.name.as_str(), room.slug.as_deref()), ("Общий Чат", Some("общий-чат")));
    assert_eq!((room.owner_id, room.head, room.members_count), (Some(ann.user_id), 1, 1));
    let expected = Membership {
        role: Role::Owner,
        last_read_seq: 1,
        unread: 0,
        mentions: 0,
        notify: Notify::All,
    };
    assert_eq!(own(&room), expected);
    assert_eq!(rooms::get(&world.ctx, &ann, room.id).await.unwrap(), room);
    assert_eq!(rooms::get_by_slug(&world.ctx, &ann, "ОБЩИЙ-чат").await.unwrap(), room);
    let told = world.changes();
    assert_eq!(told.len(), 1);
    let Change { message, effect, .. } = &*told[0];
    assert_eq!(
        (message.kind, message.seq, message.author.id),
        (MessageKind::Joined, 1, ann.user_id)
    );
    assert_eq!(*effect, Some(Effect::Joined { user_id: ann.user_id, room: room.into() }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_by_rooms_that_everybody_may_see_and_by_no_other() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    world.room(&ann, "General Talk").await;
    let again = |name: &str| NewRoom { name: name.to_owned(), ..NewRoom::default() };
    for same in ["general talk", " GENERAL—TALK!", "Ｇeneral Talk"] {
        let refused = rooms::create(&world.ctx, &bob, again(same)).await;
        assert_eq!(refused, Err(Error::from(Code::Conflict).and("name", Flaw::Taken)), "{same}");
    }
    let first = world.hidden_room(&ann, "general talk").await;
    let second = world.hidden_room(&ann, "secret").await;
    world.hidden_room(&bob, "secret").await;
    world.room(&bob, "secret").await;
    assert_eq!(
        (first.slug.as_deref(), second.slug.as_deref()),
        (Some("general-talk"), Some("secret"))
    );
    let found = rooms::get_by_slug(&world.ctx, &ann, "secret").await.unwrap();
    assert!(!found.invite_only, "the one that everybody sees comes first");
    assert_ne!(world.room(&ann, "🎉").await.slug, world.room(&ann, "🔥").await.slug);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_not_right_is_not_made() {
    let world = World::new();
    let (ann, staff) = (world.person("ann").await, world.staff("eve").await);
    let make = async |room| rooms::create(&world.ctx, &ann, room).await.map(drop);
    let named = |name: &str| NewRoom { name: name.to_owned(), ..NewRoom::default() };
    assert_eq!(make(named(" ")).await, Err(Error::field("name", Flaw::Blank)));
    assert_eq!(make(named(&"a".repeat(81))).await, Err(Error::field("name", Flaw::TooLong(80))));
    assert_eq!(make(named("a\u{202e}b")).await, Err(Error::field("name", Flaw::Characters)));
    let topic = NewRoom { topic: "a".repeat(251), ..named("a") };
    assert_eq!(make(topic).await, Err(Error::field("topic", Flaw::TooLong(250))));
    let lounge = NewRoom { staff_only: true, ..named("lounge") };
    assert_eq!(code(make(lounge.clone()).await), Code::RoomStaffOnly);
    let lounge = rooms::create(&world.ctx, &staff, lounge).await.unwrap();
    assert_eq!(code(rooms::join(&world.ctx, &ann, lounge.id).await), Code::RoomStaffOnly);
    assert!(rooms::get(&world.ctx, &ann, lounge.id).await.unwrap().staff_only, "it has a lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_and_leaving_twice_is_doing_it_once() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.room(&ann, "one").await.id;
    world.send(&ann, id, "before bob").await;
    let joined = world.join(&bob, id).await;
    assert_eq!((joined.head, joined.members_count), (3, 2));
    assert_eq!((own(&joined).last_read_seq, own(&joined).unread), (3, 0));
    assert_eq!(world.join(&bob, id).await, joined);
    let told = world.changes();
    let effect = Effect::Joined { user_id: bob.user_id, room: joined.clone().into() };
    assert_eq!((told.len(), &told[2].effect, told[2].rev), (3, &Some(effect), joined.head));

    for _ in 0..2 {
        rooms::leave(&world.ctx, &bob, id).await.unwrap();
    }
    let told = world.changes();
    assert_eq!(told.len(), 4);
    assert_eq!(told[3].message.kind, MessageKind::Left);
    assert_eq!(told[3].effect, Some(Effect::Gone { user_id: bob.user_id }));
    let room = rooms::get(&world.ctx, &bob, id).await.unwrap();
    assert_eq!((room.members_count, room.me), (1, None));
    assert_eq!(world.db.seqs(id), [1, 2, 3, 4]);
    let again = world.join(&bob, id).await;
    assert_eq!((again.head, own(&again).unread), (5, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owners_room_passes_to_the_longest_standing_moderator_or_else_member() {
    let world = World::new();
    let mut people = Vec::new();
    for name in ["ann", "bob", "cat", "dan"] {
        people.push(world.person(name).await);
    }
    let [ann, bob, cat, dan] = people.as_slice() else { panic!("four people") };
    let id = world.room(ann, "one").await.id;
    for viewer in [bob, cat, dan] {
        world.join(viewer, id).await;
    }
    let promote = format!(
        "update members set role = 'moderator' where room_id = {id} and user_id in ({}, {})",
        dan.user_id, cat.user_id
    );
    world.db.execute(promote).await;
    let owner = async || rooms::get(&world.ctx, dan, id).await.unwrap().owner_id;
    rooms::leave(&world.ctx, bob, id).await.unwrap();
    assert_eq!(owner().await, Some(ann.user_id), "a member's leaving changes nothing");
    world.join(bob, id).await;
    rooms::leave(&world.ctx, ann, id).await.unwrap();
    assert_eq!(owner().await, Some(cat.user_id));
    let expected =
        [(cat.user_id, Role::Owner), (dan.user_id, Role::Moderator), (bob.user_id, Role::Member)];
    assert_eq!(roles(&world, dan, id).await, expected);
    rooms::leave(&world.ctx, cat, id).await.unwrap();
    rooms::leave(&world.ctx, dan, id).await.unwrap();
    assert_eq!(roles(&world, bob, id).await, [(bob.user_id, Role::Owner)]);
    rooms::leave(&world.ctx, bob, id).await.unwrap();
    let empty = rooms::get(&world.ctx, bob, id).await.unwrap();
    assert_eq!((empty.owner_id, empty.members_count), (None, 0));
    assert_eq!(own(&world.join(bob, id).await).role, Role::Member);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_room_is_the_other_person_and_is_never_left() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.direct_room(&ann, &bob).await;
    world.send(&bob, id, "psst").await;
    let room = rooms::get(&world.ctx, &ann, id).await.unwrap();
    assert_eq!((room.name.as_str(), room.slug.as_deref(), room.is_private), ("bob", None, true));
    assert_eq!(room.peer.as_ref().map(|peer| peer.id), Some(bob.user_id));
    assert_eq!(own(&room).unread, 1);
    assert_eq!(rooms::list_mine(&world.ctx, &bob).await.unwrap()[0].name, "ann");
    assert_eq!(world.join(&ann, id).await, room);
    assert_eq!(code(rooms::leave(&world.ctx, &ann, id).await), Code::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_who_has_left_reads_and_writes_no_more() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.room(&ann, "one").await.id;
    world.join(&bob, id).await;
    let message: MessageId = world.send(&bob, id, "mine").await.id;
    messages::get(&world.ctx, &bob, message).await.unwrap();
    rooms::leave(&world.ctx, &bob, id).await.unwrap();
    assert_eq!(code(messages::get(&world.ctx, &bob, message).await), Code::NotFound);
    assert_eq!(code(world.try_send(&bob, id, "again").await), Code::Forbidden);
    let history = messages::history(&world.ctx, &bob, id, Default::default()).await;
    assert_eq!(code(history), Code::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn az_4_what_races_with_leaving_is_numbered_before_it_or_refused() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.room(&ann, "one").await.id;
    // Eight sends race with each leaving.
    let rounds = std::env::var("SECURITY_RACES").ok().and_then(|it| it.parse().ok());
    for _ in 0..rounds.unwrap_or(80_usize) / 8 {
        world.join(&bob, id).await;
        let sends: Vec<_> = (0..8).map(|_| world.try_send(&bob, id, "race")).collect();
        let (sent, left) =
            tokio::join!(futures_util::future::join_all(sends), rooms::leave(&world.ctx, &bob, id));
        left.unwrap();
        let gone = world.changes().iter().rfind(|change| change.effect.is_some()).unwrap().rev;
        assert!(sent.into_iter().flatten().all(|sent| sent.change.rev < gone));
    }
    let head = world.db.head(id);
    assert_eq!(world.db.seqs(id), (1..=head).collect::<Vec<_>>());
}
