//! Signing in by a provider of OpenID Connect.

use std::time::Duration;

use parlor::keys::totp;
use serde_json::{Value, json};

use crate::harness::{
    Answer, CLIENT_ID, CLIENT_SECRET, Client, OidcProvider, PASSWORD, Person, SignKey, TestApp,
};

const BEGIN: &str = "/api/auth/oidc/begin";
const FINISH: &str = "/api/auth/oidc/finish";
const CONFIRM: &str = "/api/auth/oidc/confirm";
const IDENTITIES: &str = "/api/auth/identities";
/// Where the clock of the tests stands at first, in steps of 30 seconds.
const STEP: i64 = 1_800_000_000 / 30;
/// Where it stands in seconds.
const NOW_S: i64 = 1_800_000_000;

async fn app(provider: &OidcProvider) -> TestApp {
    app_with(provider, "PARLOR_EMAIL_VERIFICATION", "optional").await
}

async fn app_with(provider: &OidcProvider, setting: &'static str, value: &str) -> TestApp {
    TestApp::builder()
        .with("PARLOR_OIDC_ISSUER", &provider.issuer())
        .with("PARLOR_OIDC_CLIENT_ID", CLIENT_ID)
        .with("PARLOR_OIDC_CLIENT_SECRET", CLIENT_SECRET)
        .with("PARLOR_OIDC_LABEL", "Test, Inc.")
        .with(setting, value)
        .start()
        .await
}

/// Where a browser is sent, and the ticket that it keeps.
async fn begin(client: &Client, provider: &OidcProvider) -> (String, String) {
    let begun = client.post(BEGIN, json!({ "issuer": provider.issuer() })).await.expect(200);
    assert_eq!(begun["expires_in"], 600);
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    (text("authorization_url"), text("ticket"))
}

/// The whole way through the provider, as a person.
async fn sign_in(client: &Client, provider: &OidcProvider, person: Value) -> Answer {
    let (url, ticket) = begin(client, provider).await;
    let back = provider.visit(&url, person);
    finish(client, &ticket, &back.code, &back.state).await
}

async fn finish(client: &Client, ticket: &str, code: &str, state: &str) -> Answer {
    client.post(FINISH, json!({ "ticket": ticket, "code": code, "state": state })).await
}

fn ines() -> Value {
    json!({
        "sub": "u-1", "preferred_username": "ines", "name": "Inês Duarte",
        "email": "ines@example.org", "email_verified": true,
    })
}

async fn begin_connect(person: &Person, provider: &OidcProvider) -> (String, String) {
    let body = json!({ "issuer": provider.issuer(), "current_password": PASSWORD });
    let begun = person.post("/api/auth/identities/begin", body).await.expect(200);
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    (text("authorization_url"), text("ticket"))
}

async fn connect(person: &Person, provider: &OidcProvider, who: Value) -> Answer {
    let (url, ticket) = begin_connect(person, provider).await;
    let back = provider.visit(&url, who);
    let body = json!({ "ticket": ticket, "code": back.code, "state": back.state });
    person.post(IDENTITIES, body).await
}

/// What is wrong with an ID token, and what makes it so.
type Spoilt = (&'static str, fn(&mut Value));

#[tokio::test]
async fn at_001_1_somebody_new_signs_up_by_a_provider_and_comes_back() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let server = app.client().get("/api/server").await.expect(200);
    let known = json!([{ "issuer": provider.issuer(), "label": "Test, Inc." }]);
    assert_eq!(server["providers"], known);

    let made = sign_in(&app.client(), &provider, ines()).await.expect(201);
    assert_eq!(made["profile"]["username"], "ines");
    assert_eq!(made["profile"]["display_name"], "Inês Duarte");
    assert_eq!(made["profile"]["email"], "ines@example.org");
    assert_eq!(made["profile"]["email_verified"], true);
    assert_eq!(made["profile"]["has_password"], false);
    assert!(made["refresh_token"].is_string());

    // The same person, with another name there and another address: the same account.
    let later = json!({ "sub": "u-1", "preferred_username": "ines.d", "email": "i@example.org" });
    let again = sign_in(&app.client(), &provider, later).await.expect(200);
    assert_eq!(again["profile"]["id"], made["profile"]["id"]);
    assert_eq!(again["profile"]["username"], "ines");
    let person = app.client().with_tokens(&again);
    let own = person.get(IDENTITIES).await.expect(200);
    assert_eq!(own["items"][0]["label"], "Test, Inc.");
    assert_eq!(own["items"][0]["name"], "i@example.org");
    assert_eq!(own["items"].as_array().unwrap().len(), 1);

    // A password was never set, so none is right.
    let body = json!({ "username": "ines", "password": "" });
    app.client().post("/api/auth/login", body).await.refused(401, "bad_credentials");
}

