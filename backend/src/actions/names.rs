//! The rules of usernames: one function for sign-up and for renaming.
//!
//! A name is what people are recognised by, so two names must not look alike by accident or by
//! malice: one script, nothing invisible, nothing that only looks like something simpler, no word
//! that the server or its staff could be mistaken for (SECURITY, AU-10). To reserve a word: a line
//! in [`RESERVED`].

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::mixed_script::AugmentedScriptSet;

use crate::{
    error::{Error, Flaw, Result},
    model::text::{self, DELETED_PREFIX, USERNAME_CHARS_MAX},
};

/// The shortest username, in code points.
pub const USERNAME_CHARS_MIN: usize = 2;

/// Words that nobody may be called, folded. Separators at the end do not help.
const RESERVED: &[&str] = &[
    "account",
    "accounts",
    "admin",
    "administration",
    "administrator",
    "all",
    "anonymous",
    "api",
    "channel",
    "deleted",
    "everybody",
    "everyone",
    "gateway",
    "help",
    "here",
    "me",
    "mod",
    "moderator",
    "nobody",
    "none",
    "noreply",
    "no-reply",
    "null",
    "official",
    "operator",
    "owner",
    "parlor",
    "postmaster",
    "root",
    "security",
    "server",
    "settings",
    "staff",
    "superuser",
    "support",
    "sysadmin",
    "system",
    "undefined",
    "unknown",
    "webmaster",
    "админ",
    "администратор",
    "администрация",
    "все",
    "всем",
    "модератор",
    "никто",
    "поддержка",
    "персонал",
    "сервер",
    "система",
];

/// A username that may be given, if nobody has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// As it is shown (NFC).
    pub name: String,
    /// The form under which it is unique: NFKC with case folding.
    pub key: String,
}

/// Checks a username: 2–32 code points, letters of one script, digits, `_ . -`, a letter or digit
/// first, not reserved. Whether it is free is settled by the write.
///
/// # Errors
/// `invalid`, naming the field `username`.
pub fn check_username(raw: &str) -> Result<Username> {
    let username = check_given_username(raw)?;
    let word = username.key.trim_end_matches(['_', '.', '-']);
    if RESERVED.contains(&word) || is_of_nobody(word) {
        return Err(Error::field("username", Flaw::Reserved));
    }
    Ok(username)
}

/// Whether a name is one of those that deleted accounts get.
fn is_of_nobody(key: &str) -> bool {
    let number = key.strip_prefix(DELETED_PREFIX);
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The same for a name that the operator or staff give to somebody: reserved words are theirs to
/// give, so that the first superuser may be called `admin`.
///
/// # Errors
/// `invalid`, naming the field `username`.
pub fn check_given_username(raw: &str) -> Result<Username> {
    let flaw = |flaw| Error::field("username", flaw);
    // Normalising is linear, but there is no need to normalise a megabyte to refuse it.
    if raw.len() > USERNAME_CHARS_MAX * 4 * 3 {
        return Err(flaw(Flaw::TooLong(USERNAME_CHARS_MAX)));
    }
    let name: String = raw.nfc().collect();
    match name.chars().count() {
        ..USERNAME_CHARS_MIN => return Err(flaw(Flaw::TooShort(USERNAME_CHARS_MIN))),
        count if count > USERNAME_CHARS_MAX => return Err(flaw(Flaw::TooLong(USERNAME_CHARS_MAX))),
        _ => {}
    }
    if !is_well_formed(&name) {
        return Err(flaw(Flaw::Characters));
    }
    let key = text::fold(&name);
    Ok(Username { name, key })
}

fn is_well_formed(name: &str) -> bool {
    let begins_well =
        name.starts_with(|first: char| first.is_alphanumeric() && !is_combining_mark(first));
    // Characters that are only another way to write a simpler one (full-width, mathematical,
    // superscript …) would make two names look alike.
    let is_plain = name.nfkc().eq(name.chars());
    begins_well
        && is_plain
        && name.chars().all(may_stand)
        && !AugmentedScriptSet::for_str(name).is_empty()
}

/// Marks that belong to no script in particular, or that are still apart from their letter in NFC, sit on
/// any letter and turn it into a look-alike; the vowel signs of a script are part of its letters.
fn may_stand(char: char) -> bool {
    let is_stray_mark = is_combining_mark(char)
        && (AugmentedScriptSet::for_char(char).is_all() || is_common_mark(char));
    text::is_username_char(char) && !text::is_invisible(char) && !is_stray_mark
}

/// Marks for any letter, whichever scripts are known to use them (the blocks of combining diacritical
/// marks).
fn is_common_mark(char: char) -> bool {
    matches!(
        char,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(raw: &str) -> Flaw {
        check_username(raw).unwrap_err().fields.remove(0).1
    }

    #[test]
    fn names_of_many_languages_are_taken() {
        for name in [
            "ann",
            "Ann_B.c-2",
            "42",
            "Аня",
            "Ёжик-7",
            "Ελένη",
            "माया",
            "स्मिता",
            "田中さん",
            "지민",
            "דוד",
            "علي",
            "José",
            "Ærøskøbing",
            "admins",
            "root66",
        ] {
            assert_eq!(check_username(name).map(|username| username.name), Ok(name.to_owned()));
        }
        assert_eq!(check_username("Jose\u{301}").unwrap().name, "José");
        assert_eq!(check_username("ÄNNE").unwrap().key, "änne");
    }

    #[test]
    fn names_that_could_deceive_are_not() {
        for name in [
            "аnn",              // a Cyrillic first letter
            "Οlga",             // a Greek one
            "ann\u{200b}",      // a zero-width space
            "ann\u{202e}",      // a bidi override
            "a\u{200d}b",       // a joiner
            "ＡＮＮ",           // full-width
            "𝐚𝐧𝐧",              // mathematical
            "x²",               // superscript
            "a\u{335}b",        // a stroke over anything
            "admi\u{307}n",     // a second dot
            "z\u{300}\u{301}a", // a heap of marks
            "\u{3164}\u{3164}", // fillers
            "\u{1160}\u{1160}",
            "_ann",
            ".ann",
            "-ann",
            "an n",
            "ann@b",
            "a/b",
            "ann!",
            "a\nb",
            "🎉🎉",
            "ann\0",
        ] {
            assert_eq!(refusal(name), Flaw::Characters, "{name:?}");
        }
    }

    #[test]
    fn lengths_count_code_points() {
        assert_eq!(refusal("ё"), Flaw::TooShort(2));
        assert_eq!(refusal(""), Flaw::TooShort(2));
        assert!(check_username(&"ё".repeat(32)).is_ok());
        assert_eq!(refusal(&"ё".repeat(33)), Flaw::TooLong(32));
        assert_eq!(refusal(&"a".repeat(1_000_000)), Flaw::TooLong(32));
    }

    #[test]
    fn reserved_words_stay_reserved_however_they_are_written() {
        for name in [
            "admin",
            "ADMIN",
            "Root",
            "me",
            "Everyone",
            "null",
            "admin.",
            "staff_-",
            "Админ",
            "Deleted-405",
        ] {
            assert_eq!(refusal(name), Flaw::Reserved, "{name}");
        }
        assert_eq!(check_given_username("admin").unwrap().key, "admin");
        for word in RESERVED {
            assert_eq!(text::fold(word), *word, "written folded");
        }
    }
}
