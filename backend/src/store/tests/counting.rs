//! How many statements the hottest work takes, however much there is of it.

use super::{
    super::{
        Conn,
        journal::Tx,
        memory::{Memory, Touched},
        messages::{Draft, Senders, insert_batch},
        testing::{TestDb, draft},
    },
    plans::statements,
};
use crate::model::{Clock, RoomId, UserId};

fn drafts(room: RoomId, authors: [UserId; 2], tag: &str) -> Vec<Draft> {
    let one = |number: usize| {
        let nonce = format!("{tag}-{number}");
        draft(room, authors[number % 2], "hello", Some(&nonce))
    };
    (0..64).map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_that_wait_together_take_two_statements_for_each_room() {
    let test = TestDb::new();
    let authors = [test.person("ann").await, test.person("bob").await];
    let room = test.room("Tea", &authors).await;
    let mut conn = test.conn();
    if matches!(conn, Conn::Postgres(_)) {
        // There it is one statement in all: `cluster::statements`.
        return;
    }
    let now = test.clock.now();
    let senders = Senders::new(Memory::own(), Touched::default());
    let head = test.head(room);
    for (batch, at_most) in [("first", 4), ("second", 2), ("third", 2)] {
        let drafts = drafts(room, authors, batch);
        let said = statements(&mut conn, |conn| {
            let sent = insert_batch(&mut Tx::on(conn, now), &drafts, &senders).unwrap();
            assert!(sent.iter().all(|sent| sent.as_ref().is_ok_and(|sent| !sent.replayed)));
        });
        assert!(said.len() <= at_most, "{batch}: {said:#?}");
    }
    assert_eq!(test.head(room), head + 3 * 64);
    let seqs = test.seqs(room).into_iter().filter(|seq| *seq > head);
    assert!(seqs.eq(head + 1..=head + 3 * 64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_comes_again_in_a_batch_leaves_no_hole() {
    let test = TestDb::new();
    let authors = [test.person("ann").await, test.person("bob").await];
    let room = test.room("Tea", &authors).await;
    let mut conn = test.conn();
    if matches!(conn, Conn::Postgres(_)) {
        return;
    }
    let senders = Senders::new(Memory::own(), Touched::default());
    let head = test.head(room);
    let mut batch = drafts(room, authors, "once");
    batch.insert(7, batch[2].clone());
    batch.push(batch[0].clone());
    let sent = insert_batch(&mut Tx::on(&mut conn, test.clock.now()), &batch, &senders).unwrap();
    let (new, again): (Vec<_>, Vec<_>) =
        sent.into_iter().map(Result::unwrap).partition(|sent| !sent.replayed);
    assert_eq!((new.len(), again.len()), (64, 2));
    let revs: Vec<i64> = new.iter().map(|sent| sent.change.rev).collect();
    assert_eq!(revs, (head + 1..=head + 64).collect::<Vec<_>>(), "in the order in which they came");
    let seqs = test.seqs(room).into_iter().filter(|seq| *seq > head);
    assert!(seqs.eq(head + 1..=head + 64));
}
