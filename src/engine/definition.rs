//! What a process demands: its stages, and its nodes with what opens them, what they ask for
//! and when they are late.

use crate::config::{Document, Problems};
use crate::domain::{Label, Timestamp};

use super::parse;
use super::span::Span;
use super::state::{Run, State};
use super::template::Template;
use super::wording::Wording;

/// A process definition: checked whole when it was loaded, and immutable since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) stages: Vec<Stage>,
    pub(super) nodes: Vec<Node>,
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

    /// The definition a run is held to.
    pub(super) fn node_of(&self, run: &Run) -> Option<&Node> {
        self.node(&run.node)
    }
}

/// A step of a deal on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// How other parts of the definition, the API and the store name it.
    pub key: String,
    /// What people read.
    pub name: String,
    /// The deal ends here (won, lost): signals open nothing any more.
    pub ends: bool,
}

/// An action that the process demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// How runs, the API and the store name it.
    pub key: String,
    /// What people read.
    pub name: String,
    /// The signals that open it. Never empty.
    pub opens_on: Vec<Label>,
    /// The stages in which it opens; empty means in every stage but those that end the deal.
    pub opens_in: Vec<String>,
    /// What counts as the same subject, for which there is one run only.
    pub once_per: OncePer,
    /// For how long after a run the same subject does not open another.
    pub quiet_for: Quiet,
    /// How long a run may take.
    pub late_after: Span,
    /// Whether the director hears of it at once and not only when it is late.
    pub inform_director_on_open: bool,
    /// What it asks for, all of it required. From one to five.
    pub questions: Vec<Question>,
}

impl Node {
    /// The question with that key.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// Whether a deal in that stage gets this node. A stage the process doesn't know hinders
    /// nothing: an action too many is seen at once, one too few is not.
    pub(super) fn opens_at(&self, stage: Option<&Stage>) -> bool {
        stage.is_none_or(|stage| match self.opens_in.as_slice() {
            [] => !stage.ends,
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

impl Quiet {
    /// Whether a mention at `now` of something done at `done` still opens nothing.
    pub(super) fn covers(self, done: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::For(span) => now < span.after(done),
            Self::Forever => true,
        }
    }
}

/// One thing a node asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// How answers name it.
    pub key: String,
    /// Its short name, on cards and receipts.
    pub title: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What a text given for it has to measure up to.
    pub text: TextLimits,
}

impl Question {
    /// The options, if there are any.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            QuestionKind::ChooseOne(choices) | QuestionKind::ChooseSeveral(choices) => choices,
            QuestionKind::Text { .. } => &[],
        }
    }
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionKind {
    /// By one option of a card. At most nine, since 请选择 takes the tenth place.
    ChooseOne(Vec<Choice>),
    /// By one or more options of a card. At most twenty.
    ChooseSeveral(Vec<Choice>),
    /// By a text in the chat.
    Text {
        /// What to ask.
        ask: Template,
    },
}

/// An option of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What a click carries back.
    pub id: String,
    /// What people read.
    pub text: String,
    /// What to ask for in the chat when it is chosen: one's own words instead of a preset.
    pub ask_text: Option<Template>,
}

/// How long a text has to be, and may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    /// The fewest letters and digits (a Chinese character is one; punctuation says nothing).
    pub min_chars: usize,
    /// The most characters of any kind.
    pub max_chars: usize,
}
