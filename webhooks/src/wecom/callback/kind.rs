//! The messages (90239).

use super::{Event, ParseError, degrees, required};
use crate::hidden::Hidden;
use crate::xml::Node;
use std::fmt;

/// What was said or happened.
#[derive(Clone, PartialEq)]
pub enum Kind {
    /// A text, possibly empty, with `[微笑]` codes for the platform's emoticons.
    Text {
        /// The words.
        content: String,
    },
    /// A picture.
    Image {
        /// Where it can be seen for 3 days.
        pic_url: String,
        /// For fetching it through the API, within 3 days.
        media_id: String,
    },
    /// A voice note. WeCom delivers no transcript.
    Voice {
        /// For fetching it through the API, within 3 days.
        media_id: String,
        /// `amr` or `speex`.
        format: String,
    },
    /// A video.
    Video {
        /// For fetching it through the API, within 3 days.
        media_id: String,
        /// For fetching its preview picture.
        thumb_media_id: String,
    },
    /// A place somebody picked. The platform does not say in which datum.
    Location {
        /// Degrees north (`Location_X`).
        latitude: f64,
        /// Degrees east (`Location_Y`).
        longitude: f64,
        /// Zoom level of the map.
        scale: i64,
        /// The address in words.
        label: String,
    },
    /// A shared link.
    Link {
        /// Its title.
        title: String,
        /// Its summary.
        description: String,
        /// Where it leads.
        url: String,
        /// Its preview picture.
        pic_url: String,
    },
    /// Something that happened.
    Event(Event),
    /// A `MsgType` this version does not know.
    Other {
        /// The `MsgType`.
        name: String,
    },
}

impl Kind {
    pub(super) fn read(root: Node<'_, '_>) -> Result<Kind, ParseError> {
        Ok(match required(root, "MsgType")? {
            "text" => Kind::Text {
                content: root.text("Content"),
            },
            "image" => Kind::Image {
                pic_url: root.word("PicUrl").to_owned(),
                media_id: root.word("MediaId").to_owned(),
            },
            "voice" => Kind::Voice {
                media_id: root.word("MediaId").to_owned(),
                format: root.word("Format").to_owned(),
            },
            "video" => Kind::Video {
                media_id: root.word("MediaId").to_owned(),
                thumb_media_id: root.word("ThumbMediaId").to_owned(),
            },
            "location" => Kind::Location {
                latitude: degrees(root, "Location_X", 90.0)?,
                longitude: degrees(root, "Location_Y", 180.0)?,
                scale: root.word("Scale").parse().unwrap_or(0),
                label: root.text("Label"),
            },
            "link" => Kind::Link {
                title: root.text("Title"),
                description: root.text("Description"),
                url: root.word("Url").to_owned(),
                pic_url: root.word("PicUrl").to_owned(),
            },
            "event" => Kind::Event(Event::read(root)?),
            name => Kind::Other {
                name: name.to_owned(),
            },
        })
    }

    /// The platform's name: the `Event` of an event, else the `MsgType`.
    pub fn name(&self) -> &str {
        match self {
            Kind::Text { .. } => "text",
            Kind::Image { .. } => "image",
            Kind::Voice { .. } => "voice",
            Kind::Video { .. } => "video",
            Kind::Location { .. } => "location",
            Kind::Link { .. } => "link",
            Kind::Event(event) => event.name(),
            Kind::Other { name } => name,
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Text { content } => f.debug_tuple("Text").field(&Hidden(content)).finish(),
            Kind::Event(event) => event.fmt(f),
            _ => write!(f, "Kind({})", self.name()),
        }
    }
}
