//! How long something took: one beside the others.

use std::time::Duration;

/// Of fewer no distribution is shown: it would be one or two colleagues.
pub const LEAST_STAYS: usize = 5;

/// How long something took, of several: the shortest and the longest, and a quarter each between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// The shortest.
    pub least: Duration,
    /// A quarter took no longer.
    pub lower: Duration,
    /// Half took no longer.
    pub median: Duration,
    /// Three quarters took no longer.
    pub upper: Duration,
    /// The longest.
    pub most: Duration,
}

impl Spread {
    /// The spread of these; `None` of fewer than [`LEAST_STAYS`]. Quartiles are by nearest rank, so that
    /// each is a time that something took.
    #[must_use]
    pub fn of(mut stays: Vec<Duration>) -> Option<Self> {
        if stays.len() < LEAST_STAYS {
            return None;
        }
        stays.sort_unstable();
        let rank = |quarters: usize| stays[(stays.len() * quarters).div_ceil(4) - 1];
        Some(Self {
            count: stays.len(),
            least: stays[0],
            lower: rank(1),
            median: rank(2),
            upper: rank(3),
            most: rank(4),
        })
    }

    /// Whether that is longer than three quarters of them.
    #[must_use]
    pub fn is_long(&self, stay: Duration) -> bool {
        stay > self.upper
    }
}
