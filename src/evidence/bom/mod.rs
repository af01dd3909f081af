//! A bill of materials against what the customer bought before.
//!
//! [`read`] finds the column of model codes in an xlsx or csv, [`compare()`] says which of them the
//! customer has bought. Codes are the same when people would call them so, see [`ModelCode`].

mod compare;
mod nearest;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::exchange::{RawRow, Unreadable, spreadsheet};

pub use crate::domain::ModelCode;

pub use compare::{Comparison, Share, Unmatched, compare};

/// Headers that a column of model codes has. The first that a table has is taken: many have both a
/// model and a number of their own.
pub const HEADERS: [&str; 16] = [
    "规格型号",
    "型号",
    "产品型号",
    "型号规格",
    "设备型号",
    "物料型号",
    "物料编码",
    "物料编号",
    "物料号",
    "料号",
    "Model",
    "Model No",
    "Part No",
    "Part Number",
    "P/N",
    "MPN",
];

/// The most sheets of a workbook that are looked through.
const MOST_SHEETS: usize = 10;
/// How many rows may stand above the header: title, customer, date.
const MOST_ROWS_ABOVE: usize = 30;

/// Why a file is no bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// It is neither xlsx nor csv.
    NotATable,
    /// It is an xls, or has a password.
    OldOrProtected,
    /// It can't be read.
    Damaged,
    /// It is larger than allowed, or holds or unpacks to more.
    TooLarge,
    /// It is a workbook without a sheet.
    NoSheet,
    /// No column has a header that says "model".
    NoModelColumn {
        /// The headers of the first sheet that has any.
        headers: Vec<String>,
    },
    /// No row has a model code.
    NoRows,
}

impl Refusal {
    /// One sentence for the person who sent the file.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::NotATable => "这不是表格，请把 BOM 导出为 xlsx 或 csv 后发送。".to_owned(),
            Self::OldOrProtected => {
                "这是旧版 xls 或带密码的表格，请另存为不带密码的 xlsx 后重新发送。".to_owned()
            }
            Self::Damaged => {
                "表格已损坏或编码无法识别，请用 Excel 打开后另存为 xlsx 再发送。".to_owned()
            }
            Self::TooLarge => {
                "表格过大，请只保留 BOM 清单，另存为新的 xlsx 后重新发送。".to_owned()
            }
            Self::NoSheet => "表格里没有工作表，请检查后重新发送。".to_owned(),
            Self::NoModelColumn { headers } => format!(
                "表格里没有找到型号列（看到的表头：{}），请把型号列的表头写成“规格型号”后重新发送。",
                headers.join("、")
            ),
            Self::NoRows => "表格的型号列是空的，请填好型号后重新发送。".to_owned(),
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::OldOrProtected => Self::OldOrProtected,
            Unreadable::NoSheet => Self::NoSheet,
            Unreadable::Damaged(_) => Self::Damaged,
            Unreadable::TooLarge(_) => Self::TooLarge,
        }
    }
}

/// Reads the model codes of a file of at most `largest` bytes, each once, in their order. Of a
/// workbook it is the first sheet that has a column with one of the headers.
///
/// # Errors
/// When the file is no table, too large, or has no such column or nothing in it.
pub fn read(bytes: &[u8], headers: &[&str], largest: usize) -> Result<Vec<ModelCode>, Refusal> {
    use super::FileKind::{Csv, OldOffice, Text, Xlsx, Zip};

    if bytes.len() > largest {
        return Err(Refusal::TooLarge);
    }
    if !matches!(super::sniff(bytes), Csv | OldOffice | Text | Xlsx | Zip) {
        return Err(Refusal::NotATable);
    }
    let wanted: Vec<String> = headers.iter().map(|header| folded(header)).collect();
    let sheets = spreadsheet::sheets(bytes.to_vec(), MOST_SHEETS)?;
    let found = sheets
        .iter()
        .find_map(|rows| model_column(rows, &wanted).map(|at| (rows, at)));
    let Some((rows, (header, column))) = found else {
        return Err(no_model_column(&sheets));
    };
    let mut seen = BTreeSet::new();
    let codes: Vec<ModelCode> = rows[header + 1..]
        .iter()
        .filter_map(|row| ModelCode::new(row.cells.get(column)?))
        .filter(|code| seen.insert(code.clone()))
        .collect();
    if codes.is_empty() {
        return Err(Refusal::NoRows);
    }
    Ok(codes)
}

/// The row of the header, and in it the column whose header stands first among those wanted.
fn model_column(rows: &[RawRow], wanted: &[String]) -> Option<(usize, usize)> {
    let best_of = |row: &RawRow| {
        let rank = |header: &String| {
            names(header)
                .filter_map(|name| wanted.iter().position(|wanted| *wanted == name))
                .min()
        };
        let ranked = row
            .cells
            .iter()
            .enumerate()
            .filter_map(|(column, header)| Some((rank(header)?, column)));
        ranked.min().map(|(_, column)| column)
    };
    let near_the_top = rows.iter().enumerate().take(MOST_ROWS_ABOVE);
    near_the_top
        .filter_map(|(index, row)| Some((index, best_of(row)?)))
        .next()
}

/// All that a header may mean: the whole, and of `规格型号/Model（必填）` each part.
fn names(header: &str) -> impl Iterator<Item = String> {
    let parts = header.split(['/', '／', '\n', '(', ')', '（', '）', '|', '*', '【', '】']);
    std::iter::once(header)
        .chain(parts)
        .map(folded)
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Without case, width, blanks and marks.
fn folded(header: &str) -> String {
    header
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn no_model_column(sheets: &[Vec<RawRow>]) -> Refusal {
    const MOST_SHOWN: usize = 12;
    const LONGEST_SHOWN: usize = 20;
    // A title above the header has one cell.
    let rows = || sheets.iter().flatten().filter(|row| !row.is_blank());
    let is_header = |row: &&RawRow| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    let Some(row) = rows().find(is_header).or_else(|| rows().next()) else {
        return Refusal::NoRows;
    };
    let shown = |cell: &String| {
        cell.chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_SHOWN)
            .collect()
    };
    let headers = row.cells.iter().filter(|cell| !cell.is_empty());
    Refusal::NoModelColumn {
        headers: headers.take(MOST_SHOWN).map(shown).collect(),
    }
}
