//! A file's rows under the columns of their kind.

use std::collections::BTreeMap;

use super::cell;
use super::column::Column;
use super::{Kind, WrongCell};

/// A row as a file holds it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RawRow {
    /// As the spreadsheet counts.
    pub(crate) number: u32,
    /// Blanks around the text are gone.
    pub(crate) cells: Vec<String>,
}

impl RawRow {
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// The rows below the header.
pub(super) struct Table {
    columns: &'static [Column],
    pub(super) rows: Vec<Row>,
}

/// One row; a cell for each column of the kind, `None` where the file doesn't have the column.
pub(super) struct Row {
    columns: &'static [Column],
    pub(super) number: u32,
    cells: Vec<Option<String>>,
    /// Header → cell of columns that are none of the kind's, where it keeps those.
    pub(super) further: BTreeMap<String, String>,
}

/// What a column of the file is.
#[derive(Clone, PartialEq, Eq)]
enum Place {
    /// One of the kind's.
    Known(usize),
    /// Another one, which is kept under its header.
    Further(String),
    /// One without a header.
    Nothing,
}

impl Table {
    /// Finds the kind's columns by the header, the first row that isn't blank. With the rows come
    /// all cells that no column takes.
    ///
    /// # Errors
    /// All mistakes of the header: without it nobody knows what the cells are.
    pub(super) fn new(
        kind: Kind,
        raw: Vec<RawRow>,
    ) -> Result<(Self, Vec<WrongCell>), Vec<WrongCell>> {
        let columns = kind.columns();
        let mut raw = raw.into_iter().filter(|row| !row.is_blank());
        let Some(header) = raw.next() else {
            return Err(vec![no_header(kind)]);
        };
        let places = places(kind, &header)?;
        let mut wrong = Vec::new();
        let rows = raw
            .map(|row| Row::new(columns, &places, row, &mut wrong))
            .collect();
        Ok((Self { columns, rows }, wrong))
    }

    /// Says that a cell is wrong.
    pub(super) fn wrong(&self, row: u32, code: &str, found: String, expected: String) -> WrongCell {
        let column = self.columns.iter().find(|column| column.code == code);
        WrongCell {
            row,
            column: column.map(Column::header).unwrap_or_default(),
            found,
            expected,
        }
    }
}

impl Row {
    fn new(
        columns: &'static [Column],
        places: &[Place],
        raw: RawRow,
        wrong: &mut Vec<WrongCell>,
    ) -> Self {
        let mut cells = vec![None; columns.len()];
        for place in places {
            if let Place::Known(known) = place {
                cells[*known] = Some(String::new());
            }
        }
        let mut further = BTreeMap::new();
        for (index, text) in raw.cells.into_iter().enumerate() {
            let place = places.get(index).unwrap_or(&Place::Nothing);
            let (header, refusal) = match place {
                Place::Known(known) => (columns[*known].header(), cell::check(&text).err()),
                Place::Further(header) => (header.clone(), cell::check(&text).err()),
                Place::Nothing => {
                    let is_unnamed = !text.is_empty();
                    let expected = "nothing, since the column has no header".to_owned();
                    (
                        format!("column {}", index + 1),
                        is_unnamed.then_some(expected),
                    )
                }
            };
            if let Some(expected) = refusal {
                wrong.push(WrongCell {
                    row: raw.number,
                    column: header.clone(),
                    found: cell::shown(&text),
                    expected,
                });
            }
            match place {
                Place::Known(known) => cells[*known] = Some(text),
                Place::Further(_) => {
                    further.insert(header, text);
                }
                Place::Nothing => {}
            }
        }
        Self {
            columns,
            number: raw.number,
            cells,
            further,
        }
    }

    /// The cell, `""` when it is empty, `None` when the file doesn't have the column.
    pub(super) fn cell(&self, code: &str) -> Option<&str> {
        let index = self.columns.iter().position(|column| column.code == code)?;
        self.cells[index].as_deref()
    }

    /// The cell, `""` when it is empty or the file doesn't have the column.
    pub(super) fn text(&self, code: &str) -> &str {
        self.cell(code).unwrap_or("")
    }
}

/// Which of the kind's columns each of the file's columns is.
fn places(kind: Kind, header: &RawRow) -> Result<Vec<Place>, Vec<WrongCell>> {
    let columns = kind.columns();
    let mut wrong = Vec::new();
    let mut places: Vec<Place> = Vec::with_capacity(header.cells.len());
    for name in &header.cells {
        let known = columns.iter().position(|column| column.is_meant_by(name));
        let place = match known {
            Some(known) => Place::Known(known),
            None if name.is_empty() => Place::Nothing,
            None => Place::Further(name.clone()),
        };
        let is_repeated = place != Place::Nothing && places.contains(&place);
        let is_unknown = matches!(place, Place::Further(_)) && !kind.keeps_further_columns();
        if is_repeated || is_unknown {
            let expected = if is_repeated {
                "each header once".to_owned()
            } else {
                format!("one of: {}", headers(columns.iter()))
            };
            wrong.push(WrongCell {
                row: header.number,
                column: String::new(),
                found: format!("the header {}", cell::shown(name)),
                expected,
            });
        }
        places.push(place);
    }
    let missing = columns
        .iter()
        .enumerate()
        .filter(|(index, column)| column.is_required && !places.contains(&Place::Known(*index)));
    wrong.extend(missing.map(|(_, column)| WrongCell {
        row: header.number,
        column: String::new(),
        found: "a header row without it".to_owned(),
        expected: format!("a column {}", column.header()),
    }));
    if wrong.is_empty() {
        Ok(places)
    } else {
        Err(wrong)
    }
}

fn no_header(kind: Kind) -> WrongCell {
    WrongCell {
        row: 1,
        column: String::new(),
        found: "nothing".to_owned(),
        expected: format!("a header row with {}", headers(kind.columns().iter())),
    }
}

fn headers<'a>(columns: impl Iterator<Item = &'a Column>) -> String {
    columns.map(Column::header).collect::<Vec<_>>().join(", ")
}
