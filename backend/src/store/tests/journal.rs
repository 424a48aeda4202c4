//! The journal: order, numbers without gaps, nonces, and what becomes of work that fails.

use futures_util::future::join_all;

use super::super::{
    Place, Sent,
    testing::{TestDb, draft},
};
use crate::{
    error::{Code, Error, Result},
    model::{Announcement, Message, MessageId, RoomId, UserId},
};
use diesel::{RunQueryDsl, sql_query};

fn codes(outcomes: &[Result<Sent>]) -> Vec<Option<Code>> {
    outcomes.iter().map(|sent| sent.as_ref().err().map(|error| error.code)).collect()
}

fn told_messages(test: &TestDb) -> Vec<Message> {
    let change = |announcement| match announcement {
        Announcement::Change(change) => Some(change.message.clone()),
        _ => None,
    };
    test.told().into_iter().filter_map(change).collect()
}

fn dense(test: &TestDb, room: RoomId) {
    let seqs = test.seqs(room);
    assert_eq!(seqs, (1..=test.head(room)).collect::<Vec<_>>(), "room {room} has a gap");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_senders_share_rooms_without_gaps_and_each_keeps_their_order() {
    const EACH: usize = 60;
    let test = TestDb::new();
    let mut people = Vec::new();
    for name in ["ann", "bob", "cat", "dan", "eve", "fay"] {
        people.push(test.person(name).await);
    }
    let mut rooms = Vec::new();
    for name in ["one", "two", "three"] {
        rooms.push(test.room(name, &people).await);
    }
    let send_all = |author: UserId| {
        let (db, rooms) = (test.db.clone(), rooms.clone());
        tokio::spawn(async move {
            // All of them are on their way before the first is answered.
            let sends: Vec<_> = (0..EACH)
                .map(|at| {
                    let room = rooms[(at + usize::try_from(author.0).unwrap()) % rooms.len()];
                    db.send(draft(room, author, &at.to_string(), None))
                })
                .collect();
            join_all(sends).await
        })
    };
    for sent in join_all(people.iter().map(|author| send_all(*author))).await {
        assert!(sent.unwrap().iter().all(Result::is_ok));
    }
    let told = told_messages(&test);
    for room in &rooms {
        dense(&test, *room);
        for author in &people {
            let order: Vec<usize> = told
                .iter()
                .filter(|message| message.room_id == *room && message.author.id == *author)
                .filter_map(|message| message.body.as_ref()?.parse().ok())
                .collect();
            assert_eq!(order.len(), EACH / rooms.len());
            assert!(order.is_sorted(), "{order:?}");
        }
    }
    let total: i64 = rooms.iter().map(|room| test.head(*room)).sum();
    assert_eq!(i64::try_from(told.len()).unwrap(), total, "everything was told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_drafts_leave_no_gap() {
    let test = TestDb::new();
    let (ann, bob, gone) =
        (test.person("ann").await, test.person("bob").await, test.person("gone").await);
    let room = test.room("one", &[ann, gone]).await;
    let other = test.room("two", &[bob]).await;
    test.execute(format!("update users set is_active = false where id = {gone}")).await;
    let elsewhere = test.db.send(draft(other, bob, "elsewhere", None)).await.unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(test.db.send(draft(room, ann, "good", None)));
        outcomes.push(test.db.send(draft(room, bob, "a stranger", None)));
        outcomes.push(test.db.send(draft(RoomId(404), ann, "nowhere", None)));
        outcomes.push(test.db.send(draft(room, gone, "deactivated", None)));
        let mut reply = draft(room, ann, "an answer to another room", None);
        reply.reply_to = Some(elsewhere.change.message.id);
        outcomes.push(test.db.send(reply.clone()));
        reply.reply_to = Some(MessageId(4_040));
        outcomes.push(test.db.send(reply));
    }
    let outcomes = join_all(outcomes).await;
    let expected = [
        None,
        Some(Code::Forbidden),
        Some(Code::NotFound),
        Some(Code::Unauthenticated),
        Some(Code::NotFound),
        Some(Code::NotFound),
    ];
    assert_eq!(codes(&outcomes), expected.repeat(5));
    assert_eq!(test.seqs(room), [1, 2, 3, 4, 5, 6, 7]);
    dense(&test, room);
    dense(&test, other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_database_refuses_does_not_take_its_batch_along() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let refuse = match test.place {
        Place::Sqlite(_) => {
            "create trigger refuse before insert on messages
             when new.body = 'refused' begin select raise(abort, 'no'); end"
        }
        Place::Postgres(_) => "alter table messages add check (body <> 'refused')",
    };
    test.execute(refuse).await;
    // First in its batch, behind a closure, and alone.
    for _ in 0..10 {
        let texts = ["a", "refused", "b"].map(|text| test.db.send(draft(room, ann, text, None)));
        let write = test.db.write(|_| Ok(()));
        let behind = ["c", "refused", "d"].map(|text| test.db.send(draft(room, ann, text, None)));
        let (first, written, second) = tokio::join!(join_all(texts), write, join_all(behind));
        written.unwrap();
        let refused = Some(Code::Internal);
        assert_eq!(codes(&first), [None, refused, None]);
        assert_eq!(codes(&second), [None, refused, None]);
    }
    let alone = test.db.send(draft(room, ann, "refused", None)).await;
    assert_eq!(alone.unwrap_err().code, Code::Internal);
    dense(&test, room);
    assert_eq!(test.seqs(room).len(), 41);
    assert_eq!(told_messages(&test).len(), 41, "each was told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_nonce_is_the_same_message_for_ever() {
    let test = TestDb::new();
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let room = test.room("one", &[ann, bob]).await;
    let other = test.room("two", &[ann]).await;
    let send = |room, author, body: &str| test.db.send(draft(room, author, body, Some("n")));
    let sends = [send(room, ann, "a"), send(room, ann, "a"), send(room, ann, "b")];
    let mut outcomes = join_all(sends).await;
    outcomes.push(send(other, ann, "a").await);
    outcomes.push(send(room, ann, "a").await);
    outcomes.push(send(room, bob, "a").await);
    let reused = Some(Code::NonceReused);
    assert_eq!(codes(&outcomes), [None, None, reused, reused, None, None]);
    let sent: Vec<Sent> = outcomes.into_iter().filter_map(Result::ok).collect();
    let replays: Vec<bool> = sent.iter().map(|sent| sent.replayed).collect();
    assert_eq!(replays, [false, true, true, false]);
    let ids: Vec<MessageId> = sent.iter().map(|sent| sent.change.message.id).collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3]);
    assert_eq!(sent[1].change.message.nonce.as_deref(), Some("n"), "its author sees it");
    assert_eq!(test.seqs(room), [1, 2, 3, 4]);
    dense(&test, other);
    assert_eq!(told_messages(&test).len(), 5, "a replay is not told again");
    let mut reply = draft(room, ann, "a", Some("n"));
    reply.reply_to = Some(MessageId(4_040));
    let reused = test.db.send(reply).await.unwrap_err();
    assert_eq!(reused.code, Code::NonceReused, "whatever else is wrong with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_refuses_leaves_no_trace_and_announces_nothing() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let before = test.told().len();
    let refused = test.db.write(move |tx| {
        sql_query("update rooms set name = 'gone', head = head + 1").execute(tx.conn)?;
        let event = crate::model::event::Event::CaughtUp;
        tx.announce(Announcement::Person { user_id: ann, event });
        Err::<(), _>(Error::from(Code::Conflict))
    });
    let sent = test.db.send(draft(room, ann, "beside it", None));
    assert_eq!(refused.await.unwrap_err().code, Code::Conflict);
    assert_eq!(sent.await.unwrap().change.rev, 2);
    assert_eq!(test.told().len(), before + 1);
    dense(&test, room);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_panics_does_not_end_the_journal() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let panics = test.db.write(|tx| -> Result<()> {
        sql_query("update rooms set head = head + 1").execute(tx.conn)?;
        panic!("on purpose");
    });
    assert_eq!(panics.await.unwrap_err().code, Code::Internal);
    assert_eq!(test.db.send(draft(room, ann, "after it", None)).await.unwrap().change.rev, 2);
    dense(&test, room);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_fails_inside_a_closure_does_not_touch_its_neighbours() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let bad = "insert into members (room_id, user_id, joined_at) values (1, 404, 0)";
    let first = test.db.send(draft(room, ann, "before", None));
    let failing = test.db.write(move |tx| Ok(sql_query(bad).execute(tx.conn)?));
    // It goes on as if nothing had been; Postgres has given up its part of the transaction by then.
    let ignoring = test.db.write(move |tx| Ok(sql_query(bad).execute(tx.conn).is_ok()));
    let last = test.db.send(draft(room, ann, "after", None));
    let (first, failing, ignoring, last) = tokio::join!(first, failing, ignoring, last);
    assert_eq!((first.unwrap().change.rev, last.unwrap().change.rev), (2, 3));
    assert_eq!(failing.unwrap_err().code, Code::Internal);
    assert!(matches!(ignoring, Ok(false) | Err(Error { code: Code::Internal, .. })));
    dense(&test, room);
}
