//! Rows of an xlsx: its first sheet.
//!
//! Cells are taken one by one. calamine's ranges reach from corner to corner, so two cells far
//! apart would fill the memory between them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};

use super::table::RawRow;
use super::{LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, archive, cell};

/// # Errors
/// Why the file is no xlsx that can be read, in a sentence.
pub(super) fn rows(bytes: Vec<u8>) -> Result<Vec<RawRow>, String> {
    archive::measure(&bytes)?;
    let damaged = |error| {
        format!("the xlsx can't be read ({error}): open it in a spreadsheet and save it again")
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let first = workbook.sheet_names().first().cloned();
    let first = first.ok_or_else(|| "the xlsx has no sheet".to_owned())?;
    let mut reader = workbook.worksheet_cells_reader(&first).map_err(damaged)?;

    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut room = LARGEST_FILE;
    while let Some(found) = reader.next_cell().map_err(damaged)? {
        let (row, column) = found.get_position();
        let text = text(found.get_value());
        if text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(format!(
                "row {} has more than {MOST_COLUMNS} columns",
                row.saturating_add(1)
            ));
        }
        // A text that the workbook holds once may stand in every cell.
        room = room
            .checked_sub(text.len() as u64)
            .ok_or_else(|| "the sheet holds too much text; split it".to_owned())?;
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        if rows.len() > MOST_ROWS + 1 {
            return Err(format!(
                "the sheet has more than {MOST_ROWS} rows; split it"
            ));
        }
    }
    let row = |(index, cells): (u32, _)| RawRow {
        number: index.saturating_add(1),
        cells,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The cell as people would type it. A number that is whole is shown whole: 13800138000.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => cell::cut(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            cell::cut(text)
        }
        DataRef::DateTime(moment) => moment_text(moment),
        other => Data::from(other.clone()).to_string(),
    }
}

/// A date typed into a spreadsheet has no offset; ours is China's.
fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+08:00")
}
