//! What is asked of the process that holds the library, and what it answers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A question. Its texts are secrets or a customer's words: `Debug` shows its kind only.
#[derive(Serialize, Deserialize)]
pub(crate) enum ArchiveRequest {
    /// Loads the library and says who asks. The first question, and once.
    Init { corp_id: String, secret: String },
    /// The messages behind that number.
    Pull {
        seq: u64,
        limit: u32,
        way: ArchiveWay,
    },
    /// Opens a message.
    Decrypt { key: String, message: String },
    /// The next piece of a file.
    Media {
        index: String,
        file: String,
        way: ArchiveWay,
    },
}

/// How the library shall reach the platform.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ArchiveWay {
    pub(crate) proxy: String,
    pub(crate) password: String,
    pub(crate) timeout_seconds: u32,
}

/// What came of it; the bytes stand behind it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ArchiveAnswer {
    /// The library's own.
    pub(crate) code: i32,
    /// Why the library can't be used at all.
    pub(crate) unusable: Option<String>,
    /// What a file goes on with.
    pub(crate) index: String,
    /// Whether a file is whole.
    pub(crate) is_finished: bool,
}

impl ArchiveRequest {
    /// For counters.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Init { .. } => "init",
            Self::Pull { .. } => "pull",
            Self::Decrypt { .. } => "decrypt",
            Self::Media { .. } => "media",
        }
    }
}

impl ArchiveAnswer {
    pub(crate) fn code(code: i32) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    pub(crate) fn unusable(why: String) -> Self {
        Self {
            unusable: Some(why),
            ..Self::default()
        }
    }
}

impl fmt::Debug for ArchiveRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
