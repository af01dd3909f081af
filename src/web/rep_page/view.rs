//! What the page shows of a run.

use askama::Template;

use super::Opened;
use super::posted::{Fields, MOST_ROWS, Row};
use crate::domain::Timestamp;
use crate::engine::{
    Answer, Choice, Column, FileSort, Form, FormQuestion, Given, Past, Phase, Question,
    QuestionKind, Run, SpotCheck,
};
use crate::web::error::PageError;
use crate::web::moments;
use crate::web::query::path_of;

const MEGABYTE: u64 = 1024 * 1024;

/// The page.
#[derive(Template)]
#[template(path = "rep_page.html")]
pub(super) struct RepPage {
    pub(super) csrf: String,
    pub(super) node: String,
    pub(super) customer: String,
    pub(super) deal: String,
    pub(super) why: String,
    pub(super) standing: Standing,
    /// What a supervisor has to say or to look at.
    pub(super) notes: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// How the run stands.
pub(super) struct Standing {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) says: String,
    pub(super) is_open: bool,
}

/// One question.
pub(super) struct Section {
    pub(super) anchor: String,
    pub(super) action: String,
    pub(super) title: String,
    pub(super) ask: String,
    pub(super) is_required: bool,
    pub(super) is_lacking: bool,
    pub(super) error: Option<String>,
    pub(super) answer: Option<Shown>,
    pub(super) past: Vec<Shown>,
    pub(super) control: Control,
}

/// An answer, present or former.
pub(super) struct Shown {
    pub(super) lines: Vec<String>,
    pub(super) when: String,
}

/// What a question is answered with.
pub(super) enum Control {
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
pub(super) struct Opt {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
    pub(super) wants_words: bool,
}

/// The head of a column.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) options: Vec<String>,
    pub(super) is_required: bool,
}

/// A cell under its column.
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) value: String,
}

/// What was typed and is not saved.
pub(super) struct Draft {
    question: String,
    error: Option<String>,
    fields: Fields,
    rows: Option<Vec<Row>>,
}

impl Draft {
    /// A table under construction.
    pub(super) fn of_rows(question: String, rows: Vec<Row>) -> Self {
        Self {
            question,
            error: None,
            fields: Fields::default(),
            rows: Some(rows),
        }
    }

    /// An answer that doesn't do, and why.
    pub(super) fn wrong(question: String, error: String, fields: Fields) -> Self {
        Self {
            question,
            error: Some(error),
            fields,
            rows: None,
        }
    }
}

/// Whether files are uploaded for it here; a voice message is spoken into the chat.
pub(super) const fn takes_files(question: &Question) -> bool {
    matches!(
        question.kind,
        QuestionKind::File { .. } | QuestionKind::PartsList { .. }
    )
}

impl RepPage {
    pub(super) fn new(
        opened: &Opened,
        form: &Form<'_>,
        csrf: &str,
        largest_file: u64,
        draft: Option<&Draft>,
    ) -> Result<Self, PageError> {
        let run = opened.run()?;
        let numbered = form.questions.iter().zip(1_usize..);
        let sections = numbered.map(|(asked, number)| {
            let key = asked.question.key.as_str();
            let draft = draft.filter(|draft| draft.question == key);
            let mut action = path_of(&["m", "runs", opened.id.as_str(), "questions", key]);
            if takes_files(asked.question) {
                action.push_str("/file");
            }
            Section {
                anchor: format!("q{number}"),
                action,
                title: asked.question.title.clone(),
                ask: asked.ask.clone(),
                is_required: asked.question.required,
                is_lacking: asked.is_lacking,
                error: draft.and_then(|draft| draft.error.clone()),
                answer: asked
                    .answer
                    .map(|answer| shown(asked.question, answer, opened.now)),
                past: asked
                    .past
                    .iter()
                    .map(|past| former(asked.question, past, opened.now))
                    .collect(),
                control: control(asked, draft, largest_file),
            }
        });
        Ok(Self {
            csrf: csrf.to_owned(),
            node: form.node.to_owned(),
            customer: opened.deal.context.customer.clone(),
            deal: opened.deal.context.opportunity_name.clone(),
            why: form.why.clone(),
            standing: standing(&run.phase, opened.now),
            notes: notes(run),
            sections: sections.collect(),
        })
    }
}

fn standing(phase: &Phase, now: Timestamp) -> Standing {
    let (class, name, says) = match phase {
        Phase::Open { due, .. } => {
            let left = moments::span(due.since(now));
            let says = format!("{} 前完成，还剩 {left}", due.for_people());
            ("open", "进行中", says)
        }
        Phase::Paused { why, .. } => ("open", "已暂停", why.0.clone()),
        Phase::Overdue { missed, .. } => {
            let says = format!("应在 {} 前完成，请尽快补上", missed.for_people());
            ("overdue", "已超时", says)
        }
        Phase::Done { signed, late, .. } => {
            let name = if *late { "超时完成" } else { "已登记" };
            let says = format!("{} {}", signed.by.name, signed.at.for_people());
            ("done", name, says)
        }
        Phase::Waived { signed, why, .. } => {
            let says = format!("{}：{}", signed.by.name, why.0);
            ("done", "已豁免", says)
        }
        Phase::NotApplicable { signed, why, .. } => {
            let says = format!("{}：{}", signed.by.name, why.0);
            ("done", "不适用", says)
        }
        Phase::Ended { .. } => ("ended", "不用再填", "商机已结束".to_owned()),
    };
    Standing {
        class,
        name,
        says,
        is_open: phase.is_unfinished(),
    }
}

fn notes(run: &Run) -> Vec<String> {
    let returned = run.returned.as_ref();
    let returned = returned.map(|back| format!("{}退回：{}", back.signed.by.name, back.why));
    let to_be_seen = matches!(run.spot_check, Some(SpotCheck::Wanted));
    let to_be_seen = to_be_seen.then(|| "有文件程序无法判读，已收下，等主管人工抽查。".to_owned());
    returned.into_iter().chain(to_be_seen).collect()
}

fn shown(question: &Question, answer: &Answer, now: Timestamp) -> Shown {
    Shown {
        lines: lines_of(question, &answer.given),
        when: moments::told(answer.at, now),
    }
}

fn former(question: &Question, past: &Past, now: Timestamp) -> Shown {
    let why = match past.why.as_str() {
        "taken_back" => "撤回",
        "amended" => "修改",
        _ => "退回",
    };
    Shown {
        lines: lines_of(question, &past.answer.given),
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

fn control(asked: &FormQuestion<'_>, draft: Option<&Draft>, largest_file: u64) -> Control {
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
        QuestionKind::Voice { .. } => {
            Control::InChat("请回到和应用的聊天，直接发一段语音，这里会自动更新。")
        }
        QuestionKind::Place { .. } => {
            Control::InChat("请回到和应用的聊天，发送位置，这里会自动更新。")
        }
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
        let missing = blank.saturating_sub(kept.len());
        kept.into_iter()
            .chain(std::iter::repeat_n(Row::new(), missing))
            .collect()
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

fn head(column: &Column) -> Head {
    Head {
        title: column.title.clone(),
        options: column.options.clone(),
        is_required: column.required,
    }
}
