//! All SQL. SQLite and Postgres by one text of each statement, wherever that is honest.
//!
//! Start at [`Store::open`]. Reads go through [`Store`]'s methods; changes that belong
//! together go through one [`Tx`]. On SQLite there is one writing connection
//! (`synchronous = FULL`, WAL) and several reading ones.

mod alerts;
mod archive;
mod archive_media;
mod arrivals;
mod asking;
mod cards;
mod chats;
mod contact_lists;
mod contact_questions;
mod contacts;
mod corrections;
mod customer_names;
mod database;
mod deal_questions;
mod deals;
mod dialogue;
mod directory;
mod error;
mod file_views;
#[cfg(test)]
mod fresh;
mod handovers;
mod health;
mod health_lists;
mod held_alerts;
mod hits;
mod housekeeping;
mod inbox;
mod labelled;
mod lane_turn;
mod leases;
mod listing;
mod lock;
mod moments;
mod opening;
mod opportunities;
mod outbox;
mod pages;
mod process_versions;
mod purchases;
mod reminders;
mod sessions;
mod signals;
mod teams;
#[cfg(test)]
mod tests;
mod todos;
mod under_way;
mod views;
mod weekly_digests;
mod withdrawn;

pub use alerts::{AlertRow, AlertStatus, NewAlert};
pub use archive::{ArchiveCursor, Consent};
pub use archive_media::ArchiveMedia;
pub use arrivals::Arrival;
pub use asking::{AskedQuestion, WaitingQuestion};
pub use cards::{CardRow, ResponseCode};
pub use chats::{ChatRow, NewChat, NewMessage, StoredMessage};
pub use contact_lists::{ContactRow, Outsiders};
pub use contact_questions::ContactQuestion;
pub use contacts::{Standing, WaitingSignal};
pub use corrections::{CorrectionFilter, CorrectionRow, NewCorrection};
pub use database::{Store, Tx};
pub use deal_questions::{DealQuestion, HeldSignal, OpenDeal};
pub use deals::{SavedDeal, TakenDeal};
pub use dialogue::{HeldMedia, RepDeal, RepRun};
pub use directory::{Contact, Customer, Fields, Person, Pulled, ServiceAccount};
pub use error::StoreError;
pub use file_views::{FileView, NewFileView};
#[cfg(test)]
pub(crate) use fresh::fresh_url;
pub use health::{Grid, HealthQuestion, RepNode, SeenPerson, StepsBy};
pub use health_lists::{Behind, DueRun, RunsOf, Stay};
pub use held_alerts::{HeldAlert, HeldFor, NewHeldAlert, PersonSetting};
pub use hits::{HitCount, HitFilter, HitPlace, HitRow, Unknown};
pub use housekeeping::Outdated;
pub use inbox::{InboxRow, Payload, key_mark};
pub use labelled::LabelledLine;
pub use lane_turn::{LaneTurn, Span};
pub use leases::{Leased, LineUp, Look};
pub use listing::{
    AlertFilter, DeliveryRow, MessageFilter, OpportunityFilter, Period, RunFilter, SignalFilter,
};
pub use moments::DueDeal;
pub use opportunities::{JournalEntry, NewOpportunity, Opportunity, OpportunityRow, RunRow};
pub use outbox::{Attempt, NewOrder, OutboxRow, Outcome, Rate};
pub use pages::{BoardScope, ViewScope, WaitingCheck};
pub use purchases::Purchase;
pub use reminders::HeldReminder;
pub use sessions::SessionRow;
pub use signals::{Kept, NewSignal, SignalRow, UncountedSignal};
pub use teams::{Team, Teams};
pub use todos::{TodoRow, TodoStatus};
pub use under_way::{InHand, UnderWay};
pub use views::{ChatMark, NewView, ViewRow, ViewedBy};
pub use withdrawn::DISMISSED_BY_BURST;
