//! The pieces of a line that the model knows weights for.

use crate::domain::Speaker;

use super::super::fold::{BREAK, Letter};

/// The longest run of characters.
pub(super) const LONGEST: usize = 3;
/// The longest run of what was said before.
const LONGEST_BEFORE: usize = 2;
/// A line of more characters needs no line before it to be understood.
const SHORT_ANSWER: usize = 22;

const OWN: u64 = 0x7f4a_7c15;
const BEFORE: u64 = 0x2545_f491;

/// A run of characters, as a number. Two of a model's n runs share one by chance with a probability
/// of some n²/2³³ (of ten thousand: 1 %), and then share their weights.
pub(super) type Key = u32;

/// A line as the model reads it: its characters, one mark between clauses and at both ends, and
/// for each the letter that it is.
#[derive(Default)]
pub(super) struct Reading {
    glyphs: Vec<char>,
    letters: Vec<u32>,
}

/// What a short answer is like. The same question means another thing with each.
#[derive(Clone, Copy)]
struct Answer {
    denies: bool,
    length: u64,
}

impl Reading {
    /// Reads a line anew.
    pub(super) fn read(&mut self, letters: &[Letter]) {
        self.glyphs.clear();
        self.letters.clear();
        self.push(BREAK, 0);
        for (at, letter) in letters.iter().enumerate() {
            let again = letter.glyph == BREAK && self.glyphs.last() == Some(&BREAK);
            if !again {
                self.push(plain(letter.glyph), at);
            }
        }
        if self.glyphs.last() != Some(&BREAK) {
            self.push(BREAK, letters.len());
        }
    }

    fn push(&mut self, glyph: char, letter: usize) {
        self.glyphs.push(glyph);
        // A line has at most 16 Ki letters.
        self.letters.push(u32::try_from(letter).unwrap_or(u32::MAX));
    }

    /// How many runs there are at most: what a line's weights are shared out over.
    pub(super) const fn runs(&self) -> usize {
        self.glyphs.len() * LONGEST
    }

    /// Looks runs up, shorter ones first. Where a run is not known none that begins with it is, so
    /// `look` answers whether to go on. It is given the run and its letters.
    #[inline]
    pub(super) fn each_run(&self, mut look: impl FnMut(Key, Run) -> bool) {
        for start in 0..self.glyphs.len() {
            let mut hash = OWN;
            for end in start..self.glyphs.len().min(start + LONGEST) {
                hash = mix(hash, self.glyphs[end]);
                if !look(
                    key(hash),
                    Run {
                        start,
                        end: end + 1,
                    },
                ) {
                    break;
                }
            }
        }
    }

    /// The first and the last letter of a run, marks between clauses aside; nothing for a mark.
    pub(super) fn letters_of(&self, run: Run) -> Option<(usize, usize)> {
        let inside = (run.start..run.end).filter(|&at| self.glyphs[at] != BREAK);
        let (first, last) = (inside.clone().min()?, inside.max()?);
        Some((self.letters[first] as usize, self.letters[last] as usize))
    }

    /// As [`Reading::each_run`], for what was said before this line. Nothing when this line is long
    /// enough to speak for itself.
    pub(super) fn each_run_before(
        &self,
        speaker: Speaker,
        before: &Self,
        mut look: impl FnMut(Key) -> bool,
    ) {
        let Some(answer) = self.answer() else { return };
        let asked_by = u64::from(speaker == Speaker::Rep);
        let salt = BEFORE ^ (answer.length << 2 | u64::from(answer.denies) << 1 | asked_by);
        let begin = mix_number(OWN, salt);
        for start in 0..before.glyphs.len() {
            let mut hash = begin;
            for glyph in before.glyphs[start..].iter().take(LONGEST_BEFORE) {
                hash = mix(hash, *glyph);
                if !look(key(hash)) {
                    break;
                }
            }
        }
    }

    fn answer(&self) -> Option<Answer> {
        let length = match self.glyphs.len().saturating_sub(2) {
            0..=5 => 0,
            6..=12 => 1,
            13..=SHORT_ANSWER => 2,
            _ => return None,
        };
        Some(Answer {
            denies: self
                .glyphs
                .iter()
                .any(|glyph| "没不无别否未".contains(*glyph)),
            length,
        })
    }

    /// Whether the line before counts.
    pub(super) fn wants_before(&self) -> bool {
        self.glyphs.len() <= SHORT_ANSWER + 2
    }
}

/// A run of glyphs of a [`Reading`].
#[derive(Clone, Copy)]
pub(super) struct Run {
    start: usize,
    end: usize,
}

/// All numbers are alike: what matters is that there is one.
const fn plain(glyph: char) -> char {
    if glyph.is_ascii_digit() { '0' } else { glyph }
}

#[inline]
fn mix(hash: u64, glyph: char) -> u64 {
    mix_number(hash, u64::from(u32::from(glyph)))
}

#[inline]
const fn mix_number(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// The upper half of a product depends on all of its factors.
#[inline]
const fn key(hash: u64) -> Key {
    (hash >> 32) as u32
}
