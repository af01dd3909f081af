//! How long something may take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::calendar::Calendar;
use crate::domain::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const LONGEST_DAYS: u64 = 366;
const LONGEST_WORKDAYS: u32 = 250;

/// A length of time, from one minute to a leap year. Written `30m`, `48h`, `2d` for time by the
/// clock; `30 workminutes`, `2 workhours`, `5 workdays` for working time by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// By the clock, day and night.
    Elapsed(Duration),
    /// Only while people work.
    Working(Duration),
    /// The same time of day, so many working days later.
    Workdays(u32),
}

impl Span {
    /// The moment at which the span that began at `from` is over.
    #[must_use]
    pub fn after(self, from: Timestamp, calendar: &Calendar) -> Timestamp {
        match self {
            Self::Elapsed(length) => from.plus(length),
            Self::Working(length) => calendar.after_working_time(from, length),
            Self::Workdays(days) => calendar.after_workdays(from, days),
        }
    }

    /// Whether it is longer, whatever the calendar. Working time passes no faster than time does.
    #[must_use]
    pub fn is_always_longer_than(self, other: Self) -> bool {
        let day = Duration::from_secs(DAY);
        match (self, other) {
            (Self::Workdays(days), Self::Workdays(others)) => days > others,
            (Self::Workdays(days), Self::Elapsed(length)) => day.saturating_mul(days) > length,
            (Self::Elapsed(length) | Self::Working(length), Self::Elapsed(other))
            | (Self::Working(length), Self::Working(other)) => length > other,
            (Self::Elapsed(_), Self::Working(_) | Self::Workdays(_))
            | (Self::Working(_), Self::Workdays(_))
            | (Self::Workdays(_), Self::Working(_)) => false,
        }
    }

    /// Whether it is counted by the calendar.
    #[must_use]
    pub const fn is_working_time(self) -> bool {
        matches!(self, Self::Working(_) | Self::Workdays(_))
    }
}

/// A moment on the way to a deadline: after a span of its own, or after a part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// After so long.
    Span(Span),
    /// After so many percent of the time till the deadline, from 1 to 99.
    Percent(u8),
}

impl Lead {
    /// The moment, for a deadline of `late` counted from `from`. Never after the deadline.
    #[must_use]
    pub fn after(self, from: Timestamp, late: Span, calendar: &Calendar) -> Timestamp {
        let due = late.after(from, calendar);
        let moment = match self {
            Self::Span(span) => span.after(from, calendar),
            Self::Percent(percent) if late.is_working_time() => {
                let whole = calendar.working_time_between(from, due);
                calendar.after_working_time(from, part(whole, percent))
            }
            Self::Percent(percent) => from.plus(part(due.since(from), percent)),
        };
        moment.min(due)
    }
}

fn part(whole: Duration, percent: u8) -> Duration {
    let milliseconds = whole.as_millis() * u128::from(percent) / 100;
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

/// Why a text is no span; the message says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableSpan {
    /// Not a number with a unit.
    #[error(
        "a time such as \"30m\", \"48h\" or \"2d\", or working time such as \"2 workhours\" or \"5 workdays\""
    )]
    Shape,
    /// Zero, or longer than a year.
    #[error("at least one minute and at most 366 days (250 workdays)")]
    Length,
}

/// The units, and how many seconds one has; a workday has none of its own.
pub(super) const UNITS: [(&str, Unit); 10] = [
    ("m", Unit::Elapsed(MINUTE)),
    ("h", Unit::Elapsed(HOUR)),
    ("d", Unit::Elapsed(DAY)),
    ("workminute", Unit::Working(MINUTE)),
    ("workminutes", Unit::Working(MINUTE)),
    ("workhour", Unit::Working(HOUR)),
    ("workhours", Unit::Working(HOUR)),
    ("workday", Unit::Workdays),
    ("workdays", Unit::Workdays),
    ("个工作日", Unit::Workdays),
];

/// What a count is multiplied by.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Elapsed(u64),
    Working(u64),
    Workdays,
}

impl FromStr for Span {
    type Err = UnreadableSpan;

    fn from_str(text: &str) -> Result<Self, UnreadableSpan> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        if count.is_empty() {
            return Err(UnreadableSpan::Shape);
        }
        let unit = unit.trim_start();
        let (_, unit) = UNITS
            .into_iter()
            .find(|(word, _)| *word == unit)
            .ok_or(UnreadableSpan::Shape)?;
        let seconds = |each: u64| {
            let seconds = count.parse::<u64>().ok()?.checked_mul(each)?;
            (MINUTE..=LONGEST_DAYS * DAY)
                .contains(&seconds)
                .then(|| Duration::from_secs(seconds))
        };
        match unit {
            Unit::Elapsed(each) => seconds(each).map(Self::Elapsed),
            Unit::Working(each) => seconds(each).map(Self::Working),
            Unit::Workdays => count
                .parse()
                .ok()
                .filter(|days| (1..=LONGEST_WORKDAYS).contains(days))
                .map(Self::Workdays),
        }
        .ok_or(UnreadableSpan::Length)
    }
}

