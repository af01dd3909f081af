//! What reps were asked for in the chat, and what they gave.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{PersonId, Timestamp};

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
