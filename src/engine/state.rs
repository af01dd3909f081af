//! What is stored of one opportunity, as the fold of its events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Label, RunId, Timestamp};

use super::earlier;
use super::phase::Signed;
use super::rule::ContactKind;
use super::run::Run;

/// Where one opportunity stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of this shape; see [`State::FORMAT`].
    pub format: u32,
    /// The key of the stage the deal was moved to; `None` until it was moved.
    pub stage: Option<String>,
    /// Since when it stands there.
    pub stage_since: Timestamp,
    /// How many runs were ever opened: the next one's number is one more.
    pub opened: u32,
    /// The runs. Boxed: a map moves what it holds, and a run is large.
    pub runs: BTreeMap<RunId, Box<Run>>,
    /// How often each signal was heard.
    pub signals: BTreeMap<Label, u32>,
    /// What is confirmed of the deal, by the names that definitions give it.
    pub facts: BTreeMap<String, Confirmed>,
    /// How often the rep was in touch since the stage was last updated.
    pub contacts: BTreeMap<ContactKind, u32>,
    /// Rule key → what it has said in this stage.
    pub watches: BTreeMap<String, Watch>,
    /// Rule key → when its hint was last given.
    pub hinted: BTreeMap<String, Timestamp>,
}

impl State {
    /// The shape written today.
    pub const FORMAT: u32 = 3;

    /// A deal that begins in a stage.
    #[must_use]
    pub fn new(stage: Option<String>, since: Timestamp) -> Self {
        Self {
            stage,
            stage_since: since,
            ..Self::default()
        }
    }

    /// What was stored, in today's shape. `opened_at` is when the deal was opened: the first shape
    /// didn't say since when a deal stands in its stage.
    ///
    /// # Errors
    /// When it is no state.
    pub fn read(stored: &str, opened_at: Timestamp) -> Result<Self, serde_json::Error> {
        earlier::read(stored, opened_at)
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            format: Self::FORMAT,
            stage: None,
            stage_since: Timestamp::default(),
            opened: 0,
            runs: BTreeMap::new(),
            signals: BTreeMap::new(),
            facts: BTreeMap::new(),
            contacts: BTreeMap::new(),
            watches: BTreeMap::new(),
            hinted: BTreeMap::new(),
        }
    }
}

/// A fact of the deal, and what confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Since when.
    pub at: Timestamp,
    /// The run whose answer confirmed it; `None` when a person did.
    pub run: Option<RunId>,
}

/// What a rule has said about the stage the deal stands in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// When the rep was reminded.
    pub yellow: Option<Timestamp>,
    /// When the supervisor was alerted, and what became of it.
    pub red: Option<Red>,
    /// How often it has become red since the deal exists: names its to-dos.
    pub times: u32,
}

/// An alert that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Red {
    /// Since when.
    pub at: Timestamp,
    /// How far up the supervisors it was told, from 1.
    pub level: u8,
    /// When the next level is told.
    pub next: Option<Timestamp>,
    /// Who took it on.
    pub acknowledged: Option<Signed>,
    /// The to-do that it made, while that is open.
    pub todo: Option<String>,
}
