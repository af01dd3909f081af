//! What a form of the page sends, and the events that it stands for.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId};
use crate::engine::{Column, Event, FormQuestion, QuestionKind};

/// The most rows of a table.
pub(super) const MOST_ROWS: usize = 50;

/// A row of a table: column key → text.
pub(super) type Row = BTreeMap<String, String>;

/// The fields of a form.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The field's value; empty when it isn't there.
    pub(super) fn get(&self, name: &str) -> &str {
        let named = self.0.iter().find(|(key, _)| key == name);
        named.map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The rows of a table, the blank ones too.
    pub(super) fn rows(&self, columns: &[Column]) -> Vec<Row> {
        let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
        for (name, value) in &self.0 {
            let Some((number, column)) = cell_of(name) else {
                continue;
            };
            if number < MOST_ROWS && columns.iter().any(|known| known.key == column) {
                let row = rows.entry(number).or_default();
                row.insert(column.to_owned(), value.trim().to_owned());
            }
        }
        rows.into_values().collect()
    }
}

/// `cell.ROW.COLUMN`.
fn cell_of(name: &str) -> Option<(usize, &str)> {
    let (number, column) = name.strip_prefix("cell.")?.split_once('.')?;
    Some((number.parse().ok()?, column))
}

/// What a form stands for.
#[derive(Debug)]
pub(super) enum Posted {
    /// An answer.
    Events(Vec<Event>),
    /// A table with a row more or less, which is not to be saved yet.
    Rows(Vec<Row>),
    /// Nothing was answered, and this is what to say.
    Wrong(String),
    /// The question isn't answered by such a form.
    Nothing,
}

/// Reads the form of a question.
pub(super) fn read(
    asked: &FormQuestion<'_>,
    run: &RunId,
    by: &PersonId,
    fields: &Fields,
) -> Posted {
    let told = |text: &str| Event::Told {
        run: run.clone(),
        question: asked.question.key.clone(),
        text: text.to_owned(),
        by: by.clone(),
        amends: true,
    };
    match &asked.question.kind {
        QuestionKind::Text { .. } => Posted::Events(vec![told(fields.get("text"))]),
        QuestionKind::ChooseOne(_) | QuestionKind::ChooseSeveral(_) => {
            let chosen: Vec<String> = fields.all("choice").map(str::to_owned).collect();
            if chosen.is_empty() {
                return Posted::Wrong(asked.not_chosen.clone());
            }
            let wants_words = |(id, _): &&(&str, String)| chosen.iter().any(|one| one == id);
            let own_words = asked.own_words.iter().any(|option| wants_words(&option));
            let mut events = vec![Event::Chosen {
                run: run.clone(),
                choices: BTreeMap::from([(asked.question.key.clone(), chosen.clone())]),
                by: by.clone(),
                amends: true,
            }];
            events.extend(own_words.then(|| told(fields.get("own"))));
            Posted::Events(events)
        }
        QuestionKind::Table { columns, .. } => read_table(asked, run, by, fields, columns),
        QuestionKind::File { .. }
        | QuestionKind::PartsList { .. }
        | QuestionKind::Voice { .. }
        | QuestionKind::Place { .. } => Posted::Nothing,
    }
}

/// The button says what is to be done: `save`, `add`, `drop.ROW`.
fn read_table(
    asked: &FormQuestion<'_>,
    run: &RunId,
    by: &PersonId,
    fields: &Fields,
    columns: &[Column],
) -> Posted {
    let mut rows = fields.rows(columns);
    let wanted = fields.get("do");
    if wanted == "add" {
        if rows.len() < MOST_ROWS {
            rows.push(Row::new());
        }
        return Posted::Rows(rows);
    }
    if let Some(number) = wanted.strip_prefix("drop.") {
        let number: usize = number.parse().unwrap_or(usize::MAX);
        if number < rows.len() {
            rows.remove(number);
        }
        return Posted::Rows(rows);
    }
    rows.retain(|row| row.values().any(|text| !text.is_empty()));
    Posted::Events(vec![Event::Tabled {
        run: run.clone(),
        question: asked.question.key.clone(),
        rows,
        by: by.clone(),
    }])
}
