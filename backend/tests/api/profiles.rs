//! People.

use serde_json::json;

use crate::harness::{Answer, TestApp};

fn usernames(list: &Answer) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|it| it["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn people_are_found_by_id_and_by_name_in_any_case() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.sign_up("Ann").await, app.sign_up("bob").await);
    let by_id = bob.get(&format!("/api/profiles/{}", ann.id)).await.expect(200);
    for name in ["Ann", "ann", "ANN"] {
        let by_name = bob.get(&format!("/api/profiles/by-username/{name}")).await.expect(200);
        assert_eq!(by_name.json, by_id.json);
    }
    assert_eq!(by_id["username"], ann.username);
    bob.get("/api/profiles/999999").await.refused(404, "not_found");
    for name in ["nobody", "an%00n", "%2f", "a%20b"] {
        let path = format!("/api/profiles/by-username/{name}");
        bob.get(&path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn az_9_nobody_sees_what_is_not_theirs_to_see() {
    let app = TestApp::start().await;
    let body = json!({
        "username": "ann", "password": "granite-Teapot 47 umbrella", "email": "canary@example.org",
    });
    app.client().post("/api/auth/register", body).await.expect(201);
    let bob = app.sign_up("bob").await;
    for path in ["/api/profiles/1", "/api/profiles", "/api/profiles/by-username/ann"] {
        let answer = bob.get(path).await.expect(200);
        for canary in ["canary", "argon2", "password", "127.0.0.1", "is_superuser"] {
            assert!(!answer.text.contains(canary), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn at_001_10_people_are_listed_and_searched() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    app.sign_up("Hannah").await;
    app.sign_up("bob").await;
    assert_eq!(usernames(&ann.get("/api/profiles").await), ["ann", "bob", "Hannah"]);
    assert_eq!(usernames(&ann.get("/api/profiles?search=ANN").await), ["ann", "Hannah"]);
    assert_eq!(
        usernames(&ann.get("/api/profiles?ordering=-created_at").await),
        ["bob", "Hannah", "ann"]
    );
    assert_eq!(usernames(&ann.get("/api/profiles?online=true").await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_person_changes_their_own_profile_and_only_what_they_name() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    let change = json!({ "display_name": "Анна", "bio": "Line\nline", "locale": "ru" });
    let me = ann.patch("/api/profiles/me", change).await.expect(200);
    assert_eq!((&me["display_name"], &me["bio"]), (&json!("Анна"), &json!("Line\nline")));
    assert_eq!((&me["username"], &me["locale"]), (&json!("ann"), &json!("ru")));
    let me = ann.patch("/api/profiles/me", json!({ "username": "anna" })).await.expect(200);
    assert_eq!((&me["username"], &me["display_name"]), (&json!("anna"), &json!("Анна")));
    assert_eq!(ann.get("/api/profiles/me").await.json, me.json);
    assert_eq!(ann.patch("/api/profiles/me", json!({})).await.expect(200).json, me.json);
}

#[tokio::test]
async fn nobody_takes_the_name_of_another() {
    let app = TestApp::start().await;
    let (ann, _) = (app.sign_up("ann").await, app.sign_up("Bob").await);
    let refused = ann.patch("/api/profiles/me", json!({ "username": "BOB" })).await;
    assert_eq!(refused.refused(409, "username_taken").flaws(), ["username:taken"]);
    ann.patch("/api/profiles/me", json!({ "username": "ANN" })).await.expect(200);
}

#[tokio::test]
async fn whoever_was_given_a_reserved_word_may_send_it_back_with_the_whole_form() {
    let app = TestApp::start().await;
    let (admin, ann) = (app.superuser("admin").await, app.sign_up("ann").await);
    let form = json!({ "username": "admin", "bio": "Looks after things" });
    let me = admin.patch("/api/profiles/me", form.clone()).await.expect(200);
    assert_eq!((&me["username"], &me["bio"]), (&json!("admin"), &json!("Looks after things")));
    ann.patch("/api/profiles/me", form).await.invalid(&["username:reserved"]);
}
