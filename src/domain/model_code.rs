//! The code of a model, the same however it is written.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The code of a model as somebody wrote it. Two are equal when they differ only in case, in full
/// or half width, and in blanks, hyphens, underscores, slashes and dots. Leading zeros count.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ModelCode {
    written: String,
    folded: String,
}

impl ModelCode {
    /// `None` when the text has neither letter nor digit.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let code = Self::from(text.to_owned());
        code.folded
            .chars()
            .any(char::is_alphanumeric)
            .then_some(code)
    }

    /// As it was written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// What two ways to write it have in common.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

impl From<String> for ModelCode {
    fn from(text: String) -> Self {
        let is_kept = |c: &char| !is_separator(*c);
        let folded = text
            .nfkc()
            .filter(is_kept)
            .flat_map(char::to_lowercase)
            .collect();
        let written = text.trim().to_owned();
        Self { written, folded }
    }
}

impl From<ModelCode> for String {
    fn from(code: ModelCode) -> Self {
        code.written
    }
}

impl fmt::Display for ModelCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.written)
    }
}

impl PartialEq for ModelCode {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for ModelCode {}

impl PartialOrd for ModelCode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ModelCode {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded.cmp(&other.folded)
    }
}

/// Blanks, dots, slashes and everything that looks like a hyphen, once in half width.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '-' | '_' | '/' | '\\' | '.' | '·' | '。' | '–' | '—' | '\u{2010}'..='\u{2012}' | '−'
                | '\u{200B}'..='\u{200F}' | '\u{FEFF}'
        )
}
