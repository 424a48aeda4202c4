//! What a caller keeps for the server and can neither read nor change: sealed, for one purpose, until a
//! moment. It costs the server nothing to remember, and any node can open it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::Keys;
use crate::{
    error::{Error, Result},
    model::Timestamp,
};

/// How many bytes of a sealed text are its nonce.
const NONCE_BYTES: usize = 12;
/// No sealed text is longer, in characters; one that is gets refused unopened.
pub const SEALED_CHARS_MAX: usize = 4_096;

/// What is inside, and until when it is good.
#[derive(Serialize, serde::Deserialize)]
struct Inside<T> {
    until: i64,
    what: T,
}

/// What was opened.
pub struct Opened<T> {
    /// What is inside.
    pub what: T,
    /// Until when it is good.
    pub until: Timestamp,
    /// The name by which it is known that it was used.
    pub id: String,
}

impl Keys {
    /// Seals something for a purpose, until a moment.
    ///
    /// # Errors
    /// `internal` where it can't be written, which it has no reason to.
    pub fn seal<T: Serialize>(&self, purpose: &str, what: T, until: Timestamp) -> Result<String> {
        let failed = |why: &dyn std::fmt::Display| Error::internal("nothing was sealed", why);
        let text = serde_json::to_vec(&Inside { until: until.0, what });
        let text = text.map_err(|why| failed(&why))?;
        let nonce = rand::random::<[u8; NONCE_BYTES]>();
        let cipher = ChaCha20Poly1305::new(&Key::from(self.derive(purpose)?));
        let payload = Payload { msg: &text, aad: purpose.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|why| failed(&why))?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed here, or on another node, for the same purpose; `None` for everything else,
    /// and for what is too old. A key that another has taken the place of still opens.
    pub fn open_sealed<T: DeserializeOwned>(
        &self,
        purpose: &str,
        sealed: &str,
        now: Timestamp,
    ) -> Option<Opened<T>> {
        if sealed.len() > SEALED_CHARS_MAX {
            return None;
        }
        let bytes = BASE64.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let open = |key| {
            let cipher = ChaCha20Poly1305::new(&Key::from(key));
            let payload = Payload { msg: text, aad: purpose.as_bytes() };
            cipher.decrypt(&Nonce::from(*nonce), payload).ok()
        };
        let text = self.derive_all(purpose).find_map(open)?;
        let Inside { until, what } = serde_json::from_slice::<Inside<T>>(&text).ok()?;
        let id = BASE64.encode(Sha256::digest(bytes.as_slice()));
        (until > now.0).then_some(Opened { what, until: Timestamp(until), id })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn open(keys: &Keys, purpose: &str, sealed: &str, now: Timestamp) -> Option<String> {
        keys.open_sealed::<String>(purpose, sealed, now).map(|opened| opened.what)
    }

    #[test]
    fn tk_3_it_opens_for_its_purpose_until_its_moment_and_as_it_was() {
        let keys = Keys::random();
        let until = NOW.after(Duration::from_secs(60));
        let sealed = keys.seal("one", "secret", until).unwrap();
        assert!(!sealed.contains("secret"));
        assert_eq!(open(&keys, "one", &sealed, NOW).as_deref(), Some("secret"));
        assert_eq!(open(&keys, "other", &sealed, NOW), None);
        assert_eq!(open(&keys, "one", &sealed, until), None);
        assert_eq!(open(&Keys::random(), "one", &sealed, NOW), None);
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut forged = sealed.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(open(&keys, "one", &String::from_utf8(forged).unwrap(), NOW), None, "{at}");
        }
        for none in ["", "x", "AAAA", &"A".repeat(SEALED_CHARS_MAX + 4)] {
            assert_eq!(open(&keys, "one", none, NOW), None);
        }
    }

    #[test]
    fn tk_4_what_the_former_key_sealed_is_opened_after_a_rotation() {
        let (old, new) = (Keys::make(), Keys::make());
        let until = NOW.after(Duration::from_secs(60));
        let sealed = Keys::shared(&old).unwrap().seal("one", "secret", until).unwrap();
        let both = Keys::shared(&format!("{new}\n{old}")).unwrap();
        assert_eq!(open(&both, "one", &sealed, NOW).as_deref(), Some("secret"));
        assert_eq!(open(&Keys::shared(&new).unwrap(), "one", &sealed, NOW), None);
    }

    #[test]
    fn no_two_are_the_same() {
        let keys = Keys::random();
        let until = NOW.after(Duration::from_secs(60));
        let seal = || keys.seal("one", 1, until).unwrap();
        let (one, other) = (seal(), seal());
        assert_ne!(one, other);
        let id = |sealed: &str| keys.open_sealed::<i32>("one", sealed, NOW).unwrap().id;
        assert_ne!(id(&one), id(&other));
        assert_eq!(id(&one), id(&one));
    }
}
