//! Paging through a room, both ways and around a place.

use crate::{
    actions::{
        messages::{history, send},
        testing::{World, code},
    },
    error::{Code, Error, Flaw},
    model::{
        Message,
        message::{NewMessage, ReadHistory},
    },
};

fn seqs(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.seq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_limit_pages_through_everything_both_ways() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    for at in 0..24 {
        let sent = world.send(&ann, room, &at.to_string()).await;
        if at % 5 == 0 {
            // Numbers that are no message's `seq` must not stop a page.
            world.alter(&sent, (at % 2 == 0).then_some("edited")).await;
        }
    }
    let all = seqs(&world.all(&ann, room).await);
    assert_eq!(all.len(), 25);
    let head = world.db.head(room);
    for limit in [1, 2, 3, 7, 24, 25, 26, 100] {
        let limit = Some(limit);
        let (mut down, mut before) = (Vec::new(), None);
        loop {
            let wanted = ReadHistory { before, limit, ..ReadHistory::default() };
            let page = history(&world.ctx, &ann, room, wanted).await.unwrap().read().unwrap();
            assert_eq!(page.head, head);
            assert_eq!(page.has_after, before.is_some());
            let items = seqs(&page.items);
            before = items.first().copied();
            down.splice(0..0, items);
            if !page.has_before {
                break;
            }
        }
        assert_eq!(down, all, "down by {limit:?}");
        let (mut up, mut after) = (Vec::new(), 0);
        loop {
            let wanted = ReadHistory { after: Some(after), limit, ..ReadHistory::default() };
            let page = history(&world.ctx, &ann, room, wanted).await.unwrap().read().unwrap();
            assert_eq!(page.has_before, after > 0);
            up.extend(seqs(&page.items));
            after = up.last().copied().unwrap();
            if !page.has_after {
                break;
            }
        }
        assert_eq!(up, all, "up by {limit:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn around_a_number_stand_its_neighbours() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    for at in 0..9 {
        world.send(&ann, room, &at.to_string()).await;
    }
    let around = async |seq, limit| {
        let wanted = ReadHistory { around: Some(seq), limit: Some(limit), ..Default::default() };
        let page = history(&world.ctx, &ann, room, wanted).await.unwrap().read().unwrap();
        (seqs(&page.items), page.has_before, page.has_after)
    };
    assert_eq!(around(5, 4).await, (vec![3, 4, 5, 6], true, true));
    assert_eq!(around(5, 5).await, (vec![3, 4, 5, 6, 7], true, true));
    assert_eq!(around(5, 1).await, (vec![5], true, true));
    assert_eq!(around(1, 4).await, (vec![1, 2], false, true));
    assert_eq!(around(10, 4).await, (vec![8, 9, 10], true, false));
    assert_eq!(around(99, 4).await, (vec![9, 10], true, false));
    assert_eq!(around(5, 100).await, ((1..=10).collect(), false, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_beyond_either_end_is_empty_and_says_where_the_rest_is() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    world.send(&ann, room, "two").await;
    let read = async |wanted| {
        let page = history(&world.ctx, &ann, room, wanted).await.unwrap().read().unwrap();
        (page.items.len(), page.has_before, page.has_after)
    };
    let nothing = ReadHistory::default();
    assert_eq!(read(ReadHistory { before: Some(1), ..nothing }).await, (0, false, true));
    assert_eq!(read(ReadHistory { before: Some(0), ..nothing }).await, (0, false, true));
    assert_eq!(read(ReadHistory { after: Some(2), ..nothing }).await, (0, true, false));
    assert_eq!(read(ReadHistory { after: Some(99), ..nothing }).await, (0, true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_make_no_sense_are_named() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    let read = async |wanted| history(&world.ctx, &ann, room, wanted).await.map(drop);
    let nothing = ReadHistory::default();
    assert_eq!(
        read(ReadHistory { before: Some(1), around: Some(1), ..nothing }).await,
        Err(Error::field("around", Flaw::NotAllowed))
    );
    for wrong in [
        ReadHistory { before: Some(-1), ..nothing },
        ReadHistory { after: Some(i64::MAX), ..nothing },
        ReadHistory { limit: Some(0), ..nothing },
        ReadHistory { limit: Some(101), ..nothing },
    ] {
        assert_eq!(code(read(wrong).await), Code::Invalid, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_in_order_is_stored_in_order_and_checked_before_it_is_in_line() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room_id = world.room(&ann, "one").await.id;
    let send = |body: &str, nonce: Option<&str>| {
        let (body, nonce) = (body.to_owned(), nonce.map(str::to_owned));
        send(
            &world.ctx,
            &ann,
            NewMessage { room_id, body, nonce, reply_to: None, file_ids: Vec::new() },
        )
    };
    let (first, blank, second) = (send("first", None), send(" \n", None), send("second", None));
    // The order of the calls counts, not the order in which they are waited for.
    assert_eq!(second.await.unwrap().change.message.seq, 3);
    assert_eq!(first.await.unwrap().change.message.seq, 2);
    assert_eq!(blank.await.map(drop), Err(Error::field("body", Flaw::Blank)));
    let nonce = send("third", Some("")).await.map(drop);
    assert_eq!(nonce, Err(Error::field("nonce", Flaw::TooShort(1))));
    let kept = send("  e\u{301} ", None).await.unwrap();
    assert_eq!(kept.change.message.body.as_deref(), Some("  é "));
    assert_eq!(world.db.head(room_id), 4);
}