#[tokio::test]
async fn a_browser_gets_its_refresh_token_in_a_cookie() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let client = app.client();
    let (url, ticket) = begin(&client, &provider).await;
    let back = provider.visit(&url, ines());
    let body =
        json!({ "ticket": ticket, "code": back.code, "state": back.state, "session": "cookie" });
    let made = client.post(FINISH, body).await.expect(201);
    assert!(made["refresh_token"].is_null());
    let cookie = made.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("Max-Age"), "it was not asked to be remembered: {cookie}");

    let body = json!({ "issuer": provider.issuer(), "remember": true });
    let begun = client.post(BEGIN, body).await.expect(200);
    let back = provider.visit(begun["authorization_url"].as_str().unwrap(), ines());
    let body = json!({
        "ticket": begun["ticket"], "code": back.code, "state": back.state, "session": "cookie",
    });
    let again = client.post(FINISH, body).await.expect(200);
    assert!(again.header("set-cookie").contains("Max-Age=2592000"));
}

#[tokio::test]
async fn an_rsa_key_is_as_good_and_a_new_key_is_asked_for() {
    let provider = OidcProvider::start_with(SignKey::rsa("rsa"));
    let app = app(&provider).await;
    sign_in(&app.client(), &provider, ines()).await.expect(201);

    provider.publishes(vec![SignKey::elliptic("second")]);
    // What was said a moment ago is not asked for again at once, whoever sends unknown keys.
    sign_in(&app.client(), &provider, ines()).await.refused(401, "provider_refused");
    app.advance(Duration::from_secs(11));
    sign_in(&app.client(), &provider, ines()).await.expect(200);
    let asked = provider.seen().iter().filter(|path| *path == "discovery").count();
    assert_eq!(asked, 2);
}

#[tokio::test]
async fn a_word_that_is_not_the_provider_s_or_not_for_us_is_not_believed() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let spoilt: [Spoilt; 13] = [
        ("nonce", |it| it["nonce"] = json!("another")),
        ("no nonce", |it| it["nonce"] = Value::Null),
        ("audience", |it| it["aud"] = json!("somebody-else")),
        ("two audiences", |it| it["aud"] = json!([CLIENT_ID, "somebody-else"])),
        ("given to another", |it| it["azp"] = json!("somebody-else")),
        ("issuer", |it| it["iss"] = json!("http://127.0.0.1:1")),
        ("no issuer", |it| it["iss"] = Value::Null),
        ("expired", |it| it["exp"] = json!(NOW_S - 61)),
        ("no expiry", |it| it["exp"] = Value::Null),
        ("future", |it| it["iat"] = json!(NOW_S + 61)),
        ("not yet", |it| it["nbf"] = json!(NOW_S + 61)),
        ("nobody", |it| it["sub"] = json!("")),
        ("too long", |it| it["sub"] = json!("x".repeat(256))),
    ];
    for (what, spoil) in spoilt {
        let client = app.client();
        let (url, ticket) = begin(&client, &provider).await;
        let back = provider.visit_with(&url, ines(), spoil, None);
        let answer = finish(&client, &ticket, &back.code, &back.state).await;
        assert_eq!(
            (answer.status, answer["code"].as_str()),
            (401, Some("provider_refused")),
            "{what}"
        );
    }
    // Signed with a key that is not the provider's, under the name of one that is.
    for key in [SignKey::elliptic("first"), SignKey::rsa("first"), SignKey::elliptic("foreign")] {
        let client = app.client();
        let (url, ticket) = begin(&client, &provider).await;
        let back = provider.visit_with(&url, ines(), |_| {}, Some(key));
        finish(&client, &ticket, &back.code, &back.state).await.refused(401, "provider_refused");
    }
    // Two audiences are good where it was given to us.
    let client = app.client();
    let (url, ticket) = begin(&client, &provider).await;
    let ours = |it: &mut Value| {
        it["aud"] = json!([CLIENT_ID, "project"]);
        it["azp"] = json!(CLIENT_ID);
    };
    let back = provider.visit_with(&url, ines(), ours, None);
    finish(&client, &ticket, &back.code, &back.state).await.expect(201);

    let root = app.superuser("root").await;
    // It is written a moment after the answer.
    for _ in 0..500 {
        let log = root.get("/api/admin/audit?event=auth.provider_refused").await.expect(200);
        if log["total"] == 16 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("what was refused is not in the audit log");
}

