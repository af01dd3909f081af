//! WeCom (企业微信). Numbers like 90968 are pages of
//! `developer.work.weixin.qq.com/document/path/<number>`.
//!
//! [`crypto`] opens what arrives, [`callback`] says what it is, [`bot`] what
//! an AI bot is told, [`external_contact`] who somebody outside is, [`kf`] reads
//! the messages of 微信客服, [`archive`] those of the chat archive, [`message`] and [`card`] are what we send,
//! [`reply`] is what may be answered in place, [`errcode`] says what to do
//! about a refusal, [`link`] builds login links.

pub mod archive;
pub mod bot;
pub mod callback;
pub mod card;
pub mod crypto;
pub mod errcode;
pub mod external_contact;
pub mod kf;
pub mod link;
pub mod message;
pub mod reply;

pub use callback::{Callback, CardClick, Event, Kind, MessageKey, ParseError};
pub use card::{CardProblem, TemplateCard};
pub use crypto::{
    CallbackToken, Crypto, EncodingAesKey, Envelope, EnvelopeError, OpenError, Query, QueryError,
    SealedRequest,
};
