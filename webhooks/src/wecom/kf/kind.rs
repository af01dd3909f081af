//! What a 微信客服 message holds.

use super::{KfEvent, optional, text};
use crate::hidden::Hidden;
use serde_json::Value;
use std::fmt;

/// What a 微信客服 message holds. `Debug` shows its type only.
#[derive(Clone, PartialEq)]
pub enum KfKind {
    /// A text.
    Text {
        /// The words.
        content: String,
        /// The entry of a menu message that was tapped, when one was.
        menu_id: Option<String>,
    },
    /// A picture.
    Image {
        /// For fetching it, within 3 days.
        media_id: String,
    },
    /// A voice note.
    Voice {
        /// For fetching it, within 3 days.
        media_id: String,
    },
    /// A video.
    Video {
        /// For fetching it, within 3 days.
        media_id: String,
    },
    /// A file.
    File {
        /// For fetching it, within 3 days.
        media_id: String,
    },
    /// A place somebody picked.
    Location {
        /// Degrees north; 0 when not a number.
        latitude: f64,
        /// Degrees east; 0 when not a number.
        longitude: f64,
        /// Its name.
        name: String,
        /// Its address.
        address: String,
    },
    /// A shared link.
    Link {
        /// Its title.
        title: String,
        /// Its summary.
        desc: String,
        /// Where it leads.
        url: String,
        /// Its preview picture.
        pic_url: String,
    },
    /// A member's card.
    BusinessCard {
        /// The member.
        userid: String,
    },
    /// A mini-program.
    Miniprogram {
        /// Its title.
        title: String,
        /// Which one.
        appid: String,
        /// Which page of it.
        pagepath: String,
        /// For fetching its preview picture.
        thumb_media_id: String,
    },
    /// Forwarded messages; each item's `msg_content` is JSON in a string.
    MergedMsg {
        /// The title of the whole.
        title: String,
        /// The items, as they came.
        items: Vec<Value>,
    },
    /// Something that happened.
    Event(KfEvent),
    /// A `msgtype` that this version does not know, or a known one without its
    /// object.
    Other {
        /// The `msgtype`, empty when absent.
        name: String,
        /// The object named after it; null when there is none.
        raw: Value,
    },
}

impl KfKind {
    pub(super) fn read(message: &Value) -> KfKind {
        let name = text(&message["msgtype"]);
        let body = &message[name.as_str()];
        let known = if body.is_object() {
            read_known(&name, body)
        } else {
            None
        };
        known.unwrap_or_else(|| KfKind::Other {
            raw: body.clone(),
            name,
        })
    }

    /// The platform's `msgtype`; for an event its `event_type`.
    pub fn name(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::File { .. } => "file",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::BusinessCard { .. } => "business_card",
            Self::Miniprogram { .. } => "miniprogram",
            Self::MergedMsg { .. } => "merged_msg",
            Self::Event(event) => event.name(),
            Self::Other { name, .. } => name,
        }
    }
}

fn read_known(name: &str, body: &Value) -> Option<KfKind> {
    let field = |name: &str| text(&body[name]);
    Some(match name {
        "text" => KfKind::Text {
            content: field("content"),
            menu_id: optional(&body["menu_id"]),
        },
        "image" => KfKind::Image {
            media_id: field("media_id"),
        },
        "voice" => KfKind::Voice {
            media_id: field("media_id"),
        },
        "video" => KfKind::Video {
            media_id: field("media_id"),
        },
        "file" => KfKind::File {
            media_id: field("media_id"),
        },
        "location" => KfKind::Location {
            latitude: body["latitude"].as_f64().unwrap_or(0.0),
            longitude: body["longitude"].as_f64().unwrap_or(0.0),
            name: field("name"),
            address: field("address"),
        },
        "link" => KfKind::Link {
            title: field("title"),
            desc: field("desc"),
            url: field("url"),
            pic_url: field("pic_url"),
        },
        "business_card" => KfKind::BusinessCard {
            userid: field("userid"),
        },
        "miniprogram" => KfKind::Miniprogram {
            title: field("title"),
            appid: field("appid"),
            pagepath: field("pagepath"),
            thumb_media_id: field("thumb_media_id"),
        },
        "merged_msg" => KfKind::MergedMsg {
            title: field("title"),
            items: body["item"].as_array().cloned().unwrap_or_default(),
        },
        "event" => KfKind::Event(KfEvent::read(body)),
        _ => return None,
    })
}

impl fmt::Debug for KfKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { content, .. } => f.debug_tuple("Text").field(&Hidden(content)).finish(),
            _ => write!(f, "KfKind({})", self.name()),
        }
    }
}