#[tokio::test]
async fn only_whoever_began_finishes_once_and_in_time() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let (ann, eve) = (app.client(), app.client());
    let (url, ticket) = begin(&ann, &provider).await;
    let (_, other_ticket) = begin(&eve, &provider).await;
    let back = provider.visit(&url, ines());

    // Another browser has another ticket: the state is not in it. Nothing was asked of the provider.
    finish(&eve, &other_ticket, &back.code, &back.state).await.refused(410, "sign_in_expired");
    finish(&eve, "forged", &back.code, &back.state).await.refused(410, "sign_in_expired");
    finish(&ann, &ticket, &back.code, "another state").await.refused(410, "sign_in_expired");
    assert!(!provider.seen().iter().any(|path| path == "token"));

    finish(&ann, &ticket, &back.code, &back.state).await.expect(201);
    // Replayed, with the same code and with another.
    finish(&ann, &ticket, &back.code, &back.state).await.refused(410, "sign_in_expired");
    let fresh = provider.visit(&url, ines());
    finish(&ann, &ticket, &fresh.code, &fresh.state).await.refused(410, "sign_in_expired");

    let (url, ticket) = begin(&ann, &provider).await;
    let back = provider.visit(&url, ines());
    app.advance(Duration::from_secs(601));
    finish(&ann, &ticket, &back.code, &back.state).await.refused(410, "sign_in_expired");
    // A code that the provider does not know.
    let (_, ticket) = begin(&ann, &provider).await;
    let state = "x";
    finish(&ann, &ticket, "code", state).await.refused(410, "sign_in_expired");
}

#[tokio::test]
async fn a_code_is_not_good_with_another_ticket_of_the_same_browser() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let client = app.client();
    let (first, _) = begin(&client, &provider).await;
    let (second, ticket) = begin(&client, &provider).await;
    let stolen = provider.visit(&first, ines());
    let own = provider.visit(&second, ines());
    // PKCE: the code belongs to the verifier of the first.
    finish(&client, &ticket, &stolen.code, &own.state).await.refused(401, "provider_refused");
}

