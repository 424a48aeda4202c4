//! What proves who somebody is: addresses, mailed tokens, codes, personal access tokens.

use std::time::Duration;

use super::super::{
    mailboxes,
    mailed::{self, Mailed, Purpose},
    sessions,
    testing::TestDb,
    tokens::{self, NewRow, TOKENS_MAX},
    totps,
};
use crate::{
    error::Code,
    model::{
        Announcement, SessionId, Timestamp, UserId,
        announcement::Ended,
        credentials::{Reach, Scope, TotpState},
    },
};

const ADDRESS: &str = "ann@example.org";

async fn keep(test: &TestDb, purpose: Purpose, user_id: UserId, email: &str, hash: &str) {
    let (mailed, hash) = (Mailed { user_id, email: email.to_owned() }, hash.to_owned());
    test.db.write(move |tx| Ok(mailed::insert(tx, purpose, &mailed, &hash)?)).await.unwrap();
}

async fn take(test: &TestDb, purpose: Purpose, hash: &'static str) -> Option<Mailed> {
    test.db.write(move |tx| Ok(mailed::take(tx, purpose, hash)?)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn au_9_a_mailed_token_is_good_once_and_for_its_purpose_only() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    keep(&test, Purpose::Reset, ann, ADDRESS, "r").await;
    assert_eq!(take(&test, Purpose::Verify, "r").await, None);
    assert_eq!(take(&test, Purpose::Reset, "x").await, None);
    let sent = Some(Mailed { user_id: ann, email: ADDRESS.to_owned() });
    assert_eq!(take(&test, Purpose::Reset, "r").await, sent);
    assert_eq!(take(&test, Purpose::Reset, "r").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_address_that_was_asked_for_last_can_be_verified() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    keep(&test, Purpose::Reset, ann, ADDRESS, "reset").await;
    keep(&test, Purpose::Verify, ann, ADDRESS, "old").await;
    keep(&test, Purpose::Verify, ann, "new@example.org", "new").await;
    keep(&test, Purpose::Verify, ann, "new@example.org", "new again").await;
    let now = test.db.clock().now();
    let pending = mailed::find_pending(&mut test.conn(), ann, now).unwrap();
    assert_eq!(pending.as_deref(), Some("new@example.org"));
    assert_eq!(take(&test, Purpose::Verify, "old").await, None);
    assert!(take(&test, Purpose::Verify, "new").await.is_some());
    assert!(take(&test, Purpose::Reset, "reset").await.is_some());
    let later = now.after(Duration::from_secs(3 * 24 * 60 * 60));
    let late = mailed::find(&mut test.conn(), Purpose::Verify, "new again", later);
    assert_eq!(late.unwrap(), None);
    test.db.write(move |tx| Ok(mailed::delete(tx, Purpose::Verify, ann)?)).await.unwrap();
    assert_eq!(take(&test, Purpose::Verify, "new again").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_at_the_most_has_shown_an_address_to_be_its_own() {
    let test = TestDb::new();
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let update = async |id: UserId, email: &'static str, verified: bool| {
        let write = move |tx: &mut super::super::Tx<'_>| {
            let now = Some(tx.now).filter(|_| verified);
            mailboxes::update(tx, id, email, now)
        };
        test.db.write(write).await
    };
    update(ann, ADDRESS, false).await.unwrap();
    update(bob, "ANN@example.org", false).await.unwrap();
    let mut conn = test.conn();
    assert_eq!(mailboxes::find(&mut conn, ADDRESS).unwrap().unwrap().user_id, ann);
    assert_eq!(mailboxes::find_unverified(&mut conn, ADDRESS).unwrap().unwrap().user_id, bob);
    assert_eq!(mailboxes::find_holder(&mut conn, ADDRESS).unwrap(), None);
    update(bob, "ANN@example.org", true).await.unwrap();
    assert_eq!(update(ann, ADDRESS, true).await.unwrap_err().code, Code::Conflict);
    assert_eq!(mailboxes::find(&mut conn, ADDRESS).unwrap().unwrap().user_id, bob);
    let holder = mailboxes::find_holder(&mut conn, ADDRESS).unwrap().unwrap();
    assert!(holder.is_verified && holder.user_id == bob);
    assert!(!mailboxes::find_of(&mut conn, ann).unwrap().unwrap().is_verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_recovery_codes_are_used_up() {
    let test = TestDb::new();
    let (ann, bob) = (test.person("ann").await, test.person("bob").await);
    let codes = ["a", "b"].map(str::to_owned).to_vec();
    let enrol = move |tx: &mut super::super::Tx<'_>| {
        totps::insert(tx, ann, "FIRST")?;
        totps::insert(tx, ann, "SECOND")?;
        assert!(!totps::find(tx.conn, ann)?.unwrap().is_confirmed);
        Ok(totps::confirm(tx, ann, &codes)?)
    };
    test.db.write(enrol).await.unwrap();
    let used = test.db.write(move |tx| {
        let steps = [7, 7, 6, 8].map(|step| totps::use_step(tx, ann, step).unwrap());
        let codes = [(ann, "a"), (ann, "a"), (bob, "b"), (ann, "x")];
        Ok((steps, codes.map(|(id, code)| totps::use_recovery_code(tx, id, code).unwrap())))
    });
    assert_eq!(used.await.unwrap(), ([true, false, false, true], [true, false, false, false]));
    let state = |enabled, recovery_codes_left| TotpState { enabled, recovery_codes_left };
    assert_eq!(totps::find_state(&mut test.conn(), ann).unwrap(), state(true, 1));
    assert_eq!(totps::find(&mut test.conn(), ann).unwrap().unwrap().secret, "SECOND");
    test.db.write(move |tx| Ok(totps::delete(tx, ann)?)).await.unwrap();
    assert_eq!(totps::find_state(&mut test.conn(), ann).unwrap(), state(false, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_token_is_a_session_with_a_name_and_scopes() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let make = async |hash: String, expires_at: Option<Timestamp>| {
        let scopes = vec![Scope::Read, Scope::Admin];
        let row =
            NewRow { user_id: ann, name: "bot".to_owned(), scopes, token_hash: hash, expires_at };
        test.db.write(move |tx| tokens::insert(tx, &row)).await
    };
    let id = make("h".to_owned(), None).await.unwrap();
    let now = test.db.clock().now();
    let mut conn = test.conn();
    let session = tokens::find_id(&mut conn, "h").unwrap().unwrap();
    assert_eq!(session.0, id.0);
    let live = sessions::find(&mut conn, session).unwrap().unwrap();
    assert_eq!(live.reach, Reach::Token(vec![Scope::Read, Scope::Admin]));
    assert!(live.expires_at > now.after(Duration::from_secs(100 * 365 * 24 * 60 * 60)));
    assert!(sessions::list(&mut conn, ann, session, now).unwrap().is_empty());
    assert_eq!(tokens::list(&mut conn, ann, now).unwrap()[0].expires_at, None);

    let ended = async |id: SessionId| {
        test.db.write(move |tx| Ok(sessions::revoke(tx, ann, id)?)).await.unwrap()
    };
    assert!(!ended(session).await, "it is ended as a token, not as a session");
    for number in 1..TOKENS_MAX {
        make(format!("h{number}"), Some(Timestamp(i64::MAX))).await.unwrap();
    }
    assert_eq!(make("one more".to_owned(), None).await.unwrap_err().code, Code::Conflict);
    assert!(test.db.write(move |tx| Ok(tokens::revoke(tx, ann, id)?)).await.unwrap());
    make("one more".to_owned(), None).await.unwrap();

    test.db.write(move |tx| Ok(sessions::revoke_all(tx, ann)?)).await.unwrap();
    assert!(tokens::list(&mut conn, ann, now).unwrap().is_empty());
    let told = test.told();
    let ends = told.iter().filter(|told| {
        matches!(told, Announcement::Ended { user_id, what: Ended::Session(_) } if *user_id == ann)
    });
    assert_eq!(ends.count(), 51);
}
