//! What stands under a key, and how it is told.

use toml::de::DeValue;

/// What stands under a key.
pub(super) enum Value<'a> {
    /// From an environment variable.
    Override(String),
    /// From the file.
    File(&'a DeValue<'a>),
}

impl Value<'_> {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Override(text) => format!("{text:?}"),
            Self::File(value) => describe(value),
        }
    }
}

/// What it is, with its value.
pub(super) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {text:?}"),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(moment) => format!("the date {moment}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// What sort of value it is, for values that must not be shown.
pub(super) const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number without quotes",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
