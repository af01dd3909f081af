//! What people say of signals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CorrectionKind {
    /// 误报: the line doesn't mean what was heard.
    FalseAlarm,
    /// 漏报: the line means what nobody heard.
    Missed,
}

impl CorrectionKind {
    /// The word that is stored and that the API shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FalseAlarm => "false_alarm",
            Self::Missed => "missed",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::FalseAlarm => "误报",
            Self::Missed => "漏报",
        }
    }
}

impl FromStr for CorrectionKind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "false_alarm" => Ok(Self::FalseAlarm),
            "missed" => Ok(Self::Missed),
            other => Err(format!(
                "{other:?} is no kind of correction; expected false_alarm or missed"
            )),
        }
    }
}

impl fmt::Display for CorrectionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Where a correction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CorrectionState {
    /// A rep said it of their own chat; whoever answers for them decides.
    Pending,
    /// It holds.
    Confirmed,
    /// It was decided that the signal was right as it stood.
    Refused,
    /// It held until somebody said the opposite.
    Replaced,
}

impl CorrectionState {
    /// The word that is stored and that the API shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
        }
    }
}

impl FromStr for CorrectionState {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "pending" => Ok(Self::Pending),
            "confirmed" => Ok(Self::Confirmed),
            "refused" => Ok(Self::Refused),
            "replaced" => Ok(Self::Replaced),
            other => Err(format!(
                "{other:?} is no state of a correction; expected pending, confirmed, refused or replaced"
            )),
        }
    }
}

impl fmt::Display for CorrectionState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
