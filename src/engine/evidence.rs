//! What was found in what a rep sent. The engine judges the findings by the definition; how they
//! are found (parsing files, counting frames) is the shell's work.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::question::FileSort;

/// A file, a voice message or a place that answers a question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The SHA-256 of its bytes, which is also where it is kept; empty for a place.
    pub sha256: String,
    /// What the sender called it.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// What was found in it.
    pub finding: Finding,
}

/// What was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Finding {
    /// A PDF.
    Pdf {
        /// How many pages.
        pages: u32,
        /// Whether the title that the question asks for stands in it.
        title: TitleFound,
        /// Whether it is signed.
        signature: SignatureFound,
    },
    /// A voice message, by its frames.
    Voice {
        /// How long it is.
        milliseconds: u64,
        /// How much of it holds sound; `None` when nobody looked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sound_ms: Option<u64>,
    },
    /// A parts list, compared with what the customer bought.
    PartsList {
        /// The models that the customer bought before; the first of many.
        matched: Vec<String>,
        /// The others, each with the nearest models that are known; the first of many.
        unmatched: Vec<Unmatched>,
        /// How many more matched than are named.
        #[serde(default, skip_serializing_if = "is_zero")]
        more_matched: usize,
        /// How many more didn't.
        #[serde(default, skip_serializing_if = "is_zero")]
        more_unmatched: usize,
        /// Whether the customer bought anything before.
        has_history: bool,
    },
    /// A file of this sort, of which nothing else is known.
    File {
        /// The sort; `None` when it is none that questions can ask for.
        sort: Option<FileSort>,
    },
    /// A place, in millionths of a degree.
    Place {
        /// North of the equator.
        latitude: i64,
        /// East of Greenwich.
        longitude: i64,
    },
}

/// Whether the title that was looked for stands in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleFound {
    /// It does.
    Yes,
    /// It doesn't.
    No,
    /// The document has no text that can be read: a scan.
    Unreadable,
}

/// Whether a document bears a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureFound {
    /// A digital signature field that is filled.
    Digital,
    /// Ink drawn on a page.
    Ink,
    /// A picture on the page that is signed.
    Picture,
    /// None of them.
    None,
    /// It is a scan: only a person can tell.
    Unreadable,
}

/// A model of a parts list that the customer never bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// As it stands in the list.
    pub model: String,
    /// Known models that look like it, the nearest first.
    pub nearest: Vec<String>,
}

impl Evidence {
    /// For people: the name, and what was measured.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.finding {
            Finding::Voice { milliseconds, .. } => format!("语音 {} 秒", milliseconds / 1000),
            Finding::PartsList {
                matched,
                unmatched,
                more_matched,
                more_unmatched,
                ..
            } => {
                let matched = matched.len() + more_matched;
                let total = matched + unmatched.len() + more_unmatched;
                format!("{}（匹配 {matched}/{total}）", self.name)
            }
            Finding::Pdf { .. } | Finding::File { .. } | Finding::Place { .. } => self.name.clone(),
        }
    }

    /// The sort of file it is.
    #[must_use]
    pub fn sort(&self) -> Option<FileSort> {
        match &self.finding {
            Finding::Pdf { .. } => Some(FileSort::Pdf),
            Finding::Voice { .. } => Some(FileSort::Sound),
            Finding::PartsList { .. } => Some(FileSort::Sheet),
            Finding::File { sort } => *sort,
            Finding::Place { .. } => None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Without its name, which may tell a customer's.
impl fmt::Debug for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Evidence")
            .field("sha256", &self.sha256)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
