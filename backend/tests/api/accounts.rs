//! Signing up and signing in.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestApp};

const REGISTER: &str = "/api/auth/register";
const LOGIN: &str = "/api/auth/login";

fn account(username: &str) -> Value {
    json!({ "username": username, "password": PASSWORD })
}

#[tokio::test]
async fn at_003_4_who_signs_up_is_signed_in() {
    let app = TestApp::start().await;
    let body = json!({
        "username": "Ann", "password": PASSWORD, "email": "ann@example.org",
        "display_name": "Ann Ivanova",
    });
    let tokens = app.client().post(REGISTER, body).await.expect(201);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(600)));
    let ann = app.client().with_tokens(&tokens);
    let me = ann.get("/api/profiles/me").await.expect(200);
    assert_eq!(me.json, tokens["profile"]);
    assert_eq!(me["username"], "Ann");
    assert_eq!(me["display_name"], "Ann Ivanova");
    assert_eq!((&me["email"], &me["email_verified"]), (&json!("ann@example.org"), &json!(false)));
    assert_eq!((&me["is_staff"], &me["is_superuser"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn the_language_of_the_sign_up_becomes_the_account_s() {
    let app = TestApp::start().await;
    let call = app.client().call(reqwest::Method::POST, REGISTER).json(&account("anya"));
    let tokens = call.header("Accept-Language", "ru-RU,ru;q=0.9").send().await.expect(201);
    assert_eq!(tokens["profile"]["locale"], "ru");
}

#[tokio::test]
async fn au_10_a_username_is_given_once_however_it_is_written() {
    let app = TestApp::start().await;
    app.sign_up("Straße").await;
    for same in ["straße", "STRASSE", "Strasse"] {
        let refused = app.client().post(REGISTER, account(same)).await;
        let refused = refused.refused(409, "username_taken");
        assert_eq!(refused.flaws(), ["username:taken"]);
    }
    assert_eq!(app.database.lines("select count(*) as line from users"), ["1"]);
}

#[tokio::test]
async fn two_who_want_one_name_at_once_get_one_account() {
    let app = TestApp::start().await;
    let (one, other) = (app.client(), app.client());
    let (one, other) =
        tokio::join!(one.post(REGISTER, account("ann")), other.post(REGISTER, account("Ann")));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::start().await;
    let before = app.database.dump();
    let body = json!({
        "username": "admin", "password": "password", "email": "nowhere", "display_name": " ",
    });
    app.client().post(REGISTER, body).await.invalid(&[
        "username:reserved",
        "password:too_weak",
        "email:malformed",
        "display_name:blank",
    ]);
    assert_eq!(app.database.dump(), before);
}

#[tokio::test]
async fn au_2_what_is_known_of_a_person_is_no_password() {
    let app = TestApp::start().await;
    for (password, flaw) in [
        ("password123", "too_weak"),
        ("annabelle1987", "too_weak"),
        ("belle.dupont", "too_weak"),
        ("short1!", "too_short"),
    ] {
        let body = json!({
            "username": "annabelle1987", "password": password, "email": "belle.dupont@example.org",
        });
        app.client().post(REGISTER, body).await.invalid(&[&format!("password:{flaw}")]);
    }
}

#[tokio::test]
async fn au_2_what_everybody_knows_of_the_site_is_no_password() {
    let app =
        TestApp::builder().with("PARLOR_PUBLIC_URL", "http://kvothequill.example").start().await;
    let named = json!({ "name": "Zyxqwv Guild" });
    app.superuser("root").await.patch("/api/admin/server", named).await.expect(200);
    for password in
        ["zyxqwvguild", "Zyxqwv Guild", "zyxqwv1987", "kvothequill1", "kvothequill.example"]
    {
        let body = json!({ "username": "ann", "password": password });
        let refused = app.client().post(REGISTER, body).await;
        assert_eq!(refused.status, 422, "{password}: {}", refused.text);
        refused.invalid(&["password:too_weak"]);
    }
}

#[tokio::test]
async fn signing_in_works_by_name_and_by_address_in_any_case() {
    let app = TestApp::start().await;
    let body = json!({ "username": "Ann", "password": PASSWORD, "email": "Ann@Example.org" });
    app.client().post(REGISTER, body).await.expect(201);
    for name in ["Ann", "ann", "ANN", " ann ", "ann@example.org", "ANN@EXAMPLE.ORG"] {
        let tokens = app.client().post(LOGIN, account(name)).await.expect(200);
        assert_eq!(tokens["profile"]["username"], "Ann", "{name}");
    }
}

#[tokio::test]
async fn an_address_cannot_be_taken_from_somebody_by_writing_it_down() {
    let app = TestApp::start().await;
    for username in ["ann", "mallory"] {
        let body =
            json!({ "username": username, "password": PASSWORD, "email": "ann@example.org" });
        app.client().post(REGISTER, body).await.expect(201);
    }
    let tokens = app.client().post(LOGIN, account("ann@example.org")).await.expect(200);
    assert_eq!(tokens["profile"]["username"], "ann");
}

#[tokio::test]
async fn au_5_a_wrong_name_and_a_wrong_password_give_the_same_answer() {
    let app = TestApp::start().await;
    app.sign_up("ann").await;
    let mut answers = Vec::new();
    for name in ["ann", "nobody", "nobody@example.org", "no\u{0}body", ""] {
        let body = json!({ "username": name, "password": "wrong password 17" });
        let answer = app.client().post(LOGIN, body).await.refused(401, "bad_credentials");
        let mut problem = answer.json.clone();
        problem["request_id"] = json!("");
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        answers.push((problem, names));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
}

#[tokio::test]
async fn a_deactivated_account_is_told_so_with_the_right_password_only() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    app.database.run("update users set is_active = false");
    app.client().post(LOGIN, account("ann")).await.refused(401, "account_deactivated");
    let wrong = json!({ "username": "ann", "password": "wrong password 17" });
    app.client().post(LOGIN, wrong).await.refused(401, "bad_credentials");
    ann.get("/api/profiles/me").await.refused(401, "account_deactivated");
    let refresh = json!({ "refresh_token": ann.refresh_token });
    ann.post("/api/auth/refresh", refresh).await.refused(401, "account_deactivated");
}

#[tokio::test]
async fn au_3_passwords_are_stored_as_argon2id_with_a_salt_of_their_own() {
    let app = TestApp::start().await;
    app.sign_up("ann").await;
    app.sign_up("bob").await;
    let hashes = app.database.lines("select password_hash as line from users");
    for hash in &hashes {
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }
    assert_ne!(hashes[0], hashes[1]);
    assert!(!app.database.dump().contains(PASSWORD));
}

#[tokio::test]
async fn au_11_only_the_operator_makes_superusers() {
    let app = TestApp::start().await;
    assert_eq!(app.database.lines("select username as line from users"), Vec::<String>::new());
    for field in ["is_superuser", "is_staff", "id", "is_active"] {
        let mut body = account("ann");
        body[field] = json!(true);
        app.client().post(REGISTER, body).await.invalid(&[&format!("{field}:unknown")]);
    }
    let root = app.superuser("admin").await;
    let me = root.get("/api/profiles/me").await.expect(200);
    assert_eq!((&me["is_superuser"], &me["is_staff"]), (&json!(true), &json!(true)));
}
