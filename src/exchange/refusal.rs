//! Why a file isn't imported.

use std::fmt;

use super::Kind;
use crate::store::StoreError;

/// The file isn't imported, and nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// This kind only goes out.
    #[error("{0} can only be exported: the service makes them from what happens")]
    ExportOnly(Kind),
    /// The file can't be read.
    #[error("can't read the file")]
    Unreadable(#[from] std::io::Error),
    /// The file is none that an import takes: what was found, and what to do.
    #[error("{0}")]
    Unfit(String),
    /// Rows are wrong.
    #[error(transparent)]
    Wrong(WrongCells),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everything that is wrong with a file's rows, in their order.
#[derive(Debug)]
pub struct WrongCells(pub Vec<WrongCell>);

impl std::error::Error for WrongCells {}

impl fmt::Display for WrongCells {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} mistake(s), nothing was imported:", self.0.len())?;
        for cell in &self.0 {
            write!(out, "\n{cell}")?;
        }
        Ok(())
    }
}

/// One cell that is not as it should be.
#[derive(Clone, PartialEq, Eq)]
pub struct WrongCell {
    /// Its row, as the spreadsheet counts: the header is usually row 1.
    pub row: u32,
    /// Its column's header, or `""` for the row as a whole.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
}

impl fmt::Display for WrongCell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "row {}", self.row)?;
        if !self.column.is_empty() {
            write!(out, ", {}", self.column)?;
        }
        write!(out, ": found {}, expected {}", self.found, self.expected)
    }
}

/// Without what was found, which may be somebody's name.
impl fmt::Debug for WrongCell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("WrongCell")
            .field("row", &self.row)
            .field("column", &self.column)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}
