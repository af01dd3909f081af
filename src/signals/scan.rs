//! The words heard in a line, put together to the patterns that rules speak of.

use crate::domain::Label;

use super::anchors::Anchors;
use super::clause::{Clause, ends_clause, starts_clause};
use super::fold::Letter;
use super::hits::{Hit, Listening, Named};
use super::lexicon::{Class, Lexicon, Needed, number};
use super::marks::Marks;
use super::partials::{Partial, Partials};
use super::pattern::MOST_PARTS;
use super::table::Table;
use super::touched::Classes;

/// All that is listened for.
pub(super) struct Scanner {
    pub(super) lexicon: Lexicon,
    pub(super) shapes: Box<[Shape]>,
    /// For each pattern the classes of its parts.
    pub(super) classes: Table<Class>,
    /// For each purpose what its patterns can't be without.
    pub(super) anchors: [Anchors; Purpose::COUNT],
    /// The classes of numbers.
    pub(super) numbers: Box<[Class]>,
    /// For each purpose and class the places in patterns that the class's words may take.
    roles: [Table<Role>; Purpose::COUNT],
}

/// Where a class stands in a pattern.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Role {
    pub(super) shape: u32,
    pub(super) position: u32,
    /// The class of the next part; nothing at the last position.
    pub(super) next: Option<Class>,
}

/// A pattern without its words.
pub(super) struct Shape {
    pub(super) owner: Owner,
    /// Whose look-alikes hide its words; all labels' for cues.
    pub(super) label: Option<Label>,
    /// The widest gap before each part.
    pub(super) gaps: [u32; MOST_PARTS],
    pub(super) parts: u32,
    pub(super) at_start: bool,
    pub(super) at_end: bool,
    pub(super) ends_in_number: bool,
}

/// What a pattern is for; rules and cues by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Swallow { label: Option<Label> },
    Any { rule: usize },
    All { rule: usize, index: usize },
    None { rule: usize },
    NotAfter { rule: usize },
    NotBefore { rule: usize },
    Asked { rule: usize },
    Cue { cue: usize },
}

/// When a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// First of all, since it hides words from the others.
    Hiding,
    /// In a customer's line.
    Signal,
    /// In a customer's line that may have a signal.
    Judging,
    /// In the rep's line before it.
    Question,
}

impl Purpose {
    const COUNT: usize = 4;
    const ALL: [Self; Self::COUNT] = [Self::Hiding, Self::Signal, Self::Judging, Self::Question];

    const fn of(owner: Owner) -> Self {
        match owner {
            Owner::Swallow { .. } => Self::Hiding,
            Owner::Any { .. } => Self::Signal,
            Owner::All { .. }
            | Owner::None { .. }
            | Owner::NotAfter { .. }
            | Owner::NotBefore { .. }
            | Owner::Cue { .. } => Self::Judging,
            Owner::Asked { .. } => Self::Question,
        }
    }
}

/// A pattern found in a line. Positions count letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) owner: Owner,
    ends_in_number: bool,
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

    /// What comes first of matches that end together: that with the longest last word, then the
    /// one whose rule comes first.
    fn rank(&self) -> (usize, bool, usize, usize) {
        let rule = match self.owner {
            Owner::Any { rule } => rule,
            _ => 0,
        };
        let (last, end) = self.places[self.parts - 1];
        (end, self.ends_in_number, last, rule)
    }
}

/// Room to scan in, kept from line to line.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) listening: Listening,
    partials: Partials,
    swallowed: Vec<Swallowed>,
    pub(super) clauses: Vec<Clause>,
    /// For each clause the classes that it may have a word of.
    pub(super) possible: Classes,
    /// The patterns that have their anchor in the clause in hand.
    pub(super) anchored: Marks,
    /// Those of them that are looked for.
    pub(super) live: Marks,
    /// Whether the words of one were there, wherever they stood.
    is_worth_it: bool,
    /// For each class the start of the last word heard of it, counted from 1.
    last_heard: Vec<u32>,
}

/// A stretch whose words mean nothing, for one label or for all.
struct Swallowed {
    label: Option<Label>,
    start: u32,
    end: u32,
}

