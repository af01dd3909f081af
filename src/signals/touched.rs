//! Which classes the words of a clause may belong to, a bit for each.
//!
//! Common words belong to hundreds of classes. Theirs are kept as rows of bits, so that bringing them
//! together costs one step for sixty-four classes, and asking for one of the few that are listened
//! for costs one step.

use super::lexicon::Class;
use super::marks::Marks;
use super::table::Table;

/// A term of more classes than this has a row of bits.
const FEW: usize = 6;
const BITS: usize = u64::BITS as usize;
/// Of more marked classes a row is looked through instead.
const MANY_MARKED: usize = 200;

/// A set of classes for each clause of a line.
#[derive(Default)]
pub(super) struct Classes {
    bits: Vec<u64>,
    width: usize,
}

/// For each term the classes that it is a word of or begins a row of.
#[derive(Default)]
pub(super) struct Touched {
    /// Those of terms that have few.
    few: Table<Class>,
    /// For each term which row is its own, counted from 1; 0 where `few` tells.
    row_of: Box<[u32]>,
    rows: Box<[u64]>,
    /// How many numbers a row has.
    width: usize,
}

impl Classes {
    /// Empty sets of so many classes, for so many clauses.
    pub(super) fn clear(&mut self, clauses: usize, classes: usize) {
        self.width = classes.div_ceil(BITS);
        self.bits.clear();
        self.bits.resize(clauses * self.width, 0);
    }

    fn of_mut(&mut self, clause: usize) -> &mut [u64] {
        &mut self.bits[clause * self.width..][..self.width]
    }

    /// The set of a clause, to be asked with [`has`].
    pub(super) fn of(&self, clause: usize) -> &[u64] {
        &self.bits[clause * self.width..][..self.width]
    }

    pub(super) fn add(&mut self, clause: usize, class: Class) {
        add(self.of_mut(clause), class);
    }
}

#[inline]
fn add(bits: &mut [u64], class: Class) {
    bits[class as usize / BITS] |= 1 << (class as usize % BITS);
}

/// Whether a set has the class.
#[inline]
pub(super) fn has(bits: &[u64], class: Class) -> bool {
    bits[class as usize / BITS] & 1 << (class as usize % BITS) != 0
}

impl Touched {
    /// From pairs of a term and a class, of so many terms and classes.
    pub(super) fn new(terms: usize, classes: usize, mut pairs: Vec<(u32, Class)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let width = classes.div_ceil(BITS);
        let mut row_of = vec![0; terms];
        let mut rows = Vec::new();
        let mut few = Vec::new();
        for of_term in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            if of_term.len() <= FEW {
                few.extend_from_slice(of_term);
                continue;
            }
            let row = rows.len() / width + 1;
            rows.resize(row * width, 0);
            let bits = &mut rows[(row - 1) * width..];
            of_term.iter().for_each(|&(_, class)| add(bits, class));
            row_of[of_term[0].0 as usize] = super::lexicon::number(row);
        }
        Self {
            few: Table::new(terms, &few),
            row_of: row_of.into(),
            rows: rows.into(),
            width,
        }
    }

    #[inline]
    fn row(&self, term: u32) -> Option<&[u64]> {
        let end = self.row_of[term as usize] as usize * self.width;
        (end > 0).then(|| &self.rows[end - self.width..end])
    }

    /// Whether a term is a word of the class or begins a row of it.
    #[inline]
    pub(super) fn has(&self, term: u32, class: Class) -> bool {
        match self.row(term) {
            Some(row) => has(row, class),
            None => self.few.of(term).contains(&class),
        }
    }

    /// Adds the classes that a term touches to those of a clause.
    #[inline]
    pub(super) fn add_to(&self, classes: &mut Classes, clause: usize, term: u32) {
        let set = classes.of_mut(clause);
        match self.row(term) {
            Some(row) => {
                for (bits, more) in set.iter_mut().zip(row) {
                    *bits |= more;
                }
            }
            None => self.few.of(term).iter().for_each(|&class| add(set, class)),
        }
    }

    /// Whether a term touches one of the marked classes.
    #[inline]
    pub(super) fn any_of(&self, marked: &Marks, term: u32) -> bool {
        let mut any = false;
        self.each_of(marked, term, |_| any = true);
        any
    }

    /// Tells those of the marked classes that a term touches.
    #[inline]
    pub(super) fn each_of(&self, marked: &Marks, term: u32, mut tell: impl FnMut(Class)) {
        match self.row(term) {
            Some(row) if marked.all().len() <= MANY_MARKED => {
                let touched = marked.all().iter().filter(|&&class| has(row, class));
                touched.for_each(|&class| tell(class));
            }
            Some(row) => each_bit(row, |class| {
                if marked.has(class) {
                    tell(class);
                }
            }),
            None => {
                let touched = self.few.of(term).iter();
                touched
                    .filter(|&&class| marked.has(class))
                    .for_each(|&class| tell(class));
            }
        }
    }
}

/// Tells the classes of a row.
fn each_bit(row: &[u64], mut tell: impl FnMut(Class)) {
    for (at, bits) in (0..).zip(row) {
        let mut bits = *bits;
        while bits != 0 {
            tell(at * u64::BITS + bits.trailing_zeros());
            bits &= bits - 1;
        }
    }
}
