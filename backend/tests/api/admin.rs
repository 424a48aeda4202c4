//! Administration over REST.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Contract, PASSWORD, Person, TestApp, eventually};

/// Every address of administration, with ids put in.
fn addresses() -> Vec<(Method, String)> {
    let contract = Contract::shared();
    let operations = contract.operations().filter(|(path, ..)| path.starts_with("/api/admin"));
    let address = |(path, method, _): (&str, &str, &Value)| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        (method.to_uppercase().parse().unwrap(), path)
    };
    operations.map(address).collect()
}

async fn people(app: &TestApp) -> (Person, Person) {
    (app.superuser("root-of-all").await, app.sign_up("ann").await)
}

#[tokio::test]
async fn at_003_6_az_10_administration_is_for_staff_by_every_method_and_spelling() {
    let app = TestApp::start().await;
    let (_root, ann) = people(&app).await;
    let before = app.database.dump();
    assert!(addresses().len() >= 14);
    for (method, path) in addresses() {
        let refused = ann.call(method.clone(), &path).send().await;
        assert_eq!(refused.status, 403, "{method} {path}: {}", refused.text);
        assert_eq!(refused["code"], "forbidden");
        app.client().call(method, &path).send().await.refused(401, "unauthenticated");
    }
    for path in [
        "/api/admin/users/",
        "/api/admin/users/999",
        "/api/admin//users",
        "/api/Admin/users",
        "/api/admin%2fusers",
        "/api/%61dmin/users",
        "/%61pi/admi%6E/users",
        "/api/%%361dmin/users",
        "/api/x/..;/admin/users",
        "/api/admin/users;x",
        "/api/admin/users?is_staff=maybe",
    ] {
        let status = ann.get(path).await.status;
        assert!(matches!(status, 403 | 404), "{path} → {status}");
    }
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn staff_see_everything_but_secrets() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let room = ann.post("/api/rooms", json!({ "name": "Open" })).await.expect(201).id();
    let said = json!({ "body": "hello" });
    let message = ann.post(&format!("/api/rooms/{room}/messages"), said).await.expect(201).id();
    let token = json!({ "name": "bot", "scopes": ["read"] });
    let token = ann.post("/api/auth/tokens", token).await.expect(201);
    let users = root.get("/api/admin/users?dates=year&search=ANN").await.expect(200);
    let user = &users["items"][0];
    assert_eq!((&user["username"], &user["sessions_count"]), (&json!("ann"), &json!(1)));
    assert_eq!((&user["tokens_count"], &user["rooms_count"]), (&json!(1), &json!(1)));
    assert_eq!((&users["total"], &users["dates"][0]["count"]), (&json!(1), &json!(1)));
    for path in [
        format!("users/{}", ann.id),
        format!("rooms/{room}"),
        format!("memberships/{room}/{}", ann.id),
        format!("messages/{message}"),
        format!("tokens/{}", token.id()),
    ] {
        root.get(&format!("/api/admin/{path}")).await.expect(200);
    }
    for noun in ["users", "rooms", "memberships", "messages", "sessions", "tokens", "audit"] {
        let list = root.get(&format!("/api/admin/{noun}?dates=day&limit=100")).await.expect(200);
        let secret = token["token"].as_str().unwrap();
        for secret in [PASSWORD, secret, &ann.access_token, &ann.refresh_token, "argon2"] {
            assert!(!list.text.contains(secret), "{noun}");
        }
        let id = if noun == "memberships" { "9/9" } else { "999" };
        root.get(&format!("/api/admin/{noun}/{id}")).await.refused(404, "not_found");
    }
    let session = root.get(&format!("/api/admin/sessions?user_id={}", ann.id)).await.expect(200);
    let session = session["items"][0]["id"].as_i64().unwrap();
    let session = root.get(&format!("/api/admin/sessions/{session}")).await.expect(200);
    assert_eq!(session["user"]["username"], "ann");
}

