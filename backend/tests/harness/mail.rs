//! A mail as a person reads it.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    /// The plain text.
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Mail {
    /// Reads a message with two bodies, as the server writes them.
    pub(crate) fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ");
        let boundary = head.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
        let separator = format!("--{boundary}");
        let mut parts = body.split(&separator).skip(1).map(part);
        let (text, html) = (parts.next().unwrap(), parts.next().unwrap());
        assert!(text.0.contains("text/plain") && html.0.contains("text/html"));
        Self {
            from: words(&header(&head, "From")),
            to: header(&head, "To"),
            subject: words(&header(&head, "Subject")),
            text: text.1,
            html: html.1,
        }
    }

    /// What the link of the mail carries.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let token = self.text.split("#token=").nth(1).unwrap();
        token.split_whitespace().next().unwrap().to_owned()
    }
}

fn header(head: &str, name: &str) -> String {
    let prefix = format!("{name}: ");
    head.split("\r\n").find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned()
}

/// Headers of one part, and its text.
fn part(raw: &str) -> (String, String) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    let body = body.trim_end();
    let text = if head.contains("base64") {
        let bytes = BASE64.decode(body.replace("\r\n", "")).unwrap();
        String::from_utf8(bytes).unwrap()
    } else if head.contains("quoted-printable") {
        quoted_printable(&body.replace("=\r\n", ""))
    } else {
        body.to_owned()
    };
    (head.to_owned(), text)
}

fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().unwrap(), rest.next().unwrap()];
        let digits = std::str::from_utf8(&digits).unwrap();
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

/// The words of a header (RFC 2047), as this server encodes them.
fn words(text: &str) -> String {
    let mut bytes = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
            Some(coded) => bytes.extend(BASE64.decode(coded).unwrap()),
            None => {
                if !bytes.is_empty() {
                    bytes.push(b' ');
                }
                bytes.extend(word.as_bytes());
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
