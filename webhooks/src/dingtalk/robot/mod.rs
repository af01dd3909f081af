//! The group robot: signs what it sends to `robot/send`, and checks what a
//! group says back to an app's robot.

mod message;
mod wire;

pub use message::{ActionCard, At, Button, RobotBody, RobotMessage};

use super::signed::hmac_base64;
use subtle::ConstantTimeEq;

/// The signature of a robot with the security setting 加签: plain Base64, so
/// percent-encode it when it goes into the query, next to the same `timestamp`
/// in milliseconds. Valid for an hour: sign each request anew.
pub fn sign(timestamp_ms: i64, secret: &str) -> String {
    hmac_base64(secret, &[&timestamp_ms.to_string(), "\n", secret])
}

/// Why a message to a robot was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IncomingError {
    /// The header `timestamp` is no number of milliseconds.
    #[error("the timestamp header is no number")]
    Timestamp,
    /// More than an hour off.
    #[error("the timestamp is more than an hour off")]
    Stale,
    /// The header `sign` does not match.
    #[error("the signature does not match")]
    Signature,
}

/// Checks the headers `timestamp` and `sign` of a message to an app's robot,
/// against the app's secret and the time now, both in milliseconds. The body
/// is not covered.
///
/// # Errors
/// A signature that does not match (compared in constant time), a timestamp
/// that is no number, or one more than an hour off.
pub fn verify_incoming(
    timestamp: &str,
    sign: &str,
    app_secret: &str,
    now_ms: i64,
) -> Result<(), IncomingError> {
    let expected = hmac_base64(app_secret, &[timestamp, "\n", app_secret]);
    if !bool::from(expected.as_bytes().ct_eq(sign.as_bytes())) {
        return Err(IncomingError::Signature);
    }
    let then_ms: i64 = timestamp.parse().map_err(|_| IncomingError::Timestamp)?;
    if now_ms.abs_diff(then_ms) > HOUR_MS {
        return Err(IncomingError::Stale);
    }
    Ok(())
}

const HOUR_MS: u64 = 3_600_000;
