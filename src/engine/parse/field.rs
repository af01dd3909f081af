//! The kinds of values a definition is made of.

use std::collections::BTreeSet;

use crate::config::{Found, Section};

use super::super::span::Span;
use super::super::template::{Allowed, Template};
use super::super::wording::Line;

const LONGEST_KEY: usize = 64;

/// The name of a line; WeCom recommends five characters for a `keyname`.
const LONGEST_LINE_NAME: usize = 5;

/// The keys of one kind that were read so far.
pub(super) struct Seen {
    kind: &'static str,
    keys: BTreeSet<String>,
}

impl Seen {
    pub(super) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            keys: BTreeSet::new(),
        }
    }

    /// Records a problem when the key was there before.
    pub(super) fn add(&mut self, section: &Section<'_>, key: &Found<String>) {
        if !self.keys.insert(key.value.clone()) {
            section.refuse(
                key,
                format!("{:?} a second time", key.value),
                format!("another name for each {}", self.kind),
            );
        }
    }
}

/// A name that answers, runs and the API use: `risk_type`.
pub(super) fn key(section: &Section<'_>, name: &'static str, seen: &mut Seen) -> Option<String> {
    let expected = format!("a lower-case name such as \"risk_type\", at most {LONGEST_KEY} long");
    let key = section.required_text(name, &expected)?;
    let is_well_formed = key.value.len() <= LONGEST_KEY
        && key
            .value
            .starts_with(|first: char| first.is_ascii_lowercase())
        && key
            .value
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_well_formed {
        section.refuse(&key, format!("{:?}", key.value), expected);
        return None;
    }
    seen.add(section, &key);
    Some(key.value)
}

/// A short text without placeholders.
pub(super) fn plain(section: &Section<'_>, name: &'static str, most: usize) -> Option<String> {
    let expected = format!("a text of 1 to {most} characters");
    let text = section.required_text(name, &expected)?;
    if text.value.trim().is_empty() || text.value.chars().count() > most {
        let found = format!(
            "{} characters: {:?}",
            text.value.chars().count(),
            text.value
        );
        section.refuse(&text, found, expected);
        return None;
    }
    Some(text.value)
}

/// A text with placeholders.
pub(super) fn template(
    section: &Section<'_>,
    name: &'static str,
    allowed: Allowed,
) -> Option<Template> {
    let text = section.required_text(name, "a text")?;
    checked(section, &text, allowed)
}

/// A text with placeholders that may be left out.
pub(super) fn optional_template(
    section: &Section<'_>,
    name: &'static str,
    allowed: Allowed,
) -> Option<Template> {
    let text = section.text(name)?;
    checked(section, &text, allowed)
}

fn checked(section: &Section<'_>, text: &Found<String>, allowed: Allowed) -> Option<Template> {
    if text.value.trim().is_empty() {
        section.refuse(text, "an empty text", "a text that people can read");
        return None;
    }
    match Template::parse(&text.value, allowed) {
        Ok(template) => Some(template),
        Err(bad) => {
            section.refuse(text, bad.found, bad.expected);
            None
        }
    }
}

/// `lines = [{ name = "客户", value = "{customer}" }, …]`; none when left out.
pub(super) fn lines(section: &Section<'_>, most: usize, allowed: Allowed) -> Vec<Line> {
    let sections = section.sections("lines");
    if sections.len() > most {
        let found = format!("{} lines", sections.len());
        section.refuse_section(found, format!("at most {most}"));
    }
    let mut lines = Vec::new();
    for line in &sections {
        let name = plain(line, "name", LONGEST_LINE_NAME);
        let value = template(line, "value", allowed);
        line.finish();
        lines.extend(name.zip(value).map(|(name, value)| Line { name, value }));
    }
    lines
}

/// A length of time.
pub(super) fn span(section: &Section<'_>, name: &'static str) -> Option<Span> {
    let text = section.required_text(name, "a time such as \"48h\", \"30m\" or \"2d\"")?;
    read_span(section, &text)
}

/// As [`span`], of a text that was read already.
pub(super) fn read_span(section: &Section<'_>, text: &Found<String>) -> Option<Span> {
    match text.value.parse() {
        Ok(span) => Some(span),
        Err(reason) => {
            section.refuse(text, format!("{:?}", text.value), format!("{reason}"));
            None
        }
    }
}

/// One of a few words.
pub(super) fn one_of<T: Copy>(
    section: &Section<'_>,
    name: &'static str,
    words: &[(&str, T)],
) -> Option<T> {
    let known: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    let expected = format!("one of {}", known.join(", "));
    let text = section.required_text(name, &expected)?;
    let meant = words.iter().find(|(word, _)| *word == text.value);
    if meant.is_none() {
        section.refuse(&text, format!("{:?}", text.value), expected);
    }
    meant.map(|(_, value)| *value)
}
