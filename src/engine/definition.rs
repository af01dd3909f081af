//! What a process demands: its stages, its nodes, and the rules beside them.

use crate::config::{Document, Problems};
use crate::domain::{Label, Timestamp};

use super::condition::Condition;
use super::parse;
use super::question::Question;
use super::rule::Rule;
use super::span::{Lead, Span};
use super::state::State;
use super::wording::Wording;

/// A process definition: checked whole when it was loaded, and immutable since.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    pub(super) name: String,
    pub(super) version: String,
    /// The definition as it was written, to be kept for the runs that begin under it.
    pub(super) text: String,
    pub(super) stages: Vec<Stage>,
    pub(super) nodes: Vec<Node>,
    pub(super) rules: Vec<Rule>,
    pub(super) escalation: Escalation,
    /// When a question that a rep put off comes back.
    pub(super) put_off_for: Span,
    pub(super) wording: Wording,
}

impl Process {
    /// Takes a definition (`config/processes/*.toml`) apart.
    ///
    /// # Errors
    /// All mistakes, each with file, line, what was found and what was expected.
    pub fn from_document(document: &Document) -> Result<Self, Problems> {
        parse::process(document)
    }

    /// The JSON Schema of definitions, by which editors complete them and show what keys mean.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        parse::schema()
    }

    /// What its administrators call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first twelve digits of the SHA-256 of the definition's text: another text is another
    /// version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The definition as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The node with that key.
    #[must_use]
    pub fn node(&self, key: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.key == key)
    }

    /// The nodes in the order of the definition.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The rule of that key.
    #[must_use]
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.key == key)
    }

    /// The rules in the order of the definition.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The stages in the order in which a deal goes through them.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The stage with that key.
    #[must_use]
    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.key == key)
    }

    /// The stage a deal stands in: the first one until it was moved, and `None` when it was moved
    /// to a stage that this version of the process doesn't have.
    #[must_use]
    pub fn stage_of(&self, state: &State) -> Option<&Stage> {
        match &state.stage {
            Some(key) => self.stage(key),
            None => self.stages.first(),
        }
    }

    /// The nodes whose gate stands between two stages: a deal that goes from one to the other
    /// enters the gated stage or passes it. A deal that is taken up again after its end passes
    /// all that lead to its new stage: where the ends stand in the list says nothing about how far
    /// it had come. Nothing is asked of a deal that is lost.
    pub(super) fn gates_between(&self, from: Option<&Stage>, to: &Stage) -> Vec<&Node> {
        if to.ends == Some(Ending::Lost) {
            return Vec::new();
        }
        let from = from.filter(|from| !from.is_end());
        let (from, to) = (
            from.and_then(|from| self.place(&from.key)),
            self.place(&to.key),
        );
        let is_passed = |key: &String| {
            let gate = self.place(key);
            gate <= to && from.is_none_or(|from| gate > Some(from))
        };
        let stands_between = |node: &&Node| node.opening.gates.iter().any(is_passed);
        self.nodes.iter().filter(stands_between).collect()
    }

    /// The nodes whose gate lies behind a deal that goes on from one stage to a later one. None of
    /// a deal that goes back, or is lost.
    pub(super) fn gates_behind(&self, from: Option<&Stage>, to: &Stage) -> Vec<&Node> {
        let from = from.filter(|from| !from.is_end());
        let Some(from) = from.and_then(|from| self.place(&from.key)) else {
            return Vec::new();
        };
        if to.ends == Some(Ending::Lost) || self.place(&to.key) <= Some(from) {
            return Vec::new();
        }
        let lies_behind = |key: &String| self.place(key).is_some_and(|gate| gate <= from);
        let has_passed = |node: &&Node| node.opening.gates.iter().any(lies_behind);
        self.nodes.iter().filter(has_passed).collect()
    }

    /// Where a stage stands on a deal's way.
    fn place(&self, key: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.key == key)
    }
}

/// A step of a deal on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// How other parts of the definition, the API and the store name it.
    pub key: String,
    /// What people read.
    pub name: String,
    /// The deal ends here, and how: signals open nothing any more.
    pub ends: Option<Ending>,
}