#[tokio::test]
async fn a_token_needs_the_scope_to_administer() {
    let app = TestApp::start().await;
    let (root, _ann) = people(&app).await;
    for (scope, status) in [("read", 403), ("write", 403), ("admin", 200)] {
        let body = json!({ "name": "bot", "scopes": [scope] });
        let made = root.post("/api/auth/tokens", body).await.expect(201);
        let bot = app.client().with_token(made["token"].as_str().unwrap());
        assert_eq!(bot.get("/api/admin/users").await.status, status, "{scope}");
    }
}

async fn staff(app: &TestApp, root: &Person, username: &str) -> Person {
    let person = app.sign_up(username).await;
    let path = format!("/api/admin/users/{}", person.id);
    root.patch(&path, json!({ "is_staff": true })).await.expect(200);
    person
}

#[tokio::test]
async fn at_000_7_a_user_without_staff_rights_is_made_and_signs_in() {
    let app = TestApp::start().await;
    let root = app.superuser("root-of-all").await;
    let body = json!({
        "username": "second", "password": PASSWORD, "email": "second@example.org",
        "display_name": "The Second",
    });
    let made = root.post("/api/admin/users", body).await.expect(201);
    assert_eq!((&made["is_active"], &made["is_staff"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&made["email_verified"], &made["display_name"]),
        (&json!(true), &json!("The Second"))
    );
    let second = app.log_in("second").await;
    second.get("/api/admin/users").await.refused(403, "forbidden");
    let again = json!({ "username": "SECOND", "password": PASSWORD });
    root.post("/api/admin/users", again).await.refused(409, "username_taken");
    let weak = json!({ "username": "third", "password": "password" });
    root.post("/api/admin/users", weak).await.invalid(&["password:too_weak"]);
    let odd = json!({
        "username": "third", "password": PASSWORD, "is_staff": false, "is_superuser": true,
    });
    root.post("/api/admin/users", odd).await.invalid(&["is_staff:not_allowed"]);
    let same = json!({ "username": "third", "password": PASSWORD, "email": "SECOND@example.org" });
    root.post("/api/admin/users", same).await.refused(409, "conflict");
    let whole = json!({ "username": "third", "password": PASSWORD, "is_superuser": true });
    let third = root.post("/api/admin/users", whole).await.expect(201);
    assert_eq!((&third["is_staff"], &third["is_superuser"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn staff_administer_people_and_superusers_administer_staff() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let (sam, tom) = (staff(&app, &root, "sam").await, staff(&app, &root, "tom").await);
    let user = |person: &Person| format!("/api/admin/users/{}", person.id);
    let before = app.database.dump();
    for (path, change) in [
        (user(&ann), json!({ "is_staff": true })),
        (user(&ann), json!({ "is_superuser": true })),
        (user(&sam), json!({ "is_superuser": true })),
        (user(&sam), json!({ "is_staff": false })),
        (user(&sam), json!({ "is_active": false })),
        (user(&sam), json!({ "email": "x@example.org" })),
        (user(&tom), json!({ "bio": "x" })),
        (user(&root), json!({ "display_name": "x" })),
    ] {
        sam.patch(&path, change.clone()).await.refused(403, "forbidden");
    }
    let password = json!({ "new_password": "another-Teapot 48" });
    for whom in [&sam, &tom, &root] {
        let path = format!("{}/password", user(whom));
        sam.put(&path, password.clone()).await.refused(403, "forbidden");
    }
    for (noun, whom) in [("sessions", &tom), ("tokens", &root), ("totp", &tom)] {
        let path = format!("{}/{noun}", user(whom));
        sam.delete(&path).await.refused(403, "forbidden");
    }
    sam.delete(&user(&tom)).await.refused(403, "forbidden");
    let flags = json!({ "username": "new", "password": PASSWORD, "is_staff": true });
    sam.post("/api/admin/users", flags).await.refused(403, "forbidden");
    for own in [
        json!({ "is_superuser": false }),
        json!({ "is_superuser": false, "is_staff": false }),
        json!({ "is_active": false }),
    ] {
        root.patch(&user(&root), own).await.refused(403, "forbidden");
    }
    root.patch(&user(&root), json!({ "is_staff": false })).await.invalid(&["is_staff:not_allowed"]);
    root.delete(&user(&root)).await.refused(403, "forbidden");
    assert_eq!(app.database.dump(), before);

    let changed = json!({ "display_name": "Anna", "bio": "hello", "email": "ann@example.org" });
    let changed = sam.patch(&user(&ann), changed).await.expect(200);
    assert_eq!(
        (&changed["display_name"], &changed["email"]),
        (&json!("Anna"), &json!("ann@example.org"))
    );
    assert_eq!(changed["email_verified"], true);
    let gone = sam.patch(&user(&ann), json!({ "email": null })).await.expect(200);
    assert_eq!(gone["email"], Value::Null);
    root.patch(&user(&sam), json!({ "is_superuser": true })).await.expect(200);
    sam.patch(&user(&root), json!({ "is_superuser": false })).await.expect(200);
    root.patch(&user(&ann), json!({ "is_staff": true })).await.refused(403, "forbidden");
    sam.patch("/api/admin/users/999", json!({ "bio": "x" })).await.refused(404, "not_found");
}

#[tokio::test]
async fn no_token_raises_anybody_or_gives_passwords_away() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let body = json!({ "name": "bot", "scopes": ["read", "write", "admin"] });
    let made = root.post("/api/auth/tokens", body).await.expect(201);
    let bot = app.client().with_token(made["token"].as_str().unwrap());
    let path = format!("/api/admin/users/{}", ann.id);
    bot.get(&path).await.expect(200);
    let before = app.database.dump();
    for change in [
        json!({ "is_staff": true }),
        json!({ "is_superuser": true }),
        json!({ "email": "bot@example.org" }),
    ] {
        bot.patch(&path, change).await.refused(403, "forbidden");
    }
    let password = json!({ "new_password": "another-Teapot 48" });
    bot.put(&format!("{path}/password"), password).await.refused(403, "forbidden");
    bot.delete(&format!("{path}/totp")).await.refused(403, "forbidden");
    let flags = json!({ "username": "new", "password": PASSWORD, "is_superuser": true });
    bot.post("/api/admin/users", flags).await.refused(403, "forbidden");
    assert_eq!(app.database.dump(), before);
    bot.patch(&path, json!({ "bio": "by a program" })).await.expect(200);
}

#[tokio::test]
async fn g9_a_password_set_by_staff_ends_everything_at_once() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let token = json!({ "name": "bot", "scopes": ["read"] });
    let token = ann.post("/api/auth/tokens", token).await.expect(201);
    let bot = app.client().with_token(token["token"].as_str().unwrap());
    let path = format!("/api/admin/users/{}/password", ann.id);
    root.put(&path, json!({ "new_password": "12345678" }))
        .await
        .invalid(&["new_password:too_weak"]);
    let password = "another-Teapot 48";
    root.put(&path, json!({ "new_password": password })).await.expect(204);
    ann.get("/api/rooms").await.refused(401, "session_revoked");
    bot.get("/api/rooms").await.refused(401, "session_revoked");
    let old = json!({ "username": "ann", "password": PASSWORD });
    app.client().post("/api/auth/login", old).await.refused(401, "bad_credentials");
    let new = json!({ "username": "ann", "password": password });
    app.client().post("/api/auth/login", new).await.expect(200);
}

#[tokio::test]
async fn sessions_and_tokens_are_ended_by_staff() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let other = app.log_in("ann").await;
    let token = json!({ "name": "bot", "scopes": ["read"] });
    let token = ann.post("/api/auth/tokens", token).await.expect(201);
    let bot = app.client().with_token(token["token"].as_str().unwrap());
    let sessions = format!("/api/admin/sessions?user_id={}&ordering=created_at", ann.id);
    let list = root.get(&sessions).await.expect(200);
    let first = list["items"][0]["id"].as_i64().unwrap();
    let ended = root.delete(&format!("/api/admin/sessions/{first}")).await.expect(200);
    assert_eq!((&ended["done"], &ended["items"][0]["name"]), (&json!(1), &json!("ann")));
    root.delete(&format!("/api/admin/sessions/{first}")).await.refused(404, "not_found");
    root.delete(&format!("/api/admin/tokens/{first}")).await.refused(404, "not_found");
    ann.get("/api/rooms").await.refused(401, "session_revoked");
    other.get("/api/rooms").await.expect(200);
    let dead = root.get(&format!("{sessions}&live=false")).await.expect(200);
    assert_eq!((&dead["items"][0]["id"], &dead["total"]), (&json!(first), &json!(1)));
    root.delete(&format!("/api/admin/users/{}/sessions", ann.id)).await.expect(204);
    other.get("/api/rooms").await.refused(401, "session_revoked");
    bot.get("/api/rooms").await.expect(200);
    root.delete(&format!("/api/admin/users/{}/tokens", ann.id)).await.expect(204);
    bot.get("/api/rooms").await.refused(401, "session_revoked");
}

#[tokio::test]
async fn at_000_6_rooms_are_made_for_staff_changed_and_given_to_others() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let room = json!({ "name": "Staff", "staff_only": true });
    let made = root.post("/api/admin/rooms", room.clone()).await.expect(201);
    let id = made.id();
    assert_eq!(made["owner"]["id"], root.id);
    ann.act(&format!("/api/rooms/{id}/join")).await.refused(403, "room_staff_only");
    root.post("/api/admin/rooms", room).await.refused(409, "conflict");
    let path = format!("/api/admin/rooms/{id}");
    let give = json!({ "owner_id": ann.id });
    root.patch(&path, give.clone()).await.invalid(&["owner_id:not_found"]);
    root.patch(&path, json!({ "owner_id": 999 })).await.invalid(&["owner_id:not_found"]);
    let open = json!({ "staff_only": false, "name": "Open", "topic": "for all" });
    assert_eq!(root.patch(&path, open).await.expect(200)["slug"], "open");
    let given = root.patch(&path, give).await.expect(200);
    assert_eq!(given["owner"]["username"], "ann");
    let membership = format!("/api/admin/memberships/{id}/{}", root.id);
    assert_eq!(root.get(&membership).await.expect(200)["role"], "moderator");

    let hidden = json!({ "name": "Hidden", "invite_only": true });
    let hidden = ann.post("/api/rooms", hidden).await.expect(201).id();
    root.get(&format!("/api/rooms/{hidden}")).await.refused(404, "not_found");
    let deleted = root.delete(&format!("/api/admin/rooms/{hidden}")).await.expect(200);
    assert_eq!(deleted["takes_along"]["memberships"], 1);
    root.get(&format!("/api/admin/rooms/{hidden}")).await.refused(404, "not_found");
    ann.get(&format!("/api/rooms/{hidden}")).await.refused(404, "not_found");
    let direct = root.put_empty(&format!("/api/rooms/direct/{}", ann.id)).await.expect(201).id();
    for call in [
        root.delete(&format!("/api/admin/rooms/{direct}")).await,
        root.patch(&format!("/api/admin/rooms/{direct}"), json!({ "name": "x" })).await,
        root.put_empty(&format!("/api/admin/memberships/{direct}/{}", root.id)).await,
        root.delete(&format!("/api/admin/memberships/{direct}/{}", ann.id)).await,
    ] {
        call.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn memberships_are_begun_changed_and_ended_by_staff() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let bob = app.sign_up("bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    let of = |person: &Person| format!("/api/admin/memberships/{room}/{}", person.id);
    root.put_empty(&of(&bob)).await.expect(201);
    let role = json!({ "role": "moderator" });
    assert_eq!(root.put(&of(&bob), role.clone()).await.expect(200)["role"], "moderator");
    root.put(&of(&ann), role).await.refused(409, "conflict");
    let ended = root.delete(&of(&ann)).await.expect(200);
    assert_eq!(ended["takes_along"]["rooms_passed_on"], 1);
    assert_eq!(root.get(&of(&bob)).await.expect(200)["role"], "owner");
    root.delete(&of(&ann)).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_dry_run_tells_what_goes_along_and_changes_nothing() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let bob = app.sign_up("bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    let other = bob.post("/api/rooms", json!({ "name": "Other" })).await.expect(201).id();
    ann.act(&format!("/api/rooms/{other}/join")).await.expect(200);
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let direct = ann.put_empty(&format!("/api/rooms/direct/{}", bob.id)).await.expect(201).id();
    let canary = "canary-7f3a";
    for id in [room, other, direct] {
        let path = format!("/api/rooms/{id}/messages");
        ann.post(&path, json!({ "body": canary })).await.expect(201);
        bob.post(&path, json!({ "body": "bob stays" })).await.expect(201);
    }
    let before = app.database.dump();
    let ids = json!([ann.id, root.id, 999]);
    let mut body = json!({ "action": "delete", "ids": ids, "dry_run": true });
    let dry = root.post("/api/admin/users/bulk", body.clone()).await.expect(200);
    assert_eq!(app.database.dump(), before);
    let takes = json!({
        "memberships": 2, "messages": 3, "sessions": 1, "tokens": 0, "rooms_passed_on": 1,
    });
    assert_eq!((&dry["done"], &dry["takes_along"]), (&json!(1), &takes));
    assert_eq!(dry["items"][1]["refused"], "forbidden");
    assert_eq!(dry["items"][2]["refused"], "not_found");

    body["dry_run"] = json!(false);
    let done = root.post("/api/admin/users/bulk", body).await.expect(200);
    assert_eq!((&done["done"], &done["takes_along"]), (&json!(1), &takes));
    let dump = app.database.dump();
    assert!(!dump.contains(canary), "its texts are gone");
    assert_eq!(dump.matches("bob stays").count(), 3);
    ann.get("/api/rooms").await.refused(401, "session_revoked");
    let sign_in = json!({ "username": "ann", "password": PASSWORD });
    app.client().post("/api/auth/login", sign_in).await.refused(401, "bad_credentials");
    root.get(&format!("/api/admin/users/{}", ann.id)).await.refused(404, "not_found");
    let profile = bob.get(&format!("/api/profiles/{}", ann.id)).await.expect(200);
    assert_eq!(profile["username"], format!("deleted-{}", ann.id));
    assert_eq!(bob.get(&format!("/api/rooms/{room}")).await.expect(200)["owner_id"], bob.id);
    let history = bob.get(&format!("/api/rooms/{direct}/messages")).await.expect(200);
    assert_eq!(
        (&history["items"][0]["body"], &history["items"][1]["body"]),
        (&Value::Null, &json!("bob stays"))
    );
    app.sign_up("ann").await;
}

#[tokio::test]
async fn several_things_are_changed_at_once() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let bob = app.sign_up("bob").await;
    let bulk = async |noun: &str, action: &str, ids: Value| {
        let body = json!({ "action": action, "ids": ids });
        root.post(&format!("/api/admin/{noun}/bulk"), body).await.expect(200)
    };
    let room = ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let path = format!("/api/rooms/{room}/messages");
    let message = bob.post(&path, json!({ "body": "x" })).await.expect(201).id();
    let member = json!([{ "room_id": room, "user_id": bob.id }]);
    assert_eq!(bulk("memberships", "make_moderator", member.clone()).await["done"], 1);
    assert_eq!(bulk("memberships", "make_member", member).await["done"], 1);
    assert_eq!(bulk("messages", "delete", json!([message])).await["done"], 1);
    assert_eq!(bob.get(&format!("/api/messages/{message}")).await["body"], Value::Null);
    let closed = bulk("rooms", "close_to_others", json!([room])).await;
    assert_eq!(closed["takes_along"]["memberships"], 2);
    bob.get(&path).await.refused(403, "room_staff_only");
    bulk("rooms", "open_to_others", json!([room])).await;
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    bulk("users", "deactivate", json!([ann.id, bob.id])).await;
    bob.get(&path).await.refused(401, "account_deactivated");
    bulk("users", "activate", json!([ann.id, bob.id])).await;
    bob.get(&path).await.refused(401, "session_revoked");
    let bob = app.log_in("bob").await;
    bob.get(&path).await.expect(200);
    bulk("users", "sign_out", json!([bob.id])).await;
    bob.get(&path).await.refused(401, "session_revoked");
}

#[tokio::test]
async fn a_search_that_nothing_can_be_is_refused_also_where_things_are_named() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let before = app.database.dump();
    let long = "x".repeat(101);
    for (noun, action) in [("users", "deactivate"), ("rooms", "delete"), ("messages", "delete")] {
        for dry_run in [true, false] {
            let body = json!({ "action": action, "ids": [ann.id], "dry_run": dry_run });
            let path = format!("/api/admin/{noun}/bulk?search={long}");
            root.post(&path, body).await.invalid(&["search:too_long"]);
        }
    }
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn lo_3_whoever_tries_what_they_may_not_do_stands_in_the_audit_log() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let bob = app.sign_up("bob").await;
    let room = ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    let messages = format!("/api/rooms/{room}/messages");
    let message = ann.post(&messages, json!({ "body": "hello" })).await.expect(201).id();
    let call = bob.call(Method::PATCH, &format!("/api/rooms/{room}"));
    let call = call.header("X-Request-Id", "trace-2").json(&json!({ "name": "Mine" }));
    call.send().await.refused(403, "forbidden");
    bob.get("/api/admin/users").await.refused(403, "forbidden");
    let (mut socket, _) = app.connect(&bob).await;
    let edit = json!({ "type": "message.edit", "message_id": message, "body": "mine" });
    assert_eq!(socket.refused(edit).await, "forbidden");
    // What they may not know of is no trespass: it is answered like what does not exist.
    bob.get("/api/rooms/999").await.refused(404, "not_found");

    let denied = format!("/api/admin/audit?event=access.refused&user_id={}", bob.id);
    let entries = async || root.get(&denied).await.expect(200)["items"].as_array().unwrap().clone();
    eventually("all three are in the audit log", async || entries().await.len() == 3).await;
    let entries = entries().await;
    let mut calls: Vec<_> =
        entries.iter().map(|it| it["changes"][0]["after"].as_str().unwrap()).collect();
    calls.sort_unstable();
    assert_eq!(calls, ["GET /api/admin/users", "PATCH /api/rooms/{room_id}", "message.edit"]);
    let entry = entries.iter().find(|it| it["request_id"] == "trace-2").unwrap();
    assert_eq!((&entry["actor"]["id"], &entry["ip"]), (&json!(bob.id), &json!("127.0.0.1")));
    assert_eq!(entry["changes"][1]["after"], "forbidden");
    assert!(entries.iter().all(|it| it["request_id"].is_string()), "by the gateway too");

    // A right password that opens nothing is a failed sign-in, and an old refresh token comes from somewhere.
    let call = |body: Value| {
        let client = app.client();
        async move {
            let call =
                client.call(Method::POST, "/api/auth/refresh").header("X-Request-Id", "trace-3");
            call.json(&body).send().await
        }
    };
    let old = json!({ "refresh_token": bob.refresh_token });
    call(old.clone()).await.expect(200);
    app.advance(Duration::from_secs(11));
    call(old).await.refused(401, "session_revoked");
    let path = format!("/api/admin/users/{}", bob.id);
    root.patch(&path, json!({ "is_active": false })).await.expect(200);
    let right = json!({ "username": "bob", "password": PASSWORD });
    app.client().post("/api/auth/login", right).await.refused(401, "account_deactivated");
    let one = async |event: &str| {
        let path = format!("/api/admin/audit?event={event}&user_id={}", bob.id);
        root.get(&path).await.expect(200)["items"][0].clone()
    };
    assert_eq!(one("auth.refresh_reused").await["request_id"], "trace-3");
    let failed = async || one("auth.sign_in_failed").await["ip"] == "127.0.0.1";
    eventually("the failed sign-in is in the audit log", failed).await;
}

#[tokio::test]
async fn lo_3_nobody_fills_the_audit_log_by_trying() {
    let app = TestApp::builder().with_limits().start().await;
    let (root, ann) = people(&app).await;
    for _ in 0..30 {
        ann.get("/api/admin/rooms").await.refused(403, "forbidden");
    }
    let denied = "/api/admin/audit?event=access.refused&limit=100";
    let kept = async || root.get(denied).await.expect(200)["items"].as_array().unwrap().len();
    eventually("the first are in the audit log", async || kept().await == 10).await;
    ann.get("/api/admin/rooms").await.refused(403, "forbidden");
    assert_eq!(kept().await, 10);
}

#[tokio::test]
async fn lo_3_what_was_done_stands_in_the_audit_log_and_no_secret_does() {
    let app = TestApp::start().await;
    let (root, ann) = people(&app).await;
    let canary = "canary-91c2";
    let room = ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201).id();
    let said = json!({ "body": canary });
    let message = ann.post(&format!("/api/rooms/{room}/messages"), said).await.expect(201).id();
    root.delete(&format!("/api/admin/messages/{message}")).await.expect(200);
    let user = format!("/api/admin/users/{}", ann.id);
    let email = format!("{canary}@example.org");
    let change = json!({ "is_staff": true, "display_name": "Anna", "bio": canary, "email": email });
    let call = root.call(Method::PATCH, &user).header("X-Request-Id", "trace-1").json(&change);
    call.send().await.expect(200);
    let wrong = json!({ "username": "ann", "password": canary });
    app.client().post("/api/auth/login", wrong).await.refused(401, "bad_credentials");

    let history = root.get(&format!("/api/admin/audit?user_id={}", ann.id)).await.expect(200);
    let mut events: Vec<&str> = Vec::new();
    for entry in history["items"].as_array().unwrap() {
        events.push(entry["event"].as_str().unwrap());
    }
    for event in ["admin.user_changed", "admin.message_deleted", "auth.signed_up"] {
        assert!(events.contains(&event), "{event}: {events:?}");
    }
    let changed = root.get("/api/admin/audit?event=admin.user_changed").await.expect(200);
    let entry = &changed["items"][0];
    assert_eq!((&entry["actor"]["id"], &entry["object_id"]), (&json!(root.id), &json!(ann.id)));
    assert_eq!((&entry["request_id"], &entry["ip"]), (&json!("trace-1"), &json!("127.0.0.1")));
    let field = |name: &str, before: Value, after: Value| json!({ "field": name, "before": before, "after": after });
    assert_eq!(
        entry["changes"],
        json!([
            field("display_name", json!("ann"), json!("Anna")),
            field("bio", Value::Null, Value::Null),
            field("email", Value::Null, Value::Null),
            field("is_staff", json!("false"), json!("true")),
        ])
    );
    let id = entry["id"].as_i64().unwrap();
    root.get(&format!("/api/admin/audit/{id}")).await.expect(200);
    let all = app.database.lines("select event || changes || object_name as line from audit");
    for secret in [canary, PASSWORD, &ann.access_token] {
        assert!(!all.iter().any(|line| line.contains(secret)), "{secret}: {all:?}");
    }
    let of_room = root.get(&format!("/api/admin/audit?room_id={room}")).await.expect(200);
    assert_eq!(of_room["items"][0]["event"], "admin.message_deleted");
}
