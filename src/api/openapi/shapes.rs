//! What schemas are made of.

use serde_json::{Map, Value, json};

/// An object of which every member is always there.
pub(super) fn answer(members: Vec<(&'static str, Value)>) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

/// A body: only these members.
pub(super) fn request(required: &[&str], members: Vec<(&'static str, Value)>) -> Value {
    let mut schema = answer(members);
    schema["required"] = json!(required);
    schema["additionalProperties"] = json!(false);
    schema
}

pub(super) fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

pub(super) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

pub(super) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

pub(super) fn maybe(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

pub(super) fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

pub(super) fn number(description: &str) -> Value {
    json!({ "type": "integer", "description": description })
}

pub(super) fn time(description: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": description })
}

pub(super) fn maybe_time(description: &str) -> Value {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}
