//! One pass over a line: the classes of which a word, a row of words or a number is heard.

use super::attention::{Order, Waiting};
use super::fold::Letter;
use super::lexicon::{ANY_NUMBER, Class, Lexicon, Term, number};

/// A word of a class, heard. Positions count letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) class: Class,
}

/// A competitor or product, heard. Positions count letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A row of words, heard up to some link.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Thread {
    link: u32,
    start: u32,
}

/// Room to listen in, kept from line to line.
#[derive(Default)]
pub(super) struct Listening {
    /// What is heard, in the order of ends; of those that end together the longest first, and a
    /// number last.
    pub(super) hits: Vec<Hit>,
    waiting: Waiting,
    /// All rows begun, in the order of ends.
    threads: Vec<Thread>,
    /// How many threads end up to each letter.
    threads_until: Vec<u32>,
}

/// Where a word was heard, and whether it stands alone there.
struct Place {
    start: usize,
    end: usize,
    starts_whole: bool,
    ends_whole: bool,
}

/// What is to be heard, and how many hits and threads there were before the letter in hand.
struct Earlier<'o> {
    order: &'o Order,
    hits: usize,
    threads: usize,
}

impl Place {
    #[inline]
    fn new(term: &Term, end: usize, letters: &[Letter]) -> Self {
        let start = end - term.length as usize;
        let latin = |at: usize| letters[at].glyph.is_ascii_alphanumeric();
        let joined = |at: usize| {
            at > 0 && at < letters.len() && letters[at].glued && latin(at) && latin(at - 1)
        };
        Self {
            start,
            end,
            starts_whole: !(term.starts_latin && joined(start)),
            ends_whole: !(term.ends_latin && joined(end)),
        }
    }
}

impl Lexicon {
    /// Finds all hits of the line.
    pub(super) fn listen(&self, letters: &[Letter], order: &Order, into: &mut Listening) {
        into.clear(order);
        let Some(automaton) = &self.automaton else {
            return;
        };
        let mut stepper = automaton.find_overlapping_stepper();
        let mut number_start = None;
        for (at, letter) in letters.iter().enumerate() {
            if let Some(start) = number_start
                && (!is_numeral(letter.glyph) || is_scale(letter.glyph))
            {
                self.hear_number(start, at, letters, order, into);
            }
            number_start = is_numeral(letter.glyph).then(|| number_start.unwrap_or(at));
            let earlier = Earlier {
                order,
                hits: into.hits.len(),
                threads: into.threads.len(),
            };
            stepper.consume(letter.glyph);
            for found in stepper.matches() {
                let term = found.value();
                let place = Place::new(&self.terms[term as usize], at + 1, letters);
                self.hear(term, &place, &earlier, into);
            }
            into.threads_until.push(number(into.threads.len()));
        }
        if let Some(start) = number_start {
            self.hear_number(start, letters.len(), letters, order, into);
        }
    }

    fn hear_number(
        &self,
        start: usize,
        end: usize,
        letters: &[Letter],
        order: &Order,
        into: &mut Listening,
    ) {
        into.hit(start, end, ANY_NUMBER, order);
        for &(bound, class) in &self.bounds {
            let glyphs = letters[start..end].iter().map(|letter| letter.glyph);
            if bound.holds(glyphs) {
                into.hit(start, end, class, order);
            }
        }
    }

