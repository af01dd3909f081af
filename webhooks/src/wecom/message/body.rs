//! What an app says.

use crate::problem::Check;
use crate::wecom::card::TemplateCard;
use serde::{Deserialize, Serialize};
use std::fmt;

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

impl TextCard {
    pub(super) fn check(&self, check: &mut Check) {
        check.required("textcard.title", &self.title);
        check.chars("textcard.title", &self.title, 128);
        check.required("textcard.description", &self.description);
        check.chars("textcard.description", &self.description, 512);
        check.key("textcard.url", &self.url, 2048);
        check.range("textcard.url", self.url.contains("://"), "with a scheme");
        check.chars("textcard.btntxt", &self.btntxt, 4);
    }
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

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TemplateCard(card) => card.fmt(f),
            _ => write!(f, "Body({})", self.msgtype()),
        }
    }
}

impl fmt::Debug for TextCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextCard")
    }
}
