//! The query string of an event callback.

use crate::query::{QueryError, check_shape, parameters, required};
use std::fmt;

/// The parameters of an event callback, decoded once. `Debug` shows the time
/// alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    /// From `msg_signature` or `signature`: the platform sends either.
    pub signature: String,
    /// Milliseconds since 1970 in decimal, as it was signed.
    pub timestamp: String,
    /// Any short text, as it was signed.
    pub nonce: String,
}

impl Query {
    /// Reads a raw query string, without `?`; each value is percent-decoded
    /// once.
    ///
    /// # Errors
    /// A parameter that is missing, given twice, or badly encoded. `signature`
    /// beside `msg_signature` must say the same.
    pub fn parse(raw_query: &str) -> Result<Query, QueryError> {
        let names = ["msg_signature", "signature", "timestamp", "nonce"];
        let [msg_signature, signature, timestamp, nonce] = parameters(raw_query, names)?;
        if let (Some(one), Some(other)) = (&msg_signature, &signature)
            && one != other
        {
            return Err(QueryError::Repeated("msg_signature"));
        }
        Ok(Query {
            signature: required(msg_signature.or(signature), "msg_signature")?,
            timestamp: required(timestamp, "timestamp")?,
            nonce: required(nonce, "nonce")?,
        })
    }

    /// Checks what every genuine callback has: 40 hex digits of signature, 13
    /// (or, in old samples, 10) ASCII digits of timestamp, a nonce of at most
    /// 128 visible ASCII bytes.
    ///
    /// # Errors
    /// The first of signature, timestamp, nonce that has another shape.
    pub fn check_shape(&self) -> Result<(), QueryError> {
        check_shape(&self.signature, &self.timestamp, &[13, 10], &self.nonce)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
