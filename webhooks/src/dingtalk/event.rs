//! Event callbacks (HTTP mode): query, JSON envelope, encrypted answer.
//!
//! The scheme is WeCom's with other names around it. The owner key is the
//! appKey for a subscription in the console, the suiteKey for third-party
//! apps, and the corpId only for the old registration API: with the wrong one
//! the signature passes and [`OpenError::Owner`] is the answer.

pub use crate::query::QueryError;
pub use crate::scheme::{EncodingAesKey, EncodingAesKeyError};

use crate::query::{check_shape, parameters, required};
use crate::scheme::{CipherError, Scheme};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The token of an event subscription: 3 to 63 ASCII letters and digits.
/// `Debug` prints nothing of it.
#[derive(Clone)]
pub struct EventToken(String);

/// A text is no [`EventToken`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event token has 3 to 63 letters and digits")]
pub struct EventTokenError;

impl FromStr for EventToken {
    type Err = EventTokenError;

    fn from_str(raw: &str) -> Result<Self, EventTokenError> {
        let is_plain = raw.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain && (3..=63).contains(&raw.len()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(EventTokenError)
        }
    }
}

/// Token, key and owner key of one event subscription. `Debug` prints no
/// secret.
#[derive(Clone)]
pub struct Crypto {
    scheme: Scheme,
}

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

/// The JSON that is posted.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Envelope<'a> {
    /// The Base64 ciphertext.
    #[serde(borrow)]
    pub encrypt: Cow<'a, str>,
}

/// The answer that the platform expects within 1.5 seconds, as JSON; anything
/// else counts as failure and is repeated.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The signature.
    pub msg_signature: String,
    /// As signed; really spelled so.
    #[serde(rename = "timeStamp")]
    pub time_stamp: String,
    /// As signed.
    pub nonce: String,
    /// The encrypted word `success`.
    pub encrypt: String,
}

/// A decrypted event. `Debug` shows ids only.
#[derive(Clone, PartialEq)]
pub struct Event {
    /// `check_url` when the URL is saved, else what happened.
    pub event_type: String,
    /// The company.
    pub corp_id: String,
    /// Keep each of these once; absent from some.
    pub event_id: Option<String>,
    /// The whole event.
    pub raw: Value,
}

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

impl Envelope<'_> {
    /// Reads the posted JSON.
    ///
    /// # Errors
    /// [`OpenError::Envelope`] when it is not an object with exactly one text
    /// `encrypt`.
    pub fn parse(body: &[u8]) -> Result<Envelope<'_>, OpenError> {
        serde_json::from_slice(body).map_err(|_| OpenError::Envelope)
    }
}

impl Crypto {
    /// For one event subscription.
    pub fn new(token: EventToken, key: EncodingAesKey, owner_key: impl Into<String>) -> Self {
        Self {
            scheme: Scheme::new(token.0, &key, owner_key.into()),
        }
    }

    /// Checks the signature in constant time, then decrypts: the event's JSON.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self, query: &Query, encrypt: &str) -> Result<String, OpenError> {
        let Query {
            signature,
            timestamp,
            nonce,
        } = query;
        if !self.scheme.is_signed(signature, timestamp, nonce, encrypt) {
            return Err(OpenError::Signature);
        }
        Ok(self.scheme.decrypt(encrypt)?)
    }

    /// The encrypted `success`. `random` must be fresh.
    pub fn success(&self, random: [u8; 16], timestamp_ms: i64, nonce: &str) -> Answer {
        self.seal("success", random, timestamp_ms, nonce)
    }

    /// Seals any text: what a simulated platform posts.
    ///
    /// # Panics
    /// If the text is 4 GiB long or longer.
    pub fn seal(&self, text: &str, random: [u8; 16], timestamp_ms: i64, nonce: &str) -> Answer {
        let encrypt = self.scheme.encrypt(text, random);
        let time_stamp = timestamp_ms.to_string();
        let signature = self.scheme.signature(&time_stamp, nonce, &encrypt);
        Answer {
            msg_signature: signature.map(char::from).iter().collect(),
            time_stamp,
            nonce: nonce.to_owned(),
            encrypt,
        }
    }
}

impl Event {
    /// Reads a decrypted event.
    ///
    /// # Errors
    /// [`OpenError::Event`] when it is not a JSON object with `EventType`.
    pub fn parse(json: &str) -> Result<Event, OpenError> {
        let raw: Value = serde_json::from_str(json).map_err(|_| OpenError::Event)?;
        let text = |name: &str| raw[name].as_str().map(str::to_owned);
        Ok(Event {
            event_type: text("EventType").ok_or(OpenError::Event)?,
            corp_id: text("CorpId").unwrap_or_default(),
            event_id: text("eventId"),
            raw,
        })
    }

    /// Whether it only asks if the URL works; answer it like any other.
    pub fn is_check(&self) -> bool {
        matches!(
            self.event_type.as_str(),
            "check_url" | "check_create_suite_url" | "check_update_suite_url"
        )
    }
}

macro_rules! redacted {
    ($name:ty, $this:ident => $($field:ident),*) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $this = self;
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &$this.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

redacted!(Query, this => timestamp);
redacted!(Answer, this => time_stamp);
redacted!(Event, this => event_type, event_id);

impl fmt::Debug for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypto")
            .field("owner_key", &self.scheme.owner())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EventToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventToken(redacted)")
    }
}
