//! What an AI bot (智能机器人) is told (100719, 101027, 101138, 101463).
//!
//! In a group a bot hears only what mentions it, with the mention in front of
//! the words. Whoever is quoted isn't named. Messages and events alike carry a
//! `msgid`; what this version does not know is kept as [`BotKind::Other`].

mod event;
mod kind;

pub use event::{BotEvent, Feedback};
pub use kind::{BotKind, Part};

use super::callback::MessageKey;
use crate::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// A message to a bot, or an event about it. `Debug` shows ids only.
#[derive(Clone, PartialEq)]
pub struct BotMessage {
    /// Unique; empty only if the platform sent none.
    pub msgid: String,
    /// The bot, by the platform's id.
    pub aibotid: String,
    /// The group; none in a chat of two.
    pub chat_id: Option<String>,
    /// Who wrote: a member's userid, or an encrypted id where the bot's creator
    /// may not read those (101521); somebody outside by their external_userid.
    pub from: String,
    /// Seconds since 1970; 0 where the platform sent none, as with messages.
    pub create_time: i64,
    /// What was written or happened.
    pub kind: BotKind,
    /// What the message quotes.
    pub quote: Option<BotKind>,
    /// The whole as it came.
    pub raw: Value,
}

/// The plaintext is no JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoObject;

impl fmt::Display for NoObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no JSON object")
    }
}

impl std::error::Error for NoObject {}

impl BotMessage {
    /// Reads a decrypted callback.
    ///
    /// # Errors
    /// [`NoObject`] when it is no JSON object. Whatever an object holds is read.
    pub fn parse(plaintext: &str) -> Result<BotMessage, NoObject> {
        let raw: Value = serde_json::from_str(plaintext).map_err(|_| NoObject)?;
        if !raw.is_object() {
            return Err(NoObject);
        }
        let quote = &raw["quote"];
        Ok(BotMessage {
            msgid: text(&raw["msgid"]),
            aibotid: text(&raw["aibotid"]),
            chat_id: Some(text(&raw["chatid"])).filter(|id| !id.is_empty()),
            from: text(&raw["from"]["userid"]),
            create_time: number(&raw["create_time"]),
            kind: BotKind::read(&raw),
            quote: quote.is_object().then(|| BotKind::read(quote)),
            raw,
        })
    }

    /// The identity under which this is stored once: its msgid, or a hash of
    /// the whole when it has none.
    pub fn message_key(&self) -> MessageKey {
        MessageKey::new(match self.msgid.as_str() {
            "" => {
                let hash = Sha256::digest(self.raw.to_string());
                format!("hash:{}", hex::lower_string(&hash[..16]))
            }
            msgid => format!("msg:{msgid}"),
        })
    }

    /// The speaker's own words, without the mention of the bot that a group
    /// needs. `title` is the bot's name; without one a first word that begins
    /// with `@` is taken for the mention.
    pub fn own_words(&self, title: &str) -> String {
        let words = self.kind.words();
        match self.chat_id {
            Some(_) => without_mention(&words, title).to_owned(),
            None => words.trim().to_owned(),
        }
    }
}

fn without_mention<'a>(words: &'a str, title: &str) -> &'a str {
    let words = words.trim();
    let after_at = |text: &'a str| text.strip_prefix('@');
    if title.is_empty() {
        let Some(rest) = after_at(words) else {
            return words;
        };
        // The client puts a space of one kind or another behind a mention.
        return rest
            .split_once(char::is_whitespace)
            .map_or("", |(_, own)| own.trim_start());
    }
    let front = after_at(words).and_then(|rest| rest.strip_prefix(title));
    let words = match front {
        Some(own) if own.is_empty() || own.starts_with(char::is_whitespace) => own.trim_start(),
        _ => words,
    };
    let back = words.strip_suffix(title);
    let back = back.and_then(|own| own.strip_suffix('@'));
    back.map_or(words, str::trim_end)
}

impl fmt::Debug for BotMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotMessage")
            .field("msgid", &self.msgid)
            .field("aibotid", &self.aibotid)
            .field("chat_id", &self.chat_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Empty when absent or no text.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A number, or a number spelled as text; else 0.
fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or(0)
}
