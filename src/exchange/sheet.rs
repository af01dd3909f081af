//! Sheets of reports: a bold first row that stays, and numbers as numbers. Texts are written as texts,
//! so that none of them can become a formula.

use rust_xlsxwriter::{Format as CellFormat, Worksheet, XlsxError};

/// Names the sheet, and writes its first row.
pub(super) fn begin(
    sheet: &mut Worksheet,
    name: &str,
    headers: &[String],
    widths: &[u16],
) -> Result<(), XlsxError> {
    let bold = CellFormat::new().set_bold();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(headers) {
        sheet.write_string_with_format(0, column, header, &bold)?;
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, *width)?;
    }
    Ok(())
}

pub(super) fn number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    count: u64,
) -> Result<(), XlsxError> {
    sheet.write_number(row, column, exact(count)).map(|_| ())
}

/// A share as a percentage; an empty cell where there is none.
pub(super) fn share(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    share: Option<f64>,
) -> Result<(), XlsxError> {
    let Some(share) = share else { return Ok(()) };
    let percent = CellFormat::new().set_num_format("0.0%");
    sheet
        .write_number_with_format(row, column, share, &percent)
        .map(|_| ())
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) const fn exact(count: u64) -> f64 {
    count as f64
}
