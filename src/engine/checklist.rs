//! What a run still lacks, and so what to ask next.

use super::answer::Answer;
use super::definition::{Choice, Node, Question, QuestionKind};
use super::state::Run;
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
    /// A text in the chat, and what to ask: the question itself, or the option that was chosen.
    Text(&'a Template),
}

/// What to ask next.
pub(super) enum Next<'a> {
    /// Choices, on one card.
    Card(Vec<&'a Question>),
    /// A text, in the chat.
    Text(&'a Question, &'a Template),
}

/// What the question lacks, or `None` when it is answered. An answer of another kind than the
/// question (the definition changed under it) is none.
pub(super) fn lack<'a>(question: &'a Question, run: &Run) -> Option<Lack<'a>> {
    match (&question.kind, run.answers.get(&question.key)) {
        (QuestionKind::Text { .. }, Some(Answer::Text { .. })) => None,
        (QuestionKind::Text { ask }, _) => Some(Lack::Text(ask)),
        (_, Some(Answer::Chosen { picked, own, .. })) => {
            let is_picked = |choice: &&Choice| picked.iter().any(|option| option.id == choice.id);
            let mut chosen = question.choices().iter().filter(is_picked);
            let ask = chosen.find_map(|choice| choice.ask_text.as_ref());
            ask.filter(|_| own.is_none()).map(Lack::Text)
        }
        (_, Some(Answer::Text { .. }) | None) => Some(Lack::Choice),
    }
}

/// The questions that are not answered, in order.
pub(super) fn lacking<'a>(node: &'a Node, run: &Run) -> impl Iterator<Item = &'a Question> {
    node.questions
        .iter()
        .filter(|question| lack(question, run).is_some())
}

/// What to ask next, or `None` when every answer is there. Choices that stand before the next
/// text question come first, as many as one card takes.
pub(super) fn next<'a>(node: &'a Node, run: &Run) -> Option<Next<'a>> {
    let mut card = Vec::new();
    let mut text = None;
    for question in &node.questions {
        match lack(question, run) {
            None => {}
            Some(Lack::Choice) if has_room(&card, question) => card.push(question),
            Some(Lack::Choice) => break,
            Some(Lack::Text(ask)) => {
                text.get_or_insert(Next::Text(question, ask));
                if matches!(question.kind, QuestionKind::Text { .. }) {
                    break;
                }
            }
        }
    }
    if card.is_empty() {
        text
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
