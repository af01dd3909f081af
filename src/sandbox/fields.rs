//! Reads JSON objects as strictly as a careful administrator reads the platforms' pages.
//!
//! The real platforms ignore fields they don't know. The sandbox refuses them, because in a call
//! of ours an unknown field is a misspelt one.

use serde_json::{Map, Value};

/// What is wrong with a field, in words that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit(pub(super) String);

/// A JSON object and the way that led to it.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The object that `value` is.
    pub(super) fn of(value: &'a Value, path: &str) -> Result<Self, Misfit> {
        match value {
            Value::Object(object) => Ok(Self {
                object,
                path: path.to_owned(),
            }),
            _ => Err(Misfit(format!("{path} is not an object"))),
        }
    }

    /// Refuses every field that is not listed.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Misfit> {
        match self
            .object
            .keys()
            .find(|key| !known.contains(&key.as_str()))
        {
            Some(unknown) => Err(self.misfit(unknown, "is not a field of this object")),
            None => Ok(()),
        }
    }

    /// A text that may be absent.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Misfit> {
        match self.object.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.misfit(key, "is not a string")),
        }
    }

    /// A text that is there and not empty.
    pub(super) fn filled(&self, key: &str) -> Result<&'a str, Misfit> {
        match self.text(key)? {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.misfit(key, "is missing or empty")),
        }
    }

    /// A text that is there, not empty, and of at most so many bytes.
    pub(super) fn filled_within(&self, key: &str, bytes: usize) -> Result<&'a str, Misfit> {
        let text = self.filled(key)?;
        if text.len() > bytes {
            return Err(self.misfit(key, &format!("has more than {bytes} bytes")));
        }
        Ok(text)
    }

    /// An address with its scheme, of at most 2048 bytes.
    pub(super) fn address(&self, key: &str) -> Result<&'a str, Misfit> {
        let address = self.filled_within(key, 2048)?;
        match address.split_once("://") {
            Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => Ok(address),
            _ => Err(self.misfit(key, "is not an address with its scheme")),
        }
    }

    /// A whole number that may be absent.
    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, Misfit> {
        match self.object.get(key) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(self.misfit(key, "is not an integer")),
            },
        }
    }

    /// A number that may be absent.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, Misfit> {
        match self.object.get(key) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(number) => Ok(Some(number)),
                None => Err(self.misfit(key, "is not a number")),
            },
        }
    }

    /// A number out of a few; absent counts as `default`.
    pub(super) fn one_of(&self, key: &str, allowed: &[i64], default: i64) -> Result<i64, Misfit> {
        let number = self.integer(key)?.unwrap_or(default);
        if allowed.contains(&number) {
            Ok(number)
        } else {
            Err(self.misfit(key, &format!("is {number}, expected one of {allowed:?}")))
        }
    }

    /// A truth value that may be absent.
    pub(super) fn truth(&self, key: &str) -> Result<Option<bool>, Misfit> {
        match self.object.get(key) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(_) => Err(self.misfit(key, "is not true or false")),
        }
    }

    /// An object inside, which may be absent.
    pub(super) fn child(&self, key: &str) -> Result<Option<Fields<'a>>, Misfit> {
        self.object
            .get(key)
            .map(|value| Fields::of(value, &self.at(key)))
            .transpose()
    }

    /// An object inside, which has to be there.
    pub(super) fn required_child(&self, key: &str) -> Result<Fields<'a>, Misfit> {
        self.child(key)?
            .ok_or_else(|| self.misfit(key, "is missing"))
    }

    /// A list of objects inside; an absent one is empty. `sizes` are `[least, most]` when present.
    pub(super) fn list(&self, key: &str, sizes: [usize; 2]) -> Result<Vec<Fields<'a>>, Misfit> {
        let items = match self.object.get(key) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.misfit(key, "is not an array")),
        };
        let [least, most] = sizes;
        if items.len() < least || items.len() > most {
            let found = items.len();
            return Err(self.misfit(
                key,
                &format!("has {found} items, expected {least} to {most}"),
            ));
        }
        items
            .iter()
            .enumerate()
            .map(|(index, item)| Fields::of(item, &format!("{}[{index}]", self.at(key))))
            .collect()
    }

    /// A list that has to be there.
    pub(super) fn required_list(
        &self,
        key: &str,
        sizes: [usize; 2],
    ) -> Result<Vec<Fields<'a>>, Misfit> {
        if !self.has(key) {
            return Err(self.misfit(key, "is missing"));
        }
        self.list(key, sizes)
    }

    /// A list of texts of at most so many; an absent one is empty.
    pub(super) fn texts(&self, key: &str, most: usize) -> Result<Vec<&'a str>, Misfit> {
        let items = match self.object.get(key) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.misfit(key, "is not an array")),
        };
        if items.len() > most {
            return Err(self.misfit(key, &format!("has more than {most} items")));
        }
        items
            .iter()
            .map(|item| {
                item.as_str()
                    .ok_or_else(|| self.misfit(key, "holds something that is not a string"))
            })
            .collect()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    /// A complaint about one of this object's fields.
    pub(super) fn misfit(&self, key: &str, what: &str) -> Misfit {
        Misfit(format!("{} {what}", self.at(key)))
    }

    fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// Refuses the second of two equal ones.
pub(super) fn unique<'a>(
    values: impl IntoIterator<Item = &'a str>,
    what: &str,
) -> Result<(), Misfit> {
    let mut seen = std::collections::BTreeSet::new();
    for value in values {
        if !seen.insert(value) {
            return Err(Misfit(format!("{what} is not unique")));
        }
    }
    Ok(())
}
