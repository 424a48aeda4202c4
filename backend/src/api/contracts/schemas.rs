//! Schemas as strict as the code: what leaves the server always has every field, and an object with
//! a `type` lists its fields itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// How `utoipa` calls the type of `seq` and `rev`: no name to show anybody.
const NUMBER: &str = "i64";

/// Fields that are left out where there is nothing to say; all others are always there.
const LEFT_OUT: &[(&str, &str)] = &[
    ("Tokens", "refresh_token"),
    ("ReplyError", "retry_after_s"),
    ("ReplyError", "errors"),
    ("Reply", "data"),
    ("Reply", "error"),
];

pub(super) fn complete(document: &mut Value) {
    let inputs = inputs(document);
    let Some(schemas) = schemas(document) else { return };
    for (name, schema) in schemas.iter_mut().filter(|(name, _)| !inputs.contains(*name)) {
        require_all(name, schema);
    }
    let known = schemas.clone();
    for schema in schemas.values_mut() {
        for variant in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
            merge(variant, &known);
            close(variant);
        }
    }
    let number = schemas.remove(NUMBER).unwrap_or_default();
    write_out(document, &number);
}

fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// The schemas of what callers send, and of what those are made of.
fn inputs(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["Command".to_owned()]);
    let paths = document.get("paths").and_then(Value::as_object);
    for operation in paths.into_iter().flat_map(Map::values).flat_map(|item| item.as_object()) {
        for body in operation.values().filter_map(|it| it.get("requestBody")) {
            references(body, &mut found);
        }
    }
    loop {
        let mut more = found.clone();
        for name in &found {
            if let Some(schema) = document.pointer(&format!("/components/schemas/{name}")) {
                references(schema, &mut more);
            }
        }
        if more.len() == found.len() {
            return found;
        }
        found = more;
    }
}

/// The names of the schemas that a part of the document refers to.
pub(super) fn references(part: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str);
            if let Some(name) = target.and_then(|it| it.strip_prefix("#/components/schemas/")) {
                found.insert(name.to_owned());
            }
            fields.values().for_each(|part| references(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| references(part, found)),
        _ => {}
    }
}

/// Every field of an object that leaves the server is there, if only as null.
fn require_all(name: &str, schema: &mut Value) {
    let fields = schema.get("properties").and_then(Value::as_object).map(|fields| {
        let left_out = |field: &String| LEFT_OUT.contains(&(name, field.as_str()));
        fields.keys().filter(|field| !left_out(field)).cloned().collect::<Vec<_>>()
    });
    if let (Some(fields), Some(schema)) = (fields, schema.as_object_mut()) {
        schema.insert("required".to_owned(), json!(fields));
    }
}

/// A variant that is a struct beside its `type` becomes one object: taken apart, each half would
/// refuse the fields of the other.
fn merge(variant: &mut Value, known: &Map<String, Value>) {
    let Some(halves) = variant.get("allOf").and_then(Value::as_array).cloned() else { return };
    let mut merged = Map::new();
    let (mut fields, mut required) = (Map::new(), BTreeSet::new());
    for half in &halves {
        let name = half.get("$ref").and_then(Value::as_str);
        let name = name.and_then(|it| it.strip_prefix("#/components/schemas/"));
        let half = name.and_then(|name| known.get(name)).unwrap_or(half);
        let of = |key: &str| half.get(key).cloned().unwrap_or_default();
        fields.extend(of("properties").as_object().cloned().unwrap_or_default());
        let names = of("required");
        required.extend(
            names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned),
        );
    }
    if let Some(description) = variant.get("description") {
        merged.insert("description".to_owned(), description.clone());
    }
    merged.insert("type".to_owned(), json!("object"));
    merged.insert("properties".to_owned(), Value::Object(fields));
    merged.insert("required".to_owned(), json!(required));
    merged.insert("additionalProperties".to_owned(), json!(false));
    *variant = Value::Object(merged);
}

/// An object that lists its fields has no others.
fn close(variant: &mut Value) {
    if let Some(object) = variant.as_object_mut().filter(|it| it.contains_key("properties")) {
        object.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Writes plain numbers out instead of referring to them.
fn write_out(part: &mut Value, number: &Value) {
    match part {
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str);
            if target == Some(&format!("#/components/schemas/{NUMBER}")) {
                fields.remove("$ref");
                fields.extend(number.as_object().cloned().unwrap_or_default());
            }
            fields.values_mut().for_each(|part| write_out(part, number));
        }
        Value::Array(parts) => parts.iter_mut().for_each(|part| write_out(part, number)),
        _ => {}
    }
}
