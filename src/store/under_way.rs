//! What this process has in hand.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The rows that are worked on in this process. A lease is measured by the clock, which may be
/// moved by hours while a row is in hand: it then looks left behind by someone who died, and must
/// not be taken a second time. Clones share the same rows.
#[derive(Debug, Clone, Default)]
pub struct UnderWay(Arc<Mutex<BTreeSet<String>>>);

/// Holds a row in hand; it may be taken again as soon as this is dropped.
#[derive(Debug)]
#[must_use = "the row is in hand as long as this lives"]
pub struct InHand {
    row: String,
    under_way: UnderWay,
}

impl UnderWay {
    /// Takes a row in hand.
    pub fn begin(&self, row: &str) -> InHand {
        self.with(|rows| rows.insert(row.to_owned()));
        InHand {
            row: row.to_owned(),
            under_way: self.clone(),
        }
    }

    /// All of them, each between two bars, as one parameter of a statement.
    pub(super) fn listed(&self) -> String {
        self.with(|rows| rows.iter().map(|row| format!("|{row}|")).collect())
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.under_way.with(|rows| rows.remove(&self.row));
    }
}

#[cfg(test)]
mod tests {
    use super::UnderWay;

    #[test]
    fn a_row_is_in_hand_until_its_work_ends() {
        let under_way = UnderWay::default();
        let (first, second) = (under_way.begin("a"), under_way.begin("b"));
        assert_eq!(under_way.listed(), "|a||b|");

        drop(first);
        assert_eq!(under_way.clone().listed(), "|b|");
        drop(second);
        assert_eq!(under_way.listed(), "");
    }
}
