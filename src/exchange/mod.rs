//! Import and export: people, customers, contacts, deals, service accounts and purchases from and to
//! xlsx and csv; runs, signals, corrections, alerts, the report of objections and the figures of health out only.
//!
//! An import is applied whole or not at all, and a refused one tells every wrong cell at once, with
//! its row, its column, what was found and what was expected. What is exported can be imported
//! again and changes nothing; the export of an empty store is the template for an import.
//!
//! A file is a stranger until it was measured: `archive` counts what an xlsx unpacks to before
//! calamine, which has no bound of its own, opens it. Start at [`import()`] and [`export()`].

pub(crate) mod archive;
mod cell;
mod column;
mod export;
mod export_rows;
mod formula_guard;
mod health;
mod import;
mod kind;
mod objections;
mod read_csv;
mod read_xlsx;
mod refusal;
mod rows;
mod sheet;
pub(crate) mod spreadsheet;
mod table;
#[cfg(test)]
mod tests;
mod unreadable;
mod write;

pub use export::{ExportError, Format, UnknownFormat, export, template};
pub use health::{attribution, compliance, health};
pub use import::{Imported, import};
pub use kind::{Kind, KindError};
pub use objections::objections;
pub use refusal::{ImportError, WrongCell, WrongCells};
pub(crate) use table::RawRow;
pub(crate) use unreadable::Unreadable;

/// The largest file that is read.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// The most rows below the header.
const MOST_ROWS: usize = 100_000;
/// The most columns a file may have; ours have fewer than twenty.
const MOST_COLUMNS: usize = 64;
/// The most characters of a cell.
const LONGEST_CELL: usize = 200;