#[tokio::test]
async fn providers_are_not_mixed_up() {
    let (good, evil) = (OidcProvider::start(), OidcProvider::start());
    let app = TestApp::builder()
        .with("PARLOR_OIDC_ISSUER", &format!("{},{}", good.issuer(), evil.issuer()))
        .with("PARLOR_OIDC_CLIENT_ID", &format!("{CLIENT_ID},{CLIENT_ID}"))
        .with("PARLOR_OIDC_CLIENT_SECRET", &format!("{CLIENT_SECRET},{CLIENT_SECRET}"))
        .start()
        .await;
    let client = app.client();
    let (url, ticket) = begin(&client, &good).await;
    let back = good.visit(&url, ines());
    let body =
        |iss: &str| json!({ "ticket": ticket, "code": back.code, "state": back.state, "iss": iss });
    client.post(FINISH, body(&evil.issuer())).await.refused(401, "provider_refused");
    assert!(!good.seen().contains(&"token".to_owned()), "the code was shown to nobody");
    assert!(!evil.seen().contains(&"token".to_owned()));

    // The same subject there is another person.
    let ours = sign_in(&client, &good, ines()).await.expect(201);
    let theirs = json!({ "sub": "u-1", "preferred_username": "ines" });
    let theirs = sign_in(&client, &evil, theirs).await.expect(201);
    assert_ne!(ours["profile"]["id"], theirs["profile"]["id"]);
    assert_eq!(theirs["profile"]["username"], "ines2");

    // A provider that promises to say who it is has to.
    evil.says(json!({ "authorization_response_iss_parameter_supported": true }));
    app.advance(Duration::from_secs(601));
    let nobody = json!({ "sub": "u-2" });
    sign_in(&client, &evil, nobody.clone()).await.refused(401, "provider_refused");
    let (url, ticket) = begin(&client, &evil).await;
    let back = evil.visit(&url, nobody);
    let body = json!({
        "ticket": ticket, "code": back.code, "state": back.state, "iss": evil.issuer(),
    });
    client.post(FINISH, body).await.expect(201);
}

#[tokio::test]
async fn a_provider_that_is_down_or_lies_is_said_to_be() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let client = app.client();
    let issuer = provider.issuer();
    let begin_body = json!({ "issuer": issuer });
    for lie in [
        json!({ "issuer": "https://id.example.org" }),
        json!({ "authorization_endpoint": "http://id.example.org/authorize" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "jwks_uri": "http://192.0.2.1/keys" }),
        json!({ "jwks_uri": "file:///etc/passwd" }),
    ] {
        provider.says(lie.clone());
        app.advance(Duration::from_secs(601));
        let answer = client.post(BEGIN, begin_body.clone()).await;
        assert_eq!(answer["code"], "provider_unavailable", "{lie}");
        assert_eq!(answer.status, 503);
        assert!(!answer.header("retry-after").is_empty());
    }
    provider.says(json!({ "token_endpoint": "http://id.example.org/token" }));
    app.advance(Duration::from_secs(601));
    sign_in(&client, &provider, ines()).await.refused(503, "provider_unavailable");

    provider.says(json!({}));
    app.advance(Duration::from_secs(601));
    let (url, ticket) = begin(&client, &provider).await;
    let back = provider.visit(&url, ines());
    provider.stop().await;
    let answer = finish(&client, &ticket, &back.code, &back.state).await;
    answer.refused(503, "provider_unavailable");
    app.advance(Duration::from_secs(601));
    client.post(BEGIN, begin_body).await.refused(503, "provider_unavailable");
    // Signing in with a password goes on.
    app.sign_up("ann").await;
}

#[tokio::test]
async fn an_account_is_never_entered_for_an_address() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let body = json!({ "username": "ines", "password": PASSWORD, "email": "ines@example.org" });
    let owner = app.client().post("/api/auth/register", body).await.expect(201);
    let link = app.next_mail().await.token();
    app.client().post("/api/auth/email/verify", json!({ "token": link })).await.expect(204);

    // The provider has seen the address: its owner is told what to do. Nothing was made.
    let answer = sign_in(&app.client(), &provider, ines()).await;
    answer.refused(409, "account_exists");
    // It has not: it is anybody, who gets an account of their own, and hears nothing of the other.
    let claimed =
        json!({ "sub": "u-9", "preferred_username": "INES", "email": "ines@example.org" });
    let made = sign_in(&app.client(), &provider, claimed).await.expect(201);
    assert_ne!(made["profile"]["id"], owner["profile"]["id"]);
    assert_eq!(made["profile"]["username"], "INES2");
    assert_eq!(made["profile"]["email_verified"], false);

    // The owner connects it, and comes in by it from then on.
    let owner = app.client().with_tokens(&owner);
    connect(&owner, &provider, ines()).await.expect(201);
    let back = sign_in(&app.client(), &provider, ines()).await.expect(200);
    assert_eq!(back["profile"]["id"], owner.id);
}

