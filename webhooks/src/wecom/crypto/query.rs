//! The query string of a callback (90930).

use crate::query::{self, QueryError, parameters, required};
use std::fmt;

/// The parameters of a callback, decoded once. `Debug` shows the time alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    /// What the sender claims as signature.
    pub msg_signature: String,
    /// Seconds since 1970 in decimal, as it was signed.
    pub timestamp: String,
    /// Any short text, as it was signed.
    pub nonce: String,
    /// Only in the GET that verifies a URL.
    pub echostr: Option<String>,
}

impl Query {
    /// Reads a raw query string, without `?`. Each value is percent-decoded
    /// exactly once and `+` stays `+`, since `echostr` is Base64. Unknown
    /// parameters are ignored.
    ///
    /// This lets any value through, so that a wrong signature is told apart
    /// from a misshapen one only where [`check_shape`](Self::check_shape) is
    /// called.
    ///
    /// # Errors
    /// A parameter that is missing, given twice, or badly encoded.
    pub fn parse(raw_query: &str) -> Result<Query, QueryError> {
        let [signature, timestamp, nonce, echostr] = parameters(
            raw_query,
            ["msg_signature", "timestamp", "nonce", "echostr"],
        )?;
        Ok(Query {
            msg_signature: required(signature, "msg_signature")?,
            timestamp: required(timestamp, "timestamp")?,
            nonce: required(nonce, "nonce")?,
            echostr: echostr.map(Into::into),
        })
    }

    /// Checks what every genuine callback has: 40 hex digits of signature, 10
    /// ASCII digits of timestamp, a nonce of at most 128 visible ASCII bytes.
    ///
    /// The signature alone does not fix these: it joins sorted parts, so
    /// swapping timestamp and nonce keeps it valid.
    ///
    /// # Errors
    /// The first of signature, timestamp, nonce that has another shape.
    pub fn check_shape(&self) -> Result<(), QueryError> {
        query::check_shape(&self.msg_signature, &self.timestamp, &[10], &self.nonce)
    }

    /// The timestamp in seconds since 1970.
    ///
    /// # Errors
    /// [`QueryError::Timestamp`] unless it is exactly 10 ASCII digits.
    pub fn timestamp_seconds(&self) -> Result<i64, QueryError> {
        let is_digits = self.timestamp.bytes().all(|byte| byte.is_ascii_digit());
        if self.timestamp.len() != 10 || !is_digits {
            return Err(QueryError::Timestamp);
        }
        self.timestamp.parse().map_err(|_| QueryError::Timestamp)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
