//! ID tokens: whether a provider's word about somebody is its word, is meant for us, and is fresh.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::model::Timestamp;

/// By how many seconds the provider's clock may differ from ours.
const LEEWAY_S: i64 = 60;
/// No ID token is longer, in bytes; one that is gets refused unread.
const TOKEN_BYTES_MAX: usize = 32 * 1024;
/// How many keys of a provider are looked at.
const KEYS_MAX: usize = 64;
/// The longest identifier of a person (OpenID Connect Core, 2), in bytes.
const SUBJECT_BYTES_MAX: usize = 255;
/// What is believed in a signature: made with a key that only the provider has, of a kind that the key
/// is of. RSA keys have 2,048 bits at least.
const RSA: &[(&str, &RsaParameters)] = &[
    ("RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
    ("RS384", &signature::RSA_PKCS1_2048_8192_SHA384),
    ("RS512", &signature::RSA_PKCS1_2048_8192_SHA512),
    ("PS256", &signature::RSA_PSS_2048_8192_SHA256),
    ("PS384", &signature::RSA_PSS_2048_8192_SHA384),
    ("PS512", &signature::RSA_PSS_2048_8192_SHA512),
];

/// A key as a provider publishes it (RFC 7517), as far as signatures go.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// What a token says of its signature.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// What an ID token, or the provider when asked, says of a person.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) email: Option<String>,
    /// Some providers write it as text.
    pub(super) email_verified: Option<Value>,
    pub(super) preferred_username: Option<String>,
    pub(super) name: Option<String>,
}

/// What says that the token is good.
#[derive(Deserialize)]
struct Proof {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    #[serde(flatten)]
    claims: Claims,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token is held against.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Doubt {
    /// It is signed with a key that is not known, which may be a new one.
    #[error("the key of the ID token is not known")]
    UnknownKey,
    /// Anything else.
    #[error("{0}")]
    Wrong(String),
}

/// The keys in what a provider publishes; what can't be read, or is for something else, is none.
pub(super) fn keys_in(document: &Value) -> Vec<Jwk> {
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.into_iter().flatten().take(KEYS_MAX);
    let keys = keys.filter_map(|key| Jwk::deserialize(key).ok());
    keys.filter(|key| key.usage.as_deref().is_none_or(|usage| usage == "sig")).collect()
}

/// Checks signature, issuer, audience, nonce and times.
pub(super) fn check(token: &str, keys: &[Jwk], expected: &Expected<'_>) -> Result<Claims, Doubt> {
    let wrong = |why: &str| Doubt::Wrong(why.to_owned());
    if token.len() > TOKEN_BYTES_MAX {
        return Err(wrong("the ID token is too long"));
    }
    let unreadable = || wrong("the ID token can't be read");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(unreadable)?;
    let (header, claims) = signed.split_once('.').ok_or_else(unreadable)?;
    let header: Header = part(header).ok_or_else(unreadable)?;
    let signature = BASE64.decode(signature).map_err(|_| unreadable())?;
    if header.crit.is_some() {
        return Err(wrong("the ID token asks for more than is known here"));
    }
    let meant: Vec<&Jwk> =
        keys.iter().filter(|key| header.kid.is_none() || key.kid == header.kid).collect();
    if meant.is_empty() {
        return Err(Doubt::UnknownKey);
    }
    if !meant.iter().any(|key| key.has_signed(&header.alg, signed.as_bytes(), &signature)) {
        return Err(wrong("the signature is not the provider's"));
    }
    believe(part(claims).ok_or_else(unreadable)?, expected)
}

/// A part of a token, read.
fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64.decode(text).ok()?).ok()
}

impl Jwk {
    /// Whether this key has made a signature in this way.
    fn has_signed(&self, alg: &str, message: &[u8], signature: &[u8]) -> bool {
        self.verify(alg, message, signature).unwrap_or(false)
    }

    fn verify(&self, alg: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        let bytes = |text: &Option<String>| BASE64.decode(text.as_ref()?).ok();
        let curve = self.crv.as_deref().unwrap_or_default();
        match (self.kty.as_str(), alg, curve) {
            ("RSA", alg, _) => {
                let (_, parameters) = RSA.iter().find(|(name, _)| *name == alg)?;
                let key = RsaPublicKeyComponents { n: bytes(&self.n)?, e: bytes(&self.e)? };
                Some(key.verify(parameters, message, signature).is_ok())
            }
            ("EC", "ES256", "P-256") | ("EC", "ES384", "P-384") => {
                let point = [vec![4], bytes(&self.x)?, bytes(&self.y)?].concat();
                let kind = if curve == "P-256" {
                    &ECDSA_P256_SHA256_FIXED
                } else {
                    &ECDSA_P384_SHA384_FIXED
                };
                let key = UnparsedPublicKey::new(kind, point);
                Some(key.verify(message, signature).is_ok())
            }
            ("OKP", "EdDSA", "Ed25519") => {
                let key = UnparsedPublicKey::new(&ED25519, bytes(&self.x)?);
                Some(key.verify(message, signature).is_ok())
            }
            _ => None,
        }
    }
}

/// Checks what the signature has made the provider's word.
fn believe(proof: Proof, expected: &Expected<'_>) -> Result<Claims, Doubt> {
    let Proof { iss, aud, azp, exp, iat, nbf, nonce, claims } = proof;
    let now = expected.now.seconds();
    let is_ours = |party: &str| party == expected.client_id;
    let parties = match aud {
        Audience::One(one) => vec![one],
        Audience::Many(all) => all,
    };
    // Meant for others as well it is good only if it was given to us.
    let is_for_us = parties.iter().any(|party| is_ours(party))
        && match &azp {
            Some(party) => is_ours(party),
            None => parties.len() == 1,
        };
    let flaws = [
        (iss != expected.issuer, "the ID token is another provider's"),
        (!is_for_us, "the ID token is for somebody else"),
        (exp.saturating_add(LEEWAY_S) <= now, "the ID token has expired"),
        (iat.saturating_sub(LEEWAY_S) > now, "the ID token is from the future"),
        (nbf.is_some_and(|nbf| nbf.saturating_sub(LEEWAY_S) > now), "the ID token is not good yet"),
        (nonce.as_deref() != Some(expected.nonce), "the nonce is another one"),
        (claims.sub.is_empty(), "the ID token names nobody"),
        (claims.sub.len() > SUBJECT_BYTES_MAX, "the subject is too long"),
    ];
    match flaws.into_iter().find(|(is_flawed, _)| *is_flawed) {
        Some((_, why)) => Err(Doubt::Wrong(why.to_owned())),
        None => Ok(claims),
    }
}

impl Claims {
    pub(super) fn is_email_verified(&self) -> bool {
        match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }
}
