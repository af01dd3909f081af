//! Takes a file in: whole, or not at all.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::rows::{accounts, contacts, customers, opportunities, purchases, reps};
use super::table::{RawRow, Table};
use super::{ImportError, Kind, LARGEST_FILE, WrongCell, WrongCells, spreadsheet};
use crate::domain::Timestamp;
use crate::engine::Process;
use crate::store::{Store, Tx};

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Rows that were new.
    pub made: usize,
    /// Rows that differed from what was stored.
    pub changed: usize,
    /// Rows that were stored just so.
    pub unchanged: usize,
}

/// Reads people, customers, contacts, deals, service accounts or purchases from an xlsx or csv file. What is
/// known is brought up to date, what is new is made, what the file doesn't name stays. A column
/// that the file leaves out keeps what is stored; an empty cell clears it. Stages of deals are
/// those of `process`; `now` is when deals begin whose row doesn't say.
///
/// # Errors
/// When the file can't be read, is too large, or is no table of that kind: then every wrong cell
/// at once. Nothing was imported then.
pub async fn import(
    store: &Store,
    process: &Process,
    kind: Kind,
    file: &Path,
    now: Timestamp,
) -> Result<Imported, ImportError> {
    if !kind.is_importable() {
        return Err(ImportError::ExportOnly(kind));
    }
    let path = file.to_owned();
    let raw = tokio::task::spawn_blocking(move || read(&path))
        .await
        .map_err(std::io::Error::other)??;
    let (table, unfit) = Table::new(kind, raw).map_err(wrong)?;

    let mut tx = store.begin().await?;
    let mut intake = Intake::new(store, &mut tx, &table, unfit);
    match kind {
        Kind::Reps => reps::take_in(&mut intake).await?,
        Kind::Customers => customers::take_in(&mut intake).await?,
        Kind::Contacts => contacts::take_in(&mut intake).await?,
        Kind::Opportunities => opportunities::take_in(&mut intake, process, now).await?,
        Kind::Accounts => accounts::take_in(&mut intake).await?,
        Kind::Purchases => purchases::take_in(&mut intake).await?,
        Kind::Runs | Kind::Signals | Kind::Corrections | Kind::Alerts => {
            return Err(ImportError::ExportOnly(kind));
        }
    }
    let Intake {
        wrong: found,
        imported,
        ..
    } = intake;
    if !found.is_empty() {
        return Err(wrong(found));
    }
    tx.commit().await?;
    Ok(imported)
}

/// One import under way.
pub(super) struct Intake<'a> {
    pub(super) store: &'a Store,
    pub(super) tx: &'a mut Tx,
    pub(super) table: &'a Table,
    pub(super) imported: Imported,
    wrong: Vec<WrongCell>,
}

impl<'a> Intake<'a> {
    fn new(store: &'a Store, tx: &'a mut Tx, table: &'a Table, wrong: Vec<WrongCell>) -> Self {
        Self {
            store,
            tx,
            table,
            imported: Imported::default(),
            wrong,
        }
    }

    /// Notes a wrong cell, once, and goes on, so that all are told at once.
    pub(super) fn refuse(
        &mut self,
        row: u32,
        code: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let wrong = self.table.wrong(row, code, found.into(), expected.into());
        let is_same = |told: &WrongCell| (told.row, &told.column) == (row, &wrong.column);
        let is_told = !wrong.column.is_empty() && self.wrong.iter().any(is_same);
        if !is_told {
            self.wrong.push(wrong);
        }
    }

    /// Whether every row so far was right. What is wrong will not be written, so nothing needs to be.
    pub(super) fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Counts a row, and says whether it has to be written.
    pub(super) fn differs<T: PartialEq>(&mut self, stored: Option<&T>, wanted: &T) -> bool {
        let count = match stored {
            None => &mut self.imported.made,
            Some(stored) if stored != wanted => &mut self.imported.changed,
            Some(_) => {
                self.imported.unchanged += 1;
                return false;
            }
        };
        *count += 1;
        true
    }
}

fn wrong(mut cells: Vec<WrongCell>) -> ImportError {
    cells.sort_by_key(|cell| cell.row);
    ImportError::Wrong(WrongCells(cells))
}

fn read(file: &Path) -> Result<Vec<RawRow>, ImportError> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let limit = LARGEST_FILE / 1024 / 1024;
        return Err(ImportError::Unfit(format!(
            "the file is larger than {limit} MB; split it"
        )));
    }
    let first = spreadsheet::sheets(bytes, 1).map(|mut sheets| sheets.pop().unwrap_or_default());
    first.map_err(|why| ImportError::Unfit(why.to_string()))
}
