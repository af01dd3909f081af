//! A parts list for a proposal.

use rust_xlsxwriter::Workbook;

use super::super::seed::MODELS_BOUGHT;

/// As many rows as models that customers of the demo bought before; so many of them are such.
pub(super) fn list(known: u32) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, title) in (0..).zip(["序号", "规格型号", "数量"]) {
        sheet.write_string(0, column, title)?;
    }
    for number in 1..=MODELS_BOUGHT {
        let model = match number {
            number if number <= known => format!("DM-{}", 100 + number),
            number => format!("KX-{}", 900 + number),
        };
        sheet.write_number(number, 0, number)?;
        sheet.write_string(number, 1, model)?;
        sheet.write_number(number, 2, 2)?;
    }
    Ok(workbook.save_to_buffer()?)
}
