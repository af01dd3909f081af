//! Messages of the chat archive (会话内容存档, 91774): what `GetChatData` lists, sealed, and what each
//! says once it is opened.
//!
//! Whatever a message holds, it is read: kinds that this version doesn't know are
//! [`ArchiveKind::Other`], fields that are missing are empty.

mod attachment;
mod code;
mod consent;
mod kind;
mod read;
mod sealed;
mod words;

pub use attachment::{Attachment, AttachmentKind};
pub use code::LibraryCode;
pub use consent::{
    AgreeResponse, Agreement, MemberAndContact, RoomAgreeRequest, SingleAgreeRequest,
};
pub use kind::{ArchiveKind, Notice, RecordItem};
pub use sealed::{ChatData, SealedMessage};
pub use words::Words;

use std::fmt;

use serde_json::Value;

/// One opened message. `Debug` shows its id and kind only.
#[derive(Clone, PartialEq)]
pub struct ArchiveMessage {
    /// Unique; ends with `_external` when somebody outside the company takes part.
    pub msgid: String,
    /// Sent, recalled, or no message at all.
    pub action: Action,
    /// Who sent it: a userid, `wo…` or `wm…` of somebody outside, `wb…` of a robot.
    pub from: String,
    /// Who got it.
    pub to: Vec<String>,
    /// The group; `None` in a chat of two.
    pub room: Option<String>,
    /// Milliseconds since 1970; 0 if the platform sent none.
    pub sent_ms: i64,
    /// What it holds.
    pub kind: ArchiveKind,
    /// The message as it came.
    pub raw: Value,
}

/// What the platform tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A message was sent.
    Send,
    /// A message was taken back.
    Recall,
    /// A member switched to another company; there is no message.
    Switch,
    /// A word that this version does not know.
    Other,
}

/// On which side somebody stands, by the shape of their id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A member of the company.
    Member,
    /// Somebody outside: `wm…` uses WeChat, `wo…` WeCom.
    Outside,
    /// A robot.
    Robot,
}

impl Side {
    /// By the id's first letters. A member may have a userid that looks like an id from outside
    /// (`wong.li`); whoever knows the members has to ask them first.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id.get(..2) {
            Some("wm" | "wo") => Self::Outside,
            Some("wb") => Self::Robot,
            _ => Self::Member,
        }
    }
}

impl ArchiveMessage {
    /// Reads an opened message. Never fails: what is not understood is [`ArchiveKind::Other`].
    #[must_use]
    pub fn from_raw(raw: Value) -> Self {
        let text = |name: &str| read::text(&raw[name]);
        let action = match raw["action"].as_str() {
            Some("send") => Action::Send,
            Some("recall") => Action::Recall,
            Some("switch") => Action::Switch,
            _ => Action::Other,
        };
        let time = match action {
            Action::Switch => &raw["time"],
            _ => &raw["msgtime"],
        };
        Self {
            msgid: text("msgid"),
            action,
            from: match action {
                Action::Switch => text("user"),
                _ => text("from"),
            },
            to: read::texts(&raw["tolist"]),
            room: Some(text("roomid")).filter(|room| !room.is_empty()),
            sent_ms: read::number(time),
            kind: ArchiveKind::read(&raw),
            raw,
        }
    }

    /// What a reader sees of it, and which part of that the sender said in their own words.
    #[must_use]
    pub fn words(&self) -> Words {
        words::of(&self.kind)
    }

    /// Pictures, voice, videos and files in it, those inside a mixed message or a forwarded record
    /// included.
    #[must_use]
    pub fn attachments(&self) -> Vec<Attachment> {
        attachment::of(&self.kind)
    }

    /// Everybody who takes part, the sender first, each once.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        let from = Some(self.from.as_str()).filter(|from| !from.is_empty());
        let others = self.to.iter().map(String::as_str);
        from.into_iter()
            .chain(others.filter(move |other| *other != self.from && !other.is_empty()))
    }
}

impl fmt::Debug for ArchiveMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveMessage")
            .field("msgid", &self.msgid)
            .field("action", &self.action)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