#[tokio::test]
async fn names_elsewhere_become_names_here() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    app.sign_up("bob").await;
    for (sub, person, expected) in [
        ("1", json!({ "preferred_username": "bob" }), "bob2"),
        ("2", json!({ "preferred_username": "Bob" }), "Bob3"),
        ("3", json!({ "preferred_username": "admin" }), "admin2"),
        ("4", json!({ "name": "Zoë van Dijk" }), "Zoë.van.Dijk"),
        ("5", json!({}), "user"),
        (
            "6",
            json!({ "preferred_username": "\u{202e}", "email": "not an address" }),
            "not.an.address",
        ),
    ] {
        let mut person = person;
        person["sub"] = json!(sub);
        let made = sign_in(&app.client(), &provider, person).await.expect(201);
        assert_eq!(made["profile"]["username"], expected);
    }
    // What the token does not say is asked for.
    provider.tells(json!({
        "sub": "7", "preferred_username": "kim", "email": "kim@example.org", "email_verified": "true",
    }));
    let made = sign_in(&app.client(), &provider, json!({ "sub": "7" })).await.expect(201);
    assert_eq!(made["profile"]["username"], "kim");
    assert_eq!(made["profile"]["email_verified"], true);
    // What is said of somebody else is not taken.
    let made = sign_in(&app.client(), &provider, json!({ "sub": "8" })).await.expect(201);
    assert_eq!(made["profile"]["username"], "user2");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_as_ever() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let ann = app.sign_up("ann").await;
    connect(&ann, &provider, ines()).await.expect(201);
    let enrolled = ann.post("/api/auth/totp", json!({ "current_password": PASSWORD })).await;
    let secret = totp::decode(enrolled.expect(200)["secret"].as_str().unwrap()).unwrap();
    let code = json!({ "code": totp::code(&secret, STEP) });
    ann.post("/api/auth/totp/confirm", code).await.expect(200);

    let pending = sign_in(&app.client(), &provider, ines()).await.expect(202);
    assert_eq!(pending["code"], "totp_required");
    assert!(pending["access_token"].is_null());
    let body = |code: &str| json!({ "ticket": pending["ticket"], "totp": code });
    app.client().post(CONFIRM, body("000000")).await.refused(401, "totp_invalid");
    let right = totp::code(&secret, STEP + 1);
    let tokens = app.client().post(CONFIRM, body(&right)).await.expect(200);
    assert_eq!(tokens["profile"]["username"], "ann");
    app.client().post(CONFIRM, body(&right)).await.refused(401, "totp_invalid");
    // With the next code, but the ticket was used.
    app.advance(Duration::from_secs(60));
    let next = totp::code(&secret, STEP + 3);
    app.client().post(CONFIRM, body(&next)).await.refused(410, "sign_in_expired");
    let pending = sign_in(&app.client(), &provider, ines()).await.expect(202);
    app.advance(Duration::from_secs(301));
    let late = json!({ "ticket": pending["ticket"], "totp": totp::code(&secret, STEP + 12) });
    app.client().post(CONFIRM, late).await.refused(410, "sign_in_expired");
}

