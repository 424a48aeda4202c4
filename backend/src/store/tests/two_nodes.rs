//! Two nodes on one Postgres that write to the same rooms at the same time. On SQLite there is nothing
//! to see: two of them never have the same file.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::time::sleep;

use super::super::{
    Db, Durability, Place, Sent, Tx, accounts, members, messages, reading,
    testing::{TestDb, draft},
};
use crate::{
    error::{Code, Result},
    model::{MessageId, RoomId, UserId, message::MessageKind, presence::Nobody, room::Role},
};

/// How often what must never happen is tried for.
const ROUNDS: usize = 30;

struct Nodes {
    test: TestDb,
    one: Db,
    two: Db,
}

/// Two nodes; nothing on SQLite.
fn nodes() -> Option<Nodes> {
    let test = TestDb::new();
    if let Place::Sqlite(_) = test.place {
        return None;
    }
    let open = || {
        let silent = Arc::new(|_| {});
        Db::open(&test.place, test.clock.clone(), silent, Durability::Full).unwrap()
    };
    Some(Nodes { one: open(), two: open(), test })
}

fn dense(test: &TestDb, room: RoomId) {
    assert_eq!(test.seqs(room), (1..=test.head(room)).collect::<Vec<_>>(), "a gap");
}

async fn remove(db: &Db, room: RoomId, user: UserId) -> i64 {
    let write = move |tx: &mut Tx<'_>| {
        let change = members::delete(tx, room, user, MessageKind::Removed)?;
        Ok(tx.announce_change(change).rev)
    };
    db.write(write).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn g2_two_nodes_give_the_numbers_of_a_room_without_gaps() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let mut rooms = Vec::new();
    for name in ["a", "b", "c"] {
        rooms.push(test.room(name, &[ann, bob]).await);
    }
    let send_all = |db: &Db, author| {
        let (db, rooms) = (db.clone(), rooms.clone());
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                let sends = (0..20).map(|at| {
                    // Some of them are refused, in the middle of everything.
                    let room = if at % 7 == 3 { RoomId(404) } else { rooms[(at + round) % 3] };
                    db.send(draft(room, author, &format!("@ann {at}"), None))
                });
                let sent: Vec<Result<Sent>> = join_all(sends).await;
                for (at, sent) in sent.iter().enumerate() {
                    let refused = sent.as_ref().err().map(|error| error.code);
                    assert_eq!(refused, (at % 7 == 3).then_some(Code::NotFound));
                }
            }
        })
    };
    let (first, second) = tokio::join!(send_all(&one, ann), send_all(&two, bob));
    first.unwrap();
    second.unwrap();
    rooms.iter().for_each(|room| dense(&test, *room));
    let mentions = usize::try_from(test.count("mentions")).unwrap();
    assert_eq!(mentions, ROUNDS * 17, "each of bob's mentions ann, none of her own");
    assert_eq!(test.count("message_search"), i64::try_from(ROUNDS * 34).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_a_nonce_at_two_nodes_at_once_is_one_message_and_leaves_no_gap() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let other = test.room("two", &[ann]).await;
    for round in 0..ROUNDS {
        let nonces: Vec<String> = (0..8).map(|at| format!("{round} {at}")).collect();
        let send = |db: &Db, nonce: &String| db.send(draft(room, ann, nonce, Some(nonce)));
        // In opposite orders, and with something in another room, so that each may wait for the other.
        let elsewhere = two.send(draft(other, ann, "elsewhere", None));
        let firsts = join_all(nonces.iter().map(|nonce| send(&one, nonce)));
        let seconds = join_all(nonces.iter().rev().map(|nonce| send(&two, nonce)));
        let (elsewhere, firsts, seconds) = tokio::join!(elsewhere, firsts, seconds);
        elsewhere.unwrap();
        for (first, second) in firsts.into_iter().zip(seconds.into_iter().rev()) {
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first.change.message.id, second.change.message.id);
            assert!(first.replayed != second.replayed, "one of them was first");
        }
    }
    dense(&test, room);
    assert_eq!(test.head(room), 1 + i64::try_from(ROUNDS * 8).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn g8_whoever_was_removed_at_one_node_gets_nothing_in_at_the_other() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let room = test.room("one", &[ann, bob]).await;
    let mut refusals = 0;
    for _ in 0..ROUNDS {
        let sending = async {
            let mut newest = 0;
            loop {
                match one.send(draft(room, bob, "still here", None)).await {
                    Ok(sent) => newest = sent.change.rev,
                    Err(refusal) => {
                        assert_eq!(refusal.code, Code::Forbidden);
                        return newest;
                    }
                }
            }
        };
        let removing = async {
            // Ann's make the statement of the other node wait for the room.
            let busy = join_all((0..5).map(|_| two.send(draft(room, ann, "hello", None))));
            busy.await.into_iter().for_each(|sent| drop(sent.unwrap()));
            remove(&two, room, bob).await
        };
        let (newest, removed_at) = tokio::join!(sending, removing);
        assert!(newest < removed_at, "{newest} was sent after the removal at {removed_at}");
        refusals += 1;
        let join = move |tx: &mut Tx<'_>| {
            let (change, _) = members::insert(tx, &Nobody, room, bob, Role::Member)?;
            tx.announce_change(change);
            Ok(())
        };
        two.write(join).await.unwrap();
    }
    assert_eq!(refusals, ROUNDS);
    dense(&test, room);
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_an_answer_does_not_repeat_what_was_deleted_while_it_waited() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let mut empty = 0;
    for round in 0..ROUNDS {
        let target = one.send(draft(room, ann, "a secret", None)).await.unwrap();
        let id = target.change.message.id;
        let answering = async {
            let mut answers = Vec::new();
            for _ in 0..6 {
                let mut answer = draft(room, ann, "an answer", None);
                answer.reply_to = Some(id);
                answers.push(one.send(answer).await.unwrap().change);
            }
            answers
        };
        let deleting = async {
            sleep(Duration::from_micros(u64::try_from(round).unwrap() * 300)).await;
            delete(&two, id).await
        };
        let (answers, deleted_at) = tokio::join!(answering, deleting);
        for answer in answers.iter().filter(|answer| answer.rev > deleted_at) {
            let excerpt = &answer.message.reply_to.as_ref().unwrap().excerpt;
            assert_eq!(excerpt, "", "{} tells what was deleted at {deleted_at}", answer.rev);
            empty += 1;
        }
    }
    assert!(empty > 0, "none of the answers came after its deletion");
}

