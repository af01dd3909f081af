//! What is said, in the three forms of DingTalk. Pure.

use std::fmt;

use dingdan_webhooks::dingtalk::one_to_one::{self, BatchSendRequest, Template};
use dingdan_webhooks::dingtalk::robot::{self, At, RobotBody, RobotMessage};
use dingdan_webhooks::dingtalk::work_notification::{self, AsyncSendRequest, Notification};
use serde::Serialize;

use super::super::call::{CallError, Refusal};

/// A message with a button that opens a page.
#[derive(Clone, PartialEq, Eq)]
pub struct ActionCard {
    /// Shown in the list of chats and in the push.
    pub title: String,
    /// The text. What is longer than a channel takes is cut, and ends in an ellipsis.
    pub markdown: String,
    /// What the button says.
    pub button: String,
    /// What the button opens. Never cut: at most 500 characters for a work notification.
    pub url: String,
}

impl fmt::Debug for ActionCard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ActionCard(…)")
    }
}

/// Over this, phones may not show the whole text.
const MAX_CHARS: usize = 3_000;

pub(super) fn one_to_one(
    robot_code: &str,
    user_id: &str,
    card: &ActionCard,
) -> Result<BatchSendRequest, CallError> {
    let with_text = |text: String| {
        let template = Template::ActionCard {
            title: card.title.clone(),
            text,
            buttons: vec![one_to_one::Button {
                title: card.button.clone(),
                url: card.url.clone(),
            }],
        };
        BatchSendRequest::new(robot_code, vec![user_id.to_owned()], &template)
    };
    let request = fitted(&card.markdown, MAX_PARAM_BYTES, with_text, |request| {
        request.msg_param.len()
    });
    refuse_problems(request.check())?;
    Ok(request)
}

const MAX_PARAM_BYTES: usize = 15_000;

pub(super) fn group(
    card: &ActionCard,
    keyword: Option<&str>,
    at_user: Option<&str>,
    message_uuid: &str,
) -> Result<RobotMessage, CallError> {
    let with_text = |mut text: String| {
        // Only a person whose id stands in the text is called.
        if let Some(user) = at_user {
            append_missing(&mut text, &format!("@{user}"));
        }
        if let Some(keyword) = keyword {
            append_missing(&mut text, keyword);
        }
        let button = robot::Button {
            title: card.button.clone(),
            action_url: card.url.clone(),
        };
        let whole = robot::ActionCard::whole(card.title.clone(), text, button);
        let mut message = RobotMessage::new(RobotBody::ActionCard(whole));
        message.msg_uuid = Some(message_uuid.to_owned());
        message.at = at_user.map(|user| At {
            at_user_ids: vec![user.to_owned()],
            ..At::default()
        });
        message
    };
    let request = fitted(&card.markdown, MAX_ROBOT_BYTES, with_text, json_bytes);
    refuse_problems(request.check())?;
    Ok(request)
}

const MAX_ROBOT_BYTES: usize = 20_000;

fn append_missing(text: &mut String, what: &str) {
    if !text.contains(what) {
        text.push_str("\n\n");
        text.push_str(what);
    }
}

pub(super) fn work_notification(
    agent_id: i64,
    user_id: &str,
    card: &ActionCard,
) -> Result<AsyncSendRequest, CallError> {
    let with_text = |markdown: String| {
        AsyncSendRequest::new(
            agent_id,
            vec![user_id.to_owned()],
            notification(card, markdown),
        )
    };
    let max = work_notification::MAX_MSG_BYTES;
    let request = fitted(&card.markdown, max, with_text, |request| {
        json_bytes(&request.msg)
    });
    refuse_problems(request.check())?;
    Ok(request)
}

fn notification(card: &ActionCard, markdown: String) -> Notification {
    let action_card = work_notification::ActionCard {
        title: card.title.clone(),
        markdown,
        single_title: Some(card.button.chars().take(MAX_BUTTON_CHARS).collect()),
        single_url: Some(card.url.clone()),
        ..work_notification::ActionCard::default()
    };
    Notification::ActionCard { action_card }
}

