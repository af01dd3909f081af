//! Stands in `Debug` output where a secret, a message text or a name would be.

use std::fmt;

/// Prints the length of a text and nothing of the text.
pub(crate) struct Hidden<'a>(pub(crate) &'a str);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}