impl Stage {
    /// Whether the deal is over in it.
    #[must_use]
    pub const fn is_end(&self) -> bool {
        self.ends.is_some()
    }
}

/// How a deal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The customer bought.
    Won,
    /// They didn't, or nobody goes on with it.
    Lost,
}

/// An action that the process demands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// How runs, the API and the store name it.
    pub key: String,
    /// What people read.
    pub name: String,
    /// What opens it.
    pub opening: Opening,
    /// What counts as the same subject, for which there is one run only.
    pub once_per: OncePer,
    /// For how long after a run the same subject does not open another.
    pub quiet_for: Quiet,
    /// How long a run may take.
    pub clock: ClockRule,
    /// Whether the director hears of it at once and not only when it is late.
    pub inform_director_on_open: bool,
    /// What it asks for; from one to five are required.
    pub questions: Vec<Question>,
}

/// What opens a node. At least one of them is there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opening {
    /// The customer's signals.
    pub signals: Vec<Label>,
    /// The stages that open it when the deal enters them.
    pub entering: Vec<String>,
    /// The stages that the deal may not enter before it is done. Asking for one opens it.
    pub gates: Vec<String>,
    /// Whether people may open it.
    pub by_hand: bool,
    /// The stages in which signals open it; empty means in every stage but those that end the deal.
    pub within: Vec<String>,
    /// Opens only for deals of which this holds.
    pub when: Option<Condition>,
}

impl Node {
    /// The question with that key.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// Whether a signal opens it for a deal in that stage. A stage the process doesn't know hinders
    /// nothing: an action too many is seen at once, one too few is not.
    pub(super) fn opens_at(&self, stage: Option<&Stage>) -> bool {
        stage.is_none_or(|stage| match self.opening.within.as_slice() {
            [] => !stage.is_end(),
            stages => stages.contains(&stage.key),
        })
    }
}

/// What counts as one subject of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OncePer {
    /// The whole deal.
    Deal,
    /// Each signal: a tender and a missing budget are two risks, unless one sentence speaks of both.
    Signal,
    /// The words themselves: each competitor is a subject of its own.
    Words,
}

impl OncePer {
    /// The subject of a signal; `None` when the deal itself is the subject. Case and blanks
    /// don't make different words.
    pub(super) fn subject(self, label: Label, words: &str) -> Option<String> {
        match self {
            Self::Deal => None,
            Self::Signal => Some(label.code().to_owned()),
            Self::Words => Some(words.split_whitespace().collect::<String>().to_lowercase()),
        }
    }
}

/// For how long a subject that was dealt with stays dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// So long after the run was done.
    For(Span),
    /// For the rest of the deal.
    Forever,
}

/// How a run's time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockRule {
    /// When the light turns yellow and the rep is reminded.
    pub expected: Lead,
    /// When it turns red and the director is told.
    pub late: Span,
    /// What an answer does to the clock of a run that is not late.
    pub on_work: OnWork,
}

/// What an answer does to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnWork {
    /// Nothing: the whole run has to be done in time.
    #[default]
    GoesOn,
    /// Each answer gives the whole time again.
    Restarts,
    /// The first answer stops it: who began is not late any more.
    Stops,
}

/// Who is told when nobody reacts to a late run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// How long an alert may stay unacknowledged before the next level is told. Counted in working
    /// time, so that nobody is called at night about somebody else's silence.
    pub every: Span,
    /// How many levels there are, the first one included.
    pub levels: u8,
}

/// Whether a run may be late, seen from `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// There is time.
    Green,
    /// More time has gone than should have.
    Yellow,
    /// The deadline has passed.
    Red,
}

impl Quiet {
    /// Whether a mention at `now` of something done at `done` still opens nothing. `until` says
    /// when a span that began is over.
    pub(super) fn covers(
        self,
        done: Timestamp,
        now: Timestamp,
        until: impl Fn(Span, Timestamp) -> Timestamp,
    ) -> bool {
        match self {
            Self::For(span) => now < until(span, done),
            Self::Forever => true,
        }
    }
}
