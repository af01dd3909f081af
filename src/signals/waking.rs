//! Which patterns are looked for in a clause: those whose words are there, in order and near enough.

use super::clause::Clause;
use super::fold::Letter;
use super::hits::Word;
use super::lexicon::{Class, number};
use super::scan::{Owner, Purpose, Scanner, Scratch, Shape};
use super::touched::has;

/// So many letters have a bit each. A clause of more is looked at with all its patterns.
const BITS: u32 = u64::BITS;

impl Scanner {
    /// Finds the terms of a line, clause by clause.
    pub(super) fn read(&self, letters: &[Letter], scratch: &mut Scratch) {
        self.lexicon.read(letters, &mut scratch.listening.words);
        let words = &scratch.listening.words;
        Clause::of_line(letters, words, &mut scratch.clauses);
        let classes = self.lexicon.class_count();
        scratch.possible.clear(scratch.clauses.len(), classes);
        for (at, clause) in scratch.clauses.iter().enumerate() {
            if clause.has_number {
                for &class in &self.numbers {
                    scratch.possible.add(at, class);
                }
            }
            for word in &words[clause.words.clone()] {
                let touched = &self.lexicon.touched;
                touched.add_to(&mut scratch.possible, at, word.term);
            }
        }
    }

    /// Notes the wanted patterns of a purpose that a clause may have. Whether there is one.
    pub(super) fn wake(
        &self,
        purpose: Purpose,
        wanted: impl Fn(Owner) -> bool,
        clause: usize,
        scratch: &mut Scratch,
    ) -> bool {
        let Scratch {
            listening,
            possible,
            anchored,
            live,
            clauses,
            ..
        } = scratch;
        let (possible, clause) = (possible.of(clause), &clauses[clause]);
        let words = &listening.words[clause.words.clone()];
        anchored.clear(self.shapes.len());
        live.clear(self.shapes.len());
        let anchors = &self.anchors[purpose as usize];
        anchors.each_pattern(words.iter().map(|word| word.term), |pattern| {
            let mut classes = self.classes.of(pattern).iter();
            if classes.all(|&class| has(possible, class)) {
                anchored.mark(pattern);
            }
        });
        for &pattern in anchored.all() {
            let is_wanted = wanted(self.shapes[pattern as usize].owner);
            if is_wanted && self.may_stand(pattern, words, clause) {
                live.mark(pattern);
            }
        }
        !live.all().is_empty()
    }

    /// Whether a clause may have the parts of a pattern in their order, near enough to each other.
    fn may_stand(&self, pattern: u32, words: &[Word], clause: &Clause) -> bool {
        let classes = self.classes.of(pattern);
        let shape = &self.shapes[pattern as usize];
        let is_word = classes.len() < 2 && !shape.at_start && !shape.at_end;
        if is_word || clause.letters.len() >= BITS as usize {
            return true;
        }
        // A bit for each place where what was heard so far may end.
        let mut ends = match shape.at_start {
            true => up_to(clause.starts_by),
            false => u64::MAX,
        };
        for (position, &class) in classes.iter().enumerate() {
            ends = match self.numbers.binary_search(&class) {
                Ok(_) => u64::MAX << ends.trailing_zeros(),
                Err(_) => self.ends_after(ends, class, gap(shape, position), words, clause),
            };
            if ends == 0 {
                return false;
            }
        }
        !shape.at_end || ends >> clause.ends_from != 0
    }

    /// Where words of a class may end that stand near enough behind one of these places. Of a row
    /// only the beginning is looked at.
    fn ends_after(
        &self,
        before: u64,
        class: Class,
        gap: u32,
        words: &[Word],
        clause: &Clause,
    ) -> u64 {
        let has_rows = self.lexicon.has_rows[class as usize];
        let first = number(clause.letters.start);
        let mut ends = 0;
        for word in words {
            if !self.lexicon.touched.has(word.term, class) {
                continue;
            }
            let (start, end) = (word.start - first, word.end - first);
            let near = up_to(start) & u64::MAX << start.saturating_sub(gap);
            if before & near != 0 {
                ends |= match has_rows {
                    true => u64::MAX << end,
                    false => 1 << end,
                };
            }
        }
        ends
    }
}

/// How far before a part the part before it may end. The first begins where it may.
const fn gap(shape: &Shape, position: usize) -> u32 {
    match position {
        0 => 0,
        _ => shape.gaps[position],
    }
}

/// The bits of these many letters and one.
const fn up_to(letter: u32) -> u64 {
    u64::MAX >> (BITS - 1 - letter)
}
