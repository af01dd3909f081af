//! What a message of the archive holds (91774).

use std::fmt;

use serde_json::Value;

use super::attachment::{Attachment, AttachmentKind};
use super::read::{either, nested, number, text, texts};

/// What a message holds. `Debug` shows its type only.
#[derive(Clone, PartialEq)]
pub enum ArchiveKind {
    /// Words. A quoted message stands before the answer, flattened into the same text.
    Text {
        /// The words.
        content: String,
    },
    /// A picture, voice message, video, emotion or file.
    Attachment(Attachment),
    /// A message was taken back.
    Revoke {
        /// Which one.
        pre_msgid: String,
    },
    /// Somebody outside agreed to be archived, or refused.
    Consent {
        /// Whether they agreed.
        agreed: bool,
        /// Who.
        user: String,
        /// When, in milliseconds since 1970; 0 if the platform sent none.
        at_ms: i64,
    },
    /// A member's card.
    Card {
        /// Their company.
        corp_name: String,
        /// Who.
        userid: String,
    },
    /// A place.
    Location {
        /// Its name.
        title: String,
        /// Its address.
        address: String,
        /// Degrees north; 0 when not a number.
        latitude: f64,
        /// Degrees east; 0 when not a number.
        longitude: f64,
    },
    /// Something that is shown by its title and leads elsewhere: a link, a mini-program, a document, an
    /// article, a meeting, an entry of the calendar, a vote, a 红包 …
    Notice(Notice),
    /// Forwarded messages.
    Record {
        /// The title of the whole.
        title: String,
        /// The messages.
        items: Vec<RecordItem>,
    },
    /// Words and pictures in one message.
    Mixed {
        /// Its parts.
        items: Vec<RecordItem>,
    },
    /// Words with mark-up.
    Markdown {
        /// The words.
        content: String,
    },
    /// A conference call, or a document that was shared in one: the recordings of it.
    Call {
        /// The platform's word: `meeting_voice_call` or `voip_doc_share`.
        name: &'static str,
        /// The recordings.
        recordings: Vec<Attachment>,
    },
    /// A `msgtype` that this version does not know, or none.
    Other {
        /// The `msgtype`, empty when absent.
        name: String,
    },
}

/// What is shown by its title.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The platform's word for its kind.
    pub name: String,
    /// Its title; may be empty.
    pub title: String,
    /// What stands below the title; may be empty.
    pub description: String,
}

/// One message of a forwarded record, or one part of a mixed message.
#[derive(Clone, PartialEq)]
pub struct RecordItem {
    /// What it holds.
    pub kind: ArchiveKind,
    /// Seconds since 1970, in a record; 0 if there is none.
    pub sent_seconds: i64,
}

/// A record may hold records; a sender must not make us follow them for ever.
const DEEPEST: usize = 8;

impl ArchiveKind {
    pub(super) fn read(message: &Value) -> Self {
        let name = text(&message["msgtype"]);
        // Most objects are named after the type; some are not (91774).
        let body = match name.as_str() {
            "external_redpacket" => &message["redpacket"],
            "docmsg" if message["doc"].is_object() => &message["doc"],
            _ if message[name.as_str()].is_object() => &message[name.as_str()],
            _ => &message["info"],
        };
        Self::of(&name, body, 0)
    }

    fn of(name: &str, body: &Value, depth: usize) -> Self {
        if let Some(kind) = AttachmentKind::named(name) {
            return Self::Attachment(Attachment::read(kind, body));
        }
        let field = |field: &str| text(&body[field]);
        match name {
            "text" => Self::Text {
                content: field("content"),
            },
            "markdown" => Self::Markdown {
                content: field("content"),
            },
            "revoke" => Self::Revoke {
                pre_msgid: field("pre_msgid"),
            },
            "agree" | "disagree" => Self::Consent {
                agreed: name == "agree",
                user: field("userid"),
                at_ms: number(
                    &body[if name == "agree" {
                        "agree_time"
                    } else {
                        "disagree_time"
                    }],
                ),
            },
            "card" => Self::Card {
                corp_name: field("corpname"),
                userid: field("userid"),
            },
            "location" => Self::Location {
                title: field("title"),
                address: field("address"),
                latitude: body["latitude"].as_f64().unwrap_or(0.0),
                longitude: body["longitude"].as_f64().unwrap_or(0.0),
            },
            "chatrecord" => Self::Record {
                title: field("title"),
                items: items(body, depth),
            },
            "mixed" => Self::Mixed {
                items: items(body, depth),
            },
            "meeting_voice_call" | "voip_doc_share" => Self::Call {
                name: if name == "voip_doc_share" {
                    "voip_doc_share"
                } else {
                    "meeting_voice_call"
                },
                recordings: recordings(name, body),
            },
            _ => match notice(name, body) {
                Some(notice) => Self::Notice(notice),
                None => Self::Other {
                    name: name.to_owned(),
                },
            },
        }
    }

