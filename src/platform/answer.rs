//! What came back: a status and bytes, which need not be the platform's own words.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::call::{CallError, Refusal, Repeat};

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// `Content-Disposition`, which files have.
    pub(crate) disposition: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The JSON object that it holds, if it holds one.
    pub(crate) fn object(&self) -> Option<Value> {
        serde_json::from_slice(&self.body)
            .ok()
            .filter(Value::is_object)
    }

    /// The name of the file that it is: empty when none is given, `None` when it is no file.
    pub(crate) fn file_name(&self) -> Option<&str> {
        let disposition = self.disposition.as_deref()?;
        let after = disposition.split_once("filename=").map(|(_, name)| name);
        let name = after.and_then(|name| name.split(';').next());
        Some(name.unwrap_or_default().trim().trim_matches('"'))
    }

    /// For an answer in which the platform's own code is missing: a gateway's, a proxy's, or one
    /// of a server that is no platform at all. Its words are not repeated, they may be anything.
    pub(crate) fn foreign(&self, repeat: Repeat, blocked_for: Duration) -> CallError {
        let status = self.status.as_u16();
        let why = |what| format!("HTTP {status} without the platform's own answer: {what}");
        match status {
            408 | 425 | 429 => CallError::later(blocked_for, why("refused for now")),
            // Without redirects followed, neither of these reached what was asked for.
            300..=499 => CallError::refused(
                Refusal::Configuration,
                why("check the base address, and what stands between"),
            ),
            _ => repeat.uncertain(why("whether it worked is not said")),
        }
    }
}

/// A number, or a number spelled as text: the platforms use both.
pub(crate) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A text that is not empty, or a number as text: ids come as both.
pub(crate) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first thing in a text that reads as an IP address: the platforms name ours when they
/// refuse it, and it is what has to be entered in their console.
pub(crate) fn ip_in(text: &str) -> Option<IpAddr> {
    text.split(|symbol: char| !(symbol.is_ascii_hexdigit() || matches!(symbol, '.' | ':')))
        .filter_map(|word| word.trim_matches('.').parse().ok())
        .find(|ip: &IpAddr| !ip.is_unspecified())
}
