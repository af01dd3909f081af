//! Rows of an xlsx.
//!
//! Cells are taken one by one. calamine's ranges reach from corner to corner, so two cells far
//! apart would fill the memory between them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::table::RawRow;
use super::{LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, Unreadable, archive, cell};

/// The first sheets, at least one. What a file may hold is meant for all of them together.
///
/// # Errors
/// Why the file is no xlsx that can be read.
pub(super) fn sheets(bytes: Vec<u8>, most: usize) -> Result<Vec<Vec<RawRow>>, Unreadable> {
    archive::measure(&bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = workbook.sheet_names().into_iter().take(most).collect();
    if names.is_empty() {
        return Err(Unreadable::NoSheet);
    }
    let mut room = Room {
        text: LARGEST_FILE,
        rows: MOST_ROWS + 1,
    };
    let read = |name: &String| sheet(&mut workbook, name, &mut room);
    names.iter().map(read).collect()
}

/// What may still be read of a workbook.
struct Room {
    /// In bytes. A text that the workbook holds once may stand in every cell.
    text: u64,
    rows: usize,
}

fn sheet(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    name: &str,
    room: &mut Room,
) -> Result<Vec<RawRow>, Unreadable> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(found) = reader.next_cell().map_err(damaged)? {
        let (row, column) = found.get_position();
        let text = text(found.get_value());
        if text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return Err(Unreadable::TooLarge(format!(
                "row {} has more than {MOST_COLUMNS} columns",
                row.saturating_add(1)
            )));
        }
        let too_much =
            || Unreadable::TooLarge("the sheet holds too much text; split it".to_owned());
        room.text = room
            .text
            .checked_sub(text.len() as u64)
            .ok_or_else(too_much)?;
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        if rows.len() > room.rows {
            return Err(Unreadable::TooLarge(format!(
                "the sheet has more than {MOST_ROWS} rows; split it"
            )));
        }
    }
    room.rows -= rows.len();
    let row = |(index, cells): (u32, _)| RawRow {
        number: index.saturating_add(1),
        cells,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn damaged(error: XlsxError) -> Unreadable {
    Unreadable::Damaged(format!(
        "the xlsx can't be read ({error}): open it in a spreadsheet and save it again"
    ))
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
