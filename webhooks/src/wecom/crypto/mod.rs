//! Signature and encryption of callbacks (90968, 90930, 90238).
//!
//! Start at [`Crypto::open`] for a POST and [`Crypto::open_echo`] for the GET
//! that verifies the URL. `seal…` is the other direction: replies, and what a
//! simulated platform posts.

mod envelope;
mod error;
mod query;
mod token;

pub use crate::query::QueryError;
pub use crate::scheme::{EncodingAesKey, EncodingAesKeyError};
pub use envelope::Envelope;
pub use error::{EnvelopeError, OpenError};
pub use query::Query;
pub use token::{CallbackToken, CallbackTokenError};

use crate::percent;
use crate::scheme::Scheme;
use std::fmt;

/// Token, key and receive id of one receiving URL. `Debug` prints no secret.
///
/// The receive id is the CorpID for an app's own callbacks, the SuiteID for
/// events of a third-party suite, and empty for a corp's own AI bot (101033).
#[derive(Clone)]
pub struct Crypto {
    scheme: Scheme,
}

/// What the platform posts to a receiving URL.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRequest {
    /// `msg_signature`, `timestamp` and `nonce`, percent-encoded, without `?`.
    pub query_string: String,
    /// The envelope: XML, or JSON for an AI bot.
    pub body: String,
}

impl Crypto {
    /// For one receiving URL.
    pub fn new(token: CallbackToken, key: EncodingAesKey, receive_id: impl Into<String>) -> Self {
        Self {
            scheme: Scheme::new(token.into_string(), &key, receive_id.into()),
        }
    }

    /// The signature over these strings and the token: 40 lower-case hex digits.
    pub fn signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let digits = self.scheme.signature(timestamp, nonce, encrypt);
        digits.map(char::from).iter().collect()
    }

    /// Checks the signature over `encrypt` in constant time.
    ///
    /// # Errors
    /// [`OpenError::MissingParameter`] when the query holds an empty one, else
    /// [`OpenError::Signature`]. Upper-case hex does not match.
    pub fn verify(&self, query: &Query, encrypt: &str) -> Result<(), OpenError> {
        for (name, value) in [
            ("msg_signature", &query.msg_signature),
            ("timestamp", &query.timestamp),
            ("nonce", &query.nonce),
        ] {
            if value.is_empty() {
                return Err(OpenError::MissingParameter(name));
            }
        }
        let Query {
            msg_signature,
            timestamp,
            nonce,
            ..
        } = query;
        if self
            .scheme
            .is_signed(msg_signature, timestamp, nonce, encrypt)
        {
            Ok(())
        } else {
            Err(OpenError::Signature)
        }
    }

    /// Checks the signature, then decrypts: the message's text, XML for apps
    /// and JSON for AI bots.
    ///
    /// # Errors
    /// As [`verify`](Self::verify) and [`decrypt`](Self::decrypt).
    pub fn open(&self, query: &Query, encrypt: &str) -> Result<String, OpenError> {
        self.verify(query, encrypt)?;
        self.decrypt(encrypt)
    }

    /// Opens the `echostr` of a URL verification. The answer to it is exactly
    /// this text, within a second: no quotes, no line break (90930).
    ///
    /// # Errors
    /// As [`open`](Self::open), and when there is no `echostr`.
    pub fn open_echo(&self, query: &Query) -> Result<String, OpenError> {
        let missing = OpenError::MissingParameter("echostr");
        let echo = query.echostr.as_deref().ok_or(missing)?;
        self.open(query, echo)
    }

    /// Decrypts without looking at a signature. Use [`open`](Self::open) on
    /// anything that came over the network: alone, this is a padding oracle.
    ///
    /// # Errors
    /// In this order: empty, Base64, length of the ciphertext, padding, length
    /// field, receive id, UTF-8.
    pub fn decrypt(&self, encrypt: &str) -> Result<String, OpenError> {
        Ok(self.scheme.decrypt(encrypt)?)
    }

    /// Encrypts a message: the Base64 for `Encrypt`. `random` must be fresh.
    ///
    /// # Panics
    /// If the message is 4 GiB long or longer.
    pub fn seal(&self, message: &str, random: [u8; 16]) -> String {
        self.scheme.encrypt(message, random)
    }

    /// What the platform posts for `message` (90238).
    pub fn seal_envelope(
        &self,
        message: &str,
        random: [u8; 16],
        timestamp: &str,
        nonce: &str,
        agent_id: Option<i64>,
    ) -> SealedRequest {
        let encrypt = self.seal(message, random);
        let query_string = self.signed_query(timestamp, nonce, &encrypt);
        let to = self.scheme.owner();
        let agent = agent_id.map_or(String::new(), |id| {
            format!("<AgentID><![CDATA[{id}]]></AgentID>")
        });
        let body = format!(
            "<xml><ToUserName><![CDATA[{to}]]></ToUserName>\
             <Encrypt><![CDATA[{encrypt}]]></Encrypt>{agent}</xml>"
        );
        SealedRequest { query_string, body }
    }

    /// What the platform posts to an AI bot's URL for `message` (101033).
    pub fn seal_envelope_json(
        &self,
        message: &str,
        random: [u8; 16],
        timestamp: &str,
        nonce: &str,
    ) -> SealedRequest {
        let encrypt = self.seal(message, random);
        let query_string = self.signed_query(timestamp, nonce, &encrypt);
        let body = serde_json::json!({ "encrypt": encrypt }).to_string();
        SealedRequest { query_string, body }
    }

    /// The query string with which the platform verifies a URL; the right
    /// answer is `echo`.
    pub fn seal_echo(&self, echo: &str, random: [u8; 16], timestamp: &str, nonce: &str) -> String {
        let encrypt = self.seal(echo, random);
        let mut query = self.signed_query(timestamp, nonce, &encrypt);
        query.push_str("&echostr=");
        percent::encode_into(&encrypt, &mut query);
        query
    }

    /// The body of a passive reply, `message` being one of [`super::reply`]
    /// (90241). `timestamp` is in seconds; nonce and timestamp are the
    /// replier's own.
    pub fn seal_reply(
        &self,
        message: &str,
        random: [u8; 16],
        timestamp: i64,
        nonce: &str,
    ) -> String {
        let encrypt = self.seal(message, random);
        let signature = self.signature(&timestamp.to_string(), nonce, &encrypt);
        let nonce = super::reply::cdata(nonce);
        format!(
            "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <MsgSignature><![CDATA[{signature}]]></MsgSignature>\
             <TimeStamp>{timestamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
        )
    }

    /// The body of an AI bot's reply (101031). Its nonce must be the one of
    /// the request that is answered.
    pub fn seal_reply_json(
        &self,
        message: &str,
        random: [u8; 16],
        timestamp: i64,
        nonce: &str,
    ) -> String {
        let encrypt = self.seal(message, random);
        let signature = self.signature(&timestamp.to_string(), nonce, &encrypt);
        serde_json::json!({
            "encrypt": encrypt,
            "msgsignature": signature,
            "timestamp": timestamp,
            "nonce": nonce,
        })
        .to_string()
    }

    fn signed_query(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let mut query = String::from("msg_signature=");
        query.push_str(&self.signature(timestamp, nonce, encrypt));
        query.push_str("&timestamp=");
        percent::encode_into(timestamp, &mut query);
        query.push_str("&nonce=");
        percent::encode_into(nonce, &mut query);
        query
    }
}

impl fmt::Debug for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypto")
            .field("receive_id", &self.scheme.owner())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SealedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedRequest(redacted)")
    }
}