const MAX_BUTTON_CHARS: usize = 20;

impl ActionCard {
    /// Whether phones show its whole text, whichever way it goes.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.markdown.chars().count() <= MAX_CHARS
    }

    /// Whether a work notification, which takes least, takes its whole text.
    #[must_use]
    pub fn is_whole_in_work_notification(&self) -> bool {
        let msg = notification(self, self.markdown.clone());
        self.is_whole() && json_bytes(&msg) <= work_notification::MAX_MSG_BYTES
    }
}

/// The request with the longest beginning of `text` for which its size stays within `max` bytes.
/// When even none of the text fits, the request is returned too long, for its check to refuse.
fn fitted<R>(
    text: &str,
    max: usize,
    with_text: impl Fn(String) -> R,
    bytes: impl Fn(&R) -> usize,
) -> R {
    let mut end = text
        .char_indices()
        .nth(MAX_CHARS)
        .map_or(text.len(), |(index, _)| index);
    loop {
        let request = with_text(cut(text, end));
        let excess = bytes(&request).saturating_sub(max);
        if excess == 0 || end == 0 {
            return request;
        }
        // A byte of text becomes at most six of JSON, or seven inside a string inside JSON.
        end = text.floor_char_boundary(end.saturating_sub(excess.div_ceil(7)));
    }
}

fn cut(text: &str, end: usize) -> String {
    if end == text.len() {
        return text.to_owned();
    }
    format!("{}…", text[..end].trim_end())
}

fn json_bytes(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |json| json.len())
}

/// Names the fields that break a limit, and nothing of what is in them.
fn refuse_problems<P: fmt::Display>(checked: Result<(), Vec<P>>) -> Result<(), CallError> {
    checked.map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(P::to_string).collect();
        let why = format!(
            "the message breaks DingTalk's limits: {}",
            problems.join("; ")
        );
        CallError::refused(Refusal::Other, why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(markdown: String) -> ActionCard {
        ActionCard {
            title: "节点超时".to_owned(),
            markdown,
            button: "看这一句在原始聊天里的前后文,再决定是否豁免".to_owned(),
            url: "https://d.example.com/chat/1".to_owned(),
        }
    }

    #[test]
    fn a_long_text_is_cut_to_what_each_channel_takes() {
        for text in ["超", "a", "\"", "a\n", "😀", "\u{1}"] {
            let card = card(text.repeat(20_000));

            let notice = work_notification(42, "u1", &card).expect("it fits");
            let size = json_bytes(&notice.msg);
            assert!((1_900..=2_048).contains(&size), "{text:?}: {size}");

            let one = one_to_one("dingkey", "u1", &card).expect("it fits");
            assert!(one.msg_param.len() <= 15_000, "{text:?}");

            let group = group(&card, Some("盯单"), Some("u1"), "k").expect("it fits");
            assert!(json_bytes(&group) <= 20_000, "{text:?}");
        }
    }

    #[test]
    fn a_short_text_stays_whole() {
        let notice = work_notification(42, "u1", &card("甲公司 超时".to_owned()));
        let Notification::ActionCard { action_card } = notice.expect("it fits").msg else {
            panic!("an action card");
        };
        assert_eq!(action_card.markdown, "甲公司 超时");
        assert_eq!(
            action_card.single_title.map(|title| title.chars().count()),
            Some(20)
        );
    }

    #[test]
    fn a_keyword_and_a_name_already_there_are_not_repeated() {
        let card = card("@u1 盯单:超时".to_owned());
        let message = group(&card, Some("盯单"), Some("u1"), "k").expect("it fits");
        let RobotBody::ActionCard(inner) = message.body else {
            panic!("an action card");
        };
        assert_eq!(inner.text, "@u1 盯单:超时");
    }

    #[test]
    fn what_cannot_be_cut_is_refused_without_being_shown() {
        let mut card = card("超时".to_owned());
        card.url = format!("https://secret.example.com/{}", "x".repeat(600));

        let error = work_notification(42, "u1", &card).expect_err("the address is too long");

        assert!(error.to_string().contains("single_url"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
