//! Literal payloads in, literal payloads out, and what must be refused.

#![allow(clippy::unwrap_used)]

mod bad_input;
mod callbacks;
mod cards;
mod dingtalk;
mod kf;
mod properties;
mod redaction;
mod sending;
