//! Passwords: how good they must be, and how they are hashed without holding anybody up.
//!
//! Hashing costs 19 MiB and some 14 ms of a core on purpose, so fewer run at once than there are
//! cores and only so many wait (SECURITY, AU-1 to AU-4). This module must not know accounts. To make
//! hashing dearer, raise the numbers: an older hash is renewed when its owner signs in.

use std::{sync::Arc, thread};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::{
    aside::aside,
    error::{Error, Flaw, Result},
    waiting::Waiters,
};

/// The shortest password, in code points.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password, in code points: nothing is ever cut off, so there has to be an end.
pub const PASSWORD_CHARS_MAX: usize = 1_024;
/// Argon2id: memory in KiB, passes, lanes (OWASP).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many passwords wait to be hashed at the most; one more is refused with `unavailable`. A core
/// does about 75 a second, so nobody waits longer than some seconds.
const WAITING_MAX: usize = 256;
/// How good a password must be, of 0 to 4: safe against somebody who has the hashes.
const SCORE_MIN: Score = Score::Three;
/// Words that are no secret on this server.
const OWN_WORDS: [&str; 2] = ["parlor", "chat"];

/// Hashes passwords and compares them with hashes. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    waiters: Waiters,
    /// Compared with when there is no account, so that its absence takes as long.
    dummy: Arc<str>,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It is the password.
    pub matches: bool,
    /// A hash with today's cost, where the old one was cheaper.
    pub renewed: Option<String>,
}

impl Hasher {
    /// As many at once as there are cores, but one: whoever guesses leaves the others one to talk on.
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
        Self {
            turns: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
            waiters: Waiters::at_most(WAITING_MAX),
            dummy: dummy().into(),
        }
    }

    /// Hashes a new password, if it is good enough. `words` are what is easily known of its owner.
    ///
    /// # Errors
    /// `invalid` naming `password`; `unavailable` when too many wait.
    pub async fn accept(&self, password: &str, words: Vec<String>) -> Result<String> {
        let password = normal(password)?;
        let length = password.chars().count();
        if length < PASSWORD_CHARS_MIN {
            return Err(Error::field("password", Flaw::TooShort(PASSWORD_CHARS_MIN)));
        }
        self.in_turn(move || {
            let words = words.iter().map(String::as_str).chain(OWN_WORDS).collect::<Vec<_>>();
            if zxcvbn(&password, &words).score() < SCORE_MIN {
                return Err(Error::field("password", Flaw::TooWeak));
            }
            hash(&password)
        })
        .await
    }

    /// Compares a password with a hash; without one it takes as long and does not match.
    ///
    /// # Errors
    /// `invalid` for one that no account can have; `unavailable` when too many wait.
    pub async fn verify(&self, password: &str, known: Option<String>) -> Result<Verdict> {
        let password = normal(password)?;
        let dummy = self.dummy.clone();
        // An account that is entered by a provider only has none, and is like no account at all.
        let known = known.filter(|hash| !hash.is_empty());
        self.in_turn(move || {
            let known = known.as_deref();
            let compared = matches(&password, known.unwrap_or(&dummy))?;
            let matches = compared && known.is_some();
            let renew = matches && known.is_some_and(is_outdated);
            Ok(Verdict { matches, renewed: renew.then(|| hash(&password)).transpose()? })
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.waiters.line_up()?;
        let turn = self.turns.clone().acquire_owned().await;
        drop(place);
        let turn = turn.map_err(|why| Error::internal("no turn to hash a password", why))?;
        // The turn goes along: it ends with the work, not with whoever stopped waiting for it.
        aside("password", move || {
            let _turn = turn;
            work()
        })
        .await
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

/// What looks like the hash of a password, at today's cost, and is the hash of none.
fn dummy() -> String {
    let [salt, hash] = [&rand::random::<[u8; 16]>()[..], &rand::random::<[u8; 32]>()[..]]
        .map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}")
}

/// NFC, so that the same keys on two keyboards make the same password. Refused before it costs
/// anything if no account can have it.
fn normal(password: &str) -> Result<String> {
    if password.len() > PASSWORD_CHARS_MAX * 4 || password.chars().count() > PASSWORD_CHARS_MAX {
        return Err(Error::field("password", Flaw::TooLong(PASSWORD_CHARS_MAX)));
    }
    Ok(password.nfc().collect())
}

fn params() -> Result<Params> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|why| Error::internal("the cost of hashing is not possible", why))
}

fn hash(password: &str) -> Result<String> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params()?);
    argon2
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|why| Error::internal("a password was not hashed", why))
}

