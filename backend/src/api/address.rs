//! An address as it is written in the contract: whoever looks at one by its text, to know what a token
//! must be allowed or how much is too much, sees the text that is routed by.

use std::borrow::Cow;

use actix_web::{
    dev::ServiceRequest,
    http::{Uri, uri::PathAndQuery},
};

/// What has its slash for good: the index, and the documentation, whose files lie below it.
const WITH_SLASH: [&str; 2] = ["/api/", "/api/docs/"];

/// Lets a request be routed to the address as it is written in the contract.
pub(super) fn settle(request: &mut ServiceRequest) {
    let path = request.path();
    let plain = undisguised(path);
    let settled = without_slash(&plain);
    if settled == path {
        return;
    }
    let target = match request.uri().query() {
        Some(query) => format!("{settled}?{query}"),
        None => settled.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(target).ok();
    // What was an address is one without its last character, or with a letter for its number.
    let Ok(uri) = Uri::from_parts(parts) else { return };
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
}

/// A slash at the end is the same as none. Programs that were written for other servers put it there,
/// or leave it away.
fn without_slash(path: &str) -> &str {
    match path.strip_suffix('/') {
        None if path == "/api" => "/api/",
        Some(bare) if bare.starts_with("/api/") && !WITH_SLASH.contains(&path) => bare,
        _ => path,
    }
}

/// Letters, digits and `-._~` stand for themselves, whether or not they are written by their number (RFC
/// 3986, section 6.2.2.2); nothing else can be a fixed part of an address of ours. The router decodes,
/// and what is looked at by its text must be the same before it and after.
fn undisguised(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut plain = String::with_capacity(path.len());
    for char in path.chars() {
        plain.push(char);
        // Again: the digits of a number may themselves be written by their numbers.
        while let Some(own) = number_at_end(&plain) {
            plain.truncate(plain.len() - 3);
            plain.push(own);
        }
    }
    Cow::Owned(plain)
}

/// The character that a text ends with the number of, if that stands for itself.
fn number_at_end(text: &str) -> Option<char> {
    let [.., b'%', high, low] = *text.as_bytes() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let char = char::from_u32(digit(high)? * 16 + digit(low)?)?;
    (char.is_ascii_alphanumeric() || "-._~".contains(char)).then_some(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn az_10_what_stands_for_itself_is_no_other_address_by_its_number() {
        for (written, plain) in [
            ("/api/%61uth/tokens", "/api/auth/tokens"),
            ("/%61%70%69/adm%69n", "/api/admin"),
            ("/api/%2e%2E%2D%5f%7e", "/api/..-_~"),
            // The router reads these once more; then nothing may come of it.
            ("/api/%2561uth", "/api/%2561uth"),
            ("/api/%%361uth", "/api/auth"),
            ("/api/%%%33%36%%331uth", "/api/auth"),
            // What separates does not stand for itself, and what is no number is left alone.
            ("/api%2fauth%3B%25%00", "/api%2fauth%3B%25%00"),
            ("/api/%F0%9F%91%8D/%+1/%6", "/api/%F0%9F%91%8D/%+1/%6"),
            ("/api/é%", "/api/é%"),
        ] {
            assert_eq!(undisguised(written), plain, "{written}");
        }
        assert!(matches!(undisguised("/api/rooms"), Cow::Borrowed(_)));
    }
}
