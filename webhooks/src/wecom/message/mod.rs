//! Sending to members and updating cards (90236, 94888).

mod body;
mod update;

pub use body::{Body, TextCard};
pub use update::{ReplaceButton, UpdateCardRequest, UpdateCardResponse};

use crate::problem::{Check, Problem};
use crate::zero_one;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The body of `message/send`. `Debug` shows ids and the type only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SendRequest {
    /// Up to 1000 userids joined by `|`, or `@all`.
    pub touser: String,
    /// The app that speaks.
    pub agentid: i64,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// Whether an identical request within the interval is dropped. It goes by
    /// content and is no idempotency key.
    #[serde(default, with = "zero_one", skip_serializing_if = "zero_one::is_false")]
    pub enable_duplicate_check: bool,
    /// Seconds, 1800 unless told, at most 14400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_check_interval: Option<u32>,
}

/// What `message/send` answers.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendResponse {
    /// 0, or see [`errcode`](super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// Userids that got nothing, joined by `|` and in lower case. With errcode
    /// 0 the others got it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub invaliduser: String,
    /// Departments that got nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub invalidparty: String,
    /// Tags that got nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub invalidtag: String,
    /// Userids that are visible and have no licence for the API.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unlicenseduser: String,
    /// For recalling it within 24 hours.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub msgid: String,
    /// Updates the card once, within 72 hours; only for cards with callbacks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub response_code: String,
}

impl SendRequest {
    /// To these members, without duplicate check.
    pub fn new<U: AsRef<str>>(agentid: i64, users: &[U], body: Body) -> Self {
        let users: Vec<&str> = users.iter().map(AsRef::as_ref).collect();
        Self {
            touser: users.join("|"),
            agentid,
            body,
            enable_duplicate_check: false,
            duplicate_check_interval: None,
        }
    }

    /// Checks every hard limit of 90236.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.required("touser", &self.touser);
        check.count("touser", self.touser.split('|').count(), 1, 1000);
        let interval = self.duplicate_check_interval.unwrap_or(0);
        check.range(
            "duplicate_check_interval",
            interval <= 14400,
            "at most 14400",
        );
        match &self.body {
            Body::Text { content } => check.key("text.content", content, MAX_TEXT_BYTES),
            Body::Markdown { content } => check.key("markdown.content", content, MAX_TEXT_BYTES),
            Body::TextCard(card) => card.check(&mut check),
            Body::TemplateCard(card) => card.check_into(&mut check),
        }
        check.finish()
    }
}

/// The most bytes of a text or markdown message.
pub const MAX_TEXT_BYTES: usize = 2048;

impl SendResponse {
    /// Everybody who got nothing, in lower case.
    pub fn unreached_users(&self) -> impl Iterator<Item = &str> {
        [&self.invaliduser, &self.unlicenseduser]
            .into_iter()
            .flat_map(|users| users.split('|'))
            .filter(|user| !user.is_empty())
    }
}

/// The longest beginning of `text` that has at most `max` bytes and ends
/// between characters.
pub fn truncate_bytes(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

impl fmt::Debug for SendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("touser", &self.touser)
            .field("agentid", &self.agentid)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SendResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendResponse")
            .field("errcode", &self.errcode)
            .field("invaliduser", &self.invaliduser)
            .field("unlicenseduser", &self.unlicenseduser)
            .field("msgid", &self.msgid)
            .finish_non_exhaustive()
    }
}
