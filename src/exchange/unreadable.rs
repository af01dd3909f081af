//! Why a file is no spreadsheet that can be read.

/// Why a file is no spreadsheet that can be read. The texts say what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// An old xls, or one with a password: both look alike from outside.
    #[error(
        "the file is an old xls, or protected by a password; save it as xlsx without a password"
    )]
    OldOrProtected,
    /// A workbook without a sheet of cells.
    #[error("the xlsx has no sheet")]
    NoSheet,
    /// Broken, or no text at all.
    #[error("{0}")]
    Damaged(String),
    /// It holds more, or unpacks to more, than is read.
    #[error("{0}")]
    TooLarge(String),
}
