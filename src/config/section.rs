//! One table of a TOML file, taken apart key by key.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Place, Table};
use super::nearest::nearest;
use super::overrides::Known;
use super::{Document, Problem, Problems};

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

    /// A list of texts; an absent one is empty.
    pub fn texts(&self, key: &'static str) -> Vec<Found<String>> {
        let Some((value, at)) = self.value(key) else {
            return Vec::new();
        };
        let path = self.key_path(key);
        match value {
            Value::Override(text) => text
                .split(',')
                .map(|part| Found {
                    value: part.trim().to_owned(),
                    at: at.clone(),
                    key: path.clone(),
                })
                .collect(),
            Value::File(DeValue::Array(items)) => items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(Found {
                        value: text.to_string(),
                        at: Place::Span(item.span()),
                        key: path.clone(),
                    }),
                    other => self.wrong(
                        key,
                        Place::Span(item.span()),
                        describe(other),
                        "a text in quotes",
                    ),
                })
                .collect(),
            Value::File(other) => {
                self.problem(self.problem_at(key, at, describe(other), "a list of texts"));
                Vec::new()
            }
        }
    }

    /// A list of texts, each parsed.
    pub fn parsed_list<T: FromStr>(&self, key: &'static str, expected: &str) -> Vec<Found<T>> {
        let parse = |text: Found<String>| match text.value.parse() {
            Ok(value) => Some(Found {
                value,
                at: text.at,
                key: text.key,
            }),
            Err(_) => self.wrong(key, text.at, format!("{:?}", text.value), expected),
        };
        self.texts(key).into_iter().filter_map(parse).collect()
    }

    /// A table below this one, if it is there (or the environment speaks of it).
    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        self.asked.borrow_mut().insert(key);
        let path = self.key_path(key);
        let name = environment_name(&path);
        if self.path.is_empty() {
            self.known.borrow_mut().section(name.clone());
        }
        match self.entry(key) {
            Some((_, value)) => match value.get_ref() {
                DeValue::Table(table) => {
                    Some(self.below(path, Some(table), Place::Span(value.span())))
                }
                other => {
                    let expected = format!("a section [{path}]");
                    self.known.borrow_mut().unread(name);
                    self.wrong(key, Place::Span(value.span()), describe(other), expected)
                }
            },
            None => {
                let variable = self.document.overrides().first_below(&name)?;
                Some(self.below(path, None, Place::Variable(variable.to_owned())))
            }
        }
    }

    /// As [`Section::section`], and its absence is a problem that tells `expected`.
    pub fn required_section(&self, key: &'static str, expected: &str) -> Option<Section<'a>> {
        let section = self.section(key);
        if section.is_none() && self.entry(key).is_none() {
            self.problem(self.problem_at(key, self.at.clone(), "no such section", expected));
        }
        section
    }

    /// A list of tables (`[[key]]`); an absent one is empty. The environment may add to its end.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        self.asked.borrow_mut().insert(key);
        let path = self.key_path(key);
        let items: &'a [Spanned<DeValue<'a>>] = match self.entry(key).map(|(_, value)| value) {
            None => &[],
            Some(value) => match value.get_ref() {
                DeValue::Array(items) => items,
                other => {
                    let at = Place::Span(value.span());
                    let expected = format!("sections [[{path}]]");
                    self.problem(self.problem_at(key, at, describe(other), &expected));
                    self.known.borrow_mut().unread(environment_name(&path));
                    return Vec::new();
                }
            },
        };
        let mut sections = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let at = Place::Span(item.span());
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(self.below(format!("{path}[{index}]"), Some(table), at));
                }
                other => self.problem(self.problem_at(key, at, describe(other), "a table")),
            }
        }
        sections.extend(self.added_sections(&path, items.len()));
        sections
    }

    /// The entries of a list that only the environment has. They go on where the file ends.
    fn added_sections(&self, path: &str, in_file: usize) -> Vec<Section<'a>> {
        let overrides = self.document.overrides();
        let mut next = in_file;
        let mut added = Vec::new();
        for index in overrides
            .entries_of(&environment_name(path))
            .range(in_file..)
        {
            let path_of_entry = format!("{path}[{index}]");
            let name = environment_name(&path_of_entry);
            let Some(variable) = overrides.first_below(&name) else {
                continue;
            };
            let at = Place::Variable(variable.to_owned());
            if *index == next {
                added.push(self.below(path_of_entry, None, at));
                next += 1;
                continue;
            }
            let found = format!("entry {index} of a list of {next}");
            let expected = format!("{next} in its place: entries are counted from 0, without gaps");
            self.problem(self.document.problem(at, &path_of_entry, found, expected));
            self.known.borrow_mut().unread(name);
        }
        added
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

    /// Ends the questions: each key that nobody asked for is a problem. Returns all problems
    /// of the document when called on its root; sections below record theirs there.
    pub fn finish(&self) -> Problems {
        let asked = self.asked.borrow();
        for (key, value) in self.table.iter().flat_map(|table| table.iter()) {
            let name: &str = key.get_ref();
            if !asked.contains(name) {
                let expected = match nearest(name, asked.iter().copied()) {
                    Some(known) => format!("a known key; did you mean {known:?}?"),
                    None if asked.is_empty() => "nothing here".to_owned(),
                    None => format!(
                        "one of: {}",
                        asked.iter().copied().collect::<Vec<_>>().join(", ")
                    ),
                };
                let at = if key.span().is_empty() {
                    Place::Span(value.span())
                } else {
                    Place::Span(key.span())
                };
                self.problem(self.document.problem(
                    at,
                    &self.key_path(name),
                    "an unknown key",
                    expected,
                ));
            }
        }
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

    fn entry(
        &self,
        key: &str,
    ) -> Option<(
        &'a Spanned<std::borrow::Cow<'a, str>>,
        &'a Spanned<DeValue<'a>>,
    )> {
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

enum Value<'a> {
    /// From an environment variable.
    Override(String),
    File(&'a DeValue<'a>),
}

impl Value<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Override(text) => format!("{text:?}"),
            Self::File(value) => describe(value),
        }
    }
}

