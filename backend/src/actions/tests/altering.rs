//! Editing and deleting messages, and what they said before.

use std::fs;

use diesel::connection::SimpleConnection;

use crate::{
    actions::{
        Viewer, messages, rooms,
        testing::{World, code},
    },
    error::{Code, Error, Flaw, Result},
    model::{
        Message, MessageId, RoomId,
        change::ChangeKind,
        message::{
            DeleteMessage, EditMessage, EditOrdering, FormerBody, ListEdits, MessageKind,
            SearchMessages,
        },
    },
    store::Place,
};

/// Ann's room with Bob in it.
async fn room() -> (World, Viewer, Viewer, RoomId) {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "one").await.id;
    world.join(&bob, room).await;
    (world, ann, bob, room)
}

async fn edits(world: &World, viewer: &Viewer, id: MessageId) -> Result<Vec<FormerBody>> {
    messages::edits(&world.ctx, viewer, id, ListEdits::default()).await.map(|list| list.items)
}

fn bodies(edits: Vec<FormerBody>) -> Vec<String> {
    edits.into_iter().map(|edit| edit.body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_takes_a_number_and_keeps_what_was_said_before() {
    let (world, ann, bob, room) = room().await;
    let sent = world.send(&bob, room, "helo").await;
    let edited = world.edit(&bob, sent.id, "hello").await.unwrap();
    assert_eq!((edited.seq, edited.rev, edited.body.as_deref()), (3, 4, Some("hello")));
    assert!(edited.edited_at > Some(sent.created_at));
    assert_eq!(edited.created_at, sent.created_at);
    assert_eq!(messages::get(&world.ctx, &ann, sent.id).await.unwrap(), edited);
    let told = world.changes().pop().unwrap();
    assert_eq!((told.kind, told.rev, &told.message), (ChangeKind::Updated, 4, &edited));

    let same = world.edit(&bob, sent.id, "hello").await.unwrap();
    assert_eq!((same, world.db.head(room)), (edited.clone(), 4), "nothing was changed");
    let again = world.edit(&bob, sent.id, "hello!").await.unwrap();
    let before = edits(&world, &bob, sent.id).await.unwrap();
    assert_eq!(before[0].written_at, edited.edited_at.unwrap());
    assert_eq!(before[0].replaced_at, again.edited_at.unwrap());
    assert_eq!((before[1].rev, before[1].written_at), (4, sent.created_at));
    assert_eq!(bodies(before), ["hello", "helo"]);
    assert_eq!(bodies(edits(&world, &ann, sent.id).await.unwrap()), ["hello", "helo"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn former_texts_are_paged_and_for_the_author_and_moderators_only() {
    let (world, ann, bob, room) = room().await;
    let id = world.send(&ann, room, "0").await.id;
    for at in 1..=5 {
        world.edit(&ann, id, &at.to_string()).await.unwrap();
    }
    for (ordering, expected) in [
        (EditOrdering::RevDown, ["4", "3", "2", "1", "0"]),
        (EditOrdering::Rev, ["0", "1", "2", "3", "4"]),
    ] {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let wanted = ListEdits { ordering, limit: Some(2), cursor };
            let page = messages::edits(&world.ctx, &ann, id, wanted).await.unwrap();
            all.extend(bodies(page.items));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, expected);
    }
    assert_eq!(code(edits(&world, &bob, id).await), Code::Forbidden);
    world
        .db
        .execute(format!("update members set role = 'moderator' where user_id = {}", bob.user_id))
        .await;
    assert_eq!(edits(&world, &bob, id).await.unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_checked_like_a_new_message_and_only_its_author_makes_one() {
    let (world, ann, bob, room) = room().await;
    let sent = world.send(&bob, room, "mine").await;
    let blank = world.edit(&bob, sent.id, " \n").await;
    assert_eq!(blank, Err(Error::field("body", Flaw::Blank)));
    let long = world.edit(&bob, sent.id, &"ё".repeat(16_001)).await;
    assert_eq!(long, Err(Error::field("body", Flaw::TooLong(16_000))));
    assert_eq!(code(world.edit(&ann, sent.id, "yours").await), Code::Forbidden, "not the owner");
    let note = world.all(&ann, room).await.into_iter().find(|m| m.kind == MessageKind::Joined);
    assert_eq!(code(world.edit(&ann, note.unwrap().id, "what?").await), Code::Forbidden);
    assert_eq!(code(world.edit(&ann, MessageId(404), "what?").await), Code::NotFound);
    rooms::leave(&world.ctx, &bob, room).await.unwrap();
    assert_eq!(code(world.edit(&bob, sent.id, "az_3").await), Code::NotFound);
    assert_eq!(code(world.delete(&bob, sent.id).await), Code::NotFound);
    assert_eq!(world.db.head(room), 4, "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_meanwhile_is_not_overwritten_when_one_says_what_one_saw() {
    let (world, _, bob, room) = room().await;
    let sent = world.send(&bob, room, "one").await;
    let edit = async |body: &str, rev| {
        let edit = EditMessage { body: body.to_owned(), if_rev: Some(rev) };
        messages::edit(&world.ctx, &bob, sent.id, edit).await
    };
    assert_eq!(edit("two", 3).await.unwrap().rev, 4);
    assert_eq!(code(edit("three", 3).await), Code::Conflict);
    assert_eq!(edit("two", 3).await.unwrap().rev, 4, "what was wanted is there already");
    let delete = async |rev| {
        messages::delete(&world.ctx, &bob, sent.id, DeleteMessage { if_rev: Some(rev) }).await
    };
    assert_eq!(code(delete(3).await), Code::Conflict);
    assert_eq!(delete(4).await.unwrap().rev, 5);
    assert_eq!(delete(4).await.unwrap().rev, 5, "what was wanted is there already");
    assert_eq!(code(edit("back", 5).await), Code::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_of_a_deleted_message_nothing_is_left_but_its_place() {
    let (world, ann, bob, room) = room().await;
    let sent = world.send(&bob, room, "the first canary @ann").await;
    world.edit(&bob, sent.id, "the second canary @ann").await.unwrap();
    messages::react(&world.ctx, &ann, sent.id, "🐤").await.unwrap();
    let reply = crate::model::message::NewMessage {
        room_id: room,
        body: "really?".to_owned(),
        nonce: None,
        reply_to: Some(sent.id),
        file_ids: Vec::new(),
    };
    let reply = messages::send(&world.ctx, &ann, reply).await.unwrap().change.message.clone();
    assert_eq!(reply.reply_to.unwrap().excerpt, "the second canary @ann");

    let deleted = world.delete(&ann, sent.id).await.unwrap();
    let expected = Message {
        rev: 7,
        body: None,
        edited_at: deleted.edited_at,
        deleted_at: deleted.deleted_at,
        ..sent.clone()
    };
    assert_eq!(deleted, expected);
    assert!(deleted.deleted_at.is_some());
    let told = world.changes().pop().unwrap();
    assert_eq!((told.kind, told.rev), (ChangeKind::Deleted, 7));
    assert!(!String::from_utf8_lossy(told.json()).contains("canary"));
    assert_eq!(world.delete(&ann, sent.id).await.unwrap(), deleted);
    assert_eq!((world.delete(&bob, sent.id).await.unwrap(), world.db.head(room)), (deleted, 7));

    let all = world.all(&bob, room).await;
    assert!(!format!("{all:?}").contains("canary"));
    assert_eq!(all[3].reply_to.as_ref().unwrap().excerpt, "", "it is known what was answered");
    assert_eq!(edits(&world, &bob, sent.id).await, Ok(Vec::new()));
    let wanted = SearchMessages { search: Some("canary".to_owned()), ..Default::default() };
    assert!(messages::search(&world.ctx, &bob, wanted).await.unwrap().items.is_empty());
    let room = rooms::get(&world.ctx, &ann, room).await.unwrap().me.unwrap();
    assert_eq!((room.unread, room.mentions), (0, 0));
    assert_eq!(code(messages::react(&world.ctx, &ann, sent.id, "🐤").await), Code::Conflict);
    for table in ["message_edits", "reactions", "mentions"] {
        let Place::Sqlite(_) = world.db.place else { break };
        assert_eq!(world.db.count(table), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_deleted_by_their_authors_and_by_whoever_moderates() {
    let (world, ann, bob, room) = room().await;
    let staff = world.staff("sam").await;
    let cat = world.person("cat").await;
    world.join(&cat, room).await;
    let id = world.send(&bob, room, "words").await.id;
    assert_eq!(code(world.delete(&cat, id).await), Code::Forbidden);
    assert_eq!(code(world.delete(&staff, id).await), Code::NotFound, "who is not in the room");
    world.join(&staff, room).await;
    assert!(world.delete(&staff, id).await.unwrap().deleted_at.is_some());
    for who in [&bob, &ann] {
        let id = world.send(&bob, room, "words").await.id;
        assert!(world.delete(who, id).await.unwrap().deleted_at.is_some());
    }
    let direct = world.direct_room(&bob, &staff).await;
    let id = world.send(&bob, direct, "words").await.id;
    assert_eq!(code(world.delete(&staff, id).await), Code::Forbidden);
    for note in world.all(&ann, room).await.iter().filter(|m| m.kind != MessageKind::Text) {
        assert_eq!(code(world.delete(&ann, note.id).await), Code::Forbidden);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mentions_follow_the_text() {
    let (world, ann, bob, room) = room().await;
    let id = world.send(&bob, room, "hello").await.id;
    let own = async || rooms::get(&world.ctx, &ann, room).await.unwrap().me.unwrap().mentions;
    assert_eq!(own().await, 0);
    for (body, expected) in [("hello @ann", 1), ("hello @bob", 0), ("@ann!", 1), ("oh @ANN", 1)] {
        world.edit(&bob, id, body).await.unwrap();
        assert_eq!(own().await, expected, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_author_sees_the_nonce_in_what_a_change_answers() {
    let (world, ann, bob, room) = room().await;
    let nonce = Some("n".to_owned());
    let new = crate::model::message::NewMessage {
        room_id: room,
        body: "mine".to_owned(),
        nonce: nonce.clone(),
        reply_to: None,
        file_ids: Vec::new(),
    };
    let sent = messages::send(&world.ctx, &bob, new.clone()).await.unwrap();
    let id = sent.change.message.id;
    assert_eq!(world.edit(&bob, id, "still mine").await.unwrap().nonce, nonce);
    assert_eq!(messages::react(&world.ctx, &ann, id, "👍").await.unwrap().nonce, None);
    assert_eq!(world.delete(&ann, id).await.unwrap().nonce, None);
    let told = world.changes().pop().unwrap();
    assert_eq!(told.message.nonce, nonce, "its author's devices know it by that");
    assert!(!String::from_utf8_lossy(&told.json_for(ann.user_id)).contains("\"n\""));
    // G4: the nonce stands for the tombstone, for ever.
    let again = messages::send(&world.ctx, &bob, new).await.unwrap();
    assert!(again.replayed && again.change.message.deleted_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn az_12_an_edit_is_told_without_the_text_it_replaced() {
    let (world, _, bob, room) = room().await;
    let id = world.send(&bob, room, "an unfortunate canary").await.id;
    world.edit(&bob, id, "better").await.unwrap();
    let told = world.changes().pop().unwrap();
    assert!(!format!("{told:?}").contains("canary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_and_deletions_race_without_gaps() {
    let (world, ann, bob, room) = room().await;
    let id = world.send(&bob, room, "0").await.id;
    let edits = (0..20).map(|at| {
        let (ctx, bob) = (world.ctx.clone(), bob.clone());
        tokio::spawn(async move {
            let edit = EditMessage { body: format!("edit {at}"), if_rev: None };
            messages::edit(&ctx, &bob, id, edit).await
        })
    });
    let edits: Vec<_> = edits.collect();
    world.send(&ann, room, "between").await;
    world.delete(&ann, id).await.unwrap();
    let mut done = 0;
    for edit in edits {
        match edit.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(error.code, Code::Conflict),
        }
    }
    assert_eq!(world.db.head(room), 3 + done + 2);
    assert_eq!(messages::get(&world.ctx, &bob, id).await.unwrap().body, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_texts_holds_no_text() {
    let (world, _, bob, room) = room().await;
    world.send(&bob, room, "Unmistakable-Canary").await;
    let Place::Sqlite(path) = &world.db.place else { return };
    world.db.execute("update messages set body = 'x'").await;
    world.db.conn().batch_execute("pragma wal_checkpoint(truncate)").unwrap();
    let bytes = fs::read(path).unwrap();
    let folded = b"unmistakable-canary";
    assert!(!bytes.windows(folded.len()).any(|window| window == folded));
}
