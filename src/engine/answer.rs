//! What reps were asked for, and what they gave.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{PersonId, Timestamp};

use super::evidence::Evidence;
use super::phase::Signed;

/// A question put to the rep in the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question's key.
    pub question: String,
    /// When it was last asked.
    pub at: Timestamp,
}

/// What a rep gave. It never expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it is.
    pub given: Given,
    /// Who gave it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Whether a person has to look at it, or has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot_check: Option<SpotCheck>,
}

/// Whether a person looks at what no program can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpotCheck {
    /// Somebody has to.
    Wanted,
    /// Somebody did and found it right.
    Approved(Signed),
}

/// The content of an answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "given", rename_all = "snake_case")]
pub enum Given {
    /// Options of a card.
    Chosen {
        /// In the order of the definition, with the texts people saw when they chose.
        picked: Vec<Picked>,
        /// The rep's own words, once given, where an option asks for them.
        own: Option<String>,
    },
    /// A text.
    Text {
        /// The rep's words.
        text: String,
    },
    /// Something that proves it: a file, a voice message, a place.
    Evidence {
        /// What.
        evidence: Evidence,
    },
    /// Rows of a table.
    Rows {
        /// Column key → text, one a row.
        rows: Vec<BTreeMap<String, String>>,
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

/// An answer that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The question's key.
    pub question: String,
    /// What it was.
    pub answer: Answer,
    /// Since when it doesn't count.
    pub until: Timestamp,
    /// Why: `amended`, `taken_back`, `returned`.
    pub why: String,
}

impl Answer {
    /// For people: `价格竞争、交期风险`, `自己写策略：先做试点`, `报价.pdf`.
    #[must_use]
    pub fn shown(&self) -> String {
        self.given.shown()
    }

    /// Whether a person has to look at it still.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.spot_check == Some(SpotCheck::Wanted)
    }

    /// The SHA-256 of the file that was given; empty when it was none.
    #[must_use]
    pub fn sha256(&self) -> &str {
        match &self.given {
            Given::Evidence { evidence } => &evidence.sha256,
            _ => "",
        }
    }
}

impl Given {
    /// For people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text { text } => text.clone(),
            Self::Chosen { picked, own } => {
                let texts: Vec<&str> = picked.iter().map(|option| option.text.as_str()).collect();
                match own {
                    Some(own) => format!("{}：{own}", texts.join("、")),
                    None => texts.join("、"),
                }
            }
            Self::Evidence { evidence } => evidence.shown(),
            Self::Rows { rows } => {
                let row = |row: &BTreeMap<String, String>| {
                    let cells: Vec<&str> = row.values().map(String::as_str).collect();
                    cells.join(" ")
                };
                let rows: Vec<String> = rows.iter().map(row).collect();
                rows.join("；")
            }
        }
    }
}

/// Without the rep's words, which must not reach a log.
impl fmt::Debug for Given {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen { picked, .. } => out
                .debug_struct("Chosen")
                .field("picked", picked)
                .finish_non_exhaustive(),
            Self::Text { .. } => out.debug_struct("Text").finish_non_exhaustive(),
            Self::Evidence { evidence } => out.debug_tuple("Evidence").field(evidence).finish(),
            Self::Rows { rows } => out
                .debug_struct("Rows")
                .field("count", &rows.len())
                .finish_non_exhaustive(),
        }
    }
}
