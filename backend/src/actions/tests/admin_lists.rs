//! The lists of administration: filters, search, orders, dates, pages.

use std::collections::BTreeSet;

use super::super::{admin::reading, testing::*};
use crate::{
    error::Code,
    model::{
        Timestamp,
        admin::{
            audit::ListAudit,
            list::Dates,
            membership::{AdminMembershipOrdering, ListAdminMemberships},
            message::{AdminMessageOrdering, ListAdminMessages},
            room::{AdminRoomOrdering, ListAdminRooms},
            session::{ListAdminSessions, ListAdminTokens},
            user::{AdminUserOrdering, ListAdminUsers},
        },
        room::{Role, RoomKind},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_page_by_page_in_every_order_each_once() {
    let world = World::new();
    let staff = world.staff("staff").await;
    for name in ["ann", "bob", "cid", "dan", "eve", "fay"] {
        world.person(name).await;
    }
    use AdminUserOrdering as By;
    for (ordering, first) in [
        (By::Username, "ann"),
        (By::UsernameDown, "staff"),
        (By::DisplayName, "ann"),
        (By::DisplayNameDown, "staff"),
        (By::CreatedAt, "staff"),
        (By::CreatedAtDown, "fay"),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let first_page = cursor.is_none();
            let which =
                ListAdminUsers { ordering, limit: Some(2), cursor, ..ListAdminUsers::default() };
            let page = reading::list_users(&world.ctx, &staff, which).await.unwrap();
            assert_eq!(page.total, first_page.then_some(7));
            seen.extend(page.items.into_iter().map(|user| user.username));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen[0], first, "{ordering:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 7, "{ordering:?}: {seen:?}");
        assert_eq!(seen.len(), 7);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_by_name_address_and_flags() {
    let world = World::new();
    let staff = world.staff("Ставка").await;
    world.person("ann").await;
    world.person("bob").await;
    world.db.execute("update users set is_active = false where username = 'bob'").await;
    let email = "update users set email = 'A@x.org', email_key = 'a@x.org' where username = 'ann'";
    world.db.execute(email).await;
    let names = async |which: ListAdminUsers| {
        let page = reading::list_users(&world.ctx, &staff, which).await.unwrap();
        page.items.into_iter().map(|user| user.username).collect::<Vec<_>>()
    };
    let search =
        |text: &str| ListAdminUsers { search: Some(text.to_owned()), ..ListAdminUsers::default() };
    assert_eq!(names(search("СТАВ")).await, ["Ставка"]);
    assert_eq!(names(search("x.ORG")).await, ["ann"]);
    assert_eq!(names(search("%")).await, [""; 0]);
    let flag = ListAdminUsers { is_active: Some(false), ..ListAdminUsers::default() };
    assert_eq!(names(flag).await, ["bob"]);
    let flag = ListAdminUsers { is_staff: Some(true), ..ListAdminUsers::default() };
    assert_eq!(names(flag).await, ["Ставка"]);
    let flag = ListAdminUsers { is_staff: Some(false), ..ListAdminUsers::default() };
    assert_eq!(names(flag).await, ["ann", "bob"]);
    let flag = ListAdminUsers {
        is_superuser: Some(false),
        email_verified: Some(false),
        totp_enabled: Some(false),
        ..ListAdminUsers::default()
    };
    assert_eq!(names(flag).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_counted_by_year_month_and_day() {
    let world = World::new();
    let staff = world.staff("staff").await;
    for (name, moment) in [
        ("ann", "2024-12-31T23:59:59.999999Z"),
        ("bob", "2025-01-01T00:00:00Z"),
        ("cid", "2025-01-01T12:00:00Z"),
        ("dan", "2025-02-28T01:00:00Z"),
    ] {
        let id = world.person(name).await.user_id;
        let at: jiff::Timestamp = moment.parse().unwrap();
        let at = at.as_microsecond();
        world.db.execute(format!("update users set created_at = {at} where id = {id}")).await;
    }
    let before: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let before = Some(Timestamp(before.as_microsecond()));
    for (by, expected) in [
        (Dates::Year, vec![("2025", 3), ("2024", 1)]),
        (Dates::Month, vec![("2025-02", 1), ("2025-01", 2), ("2024-12", 1)]),
        (Dates::Day, vec![("2025-02-28", 1), ("2025-01-01", 2), ("2024-12-31", 1)]),
    ] {
        let which =
            ListAdminUsers { before, dates: Some(by), limit: Some(1), ..ListAdminUsers::default() };
        let page = reading::list_users(&world.ctx, &staff, which).await.unwrap();
        let dates = page.dates.unwrap();
        let dates: Vec<_> = dates.iter().map(|it| (it.date.as_str(), it.count)).collect();
        assert_eq!(dates, expected);
        assert_eq!((page.items.len(), page.total), (1, Some(4)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_and_memberships_are_listed_with_their_people() {
    let world = World::new();
    let staff = world.staff("staff").await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let open = world.room(&ann, "Open").await;
    world.join(&bob, open.id).await;
    world.hidden_room(&bob, "Hidden").await;
    let direct = world.direct_room(&ann, &bob).await;

    let which = ListAdminRooms::default();
    let rooms = reading::list_rooms(&world.ctx, &staff, which).await.unwrap();
    let names: Vec<_> = rooms.items.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["", "Hidden", "Open"]);
    assert_eq!(rooms.items[0].people, ["ann", "bob"]);
    assert_eq!(rooms.items[2].owner.as_ref().unwrap().username, "ann");
    for (which, count) in [
        (ListAdminRooms { kind: Some(RoomKind::Direct), ..ListAdminRooms::default() }, 1),
        (ListAdminRooms { invite_only: Some(true), ..ListAdminRooms::default() }, 1),
        (ListAdminRooms { staff_only: Some(true), ..ListAdminRooms::default() }, 0),
        (ListAdminRooms { owner_id: Some(bob.user_id), ..ListAdminRooms::default() }, 1),
        (ListAdminRooms { search: Some("OPE".to_owned()), ..ListAdminRooms::default() }, 1),
    ] {
        for ordering in [
            AdminRoomOrdering::NameDown,
            AdminRoomOrdering::CreatedAt,
            AdminRoomOrdering::CreatedAtDown,
            AdminRoomOrdering::MembersCount,
            AdminRoomOrdering::MembersCountDown,
        ] {
            let which = ListAdminRooms { ordering, ..which.clone() };
            let page = reading::list_rooms(&world.ctx, &staff, which.clone()).await.unwrap();
            assert_eq!(page.items.len(), count, "{which:?}");
        }
    }
    assert_eq!(reading::get_room(&world.ctx, &staff, direct).await.unwrap().name, "");

    let (mut seen, mut cursor) = (BTreeSet::new(), None);
    for ordering in [AdminMembershipOrdering::JoinedAt, AdminMembershipOrdering::JoinedAtDown] {
        seen.clear();
        loop {
            let which = ListAdminMemberships {
                ordering,
                limit: Some(1),
                cursor,
                ..ListAdminMemberships::default()
            };
            let page = reading::list_memberships(&world.ctx, &staff, which).await.unwrap();
            seen.extend(page.items.iter().map(|it| (it.room.id, it.user.id)));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5);
    }
    let which = ListAdminMemberships {
        user_id: Some(ann.user_id),
        role: Some(Role::Owner),
        search: Some("open".to_owned()),
        ..ListAdminMemberships::default()
    };
    let page = reading::list_memberships(&world.ctx, &staff, which).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, Some(1)));
    let (ctx, room) = (&world.ctx, open.id);
    let one = reading::get_membership(ctx, &staff, room, bob.user_id).await.unwrap();
    assert_eq!(one.role, Role::Member);
    let none = reading::get_membership(ctx, &staff, room, staff.user_id).await;
    assert_eq!(code(none), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_listed_and_found_but_never_the_texts_of_direct_rooms() {
    let world = World::new();
    let staff = world.staff("staff").await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let hidden = world.hidden_room(&ann, "Hidden").await;
    let direct = world.direct_room(&ann, &bob).await;
    let said = world.send(&ann, hidden.id, "a Teapot in the open").await;
    let gone = world.send(&ann, hidden.id, "a teapot that is gone").await;
    world.delete(&ann, gone.id).await.unwrap();
    let secret = world.send(&bob, direct, "a teapot between two").await;

    let page = reading::list_messages(&world.ctx, &staff, ListAdminMessages::default()).await;
    let page = page.unwrap();
    let bodies: Vec<_> = page.items.iter().map(|message| message.body.as_deref()).collect();
    assert_eq!(bodies, [None, None, Some("a Teapot in the open")]);
    assert_eq!(page.total, Some(3));
    let one = reading::get_message(&world.ctx, &staff, secret.id).await.unwrap();
    assert_eq!((one.body, one.author.username.as_str()), (None, "bob"));

    let ids = async |which: ListAdminMessages| {
        let page = reading::list_messages(&world.ctx, &staff, which).await.unwrap();
        page.items.into_iter().map(|message| message.id).collect::<Vec<_>>()
    };
    let search =
        || ListAdminMessages { search: Some("TEAPOT".to_owned()), ..ListAdminMessages::default() };
    assert_eq!(ids(search()).await, [said.id]);
    assert_eq!(ids(ListAdminMessages { room_id: Some(hidden.id), ..search() }).await, [said.id]);
    assert_eq!(ids(ListAdminMessages { room_id: Some(direct), ..search() }).await, []);
    assert_eq!(ids(ListAdminMessages { author_id: Some(bob.user_id), ..search() }).await, []);
    assert_eq!(ids(ListAdminMessages { deleted: Some(true), ..search() }).await, []);
    let by = |ordering| ListAdminMessages { ordering, ..ListAdminMessages::default() };
    assert_eq!(ids(by(AdminMessageOrdering::CreatedAt)).await, [said.id, gone.id, secret.id]);
    let deleted = ListAdminMessages { deleted: Some(true), ..ListAdminMessages::default() };
    assert_eq!(ids(deleted).await, [gone.id]);
    let other = world.send(&ann, said.room_id, "another teapot").await.id;
    let up = ListAdminMessages { ordering: AdminMessageOrdering::CreatedAt, ..search() };
    assert_eq!(ids(search()).await, [other, said.id]);
    assert_eq!(ids(up).await, [said.id, other]);
    world.delete(&ann, other).await.unwrap();
    for short in ["te", "O", "пи"] {
        let which = ListAdminMessages { search: Some(short.to_owned()), ..search() };
        let expected: &[_] = if short == "пи" { &[] } else { &[said.id] };
        assert_eq!(ids(which).await, expected, "{short}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn az_10_nothing_is_listed_for_who_is_not_of_staff_any_more() {
    let world = World::new();
    let staff = world.staff("staff").await;
    world.db.execute("update users set is_staff = false").await;
    let (ctx, staff) = (&world.ctx, &staff);
    let refused = [
        code(reading::list_users(ctx, staff, ListAdminUsers::default()).await),
        code(reading::list_rooms(ctx, staff, ListAdminRooms::default()).await),
        code(reading::list_memberships(ctx, staff, ListAdminMemberships::default()).await),
        code(reading::list_messages(ctx, staff, ListAdminMessages::default()).await),
        code(reading::list_sessions(ctx, staff, ListAdminSessions::default()).await),
        code(reading::list_tokens(ctx, staff, ListAdminTokens::default()).await),
        code(reading::list_audit(ctx, staff, ListAudit::default()).await),
        code(reading::get_user(ctx, staff, staff.user_id).await),
    ];
    assert_eq!(refused, [Code::Forbidden; 8]);
}
