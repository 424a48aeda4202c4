//! A line, offer by offer.

use super::*;
use crate::{
    hub::sync_frame,
    model::{
        Message, Timestamp, UserId,
        message::{MessageKind, ReplyTo},
    },
};

fn message(id: i64, rev: Rev) -> Message {
    let author = Author {
        id: UserId(1),
        username: "ann".to_owned(),
        display_name: "Ann".to_owned(),
        avatar_url: None,
    };
    Message {
        id: MessageId(id),
        room_id: RoomId(1),
        seq: id,
        rev,
        kind: MessageKind::Text,
        author,
        body: Some(format!("text of {id}")),
        reply_to: None,
        reactions: Vec::new(),
        files: Vec::new(),
        created_at: Timestamp(0),
        edited_at: None,
        deleted_at: None,
        nonce: None,
    }
}

fn sent(rev: Rev) -> Arc<Change> {
    Arc::new(Change::of(message(rev, rev)))
}

fn reply(rev: Rev, to: i64) -> Arc<Change> {
    let to = message(to, to);
    let excerpt = to.body.unwrap();
    let reply_to = Some(ReplyTo { id: to.id, seq: to.seq, author: to.author, excerpt });
    Arc::new(Change::of(Message { reply_to, ..message(rev, rev) }))
}

fn deletion(id: i64, rev: Rev) -> Arc<Change> {
    let deleted_at = Some(Timestamp(rev));
    Arc::new(Change::of(Message { body: None, deleted_at, ..message(id, rev) }))
}

fn line(head: Rev, bounds: Bounds) -> Line {
    let mut line = Line::new(RoomId(1), bounds);
    line.open(head);
    line
}

