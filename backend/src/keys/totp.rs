//! Time-based one-time codes (RFC 6238) as every authenticator program makes them: HMAC-SHA-1, six
//! digits, a new one every 30 seconds.
//!
//! Pure functions: the time and the last step that was used are parameters, and whoever calls keeps
//! the step that matched, so that no code is good twice.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use url::form_urlencoded;

/// How long a code is shown, in seconds.
pub const PERIOD_S: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Random bytes of a secret: as many as SHA-1 makes (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// How many steps the clock of a phone may be off, either way.
const STEPS_OFF_MAX: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step that a code belongs to, of those that are good now and were not used: later than `last`.
pub fn matching_step(secret: &[u8], code: &str, now_s: i64, last: i64) -> Option<i64> {
    let now = now_s.div_euclid(PERIOD_S);
    let steps = now - STEPS_OFF_MAX..=now + STEPS_OFF_MAX;
    let good = |step: &i64| self::code(secret, *step).as_bytes().ct_eq(code.as_bytes()).into();
    steps.filter(|step| *step > last).find(good)
}

/// The code of one step.
pub fn code(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
    let word = digest.iter().skip(offset).take(4);
    let word = word.fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:0DIGITS$}", word % 1_000_000)
}

/// A secret as people type it and as it is stored: base32 (RFC 4648) without padding.
pub fn encode(secret: &[u8]) -> String {
    let mut text = String::new();
    for five in secret.chunks(5) {
        let word = five.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
        let word = word << (8 * (5 - five.len()));
        let letters = (five.len() * 8).div_ceil(5);
        for at in 0..letters {
            let digit = usize::try_from(word >> (35 - 5 * at) & 31).unwrap_or_default();
            text.push(BASE32.get(digit).copied().map_or('A', char::from));
        }
    }
    text
}

/// The bytes of a secret in base32; `None` for what is none.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut word, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let digit = BASE32.iter().position(|known| *known == letter)?;
        word = (word << 5 | u32::try_from(digit).ok()?) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(word >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// What an authenticator program reads off a QR code.
pub fn uri(issuer: &str, account: &str, secret: &str) -> String {
    let escape = |text: &str| {
        let plus: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        plus.replace('+', "%20")
    };
    let (issuer, account) = (escape(issuer), escape(account));
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={PERIOD_S}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of its eight digits.
    const VECTORS: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (time_s, expected) in VECTORS {
            assert_eq!(code(SECRET, time_s / PERIOD_S), expected, "{time_s}");
        }
    }

    #[test]
    fn a_code_is_good_for_one_step_either_way_and_once() {
        let now_s = 1_234_567_890;
        let step = now_s / PERIOD_S;
        for (off, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = code(SECRET, step + off);
            assert_eq!(matching_step(SECRET, &code, now_s, 0).is_some(), good, "{off}");
        }
        let now = code(SECRET, step);
        assert_eq!(matching_step(SECRET, &now, now_s, 0), Some(step));
        assert_eq!(matching_step(SECRET, &now, now_s, step), None);
        let earlier = code(SECRET, step - 1);
        assert_eq!(matching_step(SECRET, &earlier, now_s, step), None);
        for wrong in ["", "00592", "0059244", "００５９２４"] {
            assert_eq!(matching_step(SECRET, wrong, now_s, 0), None, "{wrong}");
        }
    }

    #[test]
    fn base32_is_that_of_the_rfc_and_comes_back() {
        let known = [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ")];
        for (plain, coded) in known.into_iter().chain([("fooba", "MZXW6YTB")]) {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
        let secret = rand::random::<[u8; SECRET_BYTES]>();
        assert_eq!(decode(&encode(&secret)).unwrap(), secret);
        assert_eq!(decode("MY======"), None);
    }

    #[test]
    fn the_address_for_authenticators_is_escaped() {
        let uri = uri("Parlor (chat.example.org)", "Аня", "MZXW6");
        assert!(uri.starts_with("otpauth://totp/Parlor%20%28chat.example.org%29:%D0%90"), "{uri}");
        assert!(uri.ends_with("&algorithm=SHA1&digits=6&period=30"), "{uri}");
        assert!(uri.parse::<url::Url>().is_ok());
    }
}
