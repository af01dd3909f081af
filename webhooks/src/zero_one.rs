//! Booleans that the platforms spell 0 and 1.

use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*value))
}

/// Reads a number or a JSON boolean; any number but 0 is true.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match ZeroOne::deserialize(deserializer)? {
        ZeroOne::Number(number) => number != 0,
        ZeroOne::Claim(claim) => claim,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ZeroOne {
    Number(i64),
    Claim(bool),
}

/// For `skip_serializing_if`.
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}

/// For `skip_serializing_if`.
pub(crate) fn is_zero(value: &u8) -> bool {
    *value == 0
}
