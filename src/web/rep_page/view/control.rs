//! What a question is answered with, filled in.

use super::Draft;
use crate::engine::{Choice, Column, FileSort, FormQuestion, Given, Question, QuestionKind};
use crate::web::language::Language;
use crate::web::rep_page::posted::{Fields, MOST_ROWS, Row};

const MEGABYTE: u64 = 1024 * 1024;

/// What a question is answered with.
pub(in crate::web::rep_page) enum Control {
    Choice {
        several: bool,
        options: Vec<Opt>,
        /// What the option that wants words of one's own asks for, and what was written.
        own: Option<(String, String)>,
    },
    Text {
        value: String,
        most: usize,
    },
    File {
        accept: String,
        megabytes: u64,
    },
    Table {
        columns: Vec<Head>,
        rows: Vec<Vec<Cell>>,
        is_full: bool,
    },
    /// It is answered in the chat with the app.
    InChat(&'static str),
}

/// An option of a choice.
pub(in crate::web::rep_page) struct Opt {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
    pub(super) wants_words: bool,
}

/// The head of a column.
pub(in crate::web::rep_page) struct Head {
    pub(super) title: String,
    pub(super) options: Vec<String>,
    pub(super) is_required: bool,
}

/// A cell under its column.
pub(in crate::web::rep_page) struct Cell {
    pub(super) name: String,
    pub(super) value: String,
}

/// Whether files are uploaded for it here; a voice message is spoken into the chat.
pub(in crate::web::rep_page) const fn takes_files(question: &Question) -> bool {
    matches!(
        question.kind,
        QuestionKind::File { .. } | QuestionKind::PartsList { .. }
    )
}

/// What answers the question, filled in with what is kept or was typed.
pub(super) fn control(
    asked: &FormQuestion<'_>,
    draft: Option<&Draft>,
    largest_file: u64,
    language: Language,
) -> Control {
    let fields = draft.map(|draft| &draft.fields);
    match &asked.question.kind {
        QuestionKind::ChooseOne(choices) => choice(asked, choices, false, fields),
        QuestionKind::ChooseSeveral(choices) => choice(asked, choices, true, fields),
        QuestionKind::Text { .. } => Control::Text {
            value: match (fields, asked.answer.map(|answer| &answer.given)) {
                (Some(fields), _) => fields.get("text").to_owned(),
                (None, Some(Given::Text { text })) => text.clone(),
                (None, _) => String::new(),
            },
            most: asked.question.text.max_chars,
        },
        QuestionKind::File { accept, .. } => file(accept, largest_file),
        QuestionKind::PartsList { .. } => file(&[FileSort::Sheet], largest_file),
        QuestionKind::Table {
            columns, min_rows, ..
        } => table(asked, columns, *min_rows, draft),
        QuestionKind::Voice { .. } => Control::InChat(language.say(
            "请回到和应用的聊天，直接发一段语音，收到就记在这里。",
            "Please go back to the chat with the app and send a voice message; it is kept here.",
        )),
        QuestionKind::Place { .. } => Control::InChat(language.say(
            "请回到和应用的聊天，发送位置，收到就记在这里。",
            "Please go back to the chat with the app and send your location; it is kept here.",
        )),
    }
}

fn choice(
    asked: &FormQuestion<'_>,
    choices: &[Choice],
    several: bool,
    fields: Option<&Fields>,
) -> Control {
    let (kept, kept_own) = match asked.answer.map(|answer| &answer.given) {
        Some(Given::Chosen { picked, own }) => (picked.as_slice(), own.as_deref()),
        _ => (&[][..], None),
    };
    let is_chosen = |choice: &Choice| match fields {
        Some(fields) => fields.all("choice").any(|id| id == choice.id),
        None => kept.iter().any(|option| option.id == choice.id),
    };
    let options = choices.iter().map(|choice| Opt {
        id: choice.id.clone(),
        text: choice.text.clone(),
        is_chosen: is_chosen(choice),
        wants_words: choice.ask_text.is_some(),
    });
    let written = fields.map_or(kept_own.unwrap_or_default(), |fields| fields.get("own"));
    let own = asked.own_words.first();
    Control::Choice {
        several,
        options: options.collect(),
        own: own.map(|(_, ask)| (ask.clone(), written.to_owned())),
    }
}

fn file(accept: &[FileSort], largest_file: u64) -> Control {
    let endings: Vec<&str> = accept.iter().map(|sort| endings_of(*sort)).collect();
    Control::File {
        accept: endings.join(","),
        megabytes: largest_file / MEGABYTE,
    }
}

/// What a phone's chooser offers; what is really taken, the content decides.
const fn endings_of(sort: FileSort) -> &'static str {
    match sort {
        FileSort::Pdf => ".pdf,application/pdf",
        FileSort::Picture => "image/jpeg,image/png,image/webp",
        FileSort::Sheet => ".xlsx,.csv",
        FileSort::Document => ".docx,.txt",
        FileSort::Sound => ".amr,.mp3,.m4a",
    }
}

fn table(
    asked: &FormQuestion<'_>,
    columns: &[Column],
    min_rows: u32,
    draft: Option<&Draft>,
) -> Control {
    let drafted = draft.map(|draft| match &draft.rows {
        Some(rows) => rows.clone(),
        None => draft.fields.rows(columns),
    });
    let kept = match asked.answer.map(|answer| &answer.given) {
        Some(Given::Rows { rows }) => rows.clone(),
        _ => Vec::new(),
    };
    let mut rows = drafted.unwrap_or_else(|| {
        let blank = usize::try_from(min_rows)
            .unwrap_or(MOST_ROWS)
            .min(MOST_ROWS);
        let missing = kept.len()..blank.max(kept.len());
        let begun = missing.map(|number| begun_row(columns, number));
        kept.iter().cloned().chain(begun).collect()
    });
    if rows.is_empty() {
        rows.push(Row::new());
    }
    let cells = |(number, row): (usize, &Row)| {
        let cell = |column: &Column| Cell {
            name: format!("cell.{number}.{}", column.key),
            value: row.get(&column.key).cloned().unwrap_or_default(),
        };
        columns.iter().map(cell).collect()
    };
    Control::Table {
        is_full: rows.len() >= MOST_ROWS,
        rows: rows.iter().enumerate().map(cells).collect(),
        columns: columns.iter().map(head).collect(),
    }
}

/// A row that says already which of the options that all have to be there it is for: what can be
/// read off the definition, nobody has to choose.
fn begun_row(columns: &[Column], number: usize) -> Row {
    let each = columns.iter().filter(|column| column.each_option);
    let given = each.filter_map(|column| {
        let option = column.options.get(number)?;
        Some((column.key.clone(), option.clone()))
    });
    given.collect()
}

fn head(column: &Column) -> Head {
    Head {
        title: column.title.clone(),
        options: column.options.clone(),
        is_required: column.required,
    }
}
