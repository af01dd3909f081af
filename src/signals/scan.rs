//! One pass over a line: the words that dictionaries know, put together to their patterns.

use daachorse::CharwiseDoubleArrayAhoCorasick;
use rustc_hash::FxHashMap;

use crate::domain::Label;

use super::fold::{BREAK, Letter};
use super::pattern::MOST_PARTS;
use super::syntax::WIDEST_GAP;

/// The automaton over all terms, and what each term is for.
pub(super) struct Scanner {
    /// Nothing when no dictionary has a term: the automaton can't be empty.
    pub(super) automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    pub(super) terms: Vec<Term>,
    pub(super) number_roles: Vec<Role>,
    pub(super) shapes: Vec<Shape>,
}

/// A term of the automaton.
pub(super) struct Term {
    length: usize,
    /// Latin terms are whole words: PO is not heard in POE.
    starts_latin: bool,
    ends_latin: bool,
    roles: Vec<Role>,
}

/// Where a term stands in a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    pub(super) shape: usize,
    pub(super) position: usize,
}

/// A pattern without its words.
pub(super) struct Shape {
    pub(super) owner: Owner,
    /// Whose look-alikes hide its words; all labels' for cues.
    pub(super) label: Option<Label>,
    /// The widest gap before each part.
    pub(super) gaps: [u32; MOST_PARTS],
    pub(super) parts: usize,
    pub(super) at_start: bool,
    pub(super) at_end: bool,
}

/// What a pattern is for; rules and cues by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Swallow,
    Any { rule: usize },
    All { rule: usize, index: usize },
    None { rule: usize },
    Asked { rule: usize },
    Cue { cue: usize },
}

/// A pattern found in a line. Positions count letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) owner: Owner,
    places: [(usize, usize); MOST_PARTS],
    parts: usize,
}

impl Match {
    pub(super) fn start(&self) -> usize {
        self.places[0].0
    }

    pub(super) fn end(&self) -> usize {
        self.places[self.parts - 1].1
    }

    /// Where its parts stand, in order.
    pub(super) fn places(&self) -> &[(usize, usize)] {
        &self.places[..self.parts]
    }
}

/// A word heard: a term, or any number.
struct Hit<'s> {
    roles: &'s [Role],
    start: usize,
    end: usize,
}

/// A pattern heard up to some part.
struct Partial {
    found: Match,
    /// The one before it of the same pattern.
    older: Option<usize>,
}

/// All that is heard so far of patterns with several parts. Looking back from a word touches
/// only the partials of its own pattern, however many patterns begin with a common word.
#[derive(Default)]
struct Partials {
    all: Vec<Partial>,
    /// For each pattern that is begun its newest partial. Its size follows the line, not the
    /// dictionaries.
    newest: FxHashMap<usize, usize>,
}

impl Partials {
    fn push(&mut self, shape: usize, found: Match) {
        let older = self.newest.insert(shape, self.all.len());
        self.all.push(Partial { found, older });
    }

    /// A pattern's partials, the newest (which ends last) first.
    fn of(&self, shape: usize) -> impl Iterator<Item = &Match> {
        let newest = self.newest.get(&shape).map(|&at| &self.all[at]);
        let older = |partial: &&Partial| partial.older.map(|at| &self.all[at]);
        std::iter::successors(newest, older).map(|partial| &partial.found)
    }
}

/// A stretch whose words mean nothing, for one label or for all.
struct Swallowed {
    label: Option<Label>,
    start: usize,
    end: usize,
}

impl Term {
    pub(super) fn new(word: &str, roles: Vec<Role>) -> Self {
        let latin = |letter: char| letter.is_ascii_alphanumeric();
        Self {
            length: word.chars().count(),
            starts_latin: word.starts_with(latin),
            ends_latin: word.ends_with(latin),
            roles,
        }
    }

    fn is_whole_word(&self, letters: &[Letter], start: usize, end: usize) -> bool {
        let joined = |at: usize| {
            let latin = |at: usize| letters[at].glyph.is_ascii_alphanumeric();
            at > 0 && at < letters.len() && letters[at].glued && latin(at) && latin(at - 1)
        };
        !(self.starts_latin && joined(start) || self.ends_latin && joined(end))
    }
}

impl Scanner {
    /// All patterns in the line that are not hidden by a look-alike.
    pub(super) fn scan(&self, letters: &[Letter]) -> Vec<Match> {
        let hits = self.hits(letters);
        let swallowing = match hits.iter().any(|hit| self.may_swallow(hit)) {
            true => self.chain(letters, &hits, &[], |owner| owner == Owner::Swallow),
            false => Vec::new(),
        };
        let hide = |(shape, found): &(usize, Match)| Swallowed {
            label: self.shapes[*shape].label,
            start: found.start(),
            end: found.end(),
        };
        let swallowed: Vec<Swallowed> = swallowing.iter().map(hide).collect();
        let found = self.chain(letters, &hits, &swallowed, |owner| owner != Owner::Swallow);
        found.into_iter().map(|(_, found)| found).collect()
    }

