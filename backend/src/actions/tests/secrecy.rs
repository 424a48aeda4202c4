//! AZ-1, AZ-8: who may not know of a room hears the same as if it did not exist, wherever they ask.

use crate::{
    actions::{
        Viewer, messages, reading, rooms,
        testing::{World, code},
    },
    error::{Code, Error, Result},
    model::{
        MessageId, RoomId, UserId,
        message::{NewMessage, SearchMessages},
        room::{ListRooms, NewRoom, Notify, UpdateRoom},
    },
};

/// What every action on a room says to this person, who also tries to answer that message from a
/// room of their own.
async fn answers(
    world: &World,
    viewer: &Viewer,
    id: RoomId,
    message: MessageId,
    own: RoomId,
) -> Vec<Result<()>> {
    let ctx = &world.ctx;
    let reply = NewMessage {
        room_id: own,
        body: "what was that?".to_owned(),
        nonce: None,
        reply_to: Some(message),
        file_ids: Vec::new(),
    };
    vec![
        rooms::get(ctx, viewer, id).await.map(drop),
        rooms::join(ctx, viewer, id).await.map(drop),
        rooms::leave(ctx, viewer, id).await,
        rooms::members(ctx, viewer, id, Default::default()).await.map(drop),
        rooms::enter(ctx, viewer, id, None, None).await.map(drop),
        rooms::enter(ctx, viewer, id, Some((ctx.db.epoch().to_string(), 1)), None).await.map(drop),
        messages::history(ctx, viewer, id, Default::default()).await.map(drop),
        messages::changes(ctx, viewer, id, Default::default()).await.map(drop),
        messages::get(ctx, viewer, message).await.map(drop),
        world.edit(viewer, message, "mine now").await.map(drop),
        world.delete(viewer, message).await.map(drop),
        messages::react(ctx, viewer, message, "👀").await.map(drop),
        messages::unreact(ctx, viewer, message, "👀").await.map(drop),
        messages::edits(ctx, viewer, message, Default::default()).await.map(drop),
        messages::search(ctx, viewer, SearchMessages { room_id: Some(id), ..Default::default() })
            .await
            .map(drop),
        reading::mark(ctx, viewer, id, 1).await.map(drop),
        rooms::update(ctx, viewer, id, UpdateRoom::default()).await.map(drop),
        rooms::delete(ctx, viewer, id).await,
        rooms::put_member(ctx, viewer, id, viewer.user_id, None).await.map(drop),
        rooms::remove(ctx, viewer, id, UserId(1)).await,
        rooms::set_notify(ctx, viewer, id, Notify::None).await.map(drop),
        world.try_send(viewer, id, "hello?").await.map(drop),
        messages::send(ctx, viewer, reply).await.map(drop),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn az_1_a_hidden_room_answers_as_one_that_does_not_exist() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let (eve, staff) = (world.person("eve").await, world.staff("sam").await);
    let own = world.room(&eve, "eve's").await.id;
    world.join(&staff, own).await;
    let invite_only = world.hidden_room(&ann, "secret").await.id;
    let direct = world.direct_room(&ann, &bob).await;
    for stranger in [&eve, &staff] {
        let nothing = answers(&world, stranger, RoomId(404), MessageId(404), own).await;
        assert!(nothing.iter().all(|answer| code(answer.clone()) == Code::NotFound));
        for hidden in [invite_only, direct] {
            let message = world.send(&ann, hidden, "a secret").await.id;
            let before = world.db.head(hidden);
            assert_eq!(answers(&world, stranger, hidden, message, own).await, nothing);
            assert_eq!(world.db.head(hidden), before, "nothing was done");
        }
        let slug = rooms::get_by_slug(&world.ctx, stranger, "secret").await;
        assert_eq!(slug, Err(Error::from(Code::NotFound)));
        for odd in ["no-such", "", "a\0b", &"x".repeat(10_000)] {
            assert_eq!(rooms::get_by_slug(&world.ctx, stranger, odd).await, slug);
        }
    }
    assert_eq!(world.all(&eve, own).await.len(), 2, "no answer to a secret was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn az_8_lists_names_and_counts_do_not_know_of_hidden_rooms() {
    let views = async |hidden: bool| {
        let world = World::new();
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let eve = world.person("eve").await;
        world.room(&ann, "open").await;
        if hidden {
            world.hidden_room(&ann, "secret").await;
            let direct = world.direct_room(&ann, &bob).await;
            world.send(&bob, direct, "@eve").await;
        }
        let mut views = Vec::new();
        for (search, joined) in [(None, None), (Some("e"), None), (None, Some(false))] {
            let search = search.map(str::to_owned);
            let wanted = ListRooms { search, joined, ..ListRooms::default() };
            let list = rooms::list(&world.ctx, &eve, wanted).await.unwrap();
            assert_eq!(list.next, None);
            views.push(list.items.into_iter().map(|room| room.name).collect::<Vec<_>>());
        }
        let mine = rooms::list_mine(&world.ctx, &eve).await.unwrap();
        views.push(mine.into_iter().map(|room| room.name).collect());
        let wanted = NewRoom { name: "Secret".to_owned(), ..NewRoom::default() };
        views.push(vec![rooms::create(&world.ctx, &eve, wanted).await.unwrap().slug.unwrap()]);
        views
    };
    assert_eq!(views(true).await, views(false).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_of_a_hidden_room_see_it_everywhere() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let secret = world.hidden_room(&ann, "secret").await;
    let direct = world.direct_room(&ann, &bob).await;
    let names = async |search: &str| {
        let wanted = ListRooms { search: Some(search.to_owned()), ..ListRooms::default() };
        let list = rooms::list(&world.ctx, &ann, wanted).await.unwrap();
        list.items.into_iter().map(|room| room.name).collect::<Vec<_>>()
    };
    assert_eq!(names("secr").await, ["secret"]);
    assert_eq!(names("BOB").await, ["bob"], "a direct room has the other person's name");
    assert!(names("ann").await.is_empty());
    assert_eq!(rooms::get_by_slug(&world.ctx, &ann, "secret").await.unwrap(), secret);
    let ids = rooms::room_ids(&world.ctx, &ann).await.unwrap();
    assert_eq!(ids, [secret.id, direct]);
}

#[tokio::test(flavor = "multi_thread")]
async fn se_3_who_is_no_longer_staff_is_out_of_staff_rooms_at_once() {
    let world = World::new();
    let staff = world.staff("sam").await;
    let lounge = NewRoom { name: "lounge".to_owned(), staff_only: true, ..NewRoom::default() };
    let id = rooms::create(&world.ctx, &staff, lounge).await.unwrap().id;
    let message = world.send(&staff, id, "between us").await.id;
    world.db.execute("update users set is_staff = false").await;
    // The viewer was checked before that: what counts is what the store says now.
    let history = messages::history(&world.ctx, &staff, id, Default::default()).await;
    assert_eq!(code(history), Code::RoomStaffOnly);
    assert_eq!(code(world.try_send(&staff, id, "still?").await), Code::RoomStaffOnly);
    assert_eq!(code(messages::get(&world.ctx, &staff, message).await), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_exactly_the_rooms_that_may_be_seen_one_by_one() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let (eve, staff) = (world.person("eve").await, world.staff("sam").await);
    let lounge = NewRoom { name: "lounge".to_owned(), staff_only: true, ..NewRoom::default() };
    let mut ids = vec![
        world.room(&ann, "open").await.id,
        world.hidden_room(&ann, "secret").await.id,
        world.direct_room(&ann, &bob).await,
        rooms::create(&world.ctx, &staff, lounge.clone()).await.unwrap().id,
    ];
    let secret_lounge = NewRoom { invite_only: true, ..lounge };
    ids.push(rooms::create(&world.ctx, &staff, secret_lounge).await.unwrap().id);
    let mut shown = Vec::new();
    for viewer in [&ann, &bob, &eve, &staff] {
        let list = rooms::list(&world.ctx, viewer, ListRooms::default()).await.unwrap();
        let mut listed: Vec<RoomId> = list.items.iter().map(|room| room.id).collect();
        listed.sort();
        let mut seen = Vec::new();
        for id in &ids {
            if rooms::get(&world.ctx, viewer, *id).await.is_ok() {
                seen.push(*id);
            }
        }
        assert_eq!(listed, seen);
        shown.push(seen.len());
    }
    assert_eq!(shown, [4, 3, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn az_14_a_nonce_is_its_authors_alone() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room_id = world.room(&ann, "one").await.id;
    world.join(&bob, room_id).await;
    let nonce = Some("my own".to_owned());
    let body = "hello".to_owned();
    let message =
        NewMessage { room_id, body, nonce: nonce.clone(), reply_to: None, file_ids: Vec::new() };
    let sent = messages::send(&world.ctx, &ann, message).await.unwrap();
    let id = sent.change.message.id;
    let nonces = async |viewer: &Viewer| {
        let ctx = &world.ctx;
        let history = messages::history(ctx, viewer, room_id, Default::default()).await.unwrap();
        let history = history.read().unwrap();
        let changes = messages::changes(ctx, viewer, room_id, Default::default()).await.unwrap();
        let entered = rooms::enter(ctx, viewer, room_id, None, None).await.unwrap();
        let mut nonces = vec![messages::get(ctx, viewer, id).await.unwrap().nonce];
        for page in [history.items, changes.messages, entered.messages] {
            nonces.extend(page.into_iter().filter(|m| m.id == id).map(|message| message.nonce));
        }
        nonces
    };
    assert_eq!(nonces(&ann).await, vec![nonce; 4]);
    assert_eq!(nonces(&bob).await, vec![None; 4]);
    let told =
        |viewer: &Viewer| String::from_utf8(sent.change.json_for(viewer.user_id).to_vec()).unwrap();
    assert!(told(&ann).contains("my own") && !told(&bob).contains("my own"));
}
