//! What people write is text, whatever it looks like: the same from both databases.

use serde_json::{Value, json};

use crate::{
    gateway::{message, room},
    harness::{Person, TestApp},
};

/// What has broken other programs.
const PAYLOADS: &[&str] = &[
    "' or '1'='1",
    "'; drop table messages; --",
    "\" or \"\"=\"",
    "1) union select password_hash from users --",
    "%' escape '!' or 1=1 --",
    "\\'; select pg_sleep(5); --",
    "$$; select 1; $$",
    "%",
    "_",
    "%%%%%",
    "___",
    "\\%",
    "[a-z]",
    "a* OR b*",
    "\"unclosed",
    "body:secret",
    "NEAR(a b, 1)",
    "^tea",
    "col : x AND NOT y",
    "(((((",
    "*",
    "-",
    "\\u0000",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "%00",
    "%s%n%x",
];

async fn say(person: &Person, room: i64, body: &str) -> i64 {
    let path = format!("/api/rooms/{room}/messages");
    person.post(&path, json!({ "body": body })).await.expect(201).id()
}

/// What a search finds, newest first.
async fn found(person: &Person, list: &str, text: &str) -> Vec<i64> {
    let mut url = reqwest::Url::parse("http://x/").unwrap();
    url.query_pairs_mut().append_pair("search", text);
    let answer = person.get(&format!("{list}?{}", url.query().unwrap())).await.expect(200);
    answer["items"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn in_1_what_looks_like_a_query_is_looked_for_as_it_stands() {
    let (_app, ann, _bob, room) = room().await;
    say(&ann, room, "nothing of the kind").await;
    for payload in PAYLOADS {
        let id = say(&ann, room, &format!("before {payload} after")).await;
        let read = ann.get(&format!("/api/messages/{id}")).await.expect(200);
        assert_eq!(read["body"], format!("before {payload} after"));
        // Found as a whole, and by nothing that it would mean elsewhere.
        let whole = found(&ann, "/api/messages", &format!("before {payload} after")).await;
        assert_eq!(whole, [id], "{payload}");
        assert_eq!(
            found(&ann, "/api/messages", &format!("{payload}zzz")).await,
            [0; 0],
            "{payload}"
        );
    }
    for wild in ["%", "_", "%%", "b%e", "n_thing", "*", "\\"] {
        for list in ["/api/rooms", "/api/profiles"] {
            let all = found(&ann, list, wild).await;
            assert_eq!(all, [0; 0], "{list} {wild}");
        }
    }
    let mut everything = found(&ann, "/api/messages", "nothing of the kind").await;
    assert_eq!(everything.len(), 1);
    everything = found(&ann, "/api/messages", "n_thing of%the").await;
    assert_eq!(everything, [0; 0]);
    for payload in PAYLOADS {
        let mut url = reqwest::Url::parse("http://x/api/profiles/by-username/").unwrap();
        url.path_segments_mut().unwrap().pop_if_empty().push(payload);
        let answer = ann.get(url.path()).await;
        assert!(matches!(answer.status, 404 | 400), "{payload}: {}", answer.text);
        let login = json!({ "username": payload, "password": payload });
        ann.post("/api/auth/login", login).await.refused(401, "bad_credentials");
        for list in ["/api/rooms", "/api/messages"] {
            let mut url = reqwest::Url::parse("http://x/").unwrap();
            url.query_pairs_mut().append_pair("cursor", payload).append_pair("ordering", payload);
            let answer = ann.get(&format!("{list}?{}", url.query().unwrap())).await;
            assert_eq!(answer.status, 422, "{list} {payload}: {}", answer.text);
        }
    }
}

/// Texts of all kinds, and whether they may be sent.
fn texts() -> Vec<(String, bool)> {
    let mut texts: Vec<(String, bool)> = [
        ("a\u{0}b", false),
        ("\u{0}", false),
        ("a\u{1b}[31mb", false),
        ("a\u{7f}b", false),
        ("a\u{85}b", false),
        ("\u{200b}\u{200b}", false),
        (" \t\n ", false),
        ("a\tb\nc", true),
        ("пример", true),
        ("e\u{301}", true),
        ("👨‍👩‍👧‍👦", true),
        ("\u{202e}gnirts\u{202c}", true),
        ("\u{2066}isolated\u{2069}", true),
        ("\u{feff}begins with a mark", true),
        ("\u{fffd}", true),
        ("\u{ffff}", true),
        ("\u{10ffff}", true),
        ("\u{e000}", true),
        ("İıſK", true),
        ("ﬀ ﷺ", true),
    ]
    .map(|(text, is_good)| (text.to_owned(), is_good))
    .into();
    texts.push((format!("z{}", "\u{301}".repeat(15_999)), true));
    // The first of them becomes one with its letter.
    texts.push((format!("z{}", "\u{301}".repeat(16_001)), false));
    texts
}

#[tokio::test]
async fn in_2_odd_texts_are_stored_as_they_are_or_refused_at_both_doors_alike() {
    let (app, ann, _bob, room) = room().await;
    let (mut socket, _) = app.connect(&ann).await;
    let path = format!("/api/rooms/{room}/messages");
    for (at, (text, is_good)) in texts().iter().enumerate() {
        let shown: String = text.chars().take(20).collect();
        let rest = ann.post(&path, json!({ "body": text })).await;
        let reply = socket.command(message(room, text, &format!("t{at}"))).await;
        assert_eq!(rest.status == 201, reply["ok"] == true, "{shown:?}: {reply}");
        assert_eq!(rest.status == 201, *is_good, "{shown:?}: {}", rest.text);
        if *is_good {
            let read = ann.get(&format!("/api/messages/{}", rest.id())).await.expect(200);
            assert_eq!(read["body"], rest["body"], "{shown:?}");
            assert_eq!(reply["data"]["message"]["body"], rest["body"], "{shown:?}");
            // Composed once, and otherwise as written.
            let composed = rest["body"].as_str().unwrap();
            assert!(composed == text || text.contains('\u{301}'), "{shown:?}: {composed:?}");
        } else {
            rest.refused(422, "invalid");
        }
        // A search for it does not break either, as far as it fits into an address.
        let text: String = text.chars().take(200).collect();
        let mut url = reqwest::Url::parse("http://x/").unwrap();
        url.query_pairs_mut().append_pair("search", &text);
        let answer = ann.get(&format!("/api/messages?{}", url.query().unwrap())).await;
        assert!(matches!(answer.status, 200 | 422), "{shown:?}: {}", answer.text);
    }
    // Half a surrogate, and bytes that are no text.
    let broken: [&[u8]; 5] = [
        br#"{"body":"\ud800"}"#,
        br#"{"body":"\udc00\ud800"}"#,
        b"{\"body\":\"\xc0\xaf\"}",
        b"{\"body\":\"\xed\xa0\x80\"}",
        b"{\"body\":\"\xf5\x80\x80\x80\"}",
    ];
    for body in broken {
        let answer = ann.call(reqwest::Method::POST, &path).raw(body).send().await;
        answer.refused(400, "malformed");
    }
}

#[tokio::test]
async fn in_5_the_worst_search_is_answered_soon() {
    let (app, ann, _bob, room) = room().await;
    // Much that nearly matches.
    let near = "ab".repeat(4_000);
    for _ in 0..20 {
        say(&ann, room, &near).await;
    }
    let (mut socket, _) = app.connect(&ann).await;
    for text in [
        "a".repeat(100),
        format!("{}c", "ab".repeat(49)),
        "(a+)+$".to_owned(),
        "(x+x+)+y".to_owned(),
        "a*a*a*a*a*a*b".to_owned(),
        "%a%a%a%a%a%a%a%b".to_owned(),
        "ab".to_owned(),
        "a".to_owned(),
    ] {
        for list in ["/api/messages", "/api/rooms", "/api/profiles"] {
            let mut url = reqwest::Url::parse("http://x/").unwrap();
            url.query_pairs_mut().append_pair("search", &text);
            let began = std::time::Instant::now();
            let answer = ann.get(&format!("{list}?{}", url.query().unwrap())).await;
            assert!(matches!(answer.status, 200 | 422), "{}", answer.text);
            let took = began.elapsed();
            assert!(took < std::time::Duration::from_secs(2), "{list} {text}: {took:?}");
        }
        socket.done(json!({ "type": "ping" })).await;
    }
}

/// Every page of a list, one after the other.
async fn walk(person: &Person, path: &str) -> (usize, Vec<Value>) {
    let (mut pages, mut items, mut cursor) = (0, Vec::new(), String::new());
    loop {
        let answer = person.get(&format!("{path}{cursor}")).await.expect(200);
        pages += 1;
        assert!(pages < 500, "{path} does not end");
        items.extend(answer["items"].as_array().unwrap().iter().map(|it| it["id"].clone()));
        match answer["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (pages, items),
        }
    }
}

#[tokio::test]
async fn in_8_lists_end_and_hold_everything_once_also_where_pages_are_empty() {
    let app = TestApp::start().await;
    let (ann, eve) = (app.sign_up("ann").await, app.sign_up("eve").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let hidden = json!({ "name": "Hidden", "invite_only": true });
    let hidden = ann.post("/api/rooms", hidden).await.expect(201).id();
    for at in 0..60 {
        say(&ann, if at % 3 == 0 { room } else { hidden }, &format!("needle {at}")).await;
    }
    eve.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    for (person, expected) in [(&ann, 60), (&eve, 20)] {
        for limit in [1, 7, 100] {
            let (_, ids) =
                walk(person, &format!("/api/messages?search=needle&limit={limit}")).await;
            let mut unique: Vec<_> = ids.iter().map(|id| id.as_i64().unwrap()).collect();
            assert!(unique.is_sorted_by(|one, two| one > two), "newest first, each once");
            unique.dedup();
            assert_eq!(unique.len(), expected, "limit {limit}");
        }
        let (_, none) = walk(person, "/api/messages?search=haystack&limit=1").await;
        assert_eq!(none, Vec::<Value>::new());
    }
    for at in 0..12 {
        ann.post("/api/rooms", json!({ "name": format!("Hidden {at}"), "invite_only": true }))
            .await
            .expect(201);
    }
    let (pages, rooms) = walk(&eve, "/api/rooms?limit=1").await;
    assert_eq!((rooms.len(), pages <= 2), (1, true), "{pages} pages for {rooms:?}");
    let (_, rooms) = walk(&ann, "/api/rooms?limit=5").await;
    assert_eq!(rooms.len(), 14);
    let (_, people) = walk(&ann, "/api/profiles?limit=1").await;
    assert_eq!(people.len(), 2);
}
