//! `[[node.question]]`: one thing a node asks for.

use crate::config::{Found, Section};

use super::super::question::{Choice, Column, FileSort, Question, QuestionKind, TextLimits};
use super::super::template::IN_QUESTION;
use super::Names;
use super::choice::{Libraries, choices};
use super::field::{Seen, condition, key, number, one_of, plain, template};
use super::keys;

/// More and reps stop answering.
const MOST_REQUIRED: usize = 5;
/// With those that need not be answered.
pub(super) const MOST_QUESTIONS: usize = 10;

/// WeCom's voice messages end after a minute; several may follow one another.
pub(super) const LONGEST_VOICE: i64 = 60;
/// Who speaks pauses; who says nothing at all has said nothing.
const USUAL_SOUND: u32 = 50;
const USUAL_PERCENT: u32 = 90;
pub(super) const MOST_ROWS: i64 = 50;
pub(super) const MOST_COLUMNS: usize = 8;

/// A drop-down has at most ten options, one of which is 请选择; a list of boxes has twenty
/// (`developer.work.weixin.qq.com/document/path/90236`).
const MOST_TO_CHOOSE_ONE: usize = 9;
pub(super) const MOST_TO_CHOOSE_SEVERAL: usize = 20;

/// What fits beside a drop-down on a phone, and on a receipt before the answer.
pub(super) const LONGEST_TITLE: usize = 13;

/// A longer answer is a document, and a chat is not the place to write one.
pub(super) const LONGEST_TEXT: i64 = 500;
const USUAL_LONGEST_TEXT: usize = 300;

#[derive(Clone, Copy)]
pub(super) enum KindWord {
    ChooseOne,
    ChooseSeveral,
    Text,
    File,
    Voice,
    PartsList,
    Table,
    Place,
}

pub(super) const KINDS: [(&str, KindWord); 8] = [
    ("choose_one", KindWord::ChooseOne),
    ("choose_several", KindWord::ChooseSeveral),
    ("text", KindWord::Text),
    ("file", KindWord::File),
    ("voice", KindWord::Voice),
    ("parts_list", KindWord::PartsList),
    ("table", KindWord::Table),
    ("place", KindWord::Place),
];

/// The questions of a node.
pub(super) fn questions(node: &Section<'_>, names: &Names) -> Vec<Question> {
    let sections = node.sections("question");
    let mut seen = Seen::of("question of the node");
    let mut questions = Vec::new();
    for section in &sections {
        questions.extend(question(section, names, &mut seen));
        finish(section);
    }
    let required = questions.iter().filter(|question| question.required);
    let (required, all) = (required.count(), sections.len());
    if required > MOST_REQUIRED || all == 0 {
        node.refuse_section(
            format!("{required} required questions"),
            format!("1 to {MOST_REQUIRED} required answers a node; required = false is for those that may be left out"),
        );
    } else if questions.len() == all && required == 0 {
        node.refuse_section(
            "no required question",
            "at least one that has to be answered",
        );
    }
    if all > MOST_QUESTIONS {
        node.refuse_section(
            format!("{all} questions"),
            format!("at most {MOST_QUESTIONS}, of which {MOST_REQUIRED} are required"),
        );
    }
    questions
}

/// A key that belongs to another kind of question is a mistake; beside a wrong kind it may be right
/// for the one that was meant.
fn finish(section: &Section<'_>) {
    let table = keys::question();
    match section.text("kind") {
        Some(kind) if KINDS.iter().any(|(word, _)| *word == kind.value) => {
            table.finish_kind(section, &kind.value);
        }
        _ => table.finish(section),
    }
}

fn question(section: &Section<'_>, names: &Names, seen: &mut Seen) -> Option<Question> {
    let key = key(section, "key", seen);
    let title = plain(section, "title", LONGEST_TITLE);
    let required = section.boolean("required");
    let when = condition(section, "when", &names.stage_keys());
    let records = records(section);
    let word = one_of(section, "kind", &KINDS);
    let kind = kind(section, word?, &names.libraries);
    let text = text_limits(section, word?);
    Some(Question {
        key: key?,
        title: title?,
        kind: kind?,
        required: required.is_none_or(|required| required.value),
        when: when?,
        records: records?,
        text: text?,
    })
}

fn kind(section: &Section<'_>, word: KindWord, libraries: &Libraries) -> Option<QuestionKind> {
    if let KindWord::ChooseOne = word {
        return offered(section, libraries, MOST_TO_CHOOSE_ONE).map(QuestionKind::ChooseOne);
    }
    if let KindWord::ChooseSeveral = word {
        return offered(section, libraries, MOST_TO_CHOOSE_SEVERAL)
            .map(QuestionKind::ChooseSeveral);
    }
    let ask = template(section, "ask", IN_QUESTION);
    match word {
        KindWord::ChooseOne | KindWord::ChooseSeveral => None,
        KindWord::Text => ask.map(|ask| QuestionKind::Text { ask }),
        KindWord::Place => ask.map(|ask| QuestionKind::Place { ask }),
        KindWord::Voice => {
            let min_seconds = number(section, "min_seconds", 1..=LONGEST_VOICE, 1);
            let min_sound_percent = number(section, "min_sound_percent", 0..=100, USUAL_SOUND);
            ask.map(|ask| QuestionKind::Voice {
                ask,
                min_seconds,
                min_sound_percent,
            })
        }
        KindWord::PartsList => {
            let min_percent = number(section, "min_percent", 1..=100, USUAL_PERCENT);
            ask.map(|ask| QuestionKind::PartsList { ask, min_percent })
        }
        KindWord::File => {
            let accept = accept(section);
            let title = section.text("title_contains").map(|title| title.value);
            let signed = section.boolean("signed").is_some_and(|signed| signed.value);
            Some(QuestionKind::File {
                ask: ask?,
                accept: accept?,
                title,
                signed,
            })
        }
        KindWord::Table => {
            let columns = columns(section);
            let min_rows = number(section, "min_rows", 1..=MOST_ROWS, 1);
            Some(QuestionKind::Table {
                ask: ask?,
                columns: columns?,
                min_rows,
            })
        }
    }
}

