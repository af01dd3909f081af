//! How a pattern is written: from its text to a tree.

use std::rc::Rc;

use super::amount::Bound;
use super::pattern::Mistake;
use super::words::{NUMBER, Words};

/// How many characters `…` stands for at most.
const USUAL_GAP: u32 = 6;
/// How many characters `{n}` may stand for at most.
pub(super) const WIDEST_GAP: u32 = 30;
/// How deep brackets may stand in brackets.
const DEEPEST: usize = 6;
/// Brackets in brackets that come to more words than this stay apart.
const MANY_WORDS: usize = 4000;
/// What means something other than itself.
const MARKS: &str = "()（）|｜<>^${}…?？";
/// What a pattern is made of, for the person who mistyped one.
const SYNTAX: &str = "words, (one|other), (or nothing)?, … or {n} for a gap, <list>, <数>, <数≥60>, ^ and $ at the ends";

/// One thing after the other.
#[derive(Debug, Default)]
pub(super) struct Sequence(pub(super) Vec<Item>);

#[derive(Debug)]
pub(super) enum Item {
    /// One of these, in a row with the words before and after; an empty one may be left out.
    Words(Rc<[String]>),
    /// A word of the list of this name, a part of its own.
    List(String),
    /// A number, any or one within a bound, a part of its own.
    Number(Option<Bound>),
    /// Up to so many characters.
    Gap(u32),
    /// The start of a clause.
    Start,
    /// The end of a clause.
    End,
    /// One of several sequences of which at least one is more than words.
    Choice(Vec<Sequence>),
}

impl Sequence {
    pub(super) fn parse(text: &str, words: &Words) -> Result<Self, Mistake> {
        let mut parser = Parser {
            rest: text,
            words,
            depth: 0,
        };
        let sequence = parser.sequence()?;
        match parser.rest.chars().next() {
            None => Ok(sequence),
            Some(stray) => Err(Mistake::new(format!("a stray {stray:?}"), SYNTAX)),
        }
    }

    /// The plain words that this stands for, if it stands for nothing else and they are not so
    /// many that they had better stay apart.
    fn plain_words(&self, words: &Words) -> Option<Vec<String>> {
        let mut readings = vec![String::new()];
        for item in &self.0 {
            let choices = match item {
                Item::Words(choices) if self.0.len() == 1 => return Some(choices.to_vec()),
                Item::Words(choices) => choices,
                Item::List(name) => words.list(name)?,
                _ => return None,
            };
            if readings.len() * choices.len() > MANY_WORDS {
                return None;
            }
            readings = each_with_each(&readings, choices);
        }
        Some(readings)
    }
}

/// Each beginning with each end.
pub(super) fn each_with_each(beginnings: &[String], ends: &[String]) -> Vec<String> {
    let mut whole = Vec::with_capacity(beginnings.len() * ends.len());
    for beginning in beginnings {
        whole.extend(ends.iter().map(|end| [beginning.as_str(), end].concat()));
    }
    whole
}

