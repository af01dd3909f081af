//! The arithmetic agrees with counting minute by minute and day by day, and never fails.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;

use super::*;
use crate::calendar::hours::Interval;
use crate::calendar::workdays::Week;

const MINUTE: i64 = 60_000;
/// The special days of all calendars lie in the hundred days from here: 1 October 2026.
const FIRST: i64 = 20_727;

/// A calendar, and what it was made of.
#[derive(Debug, Clone)]
struct Made {
    calendar: Calendar,
    week: Vec<usize>,
    special: BTreeMap<i64, bool>,
    intervals: Vec<(i64, i64)>,
}

impl Made {
    /// By looking, not by counting.
    fn works_on(&self, day: i64) -> bool {
        let weekday = usize::try_from(day - Day(day).week_start().0).expect("0 to 6");
        let by_the_week = self.week.contains(&weekday);
        self.special.get(&day).copied().unwrap_or(by_the_week)
    }

    fn works_at(&self, at: Timestamp) -> bool {
        let day = at.day();
        let time = at.0 - day.start().0;
        let mut intervals = self.intervals.iter();
        self.works_on(day.0) && intervals.any(|(start, end)| (*start..*end).contains(&time))
    }
}

fn made() -> impl Strategy<Value = Made> {
    let quarters = btree_set(0..=96_i64, 2..=6);
    let special = btree_map(FIRST..FIRST + 100, any::<bool>(), 0..40);
    (btree_set(0..7_usize, 1..=7), quarters, special).prop_map(|(week, quarters, special)| {
        let marks: Vec<i64> = quarters
            .iter()
            .map(|quarter| quarter * 15 * MINUTE)
            .collect();
        let intervals: Vec<(i64, i64)> = marks
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        let of = |(start, end): &(i64, i64)| Interval {
            start: *start,
            end: *end,
        };
        let days = special.iter().map(|(day, is_worked)| (*day, *is_worked));
        let calendar = Calendar {
            workdays: Workdays::new(Week::new(week.clone()).expect("a weekday"), days),
            hours: Hours::new(intervals.iter().map(of).collect()).expect("an interval"),
            years: None,
            version: String::new(),
        };
        Made {
            calendar,
            week: week.into_iter().collect(),
            special,
            intervals,
        }
    })
}

/// A moment around the special days.
fn near() -> impl Strategy<Value = Timestamp> {
    let (first, last) = (Day(FIRST - 30).start().0, Day(FIRST + 130).start().0);
    (first..last).prop_map(Timestamp)
}

/// As [`near`], on the minute.
fn on_the_minute() -> impl Strategy<Value = Timestamp> {
    near().prop_map(|at| Timestamp(at.0 - at.0.rem_euclid(MINUTE)))
}

