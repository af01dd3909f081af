//! The platform's message templates.

use crate::problem::Check;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// What the robot says, by the platform's templates.
#[derive(Clone, PartialEq, Eq)]
pub enum Template {
    /// `sampleText`.
    Text {
        /// The words.
        content: String,
    },
    /// `sampleMarkdown`.
    Markdown {
        /// Shown in the list of chats.
        title: String,
        /// The markdown.
        text: String,
    },
    /// `sampleActionCard` with one button, `sampleActionCard2` to `5` with
    /// more, one below the other.
    ActionCard {
        /// Shown in the list of chats and on the card.
        title: String,
        /// The markdown.
        text: String,
        /// 1 to 5 buttons.
        buttons: Vec<Button>,
    },
    /// `sampleActionCard6`: two buttons side by side.
    ActionCardTwoColumns {
        /// Shown in the list of chats and on the card.
        title: String,
        /// The markdown.
        text: String,
        /// Left and right.
        buttons: [Button; 2],
    },
}

/// A button that opens an address.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

impl Template {
    pub(super) fn msg_key(&self) -> String {
        match self {
            Self::Text { .. } => "sampleText".to_owned(),
            Self::Markdown { .. } => "sampleMarkdown".to_owned(),
            Self::ActionCard { buttons, .. } => match buttons.len() {
                0 | 1 => "sampleActionCard".to_owned(),
                // Beyond 5 there is no such template, and `check` says so.
                count => format!("sampleActionCard{count}"),
            },
            Self::ActionCardTwoColumns { .. } => "sampleActionCard6".to_owned(),
        }
    }

    pub(super) fn params(&self) -> Map<String, Value> {
        let mut params = Map::new();
        let mut put = |name: String, value: &String| params.insert(name, value.clone().into());
        match self {
            Self::Text { content } => {
                put("content".into(), content);
            }
            Self::Markdown { title, text } => {
                put("title".into(), title);
                put("text".into(), text);
            }
            Self::ActionCard {
                title,
                text,
                buttons,
            } => {
                put("title".into(), title);
                put("text".into(), text);
                if let [button] = buttons.as_slice() {
                    put("singleTitle".into(), &button.title);
                    put("singleURL".into(), &button.url);
                } else {
                    for (number, button) in (1..).zip(buttons) {
                        put(format!("actionTitle{number}"), &button.title);
                        put(format!("actionURL{number}"), &button.url);
                    }
                }
            }
            Self::ActionCardTwoColumns {
                title,
                text,
                buttons,
            } => {
                put("title".into(), title);
                put("text".into(), text);
                for (number, button) in (1..).zip(buttons) {
                    put(format!("buttonTitle{number}"), &button.title);
                    put(format!("buttonUrl{number}"), &button.url);
                }
            }
        }
        params
    }

    pub(super) fn read(msg_key: &str, msg_param: &str) -> Option<Template> {
        let params: Map<String, Value> = serde_json::from_str(msg_param).ok()?;
        let get = |name: &str| Some(params.get(name)?.as_str()?.to_owned());
        let button = |title: String, url: String| {
            Some(Button {
                title: get(&title)?,
                url: get(&url)?,
            })
        };
        let action = |number| button(format!("actionTitle{number}"), format!("actionURL{number}"));
        let column = |number| button(format!("buttonTitle{number}"), format!("buttonUrl{number}"));
        Some(match msg_key {
            "sampleText" => Self::Text {
                content: get("content")?,
            },
            "sampleMarkdown" => Self::Markdown {
                title: get("title")?,
                text: get("text")?,
            },
            "sampleActionCard" => Self::ActionCard {
                title: get("title")?,
                text: get("text")?,
                buttons: vec![button("singleTitle".into(), "singleURL".into())?],
            },
            "sampleActionCard6" => Self::ActionCardTwoColumns {
                title: get("title")?,
                text: get("text")?,
                buttons: [column(1)?, column(2)?],
            },
            _ => {
                let count = msg_key.strip_prefix("sampleActionCard")?.parse().ok()?;
                if !(2..=5).contains(&count) {
                    return None;
                }
                Self::ActionCard {
                    title: get("title")?,
                    text: get("text")?,
                    buttons: (1..=count).map(action).collect::<Option<_>>()?,
                }
            }
        })
    }

    pub(super) fn check(&self, check: &mut Check) {
        match self {
            Self::Text { content } => check.required("msgParam.content", content),
            Self::Markdown { title, text } => {
                check.required("msgParam.title", title);
                check.required("msgParam.text", text);
            }
            Self::ActionCard {
                title,
                text,
                buttons,
            } => check_card(check, title, text, buttons),
            Self::ActionCardTwoColumns {
                title,
                text,
                buttons,
            } => check_card(check, title, text, buttons),
        }
    }
}

fn check_card(check: &mut Check, title: &str, text: &str, buttons: &[Button]) {
    check.required("msgParam.title", title);
    check.required("msgParam.text", text);
    check.count("msgParam.buttons", buttons.len(), 1, 5);
    for (index, button) in buttons.iter().enumerate() {
        check.required(&format!("msgParam.buttons[{index}].title"), &button.title);
        check.required(&format!("msgParam.buttons[{index}].url"), &button.url);
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({})", self.msg_key())
    }
}

impl fmt::Debug for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Button")
    }
}
