//! From the patterns of all files to one automaton.

use std::collections::BTreeMap;

use daachorse::CharwiseDoubleArrayAhoCorasick;
use daachorse::errors::DaachorseError;

use crate::domain::Label;

use super::pattern::{MOST_PARTS, Part, Pattern, What};
use super::rule::{Cue, FileText, Rule};
use super::scan::{Owner, Role, Scanner, Shape, Term};

/// Collects patterns; [`Compiler::finish`] makes them a [`Scanner`].
#[derive(Default)]
pub(super) struct Compiler {
    rules: Vec<Rule>,
    cues: Vec<Cue>,
    shapes: Vec<Shape>,
    roles: BTreeMap<String, Vec<Role>>,
    number_roles: Vec<Role>,
}

impl Compiler {
    /// Takes in one file.
    pub(super) fn add(&mut self, file: FileText) {
        self.patterns(file.swallow, file.label, Owner::Swallow);
        for text in file.rules {
            let rule = self.rules.len();
            let label = Some(text.rule.label);
            self.rules.push(text.rule);
            self.patterns(text.any, label, Owner::Any { rule });
            for (index, readings) in text.all.into_iter().enumerate() {
                self.patterns(readings, label, Owner::All { rule, index });
            }
            self.patterns(text.none, label, Owner::None { rule });
            self.patterns(text.asked, label, Owner::Asked { rule });
        }
        for text in file.cues {
            let cue = self.cues.len();
            self.cues.push(text.cue);
            self.patterns(text.any, None, Owner::Cue { cue });
        }
    }

    fn patterns(&mut self, patterns: Vec<Pattern>, label: Option<Label>, owner: Owner) {
        for pattern in patterns {
            self.pattern(pattern, label, owner);
        }
    }

    fn pattern(&mut self, pattern: Pattern, label: Option<Label>, owner: Owner) {
        let number = self.shapes.len();
        let mut gaps = [0; MOST_PARTS];
        let parts = pattern.parts.len();
        for (position, Part { gap, what }) in pattern.parts.into_iter().enumerate() {
            gaps[position] = gap;
            let role = Role {
                shape: number,
                position,
            };
            match what {
                What::Number => self.number_roles.push(role),
                What::Terms(terms) => {
                    for term in terms {
                        self.roles.entry(term).or_default().push(role);
                    }
                }
            }
        }
        self.shapes.push(Shape {
            owner,
            label,
            gaps,
            parts,
            at_start: pattern.at_start,
            at_end: pattern.at_end,
        });
    }

    /// The scanner, and the rules and cues that its matches refer to by number.
    pub(super) fn finish(self) -> Result<(Scanner, Vec<Rule>, Vec<Cue>), DaachorseError> {
        let automaton = match self.roles.is_empty() {
            true => None,
            false => Some(CharwiseDoubleArrayAhoCorasick::new(self.roles.keys())?),
        };
        let term = |(word, roles): (String, Vec<Role>)| Term::new(&word, roles);
        let scanner = Scanner {
            automaton,
            terms: self.roles.into_iter().map(term).collect(),
            number_roles: self.number_roles,
            shapes: self.shapes,
        };
        Ok((scanner, self.rules, self.cues))
    }
}
