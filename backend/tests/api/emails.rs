//! Showing that an address is one's own, and taking another one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Person, TestApp};

const REGISTER: &str = "/api/auth/register";
const LOGIN: &str = "/api/auth/login";
const VERIFY: &str = "/api/auth/email/verify";
const RESEND: &str = "/api/auth/email/resend";
const CHANGE: &str = "/api/auth/email/change";

fn account(username: &str, email: &str) -> Value {
    json!({ "username": username, "password": PASSWORD, "email": email })
}

async fn sign_up(app: &TestApp, username: &str, email: &str) -> Person {
    let tokens = app.client().post(REGISTER, account(username, email)).await.expect(201);
    app.client().with_tokens(&tokens)
}

async fn verify(app: &TestApp, token: &str) -> Answer {
    app.client().post(VERIFY, json!({ "token": token })).await
}

/// The address of a person and whether it is verified.
async fn address(person: &Person) -> (Value, Value) {
    let me = person.get("/api/profiles/me").await.expect(200);
    (me["email"].clone(), me["email_verified"].clone())
}

async fn strict() -> TestApp {
    TestApp::builder().with("PARLOR_EMAIL_VERIFICATION", "mandatory").start().await
}

#[tokio::test]
async fn an_address_is_verified_by_a_link_that_is_good_once_and_for_an_hour() {
    let app = TestApp::start().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    let token = app.next_mail().await.token();
    assert_eq!(address(&ann).await, (json!("ann@example.org"), json!(false)));
    assert!(!app.database.dump().contains(&token));
    verify(&app, &token).await.expect(204);
    assert_eq!(address(&ann).await, (json!("ann@example.org"), json!(true)));
    verify(&app, &token).await.refused(410, "link_invalid");

    sign_up(&app, "bob", "bob@example.org").await;
    let late = app.next_mail().await.token();
    app.advance(Duration::from_secs(60 * 60));
    verify(&app, &late).await.refused(410, "link_invalid");
}

#[tokio::test]
async fn where_it_is_mandatory_nobody_signs_in_before() {
    let app = strict().await;
    let body = json!({ "username": "ann", "password": PASSWORD });
    app.client().post(REGISTER, body.clone()).await.invalid(&["email:required"]);
    let pending = app.client().post(REGISTER, account("ann", "ann@example.org")).await.expect(202);
    assert_eq!(pending["code"], "email_not_verified");
    assert_eq!(pending["email"], "ann@example.org");
    assert!(pending.header("set-cookie").is_empty());
    app.client().post(LOGIN, body.clone()).await.refused(403, "email_not_verified");
    let wrong = json!({ "username": "ann", "password": "a wrong guess 99" });
    app.client().post(LOGIN, wrong).await.refused(401, "bad_credentials");
    assert_eq!(app.database.lines("select count(*) as line from sessions"), ["0"]);

    verify(&app, &app.next_mail().await.token()).await.expect(204);
    app.client().post(LOGIN, body).await.expect(200);
    // The operator's word for an address is good.
    app.superuser("root").await;
}

#[tokio::test]
async fn where_it_is_switched_off_no_mail_is_sent() {
    let app = TestApp::builder().with("PARLOR_EMAIL_VERIFICATION", "none").start().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    let body = json!({ "current_password": PASSWORD, "email": "new@example.org" });
    ann.post(CHANGE, body).await.expect(202);
    assert_eq!(address(&ann).await, (json!("new@example.org"), json!(false)));
    let told = app.next_mail().await;
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("ann@example.org", "Your e-mail address was changed")
    );
    app.no_more_mails().await;
}

#[tokio::test]
async fn the_link_is_sent_once_more_to_whoever_it_belongs_to() {
    let app = strict().await;
    app.client().post(REGISTER, account("ann", "ann@example.org")).await.expect(202);
    let first = app.next_mail().await.token();
    app.client().post(RESEND, json!({ "email": "Ann@Example.org" })).await.expect(202);
    let second = app.next_mail().await;
    assert_eq!(second.to, "ann@example.org");
    assert_ne!(second.token(), first);
    verify(&app, &first).await.expect(204);
    verify(&app, &second.token()).await.refused(410, "link_invalid");
    for nothing in ["ann@example.org", "nobody@example.org"] {
        app.client().post(RESEND, json!({ "email": nothing })).await.expect(202);
    }
    app.client().act(RESEND).await.refused(401, "unauthenticated");
    app.no_more_mails().await;
}

#[tokio::test]
async fn a_signed_in_person_asks_for_the_link_without_saying_the_address() {
    let app = TestApp::start().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    app.next_mail().await;
    ann.act(RESEND).await.expect(202);
    let token = app.next_mail().await.token();
    verify(&app, &token).await.expect(204);
    ann.act(RESEND).await.expect(202);
    app.no_more_mails().await;
}

