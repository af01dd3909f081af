//! A model in use.

use std::cell::RefCell;
use std::ops::Range;

use crate::domain::{Label, Speaker};

use super::super::fold::{Letter, fold_into};
use super::super::{LONGEST_HEARD, Line, Signal, Verdict, Weighed, merged, up_to};
use super::combine::{Combination, HeardByRules, Records};
use super::corpus::Labels;
use super::grams::Reading;
use super::pieces::{credits, signal};
use super::solve::{LANES, Scores};
use super::table::Table;

/// The rule of a signal that no rule heard.
pub const LEARNT: &str = "learnt";

/// What was learnt from labelled lines. Immutable and shared, as dictionaries are.
pub struct Model {
    pub(super) version: String,
    /// How many lines it was learnt from.
    pub(super) lines: u32,
    /// The SHA-256 of these lines.
    pub(super) corpus: String,
    /// The version of the dictionaries whose rules it knows.
    pub(super) dictionaries: String,
    /// What is so of every line.
    pub(super) bias: Scores,
    pub(super) table: Table,
    pub(super) records: Records,
    /// How words and rules are weighed together.
    pub(super) beside_rules: Combination,
    /// How the words are weighed where no rule is asked; to be measured by itself.
    pub(super) alone: Combination,
}

/// Room for the line in hand, so that it costs no allocations.
#[derive(Default)]
pub(super) struct Room {
    pub(super) own: Reading,
    before: Reading,
    letters: Vec<Letter>,
    columns: Vec<u32>,
    /// A bit for each column that the line has.
    seen: Vec<u64>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// How much the runs of a line of so many count together: a long line says more than a short one,
/// but not as much more as it is longer.
pub(super) fn own_share(runs: usize) -> f32 {
    1.0 / count(runs).sqrt().sqrt()
}

/// The same of what was said before.
pub(super) fn before_share(runs: usize) -> f32 {
    1.5 / count(runs).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a line has at most 2^16 runs")]
fn count(runs: usize) -> f32 {
    runs.max(1) as f32
}

impl Model {
    /// The first twelve hex digits of the SHA-256 of the file, recorded with every signal.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many lines it was learnt from.
    #[must_use]
    pub const fn lines(&self) -> u32 {
        self.lines
    }

    /// The SHA-256 of the lines that it was learnt from, in hex.
    #[must_use]
    pub fn corpus(&self) -> &str {
        &self.corpus
    }

    /// The version of the dictionaries beside which it was learnt.
    #[must_use]
    pub fn dictionaries(&self) -> &str {
        &self.dictionaries
    }

    /// How many runs of characters it knows weights for.
    #[must_use]
    pub const fn runs(&self) -> usize {
        self.table.len()
    }

    /// From which odds on each label is heard where no rule holds, and below which it is not even
    /// where one does; in logarithms: 0 is an even chance, 2.2 is nine in ten.
    pub fn thresholds(&self) -> impl Iterator<Item = (Label, f32, f32)> {
        let thresholds = self.beside_rules.thresholds;
        let labels = Label::ALL.into_iter().zip(thresholds);
        labels.map(|(label, threshold)| (label, threshold.add, threshold.veto))
    }

    /// What a customer's line means, by its words and by what the rules heard in it.
    pub(in super::super) fn hear(
        &self,
        line: Line<'_>,
        letters: &[Letter],
        mut weighed: Vec<Weighed<'_>>,
    ) -> Vec<Signal> {
        ROOM.with_borrow_mut(|room| {
            let scores = self.scores(line, letters, room);
            let rules = self.heard_by_rules(&weighed);
            let labels = self.beside_rules.labels(&scores, &rules);
            let held = rules.labels();
            let mut added_signals = Vec::new();
            let added = Label::ALL.into_iter().filter(|&label| {
                let label = label as usize;
                labels[label] && !held[label]
            });
            for label in added {
                let slopes = self.beside_rules.slopes(&scores, &rules, label as usize);
                let credits = credits(&self.table, &room.own, &slopes, letters.len());
                added_signals.extend(signal(label, line.text, letters, credits));
            }
            let reprieved = self.reprieved(line, letters, &weighed, &labels, room);
            weighed.retain(|one| {
                let label = one.label as usize;
                one.shadow || labels[label] || reprieved[label]
            });
            let mut signals = merged(weighed);
            signals.append(&mut added_signals);
            signals.sort_by_key(|signal| (signal.start, signal.end));
            signals
        })
    }

    /// Labels that the whole line speaks against and the clauses of a hit don't: a line that says
    /// several things says less of each.
    fn reprieved(
        &self,
        line: Line<'_>,
        letters: &[Letter],
        weighed: &[Weighed<'_>],
        labels: &Labels,
        room: &mut Room,
    ) -> Labels {
        let mut reprieved = Labels::default();
        let last_clause = letters.last().map_or(0, |letter| letter.clause);
        let mut within = Vec::new();
        for hit in weighed {
            let label = hit.label as usize;
            let is_vetoed = !hit.shadow && hit.verdict == Verdict::Holds && !labels[label];
            if !is_vetoed || reprieved[label] || last_clause == 0 {
                continue;
            }
            let part = clauses_of(letters, hit.start..hit.end);
            let bytes = bytes_of(part);
            let is_within =
                |other: &&Weighed<'_>| bytes.start <= other.start && other.end <= bytes.end;
            within.clear();
            within.extend(weighed.iter().filter(is_within).copied());
            let scores = self.scores(line, part, room);
            let rules = self.heard_by_rules(&within);
            reprieved[label] = self.beside_rules.labels(&scores, &rules)[label];
        }
        reprieved
    }

    /// The labels by the words alone.
    pub(in super::super) fn hear_alone(&self, line: Line<'_>, letters: &[Letter]) -> Labels {
        ROOM.with_borrow_mut(|room| {
            let scores = self.scores(line, letters, room);
            self.alone.labels(&scores, &HeardByRules::default())
        })
    }

    fn heard_by_rules(&self, weighed: &[Weighed<'_>]) -> HeardByRules {
        if weighed.is_empty() {
            return HeardByRules::default();
        }
        let counting = weighed.iter().filter(|one| !one.shadow);
        let heard = counting.map(|one| {
            let holds = one.verdict == Verdict::Holds;
            (one.rule, one.label as usize, holds)
        });
        self.records.heard(heard)
    }

    fn scores(&self, line: Line<'_>, letters: &[Letter], room: &mut Room) -> Scores {
        room.own.read(letters);
        room.seen.resize(self.table.len().div_ceil(64), 0);
        let Room {
            own, columns, seen, ..
        } = room;
        own.each_run(|key, _| {
            self.table
                .find(key)
                .inspect(|&column| note(column, columns, seen))
                .is_some()
        });
        let share = own_share(own.runs());
        let mut scores = self.bias;
        add(&mut scores, &self.table.sums(columns), share);
        forget(columns, seen);
        if let Some((speaker, text)) = line.previous.filter(|_| own.wants_before()) {
            self.add_before(speaker, text, room, &mut scores);
        }
        scores
    }

    fn add_before(&self, speaker: Speaker, text: &str, room: &mut Room, scores: &mut Scores) {
        fold_into(up_to(text, LONGEST_HEARD), &mut room.letters);
        room.before.read(&room.letters);
        let Room {
            own,
            before,
            columns,
            seen,
            ..
        } = room;
        own.each_run_before(speaker, before, |key| {
            self.table
                .find(key)
                .inspect(|&column| note(column, columns, seen))
                .is_some()
        });
        add(
            scores,
            &self.table.sums(columns),
            before_share(before.runs()),
        );
        forget(columns, seen);
    }
}

/// The letters of the clauses that some bytes of the text stand in.
fn clauses_of(letters: &[Letter], bytes: Range<usize>) -> &[Letter] {
    let touched = |letter: &&Letter| letter.start < bytes.end && bytes.start < letter.end;
    let mut clauses = letters.iter().filter(touched).map(|letter| letter.clause);
    let Some(first) = clauses.next() else {
        return letters;
    };
    let last = clauses.next_back().unwrap_or(first);
    let begin = letters.partition_point(|letter| letter.clause < first);
    let end = letters.partition_point(|letter| letter.clause <= last);
    &letters[begin..end]
}

fn bytes_of(letters: &[Letter]) -> Range<usize> {
    match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}

/// Notes a column once, however often the line has it.
#[inline]
fn note(column: u32, columns: &mut Vec<u32>, seen: &mut [u64]) {
    let (word, bit) = (column as usize / 64, 1 << (column % 64));
    if seen[word] & bit == 0 {
        seen[word] |= bit;
        columns.push(column);
    }
}

fn forget(columns: &mut Vec<u32>, seen: &mut [u64]) {
    for column in columns.drain(..) {
        seen[column as usize / 64] = 0;
    }
}

fn add(scores: &mut Scores, sums: &Scores, share: f32) {
    for lane in 0..LANES {
        scores[lane] += sums[lane] * share;
    }
}
