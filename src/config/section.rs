//! One table of a TOML file, taken apart key by key.

mod lists;
mod scalars;
#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Place, Table};
use super::nearest::nearest;
use super::overrides::Known;
use super::{Document, Problem, Problems};
use value::{Value, describe, kind};

/// A value and where it stands, so that a later check can still name the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    at: Place,
    key: String,
}

/// One table: asks for its keys, records what is wrong, and on dropping the last
/// question ([`Section::finish`]) what nobody asked for.
pub struct Section<'a> {
    document: &'a Document,
    table: Option<&'a DeTable<'a>>,
    at: Place,
    path: String,
    asked: RefCell<BTreeSet<&'static str>>,
    problems: Rc<RefCell<Vec<Problem>>>,
    /// What overrides may name.
    known: Rc<RefCell<Known>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(document: &'a Document, table: &'a Table<'a>) -> Self {
        Self {
            document,
            table: Some(table.get_ref()),
            at: Place::Span(table.span()),
            path: String::new(),
            asked: RefCell::default(),
            problems: Rc::default(),
            known: Rc::default(),
        }
    }

    /// The file this section stands in.
    #[must_use]
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// Records a mistake in a value that was well-formed on its own.
    pub fn refuse<T>(&self, at: &Found<T>, found: impl Into<String>, expected: impl Into<String>) {
        self.problem(
            self.document
                .problem(at.at.clone(), &at.key, found, expected),
        );
    }

    /// Records a mistake of the section as a whole.
    pub fn refuse_section(&self, found: impl Into<String>, expected: impl Into<String>) {
        self.problem(
            self.document
                .problem(self.at.clone(), &self.path, found, expected),
        );
    }

    /// Says whether the key is there; its absence becomes a problem that tells `expected`.
    pub fn required(&self, key: &'static str, expected: &str) -> bool {
        let there = self.value(key).is_some();
        if !there {
            let place = if self.path.is_empty() {
                "the file".to_owned()
            } else {
                format!("[{}]", self.path)
            };
            self.problem(self.problem_at(
                key,
                self.at.clone(),
                format!("no such key in {place}"),
                expected,
            ));
        }
        there
    }

    /// Whether the key is there, whatever it holds. Nothing in it is checked.
    pub fn holds(&self, key: &'static str) -> bool {
        self.asked.borrow_mut().insert(key);
        let name = environment_name(&self.key_path(key));
        let overrides = self.document.overrides();
        let in_environment =
            overrides.of(&name).is_some() || overrides.first_below(&name).is_some();
        self.known.borrow_mut().unread(name);
        in_environment || self.entry(key).is_some()
    }

    /// Records a mistake of a key as such, whatever it holds.
    pub fn refuse_key(
        &self,
        key: &'static str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let at = self.entry(key).map_or_else(|| self.at.clone(), key_place);
        self.problem(
            self.document
                .problem(at, &self.key_path(key), found, expected),
        );
    }

    /// Ends the questions: each key that nobody asked for is a problem. Returns all problems
    /// of the document when called on its root; sections below record theirs there.
    pub fn finish(&self) -> Problems {
        let asked: Vec<&'static str> = self.asked.borrow().iter().copied().collect();
        self.finish_among(&asked)
    }

    /// As [`Section::finish`], where the known keys are listed elsewhere, in the order in which
    /// people should read them.
    pub fn finish_among(&self, known: &[&'static str]) -> Problems {
        let asked = self.asked.borrow();
        debug_assert!(
            asked.iter().all(|key| known.contains(key)),
            "{}: {asked:?} are read, {known:?} are known",
            self.path
        );
        for entry in self.table.iter().flat_map(|table| table.iter()) {
            let name: &str = entry.0.get_ref();
            if known.contains(&name) {
                continue;
            }
            let expected = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("a known key; did you mean {meant:?}?"),
                None if known.is_empty() => "nothing here".to_owned(),
                None => format!("one of: {}", known.join(", ")),
            };
            self.problem(self.document.problem(
                key_place(entry),
                &self.key_path(name),
                "an unknown key",
                expected,
            ));
        }
        drop(asked);
        if self.path.is_empty() {
            self.refuse_stray_overrides();
        }
        Problems(self.problems.borrow().clone())
    }

    fn refuse_stray_overrides(&self) {
        let known = self.known.borrow();
        for (variable, found, expected) in self.document.overrides().strays(&known) {
            let at = Place::Variable(variable.to_owned());
            self.problem(self.document.problem(at, "", found, expected));
        }
    }

    fn below(&self, path: String, table: Option<&'a DeTable<'a>>, at: Place) -> Section<'a> {
        Section {
            document: self.document,
            table,
            at,
            path,
            asked: RefCell::default(),
            problems: Rc::clone(&self.problems),
            known: Rc::clone(&self.known),
        }
    }

    fn value(&self, key: &'static str) -> Option<(Value<'a>, Place)> {
        self.asked.borrow_mut().insert(key);
        let name = environment_name(&self.key_path(key));
        let overridden = self.document.overrides().of(&name);
        self.known.borrow_mut().setting(name);
        if let Some((variable, text)) = overridden {
            let at = Place::Variable(variable.to_owned());
            return Some((Value::Override(text.to_owned()), at));
        }
        let (_, value) = self.entry(key)?;
        Some((Value::File(value.get_ref()), Place::Span(value.span())))
    }

    fn entry(&self, key: &str) -> Option<Entry<'a>> {
        self.table?.iter().find(|(name, _)| name.get_ref() == key)
    }

    fn read_elsewhere(
        &self,
        key: &'static str,
        at: &Place,
        source: &'a DeTable<'a>,
    ) -> Option<String> {
        let place = self.below(self.key_path(key), Some(source), at.clone());
        let file = place.path("file");
        let variable = place.text("env");
        place.finish();
        match (file, variable) {
            (Some(file), None) => match std::fs::read_to_string(&file.value) {
                Ok(text) => Some(text),
                Err(error) => {
                    let found = format!("{} unreadable ({error})", file.value.display());
                    self.wrong(
                        key,
                        file.at,
                        found,
                        "a file with the secret that this user may read",
                    )
                }
            },
            (None, Some(variable)) => match std::env::var(&variable.value) {
                Ok(text) => Some(text),
                Err(_) => {
                    let found = format!("environment variable {} not set", variable.value);
                    self.wrong(key, variable.at, found, "a variable that holds the secret")
                }
            },
            _ => self.wrong(
                key,
                at.clone(),
                "neither or both of file and env",
                "{ file = \"…\" } or { env = \"…\" }",
            ),
        }
    }

    fn found<T>(&self, key: &str, value: T, at: Place) -> Found<T> {
        Found {
            value,
            at,
            key: self.key_path(key),
        }
    }

    fn wrong<T>(
        &self,
        key: &str,
        at: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Option<T> {
        self.problem(
            self.document
                .problem(at, &self.key_path(key), found, expected),
        );
        None
    }

    fn problem_at(
        &self,
        key: &str,
        at: Place,
        found: impl Into<String>,
        expected: &str,
    ) -> Problem {
        self.document
            .problem(at, &self.key_path(key), found, expected)
    }

    fn problem(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    fn key_path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// A key and its value.
type Entry<'a> = (&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

/// Where the key stands; that of a section made of several headings is nowhere, so its value's.
fn key_place((key, value): Entry<'_>) -> Place {
    if key.span().is_empty() {
        Place::Span(value.span())
    } else {
        Place::Span(key.span())
    }
}

/// `wecom.app[0].secret` → `WECOM__APP__0__SECRET`.
fn environment_name(path: &str) -> String {
    path.replace('[', ".")
        .replace(']', "")
        .replace('.', "__")
        .to_uppercase()
}
