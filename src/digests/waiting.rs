//! For how long an alert waits. Pure.

use std::time::Duration;

use super::SAME_MOMENT;
use crate::calendar::Calendar;
use crate::config::QuietHours;
use crate::domain::Timestamp;
use crate::store::HeldFor;

/// What a person wants of alerts.
pub(super) struct Wishes {
    /// What comes within this time comes together.
    pub(super) gather: Duration,
    /// When only what is at once is told.
    pub(super) quiet: Option<QuietHours>,
    /// The most interruptions a day.
    pub(super) most_a_day: Option<i64>,
}

/// When an alert that is raised now is told, and what it waits for. What is at once waits a moment
/// for others, or, soon after an interruption, for the end of that minute.
pub(super) fn until(
    wishes: &Wishes,
    is_at_once: bool,
    last: Option<Timestamp>,
    now: Timestamp,
) -> (Timestamp, HeldFor) {
    let due = if is_at_once {
        let soon = now.plus(SAME_MOMENT.min(wishes.gather));
        last.map_or(soon, |last| soon.max(last.plus(wishes.gather)))
    } else {
        now.plus(wishes.gather)
    };
    let quiet = wishes.quiet.filter(|_| !is_at_once);
    match quiet.and_then(|quiet| quiet.end_after(due)) {
        Some(morning) => (morning, HeldFor::Quiet),
        None => (due, HeldFor::Gather),
    }
}

/// When what is over the limit of a day is told: at the end of this working day; once that is over,
/// and on a day without work, when work begins next. Never in the person's quiet hours.
pub(super) fn end_of_limit(wishes: &Wishes, calendar: &Calendar, now: Timestamp) -> Timestamp {
    let day = now.day();
    let hours = calendar.working_time_between(day.start(), day.plus(1).start());
    let evening = calendar.after_working_time(day.start(), hours);
    let end = if calendar.is_workday(day) && now < evening {
        evening
    } else {
        calendar.next_working(now)
    };
    wishes
        .quiet
        .and_then(|quiet| quiet.end_after(end))
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(&format!("2026-11-{text}+08:00")).expect("a moment")
    }

    fn wishes() -> Wishes {
        Wishes {
            gather: Duration::from_secs(60),
            quiet: Some("20:00-08:00".parse().expect("hours")),
            most_a_day: None,
        }
    }

    #[test]
    fn a_minute_gathers_and_a_night_holds_what_is_not_at_once() {
        let (noon, night) = (at("23T12:00:00"), at("23T23:00:00"));

        let late = until(&wishes(), false, None, noon);
        let at_once = until(&wishes(), true, None, noon);
        let again = until(&wishes(), true, Some(at("23T11:59:30")), noon);
        let late_at_night = until(&wishes(), false, None, night);
        let at_once_at_night = until(&wishes(), true, None, night);

        assert_eq!(late, (at("23T12:01:00"), HeldFor::Gather));
        assert_eq!(at_once, (at("23T12:00:05"), HeldFor::Gather));
        assert_eq!(again, (at("23T12:00:30"), HeldFor::Gather));
        assert_eq!(late_at_night, (at("24T08:00:00"), HeldFor::Quiet));
        assert_eq!(at_once_at_night, (at("23T23:00:05"), HeldFor::Gather));
    }

    #[test]
    fn a_limit_ends_with_the_working_day_and_after_it_when_work_begins_next() {
        let calendar = Calendar::embedded().expect("valid");
        let end = |text| end_of_limit(&wishes(), &calendar, at(text));
        let monday = calendar.next_working(at("30T00:00:00"));

        let evening = end("23T10:00:00");
        assert_eq!(evening.day(), at("23T00:00:00").day());
        assert!(evening > at("23T16:00:00"));
        assert_eq!(end("23T22:00:00"), calendar.next_working(at("24T00:00:00")));
        assert_eq!(end("27T19:00:00"), monday, "a Friday evening");
        assert_eq!(end("28T10:00:00"), monday, "a Saturday");
    }

    #[test]
    fn a_limit_does_not_end_in_quiet_hours() {
        let calendar = Calendar::embedded().expect("valid");
        let until_ten = Wishes {
            quiet: Some("17:00-10:00".parse().expect("hours")),
            ..wishes()
        };

        let end = end_of_limit(&until_ten, &calendar, at("23T10:30:00"));

        assert_eq!(end, at("24T10:00:00"));
    }
}
