//! Two-factor authentication.

use std::time::Duration;

use parlor::keys::totp;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Person, TestApp};

const TOTP: &str = "/api/auth/totp";
const CONFIRM: &str = "/api/auth/totp/confirm";
/// Where the clock of the tests stands at first, in steps of 30 seconds.
const STEP: i64 = 1_800_000_000 / 30;
const PERIOD: Duration = Duration::from_secs(30);

/// Somebody with an authenticator: its secret, and the recovery codes.
struct Enrolled {
    person: Person,
    secret: Vec<u8>,
    recovery_codes: Vec<String>,
}

impl Enrolled {
    /// What the authenticator shows so many steps later.
    fn code(&self, steps: i64) -> String {
        totp::code(&self.secret, STEP + steps)
    }
}

async fn begin(person: &Person) -> Vec<u8> {
    let answer = person.post(TOTP, json!({ "current_password": PASSWORD })).await.expect(200);
    let secret = answer["secret"].as_str().unwrap();
    let uri = answer["otpauth_uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Parlor%20%28127.0.0.1%29:ann?secret="), "{uri}");
    assert!(uri.contains(secret));
    totp::decode(secret).unwrap()
}

async fn enrol(app: &TestApp) -> Enrolled {
    let person = app.sign_up("ann").await;
    let secret = begin(&person).await;
    let body = json!({ "code": totp::code(&secret, STEP) });
    let answer = person.post(CONFIRM, body).await.expect(200);
    let codes = answer["recovery_codes"].as_array().unwrap().iter();
    let recovery_codes: Vec<_> = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(recovery_codes.len(), 10);
    Enrolled { person, secret, recovery_codes }
}

async fn log_in(app: &TestApp, totp: Option<&str>) -> Answer {
    let mut body = json!({ "username": "ann", "password": PASSWORD });
    if let Some(code) = totp {
        body["totp"] = json!(code);
    }
    app.client().post("/api/auth/login", body).await
}

async fn state(person: &Person) -> (Value, Value) {
    let state = person.get(TOTP).await.expect(200);
    (state["enabled"].clone(), state["recovery_codes_left"].clone())
}

#[tokio::test]
async fn signing_in_needs_a_code_once_one_was_confirmed() {
    let app = TestApp::start().await;
    let ann = enrol(&app).await;
    assert_eq!(state(&ann.person).await, (json!(true), json!(10)));
    let sessions = || app.database.lines("select count(*) as line from sessions");
    log_in(&app, None).await.refused(401, "totp_required");
    log_in(&app, Some("000000")).await.refused(401, "totp_invalid");
    assert_eq!(sessions(), ["1"]);
    log_in(&app, Some(&ann.code(1))).await.expect(200);
    let wrong = json!({ "username": "ann", "password": "a wrong guess 99", "totp": ann.code(2) });
    app.client().post("/api/auth/login", wrong).await.refused(401, "bad_credentials");
    assert_eq!(sessions(), ["2"]);
}

