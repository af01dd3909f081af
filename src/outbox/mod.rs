//! What has to go out. Nobody talks to a platform but a courier, and the login.
//!
//! An [`Order`] says what to send; [`Courier`] takes orders by lease, each lane in order, and
//! records what became of each attempt in the delivery ledger, in the same commit as the outcome.
//!
//! A row is `in_flight` from the moment it is taken until its outcome is recorded. If its courier
//! dies between, nobody knows whether the platform took it: the next courier counts that as
//! *unknown*. WeCom absorbs a repeat (task ids, its duplicate check), the group robot too
//! (`msgUuid`); the other ways of DingTalk have no such key, so there the repeat happens once and
//! says of itself that it may be one. WeCom's duplicate check lasts four hours: what is unknown for
//! longer is repeated as if there were none.
//!
//! DingTalk accepts a work notification and may drop it all the same, so it is asked a little later
//! what became of it; one that was dropped goes the next way.

mod alert;
pub mod card;
mod courier;
mod order;
mod record;
mod rep;
mod retry;
mod send_result;
mod todo;

pub(crate) use alert::{API_QUOTA, WEBHOOK_QUOTA, digest_fits, weekly_fits};
pub use courier::Courier;
pub(crate) use order::DUPLICATE_CHECK;
pub use order::{DirectorMessage, Order};
pub(crate) use record::month;
pub(crate) use rep::TEXT_BYTES;
pub use retry::retry;
