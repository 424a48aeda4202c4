//! Every list that the contract has: its orderings from the first page to the last, what is searched
//! and filtered, and what is refused.

use std::{collections::BTreeSet, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Contract, PASSWORD, Person, TestApp};

/// A list is not longer than this here.
const PAGES_MAX: usize = 100;

/// Somebody who has some of everything.
struct Scene {
    app: TestApp,
    root: Person,
    ann: Person,
    room: i64,
    message: i64,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let later = || app.advance(Duration::from_secs(1));
    let ann = app.sign_up("ann").await;
    let room = root.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    root.post("/api/rooms", json!({ "name": "Coffee" })).await.expect(201);
    let messages = format!("/api/rooms/{room}/messages");
    for name in ["cid", "bob"] {
        later();
        let person = app.sign_up(name).await;
        person.act(&format!("/api/rooms/{room}/join")).await.expect(200);
        let body = json!({ "body": format!("hello from {name}") });
        person.post(&messages, body).await.expect(201);
        root.put_empty(&format!("/api/profiles/{}/block", person.id)).await.expect(204);
    }
    later();
    root.put_empty(&format!("/api/profiles/{}/block", ann.id)).await.expect(204);
    let body = json!({ "body": "hello" });
    let message = root.post(&messages, body).await.expect(201).id();
    for body in ["one", "two", "three"] {
        let body = json!({ "body": body });
        root.patch(&format!("/api/messages/{message}"), body).await.expect(200);
    }
    for (name, scopes, days) in [
        ("émile", json!(["read"]), None),
        ("Zoo", json!(["read", "write"]), Some(30)),
        ("apple", json!(["write"]), Some(3)),
    ] {
        later();
        let body = json!({ "name": name, "scopes": scopes, "expires_in_days": days });
        let made = root.post("/api/auth/tokens", body).await.expect(201);
        if name != "Zoo" {
            later();
            let bot = app.client().with_token(made["token"].as_str().unwrap());
            bot.act("/api/rooms/1/join").await;
        }
    }
    for program in ["Firefox on Linux", "curl/8.9"] {
        later();
        let body = json!({ "username": "root", "password": PASSWORD });
        let call = app.client().call(Method::POST, "/api/auth/login").json(&body);
        call.header("user-agent", program).send().await.expect(200);
    }
    for (name, used) in [("b", 7), ("a", 9), ("c", 8)] {
        app.database.run(&format!(
            "insert into identities (user_id, issuer, subject, name, created_at, last_used_at)
             values ({}, 'https://{name}.example', '{name}', 'root@{name}', 5, {used})",
            root.id
        ));
    }
    Scene { app, root, ann, room, message }
}

/// Reads a list from its first page to its last.
async fn whole(person: &Person, path: &str, query: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let page = format!("{path}?limit={limit}&{query}{cursor}");
        let page = person.get(&page).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{path}: {}", page.text);
        all.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
    panic!("{path} does not end");
}

/// The lists of the contract, the places filled in, with the names of their parameters and orderings.
fn lists(scene: &Scene) -> Vec<(String, BTreeSet<String>, Vec<String>)> {
    let mut lists = Vec::new();
    for (path, method, operation) in Contract::shared().operations() {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
        let is_list = name.starts_with("List_") || name.starts_with("AdminList_");
        if method != "get" || !is_list {
            continue;
        }
        let parameters = operation["parameters"].as_array().unwrap();
        let query = parameters.iter().filter(|it| it["in"] == "query");
        let names = query.clone().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        let ordering = query.clone().find(|it| it["name"] == "ordering");
        let orderings = ordering.and_then(|it| it["schema"]["enum"].as_array());
        let orderings = orderings.unwrap_or_else(|| panic!("{path} has no orderings"));
        let orderings = orderings.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        let path = path.replace("{room_id}", &scene.room.to_string());
        let path = path.replace("{message_id}", &scene.message.to_string());
        lists.push((path, names, orderings));
    }
    assert!(lists.len() >= 15, "{}", lists.len());
    lists
}

