//! What proves who somebody is: addresses, mailed tokens, codes, personal access tokens.

use std::time::Duration;

use diesel::RunQueryDsl;

use super::super::{
    Conn, accounts, failures, mailboxes,
    mailed::{self, Mailed, Purpose},
    page::Wanted,
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

#[tokio::test(flavor = "multi_thread")]
async fn au_6_failures_that_are_counted_at_once_all_count() {
    let test = TestDb::new();
    let free_at = || failures::find(&mut test.conn(), "ann").unwrap();
    assert_eq!(free_at(), Timestamp(0));
    let now = test.db.clock().now();
    let later = move |at: Timestamp| Timestamp(at.0.max(now.0)).after(Duration::from_secs(60));
    let count = || test.db.write(move |tx| Ok(failures::alter(tx, "ann", later)?));
    let eight = futures_util::future::join_all((0..8).map(|_| count())).await;
    eight.into_iter().for_each(|counted| counted.unwrap());
    assert_eq!(free_at(), now.after(Duration::from_secs(480)));
    // What is long over is forgotten on the way.
    test.db.write(|tx| Ok(failures::alter(tx, "old", |_| Timestamp(1))?)).await.unwrap();
    assert_eq!(failures::find(&mut test.conn(), "old").unwrap(), Timestamp(1));
    count().await.unwrap();
    assert_eq!(failures::find(&mut test.conn(), "old").unwrap(), Timestamp(0));
    assert_eq!(free_at(), now.after(Duration::from_secs(540)));
}

/// A sign-in whose password became another while it was hashed.
#[tokio::test(flavor = "multi_thread")]
async fn au_8_a_password_that_was_checked_is_held_until_the_session_stands() {
    let test = TestDb::new();
    let ann = test.person("ann").await;
    let known = accounts::find_credentials_of(&mut test.conn(), ann).unwrap().unwrap();
    let hold = |known: accounts::Credentials| {
        test.db.write(move |tx| Ok(accounts::hold_password(tx, &known)?))
    };
    assert!(hold(known.clone()).await.unwrap());
    test.db.write(move |tx| Ok(accounts::set_password(tx, ann, "another")?)).await.unwrap();
    assert!(!hold(known.clone()).await.unwrap());
    let nobody = accounts::Credentials { user_id: UserId(999), ..known };
    assert!(!hold(nobody).await.unwrap());
}

/// A reader that the database would think about for longer is refused, and the next one is answered.
#[tokio::test(flavor = "multi_thread")]
async fn in_5_no_statement_of_a_read_takes_longer_than_two_seconds() {
    let test = TestDb::new();
    if matches!(test.conn(), Conn::Sqlite(_)) {
        return;
    }
    let sleep = |seconds: f64| {
        let sql = format!("select pg_sleep({seconds})");
        test.db.read(move |conn| Ok(diesel::sql_query(sql).execute(conn)?))
    };
    assert_eq!(sleep(60.0).await.unwrap_err().code, Code::Unavailable);
    sleep(0.0).await.unwrap();
}

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
    let later = now.after(Duration::from_secs(60 * 60));
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
    let all = Wanted { limit: 100, after: None };
    let session = tokens::find_id(&mut conn, "h").unwrap().unwrap();
    assert_eq!(session.0, id.0);
    let live = sessions::find(&mut conn, session).unwrap().unwrap();
    assert_eq!(live.reach, Reach::Token(vec![Scope::Read, Scope::Admin]));
    assert!(live.expires_at > now.after(Duration::from_secs(100 * 365 * 24 * 60 * 60)));
    assert!(
        sessions::list(&mut conn, ann, session, now, &Default::default(), &all)
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        tokens::list(&mut conn, ann, now, &Default::default(), &all).unwrap().items[0].expires_at,
        None
    );

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
    assert!(tokens::list(&mut conn, ann, now, &Default::default(), &all).unwrap().items.is_empty());
    let told = test.told();
    let ends = told.iter().filter(|told| {
        matches!(told, Announcement::Ended { user_id, what: Ended::Session(_) } if *user_id == ann)
    });
    assert_eq!(ends.count(), 51);
}
