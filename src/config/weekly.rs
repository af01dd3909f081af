//! `[weekly]`: when the week's objections are told, and to whom beside the directors.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use super::Section;
use super::dingtalk::DingtalkSettings;
use crate::domain::{Day, PersonId, Timestamp};

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const A_TIME: &str = "a weekday and a time such as \"周一 09:00\", or \"none\"";

/// `[weekly]`.
#[derive(Debug, Clone, Default)]
pub struct WeeklySettings {
    /// When; `None` when it is off.
    pub at: Option<WeeklyTime>,
    /// The product team: these people hear of the whole company.
    pub people: BTreeSet<PersonId>,
    /// The product team's groups: names of `[[dingtalk.robot]]`.
    pub robots: BTreeSet<String>,
}

/// A moment of each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeeklyTime {
    /// Days after Monday.
    weekday: i64,
    /// After midnight.
    time: Duration,
}

/// No `周一 09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no weekday and time such as 周一 09:00")]
pub struct NoWeeklyTime;

impl WeeklyTime {
    /// The last such moment that is not after `now`.
    #[must_use]
    pub fn last(self, now: Timestamp) -> Timestamp {
        let of_week = |monday: Day| monday.plus(self.weekday).start().plus(self.time);
        let monday = now.day().week_start();
        let this = of_week(monday);
        if this <= now {
            this
        } else {
            of_week(monday.plus(-7))
        }
    }
}

impl FromStr for WeeklyTime {
    type Err = NoWeeklyTime;

    fn from_str(text: &str) -> Result<Self, NoWeeklyTime> {
        let (day, time) = text.trim().split_once(' ').ok_or(NoWeeklyTime)?;
        let weekday = WEEKDAYS.iter().position(|weekday| *weekday == day);
        let weekday = weekday.ok_or(NoWeeklyTime)?;
        let (hour, minute) = time.trim().split_once(':').ok_or(NoWeeklyTime)?;
        let number = |text: &str, below: u64| {
            let number: u64 = text.parse().ok()?;
            (text.len() <= 2 && number < below).then_some(number)
        };
        let hour = number(hour, 24).ok_or(NoWeeklyTime)?;
        let minute = number(minute, 60).ok_or(NoWeeklyTime)?;
        Ok(Self {
            weekday: i64::try_from(weekday).map_err(|_| NoWeeklyTime)?,
            time: Duration::from_secs((hour * 60 + minute) * 60),
        })
    }
}

impl WeeklySettings {
    pub(super) fn read(root: &Section<'_>, dingtalk: Option<&DingtalkSettings>) -> Self {
        let mut settings = Self {
            at: "周一 09:00".parse().ok(),
            ..Self::default()
        };
        let Some(section) = root.section("weekly") else {
            return settings;
        };
        let at = section.text("at");
        let people = section.parsed_list::<PersonId>("people", "ids of people");
        let robots = section.texts("robots");
        section.finish();
        if let Some(at) = at {
            match (at.value.trim(), at.value.parse()) {
                ("none", _) => settings.at = None,
                (_, Ok(read)) => settings.at = Some(read),
                (_, Err(NoWeeklyTime)) => section.refuse(&at, format!("{:?}", at.value), A_TIME),
            }
        }
        let known = |name: &str| {
            let mut robots = dingtalk.iter().flat_map(|dingtalk| &dingtalk.robots);
            robots.any(|robot| robot.name == name)
        };
        for robot in robots {
            if known(&robot.value) {
                settings.robots.insert(robot.value);
            } else {
                let found = format!("{:?}, but no such [[dingtalk.robot]]", robot.value);
                section.refuse(&robot, found, "the name of a [[dingtalk.robot]]");
            }
        }
        settings.people = people.into_iter().map(|found| found.value).collect();
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(&format!("2026-11-{text}:00+08:00")).expect("a moment")
    }

    #[test]
    fn the_last_moment_is_of_this_week_or_of_the_one_before() {
        let monday: WeeklyTime = "周一 09:00".parse().expect("a time");
        let sunday: WeeklyTime = "周日 18:30".parse().expect("a time");

        assert_eq!(monday.last(at("23T09:00")), at("23T09:00"));
        assert_eq!(monday.last(at("23T08:59")), at("16T09:00"));
        assert_eq!(monday.last(at("29T23:00")), at("23T09:00"));
        assert_eq!(sunday.last(at("25T12:00")), at("22T18:30"));
    }

    #[test]
    fn other_texts_are_no_time() {
        for text in [
            "",
            "周一",
            "09:00",
            "星期一 09:00",
            "周一 24:00",
            "周一 9",
            "周一 09:60",
            "周八 09:00",
        ] {
            assert_eq!(text.parse::<WeeklyTime>(), Err(NoWeeklyTime), "{text}");
        }
    }
}
