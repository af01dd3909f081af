//! The kinds of values a definition is made of.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::config::{Found, Section};
use crate::domain::Label;

use super::super::condition::Condition;
use super::super::span::{Lead, Span, UnreadableSpan};
use super::super::template::{Allowed, Template};
use super::super::wording::Line;
use super::keys;

pub(super) const LONGEST_KEY: usize = 64;

/// The name of a line; WeCom recommends five characters for a `keyname`.
pub(super) const LONGEST_LINE_NAME: usize = 5;

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
    let text = section.required_text(name, "a text in quotes, for people to read")?;
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

/// A text with placeholders, which is the usual one when it is left out.
pub(super) fn usual_template(
    section: &Section<'_>,
    name: &'static str,
    allowed: Allowed,
    usual: &str,
) -> Option<Template> {
    match section.text(name) {
        Some(text) => checked(section, &text, allowed),
        None => usually(usual, allowed),
    }
}

/// A text of our own.
pub(super) fn usually(usual: &str, allowed: Allowed) -> Option<Template> {
    let template = Template::parse(usual, allowed);
    debug_assert!(template.is_ok(), "{usual}: {template:?}");
    template.ok()
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
        keys::line(allowed).finish(line);
        lines.extend(name.zip(value).map(|(name, value)| Line { name, value }));
    }
    lines
}

/// A length of time.
pub(super) fn span(section: &Section<'_>, name: &'static str) -> Option<Span> {
    let text = section.required_text(name, &UnreadableSpan::Shape.to_string())?;
    read_time(section, &text)
}

/// A length of time, which is the usual one when it is left out.
pub(super) fn usual_span(section: &Section<'_>, name: &'static str, usual: Span) -> Option<Span> {
    match section.text(name) {
        Some(text) => read_time(section, &text),
        None => Some(usual),
    }
}

/// A length of time, or a part of the whole.
pub(super) fn lead(section: &Section<'_>, name: &'static str, usual: Lead) -> Option<Lead> {
    match section.text(name) {
        Some(text) => read_time(section, &text),
        None => Some(usual),
    }
}

/// Records a problem when the light would turn yellow after it is red.
pub(super) fn refuse_yellow_after_red(
    section: &Section<'_>,
    expected: Option<Lead>,
    late: Option<Span>,
) {
    if let (Some(Lead::Span(expected)), Some(late)) = (expected, late)
        && expected.is_always_longer_than(late)
    {
        section.refuse_key(
            "expected_after",
            "yellow (expected_after) later than red (late_after)",
            "a shorter expected_after, or a part of the time such as \"50%\"",
        );
    }
}

/// A time of a text that was read already.
pub(super) fn read_time<T: FromStr<Err = UnreadableSpan>>(
    section: &Section<'_>,
    text: &Found<String>,
) -> Option<T> {
    match text.value.parse() {
        Ok(time) => Some(time),
        Err(reason) => {
            section.refuse(text, format!("{:?}", text.value), format!("{reason}"));
            None
        }
    }
}

/// A condition over the deal; `Some(None)` when it is left out.
pub(super) fn condition(
    section: &Section<'_>,
    name: &'static str,
    stages: &[&str],
) -> Option<Option<Condition>> {
    let Some(text) = section.text(name) else {
        return Some(None);
    };
    match Condition::parse(&text.value, stages) {
        Ok(condition) => Some(Some(condition)),
        Err(bad) => {
            section.refuse(&text, bad.found, bad.expected);
            None
        }
    }
}

/// Records a problem when a list is there with nothing in it.
pub(super) fn refuse_empty(section: &Section<'_>, name: &'static str) {
    if section.is_empty_list(name) {
        section.refuse_section(
            format!("{name} with nothing in it"),
            "at least one, or no such key",
        );
    }
}

/// Keys of things that were defined elsewhere in the file.
pub(super) fn references(
    section: &Section<'_>,
    name: &'static str,
    kind: &str,
    known: &[&str],
) -> Vec<String> {
    let keys = section.texts(name);
    refuse_empty(section, name);
    for key in &keys {
        if !known.contains(&key.value.as_str()) {
            section.refuse(
                key,
                format!("{:?}", key.value),
                format!("the key of {kind}: {}", known.join(", ")),
            );
        }
    }
    keys.into_iter().map(|key| key.value).collect()
}

/// Signals, each once.
pub(super) fn labels(section: &Section<'_>, name: &'static str) -> Vec<Label> {
    let codes: Vec<&str> = Label::ALL.iter().map(|label| label.code()).collect();
    let expected = format!("a signal: {}", codes.join(", "));
    refuse_empty(section, name);
    let mut labels = Vec::new();
    for label in section.parsed_list::<Label>(name, &expected) {
        if labels.contains(&label.value) {
            let found = format!("{:?} a second time", label.value.code());
            section.refuse(&label, found, "each signal once");
        }
        labels.push(label.value);
    }
    labels
}

/// A whole number that may be left out.
pub(super) fn number(
    section: &Section<'_>,
    name: &'static str,
    allowed: std::ops::RangeInclusive<i64>,
    usual: u32,
) -> u32 {
    let number = section.integer(name, allowed);
    number.map_or(usual, |number| u32::try_from(number.value).unwrap_or(usual))
}

/// One of a few words.
pub(super) fn one_of<T: Copy>(
    section: &Section<'_>,
    name: &'static str,
    words: &[(&str, T)],
) -> Option<T> {
    let expected = listed(words);
    let text = section.required_text(name, &expected)?;
    meant_by(section, &text, words)
}

/// One of a few words; the usual one when it is left out.
pub(super) fn usual_one_of<T: Copy>(
    section: &Section<'_>,
    name: &'static str,
    words: &[(&str, T)],
    usual: T,
) -> Option<T> {
    match section.text(name) {
        Some(text) => meant_by(section, &text, words),
        None => Some(usual),
    }
}

fn listed<T>(words: &[(&str, T)]) -> String {
    let known: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    format!("one of {}", known.join(", "))
}

/// The word's meaning; one that is none of them is a problem.
pub(super) fn meant_by<T: Copy>(
    section: &Section<'_>,
    text: &Found<String>,
    words: &[(&str, T)],
) -> Option<T> {
    let meant = words.iter().find(|(word, _)| *word == text.value);
    if meant.is_none() {
        section.refuse(text, format!("{:?}", text.value), listed(words));
    }
    meant.map(|(_, value)| *value)
}
