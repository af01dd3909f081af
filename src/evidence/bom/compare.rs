//! Which models of a bill of materials the customer has bought.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ModelCode;
use super::nearest::nearest;

/// For so many unmatched models the nearest known ones are looked for; nobody reads more.
const MOST_LOOKED_UP: usize = 200;

/// A bill of materials against a purchase history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Models of the bill that the customer has bought.
    pub matched: Vec<ModelCode>,
    /// Those that the customer hasn't.
    pub unmatched: Vec<Unmatched>,
    /// How many of them matched.
    pub share: Share,
}

/// A model that the customer hasn't bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// As the bill has it.
    pub model: ModelCode,
    /// Up to three that the customer has bought and that are written nearly so, nearest first.
    pub nearest: Vec<ModelCode>,
}

/// How many models matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "share", rename_all = "snake_case")]
pub enum Share {
    /// The customer has bought nothing yet, so there is nothing to match: not the same as 0 %.
    NoHistory,
    /// Of `models`, which are never none, `matched` were bought before.
    Of {
        /// Models of the bill that were bought before.
        matched: usize,
        /// Models of the bill, each counted once.
        models: usize,
    },
}

impl Share {
    /// Whether it is at least so many percent, to the last model; `None` without a history.
    #[must_use]
    pub const fn reaches(self, percent: u8) -> Option<bool> {
        match self {
            Self::NoHistory => None,
            Self::Of { matched, models } => {
                Some(matched as u128 * 100 >= models as u128 * percent as u128)
            }
        }
    }

    /// For people, rounded down, so that 89.9 % is never shown as the 90 % that it isn't.
    #[must_use]
    pub const fn percent(self) -> Option<u8> {
        match self {
            Self::NoHistory => None,
            Self::Of { models: 0, .. } => Some(0),
            Self::Of { matched, models } => {
                let percent = matched as u128 * 100 / models as u128;
                Some(if percent > 100 { 100 } else { percent as u8 })
            }
        }
    }
}

/// Compares the models of a bill, as [`super::read`] gives them, with those bought before.
#[must_use]
pub fn compare(models: &[ModelCode], bought: &[ModelCode]) -> Comparison {
    let bought: BTreeSet<&ModelCode> = bought.iter().collect();
    let once: BTreeSet<&ModelCode> = models.iter().collect();
    let mut waiting = once.clone();
    let in_order = models.iter().filter(|model| waiting.remove(*model));
    let (matched, unmatched): (Vec<&ModelCode>, Vec<&ModelCode>) =
        in_order.partition(|model| bought.contains(*model));
    let share = if bought.is_empty() {
        Share::NoHistory
    } else {
        Share::Of {
            matched: matched.len(),
            models: once.len(),
        }
    };
    let described = |(index, model): (usize, &ModelCode)| Unmatched {
        model: model.clone(),
        nearest: if index < MOST_LOOKED_UP {
            nearest(model, &bought)
        } else {
            Vec::new()
        },
    };
    Comparison {
        matched: matched.into_iter().cloned().collect(),
        unmatched: unmatched.into_iter().enumerate().map(described).collect(),
        share,
    }
}
