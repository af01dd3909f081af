//! What has to be fetched by `GetMediaData`.

use std::fmt;

use serde_json::Value;

use super::kind::ArchiveKind;
use super::read::{either, number, text};

/// A file that the archive keeps for five days. `Debug` shows its kind and length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// For fetching it; empty if the platform sent none.
    pub sdkfileid: String,
    /// Hex of the MD5 of its bytes; empty if the platform sent none.
    pub md5sum: String,
    /// In bytes; `None` if the platform sent none, as of recorded calls.
    pub length: Option<u64>,
    /// Its name, of files; else empty.
    pub name: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A picture, jpg.
    Image,
    /// A voice message, amr.
    Voice,
    /// A video.
    Video,
    /// An emotion, gif or png.
    Emotion,
    /// Any file.
    File,
    /// A recorded conference call.
    Recording,
}

impl AttachmentKind {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "image" => Self::Image,
            "voice" => Self::Voice,
            "video" => Self::Video,
            "emotion" => Self::Emotion,
            "file" => Self::File,
            _ => return None,
        })
    }

    /// The platform's word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Emotion => "emotion",
            Self::File => "file",
            Self::Recording => "recording",
        }
    }
}

impl Attachment {
    /// The length has three names (91774).
    pub(super) fn read(kind: AttachmentKind, body: &Value) -> Self {
        let lengths = ["filesize", "voice_size", "imagesize"];
        let length = lengths
            .iter()
            .map(|name| number(&body[*name]))
            .find(|length| *length > 0);
        Self {
            kind,
            sdkfileid: text(&body["sdkfileid"]),
            md5sum: text(&body["md5sum"]).to_lowercase(),
            length: length.and_then(|length| u64::try_from(length).ok()),
            name: either(body, &["filename", "name"]),
        }
    }
}

pub(super) fn of(kind: &ArchiveKind) -> Vec<Attachment> {
    let mut found = Vec::new();
    collect(kind, &mut found);
    found.retain(|attachment| !attachment.sdkfileid.is_empty());
    found
}

fn collect(kind: &ArchiveKind, found: &mut Vec<Attachment>) {
    match kind {
        ArchiveKind::Attachment(attachment) => found.push(attachment.clone()),
        ArchiveKind::Call { recordings, .. } => found.extend_from_slice(recordings),
        ArchiveKind::Record { items, .. } | ArchiveKind::Mixed { items } => {
            items.iter().for_each(|item| collect(&item.kind, found));
        }
        _ => {}
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Attachment({}, {:?} bytes)",
            self.kind.name(),
            self.length
        )
    }
}
