//! Words in a row, each with its choices: `(我们|咱)(就|已经)?(决定|选定)(用|买)`.
//!
//! Written out, such a row may come to thousands of terms. So it is kept as a few *links*, each
//! a small set of terms, that follow one another without a gap. Few readings become one link;
//! where more come together the row is parted, but only where that changes nothing of what is
//! heard: a word with another spelling must not lie across the place, and folding must not treat
//! the letters on both sides as one stretched letter.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::fold::fold_term_in;
use super::pattern::Mistake;
use super::spelling::Spellings;
use super::syntax::each_with_each;

/// As many terms are kept as one link; more are parted where they may be.
const FEW_TERMS: usize = 16;
/// Into how many terms one link may unfold.
const MOST_TERMS: usize = 4000;

/// Words in a row, as they were written.
#[derive(Debug, Default, Clone)]
pub(super) struct Stretch {
    /// One after the other the choices; an empty one may be left out.
    choices: Vec<Rc<[String]>>,
}

/// One of the terms, next to the link before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Folded, other spellings included.
    pub(super) terms: Vec<String>,
    pub(super) optional: bool,
}

impl Stretch {
    pub(super) fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    pub(super) fn push(&mut self, choices: Rc<[String]>) {
        self.choices.push(choices);
    }

    /// How many rows of words it stands for.
    pub(super) fn readings(&self) -> usize {
        let readings = self.choices.iter().map(|choices| choices.len());
        readings.fold(usize::from(!self.is_empty()), usize::saturating_mul)
    }

    pub(super) fn may_be_nothing(&self) -> bool {
        let optional = |choices: &Rc<[String]>| choices.iter().any(String::is_empty);
        self.choices.iter().all(optional)
    }

    /// Its links; none, if it is never more than nothing.
    pub(super) fn links(&self, spellings: &Spellings) -> Result<Vec<Link>, Mistake> {
        let mut parted: Vec<Draft> = Vec::new();
        for choices in self.grouped() {
            parted.push(Draft::new(choices, spellings)?);
            while let Some(from) = first_to_join(&parted, spellings) {
                let joined = parted
                    .drain(from..)
                    .map(|draft| draft.raw.into_owned())
                    .reduce(|a, b| each_with_each(&a, &b));
                parted.push(Draft::new(joined.unwrap_or_default().into(), spellings)?);
            }
        }
        if let Some(unheard) = parted.iter().find_map(|draft| draft.unheard.as_ref()) {
            let found = format!("{unheard:?}");
            let expected = "letters, without punctuation between them";
            return Err(Mistake::new(found, expected));
        }
        let links = parted.into_iter().map(|draft| draft.link);
        Ok(links.filter(|link| !link.terms.is_empty()).collect())
    }

    /// Neighbours that come to few readings together are put together.
    fn grouped(&self) -> Vec<Cow<'_, [String]>> {
        let mut groups: Vec<Cow<'_, [String]>> = Vec::new();
        for choices in &self.choices {
            match groups.last_mut() {
                Some(last)
                    if last.len() == 1
                        || choices.len() == 1
                        || last.len() * choices.len() <= FEW_TERMS =>
                {
                    *last = each_with_each(last, choices).into();
                }
                _ => groups.push(Cow::Borrowed(choices)),
            }
        }
        groups
    }
}

/// A link on its way.
struct Draft<'s> {
    /// As written.
    raw: Cow<'s, [String]>,
    link: Link,
    /// A reading that is no word by itself, but may be part of one: the dash of 3-6.
    unheard: Option<String>,
    /// Whether its choices fold alike alone and in company.
    tidy: bool,
}

impl<'s> Draft<'s> {
    fn new(raw: Cow<'s, [String]>, spellings: &Spellings) -> Result<Self, Mistake> {
        if raw.len() > MOST_TERMS {
            let found = format!("{} readings", raw.len());
            let expected = format!("at most {MOST_TERMS}; write several patterns instead");
            return Err(Mistake::new(found, expected));
        }
        let mut terms = Vec::with_capacity(raw.len());
        let mut letters = Vec::new();
        let mut unheard = None;
        for reading in raw.iter().filter(|reading| !reading.is_empty()) {
            match fold_term_in(reading, &mut letters).filter(|term| !term.is_empty()) {
                Some(term) => terms.push(term),
                None => unheard = Some(reading.clone()),
            }
        }
        spellings.respell(&mut terms);
        let tidy = |reading: &String| !reading.contains(['[', ']', '.', '-']);
        Ok(Self {
            tidy: unheard.is_none() && raw.iter().all(tidy),
            unheard,
            link: Link {
                optional: raw.iter().any(String::is_empty),
                terms,
            },
            raw,
        })
    }

    /// Which spellings are in its terms.
    fn respelt(&self, spellings: &Spellings) -> BTreeSet<usize> {
        let terms = self.link.terms.iter();
        terms.flat_map(|term| spellings.in_term(term)).collect()
    }

    /// Whether nothing is lost when the two are not one link. `touch`, when the one may stand
    /// right before the other.
    fn may_be_parted_from(&self, next: &Self, touch: bool, spellings: &Spellings) -> bool {
        if !self.tidy
            || !next.tidy
            || !self
                .respelt(spellings)
                .is_disjoint(&next.respelt(spellings))
        {
            return false;
        }
        let last = |term: &String| term.chars().next_back();
        let first = |term: &String| term.chars().next();
        let befores: BTreeSet<char> = self.link.terms.iter().filter_map(last).collect();
        let afters: BTreeSet<char> = next.link.terms.iter().filter_map(first).collect();
        !touch
            || befores.iter().all(|&before| {
                let joined = |&after: &char| before == after || spellings.may_cross(before, after);
                !afters.iter().any(joined)
            })
    }
}

/// From where on the links have to be one, because the last can't be parted from that one.
fn first_to_join(parted: &[Draft], spellings: &Spellings) -> Option<usize> {
    let (last, before) = parted.split_last()?;
    let mut touch = true;
    let mut from = None;
    for (at, draft) in before.iter().enumerate().rev() {
        if !draft.may_be_parted_from(last, touch, spellings) {
            from = Some(at);
        }
        touch &= draft.link.optional;
    }
    from
}
