//! The calls to WeCom (企业微信) and DingTalk (钉钉). Only the couriers, the pull of 微信客服
//! messages, the fetching of what reps send, and the login make them.
//!
//! - [`Wecom`] and [`Dingtalk`] have one method for each thing that is wanted of a platform.
//! - [`Archive`] is the vendor's chat archive library, in a process of its own.
//! - [`CallError`] says what became of a call: later, unknown or refused. It is decided once,
//!   where the platform's answer is read, so callers never look at an errcode.
//! - [`Tokens`] keeps the access tokens of both.
//! - [`Http`] is the one client under them, with a limit on every wait.
//!
//! Each exchange is counted in `dingdan_platform_calls_total{platform,api,outcome}` and timed in
//! `dingdan_platform_seconds{platform,api}`; `outcome` is `done`, `later`, `unknown`, `refused` or
//! `token_refused`. Nothing here logs content, names, tokens, or addresses that hold tokens.
//!
//! To add a call: name it in the platform's `api.rs` (path, counter, what a repeat would do), then
//! write the method beside the others. Everything else (turns, tokens, outcomes) comes by itself.

mod answer;
mod archive;
mod call;
mod dingtalk;
mod http;
mod measure;
mod pace;
#[cfg(test)]
mod tests;
mod tokens;
mod wecom;

pub use archive::{Archive, ArchiveError, MediaPiece};
pub(crate) use archive::{ArchiveAnswer, ArchiveRequest, ArchiveWay, frames};
pub use call::{CallError, Refusal};
pub use dingtalk::{ActionCard, Dingtalk, NewTodo, WorkNotificationResult};
pub use http::{CONNECT_TIMEOUT, Http, TOTAL_TIMEOUT};
pub(crate) use http::{cause, is_loopback};
pub use tokens::Tokens;
pub use wecom::{MediaFile, SignedPage, Wecom};
