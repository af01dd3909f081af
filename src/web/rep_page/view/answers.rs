//! Answers, present and former.

use crate::domain::RunId;
use crate::engine::{Answer, Given, Past, Question, QuestionKind};
use crate::web::language::Language;
use crate::web::moments::{self, Now};
use crate::web::rep_page::posted::Row;
use crate::web::run::{files, given_told};

/// An answer, present or former.
pub(in crate::web::rep_page) struct Shown {
    pub(in crate::web::rep_page) lines: Vec<String>,
    /// Where the file is that was given.
    pub(in crate::web::rep_page) file: Option<String>,
    pub(in crate::web::rep_page) when: String,
}

pub(super) fn shown(question: &Question, answer: &Answer, run: &RunId, now: Now) -> Shown {
    Shown {
        lines: lines_of(question, &answer.given, now.language),
        file: files::path(run, &answer.given),
        when: moments::told(answer.at, now),
    }
}

pub(super) fn former(question: &Question, past: &Past, run: &RunId, now: Now) -> Shown {
    let why = match past.why.as_str() {
        "taken_back" => now.language.say("撤回", "taken back"),
        "amended" => now.language.say("修改", "amended"),
        _ => now.language.say("退回", "sent back"),
    };
    Shown {
        lines: lines_of(question, &past.answer.given, now.language),
        file: files::path(run, &past.answer.given),
        when: format!("{} {why}", moments::told(past.until, now)),
    }
}

/// A line for each row of a table, its cells in the order of the columns.
fn lines_of(question: &Question, given: &Given, language: Language) -> Vec<String> {
    let (Given::Rows { rows }, QuestionKind::Table { columns, .. }) = (given, &question.kind)
    else {
        return vec![given_told(given, language)];
    };
    let line = |row: &Row| {
        let cells = columns.iter().filter_map(|column| row.get(&column.key));
        let filled = cells.filter(|text| !text.is_empty());
        filled.map(String::as_str).collect::<Vec<_>>().join(" · ")
    };
    rows.iter().map(line).collect()
}