    /// The platform's word for the kind; empty when it sent none.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Attachment(attachment) => attachment.kind.name(),
            Self::Revoke { .. } => "revoke",
            Self::Consent { agreed: true, .. } => "agree",
            Self::Consent { .. } => "disagree",
            Self::Card { .. } => "card",
            Self::Location { .. } => "location",
            Self::Notice(notice) => &notice.name,
            Self::Record { .. } => "chatrecord",
            Self::Mixed { .. } => "mixed",
            Self::Markdown { .. } => "markdown",
            Self::Call { name, .. } => name,
            Self::Other { name } => name,
        }
    }
}

/// The items of a record or mixed message: `type` is `ChatRecordText`, or `text`; `content` is the
/// object of that type, as JSON in a text.
fn items(body: &Value, depth: usize) -> Vec<RecordItem> {
    if depth >= DEEPEST {
        return Vec::new();
    }
    let list = body["item"].as_array().or_else(|| body["items"].as_array());
    let read = |item: &Value| {
        let name = either(item, &["type", "msg_type"]);
        let name = name
            .strip_prefix("ChatRecord")
            .unwrap_or(&name)
            .to_lowercase();
        let content = nested(&item["content"]);
        RecordItem {
            kind: ArchiveKind::of(&name, &content, depth + 1),
            sent_seconds: number(&item["msgtime"]),
        }
    };
    list.into_iter().flatten().map(read).collect()
}

fn recordings(name: &str, body: &Value) -> Vec<Attachment> {
    let whole = Some(body).filter(|body| !text(&body["sdkfileid"]).is_empty());
    let shared = ["demofiledata", "sharescreendata"]
        .into_iter()
        .filter_map(|list| body[list].as_array())
        .flatten();
    // A document that was shown has a name; of what was said and seen there is only the file.
    let kind = match name {
        "voip_doc_share" => AttachmentKind::File,
        _ => AttachmentKind::Recording,
    };
    whole
        .into_iter()
        .chain(shared)
        .map(|file| Attachment::read(kind, file))
        .collect()
}

/// Where each kind keeps its title, and what stands below it.
fn notice(name: &str, body: &Value) -> Option<Notice> {
    let field = |field: &str| text(&body[field]);
    let (title, description) = match name {
        "link" => (field("title"), field("description")),
        "weapp" => (
            either(body, &["title", "displayname"]),
            field("description"),
        ),
        "docmsg" => (field("title"), String::new()),
        "meeting" => (
            field("topic"),
            spaced(&[&field("address"), &field("remarks")]),
        ),
        "meeting_notification" => (field("content"), String::new()),
        "calendar" => (
            field("title"),
            spaced(&[&field("place"), &field("remarks")]),
        ),
        "todo" => (field("title"), field("content")),
        "vote" => (field("votetitle"), texts(&body["voteitem"]).join(" ")),
        "collect" => (field("title"), String::new()),
        "redpacket" | "external_redpacket" => (field("wish"), String::new()),
        "sphfeed" => (field("sph_name"), field("feed_desc")),
        "voiptext" => (String::new(), String::new()),
        "qydiskfile" => (field("filename"), String::new()),
        "solitaire" => (field("solitaire_content"), String::new()),
        "news" => return Some(first_article(body)),
        "note" => (note(body), String::new()),
        _ => return None,
    };
    Some(Notice {
        name: name.to_owned(),
        title,
        description,
    })
}

fn first_article(body: &Value) -> Notice {
    let articles = body["item"].as_array();
    let titles = articles
        .into_iter()
        .flatten()
        .map(|article| text(&article["title"]));
    let first = articles.and_then(|articles| articles.first());
    Notice {
        name: "news".to_owned(),
        title: titles
            .filter(|title| !title.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        description: first
            .map(|article| text(&article["description"]))
            .unwrap_or_default(),
    }
}

/// The words of a shared note.
fn note(body: &Value) -> String {
    let lines = items(body, 0)
        .into_iter()
        .filter_map(|item| match item.kind {
            ArchiveKind::Text { content } => Some(content),
            _ => None,
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn spaced(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

impl fmt::Debug for ArchiveKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArchiveKind({})", self.name())
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notice({})", self.name)
    }
}

impl fmt::Debug for RecordItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordItem({})", self.kind.name())
    }
}
