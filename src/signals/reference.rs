//! What patterns mean, said as plainly as can be and without any thought of speed; random small
//! dictionaries have to be heard in the same way by the scanner.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::prelude::*;

use crate::config::Document;

use super::Dictionaries;
use super::amount::Bound;
use super::fold::{BREAK, Letter, fold, fold_term};
use super::scan::{Owner, Scratch};

/// A pattern as a person writes it.
#[derive(Debug, Clone)]
struct Pattern {
    at_start: bool,
    parts: Vec<Part>,
    at_end: bool,
}

#[derive(Debug, Clone)]
struct Part {
    /// How far it may stand from the part before.
    gap: u32,
    /// Words in a row, each with its choices; "" may be left out.
    stretch: Vec<Vec<&'static str>>,
    /// What follows right after them.
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    List,
    Number,
    /// A number of at least two.
    Several,
}

/// What a part of a row accepts.
#[derive(Debug, Clone)]
enum Accepts {
    Words(BTreeSet<String>),
    Number,
    Several,
}

/// One dictionary.
#[derive(Debug, Clone)]
struct Written {
    list: Vec<&'static str>,
    spellings: Vec<(&'static str, Vec<&'static str>)>,
    swallow: Vec<Pattern>,
    any: Vec<Vec<Pattern>>,
    none: Vec<Pattern>,
    cue: Vec<Pattern>,
}

type Place = (usize, usize);

impl Pattern {
    fn write(&self) -> String {
        let mut text = String::new();
        text.push_str(if self.at_start { "^" } else { "" });
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 && part.gap > 0 {
                let _ = write!(text, "{{{}}}", part.gap);
            }
            for choices in &part.stretch {
                let _ = write!(text, "({})", choices.join("|"));
            }
            text.push_str(match part.then {
                Then::Nothing => "",
                Then::List => "<表>",
                Then::Number => "<数>",
                Then::Several => "<数≥2>",
            });
        }
        text.push_str(if self.at_end { "$" } else { "" });
        text
    }

    /// The rows of parts that it stands for, each part with what it accepts.
    fn rows(&self, written: &Written) -> Vec<Vec<(u32, Accepts)>> {
        let mut rows = vec![Vec::new()];
        for part in &self.parts {
            let mut terms: BTreeSet<String> = BTreeSet::from([String::new()]);
            for choices in &part.stretch {
                let each = |start: &String| {
                    choices
                        .iter()
                        .map(move |end| format!("{start}{end}"))
                        .collect::<Vec<_>>()
                };
                terms = terms.iter().flat_map(each).collect();
            }
            let may_be_nothing = terms.remove("");
            let terms = written.heard_as(terms.iter().map(String::as_str));
            let mut longer = Vec::new();
            for row in rows {
                let then = match part.then {
                    Then::Nothing => None,
                    Then::List => Some(Accepts::Words(
                        written.heard_as(written.list.iter().copied()),
                    )),
                    Then::Number => Some(Accepts::Number),
                    Then::Several => Some(Accepts::Several),
                };
                if may_be_nothing {
                    let mut row: Vec<_> = row.clone();
                    row.extend(then.clone().map(|accepts| (part.gap, accepts)));
                    longer.push(row);
                }
                if !terms.is_empty() {
                    let mut row = row;
                    row.push((part.gap, Accepts::Words(terms.clone())));
                    row.extend(then.map(|accepts| (0, accepts)));
                    longer.push(row);
                }
            }
            rows = longer;
        }
        rows
    }

    fn places(
        &self,
        written: &Written,
        letters: &[Letter],
        hidden: &[Place],
    ) -> BTreeSet<Vec<Place>> {
        let mut found = BTreeSet::new();
        for row in self.rows(written) {
            let mut before: Vec<Vec<Place>> = Vec::new();
            for (at, (gap, accepts)) in row.iter().enumerate() {
                let mut hits = match accepts {
                    Accepts::Words(terms) => words(letters, terms),
                    Accepts::Number => numbers(letters),
                    Accepts::Several => several(letters),
                };
                hits.retain(|hit| {
                    !hidden
                        .iter()
                        .any(|hidden| hidden.0 <= hit.0 && hit.1 <= hidden.1)
                });
                let extend = |hit: &Place| match at {
                    0 => Some(vec![*hit]),
                    _ => {
                        let near = before
                            .iter()
                            .filter(|places| follows(letters, last(places), *hit, *gap));
                        let nearest = near.max_by_key(|places| (last(places).1, last(places).0))?;
                        Some([&nearest[..], &[*hit]].concat())
                    }
                };
                before = hits.iter().filter_map(extend).collect();
            }
            found.extend(before.into_iter().filter(|places| {
                (!self.at_start || is_only(clause_before(letters, places[0].0), '嗯'))
                    && (!self.at_end || is_only(clause_after(letters, last(places).1), '了'))
            }));
        }
        found
    }
}

