//! Every promise has a test.

use std::{collections::BTreeSet, fs, path::Path};

const ROWS: &str = include_str!("rows.tsv");

/// Promises without a test yet. This list only ever shrinks.
const NOT_YET: &[&str] = &[];

/// The texts of all files below a folder with one of these endings.
fn texts(folder: &Path, ending: &str, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, ending, into);
        } else if path.to_string_lossy().ends_with(ending) {
            into.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// `002_10_a_whisper…` and `002-10] a whisper…` as `002-10`, if it is a promise's number.
fn id(text: &str, between: char, after: char) -> Option<String> {
    let (document, rest) = text.split_once(between)?;
    let (row, _) = rest.split_once(after)?;
    let is_number = |part: &str| part.bytes().all(|it| it.is_ascii_digit()) && !part.is_empty();
    (document.len() == 3 && is_number(document) && is_number(row))
        .then(|| format!("{document}-{row}"))
}

/// The promises that tests say they check.
fn tested() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    let mut sources = Vec::new();
    texts(&root.join("tests"), ".rs", &mut sources);
    for source in sources {
        found.extend(source.split("fn at_").skip(1).filter_map(|rest| id(rest, '_', '_')));
    }
    let mut sources = Vec::new();
    texts(&root.join("../frontend/e2e"), ".spec.ts", &mut sources);
    for source in sources {
        found.extend(source.split('[').skip(1).filter_map(|rest| id(rest, '-', ']')));
    }
    found
}

fn promised() -> Vec<&'static str> {
    ROWS.lines().map(|line| line.split_once('\t').unwrap().0).collect()
}

#[test]
fn every_promise_has_a_test() {
    let tested = tested();
    let missing: Vec<_> = promised().into_iter().filter(|row| !tested.contains(*row)).collect();
    assert_eq!(missing, NOT_YET, "left: without a test; right: known to be without one");
}

#[test]
fn every_number_in_a_test_s_name_is_one_of_a_promise() {
    let promised = promised();
    let unknown: Vec<_> =
        tested().into_iter().filter(|row| !promised.contains(&row.as_str())).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn the_promises_are_all_there_and_in_order() {
    let numbers = [("000", 15), ("001", 13), ("002", 20), ("003", 9), ("004", 11)];
    let expected = numbers
        .into_iter()
        .flat_map(|(document, rows)| (1..=rows).map(move |row| format!("{document}-{row}")));
    assert_eq!(promised(), expected.collect::<Vec<_>>());
}