    /// The names heard, each the longest at its place.
    pub(super) fn names(&self, letters: &[Letter]) -> Vec<Named> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let mut stepper = automaton.find_overlapping_stepper();
        let mut heard: Vec<Named> = Vec::new();
        for (at, letter) in letters.iter().enumerate() {
            stepper.consume(letter.glyph);
            for found in stepper.matches() {
                let term = found.value();
                let place = Place::new(&self.terms[term as usize], at + 1, letters);
                if !place.starts_whole || !place.ends_whole {
                    continue;
                }
                for &name in self.names.of(term) {
                    heard.push(Named {
                        name,
                        start: place.start,
                        end: place.end,
                    });
                }
            }
        }
        heard.sort_by_key(|one| (one.start, std::cmp::Reverse(one.end), one.name));
        let mut until = 0;
        let mut whole = (0, 0);
        heard.retain(|one| {
            let stays = one.start >= until || (one.start, one.end) == whole;
            if stays {
                (until, whole) = (one.end, (one.start, one.end));
            }
            stays
        });
        heard
    }

    fn hear(&self, term: u32, place: &Place, earlier: &Earlier<'_>, into: &mut Listening) {
        if place.starts_whole {
            if place.ends_whole {
                for &class in self.classes.of(term) {
                    into.hit(place.start, place.end, class, earlier.order);
                }
            }
            for &link in self.beginnings.of(term) {
                self.reach(link, place.start, place, earlier, into);
            }
        }
        if into.threads.is_empty() {
            return;
        }
        for at in into.ending_at(place.start) {
            let Thread { link, start } = into.threads[at];
            for next in link + 1..self.links[link as usize].followed_until {
                let set = self.links[next as usize].set;
                if self.sets.of(term).contains(&set) {
                    self.reach(next, start as usize, place, earlier, into);
                }
            }
        }
    }

    /// A row is heard up to this link.
    fn reach(
        &self,
        link: u32,
        start: usize,
        place: &Place,
        earlier: &Earlier<'_>,
        into: &mut Listening,
    ) {
        let reached = &self.links[link as usize];
        if let Some(class) = reached.ends
            && place.ends_whole
        {
            into.row_hit(start, place.end, class, earlier);
        }
        let thread = Thread {
            link,
            start: number(start),
        };
        let goes_on = reached.followed_until > link + 1;
        if goes_on && !into.threads[earlier.threads..].contains(&thread) {
            into.threads.push(thread);
        }
    }
}

impl Listening {
    fn clear(&mut self, order: &Order) {
        self.waiting.begin(order);
        self.hits.clear();
        self.threads.clear();
        self.threads_until.clear();
        self.threads_until.push(0);
    }

    #[inline]
    fn hit(&mut self, start: usize, end: usize, class: Class, order: &Order) {
        if !self.waiting.attend(class, order) {
            return;
        }
        self.hits.push(Hit {
            start: number(start),
            end: number(end),
            class,
        });
    }

    /// The threads whose last word ends there.
    fn ending_at(&self, letter: usize) -> std::ops::Range<usize> {
        match letter {
            0 => 0..0,
            _ => self.threads_until[letter - 1] as usize..self.threads_until[letter] as usize,
        }
    }

    /// A row may be longer than the words heard before it that end there too, and may be read in
    /// several ways.
    fn row_hit(&mut self, start: usize, end: usize, class: Class, earlier: &Earlier<'_>) {
        if !self.waiting.attend(class, earlier.order) {
            return;
        }
        let hit = Hit {
            start: number(start),
            end: number(end),
            class,
        };
        let ending_here = &self.hits[earlier.hits..];
        let shorter = ending_here
            .iter()
            .rev()
            .take_while(|other| other.start > hit.start);
        let place = self.hits.len() - shorter.count();
        let as_long = self.hits[earlier.hits..place]
            .iter()
            .rev()
            .take_while(|other| other.start == hit.start);
        if !as_long.into_iter().any(|other| other.class == class) {
            self.hits.insert(place, hit);
        }
    }
}

/// Numerals that may as well be the unit of the number before them: 二十万, 两百.
const fn is_scale(glyph: char) -> bool {
    matches!(glyph, '百' | '千' | '万' | '半')
}

const fn is_numeral(glyph: char) -> bool {
    matches!(
        glyph,
        '0'..='9'
            | '.'
            | '-'
            | '一'
            | '二'
            | '两'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
    ) || is_scale(glyph)
}
