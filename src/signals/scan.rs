//! The words heard in a line, put together to the patterns that rules speak of.

use crate::domain::Label;

use super::attention::Order;
use super::fold::{BREAK, Letter};
use super::hits::{Hit, Listening, Named};
use super::lexicon::{Class, Lexicon, number};
use super::partials::{Partial, Partials};
use super::pattern::MOST_PARTS;
use super::table::Table;

/// All that is listened for.
pub(super) struct Scanner {
    lexicon: Lexicon,
    order: Order,
    shapes: Box<[Shape]>,
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
enum Purpose {
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
    listening: Listening,
    partials: Partials,
    swallowed: Vec<Swallowed>,
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
    /// From patterns and the classes of their parts.
    pub(super) fn new(lexicon: Lexicon, patterns: Vec<(Shape, Vec<Class>)>) -> Self {
        let classes = patterns.iter().map(|(_, classes)| &classes[..]);
        let order = Order::new(lexicon.class_count(), classes);
        let mut roles = Purpose::ALL.map(|_| Vec::new());
        for (pattern, (shape, classes)) in patterns.iter().enumerate() {
            for (position, &class) in classes.iter().enumerate() {
                let role = Role {
                    shape: number(pattern),
                    position: number(position),
                    next: classes.get(position + 1).copied(),
                };
                roles[Purpose::of(shape.owner) as usize].push((class, role));
            }
        }
        Self {
            roles: roles.map(|roles| Table::new(lexicon.class_count(), &roles)),
            order,
            lexicon,
            shapes: patterns.into_iter().map(|(shape, _)| shape).collect(),
        }
    }

    /// What a customer's line may mean and what bears on that, but for what look-alikes hide.
    /// Nothing, when there is no signal.
    pub(super) fn scan(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        self.listen(letters, scratch);
        let mut found = self.chain(Purpose::Signal, letters, scratch);
        if !found.is_empty() {
            found.sort_by_key(Match::rank);
            found.extend(self.chain(Purpose::Judging, letters, scratch));
        }
        found
    }

    /// What the rep's line asks for.
    pub(super) fn scan_question(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        self.listen(letters, scratch);
        self.chain(Purpose::Question, letters, scratch)
    }

    /// The names in a line, but for those in look-alikes of everything.
    pub(super) fn names(&self, letters: &[Letter], scratch: &mut Scratch) -> Vec<Named> {
        let mut named = self.lexicon.names(letters);
        if !named.is_empty() {
            self.listen(letters, scratch);
            named.retain(|one| {
                !is_hidden(number(one.start), number(one.end), None, &scratch.swallowed)
            });
        }
        named
    }

    fn listen(&self, letters: &[Letter], scratch: &mut Scratch) {
        scratch.forget();
        self.lexicon
            .listen(letters, &self.order, &mut scratch.listening);
        scratch.remember(self.lexicon.class_count());
        scratch.swallowed.clear();
        for found in self.chain(Purpose::Hiding, letters, scratch) {
            if let Owner::Swallow { label } = found.owner {
                scratch.swallowed.push(Swallowed {
                    label,
                    start: number(found.start()),
                    end: number(found.end()),
                });
            }
        }
    }

    /// Puts words together to patterns. Hits come in the order of their ends, so each part
    /// looks back for the nearest part before it and never further than a gap may reach.
    fn chain(&self, purpose: Purpose, letters: &[Letter], scratch: &mut Scratch) -> Vec<Match> {
        let Scratch {
            listening,
            partials,
            swallowed,
            last_heard,
        } = scratch;
        let mut found = Vec::new();
        partials.clear(self.shapes.len());
        for hit in &listening.hits {
            for role in self.roles[purpose as usize].of(hit.class) {
                if role
                    .next
                    .is_some_and(|next| last_heard[next as usize] <= hit.end)
                {
                    // Nothing will go on from here.
                    continue;
                }
                let shape = &self.shapes[role.shape as usize];
                if is_swallowed(hit, shape.label, swallowed) {
                    continue;
                }
                let whole = shape.heard(role, hit, letters, partials);
                if let Some(whole) = whole.filter(|whole| shape.stands_right(letters, whole)) {
                    if found.is_empty() {
                        // Once, however many there are; and not at all for most lines.
                        found.reserve(listening.hits.len());
                    }
                    found.push(whole);
                }
            }
        }
        found
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
