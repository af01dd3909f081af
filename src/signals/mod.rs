//! Signals: what a customer's words mean for the process.
//!
//! Pure: text in, signals out; no IO, clock, randomness or logging. The shell reads the files
//! (`loaded`) and the lines of `dingdan signals` (`commands`).
//! A line takes this way:
//!
//! 1. `fold` writes it in one canonical spelling (width, script, case, separators and emoji
//!    inside words, stretched letters) and remembers for each letter where it came from, so
//!    that marked words are the customer's own characters;
//! 2. `hits` runs one automaton over it, whatever the number of dictionaries and terms. Each
//!    distinct term stands in it once and belongs to *classes* (`lexicon`): a list, the choices of
//!    a bracket. Only classes that something waits for are heard (`attention`);
//! 3. `scan` puts the words heard together to the phrases that rules speak of. These are short
//!    sequences of classes, and a word looks only at the phrases that wait for its class;
//! 4. `judge` drops what is denied, settled, hypothetical or said about somebody else.
//!
//! The rules are files that a sales administrator reads (`keyword-dicts/*.toml`): `load` takes
//! them apart through `rule`, `words`, `syntax`, `pattern` and `stretch`, `compile` makes classes and
//! phrases of them. `reference` says once more, slowly, what patterns mean, and is compared with
//! all this. Start at [`Dictionaries::from_documents`] and [`Dictionaries::hear`]; to hear something new,
//! add a rule to a file and two examples below it, not code.

mod attention;
mod compile;
mod detector;
mod fold;
mod hits;
mod judge;
mod lexicon;
mod load;
mod partials;
mod pattern;
#[cfg(test)]
mod reference;
mod rule;
mod scan;
mod spelling;
mod stretch;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::cell::RefCell;

use crate::domain::{Label, Speaker};

pub use detector::Detector;

/// A line is heard up to here, in bytes: several times what the platforms let a customer send at
/// once. Judging compares the words of a line with each other, so that a line without end would
/// hold up all others.
const LONGEST_HEARD: usize = 16 * 1024;

/// One chat line with what is needed to understand it.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Who said it. Only a customer's words are signals.
    pub speaker: Speaker,
    /// The words, as the platform delivered them.
    pub text: &'a str,
    /// The line before it in the same chat. It gives sense to short answers ("预算呢？" — "没有")
    /// and never carries a signal of its own.
    pub previous: Option<(Speaker, &'a str)>,
}

/// What some words of a line mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// What they mean.
    pub label: Label,
    /// Where they start: a byte offset in the line's own text, on a character boundary.
    pub start: usize,
    /// Where they end; `&text[start..end]` is never empty.
    pub end: usize,
    /// Which rule heard them, as `dictionary:rule id` (`price:too-dear`).
    pub rule: String,
    /// What a person needs to know beside the rule's name; empty when that says it all.
    pub why: String,
    /// Whether the rule is only being tried: the board shows its hits, nothing follows from them.
    pub shadow: bool,
}

/// All dictionaries, compiled. Immutable and shared; a changed dictionary is a new value.
pub struct Dictionaries {
    version: String,
    scanner: scan::Scanner,
    rules: Vec<rule::Rule>,
    cues: Vec<rule::Cue>,
}

impl Dictionaries {
    /// A short SHA-256 of what the dictionaries say (comments and order don't matter), to be
    /// recorded with every signal.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the line means: distinct hits in the order of their position; overlapping hits of
    /// one label are one. Nothing, unless the customer speaks.
    #[must_use]
    pub fn hear(&self, line: Line<'_>) -> Vec<Signal> {
        if line.speaker != Speaker::Customer {
            return Vec::new();
        }
        let previous = line
            .previous
            .map(|(speaker, text)| (speaker, up_to(text, LONGEST_HEARD)));
        ROOM.with_borrow_mut(|(letters, scratch)| {
            fold::fold_into(up_to(line.text, LONGEST_HEARD), letters);
            let hearings = judge::judge(self, letters, previous, scratch);
            merged(hearings, letters, &self.rules)
        })
    }
}

thread_local! {
    /// Room for a line in hand, so that most lines allocate nothing. Empty between lines.
    static ROOM: RefCell<(Vec<fold::Letter>, scan::Scratch)> = RefCell::default();
}

/// As much of a text as fits, whole characters only.
fn up_to(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Overlapping hits of one label become one, under the name of its longest part.
fn merged(
    mut hearings: Vec<judge::Hearing>,
    letters: &[fold::Letter],
    rules: &[rule::Rule],
) -> Vec<Signal> {
    let label = |hearing: &judge::Hearing| rules[hearing.rule].label;
    hearings.sort_by_key(|hearing| (label(hearing), hearing.start, hearing.end));

    let mut whole: Vec<(judge::Hearing, usize)> = Vec::with_capacity(hearings.len());
    for next in hearings {
        match whole.last_mut() {
            Some((last, longest)) if label(last) == label(&next) && next.start < last.end => {
                if next.end - next.start > *longest {
                    *longest = next.end - next.start;
                    last.rule = next.rule;
                }
                last.end = last.end.max(next.end);
            }
            _ => whole.push((next, next.end - next.start)),
        }
    }

    whole.sort_by_key(|(hearing, _)| (hearing.start, hearing.end));
    let signal = |(hearing, _): (judge::Hearing, usize)| Signal {
        label: label(&hearing),
        start: letters[hearing.start].start,
        end: letters[hearing.end - 1].end,
        rule: rules[hearing.rule].name.clone(),
        why: String::new(),
        shadow: false,
    };
    whole.into_iter().map(signal).collect()
}
