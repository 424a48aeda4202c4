//! Pages of lists: where one ends and the next begins.
//!
//! A page ends at a [`Position`]: the key that the list is ordered by, and the id that settles ties.
//! The next page is what comes after it, so a list makes progress whatever comes and goes meanwhile.

use serde::{Deserialize, Serialize};

/// What a list is ordered by, of one of its items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A folded name.
    Text(String),
    /// A moment or a count.
    Number(i64),
    /// A moment, and an id that settles its ties before the other does.
    Numbers(i64, i64),
}

impl Key {
    /// The key as a text, for a list that is ordered by one.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(_) | Self::Numbers(..) => "",
        }
    }

    /// The key as a number, for a list that is ordered by one.
    pub(super) fn number(&self) -> i64 {
        match self {
            Self::Number(number) | Self::Numbers(number, _) => *number,
            Self::Text(_) => 0,
        }
    }

    /// The second number, for a list that is ordered by two.
    pub(super) fn second(&self) -> i64 {
        match self {
            Self::Numbers(_, second) => *second,
            Self::Text(_) | Self::Number(_) => 0,
        }
    }
}

/// The place of an item in a list: where it is ordered upwards, the smaller comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// What the list is ordered by.
    pub key: Key,
    /// What settles ties.
    pub id: i64,
}

impl Position {
    /// The place of an item in a list that is ordered by its ids alone.
    pub(super) fn of(id: i64) -> Self {
        Self { key: Key::Number(id), id }
    }
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How many items at the most.
    pub limit: i64,
    /// What the page before ended at.
    pub after: Option<Position>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where it ends, if there is more.
    pub next: Option<Position>,
}

/// Cuts what was read, one row more than wanted, to a page.
pub(super) fn cut<R>(
    rows: &mut Vec<R>,
    limit: i64,
    at: impl Fn(&R) -> Position,
) -> Option<Position> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(at)
}

/// A page of a list that is short and was read whole: it is put in order here, so that it is the
/// same from either database, and needs no index beside the one by which it was found.
pub fn sorted<T>(
    items: Vec<T>,
    down: bool,
    wanted: &Wanted,
    at: impl Fn(&T) -> Position,
) -> Page<T> {
    let mut placed: Vec<(Position, T)> = items.into_iter().map(|item| (at(&item), item)).collect();
    let in_order = |one: &Position, two: &Position| if down { two.cmp(one) } else { one.cmp(two) };
    placed.sort_by(|one, two| in_order(&one.0, &two.0));
    if let Some(after) = &wanted.after {
        placed.retain(|(position, _)| in_order(after, position).is_lt());
    }
    let next = cut(&mut placed, wanted.limit, |(position, _)| position.clone());
    Page { items: placed.into_iter().map(|(_, item)| item).collect(), next }
}

/// The pattern of `like` that finds a text anywhere; what would be a wildcard is a character.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for char in text.chars() {
        if matches!(char, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

/// What takes its meaning from the character after it in a pattern.
pub(super) const ESCAPE: char = '\\';

/// Orders a boxed query by a key and an id, upwards or downwards, and begins it after a position.
/// The key is compared twice so that an index leads to the place at once.
macro_rules! ordered {
    ($query:expr, up, $key:expr, $id:expr, $after:expr) => {
        $crate::store::page::ordered!($query, $key, $id, $after, asc, gt, ge)
    };
    ($query:expr, down, $key:expr, $id:expr, $after:expr) => {
        $crate::store::page::ordered!($query, $key, $id, $after, desc, lt, le)
    };
    ($query:expr, $key:expr, $id:expr, $after:expr, $order:ident, $past:ident, $from:ident) => {{
        let query = $query.order(($key.$order(), $id.$order()));
        match $after {
            Some((key, id)) => {
                query.filter($key.$from(key)).filter($key.$past(key).or($id.$past(id)))
            }
            None => query,
        }
    }};
}
pub(super) use ordered;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_read_in_pages_both_ways() {
        let all = [("b", 1), ("a", 2), ("b", 3), ("", 4)];
        let at = |(key, id): &(&str, i64)| Position { key: Key::Text((*key).to_owned()), id: *id };
        for (down, expected) in [(false, [4, 2, 1, 3]), (true, [3, 1, 2, 4])] {
            for limit in 1..5 {
                let (mut seen, mut wanted) = (Vec::new(), Wanted { limit, after: None });
                loop {
                    let page = sorted(all.to_vec(), down, &wanted, at);
                    seen.extend(page.items.iter().map(|(_, id)| *id));
                    wanted.after = page.next;
                    if wanted.after.is_none() {
                        break;
                    }
                }
                assert_eq!(seen, expected, "{limit}");
            }
        }
    }

    #[test]
    fn wildcards_are_characters() {
        assert_eq!(anywhere("50%_\\"), "%50\\%\\_\\\\%");
    }

    #[test]
    fn a_page_that_is_not_full_is_the_last() {
        let at = |row: &i64| Position { key: Key::Number(*row), id: *row };
        assert_eq!(cut(&mut vec![1, 2], 2, at), None);
        let mut rows = vec![1, 2, 3];
        assert_eq!(cut(&mut rows, 2, at).map(|position| position.id), Some(2));
        assert_eq!(rows, [1, 2]);
    }
}
