//! Answers, present and former.

use crate::domain::{RunId, Timestamp};
use crate::engine::{Answer, Given, Past, Question, QuestionKind};
use crate::web::moments;
use crate::web::rep_page::posted::Row;
use crate::web::run::files;

/// An answer, present or former.
pub(in crate::web::rep_page) struct Shown {
    pub(in crate::web::rep_page) lines: Vec<String>,
    /// Where the file is that was given.
    pub(in crate::web::rep_page) file: Option<String>,
    pub(in crate::web::rep_page) when: String,
}

pub(super) fn shown(question: &Question, answer: &Answer, run: &RunId, now: Timestamp) -> Shown {
    Shown {
        lines: lines_of(question, &answer.given),
        file: files::path(run, &answer.given),
        when: moments::told(answer.at, now),
    }
}

pub(super) fn former(question: &Question, past: &Past, run: &RunId, now: Timestamp) -> Shown {
    let why = match past.why.as_str() {
        "taken_back" => "撤回",
        "amended" => "修改",
        _ => "退回",
    };
    Shown {
        lines: lines_of(question, &past.answer.given),
        file: files::path(run, &past.answer.given),
        when: format!("{} {why}", moments::told(past.until, now)),
    }
}

/// A line for each row of a table, its cells in the order of the columns.
fn lines_of(question: &Question, given: &Given) -> Vec<String> {
    let (Given::Rows { rows }, QuestionKind::Table { columns, .. }) = (given, &question.kind)
    else {
        return vec![given.shown()];
    };
    let line = |row: &Row| {
        let cells = columns.iter().filter_map(|column| row.get(&column.key));
        let filled = cells.filter(|text| !text.is_empty());
        filled.map(String::as_str).collect::<Vec<_>>().join(" · ")
    };
    rows.iter().map(line).collect()
}
