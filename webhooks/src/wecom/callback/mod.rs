//! What a decrypted callback says (90239 messages, 90240 events, 92130
//! customer events).
//!
//! Elements may come as CDATA or plain, in any order, with unknown ones among
//! them; of a repeated scalar the first counts. What the platform adds next
//! year becomes [`Kind::Other`] or [`Event::Other`] and is no error.

mod approval;
mod card_click;
mod contact;
mod customer;
mod event;
mod key;
mod kind;
mod menu;
mod read_event;

pub use approval::{OwnApprovalChange, SystemApprovalChange};
pub use card_click::CardClick;
pub use contact::ContactChange;
pub use customer::{ChatChange, ChatUpdate, CustomerChange, CustomerChangeKind, TagChange};
pub use event::Event;
pub use key::MessageKey;
pub use kind::Kind;
pub use menu::{BatchJob, PictureSource, Pictures, PlacePicked, Scan};

use crate::xml::{Document, Limits, Node, XmlError};
use std::fmt;

/// A message or event as the platform delivered it. `Debug` shows ids only.
#[derive(Clone, PartialEq)]
pub struct Callback {
    /// The CorpID.
    pub to_corp: String,
    /// The member's userid, `sys` for what the platform itself reports, empty
    /// for 微信客服.
    pub from: String,
    /// Seconds since 1970.
    pub create_time: i64,
    /// The app it was sent to; absent for contacts, customers and 微信客服.
    pub agent_id: Option<i64>,
    /// Only messages have one, and not every platform guarantees it: see
    /// [`message_key`](Self::message_key).
    pub msg_id: Option<u64>,
    /// What was said or happened.
    pub kind: Kind,
    key: MessageKey,
}

/// Why a decrypted text is no [`Callback`]. It was authentic, so retrying it
/// changes nothing: set it aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not XML that we accept.
    #[error("the message is not acceptable XML")]
    Xml(#[from] XmlError),
    /// An element that every callback of its kind has is absent or empty.
    #[error("element {0} is missing")]
    Missing(&'static str),
    /// An element that should be a number is none, or out of range.
    #[error("element {0} is not a number in its range")]
    Number(&'static str),
}

impl Callback {
    /// Reads the XML text that [`Crypto::open`](super::Crypto::open) gave.
    ///
    /// # Errors
    /// XML outside the limits, or without `ToUserName`, `CreateTime` or
    /// `MsgType`, or with a coordinate that is none.
    pub fn parse(xml: &str) -> Result<Callback, ParseError> {
        let document = Document::parse(xml, Limits::MESSAGE)?;
        let root = document.root();
        let to_corp = required(root, "ToUserName")?.to_owned();
        let create_time = required(root, "CreateTime")?
            .parse()
            .map_err(|_| ParseError::Number("CreateTime"))?;
        let kind = Kind::read(root)?;
        let from = root.word("FromUserName").to_owned();
        let agent_id = root.word("AgentID").parse().ok();
        // 0 is no id: two messages that carry it are not the same one.
        let msg_id = root.word("MsgId").parse().ok().filter(|id| *id != 0);
        let key = match msg_id {
            Some(msg_id) => MessageKey::of_message(agent_id, msg_id, &from),
            None => MessageKey::of_event(create_time, &from, kind.name(), root),
        };
        Ok(Callback {
            to_corp,
            from,
            create_time,
            agent_id,
            msg_id,
            kind,
            key,
        })
    }

    /// The identity under which this is stored once, however often it is
    /// delivered.
    ///
    /// Messages go by app, `MsgId` and sender. Events have no id, and the
    /// platform's own advice of sender and second (90238) merges two customers
    /// added, or two buttons pressed, in one second; so they go by time,
    /// sender, event and a hash of every element that they carry.
    pub fn message_key(&self) -> MessageKey {
        self.key.clone()
    }
}

fn required<'d>(root: Node<'d, '_>, name: &'static str) -> Result<&'d str, ParseError> {
    match root.word(name) {
        "" => Err(ParseError::Missing(name)),
        word => Ok(word),
    }
}

/// A coordinate of at most `limit` degrees either way.
fn degrees(node: Node<'_, '_>, name: &'static str, limit: f64) -> Result<f64, ParseError> {
    let value: f64 = node
        .word(name)
        .parse()
        .map_err(|_| ParseError::Number(name))?;
    if value.abs() <= limit {
        Ok(value)
    } else {
        Err(ParseError::Number(name))
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("key", &self.key)
            .field("agent_id", &self.agent_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
