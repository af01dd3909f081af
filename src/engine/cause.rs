//! Why a run was opened.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{ChatId, Label, MessageId, Timestamp};

use super::phase::Actor;

/// Why a run was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A customer said something.
    Signal(Heard),
    /// The deal entered a stage.
    Entered {
        /// The stage's name, as people read it then.
        stage: String,
    },
    /// Somebody asked for a stage that it gates.
    Gate {
        /// The stage's name, as people read it then.
        stage: String,
    },
    /// A person opened it.
    Hand {
        /// Who.
        by: Actor,
    },
}

impl Cause {
    /// The customer's words that led here, if it was them.
    #[must_use]
    pub const fn heard(&self) -> Option<&Heard> {
        match self {
            Self::Signal(heard) => Some(heard),
            Self::Entered { .. } | Self::Gate { .. } | Self::Hand { .. } => None,
        }
    }

    /// For people: `客户提到「太贵」`.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Signal(heard) => format!("客户提到「{}」", heard.words),
            Self::Entered { stage } => format!("商机进入「{stage}」"),
            Self::Gate { stage } => format!("进入「{stage}」之前须完成"),
            Self::Hand { by } => format!("{}发起", by.name),
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
