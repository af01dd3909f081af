//! Numbers that some answers spell as text.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A whole number, or one spelled as text.
pub(crate) fn read(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// For `deserialize_with`; null and absent are 0.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(0),
        value => read(&value).ok_or_else(|| serde::de::Error::custom("not a whole number")),
    }
}
