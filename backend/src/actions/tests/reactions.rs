//! Emoji on messages.

use crate::{
    actions::{
        messages,
        testing::{World, code},
    },
    error::{Code, Error, Flaw},
    model::{
        MessageId, UserId,
        change::ChangeKind,
        message::{MessageKind, Reaction},
    },
};

fn reaction(emoji: &str, user_ids: &[UserId]) -> Reaction {
    let count = i64::try_from(user_ids.len()).unwrap();
    Reaction { emoji: emoji.to_owned(), count, user_ids: user_ids.to_vec() }
}

#[tokio::test(flavor = "multi_thread")]
async fn reactions_are_counted_in_the_order_in_which_they_came() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "one").await.id;
    world.join(&bob, room).await;
    let id = world.send(&ann, room, "hello").await.id;
    let react = async |who, emoji| messages::react(&world.ctx, who, id, emoji).await.unwrap();
    let unreact = async |who, emoji| messages::unreact(&world.ctx, who, id, emoji).await.unwrap();
    let (a, b) = (ann.user_id, bob.user_id);
    react(&bob, "🎉").await;
    react(&ann, "👍").await;
    let both = react(&ann, "🎉").await;
    assert_eq!(both.reactions, [reaction("🎉", &[b, a]), reaction("👍", &[a])]);
    assert_eq!((both.seq, both.rev, both.edited_at), (3, 6, None));
    let told = world.changes().pop().unwrap();
    assert_eq!((told.kind, &told.message), (ChangeKind::Updated, &both));

    assert_eq!(react(&ann, "🎉").await, both);
    assert_eq!(unreact(&bob, "👍").await, both, "it was not there");
    assert_eq!(world.db.head(room), 6, "what changes nothing takes no number");
    let left = unreact(&bob, "🎉").await;
    assert_eq!(left.reactions, [reaction("👍", &[a]), reaction("🎉", &[a])]);
    assert_eq!(unreact(&bob, "🎉").await.rev, 7);
    assert_eq!(react(&bob, "👍").await.reactions[0], reaction("👍", &[a, b]));
    let history = world.all(&bob, room).await;
    assert_eq!(history[2].reactions.len(), 2);
    assert_eq!(messages::get(&world.ctx, &bob, id).await.unwrap(), history[2]);
    let edited = world.edit(&ann, id, "hello, all").await.unwrap();
    assert_eq!(edited.reactions.len(), 2, "an edit takes nothing away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heart_is_a_heart_with_or_without_its_selector() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    let id = world.send(&ann, room, "hello").await.id;
    let one = messages::react(&world.ctx, &ann, id, "❤").await.unwrap();
    assert_eq!(one.reactions, [reaction("❤️", &[ann.user_id])]);
    assert_eq!(messages::react(&world.ctx, &ann, id, "❤️").await.unwrap(), one);
    let none = messages::unreact(&world.ctx, &ann, id, "❤").await.unwrap();
    assert!(none.reactions.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reactions_have_bounds() {
    let world = World::new();
    let mut people = Vec::new();
    for name in ["ann", "bob", "cat"] {
        people.push(world.person(name).await);
    }
    let room = world.room(&people[0], "one").await.id;
    for viewer in &people[1..] {
        world.join(viewer, room).await;
    }
    let id = world.send(&people[0], room, "hello").await.id;
    let emoji: Vec<&str> = emojis::iter().map(emojis::Emoji::as_str).take(60).collect();
    let react = async |who: usize, at: usize| {
        messages::react(&world.ctx, &people[who], id, emoji[at]).await.map(drop)
    };
    let too_many = |max| Err(Error::field("emoji", Flaw::TooMany(max)));
    for at in 0..20 {
        react(0, at).await.unwrap();
        react(1, 20 + at).await.unwrap();
    }
    assert_eq!(react(0, 20).await, too_many(20), "twenty of one person");
    assert_eq!(react(0, 0).await, Ok(()), "again is not one more");
    for at in 40..50 {
        react(2, at).await.unwrap();
    }
    assert_eq!(react(2, 50).await, too_many(50), "fifty on one message");
    assert_eq!(react(2, 0).await, Ok(()), "one that is there already");
    messages::unreact(&world.ctx, &people[2], id, emoji[49]).await.unwrap();
    assert_eq!(react(2, 50).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_emoji_and_what_is_no_message_is_refused() {
    let world = World::new();
    let ann = world.person("ann").await;
    let room = world.room(&ann, "one").await.id;
    let id = world.send(&ann, room, "hello").await.id;
    let react = async |id, emoji| messages::react(&world.ctx, &ann, id, emoji).await.map(drop);
    for wrong in ["", "a", "👍👍", "<b>"] {
        assert_eq!(react(id, wrong).await, Err(Error::field("emoji", Flaw::NotAllowed)));
    }
    assert_eq!(code(react(MessageId(404), "👍").await), Code::NotFound);
    let notes = world.all(&ann, room).await;
    let note = notes.iter().find(|message| message.kind == MessageKind::Joined).unwrap();
    assert_eq!(code(react(note.id, "👍").await), Code::Forbidden);
    assert_eq!(world.db.head(room), 2);
}
