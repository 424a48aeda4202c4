//! Text as people write it: what counts as the same name, what a mention is, how a text begins.

use unicode_normalization::UnicodeNormalization;

/// How many code points of a message a reply shows of it.
pub const EXCERPT_CHARS_MAX: usize = 120;
/// How many different people one message mentions at the most; the rest of the names are just text.
pub const MENTIONS_MAX: usize = 50;
/// The longest username, in code points.
const USERNAME_CHARS_MAX: usize = 32;

/// The form under which two names are the same: NFKC with case folding, applied until it is stable
/// (Unicode, UAX #31, "identifier caseless match").
pub fn fold(text: &str) -> String {
    let once: String = caseless::default_case_fold_str(&text.nfkc().collect::<String>());
    caseless::default_case_fold_str(&once.nfkc().collect::<String>()).nfkc().collect()
}

/// The first code points of a text, as a reply shows it.
pub fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT_CHARS_MAX).collect()
}

/// Whether a username may have this character; which of them may stand together is decided where
/// names are given.
pub fn is_username_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '.' | '-')
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
    fn an_excerpt_counts_code_points() {
        assert_eq!(excerpt(&"ё".repeat(300)).chars().count(), EXCERPT_CHARS_MAX);
    }
}
