//! Signals: what a customer's words mean for the process.
//!
//! What was learnt from labelled lines hears beside the rules (`learnt`); a [`Detector`] is both.
//!
//! Pure: text in, signals out; no IO, clock, randomness or logging. The shell reads the files
//! (`loaded`) and the lines of `dingdan signals` (`commands`).
//! A line takes this way:
//!
//! 1. `fold` writes it in one canonical spelling (width, script, case, separators and emoji
//!    inside words, stretched letters) and remembers for each letter where it came from, so
//!    that marked words are the customer's own characters;
//!    `sounds` puts words right that are written as they sound, where a dictionary asks for it;
//! 2. `hits` runs one automaton over it, whatever the number of dictionaries and terms. Each
//!    distinct term stands in it once and belongs to *classes* (`lexicon`): a list, the choices of
//!    a bracket. Clause by clause only those phrases are looked for whose rarest words are there
//!    (`anchors`), and the others too, in their order (`touched`, `waking`);
//! 3. `scan` puts the words heard together to the phrases that rules speak of. These are short
//!    sequences of classes, and a word looks only at the phrases that wait for its class;
//! 4. `judge` tells what is meant from what is denied, settled, hypothetical or said about somebody
//!    else.
//!
//! The rules are files that a sales administrator reads (`keyword-dicts/*.toml`): `load` takes
//! them apart through `rule`, `words`, `names`, `syntax`, `amount`, `pattern` and `stretch`, `compile` makes classes and
//! phrases of them. `reference` says once more, slowly, what patterns mean, and is compared with
//! all this. Start at [`Dictionaries::from_documents`] and [`Dictionaries::hear`]; to hear something new,
//! add a rule to a file and two examples below it, not code.

mod amount;
mod anchors;
mod burst;
#[cfg(test)]
mod burst_tests;
mod clause;
mod common;
mod compile;
mod detector;
mod emoticons;
mod fold;
mod hits;
mod judge;
pub mod learnt;
mod lexicon;
mod load;
mod marks;
mod names;
mod partials;
mod pattern;
#[cfg(test)]
mod reference;
mod rule;
mod scan;
mod signs;
mod sounds;
mod spelling;
mod stretch;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod touched;
mod utterance;
mod waking;
mod words;

use std::cell::RefCell;

use crate::domain::{Label, Speaker};

pub use burst::{CONTEXT, Change, HeardIn, Said};
pub use detector::Detector;
pub use judge::Verdict;
pub use load::MODEL;
pub use names::NameKind;

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

/// Words that a rule has heard, and whether they are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighed<'d> {
    /// What they would mean.
    pub label: Label,
    /// Where they start, as [`Signal::start`].
    pub start: usize,
    /// Where they end, as [`Signal::end`].
    pub end: usize,
    /// Which rule heard them, as [`Signal::rule`].
    pub rule: &'d str,
    /// What became of them.
    pub verdict: Verdict,
    /// Whether the rule is only being tried, as [`Signal::shadow`].
    pub shadow: bool,
}

impl Weighed<'_> {
    /// Whether the next one is the same signal. What is tried and what counts are never one.
    fn joins(&self, next: &Self) -> bool {
        self.shadow == next.shadow && self.label == next.label && next.start < self.end
    }
}

/// A competitor or product in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'d> {
    /// As the dictionary first writes it, whatever the line calls it.
    pub name: &'d str,
    /// Where it starts, as [`Signal::start`].
    pub start: usize,
    /// Where it ends, as [`Signal::end`].
    pub end: usize,
}

/// A rule as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleTitle<'d> {
    /// What people call it; empty when its file doesn't say.
    pub title: &'d str,
    /// The name of its file.
    pub file: &'d str,
}

/// All dictionaries, compiled. Immutable and shared; a changed dictionary is a new value.
pub struct Dictionaries {
    version: String,
    scanner: scan::Scanner,
    rules: Vec<rule::Rule>,
    cues: Vec<rule::Cue>,
    sounds: sounds::Sounds,
    /// Competitors and products, as reports call them.
    names: Box<[(NameKind, String)]>,
}

