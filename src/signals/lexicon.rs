//! All words that dictionaries know, each once, and what they are words of.
//!
//! A *class* is what one part of a pattern accepts: a list, the choices of a bracket, all plain
//! words of a rule. Patterns that accept the same share one class. A class holds terms, and rows
//! of links (see `stretch`) whose words follow one another without a gap.

use std::collections::{BTreeMap, BTreeSet};

use daachorse::errors::DaachorseError;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rustc_hash::FxHashMap;

use super::amount::Bound;
use super::common::Commonness;
use super::stretch::Link;
use super::table::Table;
use super::touched::Touched;

/// The number of a class.
pub(super) type Class = u32;
/// The class of all numbers. No word is of it.
pub(super) const ANY_NUMBER: Class = 0;

/// A term that no line has: control characters are no letters.
const NEVER: &str = "\0";

/// The automaton over all terms, and what each term is for.
#[derive(Default)]
pub(super) struct Lexicon {
    /// Nothing when no dictionary has a term: the automaton can't be empty.
    pub(super) automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    pub(super) terms: Box<[Term]>,
    /// For each term the classes that it is a whole word of, in rising order.
    pub(super) classes: Table<Class>,
    /// For each term the links it is in that may begin a row, by their place in `links`, with the
    /// rows' classes, which rise.
    pub(super) beginnings: Table<(Class, u32)>,
    /// For each class whether rows are of it.
    pub(super) has_rows: Box<[bool]>,
    /// For each term both, together.
    pub(super) touched: Touched,
    /// For each term the sets it is in that may go on with a row, in rising order.
    pub(super) sets: Table<u32>,
    /// The links of all rows, row after row.
    pub(super) links: Box<[LinkInRow]>,
    /// The classes of numbers within a bound.
    pub(super) bounds: Box<[(Bound, Class)]>,
    /// For each term the names that it is one of.
    pub(super) names: Table<u32>,
    class_count: usize,
}

/// A term of the automaton.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Term {
    /// In letters.
    pub(super) length: u32,
    /// Latin terms are whole words: PO is not heard in POE.
    pub(super) starts_latin: bool,
    pub(super) ends_latin: bool,
}

/// A link where it stands in its row.
pub(super) struct LinkInRow {
    /// Which set of terms it accepts.
    pub(super) set: u32,
    /// Up to where the links after it may follow; those before that one are optional.
    pub(super) followed_until: u32,
    /// The class of the row.
    pub(super) class: Class,
    /// Whether the row may end here.
    pub(super) may_end: bool,
}

/// What every line with a word of some class has: one of these terms.
pub(super) struct Needed {
    pub(super) terms: Vec<u32>,
    /// How many of them there are about in so many letters of chat, roughly.
    pub(super) commonness: f32,
}

/// Collects classes; [`Builder::finish`] makes them a [`Lexicon`].
pub(super) struct Builder {
    terms: FxHashMap<String, u32>,
    sets: BTreeMap<Vec<u32>, u32>,
    classes: BTreeMap<Contents, Class>,
    /// Terms and the names that they are.
    names: Vec<(u32, u32)>,
}

/// What a class accepts, by the numbers of terms and sets, sorted.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Contents {
    terms: Vec<u32>,
    rows: Vec<Vec<(u32, bool)>>,
    bound: Option<Bound>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            terms: FxHashMap::default(),
            sets: BTreeMap::new(),
            // Takes the number of ANY_NUMBER.
            classes: BTreeMap::from([(Contents::default(), ANY_NUMBER)]),
            names: Vec::new(),
        }
    }
}

impl Builder {
    /// The class that accepts any of these rows.
    pub(super) fn class(&mut self, rows: Vec<Vec<Link>>) -> Class {
        let mut contents = Contents::default();
        for row in rows {
            let is_one_link = row.len() == 1;
            let mut links = Vec::new();
            for link in row {
                let optional = link.optional;
                let terms: Vec<u32> = link.terms.into_iter().map(|term| self.term(term)).collect();
                match is_one_link {
                    true => contents.terms.extend(terms),
                    false => links.push((self.set(terms), optional)),
                }
            }
            if !is_one_link {
                contents.rows.push(links);
            }
        }
        contents.terms.sort_unstable();
        contents.terms.dedup();
        contents.rows.sort_unstable();
        contents.rows.dedup();
        if contents == Contents::default() {
            // An empty list is no number.
            contents.terms.push(self.term(NEVER.to_owned()));
        }
        self.numbered(contents)
    }

    /// The class of the numbers within a bound.
    pub(super) fn bounded(&mut self, bound: Bound) -> Class {
        self.numbered(Contents {
            bound: Some(bound),
            ..Contents::default()
        })
    }

    /// Notes that the term is one of a name's.
    pub(super) fn name(&mut self, term: String, name: u32) {
        let term = self.term(term);
        self.names.push((term, name));
    }

    fn numbered(&mut self, contents: Contents) -> Class {
        let next = number(self.classes.len());
        *self.classes.entry(contents).or_insert(next)
    }

    fn term(&mut self, term: String) -> u32 {
        let next = number(self.terms.len());
        *self.terms.entry(term).or_insert(next)
    }

    fn set(&mut self, mut terms: Vec<u32>) -> u32 {
        terms.sort_unstable();
        terms.dedup();
        let next = number(self.sets.len());
        *self.sets.entry(terms).or_insert(next)
    }