#[tokio::test]
async fn identities_are_connected_and_disconnected_by_their_owner() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let body = json!({ "username": "ann", "password": PASSWORD, "email": "ann@example.org" });
    let tokens = app.client().post("/api/auth/register", body).await.expect(201);
    let ann = app.client().with_tokens(&tokens);
    app.next_mail().await;
    let bob = app.sign_up("bob").await;

    let wrong = json!({ "issuer": provider.issuer(), "current_password": "wrong" });
    ann.post("/api/auth/identities/begin", wrong).await.refused(401, "bad_credentials");
    let unknown = json!({ "issuer": "https://id.example.org", "current_password": PASSWORD });
    ann.post("/api/auth/identities/begin", unknown).await.invalid(&["issuer:not_found"]);
    // It is no identity that could be read or taken away.
    ann.get("/api/auth/identities/begin").await.refused(405, "method_not_allowed");
    ann.delete("/api/auth/identities/begin").await.refused(405, "method_not_allowed");

    let made = connect(&ann, &provider, ines()).await.expect(201);
    assert_eq!(made["name"], "ines@example.org");
    let mail = app.next_mail().await;
    assert!(mail.subject.contains("Test, Inc."), "{}", mail.subject);
    connect(&ann, &provider, ines()).await.refused(409, "conflict");
    connect(&bob, &provider, ines()).await.refused(409, "identity_taken");

    // A ticket for connecting is none for signing in, and is not another's.
    let (url, ticket) = begin_connect(&bob, &provider).await;
    let other = json!({ "sub": "u-2", "preferred_username": "x" });
    let back = provider.visit(&url, other);
    finish(&app.client(), &ticket, &back.code, &back.state).await.refused(410, "sign_in_expired");
    let body = json!({ "ticket": ticket, "code": back.code, "state": back.state });
    ann.post(IDENTITIES, body.clone()).await.refused(410, "sign_in_expired");
    app.log_in("bob").await.post(IDENTITIES, body).await.refused(410, "sign_in_expired");

    let path = format!("{IDENTITIES}/{}", made["id"]);
    let proof = json!({ "current_password": PASSWORD });
    let disconnect = |person: &Person, body: Value| {
        person.call(reqwest::Method::DELETE, &path).json(&body).send()
    };
    disconnect(&bob, proof.clone()).await.refused(404, "not_found");
    disconnect(&ann, json!({})).await.refused(401, "bad_credentials");
    disconnect(&ann, proof.clone()).await.expect(204);
    let mail = app.next_mail().await;
    assert!(mail.subject.contains("disconnected"), "{}", mail.subject);
    disconnect(&ann, proof).await.refused(404, "not_found");
    // Nobody knows it any more: it is somebody new.
    let theirs = json!({ "sub": "u-1", "preferred_username": "ines" });
    let made = sign_in(&app.client(), &provider, theirs).await.expect(201);
    assert_ne!(made["profile"]["id"], ann.id);

    let root = app.superuser("root").await;
    for event in ["auth.identity_connected", "auth.identity_disconnected"] {
        let path = format!("/api/admin/audit?event={event}&user_id={}", ann.id);
        let log = root.get(&path).await.expect(200);
        assert_eq!(log["total"], 1, "{event}");
        assert_eq!(log["items"][0]["object"], "identity");
    }
}

#[tokio::test]
async fn the_last_way_in_stays_until_there_is_a_password() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let tokens = sign_in(&app.client(), &provider, ines()).await.expect(201);
    let ines_in = app.client().with_tokens(&tokens);
    let own = ines_in.get(IDENTITIES).await.expect(200);
    let path = format!("{IDENTITIES}/{}", own["items"][0]["id"]);
    ines_in.delete(&path).await.refused(409, "last_way_in");

    // A password is set by having just signed in, and by nothing after a while.
    let body = json!({ "new_password": PASSWORD });
    app.advance(Duration::from_secs(301));
    let late = ines_in.post("/api/auth/password/change", body.clone()).await;
    late.refused(403, "reauthentication_required");
    ines_in.delete(&path).await.refused(403, "reauthentication_required");
    let tokens = sign_in(&app.client(), &provider, ines()).await.expect(200);
    let ines_in = app.client().with_tokens(&tokens);
    ines_in.post("/api/auth/password/change", body).await.expect(204);
    let me = ines_in.get("/api/profiles/me").await.expect(200);
    assert_eq!(me["has_password"], true);
    app.log_in("ines").await;
    let proof = json!({ "current_password": PASSWORD });
    let gone = ines_in.call(reqwest::Method::DELETE, &path).json(&proof).send().await;
    gone.expect(204);
}

