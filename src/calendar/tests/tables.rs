//! Days and moments that people argue about, on the calendar as it comes: 09:00-12:00 and
//! 13:30-18:00, Monday to Friday, public holidays of 2024 to 2026.

use super::*;

fn shipped() -> Calendar {
    Calendar::embedded().unwrap_or_else(|problems| panic!("{problems}"))
}

/// Work from 22:00 over midnight until 02:00.
fn nights() -> Calendar {
    let text = "workdays = [\"周一\", \"周二\", \"周三\", \"周四\", \"周五\"]\n\
                hours = [\"00:00-02:00\", \"22:00-24:00\"]\n";
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn holidays_are_free_and_made_up_for() {
    let calendar = shipped();
    for (date, is_workday) in [
        // Spring Festival, with a Saturday before and one after it.
        ("2026-02-14", true),
        ("2026-02-15", false),
        ("2026-02-16", false),
        ("2026-02-23", false),
        ("2026-02-24", true),
        ("2026-02-28", true),
        ("2026-03-01", false),
        // National Day, with a Sunday before and a Saturday after it.
        ("2026-09-20", true),
        ("2026-09-27", false),
        ("2026-10-01", false),
        ("2026-10-07", false),
        ("2026-10-08", true),
        ("2026-10-10", true),
        ("2026-10-11", false),
        // National Day and Mid-Autumn in one.
        ("2025-10-08", false),
        ("2025-10-11", true),
        ("2024-09-14", true),
        // Leap years and others.
        ("2024-02-29", true),
        ("2024-03-01", true),
        ("2025-02-28", true),
        ("2025-03-01", false),
        // A year that is not published follows the weekdays.
        ("2026-12-31", true),
        ("2027-01-01", true),
        ("2027-01-02", false),
        ("2027-10-01", true),
    ] {
        assert_eq!(calendar.is_workday(day(date)), is_workday, "{date}");
    }
}

#[test]
fn the_years_have_as_many_workdays_as_were_published() {
    let calendar = shipped();
    for (year, workdays) in [(2024, 251), (2025, 248), (2026, 248)] {
        let first = Day::new_year(year).expect("a year");
        let end = Day::new_year(year + 1).expect("a year");

        let counted = (first.0..end.0).filter(|day| calendar.is_workday(Day(*day)));
        let worked = calendar.working_time_between(first.start(), end.start());

        assert_eq!(counted.count(), workdays, "{year}");
        assert_eq!(worked, hours(15) / 2 * u32::try_from(workdays).unwrap());
    }
}

#[test]
fn work_goes_on_next() {
    let calendar = shipped();
    for (from, next) in [
        // A Friday.
        ("2026-11-27 00:00", "2026-11-27 09:00"),
        ("2026-11-27 09:00", "2026-11-27 09:00"),
        ("2026-11-27 11:59:59.999", "2026-11-27 11:59:59.999"),
        ("2026-11-27 12:00", "2026-11-27 13:30"),
        ("2026-11-27 12:15", "2026-11-27 13:30"),
        ("2026-11-27 18:00", "2026-11-30 09:00"),
        ("2026-11-28 10:00", "2026-11-30 09:00"),
        // Before Spring Festival, on the Saturday that makes up for it.
        ("2026-02-13 20:00", "2026-02-14 09:00"),
        ("2026-02-14 20:00", "2026-02-24 09:00"),
        ("2026-09-30 18:00", "2026-10-08 09:00"),
        ("2026-10-09 18:00", "2026-10-10 09:00"),
        ("2026-10-10 18:00", "2026-10-12 09:00"),
        ("2024-02-28 18:00", "2024-02-29 09:00"),
        ("2025-02-28 18:00", "2025-03-03 09:00"),
        ("2026-12-31 18:00", "2027-01-01 09:00"),
        // A leap second is the one after it.
        ("2017-01-01 07:59:60", "2017-01-02 09:00"),
    ] {
        assert_eq!(calendar.next_working(at(from)), at(next), "{from}");
        assert_eq!(calendar.is_working(at(from)), from == next, "{from}");
    }
}

/// From one moment so much working time leads to the other, and lies between the two.
fn assert_passes(calendar: &Calendar, cases: &[(&str, Duration, &str)]) {
    for (from, time, to) in cases {
        let case = format!("{time:?} from {from}");
        let (from, to) = (at(from), at(to));
        assert_eq!(calendar.after_working_time(from, *time), to, "{case}");
        assert_eq!(calendar.working_time_between(from, to), *time, "{case}");
    }
}

#[test]
fn working_time_passes() {
    let calendar = shipped();
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let cases = [
        ("2026-11-27 16:00", hours(2), "2026-11-27 18:00"),
        (
            "2026-11-27 16:00",
            hours(2) + Duration::from_millis(1),
            "2026-11-30 09:00:00.001",
        ),
        ("2026-11-27 11:00", hours(1), "2026-11-27 12:00"),
        ("2026-11-27 11:00", hours(2), "2026-11-27 14:30"),
        ("2026-11-27 20:00", Duration::ZERO, "2026-11-27 20:00"),
        ("2026-11-27 20:00", hours(2), "2026-11-30 11:00"),
        ("2026-11-27 12:30", minutes(1), "2026-11-27 13:31"),
        ("2026-11-27 09:00", hours(48), "2026-12-07 12:00"),
        ("2026-09-30 17:00", hours(2), "2026-10-08 10:00"),
        ("2026-02-13 17:00", minutes(8 * 60 + 30), "2026-02-14 18:00"),
        ("2026-02-13 17:00", minutes(8 * 60 + 31), "2026-02-24 09:01"),
        ("2026-12-31 17:00", hours(2), "2027-01-01 10:00"),
        ("2024-02-28 17:00", hours(2), "2024-02-29 10:00"),
        ("2025-02-28 17:00", hours(2), "2025-03-03 10:00"),
        ("1969-12-31 17:00", hours(2), "1970-01-01 10:00"),
    ];
    assert_passes(&calendar, &cases);
}

#[test]
fn workdays_pass() {
    let calendar = shipped();
    for (from, count, to) in [
        ("2026-11-27 10:00", 0, "2026-11-27 10:00"),
        ("2026-11-27 10:00", 1, "2026-11-30 10:00"),
        ("2026-11-27 10:00", 5, "2026-12-04 10:00"),
        ("2026-11-27 12:30", 1, "2026-11-30 13:30"),
        ("2026-11-27 18:00", 1, "2026-12-01 09:00"),
        ("2026-11-27 20:00", 0, "2026-11-30 09:00"),
        ("2026-11-27 20:00", 1, "2026-12-01 09:00"),
        ("2026-09-28 15:00", 5, "2026-10-10 15:00"),
        ("2026-02-12 10:00", 5, "2026-02-26 10:00"),
        ("2026-12-30 10:00", 3, "2027-01-04 10:00"),
        ("2024-02-28 10:00", 1, "2024-02-29 10:00"),
        ("2024-02-28 10:00", 2, "2024-03-01 10:00"),
        ("2025-02-28 10:00", 1, "2025-03-03 10:00"),
    ] {
        let case = format!("{count} workdays from {from}");
        assert_eq!(calendar.after_workdays(at(from), count), at(to), "{case}");
    }
}

#[test]
fn hours_may_touch_midnight() {
    let calendar = nights();
    let cases = [
        // From Thursday into Friday without a break, and from Friday into Monday with one.
        ("2026-11-26 23:00", hours(1), "2026-11-27 00:00"),
        ("2026-11-26 23:00", hours(2), "2026-11-27 01:00"),
        ("2026-11-26 23:00", hours(4), "2026-11-27 23:00"),
        ("2026-11-27 23:00", hours(1), "2026-11-28 00:00"),
        ("2026-11-27 23:00", hours(2), "2026-11-30 01:00"),
    ];
    assert_passes(&calendar, &cases);
    assert!(calendar.is_working(at("2026-11-27 00:00")));
    assert!(!calendar.is_working(at("2026-11-28 00:00")));
    assert_eq!(
        calendar.next_working(at("2026-11-28 00:00")),
        at("2026-11-30 00:00")
    );
    assert_eq!(
        calendar.after_workdays(at("2026-11-27 23:30"), 1),
        at("2026-11-30 23:30")
    );
}

#[test]
fn time_that_goes_backwards_is_none() {
    let calendar = shipped();
    let (morning, evening) = (at("2026-11-27 09:00"), at("2026-11-27 18:00"));

    assert_eq!(
        calendar.working_time_between(evening, morning),
        Duration::ZERO
    );
    assert_eq!(
        calendar.working_time_between(morning, morning),
        Duration::ZERO
    );
}

#[test]
fn moments_beyond_the_last_one_are_that_one() {
    let calendar = shipped();
    let (first, last) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    // Longer than the milliseconds of one half of time, and yet not longer than all of it.
    let long = Duration::from_millis(1 << 63);

    let passed = calendar.working_time_between(first, calendar.after_working_time(first, hours(1)));

    assert_eq!(passed, hours(1));
    for from in [first, last, at("2026-11-27 09:00")] {
        assert_eq!(calendar.after_working_time(from, long), last);
        assert_eq!(calendar.after_working_time(from, Duration::MAX), last);
    }
    assert_eq!(calendar.after_workdays(last, u32::MAX), last);
    assert_eq!(
        Calendar::always().after_working_time(first, long),
        Timestamp(0)
    );
}

#[test]
fn a_year_without_data_is_told() {
    let calendar = shipped();

    let known = calendar.years_without_data(day("2024-01-01"), day("2026-12-31"));
    let over_the_end = calendar.years_without_data(day("2026-12-31"), day("2027-01-01"));
    let around = calendar.years_without_data(day("2022-06-01"), day("2028-06-01"));
    let everything = calendar.years_without_data(Day(i64::MIN), Day(i64::MAX));

    assert_eq!(known, [0; 0]);
    assert_eq!(over_the_end, [2027]);
    assert_eq!(around, [2022, 2023, 2027, 2028]);
    assert_eq!(everything.len(), 9999 - 3);
    assert!(calendar.covers(day("2026-12-31")) && !calendar.covers(day("2027-01-01")));
    for (from, first) in [("2026-11-27", "2027-01-01"), ("2023-12-31", "2023-12-31")] {
        assert_eq!(calendar.first_day_without_data(day(from)), Some(day(first)));
    }
}

#[test]
fn on_a_calendar_of_all_time_time_just_passes() {
    let calendar = Calendar::always();
    let (from, to) = (at("2026-11-28 23:30"), at("2026-11-29 01:30"));

    assert!(calendar.is_working(from) && calendar.is_workday(day("2026-10-01")));
    assert_eq!(calendar.after_working_time(from, hours(2)), to);
    assert_eq!(calendar.working_time_between(from, to), hours(2));
    assert_eq!(calendar.after_workdays(from, 7), from.plus(hours(7 * 24)));
    assert!(calendar.covers(Day(i64::MAX)));
    assert_eq!(
        calendar.years_without_data(Day(i64::MIN), Day(i64::MAX)),
        [0; 0]
    );
    assert_eq!(calendar.first_day_without_data(day("2026-11-28")), None);
}

#[test]
fn the_version_changes_with_the_text() {
    let text = include_str!("../../../config/calendar/cn.toml");

    let same = read(text).expect("valid");
    let other = read(&text.replace("18:00", "17:30")).expect("valid");

    assert_eq!(same.version(), shipped().version());
    assert_ne!(same.version(), other.version());
}

#[test]
fn a_years_holidays_may_move_days_of_the_december_before_it() {
    let text = "workdays = [\"周一\", \"周二\", \"周三\", \"周四\", \"周五\"]\n\
                hours = [\"09:00-18:00\"]\n\
                [[year]]\nyear = 2028\n\
                holidays = [{ name = \"元旦\", from = \"2027-12-31\", to = \"2028-01-02\" }]\n\
                makeup_workdays = [\"2027-12-26\"]\n";

    let calendar = read(text).unwrap_or_else(|problems| panic!("{problems}"));

    assert!(calendar.is_workday(day("2027-12-26")));
    assert!(!calendar.is_workday(day("2027-12-31")));
    assert!(!calendar.covers(day("2027-12-31")));
}

#[test]
fn what_lies_between_work_is_told_apart() {
    let calendar = Calendar::embedded().expect("the calendar");
    let at = |text: &str| Timestamp::parse_rfc3339(&format!("{text}:00+08:00")).expect("a moment");
    let breaks = |from: &str, until: &str| -> Vec<String> {
        let breaks = calendar.breaks_between(at(from), at(until));
        breaks
            .map(|(from, until)| format!("{}–{}", from.for_people(), until.for_people()))
            .collect()
    };

    // From Friday afternoon to Monday morning, and from the middle of a night.
    let weekend = breaks("2026-11-27T17:00", "2026-11-30T10:00");
    assert_eq!(weekend.len(), 1, "{weekend:?}");
    assert!(
        weekend[0].starts_with("11月27日 18:00–11月30日 "),
        "{weekend:?}"
    );
    let night = breaks("2026-11-24T23:00", "2026-11-25T02:00");
    assert_eq!(night, ["11月24日 23:00–11月25日 02:00"]);
    assert_eq!(
        calendar.workday_length(),
        Duration::from_secs(7 * 3600 + 1800)
    );
    assert_eq!(breaks("2026-11-25T02:00", "2026-11-24T23:00"), [""; 0]);
    assert_eq!(
        Calendar::always()
            .breaks_between(at("2026-11-24T00:00"), at("2026-11-30T00:00"))
            .count(),
        0
    );
}