    /// The lexicon, and for each class what a line with a word of it has; nothing for numbers.
    pub(super) fn finish(self) -> Result<(Lexicon, Vec<Option<Needed>>), DaachorseError> {
        let mut words: Vec<(String, u32)> = self.terms.into_iter().collect();
        let mut terms = vec![Term::default(); words.len()];
        let common = Commonness::default();
        let mut commonness = vec![0.0; words.len()];
        for (word, term) in &words {
            terms[*term as usize] = Term::new(word);
            commonness[*term as usize] = common.of(word);
        }
        // Built faster when sorted.
        words.sort_unstable();
        let automaton = match words.is_empty() {
            true => None,
            false => Some(
                CharwiseDoubleArrayAhoCorasickBuilder::new()
                    .use_prefilter(false)
                    .build_with_values(words)?,
            ),
        };
        let mut sets = vec![&[][..]; self.sets.len()];
        for (terms, &set) in &self.sets {
            sets[set as usize] = terms;
        }

        let needed = needed(&self.classes, &sets, &commonness);
        let mut classes = Vec::new();
        let mut rows = Rows::default();
        let mut by_class: Vec<(&Contents, Class)> = self
            .classes
            .iter()
            .map(|(contents, &class)| (contents, class))
            .collect();
        by_class.sort_unstable_by_key(|(_, class)| *class);
        let mut has_rows = Vec::with_capacity(by_class.len());
        for (contents, class) in by_class {
            has_rows.push(!contents.rows.is_empty());
            classes.extend(contents.terms.iter().map(|&term| (term, class)));
            for row in &contents.rows {
                rows.add(row, class, &sets);
            }
        }
        rows.sets.sort_unstable();
        let begun = rows
            .beginnings
            .iter()
            .map(|&(term, (class, _))| (term, class));
        let touched = classes.iter().copied().chain(begun).collect();
        let lexicon = Lexicon {
            automaton,
            touched: Touched::new(terms.len(), self.classes.len(), touched),
            classes: Table::new(terms.len(), &classes),
            beginnings: Table::new(terms.len(), &rows.beginnings),
            sets: Table::new(terms.len(), &rows.sets),
            links: rows.links.into(),
            has_rows: has_rows.into(),
            class_count: self.classes.len(),
            names: Table::new(terms.len(), &self.names),
            bounds: self
                .classes
                .iter()
                .filter_map(|(contents, &class)| Some((contents.bound?, class)))
                .collect(),
            terms: terms.into(),
        };
        Ok((lexicon, needed))
    }
}

/// For each class what a line with a word of it has.
fn needed(
    classes: &BTreeMap<Contents, Class>,
    sets: &[&[u32]],
    commonness: &[f32],
) -> Vec<Option<Needed>> {
    let sum = |terms: &[u32]| -> f32 { terms.iter().map(|&term| commonness[term as usize]).sum() };
    let mut needed: Vec<Option<Needed>> = (0..classes.len()).map(|_| None).collect();
    for (contents, &class) in classes {
        if contents.terms.is_empty() && contents.rows.is_empty() {
            continue;
        }
        let mut terms = contents.terms.clone();
        for row in &contents.rows {
            // A row whose words may all be left out is heard by any of them.
            let required = row.iter().filter(|(_, optional)| !optional);
            let rarest = required.min_by(|(one, _), (other, _)| {
                sum(sets[*one as usize]).total_cmp(&sum(sets[*other as usize]))
            });
            match rarest {
                Some((set, _)) => terms.extend(sets[*set as usize]),
                None => terms.extend(row.iter().flat_map(|(set, _)| sets[*set as usize])),
            }
        }
        terms.sort_unstable();
        terms.dedup();
        let commonness = sum(&terms);
        needed[class as usize] = Some(Needed { terms, commonness });
    }
    needed
}

#[derive(Default)]
struct Rows {
    links: Vec<LinkInRow>,
    beginnings: Vec<(u32, (Class, u32))>,
    sets: Vec<(u32, u32)>,
    /// The sets that `sets` tells of.
    going_on: BTreeSet<u32>,
}

impl Rows {
    fn add(&mut self, row: &[(u32, bool)], class: Class, sets: &[&[u32]]) {
        let first = self.links.len();
        // How many links may be the next one, of those from `at` on.
        let open = |at: usize| {
            let optional = row[at..]
                .iter()
                .take_while(|(_, optional)| *optional)
                .count();
            (optional + 1).min(row.len() - at)
        };
        for (at, &(set, _)) in row.iter().enumerate() {
            let may_end = row[at + 1..].iter().all(|(_, optional)| *optional);
            self.links.push(LinkInRow {
                set,
                followed_until: number(first + at + 1 + open(at + 1)),
                class,
                may_end,
            });
            let terms = sets[set as usize].iter();
            if at < open(0) {
                let link = number(first + at);
                self.beginnings
                    .extend(terms.clone().map(|&term| (term, (class, link))));
            }
            if at > 0 && self.going_on.insert(set) {
                self.sets.extend(terms.map(|&term| (term, set)));
            }
        }
    }
}

impl Lexicon {
    /// How many classes there are.
    pub(super) fn class_count(&self) -> usize {
        self.class_count
    }
}

impl Term {
    fn new(word: &str) -> Self {
        let latin = |letter: char| letter.is_ascii_alphanumeric();
        Self {
            length: number(word.chars().count()),
            starts_latin: word.starts_with(latin),
            ends_latin: word.ends_with(latin),
        }
    }
}

/// Neither dictionaries nor lines have four thousand million of anything.
#[inline]
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 terms, patterns or letters")
}
