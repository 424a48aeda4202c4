//! HS256 for `jsonwebtoken`, by the HMAC that everything else here uses, and nothing but HS256.
//!
//! What the crate would bring along is RSA and the curves, of which the former has a flaw without a
//! remedy (RUSTSEC-2023-0071). None of that is used, so none of it is built in, and no token can ask
//! for it. The crate keeps its cryptography in a static of its own; [`install`] fills it.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    signature::{Error as SignatureError, Signer, Verifier},
};
use sha2::Sha256;

/// All the cryptography that there is for access tokens.
const PROVIDER: &CryptoProvider = &CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Hs256::of_signing(*algorithm, key)?)),
    verifier_factory: |algorithm, key| Ok(Box::new(Hs256::of_verifying(*algorithm, key)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

/// Gives the crate its cryptography. Once is enough, more often does no harm.
pub(super) fn install() {
    let _other_keys_did = PROVIDER.install_default();
}

/// An HMAC that has taken in a key.
struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn of_signing(algorithm: Algorithm, key: &EncodingKey) -> Result<Self> {
        Self::new(algorithm, key.family(), key.as_bytes())
    }

    fn of_verifying(algorithm: Algorithm, key: &DecodingKey) -> Result<Self> {
        Self::new(algorithm, key.family(), key.try_get_as_bytes()?)
    }

    fn new(algorithm: Algorithm, family: AlgorithmFamily, key: &[u8]) -> Result<Self> {
        if algorithm != Algorithm::HS256 || family != AlgorithmFamily::Hmac {
            return Err(new_error(ErrorKind::InvalidAlgorithm));
        }
        let mac = Hmac::new_from_slice(key);
        mac.map(Self).map_err(|_| new_error(ErrorKind::InvalidKeyFormat))
    }

    fn of(&self, text: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(text);
        mac
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, text: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(self.of(text).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, text: &[u8], mac: &Vec<u8>) -> std::result::Result<(), SignatureError> {
        // Compares in a time that tells nothing.
        self.of(text).verify_slice(mac).map_err(SignatureError::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    use jsonwebtoken::crypto;

    use super::*;

    /// RFC 7515, appendix A.1: what is signed, with which key, and what comes out.
    const TEXT: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const MAC: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn the_signature_is_that_of_the_rfc() {
        install();
        let key = BASE64.decode(KEY).unwrap();
        let (signing, verifying) = (EncodingKey::from_secret(&key), DecodingKey::from_secret(&key));
        assert_eq!(crypto::sign(TEXT.as_bytes(), &signing, Algorithm::HS256).unwrap(), MAC);
        let verify = |mac: &str| crypto::verify(mac, TEXT.as_bytes(), &verifying, Algorithm::HS256);
        assert!(verify(MAC).unwrap());
        assert!(!verify(&MAC.replace("dBj", "eBj")).unwrap());
        assert!(!verify(&MAC[..40]).unwrap());
    }

    #[test]
    fn tk_1_there_is_no_other_algorithm_to_ask_for() {
        install();
        let (signing, verifying) = (EncodingKey::from_secret(b"k"), DecodingKey::from_secret(b"k"));
        let public = DecodingKey::from_rsa_der(b"k");
        for algorithm in [
            Algorithm::HS384,
            Algorithm::HS512,
            Algorithm::RS256,
            Algorithm::PS512,
            Algorithm::ES256,
            Algorithm::EdDSA,
        ] {
            assert!(crypto::sign(b"x", &signing, algorithm).is_err(), "{algorithm:?}");
            assert!(crypto::verify(MAC, b"x", &verifying, algorithm).is_err(), "{algorithm:?}");
        }
        assert!(crypto::verify(MAC, b"x", &public, Algorithm::HS256).is_err());
    }
}
