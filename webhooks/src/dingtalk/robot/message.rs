//! What a group robot says.

use super::wire::WireBody;
use crate::problem::{Check, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The body of `robot/send`. `Debug` shows the type only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotMessage {
    /// What it says.
    #[serde(flatten)]
    pub body: RobotBody,
    /// Whom it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// Idempotency key: a repeat with the same one is not posted twice.
    #[serde(rename = "msgUuid", default, skip_serializing_if = "Option::is_none")]
    pub msg_uuid: Option<String>,
}

/// What a group robot says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WireBody", into = "WireBody")]
pub enum RobotBody {
    /// Plain text.
    Text {
        /// The words.
        content: String,
    },
    /// Markdown without tables, code and HTML.
    Markdown {
        /// Shown in the list of chats only.
        title: String,
        /// The markdown; over 3,000 characters phones may not show it.
        text: String,
    },
    /// Markdown with buttons.
    ActionCard(ActionCard),
}

/// Markdown with buttons.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ActionCard {
    /// Shown in the list of chats.
    pub title: String,
    /// The markdown.
    pub text: String,
    /// The one button of a card that leads to one place as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_title: Option<String>,
    /// Where that leads. With both, `btns` is ignored.
    #[serde(rename = "singleURL", skip_serializing_if = "Option::is_none")]
    pub single_url: Option<String>,
    /// Buttons that lead to different places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub btns: Vec<Button>,
    /// `"0"` one below the other, `"1"` side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub btn_orientation: Option<String>,
}

/// A button that opens an address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Button {
    /// What it says.
    pub title: String,
    /// Where it leads.
    #[serde(rename = "actionURL")]
    pub action_url: String,
}

/// Whom a message calls: 50 people at most. The text must name them too, as
/// `@13…` or `@userid`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct At {
    /// By mobile number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_mobiles: Vec<String>,
    /// By userid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_user_ids: Vec<String>,
    /// Everybody.
    pub is_at_all: bool,
}

impl RobotMessage {
    /// Says it to the group without calling anybody.
    pub fn new(body: RobotBody) -> Self {
        Self {
            body,
            at: None,
            msg_uuid: None,
        }
    }

    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        match &self.body {
            RobotBody::Text { content } => check.required("text.content", content),
            RobotBody::Markdown { title, text } => {
                check.required("markdown.title", title);
                check.required("markdown.text", text);
            }
            RobotBody::ActionCard(card) => card.check(&mut check),
        }
        if let Some(at) = &self.at {
            let people = at.at_mobiles.len() + at.at_user_ids.len();
            check.count("at", people, 0, 50);
        }
        let json = serde_json::to_string(self).unwrap_or_default();
        check.bytes("", &json, MAX_REQUEST_BYTES);
        check.finish()
    }
}

/// Above it, `460101`.
const MAX_REQUEST_BYTES: usize = 20_000;

impl ActionCard {
    /// A card that leads to one place as a whole.
    pub fn whole(title: String, text: String, button: Button) -> Self {
        Self {
            title,
            text,
            single_title: Some(button.title),
            single_url: Some(button.action_url),
            ..Self::default()
        }
    }

    /// A card whose buttons lead to different places, one below the other.
    pub fn separate(title: String, text: String, btns: Vec<Button>) -> Self {
        Self {
            title,
            text,
            btns,
            btn_orientation: Some("0".to_owned()),
            ..Self::default()
        }
    }

    fn check(&self, check: &mut Check) {
        check.required("actionCard.title", &self.title);
        check.required("actionCard.text", &self.text);
        match (&self.single_title, &self.single_url) {
            (Some(title), Some(url)) => {
                check.required("actionCard.singleTitle", title);
                check.required("actionCard.singleURL", url);
            }
            (None, None) => {
                let is_given = !self.btns.is_empty();
                check.range("actionCard.btns", is_given, "given, or singleTitle is");
            }
            _ => check.range("actionCard.singleURL", false, "given with singleTitle"),
        }
        for (index, button) in self.btns.iter().enumerate() {
            let path = |field| format!("actionCard.btns[{index}].{field}");
            check.required(&path("title"), &button.title);
            check.required(&path("actionURL"), &button.action_url);
        }
        let orientation = self.btn_orientation.as_deref().unwrap_or("0");
        let is_known = matches!(orientation, "0" | "1");
        check.range("actionCard.btnOrientation", is_known, "\"0\" or \"1\"");
    }
}

impl fmt::Debug for RobotMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RobotMessage")
            .field("body", &self.body)
            .field("msg_uuid", &self.msg_uuid)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RobotBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Text { .. } => "text",
            Self::Markdown { .. } => "markdown",
            Self::ActionCard(_) => "actionCard",
        };
        write!(f, "RobotBody({name})")
    }
}

macro_rules! named_only {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

// They hold message words, people's numbers and links.
named_only!(ActionCard, Button, At);
