//! The days that a page is about, as its address names them, and how its reader chooses others.
//!
//! A page offers those that suit it, and any days from one to another. Every period has one before it
//! to be compared with: as much of the time before as has passed of this one.

use super::language::{Language, say};
use super::moments::Now;
use super::query::Parameters;
use crate::domain::Day;
use crate::top_three::just_before;

/// The board keeps twice as many days: as many again stand beside them.
const MOST_DAYS: i64 = 200;

/// Some days up to now, or any days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Day,
    /// The last seven days, with today.
    Week,
    /// The last thirty days, with today.
    Month,
    /// From Monday on.
    ThisWeek,
    /// From the first on.
    ThisMonth,
    /// The whole month before this one.
    LastMonth,
    Days(Day, Day),
}

impl Period {
    /// What the address asks for; where it says nothing, the last seven days.
    pub(super) fn of(asked: &Parameters) -> Self {
        let day = |name| asked.get(name).and_then(|day| day.parse::<Day>().ok());
        if let (Some(from), Some(to)) = (day("from"), day("to"))
            && (0..MOST_DAYS).contains(&(to.0 - from.0))
        {
            return Self::Days(from, to);
        }
        match asked.get("period") {
            Some("day") => Self::Day,
            // As links of earlier releases say it.
            Some("30d" | "month") => Self::Month,
            Some("this-week") => Self::ThisWeek,
            Some("this-month") => Self::ThisMonth,
            Some("last-month") => Self::LastMonth,
            _ => Self::Week,
        }
    }

    /// How an address asks for it.
    pub(super) fn pairs(self) -> Vec<(&'static str, String)> {
        let word = match self {
            Self::Day => "day",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::ThisWeek => "this-week",
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
            Self::Days(from, to) => {
                return vec![("from", from.to_string()), ("to", to.to_string())];
            }
        };
        vec![("period", word.to_owned())]
    }

    pub(super) fn name(self, language: &Language) -> String {
        let name = match self {
            Self::Day => language.say("今日", "Today"),
            Self::Week => language.say("近 7 天", "Last 7 days"),
            Self::Month => language.say("近 30 天", "Last 30 days"),
            Self::ThisWeek => language.say("本周", "This week"),
            Self::ThisMonth => language.say("本月", "This month"),
            Self::LastMonth => language.say("上月", "Last month"),
            Self::Days(from, to) if from == to => return from.to_string(),
            Self::Days(from, to) => return say!(language, "{from} 至 {to}", "{from} to {to}"),
        };
        name.to_owned()
    }

    /// What the figures are compared with. Today is not over; yesterday was a whole day.
    pub(super) fn name_before(self, language: &Language) -> String {
        let name = match self {
            Self::Day => language.say("昨日全天", "all of yesterday"),
            Self::Week => language.say("前 7 天", "7 days before"),
            Self::Month => language.say("前 30 天", "30 days before"),
            Self::ThisWeek => language.say("上周同期", "the same days of last week"),
            Self::ThisMonth => language.say("上月同期", "the same days of last month"),
            Self::LastMonth => language.say("再上月", "the month before"),
            Self::Days(from, to) if from == to => language.say("前一天", "the day before"),
            Self::Days(from, to) => {
                let days = to.0 - from.0 + 1;
                return say!(language, "前 {days} 天", "{days} days before");
            }
        };
        name.to_owned()
    }

    /// First and last day.
    pub(super) fn now(self, today: Day) -> (Day, Day) {
        match self {
            Self::Day => (today, today),
            Self::Week => (today.plus(-6), today),
            Self::Month => (today.plus(-29), today),
            Self::ThisWeek => (today.week_start(), today),
            Self::ThisMonth => (today.month_start(), today),
            Self::LastMonth => month_before(today),
            Self::Days(from, to) => (from, to),
        }
    }

    /// First and last day of what it is compared with.
    pub(super) fn before(self, today: Day) -> (Day, Day) {
        match self {
            Self::ThisWeek => (today.week_start().plus(-7), today.plus(-7)),
            Self::ThisMonth => {
                let (first, last) = month_before(today);
                let passed = today.0 - today.month_start().0;
                (first, first.plus(passed.min(last.0 - first.0)))
            }
            Self::LastMonth => month_before(month_before(today).0),
            _ => just_before(self.now(today)),
        }
    }

