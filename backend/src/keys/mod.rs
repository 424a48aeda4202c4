//! Keys and what is made with them: access tokens, which are signed, and refresh tokens, which are
//! derived from a session's row. Beside them, what needs no key: [`opaque`] tokens and codes, which
//! are random, and [`totp`] codes, which follow the clock.
//!
//! The header of an access token has to be, byte for byte, one that this server writes, and the
//! algorithm is never read off the token: there is nothing to choose for whoever forges one
//! (SECURITY, TK-1 to TK-3). This module must not know the database or who may do what. To rotate
//! the key, put a new line above the old one in the secret file: the first signs, all verify.

pub mod opaque;
pub mod sealed;
pub mod totp;

mod hs256;
mod secret;

use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    error::{Code, Error, Result},
    model::{SessionId, Timestamp, UserId},
};

pub use secret::SecretError;

/// How long an access token is good, in seconds.
pub const ACCESS_S: i64 = 10 * 60;
/// By how many seconds the clocks of two nodes may differ.
const LEEWAY_S: i64 = 5;
/// No token of ours is longer, in bytes; one that is gets refused unread.
const TOKEN_BYTES_MAX: usize = 512;
/// Who signs, and for whom.
const ISSUER: &str = "parlor";
/// The type of an access token (RFC 9068), so that nothing else signed here passes for one.
const ACCESS_TYPE: &str = "at+jwt";
/// How a refresh token begins: its kind, and the version of its form.
const REFRESH_PREFIX: &str = "r1";

/// What an access token says. It says it exactly once, and nothing else.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: i64,
    iat: i64,
    exp: i64,
}

/// An access token that was signed here and is not too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose it is.
    pub user_id: UserId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// A refresh token taken apart, not yet compared with its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session that it claims to belong to.
    pub session_id: SessionId,
    /// How often the session had been refreshed when the token was made.
    pub generation: i64,
    mac: Vec<u8>,
}

/// One key of the secret file and what is derived from it.
struct Key {
    header: Header,
    /// The first part of every token that this key signs.
    encoded_header: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    refresh: Hmac<Sha256>,
}

/// The keys of the server: the first signs, all of them verify.
pub struct Keys {
    keys: Vec<Key>,
    validation: Validation,
}

impl Keys {
    /// Reads the secret file, or makes it, for its owner alone, where there is none.
    ///
    /// # Errors
    /// The file can't be read or made, others may read it, or a key in it is too short.
    pub fn open(path: &Path) -> std::result::Result<Self, SecretError> {
        secret::read_or_make(path)?.iter().map(|secret| Self::key(path, secret)).collect()
    }

    /// The keys in a text that the nodes of a cluster share, a line each.
    ///
    /// # Errors
    /// A line of it is no key.
    pub fn shared(text: &str) -> std::result::Result<Self, SecretError> {
        let shared = Path::new("that the nodes share");
        let keys = secret::read(text).ok_or_else(|| SecretError::Unusable(shared.to_owned()))?;
        keys.iter().map(|secret| Self::key(shared, secret)).collect()
    }

    /// Keeps such a text in a file, unless there is one.
    ///
    /// # Errors
    /// The file can't be made.
    pub fn keep(path: &Path, text: &str) -> std::result::Result<(), SecretError> {
        secret::keep(path, text).map_err(|why| SecretError::Unwritable(path.to_owned(), why))
    }

    /// A new key for such a text.
    pub fn make() -> String {
        secret::make_line()
    }

    /// A key for another purpose, derived from the one that signs; the same on every node.
    ///
    /// # Errors
    /// `internal` where there is no key.
    pub fn derive(&self, purpose: &str) -> Result<[u8; 32]> {
        Ok(self.active()?.derive(purpose))
    }

    /// The same key, and after it those derived from keys that sign no more: what was made with an older
    /// one can be read.
    pub fn derive_all<'a>(&'a self, purpose: &'a str) -> impl Iterator<Item = [u8; 32]> + 'a {
        self.keys.iter().map(move |key| key.derive(purpose))
    }

    /// Keys that end with the process: for tests.
    pub fn random() -> Self {
        let secret = rand::random::<[u8; secret::SECRET_BYTES_MIN]>();
        Self::key(Path::new(""), &secret).into_iter().collect()
    }

