//! One table of a TOML file, taken apart key by key.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::Table;
use super::{Document, Problem, Problems};

/// A value and where it stands, so that a later check can still name the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    span: Range<usize>,
    key: String,
}

/// One table: asks for its keys, records what is wrong, and on dropping the last
/// question ([`Section::finish`]) what nobody asked for.
pub struct Section<'a> {
    document: &'a Document,
    table: Option<&'a DeTable<'a>>,
    span: Range<usize>,
    path: String,
    asked: RefCell<BTreeSet<&'static str>>,
    problems: Rc<RefCell<Vec<Problem>>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(document: &'a Document, table: &'a Table<'a>) -> Self {
        Self {
            document,
            table: Some(table.get_ref()),
            span: table.span(),
            path: String::new(),
            asked: RefCell::default(),
            problems: Rc::default(),
        }
    }

    /// The file this section stands in.
    #[must_use]
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The key's text, if it is there.
    pub fn text(&self, key: &'static str) -> Option<Found<String>> {
        let (value, span) = self.value(key)?;
        match value {
            Value::Override(text) => Some(self.found(key, text, span)),
            Value::File(DeValue::String(text)) => Some(self.found(key, text.to_string(), span)),
            Value::File(other) => self.wrong(key, span, describe(other), "a text in quotes"),
        }
    }

    /// The key's text; its absence is a problem that tells `expected`.
    pub fn required_text(&self, key: &'static str, expected: &str) -> Option<Found<String>> {
        self.required(key, expected)
            .then(|| self.text(key))
            .flatten()
    }

    /// The key's text, parsed; `expected` says what it has to look like.
    pub fn parsed<T: FromStr>(&self, key: &'static str, expected: &str) -> Option<Found<T>> {
        let text = self.text(key)?;
        match text.value.parse() {
            Ok(value) => Some(Found {
                value,
                span: text.span,
                key: text.key,
            }),
            Err(_) => self.wrong(key, text.span, format!("{:?}", text.value), expected),
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
        let (value, span) = self.value(key)?;
        let text = match value {
            Value::Override(text) => text,
            Value::File(DeValue::String(text)) => text.to_string(),
            Value::File(DeValue::Table(source)) => self.read_elsewhere(key, &span, source)?,
            Value::File(other) => {
                return self.wrong(
                    key,
                    span,
                    kind(other),
                    "a text, { file = \"…\" } or { env = \"…\" }",
                );
            }
        };
        match text.trim().parse() {
            Ok(value) => Some(self.found(key, value, span)),
            Err(_) => self.wrong(key, span, "a secret of another shape", expected),
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
        let (value, span) = self.value(key)?;
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
            Some(number) => Some(self.found(key, number, span)),
            None => self.wrong(key, span, shown, expected),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self, key: &'static str) -> Option<Found<bool>> {
        let (value, span) = self.value(key)?;
        let flag = match &value {
            Value::Override(text) => text.parse().ok(),
            Value::File(value) => value.as_bool(),
        };
        match flag {
            Some(flag) => Some(self.found(key, flag, span)),
            None => self.wrong(key, span, value.describe(), "true or false"),
        }
    }

    /// A path, relative to the file's folder.
    pub fn path(&self, key: &'static str) -> Option<Found<PathBuf>> {
        let text = self.text(key)?;
        let path = self.document.folder().join(&text.value);
        Some(Found {
            value: path,
            span: text.span,
            key: text.key,
        })
    }

    /// A list of texts; an absent one is empty.
    pub fn texts(&self, key: &'static str) -> Vec<Found<String>> {
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let path = self.key_path(key);
        match value {
            Value::Override(text) => text
                .split(',')
                .map(|part| Found {
                    value: part.trim().to_owned(),
                    span: span.clone(),
                    key: path.clone(),
                })
                .collect(),
            Value::File(DeValue::Array(items)) => items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(Found {
                        value: text.to_string(),
                        span: item.span(),
                        key: path.clone(),
                    }),
                    other => self.wrong(key, item.span(), describe(other), "a text in quotes"),
                })
                .collect(),
            Value::File(other) => {
                self.problem(self.span_problem(key, span, describe(other), "a list of texts"));
                Vec::new()
            }
        }
    }

    /// A list of texts, each parsed.
    pub fn parsed_list<T: FromStr>(&self, key: &'static str, expected: &str) -> Vec<Found<T>> {
        let parse = |text: Found<String>| match text.value.parse() {
            Ok(value) => Some(Found {
                value,
                span: text.span,
                key: text.key,
            }),
            Err(_) => self.wrong(key, text.span, format!("{:?}", text.value), expected),
        };
        self.texts(key).into_iter().filter_map(parse).collect()
    }

    /// A table below this one, if it is there (or the environment speaks of it).
    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        self.asked.borrow_mut().insert(key);
        let path = self.key_path(key);
        match self.entry(key) {
            Some((_, value)) => match value.get_ref() {
                DeValue::Table(table) => Some(self.below(path, Some(table), value.span())),
                other => self.wrong(
                    key,
                    value.span(),
                    describe(other),
                    format!("a section [{path}]"),
                ),
            },
            None if self
                .document
                .has_overrides_below(&format!("{}__", environment_name(&path))) =>
            {
                Some(self.below(path, None, self.span.clone()))
            }
            None => None,
        }
    }

    /// As [`Section::section`], and its absence is a problem that tells `expected`.
    pub fn required_section(&self, key: &'static str, expected: &str) -> Option<Section<'a>> {
        let section = self.section(key);
        if section.is_none() && self.entry(key).is_none() {
            self.problem(self.span_problem(key, self.span.clone(), "no such section", expected));
        }
        section
    }

    /// A list of tables (`[[key]]`); an absent one is empty.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        self.asked.borrow_mut().insert(key);
        let path = self.key_path(key);
        let Some((_, value)) = self.entry(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.problem(self.span_problem(
                key,
                value.span(),
                describe(value.get_ref()),
                &format!("sections [[{path}]]"),
            ));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(self.below(format!("{path}[{index}]"), Some(table), item.span()));
                }
                other => {
                    self.problem(self.span_problem(key, item.span(), describe(other), "a table"))
                }
            }
        }
        sections
    }

    /// Records a mistake in a value that was well-formed on its own.
    pub fn refuse<T>(&self, at: &Found<T>, found: impl Into<String>, expected: impl Into<String>) {
        self.problem(
            self.document
                .problem(at.span.clone(), &at.key, found, expected),
        );
    }

    /// Records a mistake of the section as a whole.
    pub fn refuse_section(&self, found: impl Into<String>, expected: impl Into<String>) {
        self.problem(
            self.document
                .problem(self.span.clone(), &self.path, found, expected),
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
            self.problem(self.span_problem(
                key,
                self.span.clone(),
                format!("no such key in {place}"),
                expected,
            ));
        }
        there
    }

    /// Whether the key is there, whatever it holds.
    pub fn holds(&self, key: &'static str) -> bool {
        self.asked.borrow_mut().insert(key);
        self.entry(key).is_some()
    }

    /// Ends the questions: each key that nobody asked for is a problem. Returns all problems
    /// of the document when called on its root; sections below record theirs there.
    pub fn finish(&self) -> Problems {
        let asked = self.asked.borrow();
        for (key, value) in self.table.iter().flat_map(|table| table.iter()) {
            let name: &str = key.get_ref();
            if !asked.contains(name) {
                let expected = match nearest(name, &asked) {
                    Some(known) => format!("a known key; did you mean {known:?}?"),
                    None if asked.is_empty() => "nothing here".to_owned(),
                    None => format!(
                        "one of: {}",
                        asked.iter().copied().collect::<Vec<_>>().join(", ")
                    ),
                };
                let span = if key.span().is_empty() {
                    value.span()
                } else {
                    key.span()
                };
                self.problem(self.document.problem(
                    span,
                    &self.key_path(name),
                    "an unknown key",
                    expected,
                ));
            }
        }
        Problems(self.problems.borrow().clone())
    }

    fn below(
        &self,
        path: String,
        table: Option<&'a DeTable<'a>>,
        span: Range<usize>,
    ) -> Section<'a> {
        Section {
            document: self.document,
            table,
            span,
            path,
            asked: RefCell::default(),
            problems: Rc::clone(&self.problems),
        }
    }

    fn value(&self, key: &'static str) -> Option<(Value<'a>, Range<usize>)> {
        self.asked.borrow_mut().insert(key);
        let entry = self.entry(key);
        let span = entry.map_or_else(|| self.span.clone(), |(_, value)| value.span());
        if let Some(text) = self
            .document
            .overridden(&environment_name(&self.key_path(key)))
        {
            return Some((Value::Override(text.to_owned()), span));
        }
        entry.map(|(_, value)| (Value::File(value.get_ref()), span))
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
        span: &Range<usize>,
        source: &'a DeTable<'a>,
    ) -> Option<String> {
        let place = self.below(self.key_path(key), Some(source), span.clone());
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
                        file.span,
                        found,
                        "a file with the secret that this user may read",
                    )
                }
            },
            (None, Some(variable)) => match std::env::var(&variable.value) {
                Ok(text) => Some(text),
                Err(_) => {
                    let found = format!("environment variable {} not set", variable.value);
                    self.wrong(
                        key,
                        variable.span,
                        found,
                        "a variable that holds the secret",
                    )
                }
            },
            _ => self.wrong(
                key,
                span.clone(),
                "neither or both of file and env",
                "{ file = \"…\" } or { env = \"…\" }",
            ),
        }
    }

    fn found<T>(&self, key: &str, value: T, span: Range<usize>) -> Found<T> {
        Found {
            value,
            span,
            key: self.key_path(key),
        }
    }

    fn wrong<T>(
        &self,
        key: &str,
        span: Range<usize>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Option<T> {
        self.problem(
            self.document
                .problem(span, &self.key_path(key), found, expected),
        );
        None
    }

    fn span_problem(
        &self,
        key: &str,
        span: Range<usize>,
        found: impl Into<String>,
        expected: &str,
    ) -> Problem {
        self.document
            .problem(span, &self.key_path(key), found, expected)
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
            Self::Override(text) => format!("{text:?} (from the environment)"),
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

/// The known key that differs least from `name`, if it is near enough to be a slip.
fn nearest<'k>(name: &str, known: &BTreeSet<&'k str>) -> Option<&'k str> {
    let distance = |key: &&str| edit_distance(name, key);
    let best = known.iter().copied().min_by_key(|key| distance(key))?;
    (distance(&best) <= 2 && distance(&best) < name.len()).then_some(best)
}

fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
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
        let environment = [("DINGDAN__REDIS__URL".to_owned(), "redis://other".to_owned())];
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
