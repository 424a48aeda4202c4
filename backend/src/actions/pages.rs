//! What every list takes: a limit, a search term, and a cursor that says where the page before ended.
//!
//! A cursor holds the key and the id of the last item. It is opaque to clients; a short digest tells
//! one that was altered, or that belongs to another list or order, from one that we gave. It is not
//! a secret and guards nothing: what a list shows is decided anew for every page.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::texts::{self, SEARCH_CHARS_MAX};
use crate::{
    error::{Error, Flaw, Result},
    model::{
        page::{List, PAGE_ITEMS, PAGE_ITEMS_MAX},
        text,
    },
    store::page::{Key, Page, Position, Wanted},
};

/// The longest cursor that is looked at, in bytes: a folded display name and username fit.
const CURSOR_BYTES_MAX: usize = 4_096;
/// How many bytes of its digest a cursor carries.
const DIGEST_BYTES: usize = 6;

/// Which page a caller wants of the list of this name.
///
/// # Errors
/// `invalid`, naming the field `limit` or `cursor`.
pub(super) fn wanted(list: &str, limit: Option<i64>, cursor: Option<&str>) -> Result<Wanted> {
    Ok(Wanted {
        limit: self::limit(limit, PAGE_ITEMS, PAGE_ITEMS_MAX)?,
        after: cursor.map(|cursor| decode(list, cursor)).transpose()?,
    })
}

/// A page with its cursor as a client sees it.
pub(super) fn answer<T>(list: &str, page: Page<T>) -> List<T> {
    List { items: page.items, next: page.next.map(|next| encode(list, &next)) }
}

/// How many items a caller wants, `default` if it does not say.
///
/// # Errors
/// `invalid`, naming the field `limit`.
pub(super) fn limit(limit: Option<i64>, default: i64, max: i64) -> Result<i64> {
    match limit.unwrap_or(default) {
        limit if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(Error::field("limit", Flaw::OutOfRange(1, max))),
    }
}

/// A search term as it is looked for; none if there is nothing to look for.
///
/// # Errors
/// `invalid`, naming the field `search`.
pub(super) fn search(raw: Option<&str>) -> Result<Option<String>> {
    let term = texts::line("search", raw.unwrap_or_default(), SEARCH_CHARS_MAX)?;
    Ok((!term.is_empty()).then(|| text::fold(&term)))
}

fn encode(list: &str, position: &Position) -> String {
    let content = serde_json::to_vec(&(list, &position.key, position.id)).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode([digest(&content).as_slice(), content.as_slice()].concat())
}

fn decode(list: &str, cursor: &str) -> Result<Position> {
    read(list, cursor).ok_or_else(|| Error::field("cursor", Flaw::Malformed))
}

fn read(list: &str, cursor: &str) -> Option<Position> {
    if cursor.len() > CURSOR_BYTES_MAX {
        return None;
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (given, content) = bytes.split_at_checked(DIGEST_BYTES)?;
    if given != digest(content) {
        return None;
    }
    let (of, key, id): (String, Key, i64) = serde_json::from_slice(content).ok()?;
    (of == list).then_some(Position { key, id })
}

fn digest(content: &[u8]) -> Vec<u8> {
    Sha256::digest(content).into_iter().take(DIGEST_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_altered_not_at_all() {
        for key in [Key::Text("общий \"чат\"\n".to_owned()), Key::Number(-7)] {
            let position = Position { key, id: 42 };
            let cursor = encode("rooms:name", &position);
            assert_eq!(decode("rooms:name", &cursor), Ok(position));
            assert!(decode("rooms:-name", &cursor).is_err());
            for at in 0..cursor.len() {
                let mut altered = cursor.clone().into_bytes();
                altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
                let altered = String::from_utf8(altered).unwrap();
                assert!(decode("rooms:name", &altered).is_err(), "{altered}");
            }
        }
        for junk in ["", "!", "AAAA", "AAAAAAAA", &"A".repeat(5_000), "абв"] {
            assert_eq!(decode("rooms:name", junk).unwrap_err().fields[0].0, "cursor");
        }
    }

    #[test]
    fn limits_have_bounds() {
        assert_eq!(limit(None, 50, 100), Ok(50));
        assert_eq!(limit(Some(100), 50, 100), Ok(100));
        for wrong in [0, -1, 101, i64::MAX] {
            let error = limit(Some(wrong), 50, 100).unwrap_err();
            assert_eq!(error, Error::field("limit", Flaw::OutOfRange(1, 100)));
        }
    }

    #[test]
    fn a_search_is_folded_and_may_be_nothing() {
        assert_eq!(search(None), Ok(None));
        assert_eq!(search(Some("  ")), Ok(None));
        assert_eq!(search(Some(" ОБЩИЙ ")), Ok(Some("общий".to_owned())));
        assert!(search(Some("a\0")).is_err());
        assert!(search(Some(&"a".repeat(101))).is_err());
    }
}
