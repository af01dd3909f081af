//! What the ledger holds.

use serde_json::Value;

use super::{Endpoint, Refusal};
use crate::domain::Timestamp;

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place, from 1.
    pub number: u64,
    /// When, by the sandbox's clock.
    pub at: Timestamp,
    /// What.
    pub record: Record,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A call to an API, whatever came of it. Follows the messages that it caused.
    Call(Call),
    /// A WeCom message to one receiver.
    Wecom(WecomMessage),
    /// A change of one receiver's card.
    CardUpdate(CardUpdate),
    /// A DingTalk message to one receiver or group.
    Dingtalk(DingtalkMessage),
    /// A rep's message to the app.
    Said(Said),
    /// One attempt to tell the service something.
    Callback(CallbackAttempt),
}

/// A call to an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which one.
    pub endpoint: Endpoint,
    /// Why it was not carried out, if it was not. A cut connection has no refusal.
    pub refusal: Option<Refusal>,
    /// The fault that was in store for it, in words for a failing test.
    pub fault: Option<String>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On the receiver's phone.
    Delivered,
    /// The call was answered as if all were well, and nothing was delivered.
    Dropped(&'static str),
    /// A repeat that the platform recognised: answered as if all were well, shown once.
    Duplicate,
    /// The call failed, and the caller knows.
    Refused(Refusal),
}

/// A WeCom message to one receiver.
#[derive(Debug, Clone, PartialEq)]
pub struct WecomMessage {
    /// Userid as the company writes it; the raw `touser` of a refused call.
    pub to: String,
    /// The sending app's `agentid`; 0 where a refused call names none.
    pub agent_id: i64,
    /// `msgtype`.
    pub msgtype: String,
    /// The object named after the type: `{"content": …}`, or the card.
    pub content: Value,
    /// For recall; none where nothing was accepted.
    pub msgid: Option<String>,
    /// The card's, for one update within 72 hours.
    pub response_code: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A change of one receiver's card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardUpdate {
    /// Userid as the company writes it; empty for a refused call.
    pub to: String,
    /// Which card; empty for a refused call.
    pub task_id: String,
    /// `{"replace_name": …}` or the whole new card.
    pub content: Value,
    /// What became of it.
    pub outcome: Outcome,
}

/// Where a DingTalk message shows up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// One-to-one, from the app's robot.
    Robot,
    /// 工作通知.
    WorkNotice,
    /// A group, from a custom robot.
    Group,
}

impl Channel {
    /// The word that the phones use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Robot => "robot",
            Self::WorkNotice => "work_notice",
            Self::Group => "group",
        }
    }
}

/// A DingTalk message to one receiver or group.
#[derive(Debug, Clone, PartialEq)]
pub struct DingtalkMessage {
    /// Where it shows up.
    pub channel: Channel,
    /// Userid, or the name of the group's robot.
    pub to: String,
    /// `msgtype` or `msgKey`.
    pub msgtype: String,
    /// The object named after the type; the parsed `msgParam` of the app's robot.
    pub content: Value,
    /// `task_id` or `processQueryKey`; `msgUuid` in groups. None where the call gives none.
    pub key: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A rep's message to the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Userid.
    pub from: String,
    /// The whole message.
    pub text: String,
}

/// One attempt to tell the service something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackAttempt {
    /// The same for all attempts and repeats of one callback.
    pub callback: u64,
    /// WeCom's app that it is for; none: it is from DingTalk.
    pub app: Option<String>,
    /// `text`, `template_card_event`, `kf_msg_or_event` …
    pub kind: &'static str,
    /// 1 to 4; 0 when it was never posted.
    pub attempt: u8,
    /// What the service made of it.
    pub answer: CallbackAnswer,
}

/// What the service made of a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackAnswer {
    /// HTTP 200 within five seconds, with this body.
    Acknowledged(String),
    /// Another status.
    Status(u16),
    /// No answer within five seconds, or no connection.
    NoAnswer,
    /// The platform lost it.
    NeverPosted,
}
