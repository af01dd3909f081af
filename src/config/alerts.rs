//! `[alerts]`: by which ways a director is told, in which order.

use std::str::FromStr;

use super::Section;
use super::dingtalk::DingtalkSettings;

/// `[alerts]`.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    /// Tried one after the other until one takes the alert.
    pub channels: Vec<AlertChannel>,
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
            return Self { channels: default };
        };
        let expected =
            "robot (one-to-one), group (a [[dingtalk.robot]]) or work (work notification)";
        let channels = section.parsed_list::<AlertChannel>("channels", expected);
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
        if channels.is_empty() {
            return Self { channels: default };
        }
        Self {
            channels: channels.into_iter().map(|found| found.value).collect(),
        }
    }
}
