//! The other spellings of a word: slips of the keyboard, homophones, pinyin.

use std::collections::BTreeSet;

use daachorse::CharwiseDoubleArrayAhoCorasick;
use rustc_hash::FxHashSet;

/// A word as dictionaries write it, and how customers may write it. All folded.
pub(super) struct Spelling {
    pub(super) word: String,
    pub(super) also: Vec<String>,
}

/// All spellings, in the order in which files tell them.
#[derive(Default)]
pub(super) struct Spellings {
    all: Vec<Spelling>,
    /// Finds the words in a term; nothing when there are none.
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each word of the automaton its spellings.
    of_word: Vec<Vec<usize>>,
    /// All neighbouring letters in the words.
    neighbours: FxHashSet<(char, char)>,
}

impl Spellings {
    pub(super) fn new(all: Vec<Spelling>) -> Self {
        let words: BTreeSet<&str> = all.iter().map(|one| one.word.as_str()).collect();
        let of_word = |word: &&str| {
            let same = |(at, one): (usize, &Spelling)| (one.word == **word).then_some(at);
            all.iter().enumerate().filter_map(same).collect()
        };
        let pairs = |word: &&str| {
            let word = word.to_string();
            let next: Vec<char> = word.chars().skip(1).collect();
            word.chars().zip(next).collect::<Vec<_>>()
        };
        Self {
            // Fails only without any words, since people don't write billions of them.
            automaton: CharwiseDoubleArrayAhoCorasick::new(&words).ok(),
            of_word: words.iter().map(of_word).collect(),
            neighbours: words.iter().flat_map(pairs).collect(),
            all,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Spelling> {
        self.all.iter()
    }

    /// Adds to folded terms the terms with other spellings of the words in them. Of a word that
    /// a term has twice both are written otherwise, in the same way.
    pub(super) fn respell(&self, terms: &mut Vec<String>) {
        for at in 0..terms.len() {
            self.respell_from(0, at, terms);
        }
    }

    /// Spellings are tried in their order, so that each set of them is applied once.
    fn respell_from(&self, first: usize, at: usize, terms: &mut Vec<String>) {
        let found = self.in_term(&terms[at]);
        for spelling in found.into_iter().filter(|&spelling| spelling >= first) {
            let Spelling { word, also } = &self.all[spelling];
            for other in also {
                let respelt = terms[at].replace(word, other);
                terms.push(respelt);
                self.respell_from(spelling + 1, terms.len() - 1, terms);
            }
        }
    }

    /// The spellings whose word is in the term.
    pub(super) fn in_term(&self, term: &str) -> BTreeSet<usize> {
        let Some(automaton) = &self.automaton else {
            return BTreeSet::new();
        };
        let found = automaton.find_overlapping_iter(term);
        found
            .flat_map(|found| &self.of_word[found.value() as usize])
            .copied()
            .collect()
    }

    /// Whether a word may lie across the place where these two letters meet.
    pub(super) fn may_cross(&self, before: char, after: char) -> bool {
        self.neighbours.contains(&(before, after))
    }
}