fn last(places: &[Place]) -> Place {
    places[places.len() - 1]
}

fn follows(letters: &[Letter], before: Place, hit: Place, gap: u32) -> bool {
    before.1 <= hit.0
        && hit.0 - before.1 <= gap as usize
        && letters[before.1 - 1].clause == letters[hit.0].clause
}

fn clause_before(letters: &[Letter], start: usize) -> Vec<char> {
    let glyphs = letters[..start].iter().rev().map(|letter| letter.glyph);
    glyphs.take_while(|glyph| *glyph != BREAK).collect()
}

fn clause_after(letters: &[Letter], end: usize) -> Vec<char> {
    let glyphs = letters[end..].iter().map(|letter| letter.glyph);
    glyphs.take_while(|glyph| *glyph != BREAK).collect()
}

fn is_only(glyphs: Vec<char>, sound: char) -> bool {
    glyphs.iter().all(|glyph| *glyph == sound)
}

/// Everywhere where one of the terms stands as a whole word.
fn words(letters: &[Letter], terms: &BTreeSet<String>) -> Vec<Place> {
    let glued = |at: usize| {
        let latin = |at: usize| letters[at].glyph.is_ascii_alphanumeric();
        at > 0 && at < letters.len() && letters[at].glued && latin(at - 1) && latin(at)
    };
    let mut places = Vec::new();
    for start in 0..letters.len() {
        for end in start + 1..=letters.len() {
            let text: String = letters[start..end]
                .iter()
                .map(|letter| letter.glyph)
                .collect();
            if terms.contains(&text) && !glued(start) && !glued(end) {
                places.push((start, end));
            }
        }
    }
    places
}

/// Numerals in a row, as many as there are, or up to a scale (二十万 is 二十, with 万).
fn numbers(letters: &[Letter]) -> Vec<Place> {
    let numeral = |letter: &Letter| "1-一万".contains(letter.glyph);
    let mut places = Vec::new();
    for start in 0..letters.len() {
        for end in start + 1..=letters.len() {
            let starts = start == 0 || !numeral(&letters[start - 1]);
            let ends = letters
                .get(end)
                .is_none_or(|next| !numeral(next) || next.glyph == '万');
            if starts && ends && letters[start..end].iter().all(numeral) {
                places.push((start, end));
            }
        }
    }
    places
}

/// The numbers of at least two. How much a number is, `amount` tests by itself.
fn several(letters: &[Letter]) -> Vec<Place> {
    let mut places = numbers(letters);
    places.retain(|&(start, end)| {
        let glyphs = letters[start..end].iter().map(|letter| letter.glyph);
        Bound::AtLeast(2).holds(glyphs)
    });
    places
}

impl Written {
    /// Terms as they are heard: folded, with all other spellings.
    fn heard_as<'t>(&self, terms: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
        let mut heard: BTreeSet<String> = terms.filter_map(fold_term).collect();
        for (word, also) in &self.spellings {
            let respelt: Vec<String> = heard
                .iter()
                .filter(|term| term.contains(word))
                .flat_map(|term| also.iter().map(|other| term.replace(word, other)))
                .collect();
            heard.extend(respelt);
        }
        heard
    }

    fn write(&self) -> String {
        let texts = |patterns: &[Pattern]| {
            let texts: Vec<String> = patterns
                .iter()
                .map(|one| format!("{:?}", one.write()))
                .collect();
            texts.join(", ")
        };
        let mut text = format!("label = \"PRICE\"\nswallow = [{}]\n", texts(&self.swallow));
        let _ = writeln!(text, "[[list]]\nname = \"表\"\nwords = {:?}", self.list);
        for (word, also) in &self.spellings {
            let _ = writeln!(text, "[[spelling]]\nword = {word:?}\nalso = {also:?}");
        }
        for (number, any) in self.any.iter().enumerate() {
            let _ = writeln!(text, "[[rule]]\nid = \"{number}\"\nany = [{}]", texts(any));
            let _ = writeln!(text, "none = [{}]", texts(&self.none));
        }
        let _ = writeln!(
            text,
            "[[cue]]\nkind = \"deny\"\nany = [{}]",
            texts(&self.cue)
        );
        text
    }

    /// What the scanner has to find: each pattern's owner and where its parts stand.
    fn expected(&self, letters: &[Letter]) -> BTreeSet<(String, Vec<Place>)> {
        let places = |patterns: &[Pattern], hidden: &[Place]| {
            let places = patterns
                .iter()
                .flat_map(|one| one.places(self, letters, hidden));
            places.collect::<Vec<_>>()
        };
        let whole = |places: Vec<Place>| (places[0].0, last(&places).1);
        let hidden: Vec<Place> = places(&self.swallow, &[]).into_iter().map(whole).collect();
        let mut found = BTreeSet::new();
        let mut add = |owner: Owner, patterns, hidden| {
            let each = places(patterns, hidden).into_iter();
            found.extend(each.map(|places| (format!("{owner:?}"), places)));
        };
        for (rule, any) in self.any.iter().enumerate() {
            add(Owner::Any { rule }, any, &hidden[..]);
        }
        if self.any.iter().all(|any| places(any, &hidden).is_empty()) {
            return BTreeSet::new();
        }
        for (rule, any) in self.any.iter().enumerate() {
            // What a rule forbids is looked for only where the rule is heard.
            if !places(any, &hidden).is_empty() {
                add(Owner::None { rule }, &self.none, &hidden);
            }
        }
        // Look-alikes of a label hide nothing from the words that judge.
        add(Owner::Cue { cue: 0 }, &self.cue, &[]);
        found
    }
}