/// `wecom.app[0].secret` → `WECOM__APP__0__SECRET`.
fn environment_name(path: &str) -> String {
    path.replace('[', ".")
        .replace(']', "")
        .replace('.', "__")
        .to_uppercase()
}

fn describe(value: &DeValue<'_>) -> String {
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
const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number without quotes",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::new("dingdan.toml", text)
    }

    #[test]
    fn all_mistakes_are_told_at_once_with_their_lines() {
        let document = document("[server]\nbind = 8080\nbnd = \"x\"\n[limits]\nrobots = 99\n");

        let problems = document
            .parse(|root| {
                let server = root.section("server")?;
                let bind = server.text("bind");
                server.required_text("public_url", "an address");
                server.finish();
                let limits = root.section("limits")?;
                let robots = limits.integer("robots", 1..=20);
                limits.finish();
                bind.zip(robots)
            })
            .expect_err("three mistakes");

        let told: Vec<(usize, &str)> = problems
            .0
            .iter()
            .map(|problem| (problem.line, problem.key.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (1, "server.public_url"),
                (2, "server.bind"),
                (3, "server.bnd"),
                (5, "limits.robots")
            ]
        );
        assert!(problems.0[2].expected.contains("did you mean \"bind\""));
    }

    #[test]
    fn broken_toml_names_its_line() {
        let problems = document("a = 1\nb = \n")
            .parse(|_| Some(()))
            .expect_err("broken");

        assert_eq!(problems.0[0].line, 2);
    }

    #[test]
    fn the_environment_overrides_the_file_and_may_add_a_section() {
        let environment = [("DINGDAN__REDIS__URL".into(), "redis://other".into())];
        let document = document("").with_overrides("DINGDAN__", environment.into_iter());

        let url = document
            .parse(|root| root.section("redis")?.text("url"))
            .expect("valid");

        assert_eq!(url.value, "redis://other");
    }

    #[test]
    fn a_wrong_secret_is_never_shown() {
        let document = document("key = \"hunter2\"");

        let problems = document
            .parse(|root| root.secret::<u32>("key", "a number"))
            .expect_err("not a number");

        assert!(!problems.to_string().contains("hunter2"));
    }
}
