//! Where a run stands.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::{PersonId, Timestamp};

use super::definition::Light;

/// A person who did something, under the name they had then: a record keeps it, whatever they are
/// called later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who.
    pub id: PersonId,
    /// What they were called.
    pub name: String,
}

impl Actor {
    /// A person like any other, for trials.
    pub(super) fn sample() -> Self {
        Self {
            id: "sample".parse().expect("not empty"),
            name: "示例主管".to_owned(),
        }
    }
}

/// Without the name, which must not reach a log.
impl fmt::Debug for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Actor").field(&self.id).finish()
    }
}

/// Why somebody decided something, in their words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(pub String);

/// Without the words, which must not reach a log.
impl fmt::Debug for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Reason(…)")
    }
}

impl From<&str> for Reason {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
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
        /// When more time has gone than should have.
        yellow: Yellow,
    },
    /// Answers are missing, and the clock stands.
    Paused {
        /// Since then.
        at: Timestamp,
        /// Who stopped it; `None` when the rep's work did, as the definition says.
        by: Option<Actor>,
        /// Why.
        why: Reason,
        /// What is left when it goes on.
        left: Left,
        /// The deadline ahead when it was stopped.
        due: Timestamp,
    },
    /// Answers are missing and the director was told.
    Overdue {
        /// The deadline that passed.
        missed: Timestamp,
        /// How far up the supervisors it was told, from 1.
        level: u8,
        /// When the next level is told; `None` when nobody is left, or somebody acknowledged.
        next: Option<Timestamp>,
        /// Who took it on.
        acknowledged: Option<Signed>,
    },
    /// Every answer is there.
    Done {
        /// When, and who gave the last one.
        signed: Signed,
        /// Whether the deadline had passed.
        late: bool,
        /// The deadline it was held to.
        due: Timestamp,
    },
    /// Let off, with a reason, on record.
    Waived {
        /// When and by whom.
        signed: Signed,
        /// Why.
        why: Reason,
        /// Whether the deadline had passed.
        late: bool,
        /// The deadline it was held to.
        due: Timestamp,
    },
    /// It does not apply to this deal, and counts neither as kept nor as missed.
    NotApplicable {
        /// When and by whom it was said.
        signed: Signed,
        /// Why.
        why: Reason,
        /// The deadline it was held to.
        due: Timestamp,
    },
    /// Answers are missing, and nobody wants them any more: the deal was won or lost.
    Ended {
        /// Since then.
        at: Timestamp,
        /// Whether the deadline had passed. The director need not have been told: the end comes
        /// before a deadline of the same moment.
        late: bool,
        /// The deadline it was held to.
        due: Timestamp,
    },
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// The light's turn to yellow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Yellow {
    /// It turns then.
    At(Timestamp),
    /// It has turned.
    Since(Timestamp),
}

/// What is left of a stopped clock, counted as the definition counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Till yellow; `None` when it had turned.
    pub yellow_ms: Option<u64>,
    /// Till the deadline.
    pub due_ms: u64,
}

impl Left {
    /// Till the deadline.
    #[must_use]
    pub const fn till_due(self) -> Duration {
        Duration::from_millis(self.due_ms)
    }

    /// Till yellow.
    #[must_use]
    pub fn till_yellow(self) -> Option<Duration> {
        self.yellow_ms.map(Duration::from_millis)
    }
}

impl Phase {
    /// The deadline ahead, missed or kept.
    #[must_use]
    pub const fn due(&self) -> Timestamp {
        match self {
            Self::Open { due, .. }
            | Self::Paused { due, .. }
            | Self::Done { due, .. }
            | Self::Waived { due, .. }
            | Self::NotApplicable { due, .. }
            | Self::Ended { due, .. } => *due,
            Self::Overdue { missed, .. } => *missed,
        }
    }

    /// When it should be done: the light is yellow from then on. Only of a clock that runs.
    #[must_use]
    pub const fn expected(&self) -> Option<Timestamp> {
        match self {
            Self::Open {
                yellow: Yellow::At(at) | Yellow::Since(at),
                ..
            } => Some(*at),
            _ => None,
        }
    }

    /// Whether answers are still wanted.
    #[must_use]
    pub const fn is_unfinished(&self) -> bool {
        matches!(
            self,
            Self::Open { .. } | Self::Paused { .. } | Self::Overdue { .. }
        )
    }

    /// Whether answers are wanted and time goes on.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Overdue { .. })
    }

    /// Whether a gate that waits for the run lets the deal pass.
    #[must_use]
    pub const fn opens_gate(&self) -> bool {
        matches!(
            self,
            Self::Done { .. } | Self::Waived { .. } | Self::NotApplicable { .. }
        )
    }

    /// The light of an unfinished run.
    #[must_use]
    pub const fn light(&self) -> Option<Light> {
        match self {
            Self::Open {
                yellow: Yellow::At(_),
                ..
            }
            | Self::Paused {
                left: Left {
                    yellow_ms: Some(_), ..
                },
                ..
            } => Some(Light::Green),
            Self::Open { .. } | Self::Paused { .. } => Some(Light::Yellow),
            Self::Overdue { .. } => Some(Light::Red),
            _ => None,
        }
    }

    /// Whether the deadline passed before the run was finished.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        match self {
            Self::Overdue { .. } => true,
            Self::Done { late, .. } | Self::Waived { late, .. } | Self::Ended { late, .. } => *late,
            Self::Open { .. } | Self::Paused { .. } | Self::NotApplicable { .. } => false,
        }
    }

    /// Whether the run is late when it stops at that moment. Of a clock that stands, the deadline
    /// that was ahead says nothing.
    #[must_use]
    pub(super) fn misses_at(&self, now: Timestamp) -> bool {
        match self {
            Self::Open { due, .. } => *due <= now,
            _ => self.is_late(),
        }
    }

    /// The word that lists, the API and the store use.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Paused { .. } => "paused",
            Self::Overdue { .. } => "overdue",
            Self::Done { .. } => "done",
            Self::Waived { .. } => "waived",
            Self::NotApplicable { .. } => "not_applicable",
            Self::Ended { .. } => "ended",
        }
    }
}