fn minutes(count: i64) -> Duration {
    Duration::from_millis(u64::try_from(count * MINUTE).expect("not negative"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn working_time_is_that_of_counted_minutes(
        made in made(),
        from in on_the_minute(),
        length in 0..10_i64 * 24 * 60,
    ) {
        let to = Timestamp(from.0 + length * MINUTE);
        let every_minute = (0..length).map(|minute| Timestamp(from.0 + minute * MINUTE));

        let counted = every_minute.filter(|at| made.works_at(*at)).count();

        let counted = minutes(i64::try_from(counted).expect("some thousands"));
        prop_assert_eq!(made.calendar.working_time_between(from, to), counted);
    }

    #[test]
    fn moments_are_those_found_minute_by_minute(
        made in made(),
        from in on_the_minute(),
        length in 1..=300_i64,
    ) {
        let mut at = from;
        let mut left = length;
        while left > 0 {
            left -= i64::from(made.works_at(at));
            at = Timestamp(at.0 + MINUTE);
        }
        prop_assert_eq!(made.calendar.after_working_time(from, minutes(length)), at);

        let mut at = from;
        while !made.works_at(at) {
            at = Timestamp(at.0 + MINUTE);
        }
        prop_assert_eq!(made.calendar.next_working(from), at);
        prop_assert_eq!(made.calendar.is_working(from), at == from);
    }

    #[test]
    fn workdays_are_those_found_day_by_day(made in made(), from in near(), count in 0..60_u32) {
        let begun = made.calendar.next_working(from);
        let mut day = begun.day();
        let mut left = count;
        while left > 0 {
            day = day.plus(1);
            left -= u32::from(made.works_on(day.0));
        }
        let expected = Timestamp(day.start().0 + begun.0 - begun.day().start().0);

        let found = made.calendar.after_workdays(from, count);

        prop_assert_eq!(found, expected);
        prop_assert!(made.calendar.is_working(found));
        for day in FIRST - 10..FIRST + 110 {
            prop_assert_eq!(made.calendar.is_workday(Day(day)), made.works_on(day));
        }
    }

    #[test]
    fn the_moment_is_the_first_by_which_the_time_has_passed(
        made in made(),
        from in near(),
        millis in 1..3_000_000_000_u64,
    ) {
        let time = Duration::from_millis(millis);

        let to = made.calendar.after_working_time(from, time);

        prop_assert_eq!(made.calendar.working_time_between(from, to), time);
        let before = Timestamp(to.0 - 1);
        prop_assert!(made.calendar.working_time_between(from, before) < time);
    }

    #[test]
    fn what_is_later_stays_later(
        made in made(),
        from in near(),
        later in 0..1_000_000_000_i64,
        (millis, more) in (0..1_000_000_000_u64, 0..1_000_000_000_u64),
        (count, days) in (0..100_u32, 0..10_u32),
    ) {
        let calendar = &made.calendar;
        let then = Timestamp(from.0 + later);
        let (short, long) = (Duration::from_millis(millis), Duration::from_millis(millis + more));

        prop_assert!(calendar.next_working(from) <= calendar.next_working(then));
        let over = calendar.after_working_time(from, short);
        prop_assert!(over <= calendar.after_working_time(then, short));
        prop_assert!(over <= calendar.after_working_time(from, long));
        let over = calendar.after_workdays(from, count);
        prop_assert!(over <= calendar.after_workdays(then, count));
        prop_assert!(over <= calendar.after_workdays(from, count + days));
        let parts = calendar.working_time_between(from, then)
            + calendar.working_time_between(then, then.plus(long));
        prop_assert_eq!(calendar.working_time_between(from, then.plus(long)), parts);
    }
}

proptest! {
    #[test]
    fn every_moment_has_an_answer(
        made in made(),
        (a, b) in (any::<i64>(), any::<i64>()),
        seconds in any::<u64>(),
        count in any::<u32>(),
    ) {
        let calendar = &made.calendar;
        let last = Timestamp(i64::MAX);
        for a in [Timestamp(a), Timestamp(i64::MIN), last] {
            let next = calendar.next_working(a);
            prop_assert!(next >= a);
            prop_assert!(next == last || calendar.is_working(next));
            prop_assert!(calendar.after_workdays(a, count) >= next);
            let time = Duration::from_secs(seconds);
            let to = calendar.after_working_time(a, time);
            prop_assert!(to >= a);
            prop_assert!(to == last || calendar.working_time_between(a, to) == time);
            prop_assert_eq!(calendar.working_time_between(last, a), Duration::ZERO);
            let _ = calendar.working_time_between(a, Timestamp(b));
        }
        let _ = calendar.is_workday(Day(a));
        let _ = calendar.covers(Day(b));
        let _ = calendar.years_without_data(Day(a), Day(b));
        let _ = calendar.first_day_without_data(Day(a));
    }
}

proptest! {
    #[test]
    fn years_without_data_are_those_found_day_by_day(
        known in btree_set(2024..2030_i32, 0..5),
        from in 0..2500_i64,
        length in 0..1200_i64,
    ) {
        let week = "workdays = [\"周一\"]\nhours = [\"09:00-18:00\"]\n".to_owned();
        let year = |year: &i32| format!(
            "[[year]]\nyear = {year}\nholidays = [{{ name = \"元旦\", day = \"{year}-01-01\" }}]\n"
        );
        let calendar = read(&(week + &known.iter().map(year).collect::<String>())).expect("valid");
        let from = Day::new_year(2023).expect("a year").plus(from);
        let to = from.plus(length);

        let missing = (from.0..=to.0).map(Day).filter(|day| !known.contains(&day.year()));
        let years: BTreeSet<i32> = missing.map(Day::year).collect();
        let first = (from.0..).map(Day).find(|day| !known.contains(&day.year()));

        prop_assert_eq!(calendar.years_without_data(from, to), Vec::from_iter(years));
        prop_assert_eq!(calendar.first_day_without_data(from), first);
        prop_assert_eq!(calendar.covers(from), known.contains(&from.year()));
    }
}
