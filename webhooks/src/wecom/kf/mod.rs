//! Messages of 微信客服, the desk where customers write from WeChat
//! (`kf/sync_msg`, 94670).
//!
//! A callback only says that there is something; the words are fetched. Ask
//! again while `has_more`, even when the list is empty, and keep
//! `next_cursor` per account: an item that this version does not understand
//! is passed by for good, so every item keeps its raw JSON.

mod event;
mod kind;

pub use event::KfEvent;
pub use kind::KfKind;

use super::callback::MessageKey;
use crate::hex;
use crate::zero_one;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// Asks for messages of one account.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncMsgRequest {
    /// `next_cursor` of the last answer; empty for the first time, which
    /// starts three days back. At most 64 bytes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cursor: String,
    /// From the callback, valid 10 minutes; without one the rate limit is
    /// strict. At most 128 bytes.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// At most 1000, which is also the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Voice notes as 0 AMR (the default) or 1 SILK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_format: Option<u8>,
    /// The account. Required.
    pub open_kfid: String,
}

/// What `kf/sync_msg` answers.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncMsgResponse {
    /// 0, or see [`errcode`](super::errcode).
    pub errcode: i64,
    /// For people; its wording changes.
    pub errmsg: String,
    /// For the next request.
    pub next_cursor: String,
    /// Whether to ask again at once, even if this list is empty.
    #[serde(with = "zero_one")]
    pub has_more: bool,
    /// Oldest first. Messages sent by `kf/send_msg` are not among them.
    pub msg_list: Vec<KfMessage>,
}

/// One message or event of 微信客服. `Debug` shows ids only.
#[derive(Clone, PartialEq)]
pub struct KfMessage {
    /// Unique; empty only if the platform sent none.
    pub msgid: String,
    /// The account, for events taken from inside the event.
    pub open_kfid: Option<String>,
    /// The customer, for events taken from inside the event.
    pub external_userid: Option<String>,
    /// Seconds since 1970; 0 if the platform sent none.
    pub send_time: i64,
    /// Who wrote.
    pub origin: Origin,
    /// The member who wrote, when one did.
    pub servicer_userid: Option<String>,
    /// What was written or happened.
    pub kind: KfKind,
    /// The item as it came.
    pub raw: Value,
}

/// Who wrote a 微信客服 message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The customer (3).
    Customer,
    /// The system (4): events.
    System,
    /// A member, in the WeCom client (5).
    Servicer,
    /// A number that this version does not know; 0 when absent.
    Other(i64),
}

impl KfMessage {
    /// Reads one item. Never fails: what is not understood is
    /// [`KfKind::Other`].
    pub fn from_raw(raw: Value) -> KfMessage {
        let event = &raw["event"];
        let either = |name: &str| optional(&raw[name]).or_else(|| optional(&event[name]));
        KfMessage {
            msgid: text(&raw["msgid"]),
            open_kfid: either("open_kfid"),
            external_userid: either("external_userid"),
            send_time: number(&raw["send_time"]),
            origin: match number(&raw["origin"]) {
                3 => Origin::Customer,
                4 => Origin::System,
                5 => Origin::Servicer,
                other => Origin::Other(other),
            },
            servicer_userid: optional(&raw["servicer_userid"]),
            kind: KfKind::read(&raw),
            raw,
        }
    }

    /// The identity under which this is stored once: its msgid, or a hash of
    /// the item when it has none.
    pub fn message_key(&self) -> MessageKey {
        MessageKey::new(match self.msgid.as_str() {
            "" => {
                let hash = Sha256::digest(self.raw.to_string());
                format!("kf:hash:{}", hex::lower_string(&hash[..16]))
            }
            msgid => format!("kf:msg:{msgid}"),
        })
    }
}

impl<'de> Deserialize<'de> for KfMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(KfMessage::from_raw)
    }
}

impl Serialize for KfMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl fmt::Debug for KfMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KfMessage")
            .field("msgid", &self.msgid)
            .field("open_kfid", &self.open_kfid)
            .field("send_time", &self.send_time)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SyncMsgRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncMsgRequest")
            .field("cursor", &self.cursor)
            .field("open_kfid", &self.open_kfid)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SyncMsgResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncMsgResponse")
            .field("errcode", &self.errcode)
            .field("next_cursor", &self.next_cursor)
            .field("has_more", &self.has_more)
            .field("msg_list", &self.msg_list)
            .finish_non_exhaustive()
    }
}

/// Empty when absent or no text.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn optional(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A number, or a number spelled as text; else 0.
fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or(0)
}
