//! What the board says of a calendar that is about to know nothing: deadlines in working time are
//! never guessed in silence.

use crate::calendar::Calendar;
use crate::domain::Day;

/// Before that many days nobody needs to do anything about it: the holidays of a year are mostly
/// published in the November before it.
const DAYS_AHEAD: i64 = 45;

/// The public holidays of a year that is near, or has begun, are not known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CalendarNote {
    /// That year.
    pub(super) year: i32,
    /// Whether deadlines go by the weekdays alone already today.
    pub(super) is_urgent: bool,
}

impl CalendarNote {
    pub(super) fn of(calendar: &Calendar, today: Day) -> Option<Self> {
        let first = calendar.first_day_without_data(today)?;
        (first.0 - today.0 <= DAYS_AHEAD).then(|| Self {
            year: first.year(),
            is_urgent: first == today,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> Option<CalendarNote> {
        let calendar = Calendar::embedded().expect("valid");
        CalendarNote::of(&calendar, day.parse().expect("a day"))
    }

    #[test]
    fn a_year_without_holidays_is_told_when_it_comes_near() {
        let of_2027 = |is_urgent| {
            Some(CalendarNote {
                year: 2027,
                is_urgent,
            })
        };

        assert_eq!(on("2026-11-16"), None);
        assert_eq!(on("2026-11-17"), of_2027(false));
        assert_eq!(on("2026-12-31"), of_2027(false));
        assert_eq!(on("2027-01-01"), of_2027(true));
        assert_eq!(on("2027-02-06"), of_2027(true));
    }

    #[test]
    fn a_calendar_without_holidays_has_nothing_to_tell() {
        let day = "2027-01-01".parse().expect("a day");

        assert_eq!(CalendarNote::of(&Calendar::always(), day), None);
    }
}
