//! `[alerts]`: by which ways a director is told, in which order, and how often.

use std::str::FromStr;
use std::time::Duration;

use super::dingtalk::DingtalkSettings;
use super::{QuietHours, Section};

/// `[alerts]`.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    /// Tried one after the other until one takes the alert.
    pub channels: Vec<AlertChannel>,
    /// What comes for one person within this time comes as one message.
    pub digest: Duration,
    /// When only what is at once is told; people may have their own.
    pub quiet_hours: Option<QuietHours>,
    /// The most interruptions of a person a day; people may have their own.
    pub most_a_day: Option<i64>,
}

/// A way to tell a director something on DingTalk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertChannel {
    /// One-to-one from the app's robot.
    Robot,
    /// The custom robot of a group.
    Group,
    /// A work notification of the app.
    WorkNotification,
}

impl AlertChannel {
    /// The word that the configuration and the ledger use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Robot => "robot",
            Self::Group => "group",
            Self::WorkNotification => "work",
        }
    }
}

impl FromStr for AlertChannel {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "robot" => Ok(Self::Robot),
            "group" => Ok(Self::Group),
            "work" => Ok(Self::WorkNotification),
            _ => Err(()),
        }
    }
}

impl AlertSettings {
    pub(super) fn read(root: &Section<'_>, dingtalk: Option<&DingtalkSettings>) -> Self {
        let has_group = dingtalk.is_some_and(|dingtalk| !dingtalk.robots.is_empty());
        let mut default = vec![AlertChannel::Robot, AlertChannel::WorkNotification];
        if has_group {
            default.push(AlertChannel::Group);
        }
        let Some(section) = root.section("alerts") else {
            return Self::telling_by(default);
        };
        let expected =
            "robot (one-to-one), group (a [[dingtalk.robot]]) or work (work notification)";
        let channels = section.parsed_list::<AlertChannel>("channels", expected);
        let digest = section.integer("digest_seconds", 0..=3600);
        let quiet_hours = section.text("quiet_hours");
        let most_a_day = section.integer("most_a_day", 1..=1000);
        section.finish();
        for channel in &channels {
            if channel.value == AlertChannel::Group && !has_group {
                section.refuse(
                    channel,
                    "group, but no [[dingtalk.robot]]",
                    "a [[dingtalk.robot]], or no group",
                );
            }
        }
        let mut settings = Self::telling_by(default);
        if !channels.is_empty() {
            settings.channels = channels.into_iter().map(|found| found.value).collect();
        }
        if let Some(digest) = digest {
            settings.digest = Duration::from_secs(digest.value.unsigned_abs());
        }
        if let Some(hours) = quiet_hours {
            match QuietHours::or_none(&hours.value) {
                Ok(read) => settings.quiet_hours = read,
                Err(_) => section.refuse(
                    &hours,
                    format!("{:?}", hours.value),
                    "hours such as \"20:00-08:00\", or \"none\"",
                ),
            }
        }
        settings.most_a_day = most_a_day.map(|found| found.value);
        settings
    }

    /// These ways, and everything else as it is when nothing is said.
    fn telling_by(channels: Vec<AlertChannel>) -> Self {
        Self {
            channels,
            digest: Duration::from_secs(60),
            quiet_hours: "20:00-08:00".parse().ok(),
            most_a_day: None,
        }
    }
}
