//! Keys that hold one value.

use std::path::PathBuf;
use std::str::FromStr;

use toml::de::DeValue;

use super::{Found, Section, Value, describe, kind};

impl<'a> Section<'a> {
    /// The key's text, if it is there.
    pub fn text(&self, key: &'static str) -> Option<Found<String>> {
        let (value, at) = self.value(key)?;
        match value {
            Value::Override(text) => Some(self.found(key, text, at)),
            Value::File(DeValue::String(text)) => Some(self.found(key, text.to_string(), at)),
            Value::File(other) => self.wrong(key, at, describe(other), "a text in quotes"),
        }
    }

    /// The key's text; its absence is a problem that tells `expected`.
    pub fn required_text(&self, key: &'static str, expected: &str) -> Option<Found<String>> {
        self.required(key, expected)
            .then(|| self.text(key))
            .flatten()
    }

    /// As [`Section::text`]; nothing between the quotes is a problem that tells `expected`.
    pub fn filled_text(&self, key: &'static str, expected: &str) -> Option<Found<String>> {
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            return self.wrong(key, text.at, "an empty text", expected);
        }
        Some(text)
    }

    /// As [`Section::filled_text`], and its absence is a problem too.
    pub fn required_filled_text(&self, key: &'static str, expected: &str) -> Option<Found<String>> {
        self.required(key, expected)
            .then(|| self.filled_text(key, expected))
            .flatten()
    }

    /// The key's text, parsed; `expected` says what it has to look like.
    pub fn parsed<T: FromStr>(&self, key: &'static str, expected: &str) -> Option<Found<T>> {
        let text = self.text(key)?;
        match text.value.parse() {
            Ok(value) => Some(Found {
                value,
                at: text.at,
                key: text.key,
            }),
            Err(_) => self.wrong(key, text.at, format!("{:?}", text.value), expected),
        }
    }

    /// As [`Section::parsed`], and its absence is a problem too.
    pub fn required_parsed<T: FromStr>(
        &self,
        key: &'static str,
        expected: &str,
    ) -> Option<Found<T>> {
        self.required(key, expected)
            .then(|| self.parsed(key, expected))
            .flatten()
    }

    /// A secret: a text, `{ file = "…" }` or `{ env = "…" }`, parsed. Problems never show its value.
    pub fn secret<T: FromStr>(&self, key: &'static str, expected: &str) -> Option<Found<T>> {
        let (value, at) = self.value(key)?;
        let text = match value {
            Value::Override(text) => text,
            Value::File(DeValue::String(text)) => text.to_string(),
            Value::File(DeValue::Table(source)) => self.read_elsewhere(key, &at, source)?,
            Value::File(other) => {
                return self.wrong(
                    key,
                    at,
                    kind(other),
                    "a text, { file = \"…\" } or { env = \"…\" }",
                );
            }
        };
        if text.trim().is_empty() {
            return self.wrong(key, at, "an empty secret", expected);
        }
        match text.trim().parse() {
            Ok(value) => Some(self.found(key, value, at)),
            Err(_) => self.wrong(key, at, "a secret of another shape", expected),
        }
    }

    /// As [`Section::secret`], and its absence is a problem too.
    pub fn required_secret<T: FromStr>(
        &self,
        key: &'static str,
        expected: &str,
    ) -> Option<Found<T>> {
        self.required(key, expected)
            .then(|| self.secret(key, expected))
            .flatten()
    }

    /// A whole number within the range.
    pub fn integer(
        &self,
        key: &'static str,
        allowed: std::ops::RangeInclusive<i64>,
    ) -> Option<Found<i64>> {
        let (value, at) = self.value(key)?;
        let expected = format!(
            "a whole number from {} to {}",
            allowed.start(),
            allowed.end()
        );
        let (number, shown) = match value {
            Value::Override(text) => (text.parse().ok(), format!("{text:?}")),
            Value::File(DeValue::Integer(number)) => (
                i64::from_str_radix(number.as_str(), number.radix()).ok(),
                number.as_str().to_owned(),
            ),
            Value::File(other) => (None, describe(other)),
        };
        match number.filter(|number| allowed.contains(number)) {
            Some(number) => Some(self.found(key, number, at)),
            None => self.wrong(key, at, shown, expected),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self, key: &'static str) -> Option<Found<bool>> {
        let (value, at) = self.value(key)?;
        let flag = match &value {
            Value::Override(text) => text.parse().ok(),
            Value::File(value) => value.as_bool(),
        };
        match flag {
            Some(flag) => Some(self.found(key, flag, at)),
            None => self.wrong(key, at, value.describe(), "true or false"),
        }
    }

    /// A path, relative to the file's folder.
    pub fn path(&self, key: &'static str) -> Option<Found<PathBuf>> {
        let text = self.text(key)?;
        let path = self.document.folder().join(&text.value);
        Some(Found {
            value: path,
            at: text.at,
            key: text.key,
        })
    }
}
