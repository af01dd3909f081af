//! The words that every part shares: ids, people, messages, signals, time.
//!
//! Nothing here does anything: no IO, no clock, no randomness. A value that
//! exists has been checked by its one constructor, so nobody checks it again.

mod company_name;
mod correction;
mod digest;
mod ids;
mod label;
mod message;
mod model_code;
mod number;
mod people;
mod time;

pub use company_name::CompanyName;
pub use correction::{CorrectionKind, CorrectionState};
pub(crate) use digest::digest;
pub use ids::{
    AlertId, ChatId, ContactId, ContactQuestionId, CustomerId, DealQuestionId, EmptyId, MessageId,
    OpportunityId, OutboxId, PersonId, RunId,
};
pub use label::{Label, UnknownLabel};
pub use message::{ChatKind, MessageKind, Speaker};
pub use model_code::ModelCode;
pub use number::{place_of, stored_number};
pub use people::{Role, UnknownRole, fold_user_id};
#[cfg(test)]
pub(crate) use time::day;
pub use time::{Day, NoDate, Timestamp};
