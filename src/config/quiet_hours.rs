//! The hours in which only what can't wait is told.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::domain::Timestamp;

const MINUTES_OF_A_DAY: u32 = 24 * 60;

/// From one time of day to another, over midnight when the second is the earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: u32,
    to: u32,
}

/// No `20:00-08:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no hours such as 20:00-08:00")]
pub struct NoQuietHours;

impl QuietHours {
    /// `none` for no quiet hours, else as [`QuietHours::from_str`].
    ///
    /// # Errors
    /// [`NoQuietHours`].
    pub fn or_none(text: &str) -> Result<Option<Self>, NoQuietHours> {
        match text.trim() {
            "none" => Ok(None),
            hours => hours.parse().map(Some),
        }
    }

    /// When the quiet hours are over in which this moment lies; `None` when it lies in none.
    #[must_use]
    pub fn end_after(self, at: Timestamp) -> Option<Timestamp> {
        let midnight = at.day().start();
        let minute = u32::try_from(at.since(midnight).as_secs() / 60).unwrap_or(0);
        let is_quiet = if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        let is_before_midnight = self.to <= self.from && minute >= self.from;
        let day = if is_before_midnight {
            at.day().plus(1).start()
        } else {
            midnight
        };
        is_quiet.then(|| day.plus(Duration::from_secs(u64::from(self.to) * 60)))
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let face = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(out, "{}-{}", face(self.from), face(self.to))
    }
}

impl FromStr for QuietHours {
    type Err = NoQuietHours;

    fn from_str(text: &str) -> Result<Self, NoQuietHours> {
        let (from, to) = text.split_once('-').ok_or(NoQuietHours)?;
        let hours = Self {
            from: minute_of_day(from)?,
            to: minute_of_day(to)?,
        };
        if hours.from == hours.to {
            return Err(NoQuietHours);
        }
        Ok(hours)
    }
}

fn minute_of_day(text: &str) -> Result<u32, NoQuietHours> {
    let (hour, minute) = text.trim().split_once(':').ok_or(NoQuietHours)?;
    let number = |text: &str| match text.len() {
        1 | 2 => text.parse::<u32>().map_err(|_| NoQuietHours),
        _ => Err(NoQuietHours),
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let of_day = hour * 60 + minute;
    if minute > 59 || of_day >= MINUTES_OF_A_DAY {
        return Err(NoQuietHours);
    }
    Ok(of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(&format!("2026-11-{text}:00+08:00")).expect("a moment")
    }

    #[test]
    fn quiet_hours_end_in_the_morning_whichever_side_of_midnight_it_is() {
        let night: QuietHours = "20:00-08:00".parse().expect("hours");
        let noon: QuietHours = "12:00-13:30".parse().expect("hours");

        assert_eq!(night.end_after(at("23T19:59")), None);
        assert_eq!(night.end_after(at("23T20:00")), Some(at("24T08:00")));
        assert_eq!(night.end_after(at("24T07:59")), Some(at("24T08:00")));
        assert_eq!(night.end_after(at("24T08:00")), None);
        assert_eq!(noon.end_after(at("24T12:30")), Some(at("24T13:30")));
        assert_eq!(noon.end_after(at("24T13:30")), None);
    }

    #[test]
    fn other_texts_are_no_hours() {
        for text in [
            "",
            "20:00",
            "20:00-20:00",
            "24:00-08:00",
            "8-20",
            "20:60-08:00",
            "a:b-c:d",
        ] {
            assert_eq!(text.parse::<QuietHours>(), Err(NoQuietHours), "{text}");
        }
        assert_eq!(QuietHours::or_none("none"), Ok(None));
    }
}
