//! Keys that hold lists and further tables.

use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::super::document::Place;
use super::{Found, Section, Value, describe, environment_name};

impl<'a> Section<'a> {
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
                let expected = match other {
                    DeValue::String(text) => format!("a list of texts: [{text:?}]"),
                    _ => "a list of texts".to_owned(),
                };
                self.problem(self.problem_at(key, at, describe(other), &expected));
                Vec::new()
            }
        }
    }

    /// Whether a list stands there with nothing in it.
    pub fn is_empty_list(&self, key: &'static str) -> bool {
        let in_file = self.entry(key).map(|(_, value)| value.get_ref());
        self.holds(key) && matches!(in_file, Some(DeValue::Array(items)) if items.is_empty())
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
}
