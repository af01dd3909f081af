//! One chat line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of chat it is, by the way in which it reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum ChatKind {
    /// One customer with a 微信客服 account.
    Kf,
    /// One customer with one rep, from the chat archive (会话内容存档).
    Single,
    /// A group with customers in it, from the chat archive.
    Group,
    /// A group in which an AI bot (智能机器人) listens.
    Bot,
}

impl ChatKind {
    /// Whether several of the customer's people may speak in it.
    #[must_use]
    pub const fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::Bot)
    }
}

/// Who said it. Only a customer's words are signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Speaker {
    /// The customer's contact.
    Customer,
    /// Our rep.
    Rep,
    /// The platform itself (a session started, a message was recalled).
    System,
}

impl Speaker {
    /// The word that is stored and that the API shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Rep => "rep",
            Self::System => "system",
        }
    }
}

impl FromStr for Speaker {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "customer" => Ok(Self::Customer),
            "rep" => Ok(Self::Rep),
            "system" => Ok(Self::System),
            other => Err(format!(
                "{other:?} is no speaker; expected customer, rep or system"
            )),
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The platform's word for the kind of a message (`text`, `voice`, …).
/// Kept as it came, so a kind the platform adds next year breaks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageKind(String);

impl MessageKind {
    /// Takes the platform's word; an empty one becomes `unknown`.
    #[must_use]
    pub fn new(word: &str) -> Self {
        Self(if word.is_empty() { "unknown" } else { word }.to_owned())
    }

    /// The platform's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
