//! Where a run stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{PersonId, Timestamp};

/// Where a run stands. Each phase holds what is true in it and nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        /// What they were called then: the receipt is a record, whoever has the deal later.
        name: String,
        /// Whether the deadline had passed.
        late: bool,
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

impl Phase {
    /// The deadline ahead, missed or kept.
    #[must_use]
    pub const fn due(&self) -> Timestamp {
        match self {
            Self::Open { due } | Self::Done { due, .. } | Self::Ended { due, .. } => *due,
            Self::Overdue { missed } => *missed,
        }
    }

    /// Whether answers are still wanted.
    #[must_use]
    pub const fn is_unfinished(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Overdue { .. })
    }
}

/// Without the name, which must not reach a log.
impl fmt::Debug for Phase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { due } => out.debug_struct("Open").field("due", due).finish(),
            Self::Overdue { missed } => {
                out.debug_struct("Overdue").field("missed", missed).finish()
            }
            Self::Done { at, by, late, .. } => out
                .debug_struct("Done")
                .field("at", at)
                .field("by", by)
                .field("late", late)
                .finish_non_exhaustive(),
            Self::Ended { at, late, .. } => out
                .debug_struct("Ended")
                .field("at", at)
                .field("late", late)
                .finish_non_exhaustive(),
        }
    }
}
