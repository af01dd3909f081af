//! What has to go out. Nobody talks to a platform but a courier, and the login.
//!
//! An [`Order`] says what to send; [`Courier`] takes orders by lease, each lane in order, and
//! records what became of each attempt in the delivery ledger, in the same commit as the outcome.
//!
//! A row is `in_flight` from the moment it is taken until its outcome is recorded. If its courier
//! dies between, nobody knows whether the platform took it: the next courier counts that as
//! *unknown*. WeCom absorbs a repeat (task ids, its duplicate check), the group robot too
//! (`msgUuid`); the other ways of DingTalk have no such key, so there the repeat happens once and
//! says of itself that it may be one.

mod alert;
mod backoff;
pub mod card;
mod courier;
mod order;
mod rep;
mod retry;

pub(crate) use alert::{API_QUOTA, WEBHOOK_QUOTA};
pub use courier::Courier;
pub(crate) use courier::month;
pub use order::Order;
pub use retry::retry;
