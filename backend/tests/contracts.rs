//! The contracts are fresh, whole and sound.

use std::{collections::BTreeSet, fs, path::Path};

use parlor::api::{self, contracts::Contracts};
use serde_json::Value;

use crate::harness::Contract;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"))
}

#[test]
fn the_checked_in_contracts_are_those_of_the_code() {
    let contracts = Contracts::of(&api::collect());
    for (name, fresh) in
        [("openapi.json", contracts.openapi), ("asyncapi.json", contracts.asyncapi)]
    {
        let known = fs::read(folder().join(name)).unwrap_or_default();
        assert!(known == fresh, "openapi/{name} is stale: run `make contracts`");
    }
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let (one, other) = (Contracts::of(&api::collect()), Contracts::of(&api::collect()));
    assert_eq!(one.openapi, other.openapi);
    assert_eq!(one.asyncapi, other.asyncapi);
}

#[test]
fn every_reference_leads_somewhere() {
    let contract = Contract::shared();
    for document in [&contract.openapi, &contract.asyncapi] {
        let mut targets = BTreeSet::new();
        collect_references(document, &mut targets);
        assert!(targets.len() > 5);
        for target in targets {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
        }
    }
}

fn collect_references(part: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|part| collect_references(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| collect_references(part, found)),
        _ => {}
    }
}

#[test]
fn every_call_says_what_it_does_and_everything_that_it_may_answer() {
    let mut ids = BTreeSet::new();
    for (path, method, operation) in Contract::shared().operations() {
        let call = format!("{method} {path}");
        assert!(operation["summary"].is_string(), "{call} has no summary");
        assert!(ids.insert(operation["operationId"].to_string()), "{call} has no id of its own");
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            let described = response["description"].as_str().is_some_and(|it| !it.is_empty());
            assert!(described, "{call} → {status} has no description");
        }
        let has = |status: &str| responses.contains_key(status);
        if path.starts_with("/api/") {
            assert!(has("429") && has("500") && has("503"), "{call}");
        }
        if !operation["security"].is_null() {
            assert!(has("401"), "{call}");
        }
        if !operation["requestBody"].is_null() {
            assert!(has("400") && has("413") && has("415") && has("422"), "{call}");
        }
    }
    assert!(ids.len() > 20);
}

#[test]
fn az_9_what_leaves_the_server_has_no_other_fields() {
    let schemas = Contract::shared().openapi["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
        for object in variants.iter().chain([schema]) {
            if object["properties"].is_object() {
                assert_eq!(object["additionalProperties"], false, "{name}");
            }
        }
    }
}
