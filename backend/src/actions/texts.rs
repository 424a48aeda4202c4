//! What people may write, one function per sort of text: names, lines, passages, messages, nonces.
//!
//! Everything is stored in NFC; lengths are code points after that. The functions know no field's
//! limit: whoever calls says which field it is and how long it may be.

use unicode_normalization::UnicodeNormalization;

use crate::{
    error::{Error, Flaw, Result},
    model::{
        file::FILE_NAME_CHARS_MAX,
        live::WHISPER_CHARS_MAX,
        text::{is_bidi_control, is_invisible},
    },
};

/// The longest text of a message, in code points.
pub const BODY_CHARS_MAX: usize = 16_000;
/// The longest nonce, in code points.
pub const NONCE_CHARS_MAX: usize = 64;
/// The longest display name, in code points.
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
/// The longest search term, in code points.
pub const SEARCH_CHARS_MAX: usize = 100;

/// A name on one line, trimmed: 1 to `max` code points, something visible among them, no controls.
///
/// # Errors
/// `invalid`, naming the field.
pub fn name(field: &'static str, raw: &str, max: usize) -> Result<String> {
    let name = line(field, raw, max)?;
    if name.chars().all(is_invisible) {
        return Err(Error::field(field, Flaw::Blank));
    }
    Ok(name)
}

/// A text on one line, trimmed: at most `max` code points, no controls, nothing that turns the
/// direction of the text around it.
///
/// # Errors
/// `invalid`, naming the field.
pub fn line(field: &'static str, raw: &str, max: usize) -> Result<String> {
    let line = normal(field, raw.trim(), max)?;
    if line.chars().any(|char| char.is_control() || is_line_break(char) || is_bidi_control(char)) {
        return Err(Error::field(field, Flaw::Characters));
    }
    Ok(line)
}

/// A text of several lines, trimmed: at most `max` code points.
///
/// # Errors
/// `invalid`, naming the field.
pub fn passage(field: &'static str, raw: &str, max: usize) -> Result<String> {
    let passage = normal(field, raw.trim(), max)?;
    if has_stray_control(&passage) {
        return Err(Error::field(field, Flaw::Characters));
    }
    Ok(passage)
}

/// The text of a message: as it was written, 1–16,000 code points, something visible among them.
///
/// # Errors
/// `invalid`, naming the field `body`.
pub fn body(raw: &str) -> Result<String> {
    written(raw, BODY_CHARS_MAX)
}

/// The text of a message that has files: the same, or nothing at all.
///
/// # Errors
/// `invalid`, naming the field `body`.
pub fn caption(raw: &str) -> Result<String> {
    if raw.is_empty() { Ok(String::new()) } else { body(raw) }
}

/// The text of a whisper: as it was written, 1–2,000 code points, something visible among them.
///
/// # Errors
/// `invalid`, naming the field `body`.
pub fn whisper(raw: &str) -> Result<String> {
    written(raw, WHISPER_CHARS_MAX)
}

fn written(raw: &str, max: usize) -> Result<String> {
    let body = normal("body", raw, max)?;
    if has_stray_control(&body) {
        return Err(Error::field("body", Flaw::Characters));
    }
    if body.chars().all(is_invisible) {
        return Err(Error::field("body", Flaw::Blank));
    }
    Ok(body)
}

/// The name of a file: 1–255 code points on one line, and not a path.
///
/// # Errors
/// `invalid`, naming the field `name`.
pub fn file_name(raw: &str) -> Result<String> {
    let name = name("name", raw, FILE_NAME_CHARS_MAX)?;
    if name.contains(['/', '\\']) || matches!(name.as_str(), "." | "..") {
        return Err(Error::field("name", Flaw::Characters));
    }
    Ok(name)
}

/// How names of pictures end.
const PICTURE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "jpe", "jfif", "webp"];

/// The name of a picture that is of another format now: with one of these endings, the first of them
/// unless it has one.
pub fn with_ending(name: &str, endings: &[&str]) -> String {
    let is_one_of =
        |ending: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(ending));
    let parts = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let stem = match parts {
        Some((_, ending)) if is_one_of(ending, endings) => return name.to_owned(),
        Some((stem, ending)) if is_one_of(ending, &PICTURE_ENDINGS) => stem,
        _ => name,
    };
    let ending = endings.first().copied().unwrap_or_default();
    let room = FILE_NAME_CHARS_MAX.saturating_sub(ending.len() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}.{ending}")
}

/// A nonce, exactly as it came: 1–64 code points without controls.
///
/// # Errors
/// `invalid`, naming the field `nonce`.
pub fn nonce(raw: &str) -> Result<()> {
    let flaw = match raw.chars().count() {
        0 => Flaw::TooShort(1),
        count if count > NONCE_CHARS_MAX => Flaw::TooLong(NONCE_CHARS_MAX),
        _ if raw.contains(char::is_control) => Flaw::Characters,
        _ => return Ok(()),
    };
    Err(Error::field("nonce", flaw))
}

/// One emoji, in the one form in which it is stored: the fully qualified one, so that a heart typed
/// without its variation selector is the same heart.
///
/// # Errors
/// `invalid`, naming the field `emoji`, for anything but one emoji recommended for general
/// interchange (RGI, Unicode UTS #51).
pub fn emoji(raw: &str) -> Result<&'static str> {
    let emoji = emojis::get(raw).map(emojis::Emoji::as_str);
    emoji.ok_or_else(|| Error::field("emoji", Flaw::NotAllowed))
}