impl Dictionaries {
    /// A short SHA-256 of what the dictionaries say (comments and order don't matter), to be
    /// recorded with every signal.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rule of that name ([`Signal::rule`]), if these dictionaries have it.
    #[must_use]
    pub fn rule_title(&self, name: &str) -> Option<RuleTitle<'_>> {
        let rule = self.rules.iter().find(|rule| rule.name == name)?;
        Some(RuleTitle {
            title: &rule.title,
            file: &rule.file,
        })
    }

    /// What the line means: distinct hits in the order of their position; overlapping hits of
    /// one label are one. Nothing, unless the customer speaks.
    #[must_use]
    pub fn hear(&self, line: Line<'_>) -> Vec<Signal> {
        merged(self.weigh(line))
    }

    /// The products that a text speaks of, in the order of their position.
    #[must_use]
    pub fn products_in(&self, text: &str) -> Vec<Named<'_>> {
        self.named(NameKind::Product, text)
    }

    /// The competitors that a text speaks of, in the order of their position.
    #[must_use]
    pub fn competitors_in(&self, text: &str) -> Vec<Named<'_>> {
        self.named(NameKind::Competitor, text)
    }

    fn named(&self, kind: NameKind, text: &str) -> Vec<Named<'_>> {
        ROOM.with_borrow_mut(|(letters, scratch)| {
            fold::fold_into(up_to(text, LONGEST_HEARD), letters);
            self.sounds.put_right(letters);
            let named = self.scanner.names(letters, scratch).into_iter();
            let named = named.filter_map(|one| {
                let (of_kind, name) = &self.names[one.name as usize];
                (*of_kind == kind).then(|| Named {
                    name,
                    start: letters[one.start].start,
                    end: letters[one.end - 1].end,
                })
            });
            named.collect()
        })
    }

    /// Everything that rules have heard, also what is not meant, by label and position. Nothing,
    /// unless the customer speaks.
    #[must_use]
    pub fn weigh(&self, line: Line<'_>) -> Vec<Weighed<'_>> {
        if line.speaker != Speaker::Customer {
            return Vec::new();
        }
        self.read(line, |_, weighed| weighed)
    }

    /// Folds a customer's line and hears it by the rules, and gives both on.
    fn read<'d, T>(
        &'d self,
        line: Line<'_>,
        then: impl FnOnce(&[fold::Letter], Vec<Weighed<'d>>) -> T,
    ) -> T {
        let previous = line
            .previous
            .map(|(speaker, text)| (speaker, up_to(text, LONGEST_HEARD)));
        ROOM.with_borrow_mut(|(letters, scratch)| {
            fold::fold_into(up_to(line.text, LONGEST_HEARD), letters);
            self.sounds.put_right(letters);
            let hearings = judge::judge(self, letters, previous, scratch);
            let weighed = |hearing: &judge::Hearing| {
                let rule = &self.rules[hearing.rule];
                Weighed {
                    label: rule.label,
                    start: letters[hearing.start].start,
                    end: letters[hearing.end - 1].end,
                    rule: &rule.name,
                    verdict: hearing.verdict,
                    shadow: rule.shadow,
                }
            };
            let mut all: Vec<Weighed<'_>> = hearings.iter().map(weighed).collect();
            all.sort_by_key(|one| (one.shadow, one.label, one.start, one.end));
            // Several patterns of a rule may hear the same words.
            all.dedup();
            then(letters, all)
        })
    }
}

thread_local! {
    /// Room for a line in hand, so that most lines allocate nothing. Empty between lines.
    static ROOM: RefCell<(Vec<fold::Letter>, scan::Scratch)> = RefCell::default();
}

/// A text in the spelling that rules hear it in, each letter with where it stands in the text. What
/// ends a clause is `，`.
pub(crate) fn folded(text: &str) -> Vec<(char, std::ops::Range<usize>)> {
    let letters = fold::fold(text).into_iter();
    letters
        .map(|letter| (letter.glyph, letter.start..letter.end))
        .collect()
}

/// As much of a text as fits, whole characters only.
fn up_to(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// What is meant, of that which was heard. Overlapping hits of one label become one, under the
/// name of its longest part.
fn merged(weighed: Vec<Weighed<'_>>) -> Vec<Signal> {
    let mut whole: Vec<(Weighed<'_>, usize)> = Vec::with_capacity(weighed.len());
    for next in weighed {
        if next.verdict != Verdict::Holds {
            continue;
        }
        let length = next.end - next.start;
        match whole.last_mut() {
            Some((last, longest)) if last.joins(&next) => {
                if length > *longest {
                    *longest = length;
                    last.rule = next.rule;
                }
                last.end = last.end.max(next.end);
            }
            _ => whole.push((next, length)),
        }
    }

    whole.sort_by_key(|(hit, _)| (hit.start, hit.end, hit.shadow));
    let signal = |(hit, _): (Weighed<'_>, usize)| Signal {
        label: hit.label,
        start: hit.start,
        end: hit.end,
        rule: hit.rule.to_owned(),
        why: String::new(),
        shadow: hit.shadow,
    };
    whole.into_iter().map(signal).collect()
}
