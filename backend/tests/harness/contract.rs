//! Holds what the server says against the contracts: whatever they do not describe fails the test.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use parlor::api::{self, contracts::Contracts};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::Answer;

pub(crate) struct Contract {
    pub(crate) openapi: Value,
    pub(crate) asyncapi: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

static SHARED: LazyLock<Contract> = LazyLock::new(|| {
    let contracts = Contracts::of(&api::collect());
    Contract {
        openapi: serde_json::from_slice(&contracts.openapi).unwrap(),
        asyncapi: serde_json::from_slice(&contracts.asyncapi).unwrap(),
        validators: Mutex::default(),
    }
});

impl Contract {
    pub(crate) fn shared() -> &'static Self {
        &SHARED
    }

    /// Every address with its methods and operations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.openapi["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
    }

    /// Fails the test unless the answer to this call is described.
    #[track_caller]
    pub(super) fn check(&self, method: &Method, path: &str, answer: &Answer) {
        let call = format!("{method} {path} → {}", answer.status);
        assert!(!answer.header("x-request-id").is_empty(), "{call} has no X-Request-Id");
        let path = &undisguised(path.split('?').next().unwrap());
        let template = self.template(path);
        let asked = if *method == Method::HEAD { "get" } else { &method.as_str().to_lowercase() };
        let operation = template.and_then(|it| self.openapi["paths"][it].get(asked));
        let Some(operation) = operation else {
            return self.check_undescribed(template, method, &call, answer);
        };
        let described = operation["responses"].get(answer.status.to_string());
        let described =
            described.unwrap_or_else(|| panic!("{call} is not described: {}", answer.text));
        if *method == Method::HEAD {
            return;
        }
        let empty = Map::new();
        let content = described.get("content").and_then(Value::as_object).unwrap_or(&empty);
        let kind = answer.header("content-type").split(';').next().unwrap();
        if content.is_empty() {
            assert!(answer.text.is_empty(), "{call} is described without a body: {}", answer.text);
            return;
        }
        // The files of Swagger UI are of many kinds; one stands for all of them.
        if path.starts_with("/api/docs/") && answer.status == 200 {
            return;
        }
        let schema = content.get(kind).map(|it| &it["schema"]);
        let schema = schema.unwrap_or_else(|| panic!("{call} has a body of type {kind:?}"));
        if kind.ends_with("json") {
            self.check_schema(schema, &answer.json, &call);
        }
    }

    /// What has no operation is a method that the address does not know, or not there at all; or it
    /// belongs to the web client.
    #[track_caller]
    fn check_undescribed(&self, known: Option<&str>, method: &Method, call: &str, answer: &Answer) {
        match (known, answer.status) {
            (_, 204) if *method == Method::OPTIONS => assert!(answer.text.is_empty(), "{call}"),
            (_, 405) => assert!(!answer.header("allow").is_empty(), "{call} without Allow"),
            (None, 200 | 304) if !answer.header("etag").is_empty() => return,
            (None, 200) if answer.header("content-type").starts_with("text/plain") => return,
            (_, 404 | 429) => {}
            _ => panic!("{call} is not described: {}", answer.text),
        }
        if answer.status >= 400 && *method != Method::HEAD {
            let problem = json!({ "$ref": "#/components/schemas/Problem" });
            assert_eq!(answer.header("content-type"), "application/problem+json", "{call}");
            self.check_schema(&problem, &answer.json, call);
        }
    }

    /// Fails the test unless a frame of the gateway is described.
    #[track_caller]
    pub(super) fn check_frame(&self, frame: &Value) {
        let name = if frame["type"] == "reply" { "Reply" } else { "Event" };
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.check_schema(&schema, frame, "a frame");
    }

    #[track_caller]
    fn check_schema(&self, schema: &Value, instance: &Value, call: &str) {
        let validator = self.validator(schema);
        let errors: Vec<String> = validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{call} breaks the contract:\n{}\n{instance:#}",
            errors.join("\n")
        );
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let key = schema.to_string();
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry(key).or_insert_with(|| {
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema],
                "components": self.openapi["components"],
            });
            Arc::new(jsonschema::options().should_validate_formats(true).build(&whole).unwrap())
        });
        made.clone()
    }

    /// The address of the contract that a path belongs to; names win over placeholders.
    fn template(&self, path: &str) -> Option<&str> {
        let path = match path.strip_suffix('/') {
            None if path == "/api" => "/api/",
            Some(bare) if bare.len() > "/api".len() && !bare.starts_with("/api/docs") => bare,
            _ => path,
        };
        let paths = self.openapi["paths"].as_object().unwrap();
        let mut matching: Vec<&str> =
            paths.keys().map(String::as_str).filter(|it| matches(it, path)).collect();
        matching.sort_by_key(|it| it.matches('{').count());
        matching.first().copied()
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part.starts_with('{') || part == given => {}
            _ => return false,
        }
    }
}

/// A path with every letter and digit written as itself, however often that has to be undone.
fn undisguised(path: &str) -> String {
    let mut plain = path.to_owned();
    while let Some((number, char)) = (0..plain.len()).find_map(|at| number_at(&plain, at)) {
        plain = plain.replacen(&number, &char.to_string(), 1);
    }
    plain
}

fn number_at(path: &str, at: usize) -> Option<(String, char)> {
    let number = path.get(at..at + 3).filter(|number| number.starts_with('%'))?;
    let char = char::from(u8::from_str_radix(&number[1..], 16).ok()?);
    char.is_ascii_alphanumeric().then(|| (number.to_owned(), char))
}
