//! Reads named parameters out of a raw query string, each at most once.

use crate::percent;
use std::borrow::Cow;

/// Why a callback's query string was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A required parameter is absent or empty.
    #[error("query parameter {0} is missing")]
    Missing(&'static str),
    /// A parameter is there twice, so signer and reader could mean different ones.
    #[error("query parameter {0} is given more than once")]
    Repeated(&'static str),
    /// A broken percent escape, or bytes that are not UTF-8.
    #[error("query parameter {0} is not well encoded")]
    Encoding(&'static str),
    /// The timestamp does not have the platform's number of ASCII digits.
    #[error("query parameter timestamp is not a timestamp")]
    Timestamp,
    /// The nonce is longer than 128 bytes or holds more than visible ASCII.
    #[error("query parameter nonce is too long or not visible ASCII")]
    Nonce,
    /// The signature is not 40 hexadecimal digits.
    #[error("the query's signature is not 40 hexadecimal digits")]
    Signature,
}

impl QueryError {
    /// A short stable name, for counters.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing_parameter",
            Self::Repeated(_) => "repeated_parameter",
            Self::Encoding(_) => "parameter_encoding",
            Self::Timestamp => "timestamp_shape",
            Self::Nonce => "nonce_shape",
            Self::Signature => "signature_shape",
        }
    }
}

/// The values of `names` in `raw`, decoded once. Other parameters are ignored.
pub(crate) fn parameters<'a, const N: usize>(
    raw: &'a str,
    names: [&'static str; N],
) -> Result<[Option<Cow<'a, str>>; N], QueryError> {
    let mut values = [const { None }; N];
    for pair in raw.split('&') {
        let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
        // An encoded name is still that name: `%6Eonce` must not hide a second nonce.
        let name = percent::decode(raw_name).ok_or(QueryError::Encoding("name"))?;
        let Some(slot) = names.iter().position(|wanted| *wanted == name) else {
            continue;
        };
        if values[slot].is_some() {
            return Err(QueryError::Repeated(names[slot]));
        }
        let value = percent::decode(raw_value).ok_or(QueryError::Encoding(names[slot]))?;
        values[slot] = Some(value);
    }
    Ok(values)
}

/// A value that must be there and not be empty.
pub(crate) fn required(
    value: Option<Cow<'_, str>>,
    name: &'static str,
) -> Result<String, QueryError> {
    value
        .filter(|value| !value.is_empty())
        .map(Cow::into_owned)
        .ok_or(QueryError::Missing(name))
}

/// Checks the shapes that both platforms' queries share.
pub(crate) fn check_shape(
    signature: &str,
    timestamp: &str,
    timestamp_digits: &[usize],
    nonce: &str,
) -> Result<(), QueryError> {
    if signature.len() != 40 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(QueryError::Signature);
    }
    if !timestamp_digits.contains(&timestamp.len())
        || !timestamp.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(QueryError::Timestamp);
    }
    // The signature glues sorted parts together, so digits moved from the nonce
    // into the timestamp keep it valid: only fixed shapes tell the two apart.
    if nonce.is_empty()
        || nonce.len() > MAX_NONCE_BYTES
        || !nonce.bytes().all(|byte| byte.is_ascii_graphic())
    {
        return Err(QueryError::Nonce);
    }
    Ok(())
}

const MAX_NONCE_BYTES: usize = 128;
