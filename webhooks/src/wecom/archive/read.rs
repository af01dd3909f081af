//! Fields that may be missing or of another type.

use serde_json::Value;

/// A text, or a number as text; empty when it is neither.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The first of these fields that isn't empty: the platform spells some in two ways.
pub(super) fn either(object: &Value, names: &[&str]) -> String {
    let mut texts = names.iter().map(|name| text(&object[*name]));
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

/// The texts of a list.
pub(super) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// A number, or a number spelled as text; else 0.
pub(super) fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or(0)
}

/// The JSON that stands in a text, or the value itself; null when it is none.
pub(super) fn nested(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        other => other.clone(),
    }
}