#[tokio::test]
async fn a_new_address_takes_the_old_one_s_place_when_it_is_verified() {
    let app = TestApp::start().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    verify(&app, &app.next_mail().await.token()).await.expect(204);
    let change =
        |password: &str, email: &str| json!({ "current_password": password, "email": email });
    ann.post(CHANGE, change("a wrong guess 99", "new@example.org"))
        .await
        .refused(401, "bad_credentials");
    ann.post(CHANGE, change(PASSWORD, "nowhere")).await.invalid(&["email:malformed"]);
    app.no_more_mails().await;

    ann.post(CHANGE, change(PASSWORD, "typo@example.org")).await.expect(202);
    let (told, typo) = (app.next_mail().await, app.next_mail().await.token());
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("ann@example.org", "Your e-mail address is about to change")
    );
    ann.post(CHANGE, change(PASSWORD, "new@example.org")).await.expect(202);
    app.next_mail().await;
    let mail = app.next_mail().await;
    assert_eq!(mail.to, "new@example.org");
    assert_eq!(address(&ann).await, (json!("ann@example.org"), json!(true)));

    verify(&app, &typo).await.refused(410, "link_invalid");
    verify(&app, &mail.token()).await.expect(204);
    assert_eq!(address(&ann).await, (json!("new@example.org"), json!(true)));
    let told = app.next_mail().await;
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("ann@example.org", "Your e-mail address was changed")
    );
    ann.post(CHANGE, change(PASSWORD, "new@example.org")).await.expect(202);
    app.no_more_mails().await;
}

#[tokio::test]
async fn au_8_asking_for_another_address_ends_every_other_session() {
    for verification in ["none", "optional"] {
        let app = TestApp::builder().with("PARLOR_EMAIL_VERIFICATION", verification).start().await;
        let thief = sign_up(&app, "ann", "ann@example.org").await;
        let ann = app.log_in("ann").await;
        let (mut ears, _) = app.connect(&thief).await;
        let body = json!({ "current_password": PASSWORD, "email": "new@example.org" });
        ann.post(CHANGE, body).await.expect(202);
        assert_eq!(ears.closed().await, 4501, "{verification}");
        thief.get("/api/profiles/me").await.refused(401, "session_revoked");
        ann.get("/api/profiles/me").await.expect(200);
    }
}

#[tokio::test]
async fn au_9_a_new_address_takes_the_links_to_the_old_one_with_it() {
    let app = TestApp::start().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    verify(&app, &app.next_mail().await.token()).await.expect(204);
    let body = json!({ "email": "ann@example.org" });
    app.client().post("/api/auth/password/reset", body).await.expect(202);
    let reset = app.next_mail().await.token();
    let body = json!({ "current_password": PASSWORD, "email": "new@example.org" });
    ann.post(CHANGE, body).await.expect(202);
    app.next_mail().await;
    verify(&app, &app.next_mail().await.token()).await.expect(204);
    let body = json!({ "token": reset, "new_password": "another-Teapot 48 parasol" });
    let confirmed = app.client().post("/api/auth/password/reset/confirm", body).await;
    confirmed.refused(410, "link_invalid");
}

#[tokio::test]
async fn au_5_nobody_learns_that_an_address_is_somebody_else_s_but_its_owner() {
    let app = TestApp::start().await;
    sign_up(&app, "ann", "ann@example.org").await;
    verify(&app, &app.next_mail().await.token()).await.expect(204);
    let free = app.client().post(REGISTER, account("bob", "bob@example.org")).await.expect(201);
    app.next_mail().await;
    let taken = app.client().post(REGISTER, account("eve", "ANN@example.org")).await.expect(201);
    let told = app.next_mail().await;
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("ANN@example.org", "You have an account already")
    );
    assert!(told.text.contains("ann") && !told.text.contains("token"), "{}", told.text);
    let names = |answer: &Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&free), names(&taken));

    let bob = app.client().with_tokens(&free);
    let body = json!({ "current_password": PASSWORD, "email": "ann@example.org" });
    bob.post(CHANGE, body).await.expect(202);
    assert_eq!(app.next_mail().await.to, "bob@example.org");
    assert_eq!(app.next_mail().await.subject, "You have an account already");
    assert_eq!(address(&bob).await.0, "bob@example.org");
}

#[tokio::test]
async fn of_two_who_write_down_an_address_the_first_to_verify_has_it() {
    let app = TestApp::start().await;
    let (ann, eve) = (
        sign_up(&app, "ann", "ann@example.org").await,
        sign_up(&app, "eve", "ann@example.org").await,
    );
    let (anns, eves) = (app.next_mail().await, app.next_mail().await);
    assert!(anns.text.contains("account ann") && eves.text.contains("account eve"));
    verify(&app, &anns.token()).await.expect(204);
    let refused = verify(&app, &eves.token()).await.refused(409, "conflict");
    assert_eq!(refused.flaws(), ["email:taken"]);
    assert_eq!(address(&ann).await.1, true);
    assert_eq!(address(&eve).await.1, false);
}
