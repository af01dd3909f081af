//! The token that a callback's signature covers.

use std::fmt;
use std::str::FromStr;

/// The token of a receiving URL: 1 to 32 ASCII letters and digits (90930).
/// `Debug` prints nothing of it.
#[derive(Clone)]
pub struct CallbackToken(String);

/// Why a text is no [`CallbackToken`]. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackTokenError {
    /// Empty or longer than 32 bytes.
    #[error("a callback token has 1 to 32 characters, found {found}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character that is no ASCII letter or digit; counted from 0.
    #[error("a callback token holds only letters and digits, character {position} is neither")]
    Character {
        /// Where it stands.
        position: usize,
    },
}

impl FromStr for CallbackToken {
    type Err = CallbackTokenError;

    fn from_str(raw: &str) -> Result<Self, CallbackTokenError> {
        let is_foreign = |symbol: char| !symbol.is_ascii_alphanumeric();
        if let Some(position) = raw.chars().position(is_foreign) {
            return Err(CallbackTokenError::Character { position });
        }
        match raw.len() {
            1..=32 => Ok(Self(raw.to_owned())),
            found => Err(CallbackTokenError::Length { found }),
        }
    }
}

impl CallbackToken {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackToken(redacted)")
    }
}
