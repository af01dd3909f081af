//! Chance that repeats itself: the same seed gives the same draws on every machine.

use crate::calendar::Calendar;
use crate::domain::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// A small generator (SplitMix64): the simulation needs repeatability, not secrecy, and its draws
/// must not change with the version of a library.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `below`; zero when that is zero.
    pub(super) fn below(&mut self, below: u64) -> u64 {
        match below {
            0 => 0,
            below => self.next() % below,
        }
    }

    /// True so many times of a hundred.
    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several; `None` of none.
    pub(super) fn one_of<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        let number = usize::try_from(self.below(items.len() as u64)).ok()?;
        items.get(number)
    }

    /// So many minutes, from `least` to `most`.
    pub(super) fn minutes(&mut self, least: u64, most: u64) -> std::time::Duration {
        let minutes = least + self.below(most.saturating_sub(least).saturating_add(1));
        std::time::Duration::from_secs(minutes * 60)
    }

    /// A working moment, so many days from now.
    pub(super) fn working_moment(
        &mut self,
        calendar: &Calendar,
        from: Timestamp,
        least_days: u64,
        most_days: u64,
    ) -> Timestamp {
        let days = least_days + self.below(most_days - least_days + 1);
        let within = self.below(10 * 60) * 60_000;
        let moment =
            from.0 + i64::try_from(days).unwrap_or(0) * DAY_MS + i64::try_from(within).unwrap_or(0);
        calendar.next_working(Timestamp(moment))
    }
}
