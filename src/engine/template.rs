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
    /// Why it was opened: 客户提到「太贵」, 商机进入「提案」.
    Why,
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
    /// Who finished it, let it off, sent it back or urges.
    By,
    /// When that was.
    At,
    /// The reason they gave.
    Reason,
    /// When a question that was put off comes back.
    Again,
    /// The titles of the questions that are not answered yet.
    Left,
    /// The title of the question the sentence is about, or of several.
    Question,
    /// The least an answer may have: characters, seconds, rows, percent.
    Min,
    /// The most characters an answer may have.
    Max,
    /// What it has of them.
    Length,
    /// How many seconds are missing.
    Short,
    /// What is taken: sorts of files, options.
    Accept,
    /// What was looked for and is not there: a title, a column, options.
    Wanted,
    /// Models that the customer bought before.
    Matched,
    /// Models of the parts list.
    Total,
    /// The share of the one in the other, in percent, rounded down.
    Share,
    /// Models that the customer never bought.
    Unmatched,
    /// A stage's name.
    Stage,
    /// The nodes that a gate waits for.
    Missing,
    /// The rule's name.
    Rule,
    /// How long the deal has stood in its stage.
    Dwell,
    /// How often the rep was in touch.
    Count,
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
    Placeholder::Why,
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
/// Where a run was let off or sent back, with a reason.
pub(super) const IN_DECIDED: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[
        Placeholder::By,
        Placeholder::At,
        Placeholder::Reason,
        Placeholder::Left,
    ],
];
/// Where somebody urges.
pub(super) const IN_URGED: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::By, Placeholder::Left]];
/// Where somebody looked at answers and found them right.
pub(super) const IN_APPROVED: Allowed =
    &[OF_DEAL, OF_RUN, &[Placeholder::Question, Placeholder::By]];
/// Where a question was put off.
pub(super) const IN_PUT_OFF: Allowed = &[OF_DEAL, OF_RUN, &[Placeholder::Again, Placeholder::Left]];
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
/// Where a voice message is too short.
pub(super) const IN_VOICE: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[
        Placeholder::Question,
        Placeholder::Min,
        Placeholder::Length,
        Placeholder::Short,
    ],
];
/// Where something else was expected.
pub(super) const IN_EXPECTED: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[
        Placeholder::Question,
        Placeholder::Accept,
        Placeholder::Wanted,
        Placeholder::Min,
        Placeholder::Length,
    ],
];
/// Where a parts list was compared.
pub(super) const IN_PARTS: Allowed = &[
    OF_DEAL,
    OF_RUN,
    &[
        Placeholder::Question,
        Placeholder::Min,
        Placeholder::Matched,
        Placeholder::Total,
        Placeholder::Share,
        Placeholder::Unmatched,
    ],
];
/// Where a gate refuses.
pub(super) const IN_GATE: Allowed = &[OF_DEAL, &[Placeholder::Stage, Placeholder::Missing]];
/// Where a rule speaks.
pub(super) const IN_RULE: Allowed = &[
    OF_DEAL,
    &[
        Placeholder::Rule,
        Placeholder::Stage,
        Placeholder::Dwell,
        Placeholder::Count,
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
            Self::Why => "why",
            Self::Signal => "signal",
            Self::Words => "words",
            Self::Quote => "quote",
            Self::Opened => "opened",
            Self::Due => "due",
            Self::LateBy => "late_by",
            Self::By => "by",
            Self::At => "at",
            Self::Reason => "reason",
            Self::Again => "again",
            Self::Left => "left",
            Self::Question => "question",
            Self::Min => "min",
            Self::Max => "max",
            Self::Length => "length",
            Self::Short => "short",
            Self::Accept => "accept",
            Self::Wanted => "wanted",
            Self::Matched => "matched",
            Self::Total => "total",
            Self::Share => "share",
            Self::Unmatched => "unmatched",
            Self::Stage => "stage",
            Self::Missing => "missing",
            Self::Rule => "rule",
            Self::Dwell => "dwell",
            Self::Count => "count",
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

/// What a gap is mostly filled with: names and moments.
const USUAL_VALUE: usize = 24;

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
        let mut filled = String::with_capacity(self.usual_length());
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Gap(gap) => filled.push_str(&value(*gap)),
            }
        }
        filled
    }
}

impl Template {
    /// About how long it is when it is filled.
    fn usual_length(&self) -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Gap(_) => USUAL_VALUE,
        };
        self.0.iter().map(length).sum()
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
