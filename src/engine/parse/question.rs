//! `[[node.question]]`: one thing a node asks for.

use crate::config::{Found, Section};

use super::super::definition::{Choice, Question, QuestionKind, TextLimits};
use super::super::template::IN_QUESTION;
use super::choice::{Libraries, choices};
use super::field::{Seen, key, one_of, plain, template};

/// More and reps stop answering.
const MOST_QUESTIONS: usize = 5;

/// A drop-down has at most ten options, one of which is 请选择; a list of boxes has twenty
/// (`developer.work.weixin.qq.com/document/path/90236`).
const MOST_TO_CHOOSE_ONE: usize = 9;
const MOST_TO_CHOOSE_SEVERAL: usize = 20;

/// What fits beside a drop-down on a phone, and on a receipt before the answer.
const LONGEST_TITLE: usize = 13;

/// A longer answer is a document, and a chat is not the place to write one.
const LONGEST_TEXT: i64 = 500;
const USUAL_LONGEST_TEXT: usize = 300;

#[derive(Clone, Copy)]
enum KindWord {
    ChooseOne,
    ChooseSeveral,
    Text,
}

/// The questions of a node.
pub(super) fn questions(node: &Section<'_>, libraries: &Libraries) -> Vec<Question> {
    let sections = node.sections("question");
    if !(1..=MOST_QUESTIONS).contains(&sections.len()) {
        let found = format!("{} questions", sections.len());
        node.refuse_section(
            found,
            format!("1 to {MOST_QUESTIONS} required answers a node"),
        );
    }
    let mut seen = Seen::of("question of the node");
    let mut questions = Vec::new();
    for section in &sections {
        questions.extend(question(section, libraries, &mut seen));
        section.finish();
    }
    questions
}

fn question(section: &Section<'_>, libraries: &Libraries, seen: &mut Seen) -> Option<Question> {
    let key = key(section, "key", seen);
    let title = plain(section, "title", LONGEST_TITLE);
    let text = text_limits(section);
    let word = one_of(
        section,
        "kind",
        &[
            ("choose_one", KindWord::ChooseOne),
            ("choose_several", KindWord::ChooseSeveral),
            ("text", KindWord::Text),
        ],
    );
    let kind = match word {
        Some(KindWord::ChooseOne) => {
            offered(section, libraries, MOST_TO_CHOOSE_ONE).map(QuestionKind::ChooseOne)
        }
        Some(KindWord::ChooseSeveral) => {
            offered(section, libraries, MOST_TO_CHOOSE_SEVERAL).map(QuestionKind::ChooseSeveral)
        }
        Some(KindWord::Text) => {
            template(section, "ask", IN_QUESTION).map(|ask| QuestionKind::Text { ask })
        }
        None => {
            // Whatever stands beside a wrong kind may be right for the one that was meant.
            let _ = (section.text("library"), section.text("ask"));
            let _ = section.sections("options");
            None
        }
    };
    Some(Question {
        key: key?,
        title: title?,
        kind: kind?,
        text: text?,
    })
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

fn text_limits(section: &Section<'_>) -> Option<TextLimits> {
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
