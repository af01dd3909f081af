//! Work notifications (`topapi/message/corpconversation/asyncsend_v2`).
//!
//! Success means accepted. The same content to the same person is delivered
//! once a day and dropped in silence after that: put a changing part into the
//! text.

use super::number;
use crate::problem::{Check, Problem};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The body of `asyncsend_v2`. `Debug` shows ids and the type only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsyncSendRequest {
    /// The app that speaks.
    pub agent_id: i64,
    /// Up to 100 userids, 5 with a status bar; joined by commas on the wire.
    #[serde(default, with = "comma", skip_serializing_if = "Vec::is_empty")]
    pub userid_list: Vec<String>,
    /// Up to 20 departments; joined by commas on the wire.
    #[serde(default, with = "comma", skip_serializing_if = "Vec::is_empty")]
    pub dept_id_list: Vec<String>,
    /// Everybody; 3 times a day at most.
    #[serde(default)]
    pub to_all_user: bool,
    /// What it says, at most 2048 bytes of JSON.
    pub msg: Notification,
}

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

/// What `asyncsend_v2` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsyncSendResponse {
    /// 0, or see [`errcode`](super::errcode).
    #[serde(deserialize_with = "number::deserialize")]
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// For asking what became of it, within 24 hours; 0 when refused.
    #[serde(deserialize_with = "number::deserialize")]
    pub task_id: i64,
    /// For the platform's support.
    pub request_id: String,
}

impl AsyncSendRequest {
    /// To these people.
    pub fn new(agent_id: i64, userid_list: Vec<String>, msg: Notification) -> Self {
        Self {
            agent_id,
            userid_list,
            dept_id_list: Vec::new(),
            to_all_user: false,
            msg,
        }
    }

    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        let has_status = matches!(&self.msg, Notification::Oa { oa } if oa.status_bar.is_some());
        let (users, departments) = (self.userid_list.len(), self.dept_id_list.len());
        check.count("userid_list", users, 0, if has_status { 5 } else { 100 });
        check.count(
            "dept_id_list",
            departments,
            0,
            if has_status { 0 } else { 20 },
        );
        let has_receiver = self.to_all_user || users + departments > 0;
        check.range(
            "userid_list",
            has_receiver,
            "given, unless another receiver is",
        );
        let json = serde_json::to_string(&self.msg).unwrap_or_default();
        check.bytes("msg", &json, MAX_MSG_BYTES);
        self.msg.check(&mut check);
        check.finish()
    }
}

/// The most bytes of `msg`.
pub const MAX_MSG_BYTES: usize = 2048;

impl Notification {
    fn check(&self, check: &mut Check) {
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

/// A list in one string.
mod comma {
    use super::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        list: &[String],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&list.join(","))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<String>, D::Error> {
        let joined = String::deserialize(deserializer)?;
        let items = joined.split(',').filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }
}

impl fmt::Debug for AsyncSendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSendRequest")
            .field("agent_id", &self.agent_id)
            .field("userid_list", &self.userid_list)
            .field("msg", &self.msg)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({})", self.msgtype())
    }
}