/// Two devices of a person, on two nodes.
#[tokio::test(flavor = "multi_thread")]
async fn g13_a_read_pointer_never_moves_back() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    for _ in 0..ROUNDS {
        one.send(draft(room, ann, "text", None)).await.unwrap();
    }
    let head = test.head(room);
    let mark = |db: &Db, seq: i64| {
        let db = db.clone();
        let write = move |tx: &mut Tx<'_>| Ok(reading::update(tx.conn, room, ann, seq)?);
        async move { db.write(write).await.unwrap().unwrap() }
    };
    for seq in (2..=head).step_by(2) {
        let ((newer, _), (older, _)) = tokio::join!(mark(&one, seq), mark(&two, seq - 1));
        assert!(newer.last_read_seq >= seq && older.last_read_seq >= seq - 1);
        let (now, moved) = mark(&two, 1).await;
        assert_eq!((now.last_read_seq, moved), (seq, false));
    }
}

/// Somebody becomes a member, or their room becomes one for staff, on one node while they stop being of
/// staff on the other.
#[tokio::test(flavor = "multi_thread")]
async fn g9_who_somebody_is_holds_until_they_are_a_member_and_their_room_is_for_staff() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    let ann = test.person("ann").await;
    let room = test.room("one", &[ann]).await;
    let of_staff = |is_staff| accounts::Standing { is_active: true, is_staff, is_superuser: false };
    type Hold = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;
    let holds: [Hold; 2] = [
        Box::new(move |tx| Ok(accounts::hold_standing(tx, ann)?)),
        Box::new(move |tx| Ok(members::hold_staff(tx, room)?)),
    ];
    for hold in holds {
        let set = move |is_staff| {
            move |tx: &mut Tx<'_>| Ok(accounts::update_standing(tx.conn, ann, of_staff(is_staff))?)
        };
        two.write(set(true)).await.unwrap();
        let (held, has_held) = mpsc::channel();
        let holding = one.write(move |tx: &mut Tx<'_>| {
            hold(tx)?;
            held.send(()).unwrap();
            thread::sleep(Duration::from_millis(300));
            Ok(Instant::now())
        });
        let changing = async {
            tokio::task::spawn_blocking(move || has_held.recv().unwrap()).await.unwrap();
            two.write(set(false)).await.unwrap();
            Instant::now()
        };
        let (held_until, changed_at) = tokio::join!(holding, changing);
        assert!(changed_at > held_until.unwrap());
    }
}

/// What a restored dump does: the tables are other ones, with the same rows.
#[tokio::test(flavor = "multi_thread")]
async fn g6_a_database_that_was_made_anew_from_a_copy_has_another_history() {
    let Some(Nodes { test, one, two }) = nodes() else { return };
    assert_eq!(one.epoch(), two.epoch());
    test.execute("create table copy as table meta").await;
    test.execute("drop table meta").await;
    test.execute("alter table copy rename to meta").await;
    test.execute("alter table meta add primary key (key)").await;
    let restored =
        Db::open(&test.place, test.clock.clone(), Arc::new(|_| {}), Durability::Full).unwrap();
    assert_ne!(restored.epoch(), one.epoch());
}

async fn delete(db: &Db, id: MessageId) -> i64 {
    let write = move |tx: &mut Tx<'_>| {
        let stored = messages::find_stored(tx.conn, id)?.unwrap();
        super::super::rooms::lock(tx.conn, stored.room_id)?;
        let change = messages::delete(tx, &stored)?;
        Ok(tx.announce_change(change).rev)
    };
    db.write(write).await.unwrap()
}
