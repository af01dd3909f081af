//! A list in one string.

use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(list: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&list.join(","))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    let joined = String::deserialize(deserializer)?;
    let items = joined.split(',').filter(|item| !item.is_empty());
    Ok(items.map(str::to_owned).collect())
}
