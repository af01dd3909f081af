//! What a message to a bot holds.

use super::{BotEvent, text};
use serde_json::Value;
use std::fmt;

/// What a message to a bot, or a quoted one, holds. `Debug` shows its type
/// only. Media are encrypted with the bot's key, and their addresses live for
/// five minutes.
#[derive(Clone, PartialEq)]
pub enum BotKind {
    /// A text; in groups with the mention of the bot in it.
    Text {
        /// The words.
        content: String,
    },
    /// A picture; only in chats of two.
    Image {
        /// Where it is.
        url: String,
    },
    /// Words and pictures.
    Mixed {
        /// In their order.
        parts: Vec<Part>,
    },
    /// A voice note, as words: its sound is not delivered.
    Voice {
        /// What was said, as the platform understood it.
        content: String,
    },
    /// A file; only in chats of two.
    File {
        /// Where it is.
        url: String,
    },
    /// A video; only in chats of two.
    Video {
        /// Where it is.
        url: String,
    },
    /// The platform asks for the next part of a reply that isn't finished.
    Stream {
        /// Which reply.
        id: String,
    },
    /// Something that happened.
    Event(BotEvent),
    /// A type that this version does not know.
    Other {
        /// Its name; empty when there is none.
        msgtype: String,
    },
}

/// One part of words and pictures.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// Where a picture is.
    Image(String),
    /// A type that this version does not know, by its name.
    Other(String),
}

impl BotKind {
    /// Reads what stands beside `msgtype`.
    pub(super) fn read(message: &Value) -> BotKind {
        let kind = message["msgtype"].as_str().unwrap_or_default();
        let of = |name: &str| text(&message[kind][name]);
        match kind {
            "text" => BotKind::Text {
                content: of("content"),
            },
            "image" => BotKind::Image { url: of("url") },
            "mixed" => BotKind::Mixed {
                parts: message["mixed"]["msg_item"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(Part::read)
                    .collect(),
            },
            "voice" => BotKind::Voice {
                content: of("content"),
            },
            "file" => BotKind::File { url: of("url") },
            "video" => BotKind::Video { url: of("url") },
            "stream" => BotKind::Stream { id: of("id") },
            "event" => BotKind::Event(BotEvent::read(&message["event"])),
            other => BotKind::Other {
                msgtype: other.to_owned(),
            },
        }
    }

    /// The platform's word for it; of an event its type.
    pub fn name(&self) -> &str {
        match self {
            BotKind::Text { .. } => "text",
            BotKind::Image { .. } => "image",
            BotKind::Mixed { .. } => "mixed",
            BotKind::Voice { .. } => "voice",
            BotKind::File { .. } => "file",
            BotKind::Video { .. } => "video",
            BotKind::Stream { .. } => "stream",
            BotKind::Event(event) => event.name(),
            BotKind::Other { msgtype } => msgtype,
        }
    }

    /// Its words, a line a part; empty where it has none.
    pub fn words(&self) -> String {
        match self {
            BotKind::Text { content } | BotKind::Voice { content } => content.clone(),
            BotKind::Mixed { parts } => {
                let words = parts.iter().filter_map(|part| match part {
                    Part::Text(words) => Some(words.as_str()),
                    Part::Image(_) | Part::Other(_) => None,
                });
                words.collect::<Vec<&str>>().join("\n")
            }
            _ => String::new(),
        }
    }

    /// Whether there is a picture, file or video in it.
    pub fn has_media(&self) -> bool {
        match self {
            BotKind::Image { .. } | BotKind::File { .. } | BotKind::Video { .. } => true,
            BotKind::Mixed { parts } => parts.iter().any(|part| matches!(part, Part::Image(_))),
            _ => false,
        }
    }
}

impl Part {
    fn read(item: &Value) -> Part {
        match item["msgtype"].as_str().unwrap_or_default() {
            "text" => Part::Text(text(&item["text"]["content"])),
            "image" => Part::Image(text(&item["image"]["url"])),
            other => Part::Other(other.to_owned()),
        }
    }
}

impl fmt::Debug for BotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Text(_) => "text",
            Part::Image(_) => "image",
            Part::Other(_) => "other",
        })
    }
}
