//! Rows of a csv: UTF-8 with or without a mark at its start, or GBK as Chinese Excel saves it.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::GB18030;

use super::table::RawRow;
use super::{MOST_COLUMNS, MOST_ROWS, Unreadable, cell, formula_guard};

/// # Errors
/// Why the file is no csv that can be read.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<RawRow>, Unreadable> {
    let text = decoded(bytes)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let is_read = reader
            .read_record(&mut record)
            .map_err(|error| Unreadable::Damaged(format!("the csv can't be read: {error}")))?;
        if !is_read {
            return Ok(rows);
        }
        if rows.len() > MOST_ROWS {
            return Err(Unreadable::TooLarge(format!(
                "the file has more than {MOST_ROWS} rows; split it"
            )));
        }
        rows.push(row(&text, &record)?);
    }
}

fn row(file: &str, record: &StringRecord) -> Result<RawRow, Unreadable> {
    let line = line_of(file, record);
    if record.len() > MOST_COLUMNS {
        return Err(Unreadable::TooLarge(format!(
            "line {line} has more than {MOST_COLUMNS} columns"
        )));
    }
    let text = |raw: &str| formula_guard::unguarded(&cell::cut(raw)).to_owned();
    Ok(RawRow {
        number: u32::try_from(line).unwrap_or(u32::MAX),
        cells: record.iter().map(text).collect(),
    })
}

/// The line on which the record stands. The reader says where it began to look for it, which is
/// before the blank lines above.
fn line_of(file: &str, record: &StringRecord) -> u64 {
    let Some(position) = record.position() else {
        return 0;
    };
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let ahead = file.as_bytes().get(from..).unwrap_or_default();
    let blank = ahead
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// Excel saves 「CSV UTF-8」 with a mark and 「CSV」 in GBK; everyone else UTF-8 without a mark.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    const ADVICE: &str = "save it as 「CSV UTF-8(逗号分隔)」 or as xlsx";
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::Damaged(format!("the file is UTF-16; {ADVICE}")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| Unreadable::Damaged(format!("the file is neither UTF-8 nor GBK; {ADVICE}")))
}

/// What parts the header's cells: a comma, or a tab or semicolon as some spreadsheets write.
fn delimiter(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    let commas = count(b',');
    [b'\t', b';']
        .into_iter()
        .find(|other| count(*other) > commas)
        .unwrap_or(b',')
}
