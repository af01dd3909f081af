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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Document;
    use crate::engine::{Process, Question};

    fn process() -> Process {
        let text = include_str!("../../../config/processes/golden-six.toml");
        let document = Document::new("golden-six.toml", text.to_owned());
        Process::from_document(&document).expect("it is the shipped one")
    }

    fn question<'p>(process: &'p Process, node: &str, key: &str) -> &'p Question {
        let node = process.node(node).expect("a golden node");
        node.question(key).expect("one of its questions")
    }

    fn fields(given: &[(&str, &str)]) -> Fields {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Fields(given.iter().map(owned).collect())
    }

    fn posted(question: &Question, given: &[(&str, &str)]) -> Posted {
        let asked = FormQuestion {
            question,
            ask: String::new(),
            own_words: vec![("own", "请直接回复一句话".to_owned())],
            not_chosen: "还没有选择".to_owned(),
            answer: None,
            past: Vec::new(),
            is_lacking: true,
        };
        let (run, by) = ("o1-1".parse(), "rep-1".parse());
        read(
            &asked,
            &run.expect("an id"),
            &by.expect("an id"),
            &fields(given),
        )
    }

    fn events(posted: Posted) -> Vec<Event> {
        match posted {
            Posted::Events(events) => events,
            other => panic!("{other:?} is no answer"),
        }
    }

    fn rows(posted: Posted) -> Vec<Row> {
        match posted {
            Posted::Rows(rows) => rows,
            other => panic!("{other:?} is no table under construction"),
        }
    }

    #[test]
    fn a_choice_is_what_was_chosen_and_own_words_follow_where_they_are_wanted() {
        let process = process();
        let strategy = question(&process, "risk_registration", "strategy");

        let Posted::Wrong(why) = posted(strategy, &[("own", "先谈全周期成本")]) else {
            panic!("nothing was chosen");
        };
        assert_eq!(why, "还没有选择");
        let preset = events(posted(
            strategy,
            &[("choice", "pilot"), ("own", "not wanted")],
        ));
        let [
            Event::Chosen {
                choices,
                amends: true,
                ..
            },
        ] = preset.as_slice()
        else {
            panic!("{preset:?}");
        };
        assert_eq!(choices["strategy"], ["pilot"]);
        let several = events(posted(strategy, &[("choice", "pilot"), ("choice", "own")]));
        let [
            Event::Chosen { choices, .. },
            Event::Told {
                text, amends: true, ..
            },
        ] = several.as_slice()
        else {
            panic!("{several:?}");
        };
        assert_eq!(choices["strategy"], ["pilot", "own"]);
        assert_eq!(text, "", "the engine says that it is missing");
    }

    #[test]
    fn a_text_is_told_as_it_was_written_and_a_missing_one_as_nothing() {
        let process = process();
        let model = question(&process, "competitor_response", "competitor_model");

        for (given, expected) in [
            (&[("text", " S7-1500\n")][..], " S7-1500\n"),
            (&[("text", "first"), ("text", "second")], "first"),
            (&[("other", "S7")], ""),
        ] {
            let told = events(posted(model, given));
            let [Event::Told { text, question, .. }] = told.as_slice() else {
                panic!("{told:?}");
            };
            assert_eq!(
                (text.as_str(), question.as_str()),
                (expected, "competitor_model")
            );
        }
    }

    #[test]
    fn a_table_is_its_known_cells_in_the_order_of_their_rows_without_blank_ones() {
        let process = process();
        let roles = question(&process, "decision_chain", "roles");

        let saved = events(posted(
            roles,
            &[
                ("cell.7.name", "王总"),
                ("cell.0.role", " 发起人 "),
                ("cell.0.name", "陈工"),
                ("cell.3.role", "  "),
                ("cell.3.name", ""),
                ("cell.0.salary", "100"),
                ("cell.x.name", "nobody"),
                ("cell.1", "nobody"),
                ("cell.50.name", "one too many"),
                ("cell.99999999999999999999.name", "nobody"),
                ("do", "save"),
            ],
        ));

        let [Event::Tabled { rows, .. }] = saved.as_slice() else {
            panic!("{saved:?}");
        };
        let cells = |row: &Row| row.clone().into_iter().collect::<Vec<_>>();
        let cell = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(rows.len(), 2);
        assert_eq!(
            cells(&rows[0]),
            [cell("name", "陈工"), cell("role", "发起人")]
        );
        assert_eq!(cells(&rows[1]), [cell("name", "王总")]);
    }

    #[test]
    fn rows_are_added_up_to_the_most_and_dropped_where_there_are_any() {
        let process = process();
        let roles = question(&process, "decision_chain", "roles");
        let with = |wanted: &str| {
            let given = [
                ("cell.0.name", "陈工"),
                ("cell.1.name", "刘总"),
                ("do", wanted),
            ];
            rows(posted(roles, &given))
        };

        assert_eq!(with("add").len(), 3);
        assert_eq!(with("drop.0")[0]["name"], "刘总");
        for nowhere in ["drop.2", "drop.", "drop.-1", "drop.x"] {
            assert_eq!(with(nowhere).len(), 2, "{nowhere}");
        }
        let names: Vec<String> = (0..MOST_ROWS)
            .map(|row| format!("cell.{row}.name"))
            .collect();
        let mut full: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), "陈工")).collect();
        full.push(("do", "add"));
        assert_eq!(rows(posted(roles, &full)).len(), MOST_ROWS);
    }

    #[test]
    fn what_is_no_form_answers_nothing() {
        let process = process();

        for (node, key) in [
            ("needs_clarification", "confirmation"),
            ("needs_clarification", "summary"),
            ("solution_match", "parts"),
        ] {
            let asked = question(&process, node, key);
            let nothing = posted(asked, &[("text", "done"), ("choice", "yes")]);
            assert!(matches!(nothing, Posted::Nothing), "{key}: {nothing:?}");
        }
    }
}