    /// The days that are shown one by one: a single day among those of its week.
    pub(super) fn strip(self, today: Day) -> (Day, Day) {
        let (from, to) = self.now(today);
        if from.0 == to.0 {
            (to.plus(-6), to)
        } else {
            (from, to)
        }
    }

    /// Whether its days are too many to name each.
    pub(super) fn is_long(self, today: Day) -> bool {
        let (from, to) = self.strip(today);
        to.0 - from.0 >= 14
    }
}

fn month_before(day: Day) -> (Day, Day) {
    let last = day.month_start().plus(-1);
    (last.month_start(), last)
}

/// What a reader chooses the days of a page by (`periods.html`).
pub(super) struct Periods {
    pub(super) offered: Vec<Offered>,
    /// Where the form for other days goes, and what else it says.
    pub(super) action: &'static str,
    pub(super) carried: Vec<(&'static str, String)>,
    /// The days that are chosen.
    pub(super) from: String,
    pub(super) to: String,
    /// Whether none of the offered is chosen.
    pub(super) is_own: bool,
}

/// A period to choose.
pub(super) struct Offered {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_chosen: bool,
}

impl Periods {
    /// Those that the page offers, each with its address.
    pub(super) fn of(
        offered: &[Period],
        (chosen, now): (Period, Now),
        (action, carried): (&'static str, Vec<(&'static str, String)>),
        href: impl Fn(Period) -> String,
    ) -> Self {
        let (from, to) = chosen.now(now.at.day());
        let one = |period: &Period| Offered {
            name: period.name(&now.language),
            href: href(*period),
            is_chosen: *period == chosen,
        };
        Self {
            offered: offered.iter().map(one).collect(),
            action,
            carried,
            from: from.to_string(),
            to: to.to_string(),
            is_own: !offered.contains(&chosen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::day;

    #[test]
    fn a_period_is_compared_with_as_much_of_the_time_before() {
        let days = Period::Days(day("2026-11-16"), day("2026-11-22"));
        for (period, today, now, before) in [
            (
                Period::Day,
                "2026-11-25",
                ("2026-11-25", "2026-11-25"),
                ("2026-11-24", "2026-11-24"),
            ),
            (
                Period::Week,
                "2026-11-25",
                ("2026-11-19", "2026-11-25"),
                ("2026-11-12", "2026-11-18"),
            ),
            (
                Period::Month,
                "2026-11-25",
                ("2026-10-27", "2026-11-25"),
                ("2026-09-27", "2026-10-26"),
            ),
            (
                days,
                "2026-11-25",
                ("2026-11-16", "2026-11-22"),
                ("2026-11-09", "2026-11-15"),
            ),
            (
                Period::ThisWeek,
                "2026-11-25",
                ("2026-11-23", "2026-11-25"),
                ("2026-11-16", "2026-11-18"),
            ),
            (
                Period::ThisMonth,
                "2026-11-25",
                ("2026-11-01", "2026-11-25"),
                ("2026-10-01", "2026-10-25"),
            ),
            (
                Period::ThisMonth,
                "2026-03-31",
                ("2026-03-01", "2026-03-31"),
                ("2026-02-01", "2026-02-28"),
            ),
            (
                Period::LastMonth,
                "2026-01-15",
                ("2025-12-01", "2025-12-31"),
                ("2025-11-01", "2025-11-30"),
            ),
        ] {
            assert_eq!(
                period.now(day(today)),
                (day(now.0), day(now.1)),
                "{period:?}"
            );
            assert_eq!(
                period.before(day(today)),
                (day(before.0), day(before.1)),
                "{period:?}"
            );
        }
    }

    #[test]
    fn an_address_that_asks_for_days_gets_them() {
        for query in [
            "period=day",
            "period=7d",
            "period=30d",
            "period=this-week",
            "period=this-month",
            "period=last-month",
        ] {
            let period = Period::of(&Parameters::of(query));
            let pairs = period.pairs();
            assert_eq!(format!("{}={}", pairs[0].0, pairs[0].1), query);
        }
        let asked = Parameters::of("from=2026-11-16&to=2026-11-22&period=day");
        assert_eq!(
            Period::of(&asked),
            Period::Days(day("2026-11-16"), day("2026-11-22"))
        );
    }
}
