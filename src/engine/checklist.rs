//! What a run still lacks, and so what to ask next.

use super::answer::Given;
use super::definition::Node;
use super::question::{Choice, Question, QuestionKind};
use super::run::Run;
use super::template::Template;

/// The id of the option 请选择, which chooses nothing. No option of a definition may begin with `_`.
pub const NONE_CHOSEN: &str = "_none";

/// A `multiple_interaction` card takes up to three drop-downs
/// (`developer.work.weixin.qq.com/document/path/90236`).
const MOST_DROP_DOWNS: usize = 3;

/// What a question lacks.
pub(super) enum Lack<'a> {
    /// A choice on a card.
    Choice,
    /// Something in the chat or on the page, and what to ask: the question itself, or the option
    /// that was chosen.
    Reply(&'a Template),
}

/// What to ask next.
pub(super) enum Next<'a> {
    /// Choices, on one card.
    Card(Vec<&'a Question>),
    /// Anything else, in the chat.
    Ask(&'a Question, &'a Template),
}

/// What the question lacks, or `None` when it is answered. An answer of another kind than the
/// question is none.
pub(super) fn lack<'a>(question: &'a Question, run: &Run) -> Option<Lack<'a>> {
    let given = run.answers.get(&question.key).map(|answer| &answer.given);
    match (question.ask(), &question.kind, given) {
        (Some(_), QuestionKind::Text { .. }, Some(Given::Text { .. }))
        | (Some(_), QuestionKind::Table { .. }, Some(Given::Rows { .. })) => None,
        (
            Some(_),
            QuestionKind::File { .. }
            | QuestionKind::Voice { .. }
            | QuestionKind::PartsList { .. }
            | QuestionKind::Place { .. },
            Some(Given::Evidence { .. }),
        ) => None,
        (Some(ask), _, _) => Some(Lack::Reply(ask)),
        (None, _, Some(Given::Chosen { picked, own })) => {
            let is_picked = |choice: &&Choice| picked.iter().any(|option| option.id == choice.id);
            let mut chosen = question.choices().iter().filter(is_picked);
            let ask = chosen.find_map(|choice| choice.ask_text.as_ref());
            ask.filter(|_| own.is_none()).map(Lack::Reply)
        }
        (None, _, _) => Some(Lack::Choice),
    }
}

/// The questions that are meant for the run, required or not, in order.
pub(super) fn meant<'a>(node: &'a Node, run: &Run) -> impl Iterator<Item = &'a Question> {
    let is_meant = |question: &&Question| run.questions.contains(&question.key);
    node.questions.iter().filter(is_meant)
}

/// The required questions that are not answered, in order.
pub(super) fn lacking<'a>(node: &'a Node, run: &Run) -> impl Iterator<Item = &'a Question> {
    meant(node, run).filter(|question| question.required && lack(question, run).is_some())
}

/// What to ask next, or `None` when every required answer is there. Choices that stand before the
/// next other question come first, as many as one card takes.
pub(super) fn next<'a>(node: &'a Node, run: &Run) -> Option<Next<'a>> {
    let mut card = Vec::new();
    let mut reply = None;
    for question in meant(node, run).filter(|question| question.required) {
        match lack(question, run) {
            None => {}
            Some(Lack::Choice) if has_room(&card, question) => card.push(question),
            Some(Lack::Choice) => break,
            Some(Lack::Reply(ask)) => {
                reply.get_or_insert(Next::Ask(question, ask));
                if question.ask().is_some() {
                    break;
                }
            }
        }
    }
    if card.is_empty() {
        reply
    } else {
        Some(Next::Card(card))
    }
}

/// A card takes three drop-downs or one list of boxes to tick, never both.
fn has_room(card: &[&Question], question: &Question) -> bool {
    let is_drop_down = |question: &Question| matches!(question.kind, QuestionKind::ChooseOne(_));
    card.is_empty()
        || card.len() < MOST_DROP_DOWNS
            && is_drop_down(question)
            && card.iter().all(|other| is_drop_down(other))
}
