//! Literal payloads in, literal payloads out, and what must be refused.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

mod archive;
mod bad_input;
mod bot;
mod callbacks;
mod cards;
mod dingtalk;
mod kf;
mod properties;
mod redaction;
mod sending;
