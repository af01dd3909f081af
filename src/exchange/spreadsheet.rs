//! Any spreadsheet, xlsx or csv, read within bounds.

use super::table::RawRow;
use super::{Unreadable, read_csv, read_xlsx};

/// The file's first sheets, at least one; a csv has one. The format is told by the first bytes,
/// whatever the file's name.
///
/// # Errors
/// Why the file can't be read.
pub(crate) fn sheets(bytes: Vec<u8>, most: usize) -> Result<Vec<Vec<RawRow>>, Unreadable> {
    if bytes.starts_with(b"PK\x03\x04") {
        read_xlsx::sheets(bytes, most)
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        Err(Unreadable::OldOrProtected)
    } else {
        read_csv::rows(&bytes).map(|rows| vec![rows])
    }
}
