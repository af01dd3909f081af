//! Messages of the app's robot to single people
//! (`/v1.0/robot/oToMessages/batchSend`).

use crate::problem::{Check, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// The body of `batchSend`. `Debug` shows ids only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchSendRequest {
    /// For an app's own robot its appKey.
    pub robot_code: String,
    /// 1 to 20 userids.
    pub user_ids: Vec<String>,
    /// Which template.
    pub msg_key: String,
    /// The template's values: JSON in a string, at most 15,000 bytes.
    pub msg_param: String,
}

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

/// What `batchSend` answers. HTTP 200 says nothing about the two lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BatchSendResponse {
    /// For recalling it and for its read state, within 24 hours.
    pub process_query_key: String,
    /// Userids that do not exist: they got nothing.
    pub invalid_staff_id_list: Vec<String>,
    /// Userids to try again later: they got nothing.
    pub flow_controlled_staff_id_list: Vec<String>,
}

impl BatchSendRequest {
    /// Says `template` to these people.
    pub fn new(robot_code: impl Into<String>, user_ids: Vec<String>, template: &Template) -> Self {
        Self {
            robot_code: robot_code.into(),
            user_ids,
            msg_key: template.msg_key(),
            msg_param: Value::Object(template.params()).to_string(),
        }
    }

    /// What it says; `None` for a template this version does not build, or
    /// when its values are not as the template has them.
    pub fn template(&self) -> Option<Template> {
        Template::read(&self.msg_key, &self.msg_param)
    }

    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.required("robotCode", &self.robot_code);
        check.count("userIds", self.user_ids.len(), 1, 20);
        check.required("msgKey", &self.msg_key);
        check.key("msgParam", &self.msg_param, MAX_PARAM_BYTES);
        match self.template() {
            Some(template) => template.check(&mut check),
            None => check.range("msgParam", false, "the values of a known template"),
        }
        check.finish()
    }
}

const MAX_PARAM_BYTES: usize = 15_000;

impl Template {
    fn msg_key(&self) -> String {
        match self {
            Self::Text { .. } => "sampleText".to_owned(),
            Self::Markdown { .. } => "sampleMarkdown".to_owned(),
            Self::ActionCard { buttons, .. } => match buttons.len() {
                0 | 1 => "sampleActionCard".to_owned(),
                count => format!("sampleActionCard{}", count.min(5)),
            },
            Self::ActionCardTwoColumns { .. } => "sampleActionCard6".to_owned(),
        }
    }

    fn params(&self) -> Map<String, Value> {
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

    fn read(msg_key: &str, msg_param: &str) -> Option<Template> {
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

    fn check(&self, check: &mut Check) {
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

impl fmt::Debug for BatchSendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchSendRequest")
            .field("robot_code", &self.robot_code)
            .field("user_ids", &self.user_ids)
            .field("msg_key", &self.msg_key)
            .finish_non_exhaustive()
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
