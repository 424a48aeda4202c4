//! The list of requirements is one: each id once, and no test carries one that is not there.

use std::{collections::BTreeSet, fs, path::Path};

const ROWS: &str = include_str!("rows.tsv");

fn ids() -> Vec<&'static str> {
    ROWS.lines().map(|row| row.split_once('\t').expect("id, tab, requirement").0).collect()
}

/// The ids in a test's name: `az_5_az_8_only_rooms…` has two.
fn carried(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split('_').collect();
    let is_id = |pair: &&[&str]| {
        let is_family = pair[0].len() == 2 && pair[0].chars().all(|it| it.is_ascii_lowercase());
        is_family && !pair[1].is_empty() && pair[1].chars().all(|it| it.is_ascii_digit())
    };
    let pairs = parts.windows(2).filter(is_id);
    let ids = pairs.map(|pair| format!("{}-{}", pair[0].to_uppercase(), pair[1]));
    // Promises have numbers of three digits, and their own list.
    ids.filter(|id| !id.starts_with("AT-") && !id.ends_with("-0")).collect()
}

fn names(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(path).unwrap();
            let functions = text.split("fn ").skip(1).filter_map(|rest| rest.split_once('('));
            into.extend(functions.map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn every_requirement_has_one_row_and_every_test_a_requirement_that_is_there() {
    let all = ids();
    let unique: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(unique.len(), all.len());
    assert_eq!(all.len(), 82);
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        names(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    }
    let families = ["AU", "TK", "SE", "AZ", "WS", "IN", "FI", "WB", "DO", "LO", "CF", "SC"];
    let named = found.iter().flat_map(|name| carried(name));
    let unknown: Vec<String> =
        named.filter(|id| families.contains(&&id[..2]) && !unique.contains(id.as_str())).collect();
    assert_eq!(unknown, Vec::<String>::new());

    // And nobody takes the last test of a requirement away without being told.
    let mut tried: BTreeSet<String> = found.iter().flat_map(|name| carried(name)).collect();
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/e2e");
    for entry in fs::read_dir(client).unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path()) else { continue };
        tried.extend(
            all.iter().filter(|id| text.contains(&format!("[{id}]"))).map(|id| (*id).into()),
        );
    }
    let untried: Vec<&str> = all.into_iter().filter(|id| !tried.contains(*id)).collect();
    assert_eq!(untried, Vec::<&str>::new());
}