fn choice() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "甲", "乙", "丙", "甲乙", "乙乙", "丙甲", "a", "ab", "b", "1", "1-1", "一",
        ][..],
    )
}

fn choices() -> impl Strategy<Value = Vec<&'static str>> {
    (
        prop::collection::vec(choice(), 1..4),
        prop::bool::weighted(0.4),
    )
        .prop_map(|(mut choices, optional)| {
            choices.extend(optional.then_some(""));
            choices
        })
}

fn part() -> impl Strategy<Value = Part> {
    let then = prop::sample::select(
        &[
            Then::Nothing,
            Then::Nothing,
            Then::List,
            Then::Number,
            Then::Several,
        ][..],
    );
    // Together fewer readings than those from which on a stretch is cut.
    let stretch = prop::collection::vec(choices(), 0..4);
    (0..4_u32, stretch, then).prop_map(|(gap, mut stretch, then)| {
        // Something has to be there.
        if then == Then::Nothing {
            stretch.push(vec!["丙", "甲"]);
        }
        Part { gap, stretch, then }
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let anchor = || prop::bool::weighted(0.15);
    let parts = prop::collection::vec(part(), 1..4);
    (anchor(), parts, anchor()).prop_map(|(at_start, mut parts, at_end)| {
        for at in 1..parts.len() {
            // Words right after words are one stretch.
            if parts[at - 1].then == Then::Nothing {
                parts[at].gap = parts[at].gap.max(1);
            }
        }
        Pattern {
            at_start,
            parts,
            at_end,
        }
    })
}

fn patterns(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Pattern>> {
    prop::collection::vec(pattern(), count)
}

fn written() -> impl Strategy<Value = Written> {
    let word = || prop::sample::select(&["甲", "乙", "甲乙", "乙甲", "丙丙", "ab", "甲丙"][..]);
    let list = prop::collection::vec(choice(), 1..4);
    let spellings = prop::collection::vec((word(), prop::collection::vec(word(), 1..3)), 0..4);
    let any = prop::collection::vec(patterns(1..4), 1..3);
    (
        list,
        spellings,
        patterns(0..2),
        any,
        patterns(0..2),
        patterns(1..3),
    )
        .prop_map(|(list, spellings, swallow, any, none, cue)| Written {
            list,
            spellings,
            swallow,
            any,
            none,
            cue,
        })
}

fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "甲",
            "乙",
            "丙",
            "甲乙",
            "丙甲",
            "a",
            "b",
            "ab",
            "1",
            "1-1",
            "一",
            "万",
            "，",
            " ",
            "了",
            "嗯",
            // Clauses of more letters than a number has bits.
            "丁戊己庚辛壬癸子丑寅卯辰",
        ][..],
    );
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

thread_local! {
    /// One room for all dictionaries, as in a service that takes new ones.
    static ROOM: std::cell::RefCell<Scratch> = std::cell::RefCell::default();
}

proptest! {
    #[test]
    fn any_dictionary_is_heard_as_it_is_written(
        written in written(),
        lines in prop::collection::vec(line(), 8),
    ) {
        let document = Document::new("price.toml", written.write());
        let dictionaries = Dictionaries::from_documents(&[document]);
        let dictionaries = dictionaries.map_err(|problems| TestCaseError::fail(problems.to_string()))?;

        for line in lines {
            let letters = fold(&line);
            let found = ROOM.with_borrow_mut(|room| dictionaries.scanner.scan(&letters, room));

            let found: BTreeSet<_> = found
                .iter()
                .map(|found| (format!("{:?}", found.owner), found.places().to_vec()))
                .collect();
            prop_assert_eq!(found, written.expected(&letters), "{}", line);
        }
    }
}
