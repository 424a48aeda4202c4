//! Whatever is wrong with a body or a parameter is refused with a stable code, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Contract, PASSWORD, Person, TestApp};

/// Every call that takes a body, with one that it would take.
fn bodies() -> Vec<(Method, &'static str, Value)> {
    vec![
        (
            Method::POST,
            "/api/auth/register",
            json!({
                "username": "bob", "password": PASSWORD, "email": "bob@example.org",
                "display_name": "Bob", "session": "token",
            }),
        ),
        (
            Method::POST,
            "/api/auth/login",
            json!({
                "username": "ann", "password": PASSWORD, "remember": true, "session": "token",
                "totp": "123456",
            }),
        ),
        (
            Method::POST,
            "/api/auth/setup",
            json!({
                "token": "x", "username": "bob", "password": PASSWORD,
                "email": "bob@example.org", "display_name": "Bob", "session": "token",
            }),
        ),
        (Method::POST, "/api/auth/refresh", json!({ "refresh_token": "r1.1.0.x" })),
        (
            Method::POST,
            "/api/auth/password/change",
            json!({ "current_password": PASSWORD, "new_password": PASSWORD }),
        ),
        (Method::POST, "/api/auth/password/reset", json!({ "email": "ann@example.org" })),
        (
            Method::POST,
            "/api/auth/password/reset/confirm",
            json!({ "token": "x", "new_password": PASSWORD }),
        ),
        (Method::POST, "/api/auth/email/verify", json!({ "token": "x" })),
        (Method::POST, "/api/auth/email/resend", json!({ "email": "ann@example.org" })),
        (
            Method::POST,
            "/api/auth/email/change",
            json!({ "current_password": PASSWORD, "email": "ann@example.org" }),
        ),
        (Method::POST, "/api/auth/totp", json!({ "current_password": PASSWORD })),
        (Method::POST, "/api/auth/totp/confirm", json!({ "code": "123456" })),
        (Method::POST, "/api/auth/totp/recovery-codes", json!({ "current_password": PASSWORD })),
        (
            Method::DELETE,
            "/api/auth/totp",
            json!({ "current_password": PASSWORD, "code": "123456" }),
        ),
        (
            Method::POST,
            "/api/auth/oidc/begin",
            json!({ "issuer": "https://id.example.org", "redirect_uri": "https://a.example.org/" }),
        ),
        (
            Method::POST,
            "/api/auth/oidc/finish",
            json!({
                "ticket": "x", "code": "x", "state": "x", "iss": "https://id.example.org",
                "session": "token",
            }),
        ),
        (
            Method::POST,
            "/api/auth/oidc/confirm",
            json!({ "ticket": "x", "totp": "123456", "session": "token" }),
        ),
        (
            Method::POST,
            "/api/auth/identities/begin",
            json!({
                "issuer": "https://id.example.org", "current_password": PASSWORD,
                "redirect_uri": "https://a.example.org/",
            }),
        ),
        (
            Method::POST,
            "/api/auth/identities",
            json!({ "ticket": "x", "code": "x", "state": "x", "iss": "https://id.example.org" }),
        ),
        (Method::DELETE, "/api/auth/identities/1", json!({ "current_password": PASSWORD })),
        (
            Method::POST,
            "/api/auth/tokens",
            json!({ "name": "bot", "scopes": ["read"], "expires_in_days": 1 }),
        ),
        (
            Method::PATCH,
            "/api/profiles/me",
            json!({
                "username": "ann", "display_name": "Ann", "bio": "x", "presence": "busy",
                "status_text": "x", "locale": "ru",
            }),
        ),
        (
            Method::POST,
            "/api/rooms",
            json!({
                "name": "New", "topic": "x", "staff_only": false, "invite_only": false,
                "steady_while_occupied": false,
            }),
        ),
        (
            Method::POST,
            "/api/rooms/1/messages",
            json!({ "body": "x", "nonce": "n", "reply_to": 1 }),
        ),
        (Method::PUT, "/api/rooms/1/read", json!({ "seq": 1 })),
        (Method::POST, "/api/rooms/1/whispers", json!({ "to": 2, "body": "x" })),
        (Method::PATCH, "/api/messages/1", json!({ "body": "x", "if_rev": 1 })),
        (
            Method::PATCH,
            "/api/rooms/1",
            json!({
                "name": "New", "topic": "x", "staff_only": false, "invite_only": false,
                "steady_while_occupied": false,
            }),
        ),
        (Method::PUT, "/api/rooms/1/members/1", json!({ "role": "owner" })),
        (Method::PUT, "/api/rooms/1/notify", json!({ "notify": "all" })),
        (
            Method::POST,
            "/api/admin/users",
            json!({
                "username": "bob", "password": PASSWORD, "email": "bob@example.org",
                "display_name": "Bob", "is_active": true, "is_staff": false, "is_superuser": false,
            }),
        ),
        (
            Method::PATCH,
            "/api/admin/users/1",
            json!({
                "username": "ann", "display_name": "Ann", "bio": "x", "email": "a@example.org",
                "locale": "en", "is_active": true, "is_staff": true, "is_superuser": true,
            }),
        ),
        (Method::PUT, "/api/admin/users/1/password", json!({ "new_password": PASSWORD })),
        (
            Method::POST,
            "/api/admin/rooms",
            json!({
                "name": "New", "topic": "x", "staff_only": false, "invite_only": false,
                "owner_id": 1,
            }),
        ),
        (
            Method::PATCH,
            "/api/admin/rooms/1",
            json!({
                "name": "New", "topic": "x", "staff_only": false, "invite_only": false,
                "owner_id": 1,
            }),
        ),
        (Method::PUT, "/api/admin/memberships/1/1", json!({ "role": "owner" })),
        (Method::PATCH, "/api/admin/server", json!({ "name": "Parlor" })),
        (
            Method::POST,
            "/api/admin/users/bulk",
            json!({ "action": "delete", "ids": [1], "dry_run": true }),
        ),
        (
            Method::POST,
            "/api/admin/rooms/bulk",
            json!({ "action": "delete", "ids": [1], "dry_run": true }),
        ),
        (
            Method::POST,
            "/api/admin/memberships/bulk",
            json!({
                "action": "remove", "ids": [{ "room_id": 1, "user_id": 1 }], "dry_run": true,
            }),
        ),
        (
            Method::POST,
            "/api/admin/messages/bulk",
            json!({ "action": "delete", "ids": [1], "dry_run": true }),
        ),
        (
            Method::POST,
            "/api/admin/sessions/bulk",
            json!({ "action": "revoke", "ids": [1], "dry_run": true }),
        ),
        (
            Method::POST,
            "/api/admin/tokens/bulk",
            json!({ "action": "revoke", "ids": [1], "dry_run": true }),
        ),
    ]
}

