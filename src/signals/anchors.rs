//! Which patterns are worth looking for in a line.
//!
//! Of each pattern one part is its *anchor*: that whose words are the least common. A line without
//! a word of it doesn't have the pattern, and most patterns have no word of their anchor in a line.
//! Those that do are looked for if their other parts are possible too.

use super::lexicon::{Class, Needed};
use super::table::Table;

/// The anchors of patterns that are looked for together.
pub(super) struct Anchors {
    /// For each term the classes that are anchors and can't be heard without one such term.
    classes: Table<Class>,
    /// For each class the patterns that it is the anchor of.
    patterns: Table<u32>,
    /// Patterns without words: numbers alone.
    always: Box<[u32]>,
}

impl Anchors {
    /// Of some patterns, by their numbers and the classes of their parts. `needed` tells for each
    /// class what a line with a word of it has.
    pub(super) fn new<'p>(
        terms: usize,
        needed: &[Option<Needed>],
        patterns: impl Iterator<Item = (u32, &'p [Class])>,
    ) -> Self {
        let mut anchored = Vec::new();
        let mut always = Vec::new();
        for (pattern, classes) in patterns {
            let known = classes.iter().filter_map(|&class| {
                let commonness = needed[class as usize].as_ref()?.commonness;
                Some((class, commonness))
            });
            match known.min_by(|(_, one), (_, other)| one.total_cmp(other)) {
                Some((class, _)) => anchored.push((class, pattern)),
                None => always.push(pattern),
            }
        }
        let classes = anchored.iter().map(|(class, _)| *class).collect();
        Self {
            classes: terms_of(classes, needed, terms),
            patterns: Table::new(needed.len(), &anchored),
            always: always.into(),
        }
    }

    /// Whether there is no pattern.
    pub(super) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.patterns.is_empty()
    }

    /// Tells the patterns whose anchor may be among these words, some of them several times.
    #[inline]
    pub(super) fn each_pattern(&self, terms: impl Iterator<Item = u32>, mut tell: impl FnMut(u32)) {
        self.always.iter().for_each(|&pattern| tell(pattern));
        for term in terms {
            for &class in self.classes.of(term) {
                for &pattern in self.patterns.of(class) {
                    tell(pattern);
                }
            }
        }
    }
}

/// For each term those of the classes that it is needed for.
fn terms_of(mut classes: Vec<Class>, needed: &[Option<Needed>], terms: usize) -> Table<Class> {
    classes.sort_unstable();
    classes.dedup();
    let pairs = classes.iter().flat_map(|&class| {
        let needed = needed[class as usize].iter();
        needed.flat_map(move |needed| needed.terms.iter().map(move |&term| (term, class)))
    });
    Table::new(terms, &pairs.collect::<Vec<_>>())
}