#[tokio::test]
async fn every_list_is_read_to_its_end_in_each_of_its_orderings() {
    let scene = scene().await;
    for (path, names, orderings) in lists(&scene) {
        assert!(names.contains("limit") && names.contains("cursor"), "{path}: {names:?}");
        let usual = whole(&scene.root, &path, "", 100).await;
        assert!(usual.len() > 1, "{path} has nothing to be put in order: {usual:?}");
        let mut first_pages = Vec::new();
        for (at, ordering) in orderings.iter().enumerate() {
            let by = format!("ordering={ordering}");
            let all = whole(&scene.root, &path, &by, 100).await;
            assert!(
                at > 0 || all == usual,
                "{path} is by {ordering} unless something else is said"
            );
            assert_eq!(whole(&scene.root, &path, &by, 1).await, all, "{path} by {ordering}");
            assert_eq!(whole(&scene.root, &path, &by, 2).await, all, "{path} by {ordering}");
            let back = match ordering.strip_prefix('-') {
                Some(key) => key.to_owned(),
                None => format!("-{ordering}"),
            };
            assert!(orderings.contains(&back), "{path} has no {back}");
            let mut back = whole(&scene.root, &path, &format!("ordering={back}"), 100).await;
            back.reverse();
            assert_eq!(back, all, "{path} by {ordering}");
            let first = scene.root.get(&format!("{path}?{by}&limit=1")).await.expect(200);
            first_pages.push((ordering, first["next"].as_str().unwrap().to_owned()));
        }
        for (of, cursor) in &first_pages {
            for ordering in orderings.iter().filter(|it| it != of) {
                let call = format!("{path}?ordering={ordering}&cursor={cursor}");
                scene.root.get(&call).await.invalid(&["cursor:malformed"]);
            }
        }
        for wrong in ["id", "-", "password_hash", ""] {
            let call = format!("{path}?ordering={wrong}");
            scene.root.get(&call).await.invalid(&["ordering:malformed"]);
        }
        let twice = format!("{path}?ordering={0}&ordering={0}", orderings[0]);
        scene.root.get(&twice).await.invalid(&["ordering:duplicate"]);
        scene.root.get(&format!("{path}?limit=101")).await.invalid(&["limit:out_of_range"]);
        scene.root.get(&format!("{path}?cursor=forged")).await.invalid(&["cursor:malformed"]);
        if names.contains("search") {
            let nothing = whole(&scene.root, &path, "search=%F0%9F%A6%93zebra", 100).await;
            assert_eq!(nothing, [json!(null); 0], "{path}");
            scene.root.get(&format!("{path}?search=%00")).await.invalid(&["search:not_allowed"]);
            let long = format!("{path}?search={}", "a".repeat(101));
            scene.root.get(&long).await.invalid(&["search:too_long"]);
        }
    }
}

/// What stands at a place in each of the items.
async fn each(person: &Person, path: &str, query: &str, at: &str) -> Vec<Value> {
    let all = whole(person, path, query, 2).await;
    all.iter().map(|item| item.pointer(at).unwrap().clone()).collect()
}

#[tokio::test]
async fn sessions_and_tokens_are_put_in_order_and_searched() {
    let scene = scene().await;
    let sessions =
        async |query: &str| each(&scene.root, "/api/auth/sessions", query, "/user_agent").await;
    let (tests, fox, curl) = ("Parlor tests", "Firefox on Linux", "curl/8.9");
    assert_eq!(sessions("").await, [curl, fox, tests]);
    assert_eq!(sessions("ordering=created_at").await, [tests, fox, curl]);
    // The oldest has just asked.
    scene.app.advance(Duration::from_secs(90));
    assert_eq!(sessions("ordering=-last_seen_at").await, [tests, curl, fox]);
    assert_eq!(sessions("ordering=last_seen_at").await, [fox, curl, tests]);
    assert_eq!(sessions("search=FIREFOX").await, [fox]);
    assert_eq!(sessions("search=Curl%2F8").await, [curl]);
    assert_eq!(sessions("search=%25").await, [""; 0]);
    let one = whole(&scene.root, "/api/auth/sessions", "search=tests", 1).await;
    assert_eq!(one[0]["current"], true);

    let tokens = async |query: &str| each(&scene.root, "/api/auth/tokens", query, "/name").await;
    let (emile, zoo, apple) = ("émile", "Zoo", "apple");
    assert_eq!(tokens("").await, [apple, zoo, emile]);
    assert_eq!(tokens("ordering=created_at").await, [emile, zoo, apple]);
    assert_eq!(tokens("ordering=name").await, [apple, zoo, emile]);
    assert_eq!(tokens("ordering=-name").await, [emile, zoo, apple]);
    // One was never used, and one never ends.
    assert_eq!(tokens("ordering=last_used_at").await, [zoo, emile, apple]);
    assert_eq!(tokens("ordering=-last_used_at").await, [apple, emile, zoo]);
    assert_eq!(tokens("ordering=expires_at").await, [apple, zoo, emile]);
    assert_eq!(tokens("ordering=-expires_at").await, [emile, zoo, apple]);
    assert_eq!(tokens("search=ZO").await, [zoo]);
    assert_eq!(tokens("search=%C3%89M").await, [emile]);
    assert_eq!(tokens("search=_").await, [""; 0]);
    assert_eq!(tokens("scope=write&ordering=name").await, [apple, zoo]);
    assert_eq!(tokens("scope=admin").await, [""; 0]);
    scene.root.get("/api/auth/tokens?scope=root").await.invalid(&["scope:malformed"]);
    scene.root.get("/api/auth/sessions?scope=read").await.invalid(&["scope:unknown"]);
    assert_eq!(each(&scene.ann, "/api/auth/tokens", "", "/name").await, [""; 0], "only one's own");
}

