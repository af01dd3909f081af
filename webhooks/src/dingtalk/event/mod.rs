//! Event callbacks (HTTP mode): query, JSON envelope, encrypted answer.
//!
//! The scheme is WeCom's with other names around it. The owner key is the
//! appKey for a subscription in the console, the suiteKey for third-party
//! apps, and the corpId only for the old registration API: with the wrong one
//! the signature passes and [`OpenError::Owner`] is the answer.

mod error;
mod query;
mod token;

pub use crate::query::QueryError;
pub use crate::scheme::{EncodingAesKey, EncodingAesKeyError};
pub use error::OpenError;
pub use query::Query;
pub use token::{EventToken, EventTokenError};

use crate::scheme::Scheme;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Token, key and owner key of one event subscription. `Debug` prints no
/// secret.
#[derive(Clone)]
pub struct Crypto {
    scheme: Scheme,
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
            scheme: Scheme::new(token.into_string(), &key, owner_key.into()),
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

redacted!(Answer, this => time_stamp);
redacted!(Event, this => event_type, event_id);

impl fmt::Debug for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypto")
            .field("owner_key", &self.scheme.owner())
            .finish_non_exhaustive()
    }
}
