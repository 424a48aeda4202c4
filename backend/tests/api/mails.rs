//! Mails, as the mail server and the people they go to get them.

use serde_json::json;

use crate::harness::{PASSWORD, SmtpServer, TestApp};

async fn app(smtp: &SmtpServer) -> TestApp {
    TestApp::builder()
        .with("SMTP_URL", &smtp.url())
        .with("PARLOR_PUBLIC_URL", "https://chat.example.org")
        .start()
        .await
}

async fn sign_up(app: &TestApp, language: &str) {
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let call = app.client().call(reqwest::Method::POST, "/api/auth/register").json(&body);
    call.header("Accept-Language", language).send().await.expect(201);
}

#[tokio::test]
async fn a_mail_goes_to_the_mail_server_from_the_host_that_people_open() {
    let smtp = SmtpServer::start().await;
    let app = app(&smtp).await;
    sign_up(&app, "en").await;
    let (got, mail) = (smtp.got(0).await, smtp.mail(0).await);
    assert_eq!(
        (got.from.as_str(), got.to.as_str()),
        ("parlor@chat.example.org", "ann@example.org")
    );
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("ann@example.org", "Verify your e-mail address")
    );
    let url = format!("https://chat.example.org/verify-email#token={}", mail.token());
    assert!(mail.html.contains(&format!("<a href=\"{url}\">")), "{}", mail.html);
    assert!(mail.text.contains("ann at https://chat.example.org"), "{}", mail.text);
    assert!(!app.data_dir().join("mail").exists());
}

#[tokio::test]
async fn a_mail_speaks_the_language_of_the_person() {
    let smtp = SmtpServer::start().await;
    let app = app(&smtp).await;
    sign_up(&app, "ru").await;
    let mail = smtp.mail(0).await;
    assert_eq!(mail.subject, "Подтвердите адрес почты");
    assert!(mail.text.starts_with("Здравствуйте!"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"ru\">"), "{}", mail.html);
    assert_eq!(mail.token().len(), 43, "256 random bits");
}

#[tokio::test]
async fn the_mail_server_is_told_who_we_are_where_it_asks() {
    let smtp = SmtpServer::with_login("parlor", "s3cret").await;
    let app = app(&smtp).await;
    sign_up(&app, "en").await;
    assert_eq!(smtp.got(0).await.to, "ann@example.org");
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_sent_again_and_nobody_waits_for_it() {
    let smtp = SmtpServer::busy_for(1).await;
    let app = app(&smtp).await;
    sign_up(&app, "en").await;
    assert_eq!(smtp.got(0).await.to, "ann@example.org");
    assert_eq!(smtp.tries(), 2);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up() {
    let smtp = SmtpServer::without("ann@example.org").await;
    let app = app(&smtp).await;
    sign_up(&app, "en").await;
    let body = json!({ "username": "bob", "password": PASSWORD, "email": "bob@example.org" });
    app.client().post("/api/auth/register", body).await.expect(201);
    assert_eq!(smtp.got(0).await.to, "bob@example.org");
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(smtp.tries(), 2, "one for each: nothing is tried again");
}

#[tokio::test]
async fn au_9_a_link_never_leads_to_the_host_that_a_request_claims() {
    let app = TestApp::start().await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let call = app.client().call(reqwest::Method::POST, "/api/auth/register").json(&body);
    let call = call.header("Host", "evil.example").header("X-Forwarded-Host", "evil.example");
    call.send().await.expect(201);
    let mail = app.next_mail().await;
    assert!(mail.text.contains("http://127.0.0.1:8000/verify-email#token="), "{}", mail.text);
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}
