//! The gateway's contract (AsyncAPI 3.0), from the same schemas as the REST contract: one channel,
//! one message per event.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas;

/// What frames are made of: the schema, who says it, and what that means.
const FRAMES: &[(&str, &str, &str)] = &[
    ("Event", "send", "What the server says by itself"),
    ("Reply", "send", "What the server answers to a command"),
    ("Command", "receive", "What the client says"),
];

/// The document; frames that have no schema yet are left out.
pub(super) fn document(openapi: &Value) -> Value {
    let known = openapi.pointer("/components/schemas").and_then(Value::as_object);
    let known = known.cloned().unwrap_or_default();
    let (mut messages, mut operations, mut used) = (Map::new(), Map::new(), BTreeSet::new());
    for (frame, action, summary) in FRAMES.iter().filter(|(name, ..)| known.contains_key(*name)) {
        let variants = variants(frame, known.get(*frame).unwrap_or(&Value::Null));
        let listed: Vec<Value> = variants.iter().map(|(name, _)| reference(name)).collect();
        operations.insert(
            format!("{action}{frame}"),
            json!({
                "action": action,
                "channel": { "$ref": "#/channels/gateway" },
                "summary": summary,
                "messages": listed,
            }),
        );
        for (name, schema) in variants {
            schemas::references(&schema, &mut used);
            messages.insert(name, message(&schema));
        }
    }
    let names: Vec<String> = messages.keys().cloned().collect();
    let listed: Map<String, Value> = names
        .into_iter()
        .map(|name| {
            let target = json!({ "$ref": format!("#/components/messages/{name}") });
            (name, target)
        })
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parlor gateway",
            "version": openapi.pointer("/info/version"),
            "description": "One WebSocket serves all rooms of one signed-in person: JSON text frames of at most 128 KiB. The prose is in `openapi/gateway.md`.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "gateway": { "address": "/gateway", "messages": listed },
        },
        "operations": operations,
        "components": { "messages": messages, "schemas": closed(&known, used) },
    })
}

/// One message per variant of a frame, named by its `type`; a frame without variants is one.
fn variants(frame: &str, schema: &Value) -> Vec<(String, Value)> {
    match schema.get("oneOf").and_then(Value::as_array) {
        None => vec![(frame.to_owned(), schema.clone())],
        Some(variants) => variants
            .iter()
            .enumerate()
            .map(|(at, variant)| {
                let kind = variant.pointer("/properties/type/enum/0").and_then(Value::as_str);
                // A command and an event may have the same type.
                let name = match (frame, kind) {
                    ("Command", Some(kind)) => format!("command.{kind}"),
                    (_, Some(kind)) => kind.to_owned(),
                    (frame, None) => format!("{frame}.{at}"),
                };
                (name, variant.clone())
            })
            .collect(),
    }
}

fn message(schema: &Value) -> Value {
    let mut message = json!({ "payload": schema });
    if let (Some(summary), Some(message)) = (schema.get("description"), message.as_object_mut()) {
        message.insert("summary".to_owned(), summary.clone());
    }
    message
}

fn reference(message: &str) -> Value {
    json!({ "$ref": format!("#/channels/gateway/messages/{message}") })
}

/// The schemas that are used, and those that they use.
fn closed(known: &Map<String, Value>, mut used: BTreeSet<String>) -> Map<String, Value> {
    let mut closed = Map::new();
    while let Some(name) = used.pop_first() {
        if let (false, Some(schema)) = (closed.contains_key(&name), known.get(&name)) {
            schemas::references(schema, &mut used);
            closed.insert(name, schema.clone());
        }
    }
    closed
}
