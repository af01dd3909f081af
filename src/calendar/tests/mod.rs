//! The calendar: as tables, as properties, and what its file refuses.

mod properties;
mod refusals;
mod tables;

use super::*;
use crate::domain::day;

/// `2026-11-27 18:00`, in China.
fn at(text: &str) -> Timestamp {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let seconds = if time.len() == 5 { ":00" } else { "" };
    Timestamp::parse_rfc3339(&format!("{date}T{time}{seconds}+08:00")).expect("a moment")
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

fn read(text: &str) -> Result<Calendar, Problems> {
    Calendar::from_document(&Document::new("cn.toml", text))
}
