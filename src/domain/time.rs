//! Moments and days. Moments are UTC milliseconds; days are those of China (+08:00, no summer time).

use super::stored_number;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, TimeZone, Timelike, Utc};
use serde::{Deserialize, Serialize};

const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From the seconds that WeCom uses in callbacks and in `kf/sync_msg`.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment plus a duration.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(stored_number(duration.as_millis())))
    }

    /// This moment minus a duration.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(stored_number(duration.as_millis())))
    }

    /// How long after `earlier` this is; zero when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day in China.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self
            .0
            .saturating_add(i64::from(CHINA_OFFSET_SECONDS) * 1000)
            .div_euclid(DAY_MS))
    }

    /// RFC 3339 with China's offset and milliseconds: `2026-11-23T09:30:00.000+08:00`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.in_china()
            .to_rfc3339_opts(SecondsFormat::Millis, false)
    }

    /// For people: `11月23日 09:30`.
    #[must_use]
    pub fn for_people(self) -> String {
        let at = self.in_china();
        let (month, day) = (at.month(), at.day());
        format!("{month}月{day}日 {:02}:{:02}", at.hour(), at.minute())
    }

    /// For people where the day is plain: `09:30`.
    #[must_use]
    pub fn clock_face(self) -> String {
        let at = self.in_china();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// Parses RFC 3339, or `None`.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|moment| Self(moment.timestamp_millis()))
    }

    fn in_china(self) -> DateTime<FixedOffset> {
        let offset =
            FixedOffset::east_opt(CHINA_OFFSET_SECONDS).expect("eight hours is a valid offset");
        Utc.timestamp_millis_opt(self.0)
            .single()
            .unwrap_or_default()
            .with_timezone(&offset)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.rfc3339())
    }
}

/// A calendar day in China, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i64);

impl Day {
    /// The day's first moment.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0 * DAY_MS - CHINA_OFFSET_SECONDS as i64 * 1000)
    }

    /// This day moved by `days`.
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// The Monday of this day's week.
    #[must_use]
    pub fn week_start(self) -> Self {
        self.plus(-i64::from(self.date().weekday().num_days_from_monday()))
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.plus(-i64::from(self.date().day0()))
    }

    /// The first day of a year; `None` when the year is too far away for dates.
    #[must_use]
    pub fn new_year(year: i32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, 1, 1).map(Self::of)
    }

    /// The year it lies in. Further away than dates go (some 260,000 years) it is the last one.
    #[must_use]
    pub fn year(self) -> i32 {
        self.date().year()
    }

    fn of(date: NaiveDate) -> Self {
        Self(date.signed_duration_since(NaiveDate::default()).num_days())
    }

    fn date(self) -> NaiveDate {
        chrono::TimeDelta::try_days(self.0)
            .and_then(|days| NaiveDate::default().checked_add_signed(days))
            .unwrap_or(if self.0 < 0 {
                NaiveDate::MIN
            } else {
                NaiveDate::MAX
            })
    }
}

/// A text that is no date such as `2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no date such as 2026-11-23")]
pub struct NoDate;

impl FromStr for Day {
    type Err = NoDate;

    /// `2026-11-23`, with two digits for month and day and four for the year.
    fn from_str(text: &str) -> Result<Self, NoDate> {
        let is_whole = text.len() == "2026-11-23".len();
        match text.parse() {
            Ok(date) if is_whole => Ok(Self::of(date)),
            _ => Err(NoDate),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.date())
    }
}

/// The day of that date, `2026-11-27`.
#[cfg(test)]
pub(crate) fn day(date: &str) -> Day {
    date.parse().expect("a date")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let just_before = Timestamp::parse_rfc3339("2026-11-23T23:59:59.999+08:00").expect("valid");
        let midnight = Timestamp(just_before.0 + 1);

        assert_eq!(just_before.day().to_string(), "2026-11-23");
        assert_eq!(midnight.day().to_string(), "2026-11-24");
        assert_eq!(midnight.day().start(), midnight);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let wednesday = Timestamp::parse_rfc3339("2026-11-25T12:00:00+08:00")
            .expect("valid")
            .day();

        assert_eq!(wednesday.week_start().to_string(), "2026-11-23");
        assert_eq!(wednesday.month_start().to_string(), "2026-11-01");
    }

    #[test]
    fn times_are_shown_with_their_offset() {
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T08:00:00.000+08:00");
        assert_eq!(Timestamp(0).for_people(), "1月1日 08:00");
    }
    #[test]
    fn a_day_is_read_as_it_is_written() {
        for date in ["2026-11-23", "2024-02-29", "1969-12-31"] {
            let day: Day = date.parse().expect("a date");
            assert_eq!(day.to_string(), date);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-001",
            "23.11.2026",
            "+2026-1-1",
            "",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn years_begin_on_the_first_of_january_and_end_somewhere() {
        let eve: Day = "2026-12-31".parse().expect("a date");

        assert_eq!(eve.year(), 2026);
        assert_eq!(Day::new_year(2027), Some(eve.plus(1)));
        assert!(Day(i64::MAX).year() > 9999 && Day(i64::MIN).year() < 0);
    }

    #[test]
    fn a_leap_second_is_the_one_after_it() {
        assert_eq!(
            Timestamp::parse_rfc3339("2016-12-31T23:59:60Z"),
            Timestamp::parse_rfc3339("2017-01-01T00:00:00Z"),
        );
    }
}
