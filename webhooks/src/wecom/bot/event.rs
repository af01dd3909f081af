//! What happens around a bot (101027).

use super::{number, text};
use crate::hidden::Hidden;
use crate::wecom::callback::CardClick;
use serde_json::Value;
use std::fmt;

/// Something that happened around a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BotEvent {
    /// Somebody opened the chat with the bot, for the first time that day.
    EnterChat,
    /// A press on a card of the bot; its `response_code` is always empty. The
    /// platform tells of it once only.
    TemplateCard(CardClick),
    /// What somebody thinks of a reply. Nothing may be answered.
    Feedback(Feedback),
    /// A type that this version does not know.
    Other {
        /// Its name; empty when there is none.
        eventtype: String,
    },
}

/// What somebody thinks of a reply of the bot.
#[derive(Clone, PartialEq, Eq)]
pub struct Feedback {
    /// The reply's `feedback.id`.
    pub id: String,
    /// 1 accurate, 2 inaccurate, 3 taken back.
    pub kind: i64,
    /// What they wrote.
    pub content: String,
    /// Numbers of the reasons they chose.
    pub reasons: Vec<i64>,
}

impl BotEvent {
    pub(super) fn read(event: &Value) -> BotEvent {
        match event["eventtype"].as_str().unwrap_or_default() {
            "enter_chat" => BotEvent::EnterChat,
            "template_card_event" => BotEvent::TemplateCard(click(&event["template_card_event"])),
            "feedback_event" => BotEvent::Feedback(Feedback::read(&event["feedback_event"])),
            other => BotEvent::Other {
                eventtype: other.to_owned(),
            },
        }
    }

    /// The platform's word for it.
    pub fn name(&self) -> &str {
        match self {
            BotEvent::EnterChat => "enter_chat",
            BotEvent::TemplateCard(_) => "template_card_event",
            BotEvent::Feedback(_) => "feedback_event",
            BotEvent::Other { eventtype } => eventtype,
        }
    }
}

impl Feedback {
    fn read(feedback: &Value) -> Feedback {
        let reasons = feedback["inaccurate_reason_list"].as_array();
        Feedback {
            id: text(&feedback["id"]),
            kind: number(&feedback["type"]),
            content: text(&feedback["content"]),
            reasons: reasons.into_iter().flatten().map(number).collect(),
        }
    }
}

/// The page's table and its examples spell the names differently.
fn click(event: &Value) -> CardClick {
    let either = |one: &str, other: &str| match text(&event[one]) {
        found if found.is_empty() => text(&event[other]),
        found => found,
    };
    let items = event["selected_items"]["selected_item"].as_array();
    let selected = items.into_iter().flatten().map(|item| {
        let key = match text(&item["question_key"]) {
            key if key.is_empty() => text(&item["questionkey"]),
            key => key,
        };
        let ids = [&item["option_ids"], &item["optionids"]];
        let ids = ids.into_iter().find(|ids| !ids.is_null());
        let ids = ids.map(|ids| match &ids["option_id"] {
            Value::Null => &ids["optionid"],
            found => found,
        });
        let ids = ids.and_then(Value::as_array).into_iter().flatten();
        (key, ids.map(text).collect())
    });
    CardClick {
        event_key: either("event_key", "eventkey"),
        task_id: either("task_id", "taskid"),
        card_type: either("card_type", "cardtype"),
        response_code: String::new(),
        selected: selected.collect(),
    }
}

impl fmt::Debug for Feedback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feedback")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("content", &Hidden(&self.content))
            .finish_non_exhaustive()
    }
}
