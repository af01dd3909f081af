//! What WeCom (企业微信) and DingTalk (钉钉) put on the wire: bytes in, typed
//! messages out, and back.
//!
//! Nothing here does IO, reads a clock, rolls dice or logs. Times and random
//! bytes are parameters, so everything can be tested with literals. Secrets,
//! message texts and people's names never show in `Debug` output.
//!
//! - [`wecom`]: callbacks (signature, encryption, messages, events), 微信客服
//!   messages, template cards, sending, error codes, login links.
//! - [`dingtalk`]: group robots, one-to-one robot messages, work
//!   notifications, event callbacks, error codes, page links.
//!
//! # A callback arrives
//!
//! The order of the checks is part of the promise: parameters, envelope,
//! signature, then decryption. Whoever answers HTTP should give one and the
//! same answer to everything for which [`OpenError::is_after_signature`] holds.
//!
//! ```
//! use dingdan_webhooks::wecom::{Callback, Crypto, Envelope, Kind, Query};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let crypto = Crypto::new(
//!     "sPf7kQ2vXn9T".parse()?,
//!     "Zm3qP0vYc7RkL2sWn8XbTd5HgJf1uEa4oMi6rQyKxCD".parse()?,
//!     "ww0f6d7c5b4a392817",
//! );
//! # let message = "<xml><ToUserName>ww0f6d7c5b4a392817</ToUserName>\
//! #     <FromUserName>zhao.lei</FromUserName><CreateTime>1741300001</CreateTime>\
//! #     <MsgType>text</MsgType><Content>你好</Content><MsgId>7434340001000000001</MsgId>\
//! #     <AgentID>1000007</AgentID></xml>";
//! # let sent = crypto.seal_envelope(message, *b"0123456789abcdef", "1741300007", "n1", None);
//! # let (raw_query, body) = (sent.query_string, sent.body);
//! // `raw_query` and `body` are the request as it came in.
//! let query = Query::parse(&raw_query)?;
//! query.check_shape()?;
//! let envelope = Envelope::parse(body.as_bytes())?;
//! let text = crypto.open(&query, &envelope.encrypt)?;
//! let callback = Callback::parse(&text)?;
//!
//! assert_eq!(callback.from, "zhao.lei");
//! assert!(matches!(&callback.kind, Kind::Text { content } if content == "你好"));
//! assert_eq!(callback.message_key().as_str(), "msg:1000007:7434340001000000001:zhao.lei");
//! # Ok(())
//! # }
//! ```
//!
//! [`OpenError::is_after_signature`]: wecom::OpenError::is_after_signature

pub mod dingtalk;
pub mod wecom;

mod hex;
mod hidden;
mod percent;
mod problem;
mod query;
mod scheme;
mod xml;
mod zero_one;

pub use problem::{Advice, Problem, Rule};
pub use query::QueryError;
pub use xml::XmlError;
