//! A call whose body comes late: after the session that it was admitted by has ended.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::harness::{PASSWORD, Person, TestApp};

/// A call that was sent but for the last byte of its body.
struct Late {
    stream: TcpStream,
    last: u8,
}

impl Late {
    async fn begin(app: &TestApp, by: &Person, path: &str, body: &Value) -> Self {
        let body = body.to_string();
        let (last, first) = body.as_bytes().split_last().unwrap();
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            by.access_token,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), first].concat()).await.unwrap();
        Self { stream, last: *last }
    }

    async fn finish(mut self) -> String {
        self.stream.write_all(&[self.last]).await.unwrap();
        let mut answer = String::new();
        let read = self.stream.read_to_string(&mut answer);
        timeout(Duration::from_secs(10), read).await.expect("no answer").unwrap();
        answer
    }
}

/// What proves who somebody is, and what only an administrator does.
fn calls() -> [(&'static str, Value); 6] {
    let proof = json!({ "current_password": PASSWORD });
    let email = json!({ "current_password": PASSWORD, "email": "eve@example.org" });
    let user = json!({ "username": "mallory", "password": PASSWORD, "is_superuser": true });
    let password =
        json!({ "current_password": PASSWORD, "new_password": "another-Teapot 48 parasol" });
    [
        ("/api/auth/tokens", json!({ "name": "bot", "scopes": ["read", "admin"] })),
        ("/api/auth/totp", proof),
        ("/api/auth/email/change", email),
        ("/api/auth/password/change", password),
        ("/api/admin/users", user),
        ("/api/admin/rooms", json!({ "name": "Mallory's" })),
    ]
}

#[tokio::test]
async fn au_8_tk_7_what_ends_while_a_body_comes_leaves_nothing_behind() {
    for (path, body) in calls() {
        let app = TestApp::start().await;
        app.superuser("root").await;
        let (thief, owner) = (app.log_in("root").await, app.log_in("root").await);
        let sessions = thief.get("/api/auth/sessions").await.expect(200);
        let sessions = sessions["items"].as_array().unwrap();
        let stolen = sessions.iter().find(|it| it["current"] == true).unwrap()["id"].clone();
        let late = Late::begin(&app, &thief, path, &body).await;
        // It is admitted by then, and waits for the rest.
        sleep(Duration::from_millis(300)).await;
        owner.delete(&format!("/api/auth/sessions/{stolen}")).await.expect(204);
        let before = app.database.dump();
        let answer = late.finish().await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
        assert!(answer.contains("session_revoked"), "{path}: {answer}");
        assert_eq!(app.database.dump(), before, "{path}");

        // The same call is good while the session is.
        let again = owner.post(path, body).await;
        assert!((200..300).contains(&again.status), "{path}: {}", again.text);
    }
}