/// Ann may do everything, so that nothing is refused for who she is.
async fn prepared() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let ann = app.superuser("ann").await;
    ann.post("/api/rooms", json!({ "name": "Room" })).await.expect(201);
    (app, ann)
}

#[test]
fn every_call_that_takes_a_body_is_tried() {
    let tried = bodies();
    for (path, method, operation) in Contract::shared().operations() {
        let is_tried = tried.iter().any(|(with, to, _)| {
            with.as_str().to_lowercase() == method
                && *to
                    == path
                        .replace("{room_id}", "1")
                        .replace("{message_id}", "1")
                        .replace("{user_id}", "1")
                        .replace("{identity_id}", "1")
        });
        let takes_json = !operation["requestBody"]["content"]["application/json"].is_null();
        assert!(!takes_json || is_tried, "{method} {path}");
    }
}

/// PROTOCOL, section 1: an unknown field is refused, also where there are no known ones.
#[tokio::test]
async fn in_3_a_body_that_nobody_asked_for_is_refused() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    let mut count = 0;
    for (path, method, operation) in Contract::shared().operations() {
        let takes_none = operation["requestBody"].is_null() && method != "get";
        if !takes_none || operation["security"].is_null() {
            continue;
        }
        count += 1;
        let path = ["room_id", "message_id", "user_id", "session_id", "token_id", "file_id"]
            .iter()
            .fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), "1"))
            .replace("{emoji}", "%F0%9F%91%8D");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let call = || ann.call(method.clone(), &path);
        call().json(&json!({ "кто": 1 })).send().await.invalid(&["кто:unknown"]);
        call().raw("[]").send().await.refused(422, "invalid");
        call().raw("{").send().await.refused(400, "malformed");
        let text = call().body("text/plain", "hello");
        text.send().await.refused(415, "unsupported_media_type");
        app.client().call(method.clone(), &path).json(&json!({ "x": 1 })).send().await.expect(401);
    }
    assert!(count > 20, "{count}");
    assert_eq!(app.database.dump(), before);
    let room = ann.post("/api/rooms", json!({ "name": "Other" })).await.expect(201).id();
    let join = format!("/api/rooms/{room}/join");
    for nothing in ["", " ", "{}", "null"] {
        ann.call(Method::POST, &join).raw(nothing).send().await.expect(200);
    }
}

