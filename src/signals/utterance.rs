//! Pieces that are one utterance, and the signals that stand in it.

use std::ops::Range;

use super::Signal;
use super::burst::HeardIn;

/// An utterance is told up to here.
const TOLD_CHARACTERS: usize = 200;

/// How a piece is joined to what was said before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// As it stands: they are fragments of one word or clause.
    None,
    /// By a comma.
    Clause,
    /// Not at all: it begins another utterance.
    Sentence,
}

/// Lines that are one utterance, joined.
#[derive(Default)]
pub(super) struct Utterance {
    pub(super) text: String,
    pieces: Vec<Piece>,
    /// Where its last clause begins.
    clause: usize,
}

struct Piece {
    line: usize,
    /// Where it stands in the utterance.
    range: Range<usize>,
}

/// A signal that no later piece took back so far.
pub(super) struct Standing {
    pub(super) heard: HeardIn,
    /// Where its words stand in the utterance.
    range: Range<usize>,
}

impl Utterance {
    pub(super) fn push(&mut self, line: usize, joint: Joint, text: &str) {
        if joint == Joint::Clause {
            self.text.push('，');
            self.clause = self.text.len();
        }
        let start = self.text.len();
        self.text.push_str(text);
        let range = start..self.text.len();
        self.pieces.push(Piece { line, range });
    }

    /// Where its last clause begins.
    pub(super) const fn clause(&self) -> usize {
        self.clause
    }

    /// Its last piece.
    pub(super) fn last(&self) -> Option<&str> {
        let last = self.pieces.last()?;
        Some(&self.text[last.range.clone()])
    }

    /// The lines that its pieces are.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().map(|piece| piece.line)
    }

    /// What stands after another piece: what stood and is still heard, and what is new.
    pub(super) fn follow(&self, before: Vec<Standing>, heard: Vec<Signal>) -> Vec<Standing> {
        let mut standing: Vec<Standing> = Vec::with_capacity(heard.len());
        for mut one in before {
            let same = heard.iter().filter(|signal| one.is_of(signal));
            let ranges = same.map(|signal| signal.start..signal.end);
            let whole = ranges.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
            if let Some(whole) = whole {
                one.range = one.range.start.min(whole.start)..one.range.end.max(whole.end);
                standing.push(one);
            }
        }
        let new = heard
            .into_iter()
            .filter(|signal| !standing.iter().any(|one| one.is_of(signal)))
            .filter_map(|signal| self.place(signal));
        let new: Vec<Standing> = new.collect();
        standing.extend(new);
        standing
    }

    /// The signal, at the last piece that holds some of its words.
    fn place(&self, signal: Signal) -> Option<Standing> {
        let range = signal.start..signal.end;
        let touches = |piece: &&Piece| {
            let (start, end) = (
                piece.range.start.max(range.start),
                piece.range.end.min(range.end),
            );
            start < end && !self.text[start..end].trim().is_empty()
        };
        let last = self.pieces.iter().rev().find(touches)?;
        let is_spread = last.range.start > range.start;
        let words = self.text.get(range.clone())?.to_owned();
        let offset = last.range.start;
        let local = range.start.max(offset) - offset..range.end.min(last.range.end) - offset;
        let why = match (is_spread, signal.why.is_empty()) {
            (false, _) => signal.why,
            (true, true) => format!("连发的几句合起来是「{}」", told(&words)),
            (true, false) => format!("连发的几句合起来是「{}」；{}", told(&words), signal.why),
        };
        Some(Standing {
            heard: HeardIn {
                line: last.line,
                words: told(&words),
                quote: told(if is_spread {
                    &self.text
                } else {
                    &self.text[last.range.clone()]
                }),
                signal: Signal {
                    start: local.start,
                    end: local.end,
                    why,
                    ..signal
                },
            },
            range,
        })
    }
}

impl Standing {
    fn is_of(&self, signal: &Signal) -> bool {
        is_one(&self.in_utterance(), signal)
    }

    /// The signal, with its place in the utterance.
    pub(super) fn in_utterance(&self) -> Signal {
        Signal {
            start: self.range.start,
            end: self.range.end,
            ..self.heard.signal.clone()
        }
    }
}

/// Whether two signals of one text are one: they mean the same and share words.
pub(super) fn is_one(a: &Signal, b: &Signal) -> bool {
    (a.label, a.shadow) == (b.label, b.shadow) && a.start < b.end && b.start < a.end
}

fn told(text: &str) -> String {
    text.chars().take(TOLD_CHARACTERS).collect()
}
