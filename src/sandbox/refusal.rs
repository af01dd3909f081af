//! How a platform says no.

use std::fmt;

/// The platform's answer to a call that it does not carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status: 200 in WeCom and in DingTalk's old API, whatever is wrong.
    pub status: u16,
    /// `errcode` as text, or the word of DingTalk's new API.
    pub code: String,
    /// `errmsg` or `message`.
    pub message: String,
}

impl Refusal {
    /// The form of WeCom and of DingTalk's old API: HTTP 200 and a number.
    pub(super) fn number(errcode: i64, message: impl Into<String>) -> Self {
        Self {
            status: 200,
            code: errcode.to_string(),
            message: message.into(),
        }
    }

    /// The form of DingTalk's new API: an HTTP status and a word.
    pub(super) fn word(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
        }
    }

    /// The code as a number; -1 where the platform used a word.
    #[must_use]
    pub fn errcode(&self) -> i64 {
        self.code.parse().unwrap_or(-1)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}
