//! How long something may take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::domain::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const LONGEST_DAYS: u64 = 366;

/// A length of elapsed time, from one minute to a leap year: `30m`, `48h`, `2d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(Duration);

impl Span {
    /// The moment at which the span that began at `from` is over.
    #[must_use]
    pub fn after(self, from: Timestamp) -> Timestamp {
        from.plus(self.0)
    }
}

/// Why a text is no span; the message says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableSpan {
    /// Not a number with a unit.
    #[error("a time such as \"30m\" (minutes), \"48h\" (hours) or \"2d\" (days)")]
    Shape,
    /// Counted in working time.
    #[error("elapsed time such as \"48h\" or \"2d\"; working time can't be counted yet")]
    WorkingTime,
    /// Zero, or longer than a year.
    #[error("at least one minute and at most 366 days")]
    Length,
}

impl FromStr for Span {
    type Err = UnreadableSpan;

    fn from_str(text: &str) -> Result<Self, UnreadableSpan> {
        let text = text.trim();
        if text.contains("work") || text.contains("工作") {
            return Err(UnreadableSpan::WorkingTime);
        }
        let unit = text.chars().next_back().ok_or(UnreadableSpan::Shape)?;
        let seconds = match unit {
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            _ => return Err(UnreadableSpan::Shape),
        };
        let count = &text[..text.len() - unit.len_utf8()];
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(UnreadableSpan::Shape);
        }
        count
            .parse::<u64>()
            .ok()
            .and_then(|count| count.checked_mul(seconds))
            .filter(|seconds| (MINUTE..=LONGEST_DAYS * DAY).contains(seconds))
            .map(|seconds| Self(Duration::from_secs(seconds)))
            .ok_or(UnreadableSpan::Length)
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
        let hour = Timestamp(3_600_000);

        assert_eq!(
            "60m".parse::<Span>().map(|s| s.after(Timestamp(0))),
            Ok(hour)
        );
        assert_eq!(
            "1h".parse::<Span>().map(|s| s.after(Timestamp(0))),
            Ok(hour)
        );
        assert_eq!(" 2d ".parse::<Span>(), "48h".parse());
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
            ("5 workdays", UnreadableSpan::WorkingTime),
            ("5个工作日", UnreadableSpan::WorkingTime),
        ] {
            assert_eq!(text.parse::<Span>(), Err(reason), "{text}");
        }
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