struct Parser<'a> {
    rest: &'a str,
    words: &'a Words,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Up to the end, or to a mark that the caller has to deal with.
    fn sequence(&mut self) -> Result<Sequence, Mistake> {
        let mut items = Vec::new();
        while let Some(letter) = self.rest.chars().next() {
            if matches!(letter, ')' | '）' | '|' | '｜') {
                break;
            }
            self.rest = &self.rest[letter.len_utf8()..];
            items.push(match letter {
                '(' | '（' => self.choice()?,
                '<' => self.list()?,
                '^' => Item::Start,
                '$' => Item::End,
                '{' => Item::Gap(self.gap_width()?),
                '…' => Item::Gap(USUAL_GAP),
                '>' | '}' | '?' | '？' => {
                    return Err(Mistake::new(format!("a stray {letter:?}"), SYNTAX));
                }
                _ if self.skip(&['?', '？']) => {
                    Item::Words([letter.to_string(), String::new()].into())
                }
                _ => Item::Words([self.plain_from(letter)].into()),
            });
        }
        Ok(Sequence(items))
    }

    /// The letter and those after it that are neither marks nor may be left out.
    fn plain_from(&mut self, letter: char) -> String {
        let mut plain = String::from(letter);
        let mut letters = self.rest.chars();
        while let Some(next) = letters.next().filter(|next| !MARKS.contains(*next)) {
            if letters.as_str().starts_with(['?', '？']) {
                break;
            }
            plain.push(next);
            self.rest = letters.as_str();
        }
        plain
    }

    fn choice(&mut self) -> Result<Item, Mistake> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Mistake::new("too many brackets in brackets", SYNTAX));
        }
        let mut choices = vec![self.sequence()?];
        while self.skip(&['|', '｜']) {
            choices.push(self.sequence()?);
        }
        if !self.skip(&[')', '）']) {
            return Err(Mistake::new("a bracket that never ends", SYNTAX));
        }
        if self.skip(&['?', '？']) {
            choices.push(Sequence::default());
        }
        self.depth -= 1;
        let plain = |choice: &Sequence| choice.plain_words(self.words);
        let plain: Option<Vec<_>> = choices.iter().map(plain).collect();
        Ok(match plain {
            Some(words) => Item::Words(words.into_iter().flatten().collect()),
            None => Item::Choice(with_words_together(choices, self.words)),
        })
    }

    fn list(&mut self) -> Result<Item, Mistake> {
        let name = self.until('>')?;
        let part = match self.words.list(name) {
            _ if name == NUMBER => Item::Number(None),
            None if name.starts_with(NUMBER) => Item::Number(Some(bound(name)?)),
            Some(_) => Item::List(name.to_owned()),
            None => {
                let found = format!("the unknown list <{name}>");
                let known = self.words.list_names();
                return Err(Mistake::new(
                    found,
                    format!("<{NUMBER}> or a list: {known}"),
                ));
            }
        };
        if self.skip(&['?', '？']) {
            let choices = vec![Sequence(vec![part]), Sequence::default()];
            return Ok(Item::Choice(choices));
        }
        Ok(part)
    }

    fn gap_width(&mut self) -> Result<u32, Mistake> {
        let width = self.until('}')?;
        match width.parse() {
            Ok(width @ 1..=WIDEST_GAP) => Ok(width),
            _ => Err(Mistake::new(
                format!("{{{width}}}"),
                format!("{{n}} with n from 1 to {WIDEST_GAP}"),
            )),
        }
    }

    fn until(&mut self, end: char) -> Result<&'a str, Mistake> {
        let never = || Mistake::new("a bracket that never ends", SYNTAX);
        let (inside, rest) = self.rest.split_once(end).ok_or_else(never)?;
        self.rest = rest;
        Ok(inside)
    }

    fn skip(&mut self, marks: &[char]) -> bool {
        let rest = self.rest.strip_prefix(marks);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// The bound of `数≥60`.
fn bound(name: &str) -> Result<Bound, Mistake> {
    let bound = name.strip_prefix(NUMBER).and_then(Bound::parse);
    bound.ok_or_else(|| {
        Mistake::new(
            format!("<{name}>"),
            format!("<{NUMBER}>, <{NUMBER}≥60> or <{NUMBER}≤60>, in digits"),
        )
    })
}

/// Puts the choices that are plain words into one, so that they unfold to one pattern.
fn with_words_together(choices: Vec<Sequence>, all: &Words) -> Vec<Sequence> {
    let mut words = Vec::new();
    let mut others = Vec::new();
    for choice in choices {
        match choice.plain_words(all) {
            Some(plain) => words.extend(plain),
            None => others.push(choice),
        }
    }
    if !words.is_empty() {
        others.insert(0, Sequence(vec![Item::Words(words.into())]));
    }
    others
}
