//! Texts with gaps: what administrators write and people read.
//!
//! A template is checked when the definition is loaded, against the placeholders that have a
//! value where it is used; so filling it in can't fail.

use std::borrow::Cow;
use std::fmt;

/// A gap in a text, written `{customer}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// The customer's name.
    Customer,
    /// The deal's name.
    Deal,
    /// The rep's name.
    Rep,
    /// The customer's industry; empty when unknown.
    Industry,
    /// The customer's region; empty when unknown.
    Region,
    /// The node's name.
    Node,
    /// What the customer's words mean: 招标, 竞品, …
    Signal,
    /// The customer's exact words.
    Words,
    /// The whole line they stand in.
    Quote,
    /// When the run was opened.
    Opened,
    /// When it is, or was, due.
    Due,
    /// By how much it is, or was, late.
    LateBy,
    /// Who finished it.
    By,
    /// When it was finished.
    At,
    /// The titles of the questions that are not answered yet.
    Left,
    /// The title of the question the sentence is about, or of several.
    Question,
    /// The fewest characters an answer may have.
    Min,
    /// The most characters an answer may have.
    Max,
    /// The characters it has.
    Length,
}

/// Which placeholders have a value in a certain place.
pub(super) type Allowed = &'static [&'static [Placeholder]];

const OF_DEAL: &[Placeholder] = &[
    Placeholder::Customer,
    Placeholder::Deal,
    Placeholder::Rep,
    Placeholder::Industry,
    Placeholder::Region,
];
const OF_RUN: &[Placeholder] = &[
    Placeholder::Node,
    Placeholder::Signal,
    Placeholder::Words,
    Placeholder::Quote,
    Placeholder::Opened,
    Placeholder::Due,
];

/// Where only the deal is known.
pub(super) const IN_DEAL: Allowed = &[OF_DEAL];
/// Where a run is meant.
pub(super) const IN_RUN: Allowed = &[OF_DEAL, OF_RUN];
/// Where a run is meant that lacks answers.
pub(super) const IN_UNFINISHED: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::Left]];
/// Where a run is late.
pub(super) const IN_LATE: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::LateBy]];
/// Where a run is done.
pub(super) const IN_DONE: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::By, Placeholder::At]];
/// Where a run was done too late.
pub(super) const IN_DONE_LATE: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[Placeholder::By, Placeholder::At, Placeholder::LateBy],
];
/// Where one or several questions are meant.
pub(super) const IN_QUESTION: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::Question]];
/// Where a question is meant and the length of its answer.
pub(super) const IN_LENGTH: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[
        Placeholder::Question,
        Placeholder::Min,
        Placeholder::Max,
        Placeholder::Length,
    ],
];

impl Placeholder {
    /// The word between the braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Deal => "deal",
            Self::Rep => "rep",
            Self::Industry => "industry",
            Self::Region => "region",
            Self::Node => "node",
            Self::Signal => "signal",
            Self::Words => "words",
            Self::Quote => "quote",
            Self::Opened => "opened",
            Self::Due => "due",
            Self::LateBy => "late_by",
            Self::By => "by",
            Self::At => "at",
            Self::Left => "left",
            Self::Question => "question",
            Self::Min => "min",
            Self::Max => "max",
            Self::Length => "length",
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{{{}}}", self.name())
    }
}

/// A text whose gaps can all be filled where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Gap(Placeholder),
}

/// What is wrong with a template: what stands there, and what should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadTemplate {
    pub(super) found: String,
    pub(super) expected: String,
}

impl Template {
    pub(super) fn parse(text: &str, allowed: Allowed) -> Result<Self, BadTemplate> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (name, after) = brace
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'))
                .ok_or_else(|| BadTemplate {
                    found: format!("a single brace in {text:?}"),
                    expected: "a placeholder between { and }".to_owned(),
                })?;
            pieces.push(Piece::Gap(placeholder(name, allowed)?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// The text with each gap filled by `value`.
    pub(super) fn fill<'a>(&self, value: impl Fn(Placeholder) -> Cow<'a, str>) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Gap(gap) => filled.push_str(&value(*gap)),
            }
        }
        filled
    }
}

fn placeholder(name: &str, allowed: Allowed) -> Result<Placeholder, BadTemplate> {
    let mut known = allowed.iter().flat_map(|group| group.iter());
    known
        .find(|gap| gap.name() == name)
        .copied()
        .ok_or_else(|| {
            let names = allowed.iter().flat_map(|group| group.iter());
            let names: Vec<String> = names.map(Placeholder::to_string).collect();
            BadTemplate {
                found: format!("{{{name}}}"),
                expected: format!("only these placeholders here: {}", names.join(" ")),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_and_the_rest_stays() {
        let template = Template::parse("{customer}：{deal}!", IN_DEAL).expect("both known");

        let filled = template.fill(|gap| gap.name().to_uppercase().into());

        assert_eq!(filled, "CUSTOMER：DEAL!");
    }

    #[test]
    fn a_placeholder_without_a_value_here_is_refused() {
        let refused = Template::parse("超时 {late_by}", IN_DEAL).expect_err("no run here");

        assert_eq!(refused.found, "{late_by}");
        assert!(
            refused
                .expected
                .ends_with("{customer} {deal} {rep} {industry} {region}")
        );
    }

    #[test]
    fn a_single_brace_is_refused() {
        for text in ["{customer", "customer}", "{", "a}b{c"] {
            assert!(Template::parse(text, IN_DEAL).is_err(), "{text}");
        }
    }
}
