//! Doing something to everything that a filter finds, a hundred with each call.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, Person, TestApp};

/// All calls that it takes, and what came of them.
async fn all(root: &Person, path: &str, action: &str, dry_run: bool) -> Vec<Value> {
    let mut outcomes = Vec::new();
    let mut cursor = String::new();
    loop {
        let body = json!({ "action": action, "all": true, "dry_run": dry_run });
        let outcome = root.post(&format!("{path}{cursor}"), body).await.expect(200);
        outcomes.push(outcome.json.clone());
        assert!(outcomes.len() < 10, "it does not end");
        match outcome["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return outcomes,
        }
    }
}

fn done(outcomes: &[Value]) -> i64 {
    outcomes.iter().map(|outcome| outcome["done"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn everything_that_is_found_goes_in_pages_and_nothing_else() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let keeper = app.sign_up("keeper").await;
    let room = keeper.post("/api/rooms", json!({ "name": "Hall" })).await.expect(201).id();
    let path = format!("/api/rooms/{room}/messages");
    for number in 0..230 {
        let body = json!({ "body": format!("spam number {number}") });
        keeper.post(&path, body).await.expect(201);
    }
    keeper.post(&path, json!({ "body": "worth keeping" })).await.expect(201);

    let bulk = "/api/admin/messages/bulk?search=spam";
    let dry = all(&root, bulk, "delete", true).await;
    assert_eq!(done(&dry), 230);
    assert!(dry.len() >= 3 && dry.iter().all(|it| it["items"].as_array().unwrap().len() <= 100));
    let found = root.get("/api/admin/messages?search=spam&limit=1").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "a dry run does nothing");

    let wet = all(&root, bulk, "delete", false).await;
    assert_eq!(done(&wet), 230);
    let left = keeper.get(&format!("{path}?limit=100")).await.expect(200);
    let items = left["items"].as_array().unwrap();
    let bodies: Vec<_> = items.iter().filter_map(|it| it["body"].as_str()).collect();
    assert_eq!(bodies, ["worth keeping"]);
}

#[tokio::test]
async fn what_goes_along_is_summed_and_who_administers_stays() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    for number in 0..105 {
        let body = json!({ "username": format!("bot{number}"), "password": PASSWORD });
        root.post("/api/admin/users", body).await.expect(201);
    }
    let bot = app.log_in("bot7").await;
    bot.post("/api/rooms", json!({ "name": "Bots" })).await.expect(201);

    // A filter finds the one who asks as well: that is refused, and holds nobody up.
    let dry = all(&root, "/api/admin/users/bulk?is_active=true", "delete", true).await;
    assert_eq!((dry.len(), done(&dry)), (2, 105));
    let sum = |name: &str| -> i64 {
        dry.iter().map(|it| it["takes_along"][name].as_i64().unwrap()).sum()
    };
    assert_eq!((sum("sessions"), sum("rooms_passed_on")), (1, 1));
    let items = dry.iter().flat_map(|it| it["items"].as_array().unwrap());
    let refused: Vec<_> = items.filter(|it| !it["refused"].is_null()).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["refused"], "forbidden");

    // The filter stops to be true of them meanwhile, and none is left out.
    let wet = all(&root, "/api/admin/users/bulk?is_active=true", "deactivate", false).await;
    assert_eq!(done(&wet), 105);
    let left = root.get("/api/admin/users?is_active=true").await.expect(200);
    assert_eq!(left["total"], 1);
}

#[tokio::test]
async fn everything_and_some_are_not_asked_for_together() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let path = "/api/admin/users/bulk";
    let both = json!({ "action": "sign_out", "all": true, "ids": [1] });
    root.post(path, both).await.invalid(&["ids:unknown"]);
    root.post(path, json!({ "action": "sign_out" })).await.invalid(&["ids:required"]);
    for limit in [0, 101] {
        let some = json!({ "action": "sign_out", "ids": [1] });
        root.post(&format!("{path}?limit={limit}"), some).await.invalid(&["limit:out_of_range"]);
    }
    let some = json!({ "action": "sign_out", "ids": [1] });
    root.post(&format!("{path}?cursor=x"), some).await.invalid(&["cursor:unknown"]);
    let none = "/api/admin/users/bulk?search=nobody";
    let outcome = root.post(none, json!({ "action": "delete", "all": true })).await.expect(200);
    assert_eq!((&outcome["done"], &outcome["next"]), (&json!(0), &Value::Null));
    let ann = app.sign_up("ann").await;
    ann.post(none, json!({ "action": "delete", "all": true })).await.refused(403, "forbidden");
}
