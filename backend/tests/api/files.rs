//! Files: uploaded, sent, read by who may, served so that they do nothing, and gone with their message.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Person, TestApp};

/// Eight pixels, red and blue.
const PICTURE: &[u8] = include_bytes!("../pictures/dot.png");
const CANARY: &[u8] = b"an unmistakable canary";
const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;

struct Scene {
    app: TestApp,
    ann: Person,
    bob: Person,
    room: i64,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("ann").await, app.sign_up("bob").await);
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    bob.act(&format!("/api/rooms/{room}/join")).await.expect(200);
    Scene { app, ann, bob, room }
}

impl Scene {
    fn files(&self) -> String {
        format!("/api/rooms/{}/files", self.room)
    }

    fn messages(&self) -> String {
        format!("/api/rooms/{}/messages", self.room)
    }

    fn file(&self, id: &Value) -> String {
        format!("{}/{id}", self.files())
    }

    async fn upload(&self, person: &Person, name: &str, kind: &str, bytes: &[u8]) -> Answer {
        let path = format!("{}?name={name}", self.files());
        person.call(Method::POST, &path).body(kind, bytes).send().await
    }

    /// A file of Ann's that was not sent.
    async fn loose(&self) -> Value {
        self.upload(&self.ann, "a.txt", "text/plain", CANARY).await.expect(201)["id"].clone()
    }

    async fn send(&self, body: &str, ids: &[&Value]) -> Answer {
        self.ann.post(&self.messages(), json!({ "body": body, "file_ids": ids })).await
    }
}

#[tokio::test]
async fn a_file_is_uploaded_sent_shown_and_read() {
    let scene = scene().await;
    let name = "%D0%BE%D1%82%D1%87%D1%91%D1%82%20%E2%84%961.txt";
    let file =
        scene.upload(&scene.ann, name, "text/plain; charset=utf-8", CANARY).await.expect(201);
    let shown = (&file["name"], &file["media_type"], &file["size"], &file["width"]);
    let size = json!(CANARY.len());
    assert_eq!(shown, (&json!("отчёт №1.txt"), &json!("text/plain"), &size, &Value::Null));
    assert_eq!(file["room_id"], scene.room);
    let picture = scene.upload(&scene.ann, "dot.png", "image/png", PICTURE).await.expect(201);
    assert_eq!((&picture["width"], &picture["height"]), (&json!(8), &json!(8)), "{}", picture.text);

    let sent = scene.send("", &[&picture["id"], &file["id"]]).await.expect(201);
    assert_eq!(sent["files"], json!([picture.json, file.json]), "in the order of the message");
    assert_eq!(sent["body"], "");
    let plain = scene.send("no files", &[]).await.expect(201);
    assert_eq!(plain["files"], json!([]));
    let history = scene.bob.get(&scene.messages()).await.expect(200);
    let told = history["items"].as_array().unwrap().iter().rfind(|it| it["id"] == sent["id"]);
    assert_eq!(told.unwrap()["files"], sent["files"]);
    let alone = scene.bob.get(&format!("/api/messages/{}", sent.id())).await.expect(200);
    assert_eq!(alone["files"], sent["files"]);
    for (path, list) in [
        (format!("/api/rooms/{}/changes?after=0", scene.room), "messages"),
        (format!("/api/messages?room_id={}", scene.room), "items"),
    ] {
        let answer = scene.bob.get(&path).await.expect(200);
        let mut messages = answer[list].as_array().unwrap().iter();
        let told = messages.find(|it| it["id"] == sent["id"]).unwrap();
        assert_eq!(told["files"], sent["files"], "{path}");
    }
    let room = scene.bob.get(&format!("/api/rooms/{}", scene.room)).await.expect(200);
    assert_eq!(room["me"]["unread"], 2);
    let read = scene.bob.get(&scene.file(&file["id"])).await.expect(200);
    assert_eq!(read.bytes, CANARY);
    let head = scene.bob.call(Method::HEAD, &scene.file(&file["id"])).send().await;
    assert_eq!((head.status, head.header("content-length")), (200, "22"));
}

