//! The token that an event callback's signature covers.

use std::fmt;
use std::str::FromStr;

/// The token of an event subscription: 3 to 63 ASCII letters and digits.
/// `Debug` prints nothing of it.
#[derive(Clone)]
pub struct EventToken(String);

/// A text is no [`EventToken`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event token has 3 to 63 letters and digits")]
pub struct EventTokenError;

impl FromStr for EventToken {
    type Err = EventTokenError;

    fn from_str(raw: &str) -> Result<Self, EventTokenError> {
        let is_plain = raw.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain && (3..=63).contains(&raw.len()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(EventTokenError)
        }
    }
}

impl EventToken {
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for EventToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventToken(redacted)")
    }
}
