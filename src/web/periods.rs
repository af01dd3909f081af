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
/// More days are shown week by week.
const MOST_ONE_BY_ONE: i64 = 35;
const DAYS_OF_A_WEEK: i64 = 7;

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

/// Why days that an address asks for aren't shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unaccepted {
    NoBeginning,
    NoEnd,
    Unreadable,
    TooLong,
}

impl Unaccepted {
    /// What their reader is told: why not, and what is shown instead.
    pub(super) fn told(self, instead: Period, language: Language) -> String {
        let why = match self {
            Self::NoBeginning => language
                .say("没有选开始日期", "The first day was not chosen")
                .to_owned(),
            Self::NoEnd => language
                .say("没有选结束日期", "The last day was not chosen")
                .to_owned(),
            Self::Unreadable => language
                .say("看不懂这些日期", "These are no dates")
                .to_owned(),
            Self::TooLong => say!(
                language,
                "一次最多看 {MOST_DAYS} 天",
                "At most {MOST_DAYS} days can be shown at once"
            ),
        };
        let instead = instead.name(&language);
        say!(
            language,
            "{why}，现在显示的是：{instead}。",
            "{why}. Shown instead: {instead}."
        )
    }
}

impl Period {
    /// What the address asks for; where it says nothing, the last seven days.
    pub(super) fn of(asked: &Parameters) -> Self {
        Self::asked(asked).0
    }

    /// The same, and why it isn't the days that the address names.
    pub(super) fn asked(asked: &Parameters) -> (Self, Option<Unaccepted>) {
        match days(asked) {
            Ok(Some((from, to))) => (Self::Days(from, to), None),
            Ok(None) => (Self::named(asked), None),
            Err(unaccepted) => (Self::named(asked), Some(unaccepted)),
        }
    }

    fn named(asked: &Parameters) -> Self {
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

    /// What those days stand beside: those that the period is compared with; of a week that is
    /// shown around a single day, the week before.
    pub(super) fn strip_before(self, today: Day) -> (Day, Day) {
        let strip = self.strip(today);
        if strip == self.now(today) {
            self.before(today)
        } else {
            just_before(strip)
        }
    }

    /// The days that stand together in one bar or cell: each alone, or by sevens where they are
    /// many. The last seven are whole, the first may be fewer.
    pub(super) fn columns(self, today: Day) -> Vec<(Day, Day)> {
        let (first, last) = self.strip(today);
        let days = last.0 - first.0 + 1;
        if days <= MOST_ONE_BY_ONE {
            return (first.0..=last.0).map(|day| (Day(day), Day(day))).collect();
        }
        let weeks = (0..days).step_by(7).map(|back| {
            let end = last.plus(-back);
            (first.max(end.plus(1 - DAYS_OF_A_WEEK)), end)
        });
        let mut weeks: Vec<(Day, Day)> = weeks.collect();
        weeks.reverse();
        weeks
    }
}

/// The days from one to another that an address names, whichever comes first.
fn days(asked: &Parameters) -> Result<Option<(Day, Day)>, Unaccepted> {
    let day = |text: &str| text.parse::<Day>().map_err(|_| Unaccepted::Unreadable);
    let (from, to) = match (asked.get("from"), asked.get("to")) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(Unaccepted::NoBeginning),
        (Some(_), None) => return Err(Unaccepted::NoEnd),
        (Some(from), Some(to)) => (day(from)?, day(to)?),
    };
    let (from, to) = (from.min(to), from.max(to));
    if to.0 - from.0 < MOST_DAYS {
        Ok(Some((from, to)))
    } else {
        Err(Unaccepted::TooLong)
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
    /// No day before this one has figures.
    pub(super) earliest: String,
    /// Whether none of the offered is chosen.
    pub(super) is_own: bool,
    /// Why the days are others than those that were asked for, or lack something.
    pub(super) notices: Vec<String>,
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
        (offered, earliest): (&[Period], Day),
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
            earliest: earliest.to_string(),
            notices: Vec::new(),
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
    fn days_that_are_not_shown_are_refused_with_the_reason() {
        let of = |query: &str| Period::asked(&Parameters::of(query));
        let days = Period::Days(day("2026-11-16"), day("2026-11-22"));
        for (query, expected) in [
            ("from=2026-11-16&to=2026-11-22", (days, None)),
            ("from=2026-11-22&to=2026-11-16", (days, None)),
            ("from=2026-11-16", (Period::Week, Some(Unaccepted::NoEnd))),
            (
                "to=2026-11-16&from=&period=30d",
                (Period::Month, Some(Unaccepted::NoBeginning)),
            ),
            (
                "from=x&to=2026-11-16",
                (Period::Week, Some(Unaccepted::Unreadable)),
            ),
            (
                "from=2026-04-30&to=2026-11-16",
                (Period::Week, Some(Unaccepted::TooLong)),
            ),
        ] {
            assert_eq!(of(query), expected, "{query}");
        }
        let (longest, unaccepted) = of("from=2026-05-01&to=2026-11-16");
        assert_eq!(unaccepted, None);
        assert_eq!(
            longest,
            Period::Days(day("2026-05-01"), day("2026-11-16")),
            "200 days"
        );
        assert_eq!(
            Unaccepted::TooLong.told(Period::Week, Language::Chinese),
            "一次最多看 200 天，现在显示的是：近 7 天。"
        );
        assert_eq!(
            Unaccepted::TooLong.told(Period::Week, Language::English),
            "At most 200 days can be shown at once. Shown instead: Last 7 days."
        );
    }

    #[test]
    fn many_days_stand_together_by_weeks() {
        let columns =
            |from: &str| Period::Days(day(from), day("2026-11-22")).columns(day("2026-11-25"));
        assert_eq!(columns("2026-10-19").len(), 35);
        let weeks = columns("2026-10-18");
        assert_eq!(weeks.len(), 6);
        assert_eq!(weeks[0], (day("2026-10-18"), day("2026-10-18")));
        assert_eq!(weeks[5], (day("2026-11-16"), day("2026-11-22")));
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