#[tokio::test]
async fn a_code_is_good_once_and_no_earlier_one_after_it() {
    let app = TestApp::start().await;
    let ann = enrol(&app).await;
    log_in(&app, Some(&ann.code(0))).await.refused(401, "totp_invalid");
    app.advance(PERIOD);
    log_in(&app, Some(&ann.code(2))).await.expect(200);
    for used in [2, 1, 0] {
        log_in(&app, Some(&ann.code(used))).await.refused(401, "totp_invalid");
    }
    app.advance(PERIOD * 2);
    let (one, code) = (ann.code(3), ann.code(3));
    let (one, other) = tokio::join!(log_in(&app, Some(&one)), log_in(&app, Some(&code)));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_is_stored_as_a_hash() {
    let app = TestApp::start().await;
    let ann = enrol(&app).await;
    let code = &ann.recovery_codes[3];
    assert!(!app.database.dump().contains(code.as_str()));
    log_in(&app, Some(&code.to_uppercase().replace('-', " "))).await.expect(200);
    log_in(&app, Some(code)).await.refused(401, "totp_invalid");
    assert_eq!(state(&ann.person).await, (json!(true), json!(9)));
    log_in(&app, Some(&ann.recovery_codes[4])).await.expect(200);
}

#[tokio::test]
async fn a_secret_asks_for_nothing_before_it_was_confirmed() {
    let app = TestApp::start().await;
    let ann = app.sign_up("ann").await;
    ann.post(CONFIRM, json!({ "code": "123456" })).await.refused(404, "not_found");
    ann.post(TOTP, json!({ "current_password": "a wrong guess 99" }))
        .await
        .refused(401, "bad_credentials");
    let (first, second) = (begin(&ann).await, begin(&ann).await);
    assert_eq!(state(&ann).await, (json!(false), json!(0)));
    app.log_in("ann").await;
    let code = |secret: &[u8]| json!({ "code": totp::code(secret, STEP) });
    ann.post(CONFIRM, code(&first)).await.refused(401, "totp_invalid");
    ann.post(CONFIRM, code(&second)).await.expect(200);
    ann.post(CONFIRM, code(&second)).await.refused(409, "conflict");
    let again = json!({ "current_password": PASSWORD });
    ann.post(TOTP, again).await.refused(409, "conflict");
}

#[tokio::test]
async fn it_ends_by_the_password_or_by_a_code() {
    let app = TestApp::start().await;
    let ann = enrol(&app).await;
    let remove =
        async |body: Value| ann.person.call(reqwest::Method::DELETE, TOTP).json(&body).send().await;
    remove(json!({})).await.invalid(&["current_password:required"]);
    remove(json!({ "code": "000000" })).await.refused(401, "totp_invalid");
    remove(json!({ "current_password": "a wrong guess 99" })).await.refused(401, "bad_credentials");
    assert_eq!(state(&ann.person).await.0, true);
    remove(json!({ "code": ann.recovery_codes[0] })).await.expect(204);
    assert_eq!(state(&ann.person).await, (json!(false), json!(0)));
    log_in(&app, None).await.expect(200);
    remove(json!({ "current_password": PASSWORD })).await.refused(404, "not_found");
    let secret = begin(&ann.person).await;
    let code = json!({ "code": totp::code(&secret, STEP) });
    ann.person.post(CONFIRM, code).await.expect(200);
    remove(json!({ "current_password": PASSWORD })).await.expect(204);
}

#[tokio::test]
async fn at_001_1_other_recovery_codes_take_the_place_of_the_old_ones() {
    const CODES: &str = "/api/auth/totp/recovery-codes";
    let app = TestApp::start().await;
    let right = json!({ "current_password": PASSWORD });
    let bob = app.sign_up("bob").await;
    bob.post(CODES, right.clone()).await.refused(404, "not_found");
    bob.post(TOTP, right.clone()).await.expect(200);
    bob.post(CODES, right.clone()).await.refused(404, "not_found");

    let ann = enrol(&app).await;
    log_in(&app, Some(&ann.recovery_codes[0])).await.expect(200);
    let wrong = json!({ "current_password": "a wrong guess 99" });
    ann.person.post(CODES, wrong).await.refused(401, "bad_credentials");
    assert_eq!(state(&ann.person).await, (json!(true), json!(9)));
    let answer = ann.person.post(CODES, right).await.expect(200);
    let codes: Vec<_> = answer["recovery_codes"].as_array().unwrap().iter().collect();
    assert_eq!(state(&ann.person).await, (json!(true), json!(10)));
    assert_eq!(codes.len(), 10);
    log_in(&app, Some(&ann.recovery_codes[1])).await.refused(401, "totp_invalid");
    log_in(&app, codes[0].as_str()).await.expect(200);
    log_in(&app, Some(&ann.code(1))).await.expect(200);
}

#[tokio::test]
async fn codes_can_t_be_guessed() {
    let app = TestApp::builder().with_limits().start().await;
    let ann = enrol(&app).await;
    for _ in 0..5 {
        log_in(&app, Some("000000")).await.refused(401, "totp_invalid");
    }
    log_in(&app, Some(&ann.code(1))).await.refused(429, "rate_limited");
    app.advance(Duration::from_secs(60));
    log_in(&app, Some(&ann.code(3))).await.expect(200);
}

#[tokio::test]
async fn a_new_password_by_mail_does_not_turn_it_off() {
    let app = TestApp::start().await;
    let ann = enrol(&app).await;
    let body = json!({ "current_password": PASSWORD, "email": "ann@example.org" });
    ann.person.post("/api/auth/email/change", body).await.expect(202);
    let verify = json!({ "token": app.next_mail().await.token() });
    app.client().post("/api/auth/email/verify", verify).await.expect(204);
    let email = json!({ "email": "ann@example.org" });
    app.client().post("/api/auth/password/reset", email).await.expect(202);
    let body = json!({ "token": app.next_mail().await.token(), "new_password": PASSWORD });
    app.client().post("/api/auth/password/reset/confirm", body).await.expect(204);
    log_in(&app, None).await.refused(401, "totp_required");
}