/// The sorts of file that are taken.
fn accept(section: &Section<'_>) -> Option<Vec<FileSort>> {
    let words: Vec<&str> = FileSort::ALL.iter().map(|sort| sort.word()).collect();
    let expected = format!("sorts of file, such as [\"pdf\"]: {}", words.join(", "));
    if !section.required("accept", &expected) {
        return None;
    }
    let mut sorts = Vec::new();
    let texts = section.texts("accept");
    for text in &texts {
        match FileSort::ALL.iter().find(|sort| sort.word() == text.value) {
            Some(sort) => sorts.push(*sort),
            None => section.refuse(text, format!("{:?}", text.value), expected.clone()),
        }
    }
    if section.is_empty_list("accept") {
        section.refuse_section("accept with nothing in it", expected);
    }
    Some(sorts)
}

/// `columns = [{ key = "role", title = "角色", options = […] }, …]`.
fn columns(section: &Section<'_>) -> Option<Vec<Column>> {
    let expected = "columns = [{ key = \"name\", title = \"姓名\" }, …]";
    let sections = section.sections("columns");
    if !(1..=MOST_COLUMNS).contains(&sections.len()) {
        section.refuse_section(
            format!("{} columns", sections.len()),
            format!("1 to {MOST_COLUMNS}: {expected}"),
        );
        return None;
    }
    let mut seen = Seen::of("column");
    let columns: Vec<Option<Column>> = sections
        .iter()
        .map(|section| column(section, &mut seen))
        .collect();
    columns.into_iter().collect()
}

fn column(section: &Section<'_>, seen: &mut Seen) -> Option<Column> {
    let key = key(section, "key", seen);
    let title = plain(section, "title", LONGEST_TITLE);
    let options = section.texts("options");
    let required = section.boolean("required");
    let each = section.boolean("each_option");
    if let Some(each) = each
        .as_ref()
        .filter(|each| each.value && options.is_empty())
    {
        section.refuse(each, "each_option without options", "options = [\"…\", …]");
    }
    keys::column().finish(section);
    Some(Column {
        key: key?,
        title: title?,
        options: options.into_iter().map(|option| option.value).collect(),
        required: required.is_none_or(|required| required.value),
        each_option: each.is_some_and(|each| each.value),
    })
}

/// The fact that an answer confirms.
fn records(section: &Section<'_>) -> Option<Option<String>> {
    match section.text("records") {
        None => Some(None),
        Some(_) => key(section, "records", &mut Seen::of("fact of the question")).map(Some),
    }
}

/// The options of a choice: those of its library, then its own.
fn offered(section: &Section<'_>, libraries: &Libraries, most: usize) -> Option<Vec<Choice>> {
    let library = section.text("library");
    let shared = library
        .as_ref()
        .map(|library| shared(section, library, libraries));
    let mut seen = Seen::of("option of the question");
    let own = choices(section, &mut seen);
    let own_count = section.sections("options").len();

    let mut offered = match shared {
        Some(shared) => shared?.clone(),
        None => Vec::new(),
    };
    if let (Some(library), Some(twice)) = (
        &library,
        own.iter()
            .find(|choice| offered.iter().any(|other| other.id == choice.id)),
    ) {
        let found = format!("{:?} in the library too", twice.id);
        section.refuse(library, found, "another id for each option of the question");
    }
    let count = offered.len() + own_count;
    offered.extend(own);
    if !(2..=most).contains(&count) {
        section.refuse_section(
            format!("{count} options"),
            format!("2 to {most} of this kind"),
        );
    }
    if offered
        .iter()
        .filter(|choice| choice.ask_text.is_some())
        .count()
        > 1
    {
        section.refuse_section(
            "several options with ask_text",
            "at most one, for one's own words",
        );
    }
    Some(offered)
}

fn shared<'l>(
    section: &Section<'_>,
    library: &Found<String>,
    libraries: &'l Libraries,
) -> Option<&'l Vec<Choice>> {
    let shared = libraries.get(&library.value);
    if shared.is_none() {
        let known: Vec<&str> = libraries.keys().map(String::as_str).collect();
        section.refuse(
            library,
            format!("{:?}", library.value),
            format!("the key of a [[library]]: {}", known.join(", ")),
        );
    }
    shared
}

/// How long a text may be, for kinds that take one.
fn text_limits(section: &Section<'_>, word: KindWord) -> Option<TextLimits> {
    if !matches!(
        word,
        KindWord::Text | KindWord::ChooseOne | KindWord::ChooseSeveral
    ) {
        return Some(TextLimits {
            min_chars: 1,
            max_chars: USUAL_LONGEST_TEXT,
        });
    }
    let read = |key, usual| match section.integer(key, 1..=LONGEST_TEXT) {
        Some(number) => (usize::try_from(number.value).unwrap_or(usual), Some(number)),
        None => (usual, None),
    };
    let (min_chars, min) = read("min_chars", 1);
    let (max_chars, max) = read("max_chars", USUAL_LONGEST_TEXT);
    if min_chars > max_chars {
        let at = min.or(max)?;
        section.refuse(
            &at,
            format!("at least {min_chars} and at most {max_chars}"),
            "min_chars up to max_chars",
        );
        return None;
    }
    Some(TextLimits {
        min_chars,
        max_chars,
    })
}