impl Scanner {
    /// From patterns and the classes of their parts. `needed` is as [`Anchors::new`] wants it.
    pub(super) fn new(
        lexicon: Lexicon,
        needed: &[Option<Needed>],
        patterns: Vec<(Shape, Vec<Class>)>,
    ) -> Self {
        let mut roles = Purpose::ALL.map(|_| Vec::new());
        let mut classes = Vec::new();
        for (pattern, (shape, parts)) in patterns.iter().enumerate() {
            let pattern = number(pattern);
            for (position, &class) in parts.iter().enumerate() {
                let role = Role {
                    shape: pattern,
                    position: number(position),
                    next: parts.get(position + 1).copied(),
                };
                roles[Purpose::of(shape.owner) as usize].push((class, role));
                classes.push((pattern, class));
            }
        }
        let anchors = Purpose::ALL.map(|purpose| {
            let patterns = patterns.iter().enumerate();
            let patterns = patterns.filter(|(_, (shape, _))| Purpose::of(shape.owner) == purpose);
            let patterns = patterns.map(|(pattern, (_, classes))| (number(pattern), &classes[..]));
            Anchors::new(lexicon.terms.len(), needed, patterns)
        });
        let numbers = (0..).zip(needed).filter(|(_, needed)| needed.is_none());
        Self {
            roles: roles.map(|roles| Table::new(lexicon.class_count(), &roles)),
            classes: Table::new(patterns.len(), &classes),
            anchors,
            numbers: numbers.map(|(class, _)| class).collect(),
            lexicon,
            shapes: patterns.into_iter().map(|(shape, _)| shape).collect(),
        }
    }

    /// What a customer's line may mean and what bears on that, but for what look-alikes hide.
    /// Nothing, when there is no signal.
    pub(super) fn scan(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        let mut found = self.search(Purpose::Signal, letters, scratch);
        if !found.is_empty() {
            found.sort_by_key(Match::rank);
            let wanted = |owner| match owner {
                Owner::All { rule, .. }
                | Owner::None { rule }
                | Owner::NotAfter { rule }
                | Owner::NotBefore { rule } => {
                    let of_rule = Owner::Any { rule };
                    found.iter().any(|found| found.owner == of_rule)
                }
                _ => true,
            };
            let bearing = self.look_for(Purpose::Judging, wanted, letters, scratch);
            found.extend(bearing);
        }
        found
    }

    /// What the rep's line asks for.
    pub(super) fn scan_question(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        self.search(Purpose::Question, letters, scratch)
    }

