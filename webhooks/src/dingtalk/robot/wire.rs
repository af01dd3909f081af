//! A robot's message as it lies in the JSON.

use super::{ActionCard, RobotBody};
use serde::{Deserialize, Serialize};

/// [`RobotBody`] as it lies in the JSON: a `msgtype`, and an object named
/// after it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "msgtype", rename_all = "camelCase")]
pub(super) enum WireBody {
    Text {
        text: WireText,
    },
    Markdown {
        markdown: WireMarkdown,
    },
    ActionCard {
        #[serde(rename = "actionCard")]
        action_card: ActionCard,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireText {
    content: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireMarkdown {
    title: String,
    text: String,
}

impl From<WireBody> for RobotBody {
    fn from(wire: WireBody) -> Self {
        match wire {
            WireBody::Text { text } => Self::Text {
                content: text.content,
            },
            WireBody::Markdown { markdown } => Self::Markdown {
                title: markdown.title,
                text: markdown.text,
            },
            WireBody::ActionCard { action_card } => Self::ActionCard(action_card),
        }
    }
}

impl From<RobotBody> for WireBody {
    fn from(body: RobotBody) -> Self {
        match body {
            RobotBody::Text { content } => Self::Text {
                text: WireText { content },
            },
            RobotBody::Markdown { title, text } => Self::Markdown {
                markdown: WireMarkdown { title, text },
            },
            RobotBody::ActionCard(action_card) => Self::ActionCard { action_card },
        }
    }
}
