//! From the patterns of all files to one scanner.

use std::collections::BTreeMap;

use daachorse::errors::DaachorseError;

use crate::domain::Label;

use super::lexicon::{self, ANY_NUMBER, Class, number};
use super::pattern::{MOST_PARTS, Part, Pattern, What};
use super::rule::{Cue, FileText, Rule};
use super::scan::{Owner, Scanner, Shape};
use super::stretch::Link;
use super::words::Words;

/// Collects patterns; [`Compiler::finish`] makes them a [`Scanner`].
pub(super) struct Compiler<'w> {
    words: &'w Words,
    rules: Vec<Rule>,
    cues: Vec<Cue>,
    lexicon: lexicon::Builder,
    lists: BTreeMap<String, Class>,
    /// With the class of each part.
    patterns: Vec<(Shape, Vec<Class>)>,
}

impl<'w> Compiler<'w> {
    pub(super) fn new(words: &'w Words) -> Self {
        Self {
            words,
            rules: Vec::new(),
            cues: Vec::new(),
            lexicon: lexicon::Builder::default(),
            lists: BTreeMap::new(),
            patterns: Vec::new(),
        }
    }

    /// Takes in one file.
    pub(super) fn add(&mut self, file: FileText) {
        let label = file.label;
        self.patterns(file.swallow, label, Owner::Swallow { label });
        for text in file.rules {
            let rule = self.rules.len();
            let label = Some(text.rule.label);
            self.rules.push(text.rule);
            self.patterns(text.any, label, Owner::Any { rule });
            for (index, readings) in text.all.into_iter().enumerate() {
                self.patterns(readings, label, Owner::All { rule, index });
            }
            self.patterns(text.none, label, Owner::None { rule });
            self.patterns(text.not_after, label, Owner::NotAfter { rule });
            self.patterns(text.not_before, label, Owner::NotBefore { rule });
            self.patterns(text.asked, label, Owner::Asked { rule });
        }
        for text in file.cues {
            let cue = self.cues.len();
            self.cues.push(text.cue);
            self.patterns(text.any, None, Owner::Cue { cue });
        }
    }

    /// Patterns that are a word and nothing else are one: whichever word it is, it means the same.
    fn patterns(&mut self, patterns: Vec<Pattern>, label: Option<Label>, owner: Owner) {
        let mut plain = Vec::new();
        for pattern in patterns {
            match pattern.into_plain() {
                Ok(links) if links.len() == 1 => plain.push(links),
                // Each by itself, so that it is listened for only where its own words are.
                Ok(links) => self.plain(vec![links], label, owner),
                Err(pattern) => self.pattern(pattern, label, owner),
            }
        }
        if !plain.is_empty() {
            self.plain(plain, label, owner);
        }
    }

    fn plain(&mut self, rows: Vec<Vec<Link>>, label: Option<Label>, owner: Owner) {
        let class = self.lexicon.class(rows);
        let shape = Shape::plain(owner, label);
        self.patterns.push((shape, vec![class]));
    }

    fn pattern(&mut self, pattern: Pattern, label: Option<Label>, owner: Owner) {
        let mut gaps = [0; MOST_PARTS];
        for (gap, part) in gaps.iter_mut().zip(&pattern.parts) {
            *gap = part.gap;
        }
        let ends_in_number = matches!(
            pattern.parts.last(),
            Some(Part {
                what: What::Number(_),
                ..
            })
        );
        let parts = pattern.parts.into_iter();
        let classes: Vec<Class> = parts.map(|part| self.class(part)).collect();
        let shape = Shape {
            owner,
            label,
            gaps,
            parts: number(classes.len()),
            at_start: pattern.at_start,
            at_end: pattern.at_end,
            ends_in_number,
        };
        self.patterns.push((shape, classes));
    }

    fn class(&mut self, part: Part) -> Class {
        let name = match part.what {
            What::Number(None) => return ANY_NUMBER,
            What::Number(Some(bound)) => return self.lexicon.bounded(bound),
            What::Words(links) => return self.lexicon.class(vec![links]),
            What::List(name) => name,
        };
        if let Some(&known) = self.lists.get(&name) {
            return known;
        }
        let list = self.words.respelt_list(&name);
        let class = self.lexicon.class(vec![vec![list]]);
        self.lists.insert(name, class);
        class
    }

    /// The scanner, and the rules and cues that its matches refer to by number.
    pub(super) fn finish(mut self) -> Result<(Scanner, Vec<Rule>, Vec<Cue>), DaachorseError> {
        for (at, name) in self.words.names().iter().enumerate() {
            for term in self.words.respelt(&name.terms) {
                self.lexicon.name(term, number(at));
            }
        }
        let (lexicon, needed) = self.lexicon.finish()?;
        let scanner = Scanner::new(lexicon, &needed, self.patterns);
        Ok((scanner, self.rules, self.cues))
    }
}
