//! What somebody is called here whom a provider has sent: their name there, within our rules, and free.

use unicode_normalization::UnicodeNormalization;

use super::super::{
    names::{self, Username},
    texts::{self, DISPLAY_NAME_CHARS_MAX},
};
use crate::{
    error::{Code, Result},
    model::text::{self, USERNAME_CHARS_MAX},
    oidc::Claimed,
    store::{Conn, accounts},
};

/// What somebody is called whose names are none here.
const NOBODY: &str = "user";
/// How many numbers are tried behind a name before chance is.
const NUMBERS: u32 = 20;
/// How often chance is tried.
const CHANCES: u32 = 20;

/// A name that nobody has, as close as possible to one that the person has elsewhere.
///
/// # Errors
/// `username_taken` where chance has failed, too; those of the store.
pub(super) fn find_free(conn: &mut Conn, claimed: &Claimed) -> Result<Username> {
    let base = base(claimed);
    let numbered = (2..=NUMBERS).map(|number| with_suffix(&base, &number.to_string()));
    let by_chance = (0..CHANCES)
        .map(|_| with_suffix(&base, &format!("{:06}", rand::random::<u32>() % 1_000_000)));
    for name in std::iter::once(base.clone()).chain(numbered).chain(by_chance) {
        let Ok(username) = names::check_username(&name) else { continue };
        if !accounts::is_taken_key(conn, &username.key)? {
            return Ok(username);
        }
    }
    Err(Code::UsernameTaken.into())
}

/// The first of a person's names elsewhere of which a username can be made.
fn base(claimed: &Claimed) -> String {
    let Claimed { username, email, name, .. } = claimed;
    let names = [username, email, name].into_iter().flatten();
    let mut tidied = names.map(|name| tidy(name));
    // A reserved word is good with a number behind it.
    tidied
        .find(|name| names::check_given_username(name).is_ok())
        .unwrap_or_else(|| NOBODY.to_owned())
}

/// Without what stands behind an `@`, and without what may not stand in a username.
fn tidy(name: &str) -> String {
    let name: String = name.chars().take(USERNAME_CHARS_MAX * 4).collect();
    let local = name.split('@').next().unwrap_or_default();
    let plain = local.nfkc().map(|char| if char.is_whitespace() { '.' } else { char });
    let kept: String = plain.filter(|char| text::is_username_char(*char)).collect();
    let from_a_letter = kept.trim_start_matches(['_', '.', '-']);
    from_a_letter.chars().take(USERNAME_CHARS_MAX).collect()
}

fn with_suffix(base: &str, suffix: &str) -> String {
    let room = USERNAME_CHARS_MAX.saturating_sub(suffix.chars().count());
    base.chars().take(room).chain(suffix.chars()).collect()
}

/// A display name that may stand here; the username if there is none.
pub(super) fn display_name(claimed: &Claimed, username: &Username) -> String {
    let name: String =
        claimed.name.iter().flat_map(|name| name.chars()).take(DISPLAY_NAME_CHARS_MAX).collect();
    texts::name("display_name", &name, DISPLAY_NAME_CHARS_MAX)
        .unwrap_or_else(|_| username.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(username: &str, email: &str, name: &str) -> Claimed {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Claimed {
            subject: "1".to_owned(),
            email: some(email),
            is_email_verified: false,
            username: some(username),
            name: some(name),
        }
    }

    #[test]
    fn a_name_elsewhere_becomes_a_name_here() {
        for (username, email, name, expected) in [
            ("ann", "", "", "ann"),
            ("ann@corp.example", "", "", "ann"),
            ("Ann Lee", "", "", "Ann.Lee"),
            ("", "ann.lee+x@example.org", "", "ann.leex"),
            ("", "", "Аня Ли", "Аня.Ли"),
            ("_ann!", "", "", "ann"),
            ("!!!", "bob@example.org", "", "bob"),
            ("x", "bob@example.org", "", "bob"),
            ("аnn", "bob@example.org", "", "bob"), // a Cyrillic first letter
            ("", "", "", "user"),
            ("🎉", "", "\u{202e}", "user"),
            ("admin", "", "", "admin"),
        ] {
            assert_eq!(
                base(&claimed(username, email, name)),
                expected,
                "{username} {email} {name}"
            );
        }
        let long = "a".repeat(100);
        assert_eq!(base(&claimed(&long, "", "")).len(), USERNAME_CHARS_MAX);
        assert_eq!(with_suffix(&"a".repeat(32), "12").len(), USERNAME_CHARS_MAX);
    }
}