#[tokio::test]
async fn identities_blocks_and_members_are_put_in_order_and_searched() {
    let scene = scene().await;
    let identities =
        async |query: &str| each(&scene.root, "/api/auth/identities", query, "/name").await;
    assert_eq!(identities("").await, ["root@b", "root@a", "root@c"]);
    assert_eq!(identities("ordering=-created_at").await, ["root@c", "root@a", "root@b"]);
    assert_eq!(identities("ordering=-last_used_at").await, ["root@a", "root@c", "root@b"]);
    assert_eq!(identities("ordering=label").await, ["root@a", "root@b", "root@c"]);
    assert_eq!(identities("search=C.EXAMPLE").await, ["root@c"]);
    assert_eq!(identities("search=ROOT@A").await, ["root@a"]);

    let at = "/profile/username";
    let blocks = async |query: &str| each(&scene.root, "/api/profiles/blocks", query, at).await;
    assert_eq!(blocks("ordering=created_at").await, ["cid", "bob", "ann"]);
    assert_eq!(blocks("ordering=display_name").await, ["ann", "bob", "cid"]);
    assert_eq!(blocks("ordering=-display_name").await, ["cid", "bob", "ann"]);

    let members = format!("/api/rooms/{}/members", scene.room);
    let members = async |query: &str| each(&scene.root, &members, query, at).await;
    assert_eq!(members("ordering=-joined_at").await, ["bob", "cid", "root"]);
    assert_eq!(members("role=owner").await, ["root"]);
    assert_eq!(members("role=member&ordering=joined_at").await, ["cid", "bob"]);
    assert_eq!(members("role=moderator").await, [""; 0]);
    let king = format!("/api/rooms/{}/members?role=king", scene.room);
    scene.root.get(&king).await.invalid(&["role:malformed"]);
}

#[tokio::test]
async fn messages_and_former_texts_are_read_from_either_end() {
    let scene = scene().await;
    let history = format!("/api/messages/{}/history", scene.message);
    let former = async |query: &str| each(&scene.root, &history, query, "/body").await;
    assert_eq!(former("").await, ["two", "one", "hello"]);
    assert_eq!(former("ordering=rev").await, ["hello", "one", "two"]);

    let found = async |query: &str| each(&scene.root, "/api/messages", query, "/body").await;
    let (cid, bob) = ("hello from cid", "hello from bob");
    assert_eq!(found("").await, ["three", bob, cid]);
    assert_eq!(found("ordering=created_at").await, [cid, bob, "three"]);
    assert_eq!(found("ordering=created_at&search=HELLO").await, [cid, bob]);
    let room = format!("room_id={}&ordering=created_at", scene.room);
    assert_eq!(found(&room).await, [cid, bob, "three"]);

    // Both ways keep to their bounds: `after` is within, `before` is not.
    let sent = each(&scene.root, "/api/messages", "ordering=created_at", "/created_at").await;
    let at = |index: usize| sent[index].as_str().unwrap().to_owned();
    let (first, last) = (at(0), at(2));
    for (ordering, is_back) in [("created_at", false), ("-created_at", true)] {
        for (bounds, mut expected) in [
            (format!("after={}", at(1)), vec![bob, "three"]),
            (format!("before={}", at(1)), vec![cid]),
            (format!("after={first}&before={last}"), vec![cid, bob]),
            (format!("after={last}"), vec!["three"]),
            (format!("after={last}&before={first}"), vec![]),
            ("after=2200-01-01T00:00:00Z".to_owned(), vec![]),
            ("before=2000-01-01T00:00:00Z".to_owned(), vec![]),
        ] {
            if is_back {
                expected.reverse();
            }
            assert_eq!(found(&format!("ordering={ordering}&{bounds}")).await, expected, "{bounds}");
        }
    }

    let staff = async |query: &str| each(&scene.root, "/api/admin/messages", query, "/body").await;
    assert_eq!(staff("search=hello").await, [bob, cid]);
    assert_eq!(staff("search=hello&ordering=created_at").await, [cid, bob]);
}