impl FromStr for Lead {
    type Err = UnreadableSpan;

    fn from_str(text: &str) -> Result<Self, UnreadableSpan> {
        match text.trim().strip_suffix('%') {
            None => text.parse().map(Self::Span),
            Some(percent) => percent
                .trim()
                .parse()
                .ok()
                .filter(|percent| (1..=99).contains(percent))
                .map(Self::Percent)
                .ok_or(UnreadableSpan::Shape),
        }
    }
}

/// A duration as people say it: `3 小时 5 分`, its two largest units.
pub(super) struct Spoken(pub(super) Duration);

impl fmt::Display for Spoken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, hours, minutes) = (seconds / DAY, seconds % DAY / HOUR, seconds % HOUR / MINUTE);
        match (days, hours, minutes) {
            (0, 0, 0) => out.write_str("不到 1 分"),
            (0, 0, minutes) => write!(out, "{minutes} 分"),
            (0, hours, 0) => write!(out, "{hours} 小时"),
            (0, hours, minutes) => write!(out, "{hours} 小时 {minutes} 分"),
            (days, 0, _) => write!(out, "{days} 天"),
            (days, hours, _) => write!(out, "{days} 天 {hours} 小时"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, span) in [
            ("60m", Span::Elapsed(Duration::from_secs(3600))),
            ("1h", Span::Elapsed(Duration::from_secs(3600))),
            (" 2d ", Span::Elapsed(Duration::from_secs(48 * 3600))),
            ("2 workhours", Span::Working(Duration::from_secs(7200))),
            ("90 workminutes", Span::Working(Duration::from_secs(5400))),
            ("5 workdays", Span::Workdays(5)),
            ("5个工作日", Span::Workdays(5)),
        ] {
            assert_eq!(text.parse(), Ok(span), "{text}");
        }
        assert_eq!("50%".parse(), Ok(Lead::Percent(50)));
        assert_eq!(
            "24h".parse(),
            Ok(Lead::Span(Span::Elapsed(Duration::from_secs(86_400))))
        );
    }

    #[test]
    fn anything_else_is_refused_for_its_own_reason() {
        for (text, reason) in [
            ("", UnreadableSpan::Shape),
            ("h", UnreadableSpan::Shape),
            ("48", UnreadableSpan::Shape),
            ("-1h", UnreadableSpan::Shape),
            ("+1h", UnreadableSpan::Shape),
            ("1.5h", UnreadableSpan::Shape),
            ("1hh", UnreadableSpan::Shape),
            ("两天", UnreadableSpan::Shape),
            ("0h", UnreadableSpan::Length),
            ("367d", UnreadableSpan::Length),
            ("99999999999999999999d", UnreadableSpan::Length),
            ("0 workdays", UnreadableSpan::Length),
            ("251 workdays", UnreadableSpan::Length),
        ] {
            assert_eq!(text.parse::<Span>(), Err(reason), "{text}");
        }
        for text in ["0%", "100%", "%", "x%"] {
            assert_eq!(text.parse::<Lead>(), Err(UnreadableSpan::Shape), "{text}");
        }
    }

    #[test]
    fn a_part_of_the_time_is_counted_as_the_whole_is() {
        let always = Calendar::always();
        let from = Timestamp(0);

        let half = Lead::Percent(50).after(from, Span::Elapsed(Duration::from_secs(7200)), &always);
        let beyond = Lead::Span(Span::Elapsed(Duration::from_secs(9000)));

        assert_eq!(half, Timestamp(3_600_000));
        let late = Span::Elapsed(Duration::from_secs(7200));
        assert_eq!(
            beyond.after(from, late, &always),
            Timestamp(7_200_000),
            "never after the deadline"
        );
    }

    #[test]
    fn lateness_is_said_in_its_two_largest_units() {
        for (seconds, said) in [
            (59, "不到 1 分"),
            (5 * 60, "5 分"),
            (3 * 3600, "3 小时"),
            (3 * 3600 + 5 * 60 + 7, "3 小时 5 分"),
            (86_400 + 59 * 60, "1 天"),
            (2 * 86_400 + 3 * 3600 + 60, "2 天 3 小时"),
        ] {
            assert_eq!(Spoken(Duration::from_secs(seconds)).to_string(), said);
        }
    }
}
