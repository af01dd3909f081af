//! The hours of a workday, in milliseconds since midnight.

use std::fmt;
use std::str::FromStr;

use crate::domain::Day;

/// China has no summer time: each day is as long.
pub(super) const DAY_MS: i64 = Day(1).start().0 - Day(0).start().0;
const MINUTE_MS: i64 = 60_000;

/// From when until when work goes on, without a break. At its end it doesn't any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// What is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoInterval {
    /// Not two times with a dash between them.
    Malformed,
    /// It ends before it begins, or at once.
    Backwards,
}

impl FromStr for Interval {
    type Err = NoInterval;

    fn from_str(text: &str) -> Result<Self, NoInterval> {
        let (start, end) = text.split_once('-').ok_or(NoInterval::Malformed)?;
        let start = time(start).ok_or(NoInterval::Malformed)?;
        let end = time(end).ok_or(NoInterval::Malformed)?;
        if end <= start {
            return Err(NoInterval::Backwards);
        }
        Ok(Self { start, end })
    }
}

/// `09:00`, up to `24:00`, which is the next day's midnight.
fn time(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let minutes = number(hour)? * 60 + number(minute).filter(|minute| *minute < 60)?;
    Some(minutes * MINUTE_MS).filter(|time| *time <= DAY_MS)
}

impl fmt::Display for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let face = |time: i64| {
            let minutes = time / MINUTE_MS;
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        };
        write!(out, "{}-{}", face(self.start), face(self.end))
    }
}

/// When work goes on on a workday. There is always some of it.
#[derive(Debug, Clone)]
pub(super) struct Hours(Vec<Interval>);

impl Hours {
    /// Of intervals from early to late that don't overlap; `None` without any.
    pub(super) fn new(intervals: Vec<Interval>) -> Option<Self> {
        (!intervals.is_empty()).then_some(Self(intervals))
    }

    pub(super) fn whole_day() -> Self {
        let (start, end) = (0, DAY_MS);
        Self(vec![Interval { start, end }])
    }

    /// How long is worked in a day.
    pub(super) fn total(&self) -> i64 {
        self.before(DAY_MS)
    }

    /// When work begins.
    pub(super) fn beginning(&self) -> i64 {
        self.0.first().map_or(0, |first| first.start)
    }

    /// How long is worked before this time of day.
    pub(super) fn before(&self, time: i64) -> i64 {
        let part = |interval: &Interval| time.min(interval.end) - time.min(interval.start);
        self.0.iter().map(part).sum()
    }

    /// This time of day if work goes on then, else the next one at which it begins.
    pub(super) fn next(&self, time: i64) -> Option<i64> {
        let interval = self.0.iter().find(|interval| time < interval.end)?;
        Some(time.max(interval.start))
    }

    /// When the work ends that goes on at this time of day; `None` when none does.
    pub(super) fn end_of(&self, time: i64) -> Option<i64> {
        let interval = self.0.iter().find(|interval| time < interval.end)?;
        (interval.start <= time).then_some(interval.end)
    }

    /// The first time of day at which so much of the day's work is done: more than none, and no
    /// more than [`Hours::total`].
    pub(super) fn worked(&self, mut millis: i64) -> i64 {
        let mut end = 0;
        for interval in &self.0 {
            end = interval.end;
            let length = interval.end - interval.start;
            if millis <= length {
                return interval.start + millis;
            }
            millis -= length;
        }
        end
    }
}
