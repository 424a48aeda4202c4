//! Seals what nobody but the nodes may read on its way: whispers always, and everything where that was
//! asked for (`PARLOR_SEAL_RELAY`). Who can't open a word is as well off as who never got it: the
//! database is compared with. What stays readable in the relay is which topic is spoken on, and when.

use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};

/// How many bytes of a sealed text are its nonce: so many that random ones never meet, however much is
/// said with one key.
const NONCE_BYTES: usize = 24;
/// What a sealed word begins with: nothing that is JSON does.
const MARK: u8 = 1;

/// The keys that the nodes share: the first seals, all of them open, so that a new one can be put before
/// the old one on one node after the other.
#[derive(Clone)]
pub struct Seal(Vec<XChaCha20Poly1305>);

impl Seal {
    /// With these keys, the one that seals first.
    pub fn new(keys: &[[u8; 32]]) -> Self {
        Self(keys.iter().map(|key| XChaCha20Poly1305::new(&Key::from(*key))).collect())
    }

    /// Seals a text.
    pub(super) fn seal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let nonce = rand::random::<[u8; NONCE_BYTES]>();
        let mut sealed = nonce.to_vec();
        sealed.extend(self.0.first()?.encrypt(&XNonce::from(nonce), text).ok()?);
        Some(sealed)
    }

    /// The text, if it was sealed with one of the keys and is as it was.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let nonce = XNonce::from(*nonce);
        self.0.iter().find_map(|key| key.decrypt(&nonce, text).ok())
    }

    /// Seals a whole word.
    pub(super) fn seal_word(&self, word: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = vec![MARK];
        sealed.append(&mut self.seal(word)?);
        Some(sealed)
    }

    /// A word that arrived, opened if it is sealed. Where everything has to be, one that is not may come
    /// from anybody who can write into the relay, and is none.
    pub(super) fn open_word(&self, word: &[u8], must_be_sealed: bool) -> Option<Vec<u8>> {
        match word.split_first() {
            Some((&MARK, sealed)) => self.open(sealed),
            _ if must_be_sealed => None,
            _ => Some(word.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_it_and_only_as_it_was() {
        let seal = Seal::new(&[[7; 32]]);
        let sealed = seal.seal(b"come to the garden").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"garden"));
        assert_eq!(seal.open(&sealed).unwrap(), b"come to the garden");
        assert!(Seal::new(&[[8; 32]]).open(&sealed).is_none());
        let mut forged = sealed;
        *forged.last_mut().unwrap() ^= 1;
        assert!(seal.open(&forged).is_none() && seal.open(b"short").is_none());
    }

    #[test]
    fn a_key_is_exchanged_without_a_moment_in_which_nobody_understands() {
        let (old, both) = (Seal::new(&[[7; 32]]), Seal::new(&[[7; 32], [8; 32]]));
        let (turned, new) = (Seal::new(&[[8; 32], [7; 32]]), Seal::new(&[[8; 32]]));
        // Each step beside the one before it: the new key is known first, then used, then alone.
        for (one, other) in [(&old, &both), (&both, &turned), (&turned, &new)] {
            for (mouth, ear) in [(one, other), (other, one)] {
                let word = mouth.seal_word(b"{}").unwrap();
                assert_eq!(ear.open_word(&word, true).unwrap(), b"{}");
            }
        }
        assert!(new.open_word(&old.seal_word(b"{}").unwrap(), true).is_none());
    }

    #[test]
    fn a_plain_word_is_believed_only_where_nothing_has_to_be_sealed() {
        let seal = Seal::new(&[[7; 32]]);
        assert_eq!(seal.open_word(b"{}", false).unwrap(), b"{}");
        assert!(seal.open_word(b"{}", true).is_none() && seal.open_word(b"", true).is_none());
    }
}
