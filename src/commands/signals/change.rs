//! A hit that a change adds or removes, as people and programs read it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::domain::{Label, Timestamp};
use crate::signals::{HeardIn, Signal};
use crate::store::StoredMessage;

/// So many characters of a line are shown on each side of the marked words.
const AROUND: usize = 24;

/// What becomes of a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Added,
    Removed,
}

/// A hit that only one side hears.
pub(super) struct Changed {
    change: Change,
    /// Its place is in the whole text of the message.
    signal: Signal,
    /// Its words, with those that stand in earlier lines.
    words: String,
    message: StoredMessage,
}

impl Changed {
    /// What is heard stands in the part of the message that may be heard.
    pub(super) fn new(change: Change, heard: HeardIn, message: StoredMessage) -> Self {
        let HeardIn {
            mut signal, words, ..
        } = heard;
        let (_, begin) = message.heard();
        signal.start += begin;
        signal.end += begin;
        Self {
            change,
            signal,
            words,
            message,
        }
    }

    /// Where it was heard.
    pub(super) const fn message(&self) -> &StoredMessage {
        &self.message
    }

    /// By which hits are told in their order.
    pub(super) fn place(&self) -> (Timestamp, i64, &str, usize, usize) {
        let message = &self.message;
        let id = message.id.as_str();
        let Signal { start, end, .. } = self.signal;
        (message.sent_at, message.position, id, start, end)
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let Signal {
            label,
            start,
            end,
            rule,
            why,
            shadow,
        } = &self.signal;
        json!({
            "change": match self.change {
                Change::Added => "added",
                Change::Removed => "removed",
            },
            "label": label,
            "rule": rule,
            "why": why,
            "shadow": shadow,
            "words": self.words,
            "start": start,
            "end": end,
            "text": self.message.text,
            "message": self.message.id,
            "chat": self.message.chat_id,
            "sent_at": self.message.sent_at.to_string(),
        })
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.change {
            Change::Added => '+',
            Change::Removed => '-',
        };
        let Signal {
            label,
            start,
            end,
            rule,
            why,
            shadow,
        } = &self.signal;
        let (before, rest) = self.message.text.split_at(*start);
        let (words, after) = rest.split_at(end - start);
        let trial = if *shadow { " (on trial)" } else { "" };
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" {why}")
        };
        write!(
            out,
            "{sign} {label} {rule}{trial}{why}  {}【{}】{}  message {} chat {} {}",
            one_line(&last(before)),
            one_line(words),
            one_line(&first(after)),
            self.message.id,
            self.message.chat_id,
            self.message.sent_at,
        )
    }
}

/// Line breaks and other control characters would break the list, or the terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' => '⏎',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

fn first(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn last(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &text[start..]),
        _ => text.to_owned(),
    }
}

/// How many hits of each label come and go.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// Customers' lines compared.
    pub(super) lines: u64,
    labels: BTreeMap<Label, (u64, u64)>,
}

impl Totals {
    pub(super) fn add(&mut self, changed: &Changed) {
        let (added, removed) = self.labels.entry(changed.signal.label).or_default();
        match changed.change {
            Change::Added => *added += 1,
            Change::Removed => *removed += 1,
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let labels: BTreeMap<&str, Value> = self
            .labels
            .iter()
            .map(|(label, (added, removed))| {
                (label.code(), json!({ "added": added, "removed": removed }))
            })
            .collect();
        json!({ "lines": self.lines, "totals": labels })
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} customers' lines compared", self.lines)?;
        if self.labels.is_empty() {
            return writeln!(out, "both hear the same");
        }
        for (label, (added, removed)) in &self.labels {
            writeln!(out, "{label}: {added} added, {removed} removed")?;
        }
        Ok(())
    }
}
