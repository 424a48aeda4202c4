//! Searching in what was written.

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::Code,
    model::{
        Message, RoomId, Timestamp,
        message::{MessageOrdering, SearchMessages},
        room::NewRoom,
    },
    store::Place,
};

fn wanted(search: &str) -> SearchMessages {
    SearchMessages { search: Some(search.to_owned()), ..SearchMessages::default() }
}

/// All pages of what is found, newest first: the same whether the index has come to the newest messages
/// or not, and the same the other way round.
async fn pages(world: &World, viewer: &Viewer, wanted: SearchMessages) -> Vec<Message> {
    let upwards = SearchMessages { ordering: MessageOrdering::CreatedAt, ..wanted.clone() };
    let before = read(world, viewer, wanted.clone()).await;
    let mut before_upwards = read(world, viewer, upwards.clone()).await;
    world.db.index().await;
    let after = read(world, viewer, wanted).await;
    let mut after_upwards = read(world, viewer, upwards).await;
    before_upwards.reverse();
    after_upwards.reverse();
    assert_eq!(before, after);
    assert_eq!(before, before_upwards);
    assert_eq!(after, after_upwards);
    after
}

async fn read(world: &World, viewer: &Viewer, wanted: SearchMessages) -> Vec<Message> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let wanted = SearchMessages { cursor, ..wanted.clone() };
        let page = messages::search(&world.ctx, viewer, wanted.clone()).await.unwrap();
        assert!(page.items.len() <= usize::try_from(wanted.limit.unwrap_or(50)).unwrap());
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            let down = wanted.ordering == MessageOrdering::CreatedAtDown;
            let in_order = |pair: &[Message]| (pair[0].id > pair[1].id) == down;
            assert!(all.windows(2).all(in_order), "in order, each once");
            return all;
        }
    }
}

