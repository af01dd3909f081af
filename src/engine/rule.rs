//! Rules beside the nodes: what is watched over a whole deal, and what is said when.

use crate::domain::Label;

use super::condition::Condition;
use super::span::{Lead, Span};
use super::template::Template;
use super::wording::AlertWording;

/// Something that is watched, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// How the state and alerts name it.
    pub key: String,
    /// What people read.
    pub name: String,
    /// It acts only where this holds.
    pub when: Option<Condition>,
    /// What it watches.
    pub kind: RuleKind,
}

/// What a rule watches.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleKind {
    /// A deal that stays in a stage for too long.
    Dwell {
        /// The stages.
        stages: Vec<String>,
        /// When the rep is reminded.
        expected: Lead,
        /// When the supervisor is alerted.
        late: Span,
        /// What the rep is told at yellow.
        remind: Option<Template>,
        /// What the supervisor is told at red.
        alert: AlertWording,
        /// What the supervisor has to do then: a to-do.
        todo: Option<Template>,
    },
    /// Visits or contacts, one after the other, without the stage being updated.
    Neglect {
        /// What counts.
        subjects: Vec<ContactKind>,
        /// How many are too many.
        count: u32,
        /// What the rep is told.
        remind: Option<Template>,
        /// What the supervisor is told.
        alert: Option<AlertWording>,
    },
    /// A node opens: something the rep should know then.
    Notice {
        /// The nodes; empty means any.
        nodes: Vec<String>,
        /// What to say.
        text: Template,
    },
    /// A signal is heard, and what usually prevents it is missing.
    Hint {
        /// The signals.
        signals: Vec<Label>,
        /// What to say: a line on the card, or a sentence where no card is sent.
        text: Template,
        /// For how long it is not said again.
        quiet_for: Span,
    },
}

/// How a rep was in touch with the customer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// They went there.
    Visit,
    /// They wrote or called.
    Contact,
}

impl ContactKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Visit, Self::Contact];

    /// The word that definitions and the API use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Contact => "contact",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Visit => "拜访",
            Self::Contact => "联系",
        }
    }
}