    fn key(path: &Path, secret: &[u8]) -> std::result::Result<Key, SecretError> {
        let unusable = || SecretError::Unusable(path.to_owned());
        hs256::install();
        let id = Sha256::digest([b"parlor key id", secret].concat());
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(ACCESS_TYPE.to_owned());
        header.kid = Some(BASE64.encode(id.get(..6).unwrap_or_default()));
        let signing = EncodingKey::from_secret(secret);
        let sample = jsonwebtoken::encode(&header, &(), &signing).map_err(|_| unusable())?;
        let encoded_header = sample.split('.').next().unwrap_or_default().to_owned();
        let mut refresh = mac(secret).ok_or_else(unusable)?;
        refresh.update(b"parlor refresh tokens");
        let refresh = mac(&refresh.finalize().into_bytes()).ok_or_else(unusable)?;
        let verifying = DecodingKey::from_secret(secret);
        Ok(Key { header, encoded_header, signing, verifying, refresh })
    }

    /// Signs an access token of a session.
    ///
    /// # Errors
    /// `internal` where signing fails, which it has no reason to.
    pub fn sign(&self, user_id: UserId, session_id: SessionId, now: Timestamp) -> Result<String> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user_id.to_string(),
            sid: session_id.0,
            iat: now.seconds(),
            exp: now.seconds() + ACCESS_S,
        };
        let key = self.active()?;
        jsonwebtoken::encode(&key.header, &claims, &key.signing)
            .map_err(|why| Error::internal("a token was not signed", why))
    }

    /// Verifies an access token: signature, type, issuer, audience, form and times.
    ///
    /// # Errors
    /// `token_expired` for one that was good; `unauthenticated` for everything else.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Access> {
        let refused = || Error::from(Code::Unauthenticated);
        if token.len() > TOKEN_BYTES_MAX {
            return Err(refused());
        }
        let header = token.split('.').next().unwrap_or_default();
        let key = self.keys.iter().find(|key| key.encoded_header == header).ok_or_else(refused)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifying, &self.validation)
            .map_err(|_| refused())?
            .claims;
        let lasts = claims.exp.checked_sub(claims.iat).ok_or_else(refused)?;
        if claims.iat > now.seconds() + LEEWAY_S || lasts != ACCESS_S {
            return Err(refused());
        }
        if claims.exp + LEEWAY_S <= now.seconds() {
            return Err(Code::TokenExpired.into());
        }
        let user_id: UserId = claims.sub.parse().map_err(|_| refused())?;
        if user_id.to_string() != claims.sub {
            // A number may be written in more ways than the one in which we write it.
            return Err(refused());
        }
        Ok(Access {
            user_id,
            session_id: claims.sid.try_into().map_err(|_| refused())?,
            expires_at: Timestamp(claims.exp.saturating_mul(1_000_000)),
        })
    }

    /// The refresh token of a session in one generation; the same arguments make the same token.
    ///
    /// # Errors
    /// `internal` where there is no key, which can't be.
    pub fn refresh_token(&self, id: SessionId, generation: i64, salt: &str) -> Result<String> {
        let mac = self.active()?.refresh_mac(id, generation, salt);
        let mac = BASE64.encode(mac.finalize().into_bytes());
        Ok(format!("{REFRESH_PREFIX}.{id}.{generation}.{mac}"))
    }

    /// Whether a refresh token was made here for the session that has this salt.
    pub fn is_refresh_token(&self, token: &RefreshToken, salt: &str) -> bool {
        let made = |key: &Key| {
            let mac = key.refresh_mac(token.session_id, token.generation, salt);
            bool::from(mac.finalize().into_bytes().as_slice().ct_eq(&token.mac))
        };
        self.keys.iter().any(made)
    }

    fn active(&self) -> Result<&Key> {
        self.keys.first().ok_or_else(|| Error::internal("there is no key", "the list is empty"))
    }
}

impl FromIterator<Key> for Keys {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are compared with our own clock, which tests can move.
        validation.validate_exp = false;
        Self { keys: keys.into_iter().collect(), validation }
    }
}

impl Key {
    fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut mac = self.refresh.clone();
        mac.update(b"parlor derived key: ");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn refresh_mac(&self, id: SessionId, generation: i64, salt: &str) -> Hmac<Sha256> {
        let mut mac = self.refresh.clone();
        mac.update(format!("{id}|{generation}|{salt}").as_bytes());
        mac
    }
}

impl RefreshToken {
    /// Takes a refresh token apart; `None` for what has not the form of one. There is one way only
    /// to write a token: a number with a plus sign or leading zeros is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let mut parts = text.split('.');
        let (prefix, id, generation, mac) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let token = Self {
            session_id: id.parse().ok()?,
            generation: generation.parse().ok()?,
            mac: BASE64.decode(mac).ok()?,
        };
        let canonical = token.session_id.to_string() == id
            && token.generation.to_string() == generation
            && token.generation >= 0;
        (prefix == REFRESH_PREFIX && parts.next().is_none() && canonical).then_some(token)
    }
}

fn mac(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key).ok()
}

#[cfg(test)]
mod tests;
