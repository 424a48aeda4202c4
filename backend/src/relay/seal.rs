//! Seals what nobody but the nodes may read on its way: whispers.

use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce, aead::Aead};

/// How many bytes of a sealed text are its nonce.
const NONCE_BYTES: usize = 12;

/// The key that the nodes share.
#[derive(Clone)]
pub struct Seal(ChaCha20Poly1305);

impl Seal {
    /// With this key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(ChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Seals a text; a random nonce is good for some four thousand million whispers per key.
    pub(super) fn seal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let nonce = rand::random::<[u8; NONCE_BYTES]>();
        let mut sealed = nonce.to_vec();
        sealed.extend(self.0.encrypt(&Nonce::from(nonce), text).ok()?);
        Some(sealed)
    }

    /// The text, if it was sealed with the same key and is as it was.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.0.decrypt(&Nonce::from(*nonce), text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_it_and_only_as_it_was() {
        let seal = Seal::new([7; 32]);
        let sealed = seal.seal(b"come to the garden").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"garden"));
        assert_eq!(seal.open(&sealed).unwrap(), b"come to the garden");
        assert!(Seal::new([8; 32]).open(&sealed).is_none());
        let mut forged = sealed;
        *forged.last_mut().unwrap() ^= 1;
        assert!(seal.open(&forged).is_none() && seal.open(b"short").is_none());
    }
}
