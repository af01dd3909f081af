//! What is stored of one opportunity, as the fold of its events.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, Label, MessageId, PersonId, RunId, Timestamp};

/// Where one opportunity stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of this shape; see [`State::FORMAT`].
    pub format: u32,
    /// The key of the stage the deal was moved to; `None` until it was moved.
    pub stage: Option<String>,
    /// How many runs were ever opened: the next one's number is one more.
    pub opened: u32,
    /// The runs.
    pub runs: BTreeMap<RunId, Run>,
}

impl State {
    /// The shape written today.
    pub const FORMAT: u32 = 1;
}

impl Default for State {
    fn default() -> Self {
        Self {
            format: Self::FORMAT,
            stage: None,
            opened: 0,
            runs: BTreeMap::new(),
        }
    }
}

/// One node opened for one opportunity.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The node's key.
    pub node: String,
    /// Counts the runs of the opportunity from 1.
    pub number: u32,
    /// The version of the process that opened it.
    pub process_version: String,
    /// When.
    pub opened_at: Timestamp,
    /// What it is about, where a node opens once per signal or words.
    pub subject: Option<String>,
    /// What opened it.
    pub cause: Cause,
    /// What was heard of the same subject later, the newest last. The oldest are dropped beyond
    /// [`Run::MOST_NOTED`]; the journal has them all.
    pub noted: Vec<Heard>,
    /// Question key → answer.
    pub answers: BTreeMap<String, Answer>,
    /// Where it stands.
    pub phase: Phase,
    /// How many cards were sent for it; the last one's number.
    pub cards: u32,
    /// The question that waits for a text in the chat. It only says whose answer a text is:
    /// what to ask next is computed from the answers that are missing.
    pub asked: Option<Asked>,
}

impl Run {
    /// How many later mentions a run keeps.
    pub const MOST_NOTED: usize = 20;
}

/// Without the subject, which may be a customer's words, and the like.
impl fmt::Debug for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Run")
            .field("node", &self.node)
            .field("number", &self.number)
            .field("phase", &self.phase)
            .field("answers", &self.answers)
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

/// Why a run was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A customer said something.
    Signal(Heard),
}

impl Cause {
    /// The customer's words that led here.
    #[must_use]
    pub const fn heard(&self) -> &Heard {
        match self {
            Self::Signal(heard) => heard,
        }
    }
}

/// A signal as it was heard.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// What it means.
    pub label: Label,
    /// The customer's exact words.
    pub words: String,
    /// The line they stand in.
    pub quote: String,
    /// The message.
    pub message: MessageId,
    /// Its chat.
    pub chat: ChatId,
    /// When the engine was told.
    pub at: Timestamp,
}

/// Without the words, which must not reach a log.
impl fmt::Debug for Heard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Heard")
            .field("label", &self.label)
            .field("message", &self.message)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Where a run stands. Each phase holds what is true in it and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Answers are missing and there is time.
    Open {
        /// Until then.
        due: Timestamp,
    },
    /// Answers are missing and the director was told.
    Overdue {
        /// The deadline that passed.
        missed: Timestamp,
    },
    /// Every answer is there.
    Done {
        /// Since then.
        at: Timestamp,
        /// Who gave the last one.
        by: PersonId,
        /// Whether the deadline had passed.
        late: bool,
        /// The deadline it was held to.
        due: Timestamp,
    },
}

impl Phase {
    /// The deadline ahead, missed or kept.
    #[must_use]
    pub const fn due(&self) -> Timestamp {
        match self {
            Self::Open { due } | Self::Done { due, .. } => *due,
            Self::Overdue { missed } => *missed,
        }
    }

    /// Whether answers are still missing.
    #[must_use]
    pub const fn is_unfinished(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Overdue { .. })
    }
}

/// A text question put to the rep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question's key.
    pub question: String,
    /// When it was last asked.
    pub at: Timestamp,
}

/// What a rep gave. It never expires.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Options of a card.
    Chosen {
        /// In the order of the definition, with the texts people saw when they chose.
        picked: Vec<Picked>,
        /// The rep's own words, once given, where an option asks for them.
        own: Option<String>,
        /// Who.
        by: PersonId,
        /// When; with own words, when those were given.
        at: Timestamp,
    },
    /// A text from the chat.
    Text {
        /// The rep's words.
        text: String,
        /// Who.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
}

/// An option that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// Its id.
    pub id: String,
    /// Its text at that time.
    pub text: String,
}

impl Answer {
    /// For people: `价格竞争、交期风险`, `自己写策略：先做试点`.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text { text, .. } => text.clone(),
            Self::Chosen { picked, own, .. } => {
                let texts: Vec<&str> = picked.iter().map(|option| option.text.as_str()).collect();
                match own {
                    Some(own) => format!("{}：{own}", texts.join("、")),
                    None => texts.join("、"),
                }
            }
        }
    }
}

/// Without the rep's words, which must not reach a log.
impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen { picked, by, at, .. } => out
                .debug_struct("Chosen")
                .field("picked", picked)
                .field("by", by)
                .field("at", at)
                .finish_non_exhaustive(),
            Self::Text { by, at, .. } => out
                .debug_struct("Text")
                .field("by", by)
                .field("at", at)
                .finish_non_exhaustive(),
        }
    }
}
