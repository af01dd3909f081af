//! What became of a call that did not succeed.

use std::time::Duration;

/// What became of a call that did not succeed. Retry or give up is decided here, where the
/// platform's answer is read; who calls only acts on it.
///
/// The texts hold the platform's own code and our words on what to check or do next: never
/// content, tokens, addresses with tokens in them, or people's names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Refused for now, or it never left: the same call may work after this long.
    #[error("{why}; again in {after:?}")]
    Later {
        /// The shortest wait that makes sense.
        after: Duration,
        /// What happened.
        why: String,
    },
    /// It may have arrived: a time-out or a lost connection after the request went out, or an
    /// answer that says neither yes nor no.
    #[error("{why}; it may have arrived")]
    Unknown {
        /// What happened.
        why: String,
    },
    /// Repeating it would only repeat the refusal.
    #[error("{why}")]
    Refused {
        /// What can be done about it.
        refusal: Refusal,
        /// What happened, and what to check.
        why: String,
    },
}

/// Why a platform refuses for good, by what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The task id was used before: an earlier try of ours arrived.
    AlreadySent,
    /// The card's response code was used or has expired: send a new card instead.
    ResponseCodeSpent,
    /// The receiver left the company, or is outside what the app may see.
    UnknownReceiver,
    /// Somebody has to correct a setting, here or in the platform's console.
    Configuration,
    /// The company's calls of this month are used up: take another channel.
    QuotaSpent,
    /// The login code is wrong, expired or used: start the login again.
    LoginCode,
    /// The file is gone: its three days are over, or it never was there.
    MediaGone,
    /// The file is larger than we take.
    TooLarge,
    /// The request itself is at fault.
    Other,
}

impl CallError {
    pub(crate) fn later(after: Duration, why: impl Into<String>) -> Self {
        let why = why.into();
        Self::Later { after, why }
    }

    pub(crate) fn refused(refusal: Refusal, why: impl Into<String>) -> Self {
        let why = why.into();
        Self::Refused { refusal, why }
    }

    /// One word for counters.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::Later { .. } => "later",
            Self::Unknown { .. } => "unknown",
            Self::Refused { .. } => "refused",
        }
    }
}

/// How one exchange failed. Only [`Tokens`](super::Tokens) acts on the difference.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The access token is not valid, so nothing was done. Holds the platform's code.
    TokenRefused(String),
    /// Everything else.
    Final(CallError),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Final(error)
    }
}

/// What a repeat would do if the first try arrived after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// The call changes nothing, so whatever is uncertain may simply be asked again.
    Harmless,
    /// The platform recognises the repeat, by our key or by its content.
    Recognised,
    /// The receiver would get it twice.
    Doubles,
}

impl Repeat {
    /// The request went out and no readable answer came back.
    pub(crate) fn uncertain(self, why: impl Into<String>) -> CallError {
        let why = why.into();
        match self {
            Self::Harmless => CallError::later(AFTER_UNCERTAIN_READ, why),
            Self::Recognised | Self::Doubles => CallError::Unknown { why },
        }
    }

    /// The platform answers that it is busy, and not how far it came.
    pub(crate) fn busy(self, why: impl Into<String>) -> CallError {
        let why = why.into();
        match self {
            Self::Harmless | Self::Recognised => CallError::later(AFTER_BUSY, why),
            Self::Doubles => CallError::Unknown { why },
        }
    }
}

const AFTER_UNCERTAIN_READ: Duration = Duration::from_secs(5);
const AFTER_BUSY: Duration = Duration::from_secs(2);