    fn may_swallow(&self, hit: &Hit<'_>) -> bool {
        let owner = |role: &Role| self.shapes[role.shape].owner;
        hit.roles.iter().any(|role| owner(role) == Owner::Swallow)
    }

    /// The one pass: each term and number, in the order of their ends.
    fn hits(&self, letters: &[Letter]) -> Vec<Hit<'_>> {
        let mut hits = Vec::with_capacity(2 * letters.len());
        let Some(automaton) = &self.automaton else {
            return hits;
        };
        let mut stepper = automaton.find_overlapping_stepper();
        let mut number_start = None;
        for (at, letter) in letters.iter().enumerate() {
            if let Some(start) = number_start
                && (!is_numeral(letter.glyph) || SCALES.contains(letter.glyph))
            {
                hits.push(self.number(start, at));
            }
            number_start = is_numeral(letter.glyph).then(|| number_start.unwrap_or(at));
            stepper.consume(letter.glyph);
            for found in stepper.matches() {
                let term = &self.terms[found.value() as usize];
                let (start, end) = (at + 1 - term.length, at + 1);
                if term.is_whole_word(letters, start, end) {
                    hits.push(Hit {
                        roles: &term.roles,
                        start,
                        end,
                    });
                }
            }
        }
        hits.extend(number_start.map(|start| self.number(start, letters.len())));
        hits
    }

    fn number(&self, start: usize, end: usize) -> Hit<'_> {
        Hit {
            roles: &self.number_roles,
            start,
            end,
        }
    }

    /// Puts words together to patterns. Hits come in the order of their ends, so each part
    /// looks back for the nearest part before it and never further than a gap may reach.
    fn chain(
        &self,
        letters: &[Letter],
        hits: &[Hit<'_>],
        swallowed: &[Swallowed],
        wanted: impl Fn(Owner) -> bool,
    ) -> Vec<(usize, Match)> {
        let mut found = Vec::new();
        let mut partials = Partials::default();
        for hit in hits {
            for role in hit.roles {
                let shape = &self.shapes[role.shape];
                if !wanted(shape.owner) || is_swallowed(hit, shape.label, swallowed) {
                    continue;
                }
                let Some(longer) = extended(&partials, letters, hit, role, shape) else {
                    continue;
                };
                if longer.parts < shape.parts {
                    partials.push(role.shape, longer);
                } else if shape.stands_right(letters, &longer) {
                    found.push((role.shape, longer));
                }
            }
        }
        found
    }
}

fn extended(
    partials: &Partials,
    letters: &[Letter],
    hit: &Hit<'_>,
    role: &Role,
    shape: &Shape,
) -> Option<Match> {
    let place = (hit.start, hit.end);
    if role.position == 0 {
        return Some(Match {
            owner: shape.owner,
            places: [place; MOST_PARTS],
            parts: 1,
        });
    }
    let reach = |end: usize| end + shape.gaps[role.position] as usize >= hit.start;
    let before = partials
        .of(role.shape)
        .take_while(|before| before.end() + WIDEST_GAP as usize >= hit.start)
        .find(|before| {
            let end = before.end();
            before.parts == role.position
                && end <= hit.start
                && reach(end)
                && letters[end - 1].clause == letters[hit.start].clause
        })?;
    let mut longer = *before;
    longer.places[role.position] = place;
    longer.parts += 1;
    Some(longer)
}

fn is_swallowed(hit: &Hit<'_>, label: Option<Label>, swallowed: &[Swallowed]) -> bool {
    swallowed.iter().any(|hidden| {
        (hidden.label.is_none() || hidden.label == label)
            && hidden.start <= hit.start
            && hit.end <= hidden.end
    })
}

impl Shape {
    fn stands_right(&self, letters: &[Letter], found: &Match) -> bool {
        (!self.at_start || starts_clause(letters, found.start()))
            && (!self.at_end || ends_clause(letters, found.end()))
    }
}

/// Sounds before the first word that say nothing.
const FILLERS: &str = "嗯哦噢啊哎唉呃额喂那诶欸哈呵";
/// Sounds after the last word that say nothing. 吗 is none of them: it asks.
const PARTICLES: &str = "啊呀吧呢哦噢喔嘛哈啦呗咯哒的了滴撒哟诶哇呐耶嘞喽哩";

fn starts_clause(letters: &[Letter], start: usize) -> bool {
    letters[..start]
        .iter()
        .rev()
        .take_while(|letter| letter.glyph != BREAK)
        .all(|letter| FILLERS.contains(letter.glyph))
}

fn ends_clause(letters: &[Letter], end: usize) -> bool {
    letters[end..]
        .iter()
        .take_while(|letter| letter.glyph != BREAK)
        .all(|letter| PARTICLES.contains(letter.glyph))
}

/// Numerals that may as well be the unit of the number before them: 二十万, 两百.
const SCALES: &str = "百千万半";

fn is_numeral(glyph: char) -> bool {
    glyph.is_ascii_digit() || SCALES.contains(glyph) || "一二两三四五六七八九十.-".contains(glyph)
}