#[tokio::test]
async fn a_reply_to_files_alone_shows_the_name_of_the_first() {
    let scene = scene().await;
    let (first, second) = (scene.loose().await, scene.loose().await);
    let sent = scene.send("", &[&first, &second]).await.expect(201);
    let reply = json!({ "body": "thanks", "reply_to": sent["id"] });
    let reply = scene.bob.post(&scene.messages(), reply).await.expect(201);
    assert_eq!(reply["reply_to"]["excerpt"], "a.txt");
    let excerpt = async || {
        let path = format!("/api/messages/{}", reply.id());
        scene.bob.get(&path).await.expect(200)["reply_to"]["excerpt"].clone()
    };
    assert_eq!(excerpt().await, "a.txt");
    scene.ann.delete(&format!("/api/messages/{}", sent.id())).await.expect(200);
    assert_eq!(excerpt().await, "", "of what was deleted nothing is shown");
}

#[tokio::test]
async fn fi_1_a_picture_that_is_sent_is_written_anew() {
    let scene = scene().await;
    let mut marked = PICTURE.to_vec();
    marked.extend(b"GPS 55.7558 N");
    let file = scene.upload(&scene.ann, "dot.txt", "text/html", &marked).await.expect(201);
    let shown = (&file["media_type"], &file["name"]);
    assert_eq!(shown, (&json!("image/png"), &json!("dot.txt.png")), "its content says what it is");
    let read = scene.ann.get(&scene.file(&file["id"])).await.expect(200);
    assert!(read.bytes.starts_with(b"\x89PNG"));
    assert!(!read.bytes.windows(3).any(|part| part == b"GPS"));
    assert_eq!(file["size"], read.bytes.len());
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (kind, bytes) in [("image/svg+xml", svg.as_slice()), ("image/png", svg), ("text/html", svg)]
    {
        let file = scene.upload(&scene.ann, "a.svg", kind, bytes).await.expect(201);
        assert_eq!(file["width"], Value::Null, "it is a file like any other");
        let claimed = if kind == "image/png" { "application/octet-stream" } else { kind };
        assert_eq!(file["media_type"], claimed);
    }
    let before = scene.app.database.dump();
    let mut animated = PICTURE.to_vec();
    animated.splice(33..33, *b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0");
    for (bytes, flaw) in
        [(PICTURE[..PICTURE.len() - 20].to_vec(), "malformed"), (animated, "animated")]
    {
        let refused = scene.upload(&scene.ann, "a.png", "image/png", &bytes).await;
        refused.invalid(&[&format!("file:{flaw}")]);
    }
    assert_eq!(scene.app.database.dump(), before);
}

#[tokio::test]
async fn fi_2_what_is_too_large_is_refused_unread() {
    let scene = scene().await;
    let before = scene.app.database.dump();
    let mut huge = PICTURE.to_vec();
    huge[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let refused = scene.upload(&scene.ann, "a.png", "image/png", &huge).await;
    refused.invalid(&["file:too_many_pixels"]);
    let too_large = vec![7; FILE_BYTES_MAX + 1];
    let refused = scene.upload(&scene.ann, "a.bin", "application/octet-stream", &too_large).await;
    refused.refused(413, "too_large");
    scene.upload(&scene.ann, "a", "text/plain", b"").await.invalid(&["file:blank"]);
    let path = format!("{}?name=a", scene.files());
    let encoded = scene.ann.call(Method::POST, &path).header("Content-Encoding", "gzip");
    encoded.body("text/plain", CANARY).send().await.refused(415, "unsupported_media_type");
    assert_eq!(scene.app.database.dump(), before);
    let most: Vec<u8> = (0..FILE_BYTES_MAX).map(|at| u8::try_from(at % 251).unwrap()).collect();
    let file = scene.upload(&scene.ann, "a", "application/octet-stream", &most).await.expect(201);
    let read = scene.ann.get(&scene.file(&file["id"])).await.expect(200);
    assert!(read.bytes == most, "every byte comes back");
}

#[tokio::test]
async fn fi_3_a_file_is_served_so_that_it_does_nothing() {
    let scene = scene().await;
    let page = b"<!doctype html><script>alert(1)</script>";
    let file = scene.upload(&scene.ann, "a%22.html", "text/html", page).await.expect(201);
    let picture = scene.upload(&scene.ann, "dot.png", "image/png", PICTURE).await.expect(201);
    let inert = [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, no-cache"),
    ];
    let served = scene.ann.get(&scene.file(&file["id"])).await.expect(200);
    let kept = scene.ann.get(&scene.file(&picture["id"])).await.expect(200);
    for (name, expected) in inert {
        assert_eq!((served.header(name), kept.header(name)), (expected, expected), "{name}");
    }
    assert_eq!(served.header("content-type"), "application/octet-stream");
    let disposition = "attachment; filename=\"a_.html\"; filename*=UTF-8''a%22.html";
    assert_eq!(served.header("content-disposition"), disposition);
    assert_eq!(kept.header("content-type"), "image/png");
    assert!(kept.header("content-disposition").starts_with("inline; "));
    let known = scene.ann.call(Method::GET, &scene.file(&file["id"]));
    let known = known.header("If-None-Match", served.header("etag")).send().await.expect(304);
    assert!(known.bytes.is_empty());
    let path = format!("{}?name=", scene.files());
    for (name, flaw) in [
        ("..", "not_allowed"),
        ("..%2Fa", "not_allowed"),
        ("a%5Cb", "not_allowed"),
        ("a%00b", "not_allowed"),
        ("a%0D%0ASet-Cookie:x", "not_allowed"),
        ("a%E2%80%AEb", "not_allowed"),
        ("%20", "blank"),
        ("", "blank"),
        (&"a".repeat(256), "too_long"),
    ] {
        let call = scene.ann.call(Method::POST, &format!("{path}{name}"));
        let answer = call.body("text/plain", CANARY).send().await;
        answer.invalid(&[&format!("name:{flaw}")]);
    }
    let call = scene.ann.call(Method::POST, &scene.files()).body("text/plain", CANARY);
    call.send().await.invalid(&["name:required"]);
}

#[tokio::test]
async fn fi_4_nobody_keeps_more_than_their_share_nor_what_they_do_not_send() {
    let scene = scene().await;
    let sent = scene.loose().await;
    let message = scene.send("", &[&sent]).await.expect(201).id();
    let loose = scene.loose().await;
    let most = 256 * 1024 * 1024 - CANARY.len();
    scene.app.database.run(&format!("update files set size = {most} where id = {sent}"));
    let before = scene.app.database.dump();
    let full = scene.upload(&scene.ann, "a", "text/plain", CANARY).await;
    full.refused(507, "quota_reached");
    assert_eq!(scene.app.database.dump(), before);
    scene.upload(&scene.bob, "a", "text/plain", CANARY).await.expect(201);
    scene.ann.delete(&format!("/api/messages/{message}")).await.expect(200);
    scene.upload(&scene.ann, "a", "text/plain", CANARY).await.expect(201);

    scene.app.advance(Duration::from_secs(60 * 60));
    let ann = scene.app.log_in("ann").await;
    let young = scene.upload(&ann, "a", "text/plain", CANARY).await.expect(201)["id"].clone();
    parlor::actions::files::sweep(scene.app.context()).await.unwrap();
    ann.get(&scene.file(&loose)).await.expect(200);
    scene.app.advance(Duration::from_secs(1));
    parlor::actions::files::sweep(scene.app.context()).await.unwrap();
    ann.get(&scene.file(&loose)).await.refused(404, "not_found");
    ann.get(&scene.file(&young)).await.expect(200);
    let left = |table: &str| format!("select count(*) as line from {table}");
    assert_eq!(scene.app.database.lines(&left("files")), ["1"]);
    assert_eq!(scene.app.database.lines(&left("file_chunks")), ["1"]);
}

#[tokio::test]
async fn fi_4_two_hundred_files_a_day_are_enough() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = app.sign_up("ann").await;
    let room = ann.post("/api/rooms", json!({ "name": "Tea" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}/files?name=a");
    let upload = async || ann.call(Method::POST, &path).body("text/plain", CANARY).send().await;
    for _ in 0..200 {
        upload().await.expect(201);
        app.advance(Duration::from_millis(20));
    }
    let refused = upload().await.refused(429, "rate_limited");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 60);
}

#[tokio::test]
async fn az_1_a_file_is_for_those_who_may_read_its_message() {
    let scene = scene().await;
    let eve = scene.app.sign_up("eve").await;
    let loose = scene.loose().await;
    let path = scene.file(&loose);
    scene.ann.get(&path).await.expect(200);
    let missing = scene.bob.get(&scene.file(&json!(1))).await.refused(404, "not_found");
    let hidden = scene.bob.get(&path).await.refused(404, "not_found");
    assert_eq!(hidden.json["detail"], missing.json["detail"]);
    scene.bob.delete(&path).await.refused(404, "not_found");
    scene.send("", &[&loose]).await.expect(201);
    assert_eq!(scene.bob.get(&path).await.expect(200).bytes, CANARY);
    scene.bob.delete(&path).await.refused(403, "forbidden");
    scene.ann.delete(&path).await.refused(409, "conflict");
    eve.get(&path).await.refused(403, "forbidden");
    scene.app.client().get(&path).await.refused(401, "unauthenticated");
    scene.upload(&eve, "a", "text/plain", CANARY).await.refused(403, "forbidden");
    // Another room does not lead to it, also for those who are in both.
    let other = scene.ann.post("/api/rooms", json!({ "name": "Other" })).await.expect(201).id();
    let detour = format!("/api/rooms/{other}/files/{loose}");
    scene.ann.get(&detour).await.refused(404, "not_found");
    scene.bob.act(&format!("/api/rooms/{}/leave", scene.room)).await.expect(204);
    scene.bob.get(&path).await.refused(403, "forbidden");
    let hide = json!({ "invite_only": true });
    scene.ann.patch(&format!("/api/rooms/{}", scene.room), hide).await.expect(200);
    scene.bob.get(&path).await.refused(404, "not_found");
    scene.upload(&scene.bob, "a", "text/plain", CANARY).await.refused(404, "not_found");
}

#[tokio::test]
async fn only_one_s_own_files_of_the_room_are_sent_and_each_once() {
    let scene = scene().await;
    let (one, two) = (scene.loose().await, scene.loose().await);
    let foreign = scene.upload(&scene.bob, "b", "text/plain", CANARY).await.expect(201);
    let other = scene.ann.post("/api/rooms", json!({ "name": "Other" })).await.expect(201).id();
    let before = scene.app.database.dump();
    for ids in [vec![&foreign["id"]], vec![&one, &foreign["id"]], vec![&json!(1)]] {
        scene.send("x", &ids).await.invalid(&["file_ids:not_found"]);
    }
    let elsewhere = json!({ "body": "x", "file_ids": [one] });
    let elsewhere = scene.ann.post(&format!("/api/rooms/{other}/messages"), elsewhere).await;
    elsewhere.invalid(&["file_ids:not_found"]);
    scene.send("x", &[&one, &one]).await.invalid(&["file_ids:duplicate"]);
    let many: Vec<Value> = (1..=11).map(|id| json!(id)).collect();
    let many: Vec<&Value> = many.iter().collect();
    scene.send("x", &many).await.invalid(&["file_ids:too_many"]);
    scene.send("", &[]).await.invalid(&["body:blank"]);
    scene.send(" ", &[&one]).await.invalid(&["body:blank"]);
    assert_eq!(scene.app.database.dump(), before);

    let said = |body: &str, ids: &[&Value]| json!({ "body": body, "nonce": "n", "file_ids": ids });
    let messages = scene.messages();
    let sent = scene.ann.post(&messages, said("", &[&one, &two])).await.expect(201);
    let again = scene.ann.post(&messages, said("", &[&one, &two])).await.expect(200);
    assert_eq!((again.header("idempotent-replay"), &again.json), ("true", &sent.json));
    for ids in [vec![&two, &one], vec![&one], vec![]] {
        let body = if ids.is_empty() { "x" } else { "" };
        let refused = scene.ann.post(&messages, said(body, &ids)).await;
        refused.refused(409, "nonce_reused");
    }
    scene.send("x", &[&one]).await.invalid(&["file_ids:not_found"]);

    let message = format!("/api/messages/{}", sent.id());
    let edited = scene.ann.patch(&message, json!({ "body": "two of them" })).await.expect(200);
    assert_eq!((&edited["body"], &edited["files"]), (&json!("two of them"), &sent["files"]));
    assert_eq!(scene.ann.patch(&message, json!({ "body": "" })).await.expect(200)["body"], "");
    let plain = scene.send("plain", &[]).await.expect(201).id();
    let plain = scene.ann.patch(&format!("/api/messages/{plain}"), json!({ "body": "" })).await;
    plain.invalid(&["body:blank"]);
}

#[tokio::test]
async fn g10_a_deleted_message_takes_its_files_along() {
    let scene = scene().await;
    let root = scene.app.superuser("root").await;
    let admin = |id: i64| json!({ "action": "delete", "ids": [id] });
    for who in ["author", "moderator", "administration"] {
        let file = scene.loose().await;
        let path = scene.file(&file);
        let id = scene.send("look", &[&file]).await.expect(201).id();
        let tag = scene.bob.get(&path).await.expect(200).header("etag").to_owned();
        match who {
            "author" | "moderator" => {
                let person = if who == "author" { &scene.ann } else { &root };
                if who == "moderator" {
                    root.act(&format!("/api/rooms/{}/join", scene.room)).await.expect(200);
                }
                let gone = person.delete(&format!("/api/messages/{id}")).await.expect(200);
                assert_eq!(gone["files"], json!([]));
            }
            _ => {
                let listed = root.get("/api/admin/messages").await.expect(200);
                assert_eq!(listed["items"][0]["files_count"], 1);
                root.post("/api/admin/messages/bulk", admin(id)).await.expect(200);
            }
        }
        for person in [&scene.ann, &scene.bob] {
            person.get(&path).await.refused(404, "not_found");
            let known = person.call(Method::GET, &path).header("If-None-Match", &tag);
            known.send().await.refused(404, "not_found");
        }
        let shown = scene.bob.get(&format!("/api/messages/{id}")).await.expect(200);
        assert_eq!((&shown["files"], &shown["body"]), (&json!([]), &Value::Null), "{who}");
        let dump = scene.app.database.dump().to_lowercase();
        assert!(!dump.contains("a.txt") && !dump.contains("616e20756e6d697374616b61"), "{who}");
    }
}

#[tokio::test]
async fn g10_a_deleted_room_and_a_deleted_person_leave_no_files() {
    let scene = scene().await;
    let count = || scene.app.database.lines("select count(*) as line from file_chunks").remove(0);
    let direct = scene.bob.put_empty(&format!("/api/rooms/direct/{}", scene.ann.id)).await;
    let path = format!("/api/rooms/{}", direct.expect(201).id());
    let upload = scene.ann.call(Method::POST, &format!("{path}/files?name=a"));
    let file = upload.body("text/plain", CANARY).send().await.expect(201);
    let send = json!({ "body": "", "file_ids": [file["id"]] });
    scene.ann.post(&format!("{path}/messages"), send).await.expect(201);
    for _ in 0..20 {
        let file = scene.loose().await;
        scene.send("", &[&file]).await.expect(201);
    }
    scene.loose().await;
    assert_eq!(count(), "22");
    scene.ann.delete(&format!("/api/rooms/{}", scene.room)).await.expect(204);
    for _ in 0..200 {
        if count() == "1" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count(), "1", "the one in the direct room");
    let root = scene.app.superuser("root").await;
    let delete = json!({ "action": "delete", "ids": [scene.ann.id] });
    root.post("/api/admin/users/bulk", delete).await.expect(200);
    assert_eq!(count(), "0");
}

#[tokio::test]
async fn what_is_not_sent_is_taken_back() {
    let scene = scene().await;
    let file = scene.loose().await;
    scene.ann.delete(&scene.file(&file)).await.expect(204);
    scene.ann.delete(&scene.file(&file)).await.refused(404, "not_found");
    scene.send("x", &[&file]).await.invalid(&["file_ids:not_found"]);
    let chunks = scene.app.database.lines("select count(*) as line from file_chunks");
    assert_eq!(chunks, ["0"]);
}
