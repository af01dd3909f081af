//! What a work notification says.

use crate::problem::Check;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a work notification says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "snake_case")]
pub enum Notification {
    /// Plain text.
    Text {
        /// The text.
        text: Text,
    },
    /// Markdown.
    Markdown {
        /// The markdown.
        markdown: Markdown,
    },
    /// Markdown with one or more buttons.
    ActionCard {
        /// The card.
        action_card: ActionCard,
    },
    /// A form with a coloured head and a status.
    Oa {
        /// The form.
        oa: Box<Oa>,
    },
}

/// Plain text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Text {
    /// About 500 characters at most.
    pub content: String,
}

/// Markdown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Markdown {
    /// Shown in the list of chats.
    pub title: String,
    /// At most 5,000 characters.
    pub text: String,
}

/// Markdown with one button for the whole card, or with several.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionCard {
    /// Shown in the list of chats.
    pub title: String,
    /// About 1,000 characters at most.
    pub markdown: String,
    /// At most 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_title: Option<String>,
    /// At most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_url: Option<String>,
    /// `"0"` one below the other, `"1"` side by side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub btn_orientation: Option<String>,
    /// Instead of the single one; at most 1,000 characters of JSON.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub btn_json_list: Vec<Button>,
}

/// A button that opens an address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Button {
    /// At most 20 characters.
    pub title: String,
    /// At most 700 characters.
    pub action_url: String,
}

/// A form with a coloured head and a status.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Oa {
    /// Where a tap leads.
    pub message_url: String,
    /// Where a click leads on a desktop.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pc_message_url: String,
    /// The coloured line on top.
    pub head: Head,
    /// The status, changeable for 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_bar: Option<StatusBar>,
    /// The form.
    pub body: OaBody,
}

/// The coloured line on top of a form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// 8 hex digits, alpha first, without `0x`.
    pub bgcolor: String,
    /// Replaced by the app's name.
    pub text: String,
}

/// The status of a form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusBar {
    /// What it says.
    pub status_value: String,
    /// `0xFF` and 6 hex digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_bg: String,
}

/// The lines of a form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OaBody {
    /// At most 50 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Six are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormLine>,
    /// Three lines are shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Who sent it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
}

/// A line of a form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormLine {
    /// What it is.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Notification {
    pub(super) fn check(&self, check: &mut Check) {
        match self {
            Self::Text { text } => check.required("msg.text.content", &text.content),
            Self::Markdown { markdown } => {
                check.required("msg.markdown.title", &markdown.title);
                check.required("msg.markdown.text", &markdown.text);
                check.chars("msg.markdown.text", &markdown.text, 5000);
            }
            Self::ActionCard { action_card } => action_card.check(check),
            Self::Oa { oa } => {
                check.required("msg.oa.message_url", &oa.message_url);
                check.chars("msg.oa.body.title", &oa.body.title, 50);
                check_color(check, "msg.oa.head.bgcolor", &oa.head.bgcolor);
                if let Some(status) = &oa.status_bar {
                    check.required("msg.oa.status_bar.status_value", &status.status_value);
                }
            }
        }
    }

    fn msgtype(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Markdown { .. } => "markdown",
            Self::ActionCard { .. } => "action_card",
            Self::Oa { .. } => "oa",
        }
    }
}

fn check_color(check: &mut Check, field: &str, color: &str) {
    let is_color = color.len() == 8 && color.bytes().all(|byte| byte.is_ascii_hexdigit());
    check.range(field, is_color, "8 hex digits");
}

impl ActionCard {
    fn check(&self, check: &mut Check) {
        let path = |field: &str| format!("msg.action_card.{field}");
        check.required(&path("title"), &self.title);
        check.required(&path("markdown"), &self.markdown);
        let is_single = self.single_title.is_some() || self.single_url.is_some();
        let is_one_of_two = is_single == self.btn_json_list.is_empty();
        check.range(
            &path("single_title"),
            is_one_of_two,
            "given if and only if btn_json_list is not",
        );
        if is_single {
            let title = self.single_title.as_deref().unwrap_or("");
            let url = self.single_url.as_deref().unwrap_or("");
            check.required(&path("single_title"), title);
            check.chars(&path("single_title"), title, 20);
            check.required(&path("single_url"), url);
            check.chars(&path("single_url"), url, 500);
        }
        for (index, button) in self.btn_json_list.iter().enumerate() {
            let path = |field: &str| path(&format!("btn_json_list[{index}].{field}"));
            check.required(&path("title"), &button.title);
            check.chars(&path("title"), &button.title, 20);
            check.required(&path("action_url"), &button.action_url);
            check.chars(&path("action_url"), &button.action_url, 700);
        }
        let list = serde_json::to_string(&self.btn_json_list).unwrap_or_default();
        check.chars(&path("btn_json_list"), &list, 1000);
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({})", self.msgtype())
    }
}