/// The numbers after a cursor, each with whether something is left there.
fn served(line: &Line, cursor: Rev) -> Vec<(Rev, bool)> {
    match line.since(cursor) {
        Since::Entries(entries) => {
            entries.iter().map(|entry| (entry.rev(), entry.change().is_some())).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn holds(line: &Line, text: &str) -> bool {
    format!("{line:?}").contains(text)
}

#[test]
fn what_comes_too_early_waits_and_what_comes_twice_is_stale() {
    let mut line = Line::new(RoomId(1), Bounds::default());
    assert_eq!(line.offer(sent(4)), Offer::Unopened);
    line.open(3);
    assert_eq!(served(&line, 3), [(4, true)]);
    assert_eq!(line.offer(sent(6)), Offer::Gap { after: 4 });
    assert_eq!(line.offer(sent(5)), Offer::Advanced);
    assert_eq!(line.offer(sent(5)), Offer::Stale);
    assert_eq!(served(&line, 4), [(5, true), (6, true)]);
    assert!(matches!(line.since(7), Since::Ahead));
    assert!(matches!(line.since(2), Since::TooOld));
}

#[test]
fn a_fill_covers_what_was_replaced() {
    let mut line = line(1, Bounds::default());
    line.hint(6);
    assert_eq!(line.gap(), Some(1));
    line.offer(sent(7));
    let span = Span { after: 1, to: 6, messages: vec![message(2, 3), message(5, 5)] };
    assert!(line.fill(Fill { span, effects: Vec::new() }));
    assert_eq!(served(&line, 1), [(3, true), (5, true), (6, false), (7, true)]);
    assert_eq!(line.gap(), None);
    let unconnected = Span { after: 9, to: 10, messages: Vec::new() };
    assert!(!line.fill(Fill { span: unconnected, effects: Vec::new() }));
}

#[test]
fn a_deletion_takes_the_text_out_at_once_even_while_it_waits() {
    let mut line = line(0, Bounds::default());
    for change in [sent(1), reply(2, 1)] {
        line.offer(change);
    }
    assert!(holds(&line, "text of 1"));
    assert_eq!(line.offer(deletion(1, 5)), Offer::Gap { after: 2 });
    assert!(!holds(&line, "text of 1"));
    assert_eq!(served(&line, 0), [(1, false), (2, true)]);
    line.offer(reply(3, 1));
    assert!(!holds(&line, "text of 1"), "a late reply brought the text back");
    let span = Span { after: 3, to: 4, messages: vec![message(1, 4)] };
    line.fill(Fill { span, effects: Vec::new() });
    assert!(!holds(&line, "text of 1"), "a fill that was read before brought the text back");
    assert_eq!(line.head(), Some(5));
}

#[test]
fn an_old_page_lengthens_the_ring_without_what_was_deleted_meanwhile() {
    let mut line = line(4, Bounds::default());
    for change in [sent(5), deletion(2, 6)] {
        line.offer(change);
    }
    let messages = vec![message(1, 1), message(2, 2), message(5, 5)];
    let page = line.extend_back(Span { after: 0, to: 5, messages });
    assert_eq!(page.len(), 3);
    assert!(!holds(&line, "text of 2"));
    assert_eq!(served(&line, 0), [(1, true), (2, false), (4, false), (5, true), (6, true)],);
}

#[test]
fn the_ring_is_bounded_in_number_and_in_bytes() {
    let bytes = sent(1).json().len() * 3;
    for bounds in [
        Bounds { ring_len: 3, ..Bounds::default() },
        Bounds { ring_bytes: bytes, ..Bounds::default() },
    ] {
        let mut line = line(0, bounds);
        (1..=5).for_each(|rev| _ = line.offer(sent(rev)));
        assert!(matches!(line.since(1), Since::TooOld));
        assert_eq!(served(&line, 2), [(3, true), (4, true), (5, true)]);
        let page = Span { after: 0, to: 2, messages: vec![message(1, 1), message(2, 2)] };
        line.extend_back(page);
        assert_eq!(served(&line, 2).len(), 3);
    }
}

#[test]
fn what_can_not_wait_is_asked_for_later() {
    let mut line = line(0, Bounds { waiting: 2, ..Bounds::default() });
    for change in [sent(3), sent(4), sent(5), deletion(3, 6)] {
        assert_eq!(line.offer(change), Offer::Gap { after: 0 });
    }
    assert_eq!(line.offer(sent(1)), Offer::Advanced);
    assert_eq!(line.offer(sent(2)), Offer::Advanced);
    assert_eq!(served(&line, 0), [(1, true), (2, true), (3, false)]);
    assert_eq!(line.gap(), Some(3));
}

#[test]
fn a_reply_that_was_missed_says_what_is_said_now_by_what_it_answers() {
    let mut line = line(0, Bounds::default());
    line.offer(sent(1));
    line.offer(reply(2, 1));
    let edited = Message {
        body: Some("another text".to_owned()),
        edited_at: Some(Timestamp(3)),
        ..message(1, 3)
    };
    line.offer(Arc::new(Change::new(ChangeKind::Updated, edited, None)));
    line.offer(reply(4, 2));
    let Since::Entries(entries) = line.since(1) else { panic!("it is in the ring") };
    let frame = sync_frame(&entries, 1, UserId(2)).unwrap();
    let text = String::from_utf8_lossy(&frame);
    assert!(!text.contains("text of 1"), "{text}");
    assert!(text.contains(r#""excerpt":"another text""#), "{text}");
    assert!(text.contains(r#""excerpt":"text of 2""#), "{text}");
}

#[test]
fn who_is_called_something_else_is_so_in_everything_that_is_served() {
    let mut line = line(0, Bounds::default());
    line.offer(sent(1));
    line.offer(reply(2, 1));
    let ann = message(1, 1).author;
    line.rename(&Author { id: UserId(2), display_name: "Nobody".to_owned(), ..ann.clone() });
    assert!(!holds(&line, "Nobody"));
    line.rename(&Author { display_name: "Anna".to_owned(), ..ann });
    assert!(!holds(&line, r#""Ann""#) && holds(&line, "Anna"));
    assert_eq!(served(&line, 0), [(1, true), (2, true)]);
}