    /// The names in a line, but for those in look-alikes of everything.
    pub(super) fn names(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Named> {
        let mut named = self.lexicon.names(letters);
        if !named.is_empty() {
            self.read(letters, scratch);
            self.hide(letters, scratch);
            named.retain(|one| {
                !is_hidden(number(one.start), number(one.end), None, &scratch.swallowed)
            });
        }
        named
    }

    /// Reads a line and looks in it for the patterns of a purpose. What hides words is looked for
    /// only where there is something to hide.
    fn search(&self, purpose: Purpose, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        self.read(letters, scratch);
        scratch.swallowed.clear();
        scratch.is_worth_it = false;
        let found = self.look_for(purpose, |_| true, letters, scratch);
        if !scratch.is_worth_it {
            return found;
        }
        self.hide(letters, scratch);
        match scratch.swallowed.is_empty() {
            true => found,
            false => self.look_for(purpose, |_| true, letters, scratch),
        }
    }

    fn hide(&self, letters: &[Letter], scratch: &mut Scratch) {
        scratch.swallowed.clear();
        for found in self.look_for(Purpose::Hiding, |_| true, letters, scratch) {
            if let Owner::Swallow { label } = found.owner {
                scratch.swallowed.push(Swallowed {
                    label,
                    start: number(found.start()),
                    end: number(found.end()),
                });
            }
        }
    }

    /// Looks for the wanted patterns of a purpose in a line that is read.
    fn look_for(
        &self,
        purpose: Purpose,
        wanted: impl Fn(Owner) -> bool,
        letters: &[Letter],
        scratch: &mut Scratch,
    ) -> Vec<Match> {
        let mut found = Vec::new();
        if self.anchors[purpose as usize].is_empty() {
            return found;
        }
        for clause in 0..scratch.clauses.len() {
            if self.wake(purpose, &wanted, clause, scratch) {
                self.listen(letters, clause, scratch);
                self.chain(purpose, letters, scratch, &mut found);
            }
        }
        found
    }

    /// Hears what the live patterns of a clause are made of.
    fn listen(&self, letters: &[Letter], clause: usize, scratch: &mut Scratch) {
        scratch.forget();
        let Scratch {
            listening,
            live,
            clauses,
            ..
        } = &mut *scratch;
        listening.awake.clear(self.lexicon.class_count());
        for &pattern in live.all() {
            for &class in self.classes.of(pattern) {
                listening.awake.mark(class);
            }
        }
        self.lexicon.listen(letters, &clauses[clause], listening);
        scratch.remember(self.lexicon.class_count());
    }

    /// Puts words together to patterns. Hits come in the order of their ends, so each part
    /// looks back for the nearest part before it and never further than a gap may reach.
    fn chain(
        &self,
        purpose: Purpose,
        letters: &[Letter],
        scratch: &mut Scratch,
        found: &mut Vec<Match>,
    ) {
        let Scratch {
            listening,
            partials,
            swallowed,
            live,
            last_heard,
            is_worth_it,
            ..
        } = scratch;
        partials.clear(self.shapes.len());
        for hit in &listening.hits {
            for role in self.roles[purpose as usize].of(hit.class) {
                let goes_on = role
                    .next
                    .is_none_or(|next| last_heard[next as usize] > hit.end);
                if !goes_on || !live.has(role.shape) {
                    continue;
                }
                let shape = &self.shapes[role.shape as usize];
                if is_swallowed(hit, shape.label, swallowed) {
                    continue;
                }
                let whole = shape.heard(role, hit, letters, partials);
                *is_worth_it |= whole.is_some();
                if let Some(whole) = whole.filter(|whole| shape.stands_right(letters, whole)) {
                    if found.is_empty() {
                        // Once, however many there are; and not at all for most lines.
                        found.reserve(listening.words.len());
                    }
                    found.push(whole);
                }
            }
        }
    }
}

impl Scratch {
    fn forget(&mut self) {
        for hit in &self.listening.hits {
            self.last_heard[hit.class as usize] = 0;
        }
        self.listening.hits.clear();
    }

    fn remember(&mut self, classes: usize) {
        self.last_heard.resize(classes, 0);
        for hit in &self.listening.hits {
            let last = &mut self.last_heard[hit.class as usize];
            *last = (hit.start + 1).max(*last);
        }
    }
}

fn is_swallowed(hit: &Hit, label: Option<Label>, swallowed: &[Swallowed]) -> bool {
    is_hidden(hit.start, hit.end, label, swallowed)
}

fn is_hidden(start: u32, end: u32, label: Option<Label>, swallowed: &[Swallowed]) -> bool {
    swallowed.iter().any(|hidden| {
        (hidden.label.is_none() || hidden.label == label)
            && hidden.start <= start
            && end <= hidden.end
    })
}

impl Shape {
    /// The shape of words and nothing else.
    pub(super) const fn plain(owner: Owner, label: Option<Label>) -> Self {
        Self {
            owner,
            label,
            gaps: [0; MOST_PARTS],
            parts: 1,
            at_start: false,
            at_end: false,
            ends_in_number: false,
        }
    }

    /// Notes that a part of it is heard; the match, if that was the last.
    fn heard(
        &self,
        role: &Role,
        hit: &Hit,
        letters: &[Letter],
        partials: &mut Partials,
    ) -> Option<Match> {
        let before = partials.before(role, self, hit, letters)?;
        let partial = Partial {
            parts: role.position + 1,
            start: hit.start,
            end: hit.end,
            before,
            older: 0,
        };
        if role.next.is_some() {
            partials.push(role.shape, partial);
            return None;
        }
        Some(Match {
            owner: self.owner,
            ends_in_number: self.ends_in_number,
            places: partials.places(partial),
            parts: self.parts as usize,
        })
    }

    fn stands_right(&self, letters: &[Letter], found: &Match) -> bool {
        (!self.at_start || starts_clause(letters, found.start()))
            && (!self.at_end || ends_clause(letters, found.end()))
    }
}
