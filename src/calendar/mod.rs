//! Working time: on which days and in which hours work goes on, and arithmetic with both.
//!
//! Pure: moments and days in, moments and durations out; no IO, clock or randomness. All days and
//! hours are China's. `workdays` knows the days, `hours` the hours of a day, `read` and
//! `special` the file that administrators edit (`config/calendar/*.toml`). The first two count instead of walking: moments far
//! apart cost no more than near ones. Moments beyond the last one that a [`Timestamp`] can hold
//! are that last one.
//!
//! Public holidays are published a year at a time. Days of a year that the file doesn't hold
//! follow the weekdays alone; [`Calendar::years_without_data`] says so, and who computes with such
//! days has to say it on. Start at [`Calendar::after_working_time`] and
//! [`Calendar::after_workdays`].

mod hours;
mod read;
mod special;
#[cfg(test)]
mod tests;
mod workdays;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::config::{Document, Problems};
use crate::domain::{Day, Timestamp};

use hours::{DAY_MS, Hours};
use workdays::Workdays;

/// Midnight in China on the first of the counted days.
const FIRST_MIDNIGHT: i64 = Day(0).start().0;
/// The years that a calendar can speak of; dates have four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// When work goes on.
#[derive(Debug, Clone)]
pub struct Calendar {
    workdays: Workdays,
    hours: Hours,
    /// The years whose public holidays are known; `None` where there are none to know.
    years: Option<BTreeSet<i32>>,
    version: String,
}

impl Calendar {
    /// Reads a calendar.
    ///
    /// # Errors
    /// Every mistake, with its line, what was found and what was expected.
    pub fn from_document(document: &Document) -> Result<Self, Problems> {
        read::calendar(document)
    }

    /// The calendar inside the binary.
    ///
    /// # Errors
    /// None in a binary whose tests were green.
    pub fn embedded() -> Result<Self, Problems> {
        Self::from_document(&Document::new(
            "cn.toml (inside the binary)",
            include_str!("../../config/calendar/cn.toml"),
        ))
    }

    /// Work goes on at every moment, and no year lacks anything.
    #[must_use]
    pub fn always() -> Self {
        Self {
            workdays: Workdays::every_day(),
            hours: Hours::whole_day(),
            years: None,
            version: "always".to_owned(),
        }
    }