fn matches(password: &str, hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash)
        .map_err(|why| Error::internal("a stored password hash is not readable", why))?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn is_outdated(hash: &str) -> bool {
    let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    !hash.starts_with(&today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn hasher() -> Hasher {
        Hasher::new()
    }

    async fn refusal(password: &str, words: &[&str]) -> Flaw {
        let words = words.iter().map(ToString::to_string).collect();
        hasher().accept(password, words).await.unwrap_err().fields[0].1.clone()
    }

    async fn same(one: &str, other: &str) -> bool {
        let hasher = hasher();
        let hash = hasher.accept(one, Vec::new()).await.unwrap();
        hasher.verify(other, Some(hash)).await.unwrap().matches
    }

    #[tokio::test]
    async fn au_1_a_password_is_compared_whole_and_as_written() {
        let long = "correct horse battery staple ".repeat(4);
        assert!(same(&long, &long).await);
        assert!(!same(&long, &long[..72]).await);
        assert!(!same(&long, &format!("{long}x")).await);
        assert!(!same(&long, &long.to_uppercase()).await);
        assert!(!same(&long, long.trim_end()).await);
    }

    #[tokio::test]
    async fn au_1_any_script_will_do_and_either_way_to_write_it() {
        let in_disorder = (0..64).map(|at| 0x1f600 + at * 37 % 64).filter_map(char::from_u32);
        let emoji: String = in_disorder.collect();
        assert_eq!(emoji.chars().count(), 64);
        assert!(same(&emoji, &emoji).await);
        assert!(same("ёлка и ёжик в тумане", "е\u{308}лка и е\u{308}жик в тумане").await);
    }

    #[tokio::test]
    async fn au_2_what_everybody_would_guess_is_refused() {
        for weak in ["password", "12345678", "qwertyuiop", "Passw0rd!", "aaaaaaaaaaaa"] {
            assert_eq!(refusal(weak, &[]).await, Flaw::TooWeak, "{weak}");
        }
        assert_eq!(refusal("Alexandra.I1984", &["alexandra.i1984"]).await, Flaw::TooWeak);
        assert_eq!(refusal("parlorchat", &[]).await, Flaw::TooWeak);
        assert_eq!(refusal("sh0rt?!", &[]).await, Flaw::TooShort(PASSWORD_CHARS_MIN));
    }

    #[tokio::test]
    async fn au_4_a_huge_password_is_refused_unhashed() {
        let huge = "x".repeat(1024 * 1024);
        let hasher = hasher();
        // With every turn taken, whatever is hashed would wait for ever.
        let all: u32 = hasher.turns.available_permits().try_into().unwrap();
        let _held = hasher.turns.clone().acquire_many_owned(all).await.unwrap();
        let refusal = hasher.verify(&huge, None).await.unwrap_err();
        assert_eq!(refusal.fields[0].1, Flaw::TooLong(PASSWORD_CHARS_MAX));
    }

    #[tokio::test]
    async fn au_5_without_an_account_nothing_matches() {
        assert!(!is_outdated(&dummy()) && dummy().len() == hash("a password").unwrap().len());
        assert_ne!(dummy(), dummy());
        let verdict = hasher().verify("anything at all", None).await.unwrap();
        assert_eq!(verdict, Verdict { matches: false, renewed: None });
    }

    #[tokio::test]
    async fn au_3_a_cheaper_hash_is_renewed_and_today_s_is_not() {
        let cheap = Params::new(8, 1, 1, None).unwrap();
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
        let old: PasswordHash = cheap.hash_password(b"secret enough").unwrap();
        let verdict = hasher().verify("secret enough", Some(old.to_string())).await.unwrap();
        let renewed = verdict.renewed.unwrap();
        assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
        let verdict = hasher().verify("secret enough", Some(renewed)).await.unwrap();
        assert_eq!(verdict, Verdict { matches: true, renewed: None });
    }

    #[tokio::test]
    async fn au_3_the_line_before_hashing_is_bounded() {
        let hasher = hasher();
        let all: u32 = hasher.turns.available_permits().try_into().unwrap();
        let held = hasher.turns.clone().acquire_many_owned(all).await.unwrap();
        let tries: Vec<_> = (0..=WAITING_MAX)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify("x", Some("not a hash".into())).await })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(held);
        let mut refused = 0;
        for one in tries {
            refused += usize::from(one.await.unwrap().unwrap_err().code == Code::Unavailable);
        }
        assert_eq!(refused, 1);
        assert_eq!(hasher.waiters.count(), 0);
    }
}
