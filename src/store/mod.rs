//! All SQL. SQLite and Postgres by one text of each statement, wherever that is honest.
//!
//! Start at [`Store::open`]. Reads go through [`Store`]'s methods; changes that belong
//! together go through one [`Tx`]. On SQLite there is one writing connection
//! (`synchronous = FULL`, WAL) and several reading ones.

mod alerts;
mod arrivals;
mod cards;
mod chats;
mod database;
mod deal_questions;
mod directory;
#[cfg(test)]
mod fresh;
mod held_alerts;
mod housekeeping;
mod inbox;
mod lane_turn;
mod leases;
mod listing;
mod lock;
mod moments;
mod opportunities;
mod outbox;
mod pages;
mod process_versions;
mod sessions;
mod signals;
#[cfg(test)]
mod tests;
mod todos;
mod under_way;
mod views;

pub use alerts::{AlertRow, AlertStatus, NewAlert};
pub use arrivals::Arrival;
pub use cards::{AskedQuestion, CardRow, ResponseCode};
pub use chats::{ChatLine, ChatRow, NewMessage, StoredMessage};
pub use database::{Store, StoreError, Tx};
pub use deal_questions::{DealQuestion, HeldSignal, OpenDeal};
pub use directory::{Contact, Customer, Person, Pulled, ServiceAccount};
#[cfg(test)]
pub(crate) use fresh::fresh_url;
pub use held_alerts::{HeldAlert, HeldFor, NewHeldAlert, PersonSetting};
pub use housekeeping::Outdated;
pub use inbox::InboxRow;
pub use lane_turn::LaneTurn;
pub use leases::{Leased, LineUp, Look};
pub use listing::{
    AlertFilter, DeliveryRow, MessageFilter, OpportunityFilter, Period, RunFilter, SignalFilter,
};
pub use moments::DueDeal;
pub use opportunities::{JournalEntry, NewOpportunity, Opportunity, OpportunityRow, RunRow};
pub use outbox::{Attempt, NewOrder, OutboxRow, Outcome, Rate};
pub use pages::{HitFilter, HitRow, ViewScope};
pub use sessions::SessionRow;
pub use signals::{NewSignal, SignalRow, UncountedSignal};
pub use todos::{TodoRow, TodoStatus};
pub use under_way::{InHand, UnderWay};
pub use views::{ChatMark, Looking, NewView, ViewRow};