    /// Changes whenever the file's text does.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How long is worked on a workday.
    #[must_use]
    pub fn workday_length(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.hours.total()).unwrap_or(0))
    }

    /// Whether work goes on at some hour of the day.
    #[must_use]
    pub fn is_workday(&self, day: Day) -> bool {
        self.workdays.contains(day.0)
    }

    /// Whether work goes on at this moment. At the moment an interval ends it doesn't any more.
    #[must_use]
    pub fn is_working(&self, at: Timestamp) -> bool {
        let (day, time) = day_and_time(at);
        self.workdays.contains(day) && self.hours.next(time) == Some(time)
    }

    /// This moment if work goes on then, else the next one at which it begins.
    #[must_use]
    pub fn next_working(&self, at: Timestamp) -> Timestamp {
        let (day, time) = day_and_time(at);
        if self.workdays.contains(day)
            && let Some(next) = self.hours.next(time)
        {
            return moment(day, next);
        }
        let workdays_until_then = self.workdays.before(day + 1);
        moment(
            self.workdays.numbered(workdays_until_then),
            self.hours.beginning(),
        )
    }

    /// The first moment by which so much working time has passed since `from`, which may lie
    /// outside of working time. Where that moment ends an interval it is that end, not the
    /// beginning of the next: two hours from 16:00 with work until 18:00 are over at 18:00. No
    /// time has passed at `from` itself. Parts of a millisecond are left out.
    #[must_use]
    pub fn after_working_time(&self, from: Timestamp, time: Duration) -> Timestamp {
        let millis = i128::try_from(time.as_millis()).unwrap_or(i128::MAX);
        if millis == 0 {
            return from;
        }
        if millis > i128::from(i64::MAX) - i128::from(from.0) {
            return Timestamp(i64::MAX);
        }
        // The last millisecond to be worked decides the day, so that an end stays an end.
        let last = self.worked_before(from) + millis - 1;
        let workday = i128::from(self.hours.total());
        let day = self.workdays.numbered(narrow(last.div_euclid(workday)));
        let time = self.hours.worked(narrow(last.rem_euclid(workday)) + 1);
        moment(day, time)
    }

    /// Moves `from` to working time ([`Calendar::next_working`]) and from there to the same time
    /// of day on the `count`-th workday that follows. Since all workdays have the same hours, work
    /// goes on at that time of day too; there is nothing to round. Of a moment outside of working
    /// time the first day thus begins with the next interval: one workday from Friday 20:00 is
    /// over when work begins on Tuesday, and one from a break at noon when the break ends on the
    /// next workday. Zero workdays are [`Calendar::next_working`].
    #[must_use]
    pub fn after_workdays(&self, from: Timestamp, count: u32) -> Timestamp {
        let (day, time) = day_and_time(self.next_working(from));
        let day = self
            .workdays
            .numbered(self.workdays.before(day) + i64::from(count));
        moment(day, time)
    }

    /// The working time from `a` to `b`; none when `b` is not after `a`.
    #[must_use]
    pub fn working_time_between(&self, a: Timestamp, b: Timestamp) -> Duration {
        let millis = self.worked_before(b) - self.worked_before(a);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The times between two moments in which no work goes on, the earliest first: nights, weekends,
    /// holidays, and breaks at noon. Where two intervals of work touch there is none.
    pub fn breaks_between(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let mut at = from;
        std::iter::from_fn(move || {
            while at < until {
                let begins = at;
                let next = self.next_working(at);
                let (day, time) = day_and_time(next);
                let end = self.hours.end_of(time).unwrap_or(DAY_MS);
                at = moment(day, end).max(Timestamp(next.0.saturating_add(1)));
                if next > begins {
                    return Some((begins, next.min(until)));
                }
            }
            None
        })
    }

    /// Whether the public holidays of the day's year are known.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.knows(day.year())
    }

    /// The years from the one of `from` to the one of `to`, both included, whose public holidays
    /// are not known. Their days follow the weekdays alone. Years that no date of four digits can
    /// name are left out.
    #[must_use]
    pub fn years_without_data(&self, from: Day, to: Day) -> Vec<i32> {
        let from = from.year().max(*YEARS.start());
        let to = to.year().min(*YEARS.end());
        (from..=to).filter(|year| !self.knows(*year)).collect()
    }

    /// The first day, from `from` on, whose year's public holidays are not known; `None` when
    /// there is none to come.
    #[must_use]
    pub fn first_day_without_data(&self, from: Day) -> Option<Day> {
        let year = from.year();
        if !self.knows(year) {
            return Some(from);
        }
        (year + 1..=*YEARS.end())
            .find(|year| !self.knows(*year))
            .and_then(Day::new_year)
    }

    fn knows(&self, year: i32) -> bool {
        self.years
            .as_ref()
            .is_none_or(|years| years.contains(&year))
    }

    /// Milliseconds worked before this moment, counted from some moment that is always the same.
    fn worked_before(&self, at: Timestamp) -> i128 {
        let (day, time) = day_and_time(at);
        let on_days_before = i128::from(self.workdays.before(day)) * i128::from(self.hours.total());
        let on_that_day = match self.workdays.contains(day) {
            true => self.hours.before(time),
            false => 0,
        };
        on_days_before + i128::from(on_that_day)
    }
}

/// The day in China, and the milliseconds since its midnight. Unlike [`Timestamp::day`] this is
/// right up to the last moment that there is.
const fn day_and_time(at: Timestamp) -> (i64, i64) {
    let day = at.0.div_euclid(DAY_MS);
    let time = at.0.rem_euclid(DAY_MS) - FIRST_MIDNIGHT;
    (day + time.div_euclid(DAY_MS), time.rem_euclid(DAY_MS))
}

/// The inverse of [`day_and_time`]; the last or first moment when there is none such.
fn moment(day: i64, time: i64) -> Timestamp {
    let millis = i128::from(day) * i128::from(DAY_MS) + i128::from(time + FIRST_MIDNIGHT);
    Timestamp(narrow(millis))
}

fn narrow(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}
