//! Why a callback could not be opened.

use crate::scheme::CipherError;
use crate::xml::XmlError;

/// Why a callback could not be opened, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A query parameter that the signature covers is absent.
    #[error("query parameter {0} is missing")]
    MissingParameter(&'static str),
    /// The body is not the envelope it should be.
    #[error("the body is not an envelope")]
    Envelope(#[from] EnvelopeError),
    /// `msg_signature` does not match: wrong token, or not from the platform.
    #[error("the signature does not match")]
    Signature,
    /// `Encrypt` is empty.
    #[error("the ciphertext is empty")]
    EmptyCiphertext,
    /// `Encrypt` is not standard Base64 with padding.
    #[error("the ciphertext is not Base64")]
    Base64,
    /// Not a multiple of 16 bytes.
    #[error("the ciphertext is not a multiple of 16 bytes")]
    CiphertextLength,
    /// Not PKCS#7 with a block of 32: usually the wrong EncodingAESKey.
    #[error("the padding is not well-formed")]
    Padding,
    /// Fewer than 20 bytes, or the length field exceeds the rest.
    #[error("the length field does not fit")]
    Length,
    /// Sealed for another corp, suite or bot.
    #[error("the message is for another receive id")]
    ReceiveId,
    /// The message is not UTF-8.
    #[error("the message is not UTF-8")]
    Utf8,
}

impl OpenError {
    /// A short stable name, as the test vectors and counters use it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MissingParameter(_) => "missing_parameter",
            Self::Envelope(_) => "envelope",
            Self::Signature => "signature",
            Self::EmptyCiphertext => "empty_ciphertext",
            Self::Base64 => "base64",
            Self::CiphertextLength => "ciphertext_length",
            Self::Padding => "padding",
            Self::Length => "length",
            Self::ReceiveId => "receive_id",
            Self::Utf8 => "utf8",
        }
    }

    /// Whether the signature was right. Such a failure means a leaked token or
    /// a wrong key, and all of them must look the same from outside.
    pub fn is_after_signature(&self) -> bool {
        match self {
            Self::MissingParameter(_) | Self::Envelope(_) | Self::Signature => false,
            Self::EmptyCiphertext
            | Self::Base64
            | Self::CiphertextLength
            | Self::Padding
            | Self::Length
            | Self::ReceiveId
            | Self::Utf8 => true,
        }
    }
}

impl From<CipherError> for OpenError {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::Empty => Self::EmptyCiphertext,
            CipherError::Base64 => Self::Base64,
            CipherError::CiphertextLength => Self::CiphertextLength,
            CipherError::Padding => Self::Padding,
            CipherError::Length => Self::Length,
            CipherError::Owner => Self::ReceiveId,
            CipherError::Utf8 => Self::Utf8,
        }
    }
}

/// What is wrong with an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not XML that we accept.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Not a JSON object with a text `encrypt`.
    #[error("not a JSON object with encrypt")]
    Json,
    /// No `Encrypt` element.
    #[error("no Encrypt element")]
    NoEncrypt,
    /// Two `Encrypt` elements, of which only one could be the signed one.
    #[error("more than one Encrypt element")]
    RepeatedEncrypt,
}
