//! One node opened for one opportunity: what was asked, given and decided, and its clock.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

use super::answer::{Answer, Asked, Past, SpotCheck};
use super::cause::{Cause, Heard};
use super::phase::{Actor, Phase, Reason, Signed};

/// One node opened for one opportunity.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The node's key.
    pub node: String,
    /// Counts the runs of the opportunity from 1.
    pub number: u32,
    /// The version of the process that opened it, and that it is held to.
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
    /// Which of the node's questions are meant for this deal, in order; decided anew with each
    /// event as long as the run is unfinished.
    pub questions: Vec<String>,
    /// Question key → answer.
    pub answers: BTreeMap<String, Answer>,
    /// Answers that no longer count, the newest last. The oldest are dropped beyond
    /// [`Run::MOST_PAST`].
    pub past: Vec<Past>,
    /// Where it stands.
    pub phase: Phase,
    /// What happened to its clock, the oldest first.
    pub clock: Vec<ClockEntry>,
    /// How many cards were sent for it; the last one's number.
    pub cards: u32,
    /// The question that waits for an answer in the chat. It only says whose answer a text is:
    /// what to ask next is computed from the answers that are missing.
    pub asked: Option<Asked>,
    /// The rep said 稍后: asked again then.
    pub put_off: Option<Timestamp>,
    /// Why a supervisor sent it back, the last time.
    pub returned: Option<Returned>,
    /// Whether a deadline had passed before it was sent back: more time mends that no more.
    #[serde(default)]
    pub was_late: bool,
}

impl Run {
    /// How many later mentions a run keeps.
    pub const MOST_NOTED: usize = 20;
    /// How many former answers a run keeps.
    pub const MOST_PAST: usize = 50;
    /// How many changes of its clock a run keeps.
    pub const MOST_CLOCK: usize = 100;

    /// The answers that wait for a person to look at them, by question. None of a run of which
    /// nothing is wanted any more.
    pub fn unseen(&self) -> impl Iterator<Item = (&str, &Answer)> {
        let counts = self.phase.is_unfinished() || matches!(self.phase, Phase::Done { .. });
        let answers = self.answers.iter().filter(move |_| counts);
        answers
            .filter(|(_, answer)| answer.is_unseen())
            .map(|(question, answer)| (question.as_str(), answer))
    }

    /// Whether a deadline of it passed before it was finished, now or before it was sent back.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.was_late || self.phase.is_late()
    }

    /// Who last found right what was given.
    #[must_use]
    pub fn approved(&self) -> Option<&Signed> {
        let approved = self
            .answers
            .values()
            .filter_map(|answer| match &answer.spot_check {
                Some(SpotCheck::Approved(signed)) => Some(signed),
                Some(SpotCheck::Wanted) | None => None,
            });
        approved.max_by_key(|signed| signed.at)
    }

    /// Keeps an answer that no longer counts.
    pub(super) fn remember(&mut self, question: &str, answer: Answer, until: Timestamp, why: &str) {
        self.past.push(Past {
            question: question.to_owned(),
            answer,
            until,
            why: why.to_owned(),
        });
        if self.past.len() > Self::MOST_PAST {
            self.past.remove(0);
        }
    }

    pub(super) fn clocked(&mut self, at: Timestamp, change: ClockChange) {
        if self.clock.len() < Self::MOST_CLOCK {
            self.clock.push(ClockEntry { at, change });
        }
    }
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

/// Sent back by a supervisor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// When and by whom.
    pub signed: Signed,
    /// Why.
    pub why: String,
}

/// Without the supervisor's words.
impl fmt::Debug for Returned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Returned")
            .field("signed", &self.signed)
            .finish_non_exhaustive()
    }
}

/// Something that happened to a run's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub change: ClockChange,
}

/// What can happen to a run's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "clock", rename_all = "snake_case")]
pub enum ClockChange {
    /// It began, or began again.
    Started {
        /// The deadline.
        due: Timestamp,
    },
    /// The light turned yellow, and the rep was reminded.
    TurnedYellow,
    /// The deadline passed.
    TurnedRed,
    /// The next supervisor was told.
    Escalated {
        /// Which one above the rep, from 1.
        level: u8,
    },
    /// Somebody took the alert on.
    Acknowledged {
        /// Who.
        by: Actor,
    },
    /// It was stopped.
    Paused {
        /// By whom; `None` when the rep's work did.
        by: Option<Actor>,
        /// Why.
        why: Reason,
    },
    /// It went on.
    Resumed {
        /// By whom.
        by: Option<Actor>,
        /// The deadline since.
        due: Timestamp,
    },
    /// It was given more time.
    Extended {
        /// By whom.
        by: Actor,
        /// Why.
        why: Reason,
        /// The deadline since.
        due: Timestamp,
    },
    /// It was sent back and began again.
    Returned {
        /// By whom.
        by: Actor,
        /// The deadline since.
        due: Timestamp,
    },
}