#[tokio::test]
async fn in_3_a_field_of_another_type_is_named() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    for (method, path, good) in bodies() {
        for (field, value) in good.as_object().unwrap() {
            for odd in [json!([]), json!({}), json!(1.5), json!(-1), json!(true), json!("x")] {
                if same_type(value, &odd) {
                    continue;
                }
                let mut body = good.clone();
                body[field] = odd;
                let answer = ann.call(method.clone(), path).json(&body).send().await;
                let flaws = answer.refused(422, "invalid").flaws();
                let is_named = flaws[0].starts_with(&format!("{field}:"));
                assert!(is_named, "{method} {path} {body}: {flaws:?}");
            }
        }
    }
    assert_eq!(app.database.dump(), before);
}

fn same_type(value: &Value, odd: &Value) -> bool {
    matches!((value, odd), (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)))
}

#[tokio::test]
async fn az_7_unknown_missing_and_duplicate_fields_are_named() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    for (method, path, good) in bodies() {
        let send = async |body: String| ann.call(method.clone(), path).raw(body).send().await;
        for unknown in
            ["is_staff", "is_superuser", "id", "owner_id", "author", "head", "created_at", "кто"]
        {
            if good.get(unknown).is_some() {
                continue;
            }
            let mut body = good.clone();
            body[unknown] = json!(1);
            send(body.to_string()).await.invalid(&[&format!("{unknown}:unknown")]);
        }
        for field in good.as_object().unwrap().keys() {
            let again = format!("{{\"{field}\":{},", good[field]);
            let twice = good.to_string().replacen('{', &again, 1);
            send(twice).await.invalid(&[&format!("{field}:duplicate")]);
        }
    }
    for (path, missing) in [
        ("/api/auth/register", "username:required"),
        ("/api/auth/login", "username:required"),
        ("/api/auth/password/change", "new_password:required"),
        ("/api/auth/password/reset", "email:required"),
        ("/api/auth/password/reset/confirm", "token:required"),
        ("/api/auth/email/verify", "token:required"),
        ("/api/auth/email/change", "email:required"),
        ("/api/auth/oidc/begin", "issuer:required"),
        ("/api/auth/oidc/finish", "ticket:required"),
        ("/api/auth/oidc/confirm", "ticket:required"),
        ("/api/auth/identities/begin", "issuer:required"),
        ("/api/auth/identities", "ticket:required"),
        ("/api/auth/totp/confirm", "code:required"),
        ("/api/auth/tokens", "name:required"),
        ("/api/rooms", "name:required"),
        ("/api/rooms/1/messages", "body:required"),
        ("/api/rooms/1/whispers", "to:required"),
        ("/api/admin/users", "username:required"),
        ("/api/admin/rooms", "name:required"),
        ("/api/admin/users/bulk", "action:required"),
    ] {
        ann.post(path, json!({})).await.invalid(&[missing]);
    }
    ann.put("/api/rooms/1/read", json!({})).await.invalid(&["seq:required"]);
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn texts_that_are_too_long_blank_or_not_text_are_named() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    let (zero_width, nul) = ("\u{200b}", "a\u{0}b");
    for (method, path, field, value, flaw) in [
        (Method::POST, "/api/auth/register", "username", "x".repeat(33), "too_long"),
        (Method::POST, "/api/auth/register", "username", "x".repeat(10_000), "too_long"),
        (Method::POST, "/api/auth/register", "username", String::new(), "too_short"),
        (Method::POST, "/api/auth/register", "username", nul.into(), "not_allowed"),
        (Method::POST, "/api/auth/register", "password", "x".repeat(1_025), "too_long"),
        (Method::POST, "/api/auth/register", "password", String::new(), "too_short"),
        (Method::POST, "/api/auth/register", "email", String::new(), "malformed"),
        (Method::POST, "/api/auth/register", "email", "a@b\u{0}.org".into(), "malformed"),
        (
            Method::POST,
            "/api/auth/register",
            "email",
            format!("a@{}.org", "x".repeat(300)),
            "too_long",
        ),
        (Method::POST, "/api/auth/register", "display_name", "x".repeat(65), "too_long"),
        (Method::POST, "/api/auth/register", "display_name", zero_width.into(), "blank"),
        (Method::POST, "/api/auth/register", "display_name", nul.into(), "not_allowed"),
        (Method::POST, "/api/auth/login", "password", "x".repeat(1_025), "too_long"),
        (Method::PATCH, "/api/profiles/me", "username", "x".into(), "too_short"),
        (Method::PATCH, "/api/profiles/me", "display_name", " ".into(), "blank"),
        (Method::PATCH, "/api/profiles/me", "bio", "x".repeat(501), "too_long"),
        (Method::PATCH, "/api/profiles/me", "bio", nul.into(), "not_allowed"),
        (Method::PATCH, "/api/profiles/me", "status_text", "x".repeat(81), "too_long"),
        (Method::PATCH, "/api/profiles/me", "presence", "away!".into(), "malformed"),
        (Method::PATCH, "/api/profiles/me", "locale", "de".into(), "malformed"),
        (Method::POST, "/api/rooms", "name", "x".repeat(81), "too_long"),
        (Method::POST, "/api/rooms", "name", String::new(), "blank"),
        (Method::POST, "/api/rooms", "name", nul.into(), "not_allowed"),
        (Method::POST, "/api/rooms", "topic", "x".repeat(251), "too_long"),
        (Method::PATCH, "/api/rooms/1", "name", "x".repeat(81), "too_long"),
        (Method::PATCH, "/api/rooms/1", "name", " ".into(), "blank"),
        (Method::PATCH, "/api/rooms/1", "topic", nul.into(), "not_allowed"),
        (Method::PUT, "/api/rooms/1/members/1", "role", "king".into(), "malformed"),
        (Method::PUT, "/api/rooms/1/notify", "notify", "some".into(), "malformed"),
        (Method::POST, "/api/rooms/1/messages", "body", "x".repeat(16_001), "too_long"),
        (Method::POST, "/api/rooms/1/messages", "body", String::new(), "blank"),
        (Method::POST, "/api/rooms/1/messages", "body", " \n ".into(), "blank"),
        (Method::POST, "/api/rooms/1/messages", "body", nul.into(), "not_allowed"),
        (Method::POST, "/api/rooms/1/whispers", "body", "x".repeat(2_001), "too_long"),
        (Method::POST, "/api/rooms/1/whispers", "body", "\u{3164}".into(), "blank"),
        (Method::POST, "/api/rooms/1/whispers", "body", nul.into(), "not_allowed"),
        (Method::PATCH, "/api/messages/1", "body", "x".repeat(16_001), "too_long"),
        (Method::PATCH, "/api/messages/1", "body", " \n ".into(), "blank"),
        (Method::POST, "/api/rooms/1/messages", "nonce", "x".repeat(65), "too_long"),
        (Method::POST, "/api/rooms/1/messages", "nonce", String::new(), "too_short"),
        (Method::POST, "/api/admin/users", "username", nul.into(), "not_allowed"),
        (Method::POST, "/api/admin/users", "password", "x".repeat(1_025), "too_long"),
        (Method::PATCH, "/api/admin/users/1", "bio", "x".repeat(501), "too_long"),
        (Method::PATCH, "/api/admin/users/1", "email", "nowhere".into(), "malformed"),
        (Method::POST, "/api/admin/rooms", "name", " ".into(), "blank"),
        (Method::PATCH, "/api/admin/rooms/1", "topic", "x".repeat(251), "too_long"),
        (Method::POST, "/api/admin/rooms/bulk", "action", "burn".into(), "malformed"),
    ] {
        let good = bodies().into_iter().find(|it| (&it.0, it.1) == (&method, path)).unwrap().2;
        let mut body = good;
        body[field] = json!(value);
        let answer = ann.call(method, path).json(&body).send().await.refused(422, "invalid");
        assert_eq!(answer.flaws(), [format!("{field}:{flaw}")], "{path} {value:?}");
    }
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    for (method, path, good) in bodies() {
        let good = good.to_string();
        let mut odd: Vec<Vec<u8>> = [
            "{",
            "nonsense",
            "{}}",
            "{} {}",
            "{'a':1}",
            "{\"a\"}",
            "{a:1}",
            "\u{feff}{}",
            "{\"username\":\"\\ud800\"}",
            "{\"body\":\"\\udc00\"}",
            "NaN",
            "[",
            "\"",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into();
        odd.push(format!("{good}x").into());
        odd.push(good.as_bytes()[..good.len() - 1].to_vec());
        odd.push(b"{\"body\":\"\xff\xfe\"}".to_vec());
        odd.push(b"{\"username\":\"\xc0\xaf\"}".to_vec());
        odd.push("[".repeat(60_000).into_bytes());
        odd.push("{\"a\":".repeat(10_000).into_bytes());
        for body in odd {
            let shown = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
            let answer = ann.call(method.clone(), path).raw(body).send().await;
            let is_refused = matches!(answer.status, 400 | 422);
            assert!(is_refused, "{method} {path} {shown}: {}", answer.text);
        }
        for body in ["null", "7", "\"text\"", "[]", "[1,2]", "true"] {
            ann.call(method.clone(), path).raw(body).send().await.invalid(&["$:wrong_type"]);
        }
    }
    for body in ["{", "nonsense", "{} {}"] {
        ann.call(Method::POST, "/api/rooms").raw(body).send().await;
    }
    let empty = ann.call(Method::POST, "/api/rooms").raw("").send().await;
    empty.refused(400, "malformed");
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn in_4_a_body_is_json_and_says_so() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    for (method, path, good) in bodies() {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "",
            "application/jsonx",
        ] {
            let answer = ann.call(method.clone(), path).body(kind, good.to_string()).send().await;
            answer.refused(415, "unsupported_media_type");
        }
        let zipped = ann.call(method, path).json(&good).header("Content-Encoding", "gzip");
        zipped.send().await.refused(415, "unsupported_media_type");
    }
    assert_eq!(app.database.dump(), before);
    let kind = "Application/JSON; charset=utf-8";
    let call = ann.call(Method::POST, "/api/rooms").body(kind, "{\"name\":\"Another\"}");
    call.send().await.expect(201);
}

