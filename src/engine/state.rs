//! What is stored of one opportunity, as the fold of its events.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, Label, MessageId, RunId, Timestamp};

use super::answer::{Answer, Asked};
use super::phase::Phase;

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
