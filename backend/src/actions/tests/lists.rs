//! Lists: order, cursors that make progress over ties, and searching.

use crate::{
    actions::{
        Viewer, rooms,
        testing::{World, code},
    },
    error::{Code, Error, Flaw},
    model::{
        Room, RoomId,
        room::{ListMembers, ListRooms, MemberOrdering, RoomKind, RoomOrdering as By},
        text,
    },
};

/// Reads a list to its end and answers its items.
async fn whole(world: &World, viewer: &Viewer, wanted: ListRooms) -> Vec<Room> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = ListRooms { cursor, ..wanted.clone() };
        let page = rooms::list(&world.ctx, viewer, page).await.unwrap();
        let limit = usize::try_from(wanted.limit.unwrap_or(50)).unwrap();
        assert!(page.items.len() <= limit);
        all.extend(page.items);
        if page.next.is_none() {
            return all;
        }
        cursor = page.next;
    }
}

fn names(rooms: &[Room]) -> Vec<&str> {
    rooms.iter().map(|room| room.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_kept_from_page_to_page_over_ties() {
    let world = World::new();
    // Everything happens at the same moment, so that only ids tell rooms apart.
    world.db.clock.stop();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    for at in 0..3 {
        for name in ["same", "Ёлка", "ёж", "zeta", "Яблоко"] {
            let room = world.hidden_room(&ann, name).await;
            if at == 1 {
                let add = format!(
                    "insert into members (room_id, user_id, joined_at) values ({}, {}, 0)",
                    room.id, bob.user_id
                );
                world.db.execute(add).await;
                let count = format!("update rooms set members_count = 2 where id = {}", room.id);
                world.db.execute(count).await;
            }
        }
    }
    let mut all = rooms::list_mine(&world.ctx, &ann).await.unwrap();
    assert_eq!(all.len(), 15);
    for (ordering, down) in [
        (By::Name, false),
        (By::NameDown, true),
        (By::CreatedAt, false),
        (By::CreatedAtDown, true),
        (By::MembersCount, false),
        (By::MembersCountDown, true),
    ] {
        let key = |room: &Room| match ordering {
            By::Name | By::NameDown => (text::fold(&room.name), 0, room.id),
            By::CreatedAt | By::CreatedAtDown => (String::new(), room.created_at.0, room.id),
            By::MembersCount | By::MembersCountDown => (String::new(), room.members_count, room.id),
        };
        all.sort_by_key(key);
        if down {
            all.reverse();
        }
        for limit in [1, 2, 4, 15, 100] {
            let wanted = ListRooms { ordering, limit: Some(limit), ..ListRooms::default() };
            assert_eq!(whole(&world, &ann, wanted).await, all, "{ordering:?} by {limit}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_where_the_last_one_ended_whatever_came_meanwhile() {
    let world = World::new();
    let ann = world.person("ann").await;
    for name in ["b", "d", "f"] {
        world.room(&ann, name).await;
    }
    let page = |cursor| ListRooms { limit: Some(2), cursor, ..ListRooms::default() };
    let first = rooms::list(&world.ctx, &ann, page(None)).await.unwrap();
    assert_eq!(names(&first.items), ["b", "d"]);
    for name in ["a", "c", "e"] {
        world.room(&ann, name).await;
    }
    let second = rooms::list(&world.ctx, &ann, page(first.next)).await.unwrap();
    assert_eq!((names(&second.items), second.next), (vec!["e", "f"], None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_was_altered_or_belongs_elsewhere_is_refused() {
    let world = World::new();
    let ann = world.person("ann").await;
    for name in ["one", "two", "three"] {
        world.room(&ann, name).await;
    }
    let wanted =
        |ordering, cursor| ListRooms { ordering, cursor, limit: Some(1), ..Default::default() };
    let first = rooms::list(&world.ctx, &ann, wanted(By::Name, None)).await.unwrap();
    let cursor = first.next.unwrap();
    let elsewhere =
        rooms::list(&world.ctx, &ann, wanted(By::CreatedAt, Some(cursor.clone()))).await;
    let malformed = Error::field("cursor", Flaw::Malformed);
    assert_eq!(elsewhere.map(drop), Err(malformed.clone()));
    let altered = rooms::list(&world.ctx, &ann, wanted(By::Name, Some(cursor + "A"))).await;
    assert_eq!(altered.map(drop), Err(malformed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_it_says_in_any_case_and_any_language() {
    let world = World::new();
    let ann = world.person("ann").await;
    for name in ["100% cotton", "100 years", "a_b", "axb", "c\\d", "Общий ЧАТ", "Straße", "Ёж"]
    {
        world.room(&ann, name).await;
    }
    let found = async |search: &str| {
        let wanted = ListRooms { search: Some(search.to_owned()), ..ListRooms::default() };
        let rooms = whole(&world, &ann, wanted).await;
        names(&rooms).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("100%").await, ["100% cotton"]);
    assert_eq!(found("%").await, ["100% cotton"]);
    assert_eq!(found("a_b").await, ["a_b"]);
    assert_eq!(found("\\").await, ["c\\d"]);
    assert_eq!(found("общ").await, ["Общий ЧАТ"]);
    assert_eq!(found("чАт").await, ["Общий ЧАТ"]);
    assert_eq!(found("STRASSE").await, ["Straße"]);
    assert_eq!(found("ё").await, ["Ёж"]);
    assert_eq!(found("'; drop table rooms; --").await, [""; 0]);
    assert_eq!(found("  ").await.len(), 8);
    let long = ListRooms { search: Some("a".repeat(101)), ..ListRooms::default() };
    assert_eq!(code(rooms::list(&world.ctx, &ann, long).await), Code::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_list() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    world.room(&ann, "ann's").await;
    world.room(&bob, "bob's").await;
    world.direct_room(&ann, &bob).await;
    let list = async |joined, kind| {
        let rooms = whole(&world, &ann, ListRooms { joined, kind, ..Default::default() }).await;
        names(&rooms).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(list(None, None).await, ["bob", "ann's", "bob's"]);
    assert_eq!(list(Some(true), None).await, ["bob", "ann's"]);
    assert_eq!(list(Some(false), None).await, ["bob's"]);
    assert_eq!(list(None, Some(RoomKind::Direct)).await, ["bob"]);
    assert_eq!(list(Some(true), Some(RoomKind::Group)).await, ["ann's"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_in_order_and_searched_by_both_names() {
    let world = World::new();
    world.db.clock.stop();
    let ann = world.person("ann").await;
    let id: RoomId = world.room(&ann, "one").await.id;
    for name in ["Дед", "bob", "ёж", "cat"] {
        world.join(&world.person(name).await, id).await;
    }
    world
        .db
        .execute(
            "update users set display_name = 'Zoë', search_key = 'zoë\nbob' where username = 'bob'",
        )
        .await;
    let list = async |ordering, search: Option<&str>, limit| {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let search = search.map(str::to_owned);
            let limit = Some(limit);
            let wanted = ListMembers { search, ordering, limit, cursor, ..ListMembers::default() };
            let page = rooms::members(&world.ctx, &ann, id, wanted).await.unwrap();
            all.extend(page.items.into_iter().map(|member| member.profile.username));
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    };
    use MemberOrdering as Order;
    for limit in [1, 2, 100] {
        let by_name = ["ann", "cat", "bob", "Дед", "ёж"];
        assert_eq!(list(Order::DisplayName, None, limit).await, by_name);
        let down: Vec<&str> = by_name.into_iter().rev().collect();
        assert_eq!(list(Order::DisplayNameDown, None, limit).await, down);
        let by_time = ["ann", "Дед", "bob", "ёж", "cat"];
        assert_eq!(list(Order::JoinedAt, None, limit).await, by_time);
        let down: Vec<&str> = by_time.into_iter().rev().collect();
        assert_eq!(list(Order::JoinedAtDown, None, limit).await, down);
    }
    assert_eq!(list(Order::DisplayName, Some("ZO"), 10).await, ["bob"]);
    assert_eq!(list(Order::DisplayName, Some("bo"), 10).await, ["bob"]);
    assert_eq!(list(Order::DisplayName, Some("дЕд"), 10).await, ["Дед"]);
}
