//! What the hub is told of what it, or a socket, has missed.

use crate::{
    actions::{
        messages, missed, rooms,
        testing::{World, code},
    },
    error::Code,
    model::{Effect, Rev, message::NewMessage, page::CHANGES_MAX, span::Fill},
};

fn effects(fill: &Fill) -> Vec<(Rev, bool, i64)> {
    let effect = |(number, effect): &(Rev, Effect)| {
        (*number, matches!(effect, Effect::Joined { .. }), effect.user_id().0)
    };
    let mut effects: Vec<_> = fill.effects.iter().map(effect).collect();
    effects.sort_unstable();
    effects
}

#[tokio::test]
async fn a_fill_says_who_came_and_went_by_their_own_numbers() {
    let world = World::new();
    let (ann, bob, carl) =
        (world.person("ann").await, world.person("bob").await, world.person("carl").await);
    let room = world.room(&ann, "Tea").await.id;
    for viewer in [&bob, &carl] {
        world.join(viewer, room).await;
    }
    world.present.put(room, bob.user_id);
    let left = world.send(&ann, room, "before").await.rev + 1;
    rooms::leave(&world.ctx, &carl, room).await.unwrap();
    rooms::leave(&world.ctx, &bob, room).await.unwrap();
    world.join(&bob, room).await;
    let head = world.send(&ann, room, "after").await.rev;
    let fill = missed::fill(&world.ctx, room, left - 2).await.unwrap();
    assert_eq!((fill.span.after, fill.span.to), (left - 2, head));
    assert_eq!(effects(&fill), [(left, false, carl.user_id.0), (head, true, bob.user_id.0)]);
    let joined = fill.effects.into_iter().find_map(|(_, effect)| match effect {
        Effect::Joined { room, .. } => Some(room),
        Effect::Gone { .. } => None,
    });
    let shown = joined.unwrap();
    assert_eq!((shown.head, shown.me.is_some()), (head, true));
}

#[tokio::test]
async fn a_fill_of_many_pages_tells_all_effects_with_the_first() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "Tea").await.id;
    world.join(&bob, room).await;
    for number in 0..CHANGES_MAX {
        world.send(&ann, room, &number.to_string()).await;
    }
    rooms::leave(&world.ctx, &bob, room).await.unwrap();
    let fill = missed::fill(&world.ctx, room, 2).await.unwrap();
    assert_eq!(fill.span.to, CHANGES_MAX + 2);
    assert_eq!(effects(&fill), [(CHANGES_MAX + 3, false, bob.user_id.0)]);
    let rest = missed::fill(&world.ctx, room, fill.span.to).await.unwrap();
    assert_eq!((rest.span.messages.len(), rest.span.to), (1, CHANGES_MAX + 3));
}

#[tokio::test]
async fn a_page_is_for_members_and_has_every_authors_nonce() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let room = world.room(&ann, "Tea").await.id;
    let nonce = Some("n-1".to_owned());
    let body = "hi".to_owned();
    let message = NewMessage {
        room_id: room,
        body,
        nonce: nonce.clone(),
        reply_to: None,
        file_ids: Vec::new(),
    };
    messages::send(&world.ctx, &ann, message).await.unwrap();
    assert_eq!(code(missed::read(&world.ctx, &bob, room, Some(0)).await), Code::Forbidden);
    world.join(&bob, room).await;
    let page = missed::read(&world.ctx, &bob, room, Some(1)).await.unwrap();
    assert_eq!((page.span.after, page.span.to, page.head, page.reset), (1, 3, 3, false));
    assert_eq!(page.span.messages[0].nonce, nonce);
    for cursor in [None, Some(4)] {
        let page = missed::read(&world.ctx, &bob, room, cursor).await.unwrap();
        assert!(page.reset);
        assert_eq!((page.span.messages.len(), page.span.to), (3, 3));
    }
}
