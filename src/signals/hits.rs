//! One pass over a line: the classes of which a word, a row of words or a number is heard.

use super::clause::Clause;
use super::fold::Letter;
use super::lexicon::{ANY_NUMBER, Class, Lexicon, Term, number};
use super::marks::Marks;

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

/// A term, heard.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) term: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Room to listen in, kept from line to line.
#[derive(Default)]
pub(super) struct Listening {
    /// All terms in the line, in the order of ends; of those that end together the longest first.
    pub(super) words: Vec<Word>,
    /// What is heard of classes that are awake, in the order of ends; of those that end together the
    /// longest first, and a number last.
    pub(super) hits: Vec<Hit>,
    /// The classes that are listened for.
    pub(super) awake: Marks,
    /// All rows begun, in the order of ends.
    threads: Vec<Thread>,
    /// How many threads end up to each letter of the clause in hand, which begins with `first`.
    threads_until: Vec<u32>,
    first: usize,
}

/// Where a word was heard, and whether it stands alone there.
struct Place {
    start: usize,
    end: usize,
    starts_whole: bool,
    ends_whole: bool,
}

/// What is listened for, and how many hits and threads there were before the letter in hand.
struct Earlier<'a> {
    awake: &'a Marks,
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
    /// Finds all terms in the line.
    pub(super) fn read(&self, letters: &[Letter], words: &mut Vec<Word>) {
        words.clear();
        let Some(automaton) = &self.automaton else {
            return;
        };
        let mut stepper = automaton.find_overlapping_stepper();
        for (at, letter) in letters.iter().enumerate() {
            stepper.consume(letter.glyph);
            let end = number(at + 1);
            for found in stepper.matches() {
                let term = found.value();
                words.push(Word {
                    term,
                    start: end - self.terms[term as usize].length,
                    end,
                });
            }
        }
    }

    /// Hears in a clause the classes that are awake.
    pub(super) fn listen(&self, letters: &[Letter], clause: &Clause, into: &mut Listening) {
        into.begin(clause.letters.start);
        let awake = std::mem::take(&mut into.awake);
        let mut words = clause.words.clone();
        let mut number_start = None;
        for at in clause.letters.clone() {
            if clause.has_number {
                let glyph = letters[at].glyph;
                if let Some(start) = number_start
                    && (!is_numeral(glyph) || is_scale(glyph))
                {
                    self.hear_number(start, at, letters, &awake, into);
                }
                number_start = is_numeral(glyph).then(|| number_start.unwrap_or(at));
            }
            let earlier = Earlier {
                awake: &awake,
                hits: into.hits.len(),
                threads: into.threads.len(),
            };
            while !words.is_empty() && into.words[words.start].end as usize == at + 1 {
                let word = into.words[words.start];
                self.hear(word, letters, &earlier, into);
                words.start += 1;
            }
            into.threads_until.push(number(into.threads.len()));
        }
        if let Some(start) = number_start {
            self.hear_number(start, clause.letters.end, letters, &awake, into);
        }
        into.awake = awake;
    }

    fn hear_number(
        &self,
        start: usize,
        end: usize,
        letters: &[Letter],
        awake: &Marks,
        into: &mut Listening,
    ) {
        if awake.has(ANY_NUMBER) {
            into.hit(start, end, ANY_NUMBER);
        }
        for &(bound, class) in &self.bounds {
            let glyphs = letters[start..end].iter().map(|letter| letter.glyph);
            if awake.has(class) && bound.holds(glyphs) {
                into.hit(start, end, class);
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

    /// The links of a class's rows that may begin with a term.
    fn begins(&self, term: u32, class: Class) -> impl Iterator<Item = u32> {
        let beginnings = self.beginnings.of(term);
        let first = beginnings.partition_point(|(of, _)| *of < class);
        let of_class = beginnings[first..]
            .iter()
            .take_while(move |(of, _)| *of == class);
        of_class.map(|(_, link)| *link)
    }

    fn hear(&self, word: Word, letters: &[Letter], earlier: &Earlier<'_>, into: &mut Listening) {
        let Word { term, start, end } = word;
        let goes_on = into.ending_at(start as usize);
        let goes_on = match self.sets.of(term) {
            [] => 0..0,
            _ => goes_on,
        };
        let is_touched = self.touched.any_of(earlier.awake, term);
        if !is_touched && goes_on.is_empty() {
            return;
        }
        let place = Place::new(&self.terms[term as usize], end as usize, letters);
        if is_touched && place.starts_whole {
            let mut rows_begin = false;
            self.touched.each_of(earlier.awake, term, |class| {
                rows_begin |= self.has_rows[class as usize];
                if place.ends_whole && self.classes.of(term).binary_search(&class).is_ok() {
                    into.hit(place.start, place.end, class);
                }
            });
            if rows_begin {
                self.touched.each_of(earlier.awake, term, |class| {
                    for link in self.begins(term, class) {
                        self.reach(link, place.start, &place, earlier, into);
                    }
                });
            }
        }
        for at in goes_on {
            let Thread { link, start } = into.threads[at];
            for next in link + 1..self.links[link as usize].followed_until {
                let set = self.links[next as usize].set;
                if self.sets.of(term).binary_search(&set).is_ok() {
                    self.reach(next, start as usize, &place, earlier, into);
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
        if reached.may_end && place.ends_whole {
            into.row_hit(start, place.end, reached.class, earlier);
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
    /// Begins a clause that begins with this letter.
    fn begin(&mut self, first: usize) {
        self.first = first;
        self.hits.clear();
        self.threads.clear();
        self.threads_until.clear();
        self.threads_until.push(0);
    }

    #[inline]
    fn hit(&mut self, start: usize, end: usize, class: Class) {
        self.hits.push(Hit {
            start: number(start),
            end: number(end),
            class,
        });
    }

    /// The threads whose last word ends there.
    fn ending_at(&self, letter: usize) -> std::ops::Range<usize> {
        match letter - self.first {
            0 => 0..0,
            at => self.threads_until[at - 1] as usize..self.threads_until[at] as usize,
        }
    }

    /// A row may be longer than the words heard before it that end there too, and may be read in
    /// several ways.
    fn row_hit(&mut self, start: usize, end: usize, class: Class, earlier: &Earlier<'_>) {
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

pub(super) const fn is_numeral(glyph: char) -> bool {
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
