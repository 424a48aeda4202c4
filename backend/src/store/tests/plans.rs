//! How the hot queries are run: how many there are, and that each finds its rows by an index.

use std::sync::{Arc, Mutex};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, connection::InstrumentationEvent, sql_query,
    sql_types::Text,
};

use super::super::{
    Conn, members,
    messages::{self, Part, Sought, search_ids},
    page::{Key, Position, Wanted},
    profiles, reading, rooms,
    testing::{TestDb, draft},
};
use crate::model::{
    MessageId, RoomId, Timestamp, UserId,
    message::EditOrdering,
    presence::Nobody,
    profile::ProfileOrdering,
    room::{MemberOrdering, RoomOrdering},
};

/// The statements that a piece of work runs.
pub(super) fn statements(conn: &mut Conn, work: impl FnOnce(&mut Conn)) -> Vec<String> {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let note = seen.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let query = query.to_string();
            let sql = query.split(" -- binds").next().unwrap_or_default();
            note.lock().unwrap().push(sql.to_owned());
        }
    });
    work(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// How SQLite runs a statement, step by step.
fn plan(conn: &mut Conn, sql: &str) -> Vec<String> {
    let steps = sql_query(format!("explain query plan {sql}")).load::<Step>(conn).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

/// Runs a piece of work, which must take this many statements at the most; none of them may walk
/// through a table, nor sort what an index could have had in order.
fn check(conn: &mut Conn, what: &str, at_most: usize, work: impl FnOnce(&mut Conn)) {
    let statements = statements(conn, work);
    assert!((1..=at_most).contains(&statements.len()), "{what}: {statements:#?}");
    if matches!(conn, Conn::Postgres(_)) {
        return;
    }
    for sql in statements {
        for step in plan(conn, &sql) {
            // The first page of a list walks along an index, from its beginning.
            let walks = step.starts_with("SCAN")
                && step != "SCAN CONSTANT ROW"
                // A list of ids that the statement was given.
                && !step.starts_with("SCAN wanted VIRTUAL TABLE")
                // The index of texts, which is asked for a text and for a span of ids.
                && !(step.starts_with("SCAN message_search VIRTUAL TABLE") && step.ends_with(":M2><"))
                && !(what == "first page" && step.contains(" USING INDEX "));
            assert!(!walks && !step.contains("TEMP B-TREE"), "{what}: {step}\n{sql}");
        }
    }
}

async fn populated() -> (TestDb, UserId, RoomId) {
    let test = TestDb::new();
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let mut room = RoomId(0);
    for name in ["one", "two", "three"] {
        room = test.room(name, &[ann, bob]).await;
        let first = test.db.send(draft(room, bob, "hello @ann", None)).await.unwrap();
        let mut reply = draft(room, ann, "hello", None);
        reply.reply_to = Some(first.change.message.id);
        test.db.send(reply).await.unwrap();
    }
    (test, ann, room)
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_takes_a_constant_number_of_statements_that_use_indexes() {
    let (test, ann, room) = populated().await;
    let conn = &mut test.conn();
    let here = &Nobody;
    check(conn, "standing", 1, |c| {
        assert!(members::find_standing(c, room, ann).unwrap().is_some())
    });
    check(conn, "room", 1, |c| assert!(rooms::find(c, here, room, ann).unwrap().is_some()));
    check(conn, "ready", 1, |c| assert_eq!(rooms::list_mine(c, here, ann).unwrap().len(), 3));
    check(conn, "ids", 1, |c| assert_eq!(rooms::list_ids(c, ann).unwrap().len(), 3));
    check(conn, "mark", 3, |c| assert!(reading::update(c, room, ann, 4).unwrap().is_some()));
    check(conn, "changes", 4, |c| {
        assert_eq!(messages::changes(c, room, 0, 1_000, Some(ann)).unwrap().0.len(), 4);
    });
    check(conn, "message", 3, |c| assert!(messages::find(c, MessageId(2), ann).unwrap().is_some()));
    for part in [Part::Newest, Part::Before(4), Part::After(1), Part::Around(3)] {
        check(conn, "history", 4, |c| {
            assert!(!messages::list(c, room, part, 50, ann).unwrap().is_empty());
        });
    }
    check(conn, "neighbours", 2, |c| {
        assert_eq!(messages::neighbours(c, room, 1, 4).unwrap(), (false, false))
    });
    check(conn, "profile", 1, |c| assert!(profiles::find(c, here, ann).unwrap().is_some()));
    check(conn, "by name", 1, |c| {
        assert!(profiles::find_by_username_key(c, here, "ann").unwrap().is_some());
    });
    check(conn, "me", 1, |c| assert!(profiles::find_me(c, here, ann).unwrap().is_some()));
    check(conn, "successor", 2, |c| assert!(members::find_successor(c, room).unwrap().is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_in_order_from_an_index() {
    let (test, ann, room) = populated().await;
    let conn = &mut test.conn();
    let here = &Nobody;
    let after = |key: Key| Wanted { limit: 50, after: Some(Position { key, id: 1 }) };
    let first = Wanted { limit: 50, after: None };
    let (text, number) = (after(Key::Text(String::new())), after(Key::Number(0)));
    use RoomOrdering as Rooms;
    for (ordering, wanted) in [
        (Rooms::Name, &text),
        (Rooms::NameDown, &text),
        (Rooms::CreatedAt, &number),
        (Rooms::CreatedAtDown, &number),
        (Rooms::MembersCount, &number),
        (Rooms::MembersCountDown, &number),
    ] {
        let which = rooms::Which { search: None, joined: None, kind: None, ordering };
        check(conn, "rooms", 1, |c| drop(rooms::list(c, here, &which, wanted, ann).unwrap()));
        check(conn, "first page", 1, |c| drop(rooms::list(c, here, &which, &first, ann).unwrap()));
    }
    use ProfileOrdering as People;
    for (ordering, wanted) in [
        (People::Username, &text),
        (People::UsernameDown, &text),
        (People::DisplayName, &text),
        (People::CreatedAt, &number),
        (People::CreatedAtDown, &number),
    ] {
        let which = profiles::Which { search: None, online: None, ordering };
        check(conn, "profiles", 1, |c| drop(profiles::list(c, here, &which, wanted).unwrap()));
        check(conn, "first page", 1, |c| drop(profiles::list(c, here, &which, &first).unwrap()));
    }
    for ordering in [MemberOrdering::JoinedAt, MemberOrdering::JoinedAtDown] {
        let which = members::Which { search: None, online: None, role: None, ordering };
        for wanted in [&number, &first] {
            let list = |c: &mut Conn| drop(members::list(c, here, room, &which, wanted).unwrap());
            check(conn, "members", 1, list);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_sought_in_either_order_between_ids_that_an_index_tells() {
    let (test, _, room) = populated().await;
    let conn = &mut test.conn();
    let wanted = Wanted { limit: 50, after: Some(Position { key: Key::Number(4), id: 4 }) };
    for is_indexed in [false, true] {
        for down in [true, false] {
            for text in [None, Some("hello".to_owned())] {
                let sought = Sought {
                    text,
                    rooms: vec![room],
                    author_id: None,
                    after: Some(Timestamp(1)),
                    before: Some(Timestamp(i64::MAX / 2)),
                    down,
                };
                check(conn, "search", 7, |c| drop(search_ids(c, &sought, &wanted).unwrap()));
            }
        }
        if !is_indexed {
            test.index().await;
        }
    }
    for ordering in [EditOrdering::RevDown, EditOrdering::Rev] {
        let edits =
            |c: &mut Conn| drop(messages::edits(c, MessageId(1), ordering, &wanted).unwrap());
        check(conn, "edits", 1, edits);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unread_is_counted_from_its_own_index() {
    let (test, ann, _) = populated().await;
    let conn = &mut test.conn();
    if matches!(conn, Conn::Postgres(_)) {
        return;
    }
    let ready = statements(conn, |c| drop(rooms::list_mine(c, &Nobody, ann).unwrap()));
    let steps = plan(conn, &ready[0]);
    let covered = steps.iter().any(|step| step.contains("COVERING INDEX messages_unread_idx"));
    assert!(covered, "{steps:#?}");
    let few_first = steps.iter().any(|step| {
        step.starts_with("SEARCH mentions USING PRIMARY KEY (room_id=? AND user_id=? AND seq>?")
    });
    assert!(few_first, "{steps:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_administration_are_read_in_order_from_an_index() {
    use super::super::admin::{self, audit, memberships, messages, rooms, sessions, users};
    let (test, ..) = populated().await;
    let conn = &mut test.conn();
    let now = Timestamp(0);
    let after = |key: Key| Wanted { limit: 50, after: Some(Position { key, id: 1 }) };
    let (text, number) = (after(Key::Text(String::new())), after(Key::Number(0)));
    let two = after(Key::Numbers(0, 0));
    macro_rules! reads {
        ($row:ty, $query:expr, $wanted:expr) => {
            let query = $query;
            check(conn, "administration", 1, |c| {
                drop(admin::read::<$row>(c, &query, $wanted, now).unwrap());
            });
        };
    }
    reads!(users::Row, users::query(&Default::default(), None), &text);
    reads!(rooms::Row, rooms::query(&Default::default(), None), &text);
    reads!(memberships::Row, memberships::query(&Default::default(), None), &two);
    reads!(messages::Row, messages::query(&Default::default()), &number);
    reads!(sessions::SessionRow, sessions::sessions(&Default::default(), None, now), &number);
    reads!(sessions::TokenRow, sessions::tokens(&Default::default(), None, now), &number);
    reads!(audit::Row, audit::query(&Default::default(), None), &number);
}