/// What a display name may be; the username stands in for one that is left out.
///
/// # Errors
/// `invalid`, naming the field `display_name`.
pub fn display_name(raw: &str) -> Result<String> {
    name("display_name", raw, DISPLAY_NAME_CHARS_MAX)
}

fn normal(field: &'static str, raw: &str, max: usize) -> Result<String> {
    let normal: String = raw.nfc().collect();
    if normal.chars().count() > max {
        return Err(Error::field(field, Flaw::TooLong(max)));
    }
    Ok(normal)
}

/// Whether a text has a control character that is not a line break or a tab. A carriage return may
/// stand before a line feed only.
fn has_stray_control(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\n' | '\t' => {}
            '\r' if chars.peek() == Some(&'\n') => {}
            _ if char.is_control() => return true,
            _ => {}
        }
    }
    false
}

fn is_line_break(char: char) -> bool {
    matches!(char, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw<T: std::fmt::Debug>(result: Result<T>) -> Flaw {
        result.unwrap_err().fields.remove(0).1
    }

    #[test]
    fn a_body_is_kept_as_it_was_written() {
        assert_eq!(body("  a\n\tb \r\n ").unwrap(), "  a\n\tb \r\n ");
        assert_eq!(body("e\u{301}").unwrap(), "é");
        assert_eq!(body(&"ё".repeat(BODY_CHARS_MAX)).unwrap().chars().count(), BODY_CHARS_MAX);
        assert_eq!(body("👩‍👩‍👧").unwrap(), "👩‍👩‍👧");
    }

    #[test]
    fn a_body_that_shows_nothing_or_hides_controls_is_refused() {
        for blank in ["", " ", "\n\t ", "\u{200b}\u{feff}", "\u{3164}\u{2800}\u{a0}"] {
            assert_eq!(flaw(body(blank)), Flaw::Blank, "{blank:?}");
        }
        for control in ["a\0", "a\u{1b}[31m", "a\rb", "a\r", "\u{7}", "a\u{85}"] {
            assert_eq!(flaw(body(control)), Flaw::Characters, "{control:?}");
        }
        assert_eq!(flaw(body(&"ё".repeat(BODY_CHARS_MAX + 1))), Flaw::TooLong(BODY_CHARS_MAX));
    }

    #[test]
    fn a_name_stands_on_one_line_and_shows_something() {
        assert_eq!(name("name", "  Общий чат ", 80).unwrap(), "Общий чат");
        assert_eq!(flaw(name("name", " \u{200b} ", 80)), Flaw::Blank);
        assert_eq!(flaw(name("name", "a\nb", 80)), Flaw::Characters);
        assert_eq!(flaw(name("name", "a\u{202e}b", 80)), Flaw::Characters);
        assert_eq!(flaw(name("name", &"a".repeat(81), 80)), Flaw::TooLong(80));
        assert_eq!(line("topic", "", 250).unwrap(), "");
        assert_eq!(passage("bio", "a\nb", 500).unwrap(), "a\nb");
    }

    #[test]
    fn fi_3_the_name_of_a_file_is_not_a_path() {
        for good in ["a", "отчёт за май.pdf", ".bashrc", "a..b", "...", "CON", "a;b'c\"d.txt"]
        {
            assert_eq!(file_name(good).unwrap(), good);
        }
        for path in
            ["/etc/passwd", "../a", "..", ".", "a/b", "C:\\a", "a\\b", "a\0b", "a\u{202e}b", "a\nb"]
        {
            assert_eq!(flaw(file_name(path)), Flaw::Characters, "{path:?}");
        }
        assert_eq!(flaw(file_name(" ")), Flaw::Blank);
        assert_eq!(flaw(file_name(&"a".repeat(256))), Flaw::TooLong(255));
    }

    #[test]
    fn a_picture_is_called_what_it_is() {
        let jpeg = ["jpg", "jpeg"];
        for (name, called) in [
            ("a.jpg", "a.jpg"),
            ("a.JPEG", "a.JPEG"),
            ("a.png", "a.jpg"),
            ("a", "a.jpg"),
            (".png", ".png.jpg"),
            ("v1.2", "v1.2.jpg"),
            ("a.exe", "a.exe.jpg"),
        ] {
            assert_eq!(with_ending(name, &jpeg), called);
        }
        assert_eq!(with_ending(&"a".repeat(255), &jpeg).len(), 255);
    }

    #[test]
    fn a_reaction_is_one_emoji_in_one_form() {
        for good in ["👍", "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "#️⃣", "❤️"]
        {
            assert_eq!(emoji(good), Ok(good));
        }
        assert_eq!(emoji("❤"), Ok("❤️"));
        assert_eq!(emoji("👁‍🗨"), emoji("👁️‍🗨️"));
        for wrong in ["", " ", "a", "1", "👍👍", "👍 ", ":+1:", "\u{200d}", "🇩", "🏽", "\u{fe0f}"]
        {
            assert_eq!(flaw(emoji(wrong)), Flaw::NotAllowed, "{wrong:?}");
        }
    }

    #[test]
    fn a_nonce_is_short_and_plain() {
        assert!(nonce("0198f0c2-5f4e").is_ok());
        assert_eq!(flaw(nonce("")), Flaw::TooShort(1));
        assert_eq!(flaw(nonce(&"n".repeat(65))), Flaw::TooLong(64));
        assert_eq!(flaw(nonce("a\nb")), Flaw::Characters);
    }
}
