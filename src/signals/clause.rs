//! A line in clauses: between two marks words bear on each other.

use std::ops::Range;

use super::fold::{BREAK, Letter};
use super::hits::{Word, is_numeral};
use super::lexicon::number;

/// A part of the line between marks.
pub(super) struct Clause {
    /// Which of the line's letters, the mark that ends it included.
    pub(super) letters: Range<usize>,
    /// Which of the line's terms.
    pub(super) words: Range<usize>,
    pub(super) has_number: bool,
    /// Up to which of its own letters something may start that has to start it.
    pub(super) starts_by: u32,
    /// From which of its own letters on something may end that has to end it.
    pub(super) ends_from: u32,
}

impl Clause {
    /// The clauses of a line that hold a term or a number. Terms come in the order of their ends.
    pub(super) fn of_line(letters: &[Letter], words: &[Word], into: &mut Vec<Self>) {
        into.clear();
        let (mut first, mut word) = (0, 0);
        for clause in letters.chunk_by(|one, next| one.clause == next.clause) {
            let end = first + clause.len();
            let inside = words[word..].partition_point(|word| word.end as usize <= end);
            let before = clause
                .iter()
                .take_while(|letter| says_nothing(letter, FILLERS));
            let after = clause.iter().rev();
            let after = after.take_while(|letter| says_nothing(letter, PARTICLES));
            let has_number = clause.iter().any(|letter| is_numeral(letter.glyph));
            if inside > 0 || has_number {
                into.push(Self {
                    letters: first..end,
                    words: word..word + inside,
                    has_number,
                    starts_by: number(before.count()),
                    ends_from: number(clause.len() - after.count()),
                });
            }
            (first, word) = (end, word + inside);
        }
    }
}

fn says_nothing(letter: &Letter, sounds: &str) -> bool {
    letter.glyph == BREAK || sounds.contains(letter.glyph)
}

/// Sounds before the first word that say nothing.
const FILLERS: &str = "嗯哦噢啊哎唉呃额喂那诶欸哈呵";
/// Sounds after the last word that say nothing. 吗 is none of them: it asks.
const PARTICLES: &str = "啊呀吧呢哦噢喔嘛哈啦呗咯哒的了滴撒哟诶哇呐耶嘞喽哩";

/// Whether nothing is said in the clause before this letter.
pub(super) fn starts_clause(letters: &[Letter], start: usize) -> bool {
    letters[..start]
        .iter()
        .rev()
        .take_while(|letter| letter.glyph != BREAK)
        .all(|letter| FILLERS.contains(letter.glyph))
}

/// Whether nothing more is said in the clause from this letter on.
pub(super) fn ends_clause(letters: &[Letter], end: usize) -> bool {
    letters[end..]
        .iter()
        .take_while(|letter| letter.glyph != BREAK)
        .all(|letter| PARTICLES.contains(letter.glyph))
}
