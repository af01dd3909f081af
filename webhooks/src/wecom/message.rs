//! Sending to members and updating cards (90236, 94888).

use super::card::TemplateCard;
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

/// What is said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "WireBody", into = "WireBody")]
pub enum Body {
    /// Plain text with `<a href>` links.
    Text {
        /// At most 2048 bytes, cut beyond.
        content: String,
    },
    /// Markdown: headings, bold, links, inline code, quotes, three colours.
    Markdown {
        /// At most 2048 bytes.
        content: String,
    },
    /// A title, a text and a link.
    TextCard(TextCard),
    /// A template card.
    TemplateCard(Box<TemplateCard>),
}

/// A title, a text and a link.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextCard {
    /// At most 128 characters.
    pub title: String,
    /// At most 512 characters, with `<div class="gray|normal|highlight">`.
    pub description: String,
    /// At most 2048 bytes, with scheme.
    pub url: String,
    /// At most 4 characters, 详情 unless told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub btntxt: String,
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

/// The body of `message/update_template_card`: `button` or `template_card`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateCardRequest {
    /// Up to 1000 userids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userids: Vec<String>,
    /// Up to 100 departments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partyids: Vec<i64>,
    /// Up to 100 tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tagids: Vec<i64>,
    /// Whether to update it for everybody who got it.
    #[serde(with = "zero_one", skip_serializing_if = "zero_one::is_false")]
    pub atall: bool,
    /// The app that sent it.
    pub agentid: i64,
    /// From the send answer or a click; each works once.
    pub response_code: String,
    /// Greys the buttons and writes this on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<ReplaceButton>,
    /// The whole new card, of any type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_card: Option<TemplateCard>,
}

/// Greys a card's buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceButton {
    /// What is written on them.
    pub replace_name: String,
}

/// What `message/update_template_card` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateCardResponse {
    /// 0, or see [`errcode`](super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// Userids whose card stays as it was. A list here, unlike in the answer
    /// to sending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invaliduser: Vec<String>,
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

impl TextCard {
    fn check(&self, check: &mut Check) {
        check.required("textcard.title", &self.title);
        check.chars("textcard.title", &self.title, 128);
        check.required("textcard.description", &self.description);
        check.chars("textcard.description", &self.description, 512);
        check.key("textcard.url", &self.url, 2048);
        check.range("textcard.url", self.url.contains("://"), "with a scheme");
        check.chars("textcard.btntxt", &self.btntxt, 4);
    }
}

impl SendResponse {
    /// Everybody who got nothing, in lower case.
    pub fn unreached_users(&self) -> impl Iterator<Item = &str> {
        [&self.invaliduser, &self.unlicenseduser]
            .into_iter()
            .flat_map(|users| users.split('|'))
            .filter(|user| !user.is_empty())
    }
}

impl UpdateCardRequest {
    /// Checks every hard limit of 94888.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.count("userids", self.userids.len(), 0, 1000);
        check.count("partyids", self.partyids.len(), 0, 100);
        check.count("tagids", self.tagids.len(), 0, 100);
        let receivers = self.userids.len() + self.partyids.len() + self.tagids.len();
        let has_receiver = self.atall || receivers > 0;
        check.range("userids", has_receiver, "given, unless another receiver is");
        check.required("response_code", &self.response_code);
        let is_one_of_two = self.button.is_some() != self.template_card.is_some();
        check.range(
            "template_card",
            is_one_of_two,
            "given if and only if button is not",
        );
        if let Some(button) = &self.button {
            check.required("button.replace_name", &button.replace_name);
        }
        if let Some(card) = &self.template_card {
            card.check_update_into(&mut check);
        }
        check.finish()
    }
}

/// The longest beginning of `text` that has at most `max` bytes and ends
/// between characters.
pub fn truncate_bytes(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// [`Body`] as it lies in the JSON: a `msgtype`, and an object named after it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "snake_case")]
enum WireBody {
    Text {
        text: Content,
    },
    Markdown {
        markdown: Content,
    },
    #[serde(rename = "textcard")]
    TextCard {
        textcard: TextCard,
    },
    TemplateCard {
        template_card: Box<TemplateCard>,
    },
}

#[derive(Serialize, Deserialize)]
struct Content {
    content: String,
}

impl From<WireBody> for Body {
    fn from(wire: WireBody) -> Self {
        match wire {
            WireBody::Text { text } => Body::Text {
                content: text.content,
            },
            WireBody::Markdown { markdown } => Body::Markdown {
                content: markdown.content,
            },
            WireBody::TextCard { textcard } => Body::TextCard(textcard),
            WireBody::TemplateCard { template_card } => Body::TemplateCard(template_card),
        }
    }
}

impl From<Body> for WireBody {
    fn from(body: Body) -> Self {
        match body {
            Body::Text { content } => WireBody::Text {
                text: Content { content },
            },
            Body::Markdown { content } => WireBody::Markdown {
                markdown: Content { content },
            },
            Body::TextCard(textcard) => WireBody::TextCard { textcard },
            Body::TemplateCard(template_card) => WireBody::TemplateCard { template_card },
        }
    }
}

impl Body {
    /// The platform's `msgtype`.
    pub fn msgtype(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Markdown { .. } => "markdown",
            Self::TextCard(_) => "textcard",
            Self::TemplateCard(_) => "template_card",
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TemplateCard(card) => card.fmt(f),
            _ => write!(f, "Body({})", self.msgtype()),
        }
    }
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

impl fmt::Debug for UpdateCardRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateCardRequest")
            .field("agentid", &self.agentid)
            .field("userids", &self.userids)
            .field("template_card", &self.template_card)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TextCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextCard")
    }
}
