//! The keys of a definition: what may stand in which table, in which shape, and what it means.
//!
//! The parser knows no other keys ([`Table::finish`] refuses the rest), and the JSON Schema by
//! which editors complete definitions is made of the same tables, so that the two can't drift.
//! Meanings are in Chinese: administrators read them in their editor.

mod node;
mod process;
mod question;
mod rule;
mod wording;

use crate::config::Section;

use super::super::template::Allowed;

pub(super) use node::node;
pub(super) use process::{escalation, library, option, process, stage};
pub(super) use question::{column, question};
pub(super) use rule::rule;
pub(super) use wording::{alert, alerts, card, line, receipt, receipts, sentences};

/// A table of a definition.
pub(in crate::engine) struct Table {
    /// What it is.
    pub(in crate::engine) means: &'static str,
    /// Its keys, in the order in which people should read them.
    pub(in crate::engine) keys: Vec<Key>,
    /// At least one of these has to be there; empty where nothing is chosen from.
    pub(in crate::engine) one_of: &'static [&'static str],
}

/// A key of a table.
pub(in crate::engine) struct Key {
    pub(in crate::engine) name: &'static str,
    pub(in crate::engine) shape: Shape,
    pub(in crate::engine) means: &'static str,
    pub(in crate::engine) required: Required,
    /// The kinds of the table that have it; empty means all.
    pub(in crate::engine) kinds: &'static [&'static str],
}

/// Whether a key has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Required {
    No,
    Yes,
    /// In these kinds of the table.
    In(&'static [&'static str]),
    /// Where this key is there.
    With(&'static str),
}

/// What may stand under a key.
pub(in crate::engine) enum Shape {
    /// A name that the program uses.
    Name,
    /// The name of an option.
    OptionId,
    /// A text of at most so many characters, without placeholders.
    Text(usize),
    /// Any text.
    AnyText,
    /// A text with these placeholders.
    Template(Allowed),
    /// A length of time.
    Span,
    /// A length of time, or a part of the whole.
    Lead,
    /// A length of time, or for ever.
    Quiet,
    Condition,
    OneOf(Vec<&'static str>),
    /// Words of a list, at least one.
    SomeOf(Vec<&'static str>),
    Signals,
    /// Names of things that are defined elsewhere.
    Names,
    Texts,
    Number(i64, i64),
    Flag,
    Table(Table),
    /// From so many to so many tables.
    Tables(Table, usize, usize),
}

impl Table {
    pub(super) fn new(means: &'static str, keys: Vec<Key>) -> Self {
        Self {
            means,
            keys,
            one_of: &[],
        }
    }

    fn with_one_of(mut self, keys: &'static [&'static str]) -> Self {
        self.one_of = keys;
        self
    }

    /// Ends the questions to a section of this table: a key that the table doesn't have is a
    /// mistake.
    pub(super) fn finish(&self, section: &Section<'_>) {
        let known: Vec<&'static str> = self.keys.iter().map(|key| key.name).collect();
        section.finish_among(&known);
    }

    /// As [`Table::finish`], where the table has kinds: a key of another kind is a mistake too.
    pub(super) fn finish_kind(&self, section: &Section<'_>, kind: &str) {
        let (own, others): (Vec<&Key>, Vec<&Key>) =
            self.keys.iter().partition(|key| key.belongs_to(kind));
        let own: Vec<&'static str> = own.iter().map(|key| key.name).collect();
        let mut known = own.clone();
        for key in others {
            known.push(key.name);
            if section.holds(key.name) {
                section.refuse_key(
                    key.name,
                    format!("{}, which kind = {kind:?} doesn't have", key.name),
                    format!(
                        "another kind ({}), or only keys of this one: {}",
                        key.kinds.join(", "),
                        own.join(", ")
                    ),
                );
            }
        }
        section.finish_among(&known);
    }
}

impl Key {
    fn new(name: &'static str, shape: Shape, means: &'static str) -> Self {
        Self {
            name,
            shape,
            means,
            required: Required::No,
            kinds: &[],
        }
    }

    fn required(name: &'static str, shape: Shape, means: &'static str) -> Self {
        Self {
            required: Required::Yes,
            ..Self::new(name, shape, means)
        }
    }

    /// Has to be there where another key is.
    fn with(self, other: &'static str) -> Self {
        Self {
            required: Required::With(other),
            ..self
        }
    }

    /// Belongs to these kinds only.
    fn of(self, kinds: &'static [&'static str]) -> Self {
        Self { kinds, ..self }
    }

    /// Has to be there in these kinds.
    fn required_in(self, kinds: &'static [&'static str]) -> Self {
        Self {
            required: Required::In(kinds),
            ..self
        }
    }

    pub(in crate::engine) fn belongs_to(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    pub(in crate::engine) fn is_required_in(&self, kind: &str) -> bool {
        matches!(self.required, Required::In(kinds) if kinds.contains(&kind))
    }
}

/// The words of a choice, without what they mean to the program.
fn words<T>(pairs: &[(&'static str, T)]) -> Vec<&'static str> {
    pairs.iter().map(|(word, _)| *word).collect()
}
