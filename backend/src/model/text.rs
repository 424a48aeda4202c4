//! Text as people write it: what counts as the same name, what a mention is, how a text begins,
//! which characters show nothing.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// How many code points of a message a reply shows of it.
pub const EXCERPT_CHARS_MAX: usize = 120;
/// How many different people one message mentions at the most; the rest of the names are just text.
pub const MENTIONS_MAX: usize = 50;
/// The longest username, in code points.
pub const USERNAME_CHARS_MAX: usize = 32;
/// How the name of a deleted account begins; its number follows.
pub const DELETED_PREFIX: &str = "deleted-";

/// The form under which two names are the same: NFKC with case folding, applied until it is stable
/// (Unicode, UAX #31, "identifier caseless match").
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(fold_common).collect::<Option<String>>().unwrap_or_else(|| fold_any(text))
}

/// The characters of which most texts consist, each by itself; nothing for all others.
fn fold_common(char: char) -> Option<char> {
    let shifted = |by: u32| char::from_u32(u32::from(char).saturating_add(by));
    match char {
        '\0'..='\x7f' => Some(char.to_ascii_lowercase()),
        'А'..='Я' => shifted(0x20),
        'Ё' => Some('ё'),
        'а'..='я' | 'ё' | '\u{4e00}'..='\u{9fff}' => Some(char),
        _ => None,
    }
}

fn fold_any(text: &str) -> String {
    let once: String = caseless::default_case_fold_str(&text.nfkc().collect::<String>());
    caseless::default_case_fold_str(&once.nfkc().collect::<String>()).nfkc().collect()
}

/// The first code points of a text, as a reply shows it.
pub fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARS_MAX).collect()
}

/// What a search for people looks into, and what they are ordered by: the display name, then the
/// username, both folded.
pub fn search_key(display_name: &str, username: &str) -> String {
    format!("{}\n{}", fold(display_name), fold(username))
}

/// A name as it stands in an address: letters and digits in lower case, everything else one hyphen.
/// A name without any letter or digit gives the numbers of its characters, so it is never empty.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for char in lower(name).chars() {
        let in_word = slug.ends_with(|last| last != '-');
        if char.is_alphanumeric() || (in_word && is_combining_mark(char)) {
            slug.push(char);
        } else if in_word {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        let numbers: Vec<String> =
            name.chars().map(|char| format!("u{:x}", u32::from(char))).collect();
        return numbers.join("-");
    }
    slug.to_owned()
}

/// The form in which slugs are written and looked up.
pub fn lower(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfc().collect()
}

/// Whether a character shows nothing: white space, controls, and what Unicode asks programs to
/// ignore where they cannot draw it (`Default_Ignorable_Code_Point`), such as a zero-width space.
pub fn is_invisible(char: char) -> bool {
    char.is_whitespace() || char.is_control() || is_ignorable(char) || char == '\u{2800}'
}

/// Whether a character changes nothing but the direction of what stands around it; a name with one
/// could show itself as another.
pub fn is_bidi_control(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_ignorable(char: char) -> bool {
    matches!(
        char,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a username may have this character; which of them may stand together is decided where
/// names are given.
pub fn is_username_char(char: char) -> bool {
    char.is_alphanumeric() || is_combining_mark(char) || matches!(char, '_' | '.' | '-')
}

/// The folded usernames that a text mentions: `@name` at the beginning or after something that can't
/// be part of a name. A full stop or a hyphen at the end belongs to the sentence.
pub fn mentions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = None;
    for (at, char) in text.char_indices() {
        let begins = char == '@' && !before.is_some_and(is_username_char);
        before = Some(char);
        if !begins {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let name: String = rest
            .chars()
            .take_while(|c| is_username_char(*c))
            .take(USERNAME_CHARS_MAX + 1)
            .collect();
        let name = fold(name.trim_end_matches(['.', '-']));
        if !name.is_empty() && found.len() < MENTIONS_MAX && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_characters_are_folded_like_all_others() {
        let common: Vec<char> = ('\0'..char::MAX).filter(|it| fold_common(*it).is_some()).collect();
        assert!(common.len() > 20_000);
        for char in &common {
            let text = char.to_string();
            assert_eq!(fold_any(&text), fold_common(*char).unwrap().to_string(), "{char:?}");
        }
        for text in ["Ёлка и ЁЖ, 部署 at Noon", "Й и й", "ёЁ x\u{301}", "я\u{306}"] {
            assert_eq!(fold(text), fold_any(text));
        }
        for pair in common.windows(2) {
            let text: String = pair.iter().collect();
            assert_eq!(fold(&text), fold_any(&text));
        }
    }

    #[test]
    fn names_that_look_alike_are_the_same() {
        assert_eq!(fold("ＡＮＮＡ"), "anna");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Ёжик"), fold("ёЖИК"));
    }

    #[test]
    fn mentions_are_found_where_people_mean_them() {
        assert_eq!(mentions("@Ann, see @bo-b. mail me@example.org @ann"), ["ann", "bo-b"]);
        assert_eq!(mentions("(@Аня) and @@x"), ["аня", "x"]);
        assert!(mentions("no one @ all").is_empty());
    }

    #[test]
    fn a_slug_is_words_between_hyphens() {
        assert_eq!(slug("Общий чат!"), "общий-чат");
        assert_eq!(slug("  C++ & Rust — 2026 "), "c-rust-2026");
        assert_eq!(slug("Ｗｉｄｅ"), "wide");
        assert_eq!(slug("हिन्दी में"), "हिन्दी-में");
        assert_eq!(slug("🎉!"), "u1f389-u21");
        for name in ["Общий чат!", "🎉", "İstanbul", "a - b"] {
            assert_eq!(slug(&slug(name)), slug(name), "{name}");
            assert_eq!(lower(&slug(name)), slug(name), "{name}");
        }
    }

    #[test]
    fn what_shows_nothing_is_invisible() {
        for char in [' ', '\n', '\u{a0}', '\u{200b}', '\u{3164}', '\u{2800}', '\u{feff}', '\0'] {
            assert!(is_invisible(char), "{char:?}");
        }
        assert!(!"aя.🎉१".chars().any(is_invisible));
        assert!(is_bidi_control('\u{202e}') && !is_bidi_control('ש'));
    }

    #[test]
    fn an_excerpt_counts_code_points() {
        assert_eq!(excerpt(&"ё".repeat(300)).chars().count(), EXCERPT_CHARS_MAX);
    }
}
