//! Why an event callback could not be opened.

use crate::scheme::CipherError;

/// Why an event callback could not be opened, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not a JSON object with a text `encrypt`.
    #[error("the body is not an envelope")]
    Envelope,
    /// Wrong token, or not from the platform.
    #[error("the signature does not match")]
    Signature,
    /// Empty, not Base64, or no multiple of 16 bytes.
    #[error("the ciphertext is not well-formed")]
    Ciphertext,
    /// Not PKCS#7 of 1 to 32 bytes: usually the wrong aes_key.
    #[error("the padding is not well-formed")]
    Padding,
    /// Fewer than 20 bytes, or the length field exceeds the rest.
    #[error("the length field does not fit")]
    Length,
    /// Sealed for another owner key.
    #[error("the message is for another owner key")]
    Owner,
    /// The message is not UTF-8.
    #[error("the message is not UTF-8")]
    Utf8,
    /// The message is not a JSON object with `EventType`.
    #[error("the message is not an event")]
    Event,
}

impl OpenError {
    /// A short stable name, as the test vectors and counters use it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Signature => "signature",
            Self::Ciphertext => "ciphertext",
            Self::Padding => "padding",
            Self::Length => "length",
            Self::Owner => "owner",
            Self::Utf8 => "utf8",
            Self::Event => "event",
        }
    }

    /// Whether the signature was right: all such failures must look the same
    /// from outside.
    pub fn is_after_signature(&self) -> bool {
        !matches!(self, Self::Envelope | Self::Signature)
    }
}

impl From<CipherError> for OpenError {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::Empty | CipherError::Base64 | CipherError::CiphertextLength => {
                Self::Ciphertext
            }
            CipherError::Padding => Self::Padding,
            CipherError::Length => Self::Length,
            CipherError::Owner => Self::Owner,
            CipherError::Utf8 => Self::Utf8,
        }
    }
}