#[tokio::test]
async fn who_is_deactivated_or_deleted_does_not_come_in() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let made = sign_in(&app.client(), &provider, ines()).await.expect(201);
    let root = app.superuser("root").await;
    let path = format!("/api/admin/users/{}", made["profile"]["id"]);
    root.patch(&path, json!({ "is_active": false })).await.expect(200);
    sign_in(&app.client(), &provider, ines()).await.refused(401, "account_deactivated");
    root.delete(&path).await.expect(200);
    // Deleted is forgotten: the same person is somebody new.
    let again = sign_in(&app.client(), &provider, ines()).await.expect(201);
    assert_ne!(again["profile"]["id"], made["profile"]["id"]);
}

#[tokio::test]
async fn addresses_are_verified_where_that_is_the_rule() {
    let provider = OidcProvider::start();
    let app = app_with(&provider, "PARLOR_EMAIL_VERIFICATION", "mandatory").await;
    sign_in(&app.client(), &provider, ines()).await.expect(201);
    let unverified =
        json!({ "sub": "u-2", "preferred_username": "bob", "email": "bob@example.org" });
    let pending = sign_in(&app.client(), &provider, unverified.clone()).await.expect(202);
    assert_eq!(pending["code"], "email_not_verified");
    assert_eq!(pending["email"], "bob@example.org");
    let link = app.next_mail().await.token();
    sign_in(&app.client(), &provider, unverified.clone()).await.refused(403, "email_not_verified");
    app.client().post("/api/auth/email/verify", json!({ "token": link })).await.expect(204);
    sign_in(&app.client(), &provider, unverified).await.expect(200);
    // Without an address nobody could be asked.
    let nobody = json!({ "sub": "u-3", "preferred_username": "kim" });
    sign_in(&app.client(), &provider, nobody).await.invalid(&["email:required"]);
}

#[tokio::test]
async fn wb_4_a_browser_comes_back_here_and_a_program_to_itself() {
    let provider = OidcProvider::start();
    let app = app(&provider).await;
    let client = app.client();
    let ask = |uri: &str| json!({ "issuer": provider.issuer(), "redirect_uri": uri });
    let begun = client.post(BEGIN, ask("http://127.0.0.1:45678/back")).await.expect(200);
    let back = provider.visit(begun["authorization_url"].as_str().unwrap(), ines());
    assert_eq!(back.redirect_uri, "http://127.0.0.1:45678/back");
    for elsewhere in
        ["https://evil.example/oidc/", "//evil.example", "javascript:alert(1)", "/oidc/"]
    {
        client.post(BEGIN, ask(elsewhere)).await.invalid(&["redirect_uri:not_allowed"]);
    }
    // A page of another site changes nothing; one of this site comes back to where it is.
    let own = format!("http://{}", app.address);
    for (origin, expected) in [
        (own.as_str(), format!("{own}/oidc/")),
        ("https://evil.example", "http://127.0.0.1:8000/oidc/".to_owned()),
    ] {
        let call = client.call(reqwest::Method::POST, BEGIN).header("Origin", origin);
        let begun = call.json(&json!({ "issuer": provider.issuer() })).send().await.expect(200);
        let back = provider.visit(begun["authorization_url"].as_str().unwrap(), ines());
        assert_eq!(back.redirect_uri, expected);
    }
}

#[tokio::test]
async fn too_many_tries_are_slowed_down() {
    let provider = OidcProvider::start();
    let app = TestApp::builder()
        .with_limits()
        .with("PARLOR_OIDC_ISSUER", &provider.issuer())
        .start()
        .await;
    let body = json!({ "issuer": provider.issuer() });
    for _ in 0..30 {
        app.client().post(BEGIN, body.clone()).await.expect(200);
    }
    let refused = app.client().post(BEGIN, body).await.refused(429, "rate_limited");
    assert!(!refused.header("retry-after").is_empty());
    let late = json!({ "ticket": "x", "code": "x", "state": "x" });
    app.client().post(FINISH, late).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn without_a_provider_there_is_none() {
    let app = TestApp::start().await;
    let server = app.client().get("/api/server").await.expect(200);
    assert_eq!(server["providers"], json!([]));
    let body = json!({ "issuer": "https://id.example.org" });
    app.client().post(BEGIN, body).await.invalid(&["issuer:not_found"]);
}
