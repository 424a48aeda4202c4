//! People: what others see of them, and what they change of themselves.

use crate::{
    actions::{
        names, profiles,
        testing::{World, code},
    },
    error::{Code, Error, Flaw},
    model::{
        RoomId, UserId,
        profile::{ListProfiles, Locale, Presence, ProfileOrdering as By, UpdateMe},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_says_who_is_here_and_how() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("Боб").await);
    let bobs = async || profiles::get(&world.ctx, &ann, bob.user_id).await.unwrap();
    assert_eq!(bobs().await.presence, Presence::Offline);
    world.present.put(RoomId(1), bob.user_id);
    assert_eq!(bobs().await.presence, Presence::Online);
    let busy = UpdateMe { presence: Some(Presence::Busy), ..UpdateMe::default() };
    assert_eq!(profiles::update_me(&world.ctx, &bob, busy).await.unwrap().presence, Presence::Busy);
    assert_eq!(bobs().await.presence, Presence::Busy);
    let found = profiles::get_by_username(&world.ctx, &ann, "бОБ").await.unwrap();
    assert_eq!(found, bobs().await);
    for odd in ["nobody", "", "a\0", "' or 1=1", "a b"] {
        assert_eq!(code(profiles::get_by_username(&world.ctx, &ann, odd).await), Code::NotFound);
    }
    assert_eq!(code(profiles::get(&world.ctx, &ann, UserId(404)).await), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_change_what_they_say_and_nothing_else() {
    let world = World::new();
    let ann = world.person("ann").await;
    let before = profiles::me(&world.ctx, &ann).await.unwrap();
    assert_eq!(profiles::update_me(&world.ctx, &ann, UpdateMe::default()).await.unwrap(), before);
    let update = UpdateMe {
        username: Some("Anna".to_owned()),
        display_name: Some("  Анна П. ".to_owned()),
        bio: Some("one\ntwo".to_owned()),
        presence: Some(Presence::Away),
        status_text: Some("на обеде".to_owned()),
        locale: Some(Locale::Ru),
    };
    let after = profiles::update_me(&world.ctx, &ann, update).await.unwrap();
    assert_eq!(after, profiles::me(&world.ctx, &ann).await.unwrap());
    assert_eq!((after.username.as_str(), after.display_name.as_str()), ("Anna", "Анна П."));
    assert_eq!((after.bio.as_str(), after.status_text.as_str()), ("one\ntwo", "на обеде"));
    assert_eq!((after.locale, after.presence), (Locale::Ru, Presence::Offline));
    assert_eq!((after.is_staff, after.is_superuser, after.email), (false, false, None));
    let search = |term: &str| ListProfiles { search: Some(term.to_owned()), ..Default::default() };
    for term in ["АННА", "anna"] {
        let found = profiles::list(&world.ctx, &ann, search(term)).await.unwrap();
        assert_eq!(found.items.len(), 1, "{term}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_profile_may_not_say_is_named() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let update = async |update| profiles::update_me(&world.ctx, &ann, update).await.map(drop);
    let nothing = UpdateMe::default();
    let taken = UpdateMe { username: Some("BOB".to_owned()), ..nothing.clone() };
    let is_taken = Error::from(Code::UsernameTaken).and("username", Flaw::Taken);
    assert_eq!(update(taken).await, Err(is_taken));
    let recased = UpdateMe { username: Some("Ann".to_owned()), ..nothing.clone() };
    assert_eq!(update(recased).await, Ok(()), "one's own name in another case");
    for (wrong, field, flaw) in [
        (UpdateMe { username: Some("root".into()), ..nothing.clone() }, "username", Flaw::Reserved),
        (
            UpdateMe { display_name: Some(" ".into()), ..nothing.clone() },
            "display_name",
            Flaw::Blank,
        ),
        (UpdateMe { bio: Some("a".repeat(501)), ..nothing.clone() }, "bio", Flaw::TooLong(500)),
        (
            UpdateMe { status_text: Some("a\nb".into()), ..nothing.clone() },
            "status_text",
            Flaw::Characters,
        ),
    ] {
        assert_eq!(update(wrong).await, Err(Error::field(field, flaw)));
    }
    assert_eq!(profiles::get(&world.ctx, &ann, bob.user_id).await.unwrap().username, "bob");
    assert_eq!(profiles::me(&world.ctx, &ann).await.unwrap().username, "Ann");
    assert!(names::check_username("bob").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_in_every_order_and_by_who_is_here() {
    let world = World::new();
    world.db.clock.stop();
    let ann = world.person("ann").await;
    let mut people = vec![ann.clone()];
    for name in ["Дед", "bob", "ёж", "Cat"] {
        people.push(world.person(name).await);
    }
    let gone = world.person("gone").await;
    let deactivate = format!("update users set is_active = false where id = {}", gone.user_id);
    world.db.execute(deactivate).await;
    let list = async |ordering, online, limit| {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let wanted =
                ListProfiles { search: None, online, ordering, limit: Some(limit), cursor };
            let page = profiles::list(&world.ctx, &ann, wanted).await.unwrap();
            all.extend(page.items.into_iter().map(|profile| profile.username));
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    };
    let by_name = ["ann", "bob", "Cat", "Дед", "ёж"];
    let by_time = ["ann", "Дед", "bob", "ёж", "Cat"];
    let down = |names: [&'static str; 5]| names.into_iter().rev().collect::<Vec<_>>();
    for limit in [1, 2, 100] {
        assert_eq!(list(By::Username, None, limit).await, by_name);
        assert_eq!(list(By::UsernameDown, None, limit).await, down(by_name));
        assert_eq!(list(By::DisplayName, None, limit).await, by_name);
        assert_eq!(list(By::DisplayNameDown, None, limit).await, down(by_name));
        assert_eq!(list(By::CreatedAt, None, limit).await, by_time);
        assert_eq!(list(By::CreatedAtDown, None, limit).await, down(by_time));
    }
    assert_eq!(list(By::Username, Some(true), 1).await, [""; 0]);
    world.present.put(RoomId(1), people[2].user_id);
    world.present.put(RoomId(2), people[4].user_id);
    world.present.put(RoomId(2), gone.user_id);
    assert_eq!(list(By::Username, Some(true), 1).await, ["bob", "Cat"]);
    assert_eq!(list(By::Username, Some(false), 2).await, ["ann", "Дед", "ёж"]);
}
