//! Configuration, parsed whole into types at start.
//!
//! [`Document`] reads one TOML file and hands out [`Section`]s; each wrong value
//! becomes a [`Problem`] with file, line, what was found and what was expected,
//! and reading goes on, so that all mistakes are told at once.

mod alerts;
mod api;
mod archive;
mod bots;
mod contacts;
mod dingtalk;
mod document;
mod files;
mod nearest;
mod overrides;
mod private_key;
mod problem;
mod quiet_hours;
#[cfg(test)]
mod sample;
mod secret;
mod section;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod wecom;
mod weekly;

pub use alerts::{AlertChannel, AlertSettings};
pub use api::{ApiSettings, ApiToken, Scope};
pub use archive::{ARCHIVE, ArchiveCallback, ArchiveSettings};
pub use bots::WecomBot;
pub use contacts::ContactSettings;
pub use dingtalk::{DingtalkSettings, EventCallback, GroupRobot};
pub use document::Document;
pub use files::{FilePlace, FileSettings, S3Settings};
pub use private_key::PrivateKey;
pub use problem::{Problem, Problems};
pub use quiet_hours::{NoQuietHours, QuietHours};
#[cfg(test)]
pub(crate) use sample::sample;
pub use secret::Secret;
pub use section::{Found, Section};
pub use server::ServerSettings;
pub use settings::{ENVIRONMENT_PREFIX, ProcessSettings, RedisSettings, Settings, StorageSettings};
pub use wecom::{WecomApp, WecomSettings};
pub use weekly::{NoWeeklyTime, WeeklySettings, WeeklyTime};