#[tokio::test]
async fn in_4_a_body_has_64_kib_at_the_most() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    let huge = json!({ "name": "x".repeat(64 * 1024) });
    for (method, path, _) in bodies() {
        let answer = ann.call(method, path).json(&huge).send().await;
        answer.refused(413, "too_large");
    }
    let just_fits = json!({ "name": "x".repeat(64 * 1024 - 11) });
    ann.post("/api/rooms", just_fits).await.invalid(&["name:too_long"]);
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn in_3_ids_that_are_none_name_nothing() {
    let (_app, ann) = prepared().await;
    for id in [
        "0",
        "-1",
        "01",
        "+1",
        "1.0",
        "1e0",
        "x",
        "9007199254740993",
        "9223372036854775808",
        "99999999999999999999999",
        "%00",
        "1%00",
        "1%2f",
        "٣",
        "null",
        "undefined",
    ] {
        for path in
            ["rooms/{}", "rooms/{}/members", "rooms/{}/messages", "profiles/{}", "messages/{}"]
        {
            let path = format!("/api/{}", path.replace("{}", id));
            ann.get(&path).await.refused(404, "not_found");
        }
    }
}

#[tokio::test]
async fn in_6_parameters_are_known_of_their_type_and_there_once() {
    let (_app, ann) = prepared().await;
    for (path, flaw) in [
        ("/api/rooms?limit=0", "limit:out_of_range"),
        ("/api/rooms?limit=101", "limit:out_of_range"),
        ("/api/rooms?limit=-1", "limit:out_of_range"),
        ("/api/rooms?limit=x", "limit:wrong_type"),
        ("/api/rooms?limit=", "limit:wrong_type"),
        ("/api/rooms?limit=99999999999999999999", "limit:out_of_range"),
        ("/api/rooms?limit=1&limit=2", "limit:duplicate"),
        ("/api/rooms?page=2", "page:unknown"),
        ("/api/rooms?is_staff=true", "is_staff:unknown"),
        ("/api/rooms?joined=yes", "joined:wrong_type"),
        ("/api/rooms?kind=secret", "kind:malformed"),
        ("/api/rooms?ordering=password", "ordering:malformed"),
        ("/api/rooms?cursor=forged", "cursor:malformed"),
        ("/api/profiles?online=1", "online:wrong_type"),
        ("/api/profiles?ordering=-email", "ordering:malformed"),
        ("/api/rooms/1/members?limit=1000", "limit:out_of_range"),
        ("/api/rooms/1/messages?before=-1", "before:out_of_range"),
        ("/api/rooms/1/messages?after=x", "after:wrong_type"),
        ("/api/rooms/1/changes?limit=1001", "limit:out_of_range"),
        ("/api/rooms/1/changes?after=-1", "after:out_of_range"),
        ("/api/messages?room_id=0", "room_id:out_of_range"),
        ("/api/messages?author_id=x", "author_id:wrong_type"),
        ("/api/messages?before=yesterday", "before:malformed"),
        ("/api/messages?after=2026-01-01", "after:malformed"),
        ("/api/messages?search=%00", "search:not_allowed"),
        ("/api/messages?limit=101", "limit:out_of_range"),
        ("/api/messages/1/history?cursor=forged", "cursor:malformed"),
        ("/api/messages?ordering=rank", "ordering:malformed"),
        ("/api/messages/1/history?ordering=body", "ordering:malformed"),
        ("/api/messages/1/history?search=x", "search:unknown"),
        ("/api/auth/sessions?ordering=ip", "ordering:malformed"),
        ("/api/auth/sessions?search=%00", "search:not_allowed"),
        ("/api/auth/tokens?ordering=token_hash", "ordering:malformed"),
        ("/api/auth/tokens?scope=root", "scope:malformed"),
        ("/api/auth/identities?ordering=subject", "ordering:malformed"),
        ("/api/auth/identities?limit=0", "limit:out_of_range"),
        ("/api/profiles/blocks?ordering=-email", "ordering:malformed"),
        ("/api/rooms/1/members?role=king", "role:malformed"),
        ("/api/admin/users?is_staff=1", "is_staff:wrong_type"),
        ("/api/admin/users?password_hash=x", "password_hash:unknown"),
        ("/api/admin/users?ordering=password_hash", "ordering:malformed"),
        ("/api/admin/users?dates=week", "dates:malformed"),
        ("/api/admin/users?after=yesterday", "after:malformed"),
        ("/api/admin/rooms?kind=secret", "kind:malformed"),
        ("/api/admin/rooms?owner_id=0", "owner_id:out_of_range"),
        ("/api/admin/memberships?role=king", "role:malformed"),
        ("/api/admin/messages?room_id=0", "room_id:out_of_range"),
        ("/api/admin/messages?search=%00bc", "search:not_allowed"),
        ("/api/admin/sessions?live=yes", "live:wrong_type"),
        ("/api/admin/tokens?limit=101", "limit:out_of_range"),
        ("/api/admin/audit?object=thing", "object:malformed"),
        ("/api/admin/audit?event=%00", "event:malformed"),
        ("/api/admin/audit?cursor=forged", "cursor:malformed"),
    ] {
        let answer = ann.get(path).await.refused(422, "invalid");
        assert_eq!(answer.flaws(), [flaw], "{path}");
    }
}

#[tokio::test]
async fn what_is_named_to_be_changed_at_once_is_counted_and_each_named_once() {
    let (app, ann) = prepared().await;
    let before = app.database.dump();
    let many: Vec<i64> = (1..=101).collect();
    for (ids, flaw) in [
        (json!([]), "ids:required"),
        (json!([1, 1]), "ids:duplicate"),
        (json!(many), "ids:out_of_range"),
        (json!([0]), "ids[0]:out_of_range"),
    ] {
        let body = json!({ "action": "delete", "ids": ids });
        ann.post("/api/admin/messages/bulk", body).await.invalid(&[flaw]);
    }
    // A list of what an object has, in its order, is no object.
    let body = json!({ "action": "remove", "ids": [[1, 1]] });
    ann.post("/api/admin/memberships/bulk", body).await.invalid(&["ids[0]:wrong_type"]);
    assert_eq!(app.database.dump(), before);
}
