//! Random texts that are shown once and kept as a hash: what is sent by mail, personal access
//! tokens, recovery codes.
//!
//! Each holds at least 120 random bits, so a plain hash is enough: there is nothing to guess. The
//! hash covers the kind as well, so none of them ever passes for another (SECURITY, TK-3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use rand::{Rng, distr::Alphanumeric};
use sha2::{Digest, Sha256};

/// How a personal access token begins: people and scanners of leaked secrets know it by that.
pub const PERSONAL_PREFIX: &str = "parlor_pat_";
/// Random characters of a personal access token: 256 bits.
const PERSONAL_CHARS: usize = 43;
/// Characters of its checksum, so that a mistyped or made-up one is refused unread.
const CHECKSUM_CHARS: usize = 6;
/// Random bytes of a mailed token.
const MAILED_BYTES: usize = 32;
/// Characters of a recovery code, 5 bits each, in groups of six.
const RECOVERY_CHARS: usize = 24;
const RECOVERY_GROUP: usize = 6;
/// Letters and digits that are not mistaken for each other.
const LEGIBLE: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A random text and its hash. The text is for its owner alone; the hash is what is stored.
#[derive(Clone)]
pub struct Opaque {
    /// What the owner is shown, once.
    pub text: String,
    /// What is kept of it.
    pub hash: String,
}

/// A token to be sent by mail.
pub fn mailed() -> Opaque {
    let text = BASE64.encode(rand::random::<[u8; MAILED_BYTES]>());
    Opaque { hash: hash("mailed", &text), text }
}

/// The hash of a mailed token; `None` for what has not the form of one.
pub fn hash_of_mailed(text: &str) -> Option<String> {
    let bytes = BASE64.decode(text).ok()?;
    (bytes.len() == MAILED_BYTES).then(|| hash("mailed", text))
}

/// The token of the link with which a fresh server gets its first superuser.
pub fn setup() -> Opaque {
    let text = BASE64.encode(rand::random::<[u8; MAILED_BYTES]>());
    Opaque { hash: hash("setup", &text), text }
}

/// The hash of such a token; `None` for what has not the form of one.
pub fn hash_of_setup(text: &str) -> Option<String> {
    let bytes = BASE64.decode(text).ok()?;
    (bytes.len() == MAILED_BYTES).then(|| hash("setup", text))
}

/// A personal access token: `parlor_pat_`, 43 random characters, 6 that check them.
pub fn personal() -> Opaque {
    let random: String =
        rand::rng().sample_iter(Alphanumeric).take(PERSONAL_CHARS).map(char::from).collect();
    let text = format!("{PERSONAL_PREFIX}{random}{}", checksum(&random));
    Opaque { hash: hash("personal", &text), text }
}

/// The hash of a personal access token; `None` for what has not the form of one.
pub fn hash_of_personal(text: &str) -> Option<String> {
    let rest = text.strip_prefix(PERSONAL_PREFIX)?;
    let is_plain = rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_plain || rest.len() != PERSONAL_CHARS + CHECKSUM_CHARS {
        return None;
    }
    let (random, check) = rest.split_at_checked(PERSONAL_CHARS)?;
    (checksum(random) == check).then(|| hash("personal", text))
}

/// A recovery code: four groups of six characters.
pub fn recovery_code() -> Opaque {
    let mut rng = rand::rng();
    let letter = |_| LEGIBLE.get(rng.random_range(0..LEGIBLE.len())).copied().unwrap_or(b'2');
    let letters: Vec<u8> = (0..RECOVERY_CHARS).map(letter).collect();
    let bare = String::from_utf8_lossy(&letters).into_owned();
    let groups: Vec<_> = letters.chunks(RECOVERY_GROUP).map(String::from_utf8_lossy).collect();
    Opaque { text: groups.join("-"), hash: hash("recovery", &bare) }
}

/// The hash of a recovery code, however it was typed; `None` for what can't be one.
pub fn hash_of_recovery_code(text: &str) -> Option<String> {
    let typed = text.chars().filter(|char| !matches!(char, '-' | ' ')).take(RECOVERY_CHARS + 1);
    let bare: String = typed.collect::<String>().to_ascii_lowercase();
    let is_one = bare.len() == RECOVERY_CHARS && bare.bytes().all(|byte| LEGIBLE.contains(&byte));
    is_one.then(|| hash("recovery", &bare))
}

fn hash(kind: &str, text: &str) -> String {
    BASE64.encode(Sha256::digest(format!("parlor {kind}\n{text}")))
}

fn checksum(random: &str) -> String {
    let digest = Sha256::digest(format!("parlor checksum\n{random}"));
    let digit = |byte: &u8| BASE62.get(usize::from(*byte) % BASE62.len()).copied();
    let digits: Vec<u8> = digest.iter().take(CHECKSUM_CHARS).filter_map(digit).collect();
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_3_what_was_made_is_known_again_by_its_own_kind_only() {
        let (mailed, personal, code) = (mailed(), personal(), recovery_code());
        let setup = setup();
        assert_eq!(hash_of_setup(&setup.text), Some(setup.hash.clone()));
        assert_ne!(hash_of_mailed(&setup.text), Some(setup.hash));
        assert_eq!(hash_of_mailed(&mailed.text), Some(mailed.hash));
        assert_eq!(hash_of_personal(&personal.text), Some(personal.hash));
        assert_eq!(hash_of_recovery_code(&code.text), Some(code.hash));
        for other in [&personal.text, &code.text] {
            assert_eq!(hash_of_mailed(other), None);
        }
        for other in [&mailed.text, &code.text] {
            assert_eq!(hash_of_personal(other), None);
        }
        for other in [&mailed.text, &personal.text] {
            assert_eq!(hash_of_recovery_code(other), None);
        }
    }

    #[test]
    fn a_mistyped_personal_token_is_refused_by_its_checksum() {
        let token = personal().text;
        assert_eq!(token.len(), PERSONAL_PREFIX.len() + PERSONAL_CHARS + CHECKSUM_CHARS);
        for at in PERSONAL_PREFIX.len()..token.len() {
            let mut typed = token.clone().into_bytes();
            typed[at] = if typed[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(hash_of_personal(&String::from_utf8(typed).unwrap()), None, "{at}");
        }
        for wrong in ["", PERSONAL_PREFIX, &format!("{token}x"), &token[1..], "parlor_pat_é"] {
            assert_eq!(hash_of_personal(wrong), None);
        }
    }

    #[test]
    fn a_recovery_code_may_be_typed_as_people_type() {
        let code = recovery_code();
        assert_eq!(code.text.len(), 27);
        let spaced = code.text.to_uppercase().replace('-', " ");
        assert_eq!(hash_of_recovery_code(&spaced), Some(code.hash));
        assert_eq!(hash_of_recovery_code("123456"), None);
    }

    #[test]
    fn no_two_are_the_same() {
        assert_ne!(mailed().text, mailed().text);
        assert_ne!(personal().text, personal().text);
        assert_ne!(recovery_code().text, recovery_code().text);
    }
}
