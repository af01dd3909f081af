//! Rows as xlsx, csv or JSON.

use std::io::Write;

use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet, XlsxError};
use serde_json::Map;

use super::export::{ExportError, Format};
use super::{Kind, formula_guard};

/// What the guide says of columns that are none of the kind's own.
const FURTHER: &str = "自己加的列也会保存，流程条件里写 customer.fields[\"列名\"] 就能用；文件里没有的列保持不变，留空的单元格会清除";

/// What stands in a cell.
pub(super) enum Value {
    /// Nothing is known.
    Nothing,
    Text(String),
    Truth(bool),
    /// An object, already as JSON.
    Json(String),
}

impl Value {
    fn into_text(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) | Self::Json(text) => text,
            Self::Truth(truth) => truth.to_string(),
        }
    }

    fn into_json(self) -> serde_json::Value {
        match self {
            Self::Nothing => serde_json::Value::Null,
            Self::Text(text) => text.into(),
            Self::Truth(truth) => truth.into(),
            Self::Json(text) => {
                serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
            }
        }
    }
}

/// A table that is being written.
pub(super) struct Sheet<W: Write> {
    kind: Kind,
    /// Headers of columns behind the kind's own.
    further: Vec<String>,
    target: Target<W>,
}

enum Target<W: Write> {
    Xlsx {
        out: W,
        workbook: Box<Workbook>,
        rows: u32,
    },
    Csv(Box<csv::Writer<W>>),
    Json {
        out: W,
        rows: u64,
    },
}

impl<W: Write> Sheet<W> {
    /// Writes the header: the kind's columns, and what `further` names behind them.
    pub(super) fn begin(
        kind: Kind,
        format: Format,
        further: Vec<String>,
        mut out: W,
    ) -> Result<Self, ExportError> {
        let target = match format {
            Format::Xlsx => Target::Xlsx {
                out,
                workbook: Box::new(workbook(kind, &further).map_err(unwritable)?),
                rows: 0,
            },
            Format::Csv => {
                out.write_all(b"\xEF\xBB\xBF")?;
                let mut csv = csv::Writer::from_writer(out);
                let headers = headers(kind, &further);
                let headers = headers.map(|header| formula_guard::guarded(&header).into_owned());
                csv.write_record(headers).map_err(std::io::Error::from)?;
                Target::Csv(Box::new(csv))
            }
            Format::Json => {
                out.write_all(b"[")?;
                Target::Json { out, rows: 0 }
            }
        };
        Ok(Self {
            kind,
            further,
            target,
        })
    }

    /// Writes a row: a value for each of the kind's columns, and for each further one.
    pub(super) fn row(&mut self, values: Vec<Value>) -> Result<(), ExportError> {
        match &mut self.target {
            Target::Xlsx { workbook, rows, .. } => {
                *rows += 1;
                let sheet = workbook.worksheet_from_index(0).map_err(unwritable)?;
                write_cells(sheet, *rows, values.into_iter().map(Value::into_text))
            }
            Target::Csv(csv) => {
                let cells = values
                    .into_iter()
                    .map(|value| formula_guard::guarded(&value.into_text()).into_owned());
                csv.write_record(cells).map_err(std::io::Error::from)?;
                Ok(())
            }
            Target::Json { out, rows } => {
                let codes = self
                    .kind
                    .columns()
                    .iter()
                    .map(|column| column.code.to_owned())
                    .chain(self.further.iter().cloned());
                let object: Map<_, _> = codes
                    .zip(values.into_iter().map(Value::into_json))
                    .collect();
                out.write_all(if *rows == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *out, &object).map_err(std::io::Error::from)?;
                *rows += 1;
                Ok(())
            }
        }
    }

    /// Writes the end.
    pub(super) fn finish(self) -> Result<(), ExportError> {
        match self.target {
            Target::Xlsx {
                mut out,
                mut workbook,
                ..
            } => {
                out.write_all(&workbook.save_to_buffer().map_err(unwritable)?)?;
                out.flush()?;
            }
            Target::Csv(mut csv) => csv.flush()?,
            Target::Json { mut out, .. } => {
                out.write_all(b"\n]\n")?;
                out.flush()?;
            }
        }
        Ok(())
    }
}

/// Two sheets: the table, and what its columns mean.
fn workbook(kind: Kind, further: &[String]) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = CellFormat::new().set_bold();
    // Typed as text, so that a mobile keeps its zeros and nothing is ever run.
    let text = CellFormat::new().set_num_format("@");
    let table = workbook.add_worksheet();
    table.set_name(kind.as_str())?.set_freeze_panes(1, 0)?;
    for (index, header) in (0..).zip(headers(kind, further)) {
        table
            .set_column_format(index, &text)?
            .set_column_width(index, 18)?;
        table.write_string_with_format(0, index, header, &bold)?;
    }

    let guide = workbook.add_worksheet();
    guide
        .set_name("说明")?
        .set_column_width(0, 28)?
        .set_column_width(1, 80)?;
    guide.write_string_with_format(0, 0, "列", &bold)?;
    guide.write_string_with_format(0, 1, "说明", &bold)?;
    for (row, column) in (1..).zip(kind.columns()) {
        guide.write_string(row, 0, column.header())?;
        guide.write_string(row, 1, column.explanation)?;
    }
    if kind.keeps_further_columns() {
        let last = u32::try_from(kind.columns().len()).unwrap_or(u32::MAX);
        guide.write_string(last.saturating_add(1), 0, "其他列")?;
        guide.write_string(last.saturating_add(1), 1, FURTHER)?;
    }
    Ok(workbook)
}

/// The headers of all columns, in order.
fn headers(kind: Kind, further: &[String]) -> impl Iterator<Item = String> {
    let own = kind.columns().iter().map(super::column::Column::header);
    own.chain(further.iter().cloned())
}

fn write_cells(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = String>,
) -> Result<(), ExportError> {
    const LONGEST: usize = 32_767;
    for (column, text) in (0..).zip(cells) {
        let text: String = text.chars().take(LONGEST).collect();
        if !text.is_empty() {
            sheet.write_string(row, column, text).map_err(unwritable)?;
        }
    }
    Ok(())
}

pub(super) fn unwritable(error: XlsxError) -> ExportError {
    match error {
        XlsxError::RowColumnLimitError => ExportError::TooManyRows,
        other => ExportError::Write(std::io::Error::other(other)),
    }
}
