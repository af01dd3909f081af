//! Finds what a cell names: by id, by another key of its own, or by name where that is enough.

use std::collections::HashMap;

/// What can be named.
pub(super) struct Names {
    what: &'static str,
    keys: HashMap<String, String>,
    names: HashMap<String, Vec<String>>,
}

/// The cell names nothing, or not one thing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotFound {
    /// What was expected.
    pub(super) expected: String,
}

impl Names {
    /// Nothing so far. `what` says in a message what is looked for.
    pub(super) fn of(what: &'static str) -> Self {
        Self {
            what,
            keys: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// A key that is of this one alone.
    pub(super) fn add_key(&mut self, key: impl Into<String>, id: &str) {
        self.keys.insert(key.into(), id.to_owned());
    }

    /// A name that others may have too.
    pub(super) fn add_name(&mut self, name: impl Into<String>, id: &str) {
        let ids = self.names.entry(name.into()).or_default();
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }

    /// The id of the one that the text names.
    pub(super) fn find(&self, text: &str) -> Result<&str, NotFound> {
        if let Some(id) = self.keys.get(text) {
            return Ok(id);
        }
        match self.names.get(text).map(Vec::as_slice) {
            Some([id]) => Ok(id),
            Some(several) => Err(NotFound {
                expected: format!(
                    "an id, since {} are called so: {}",
                    several.len(),
                    several.join(", ")
                ),
            }),
            None => Err(NotFound {
                expected: format!("the id or name of a known {}", self.what),
            }),
        }
    }

    /// The ids of those of that name.
    pub(super) fn of_name(&self, name: &str) -> &[String] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Remembers in which row something stood first.
#[derive(Default)]
pub(super) struct Rows(HashMap<String, u32>);

impl Rows {
    /// The row in which it stood before, if it did.
    pub(super) fn repeated(&mut self, key: &str, row: u32) -> Option<u32> {
        let before = self.0.get(key).copied();
        if before.is_none() {
            self.0.insert(key.to_owned(), row);
        }
        before
    }
}
