//! The house keeps its plan: modules import what ARCHITECTURE.md lets them import, and nothing else.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What may be imported everywhere, but by `model`.
const COMMON: [&str; 2] = ["model", "error"];

/// Crates that belong to certain modules.
const CRATES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("actix_web", &["api", "app", "gateway", "web"]),
    ("actix_http", &["api", "app", "gateway", "web"]),
    ("actix_server", &["app"]),
    ("actix_service", &["app"]),
    ("actix_ws", &["gateway"]),
    ("fred", &["relay/redis.rs"]),
    ("prometheus_client", &["metrics"]),
    ("lettre", &["mail"]),
    ("ureq", &["oidc/fetch.rs"]),
    ("image", &["media"]),
];

struct Source {
    /// Where it lies below `src`.
    path: PathBuf,
    /// The module at the top of the house that it belongs to.
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root).unwrap().to_owned();
                let first = path.components().next().unwrap().as_os_str().to_string_lossy();
                let module = first.trim_end_matches(".rs").to_owned();
                found.push(Source { path, module, text });
            }
        }
    }
    assert!(found.len() > 40);
    found
}

/// Code without its tests and without comments: both may name anything.
fn code(source: &Source) -> String {
    let path = source.path.to_string_lossy();
    if path.ends_with("tests.rs") || path.contains("/tests/") || path.contains("/simulation") {
        return String::new();
    }
    if ["echo.rs", "fuzz.rs", "autobahn.rs"].iter().any(|tests| path.ends_with(tests)) {
        return String::new();
    }
    let before_tests = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules at the top of the house that a file names as `crate::…`, also inside braces; the command
/// line says `parlor::…`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.replace("parlor::", "crate::").split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut item = String::new();
                for char in list.chars() {
                    match char {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => found.push(word(&std::mem::take(&mut item))),
                        _ => {}
                    }
                    if depth == 0 && char != ',' {
                        item.push(char);
                    }
                }
                found.push(word(&item));
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// Who may import whom, as ARCHITECTURE.md draws it; what stands there in brackets is for people.
fn arrows() -> BTreeSet<(String, String)> {
    let page = include_str!("../../ARCHITECTURE.md");
    let drawing = page.split("Arrows (`may import`)").nth(1).unwrap().split("```").nth(1).unwrap();
    let rows = drawing.lines().filter_map(|line| line.split_once('→'));
    let arrows = rows.flat_map(|(from, to)| {
        let to = to.split('(').next().unwrap().split(',');
        to.map(|to| (from.trim().to_owned(), to.trim().to_owned()))
    });
    arrows.collect()
}

#[test]
fn what_is_imported_is_what_the_arrows_say() {
    let mut drawn = arrows();
    for name in COMMON {
        assert!(drawn.remove(&("everything".to_owned(), name.to_owned())), "{name}");
    }
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for source in sources() {
        let Source { path, module, .. } = &source;
        for import in imports(&code(&source)) {
            let is_macro = import == "on_backend";
            let is_common = module != "model" && COMMON.contains(&import.as_str());
            if import == *module || is_macro || is_common {
                continue;
            }
            let arrow = (module.clone(), import);
            if !drawn.contains(&arrow) {
                wrong.push(format!("{} imports {}", path.display(), arrow.1));
            }
            used.insert(arrow);
        }
    }
    assert!(wrong.is_empty(), "arrows that are not drawn:\n{}", wrong.join("\n"));
    let unused: Vec<_> = drawn.difference(&used).collect();
    assert!(unused.is_empty(), "arrows that nothing needs: {unused:?}");
}

#[test]
fn crates_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, homes) in CRATES {
            let path = source.path.to_string_lossy();
            let is_home = homes.iter().any(|home| *home == source.module || *home == path);
            if !is_home && code(&source).contains(&format!("{name}::")) {
                wrong.push(format!("{} uses {name}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|source| !source.path.ends_with("tests.rs") && !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "without `//!`: {silent:?}");
}

#[test]
fn the_reader_of_imports_sees_through_braces() {
    let code = "use crate::{a, b::{c, d}, e::f};\nuse crate::g::h;\nlet x = crate::i::j();";
    assert_eq!(imports(code), ["a", "b", "e", "g", "i"]);
}
