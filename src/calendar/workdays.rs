//! Which days are worked. Days are counted as [`Day`](crate::domain::Day) does.

use crate::domain::stored_number;

/// A Monday, from which weeks are counted: 29 December 1969.
const MONDAY: i64 = -3;
const WEEK: i64 = 7;

/// The days of the week that are worked, Monday first. At least one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Week([bool; WEEK as usize]);

impl Week {
    /// Of days counted from Monday as 0; `None` without any.
    pub(super) fn new(worked: impl IntoIterator<Item = usize>) -> Option<Self> {
        let mut days = [false; WEEK as usize];
        for day in worked {
            *days.get_mut(day)? = true;
        }
        days.contains(&true).then_some(Self(days))
    }

    fn works_on(self, day: i64) -> bool {
        // In this order nothing can overflow.
        let since_monday = (day.rem_euclid(WEEK) - MONDAY).rem_euclid(WEEK);
        usize::try_from(since_monday).is_ok_and(|index| self.0[index])
    }

    /// How many of the first days of a week are worked.
    fn of_first(self, days: i64) -> i64 {
        let worked = self.0.iter().zip(0..days).filter(|(worked, _)| **worked);
        i64::try_from(worked.count()).unwrap_or(WEEK)
    }
}

/// Which days are worked: those of the week, with exceptions.
#[derive(Debug, Clone)]
pub(super) struct Workdays {
    week: Week,
    /// How many days of a whole week are worked.
    per_week: i64,
    exceptions: Vec<Exception>,
}

/// A day that is worked although its weekday isn't, or the other way round.
#[derive(Debug, Clone, Copy)]
struct Exception {
    day: i64,
    /// How many more days are worked, because of this exception and all before it, than by the
    /// week alone.
    more: i64,
}

impl Workdays {
    pub(super) fn every_day() -> Self {
        let every = Week([true; WEEK as usize]);
        Self::new(every, std::iter::empty())
    }

    /// `special` are days and whether they are worked, from early to late; what the week says too
    /// is no exception.
    pub(super) fn new(week: Week, special: impl Iterator<Item = (i64, bool)>) -> Self {
        let mut more = 0;
        let exceptions = special
            .filter(|(day, is_worked)| week.works_on(*day) != *is_worked)
            .map(|(day, is_worked)| {
                more += if is_worked { 1 } else { -1 };
                Exception { day, more }
            })
            .collect();
        Self {
            week,
            per_week: week.of_first(WEEK),
            exceptions,
        }
    }

    pub(super) fn contains(&self, day: i64) -> bool {
        let is_exception = self
            .exceptions
            .binary_search_by_key(&day, |exception| exception.day)
            .is_ok();
        self.week.works_on(day) != is_exception
    }

    /// How many workdays lie between a day that is always the same and this one: the number of
    /// the first workday from this one on.
    pub(super) fn before(&self, day: i64) -> i64 {
        let since = day - MONDAY;
        let by_the_week =
            since.div_euclid(WEEK) * self.per_week + self.week.of_first(since.rem_euclid(WEEK));
        let earlier = self
            .exceptions
            .partition_point(|exception| exception.day < day);
        let more = match earlier {
            0 => 0,
            _ => self.exceptions[earlier - 1].more,
        };
        by_the_week + more
    }

    /// The workday before which there are so many.
    pub(super) fn numbered(&self, number: i64) -> i64 {
        // No exception moves it further than this from where the week alone has it.
        let exceptions = stored_number(self.exceptions.len());
        let slack = (exceptions / self.per_week + 2) * WEEK;
        let near = number.div_euclid(self.per_week) * WEEK + MONDAY;
        let (mut low, mut high) = (near - slack, near + slack);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.before(middle + 1) > number {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}
