//! Every promise and every row of the table of faults names its tests, and every test that carries a
//! promise's number or calls itself a fault's is named there.

use std::{collections::BTreeSet, fs, path::Path};

const ROWS: &str = include_str!("rows.tsv");
/// How many promises there are, and how many faults.
const PROMISES: usize = 14;
const FAULTS: usize = 13;

struct Row {
    id: &'static str,
    tests: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let parts: Vec<_> = line.split('\t').collect();
        assert_eq!(parts.len(), 3, "id, promise, tests: {line}");
        Row { id: parts[0], tests: parts[2].split(' ').collect() }
    };
    ROWS.lines().map(row).collect()
}

/// The names of all tests.
fn names() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<_> =
        ["src", "tests"].map(|it| Path::new(env!("CARGO_MANIFEST_DIR")).join(it)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(path).unwrap();
                for part in text.split("#[test]").chain(text.split("#[tokio::test")).skip(1) {
                    let name = part.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
                    found.extend(name.map(str::to_owned));
                }
            }
        }
    }
    found
}

/// Whether a test's name says that it holds a promise or a fault.
fn is_named(test: &str) -> bool {
    let number = test.strip_prefix('g').and_then(|rest| rest.split('_').next());
    let is_promise = number.is_some_and(|it| it.parse::<usize>().is_ok_and(|it| it > 0));
    is_promise || test.starts_with("fault_")
}

#[test]
fn every_promise_and_every_fault_has_tests_that_are_there() {
    let rows = rows();
    let promises: Vec<_> = (1..=PROMISES).map(|number| format!("G{number}")).collect();
    let faults: Vec<_> = (1..=FAULTS).map(|number| format!("F{number}")).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [promises, faults].concat());
    let there = names();
    for Row { id, tests } in &rows {
        for test in tests {
            assert!(there.contains(*test), "{id} names {test}, and there is no such test");
        }
    }
    let named: BTreeSet<_> = rows.iter().flat_map(|row| row.tests.iter().copied()).collect();
    let forgotten: Vec<_> =
        there.iter().filter(|it| is_named(it) && !named.contains(it.as_str())).collect();
    assert_eq!(forgotten, Vec::<&String>::new(), "these stand in no row");
}
