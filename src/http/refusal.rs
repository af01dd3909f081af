//! Why a callback is not accepted, whichever platform it came from. What an operator should look
//! at then, each platform's route says.

use actix_web::http::StatusCode;

use super::callback_body::NotRead;

/// Why a callback is not accepted, as counted and logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Refusal {
    /// No app of ours is called so, or takes no callbacks.
    UnknownApp,
    /// Parameters are missing, doubled or of a wrong shape.
    BadQuery,
    TooLarge,
    CutShort,
    BadEnvelope,
    /// Sent too long ago, or in the future.
    OutsideWindow,
    Signature,
    /// The signature fits, the rest does not: the part that failed, for the operator.
    Unopened(&'static str),
    /// Too many bytes of bodies are held.
    Crowded,
    /// It could not be stored.
    Busy,
}

impl From<NotRead> for Refusal {
    fn from(not_read: NotRead) -> Self {
        match not_read {
            NotRead::TooLarge => Self::TooLarge,
            NotRead::CutShort => Self::CutShort,
            NotRead::NoRoom => Self::Crowded,
        }
    }
}

impl Refusal {
    /// From the signature on, one status for everything.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::UnknownApp => StatusCode::NOT_FOUND,
            Self::BadQuery | Self::CutShort | Self::BadEnvelope => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::OutsideWindow | Self::Signature | Self::Unopened(_) => StatusCode::FORBIDDEN,
            Self::Crowded | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What counts and logs call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::UnknownApp => "unknown_app",
            Self::BadQuery => "bad_query",
            Self::TooLarge => "too_large",
            Self::CutShort => "cut_short",
            Self::BadEnvelope => "bad_envelope",
            Self::OutsideWindow => "outside_window",
            Self::Signature => "signature",
            Self::Unopened(kind) => kind,
            Self::Crowded => "crowded",
            Self::Busy => "busy",
        }
    }
}
