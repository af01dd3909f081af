//! What came in: stored durably before the platform has its answer, worked on after.
//!
//! [`Receiver`] stores arrivals, many in one commit. [`Worker`] takes them, each lane in order,
//! and turns them into messages, signals, steps of deals and orders, one transaction each.

mod app_message;
mod archive_consent;
mod archive_group;
mod archive_media;
mod archive_media_failed;
mod archive_message;
mod archive_pull;
mod archive_row;
mod archive_turn;
mod around;
pub mod arrival;
mod bot_message;
mod chat_line;
mod contact;
mod contested;
mod dingtalk_event;
mod kf_message;
mod kf_pull;
mod kf_turn;
mod lookup;
mod media_message;
mod pull_timer;
mod receiver;
mod sealed_message;
mod worker;

pub(crate) use around::said;
pub use dingtalk_event::dingtalk_arrival;
pub use pull_timer::PullTimer;
pub use receiver::{NotStored, Receiver, ThreadReceiver};
pub use worker::{Arrived, WorkError, Worker};