async fn found(world: &World, viewer: &Viewer, search: &str) -> Vec<String> {
    let all = pages(world, viewer, wanted(search)).await;
    all.into_iter().map(|message| message.body.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_words_are_found_in_every_language_and_case() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    let texts = [
        "Deployment at noon",
        "ДЕПЛОЙ в полдень, Ёжик",
        "部署在中午",
        "straße",
        "ＷＩＤＥ letters",
        "50% of \"this\" OR that* AND (more) -x col:y",
        "line one\nline two",
    ];
    for text in texts {
        world.send(&ann, room, text).await;
    }
    for (search, expected) in [
        ("ploy", vec![0]),
        ("DEPLOYMENT", vec![0]),
        ("еплой", vec![1]),
        ("ёжИК", vec![1]),
        ("在中午", vec![2]),
        ("部署", vec![2]),
        ("午", vec![2]),
        ("STRASSE", vec![3]),
        ("wide", vec![4]),
        ("letter", vec![4]),
        ("0%", vec![5]),
        ("50% of \"this\" or", vec![5]),
        ("that* and (more) -x col:y", vec![5]),
        ("this OR nothing", vec![]),
        ("room:", vec![]),
        ("%", vec![5]),
        ("___", vec![]),
        ("line", vec![6]),
        ("at", vec![5, 0]),
        ("t", vec![6, 5, 4, 3, 0]),
        ("nothing", vec![]),
    ] {
        let expected: Vec<&str> = expected.into_iter().map(|at: usize| texts[at]).collect();
        assert_eq!(found(&world, &ann, search).await, expected, "{search}");
    }
    assert_eq!(code(messages::search(&world.ctx, &ann, wanted("a\0b")).await), Code::Invalid);
    assert_eq!(
        code(messages::search(&world.ctx, &ann, wanted(&"a".repeat(101))).await),
        Code::Invalid
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_narrowed_by_room_author_and_time() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let (one, two) = (world.room(&ann, "one").await.id, world.room(&ann, "two").await.id);
    world.join(&bob, one).await;
    world.join(&bob, two).await;
    let mut sent = Vec::new();
    for (who, room) in [(&ann, one), (&bob, one), (&ann, two), (&bob, two)] {
        sent.push(world.send(who, room, "hello there").await);
    }
    let ids = async |wanted: SearchMessages| {
        let all = pages(&world, &ann, wanted).await;
        let place = |message: &Message| sent.iter().position(|known| known.id == message.id);
        all.iter().filter_map(place).collect::<Vec<_>>()
    };
    for text in ["hello", "he", ""] {
        let all = wanted(text);
        assert_eq!(ids(all.clone()).await, [3, 2, 1, 0]);
        assert_eq!(ids(SearchMessages { room_id: Some(one), ..all.clone() }).await, [1, 0]);
        let by_bob = SearchMessages { author_id: Some(bob.user_id), ..all.clone() };
        assert_eq!(ids(by_bob.clone()).await, [3, 1]);
        assert_eq!(ids(SearchMessages { room_id: Some(two), ..by_bob }).await, [3]);
        let (from, to) = (Some(sent[1].created_at), Some(sent[3].created_at));
        let between = SearchMessages { after: from, before: to, ..all.clone() };
        assert_eq!(ids(between).await, [2, 1]);
        for limit in [1, 2, 3, 4] {
            assert_eq!(
                ids(SearchMessages { limit: Some(limit), ..all.clone() }).await,
                [3, 2, 1, 0]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_in_a_time_is_found_though_clocks_are_hours_apart() {
    const HOUR_US: i64 = 60 * 60 * 1_000_000;
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    // Every ten hours somebody says something; one node is twenty hours late.
    let mut times = Vec::new();
    for at in 0..12 {
        let id = world.send(&ann, room, "needle").await.id;
        let late = if at % 4 == 3 { 20 } else { 0 };
        let time = Timestamp((at * 10 - late) * HOUR_US);
        let sql = format!("update messages set created_at = {} where id = {id}", time.0);
        world.db.execute(sql).await;
        times.push((id, time));
    }
    // At first the note that she came is from another time altogether, and ids tell nothing.
    for is_in_order in [false, true] {
        if is_in_order {
            world.db.execute("update messages set created_at = 0 where kind = 'joined'").await;
        }
        for text in ["needle", "ne", ""] {
            for (from, to) in [(0, 120), (25, 65), (40, 41), (70, 300), (-50, 10), (200, 300)] {
                let (from, to) = (Timestamp(from * HOUR_US), Timestamp(to * HOUR_US));
                let all = SearchMessages { after: Some(from), before: Some(to), ..wanted(text) };
                for wanted in [all.clone(), SearchMessages { limit: Some(2), ..all }] {
                    let found = pages(&world, &ann, wanted).await;
                    let found: Vec<_> = found.into_iter().map(|it| it.id).collect();
                    let expected = times.iter().rev().filter(|(_, at)| *at >= from && *at < to);
                    assert_eq!(found, expected.map(|(id, _)| *id).collect::<Vec<_>>());
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_follows_edits_and_deletions() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    for is_indexed in [false, true] {
        let id = world.send(&ann, room, "the first text").await.id;
        if is_indexed {
            world.db.index().await;
        }
        world.edit(&ann, id, "another text").await.unwrap();
        for (search, expected) in [("first", 0), ("another", 1), ("fi", 0), ("an", 1)] {
            assert_eq!(found(&world, &ann, search).await.len(), expected, "{search}");
        }
        world.delete(&ann, id).await.unwrap();
        for search in ["first", "another", "an", ""] {
            assert_eq!(found(&world, &ann, search).await.len(), 0, "{search}");
        }
    }
    let unseen = world.send(&ann, room, "gone before the index came").await.id;
    world.delete(&ann, unseen).await.unwrap();
    assert_eq!(found(&world, &ann, "gone").await.len(), 0);
    assert_eq!(world.db.count("message_search"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_cannot_pass_for_one_of_another_room() {
    let world = World::new();
    let (ann, eve) = (world.person("ann").await, world.person("eve").await);
    let (one, two) = (world.room(&ann, "one").await.id, world.room(&eve, "two").await.id);
    let gram = |room: RoomId| {
        let low = u32::try_from(0xf_0000 + room.0).ok().and_then(char::from_u32);
        format!("\u{f0000}\u{f0000}{} a canary", low.unwrap())
    };
    world.send(&eve, two, &gram(one)).await;
    assert_eq!(found(&world, &ann, "canary").await.len(), 0);
    assert_eq!(found(&world, &eve, "canary").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn az_5_az_8_only_rooms_that_one_may_read_are_searched() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let (eve, staff) = (world.person("eve").await, world.staff("sam").await);
    let open = world.room(&ann, "open").await.id;
    let hidden = world.hidden_room(&ann, "hidden").await.id;
    let direct = world.direct_room(&ann, &bob).await;
    let lounge = NewRoom { name: "lounge".to_owned(), staff_only: true, ..NewRoom::default() };
    let lounge = rooms::create(&world.ctx, &staff, lounge).await.unwrap().id;
    for room in [open, hidden, direct] {
        world.send(&ann, room, "a secret of ann's").await;
    }
    world.send(&staff, lounge, "a secret of staff").await;
    for search in ["secret", "se", ""] {
        assert_eq!(found(&world, &ann, search).await.len(), 3);
        assert_eq!(found(&world, &bob, search).await, ["a secret of ann's"]);
        assert_eq!(found(&world, &staff, search).await, ["a secret of staff"]);
        assert_eq!(found(&world, &eve, search).await.len(), 0);
    }
    let named = async |viewer: &Viewer, room_id: RoomId| {
        let wanted = SearchMessages { room_id: Some(room_id), ..wanted("secret") };
        messages::search(&world.ctx, viewer, wanted).await.map(|page| page.items.len())
    };
    assert_eq!(named(&bob, direct).await, Ok(1));
    assert_eq!(code(named(&eve, open).await), Code::Forbidden);
    assert_eq!(code(named(&eve, lounge).await), Code::RoomStaffOnly);
    for room in [hidden, direct, RoomId(404)] {
        assert_eq!(code(named(&eve, room).await), Code::NotFound);
    }
    rooms::leave(&world.ctx, &ann, open).await.unwrap();
    assert_eq!(found(&world, &ann, "secret").await.len(), 2);
    world.db.execute("update users set is_staff = false").await;
    assert_eq!(found(&world, &staff, "secret").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_looks_at_a_bounded_number_of_messages_and_goes_on_in_the_next() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    world.send(&ann, room, "xy").await;
    let long = "ab ".repeat(5_000);
    let many: Vec<_> = (0..100).map(|_| world.try_send(&ann, room, &long)).collect();
    futures_util::future::join_all(many).await;
    world.send(&ann, room, "xyz").await;
    let first = messages::search(&world.ctx, &ann, wanted("xy")).await.unwrap();
    assert!(first.items.len() == 1 && first.next.is_some());
    let upwards = SearchMessages { ordering: MessageOrdering::CreatedAt, ..wanted("xy") };
    let first = messages::search(&world.ctx, &ann, upwards).await.unwrap();
    assert!(first.items.len() == 1 && first.next.is_some());
    assert_eq!(found(&world, &ann, "xy").await, ["xyz", "xy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rooms_are_searched_at_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    let one = world.room(&ann, "one").await.id;
    let overriding = match world.db.place {
        Place::Sqlite(_) => "",
        Place::Postgres(_) => "overriding system value",
    };
    let rows: Vec<String> = (10..3_000).map(|id| format!("({id}, 'group', '', '', 0)")).collect();
    let rooms = format!(
        "insert into rooms (id, kind, name, name_key, created_at) {overriding} values {}",
        rows.join(",")
    );
    world.db.execute(rooms).await;
    let members = format!(
        "insert into members (room_id, user_id, joined_at)
         select id, {}, 0 from rooms where id >= 10",
        ann.user_id
    );
    world.db.execute(members).await;
    world.send(&ann, one, "a needle").await;
    world.send(&ann, RoomId(2_999), "another needle").await;
    assert_eq!(found(&world, &ann, "needle").await, ["another needle", "a needle"]);
    assert_eq!(found(&world, &ann, "ne").await.len(), 2);
    // So many messages of others that one call does not come through them.
    let others = format!(
        "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 20000)
         insert into messages (room_id, author_id, seq, rev, kind, created_at)
         select 9, {}, n, n, 'text', 0 from numbers",
        ann.user_id
    );
    world.db.execute("insert into rooms (id, kind, name, name_key, created_at) OVERRIDING values (9, 'group', '', '', 0)".replace("OVERRIDING", overriding)).await;
    world.db.execute(others).await;
    world.send(&ann, one, "the last needle").await;
    for search in ["needle", "ne", ""] {
        let texts = ["the last needle", "another needle", "a needle"];
        assert_eq!(found(&world, &ann, search).await, texts, "{search}");
    }
}
