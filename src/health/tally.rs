//! What is counted of runs, and the rates that follow.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Runs whose deadline lies in a period and has come, by how they stand now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many had to be done: all that follow below `on_time` are no part of it.
    pub due: u64,
    /// Of those, how many are done by now, in time or late.
    pub done: u64,
    /// Of those, how many were done before their deadline.
    pub on_time: u64,
    /// Let off by a supervisor.
    pub waived: u64,
    /// Said not to apply to their deal.
    pub not_applicable: u64,
    /// Their clock stands: the deadline that was ahead says nothing.
    pub paused: u64,
    /// Their deal was over before the deadline.
    pub ended: u64,
}

impl Tally {
    /// So many runs that stand like this, by the word that the store and the API use. A run is late
    /// when its deadline passed before it was finished.
    ///
    /// The table is the definition: what is open or overdue was due and isn't done; a deal that ended
    /// after the deadline doesn't undo that.
    #[must_use]
    pub fn of(status: &str, is_late: bool, runs: u64) -> Self {
        let nothing = Self::default();
        match (status, is_late) {
            ("done", _) => Self {
                due: runs,
                done: runs,
                on_time: if is_late { 0 } else { runs },
                ..nothing
            },
            ("waived", _) => Self {
                waived: runs,
                ..nothing
            },
            ("not_applicable", _) => Self {
                not_applicable: runs,
                ..nothing
            },
            ("paused", _) => Self {
                paused: runs,
                ..nothing
            },
            ("ended", false) => Self {
                ended: runs,
                ..nothing
            },
            _ => Self {
                due: runs,
                ..nothing
            },
        }
    }

    /// Done ÷ due, from 0 to 1; `None` where nothing was due.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        share(self.done, self.due)
    }

    /// Done in time ÷ due, from 0 to 1; `None` where nothing was due.
    #[must_use]
    pub fn on_time_rate(self) -> Option<f64> {
        share(self.on_time, self.due)
    }

    /// How many had to be done and are not.
    #[must_use]
    pub const fn missing(self) -> u64 {
        self.due.saturating_sub(self.done)
    }

    /// What lies in the period and is no part of the rate.
    #[must_use]
    pub const fn apart(self) -> u64 {
        self.waived + self.not_applicable + self.paused + self.ended
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// A part of a whole; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            due: self.due + other.due,
            done: self.done + other.done,
            on_time: self.on_time + other.on_time,
            waived: self.waived + other.waived,
            not_applicable: self.not_applicable + other.not_applicable,
            paused: self.paused + other.paused,
            ended: self.ended + other.ended,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}
