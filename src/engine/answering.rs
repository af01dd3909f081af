//! The rep answers: by a card, or by a text in the chat.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId, Timestamp};

use super::answer::{Answer, Picked};
use super::checklist::{self, Lack, Next, lack};
use super::definition::{Node, Process, Question, QuestionKind};
use super::event::{Effect, Receipt};
use super::phase::Phase;
use super::state::{Run, State};
use super::step::Step;

impl Step<'_> {
    /// A card was submitted, perhaps an old one.
    pub(super) fn choose(
        &mut self,
        state: &mut State,
        id: &RunId,
        choices: &BTreeMap<String, Vec<String>>,
        by: &PersonId,
    ) {
        let Some((node, run)) = known(self.process, state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            let receipt = self.receipt(node, run);
            return self.replace_card(id, receipt);
        }

        let asked_for = |question: &&Question| choices.contains_key(&question.key);
        let (wanted, answered): (Vec<&Question>, Vec<&Question>) = node
            .questions
            .iter()
            .filter(asked_for)
            .partition(|question| lacks_choice(question, run));
        for question in &wanted {
            keep_choice(run, question, &choices[&question.key], by, self.now);
        }

        let refused: Vec<&Question> = if wanted.is_empty() && answered.is_empty() {
            on_next_card(node, run)
        } else {
            let still_lacking = |question: &&Question| lacks_choice(question, run);
            wanted.iter().copied().filter(still_lacking).collect()
        };
        if !refused.is_empty() {
            self.refuse(id, node, run, &refused);
        } else if wanted.is_empty() {
            let receipt = self.receipt(node, run);
            self.replace_card(id, receipt);
        } else {
            self.accept(id, node, run, by, Reply::OnCard);
        }
    }

    /// A text came for a question.
    pub(super) fn tell(
        &mut self,
        state: &mut State,
        id: &RunId,
        question: &str,
        text: &str,
        by: &PersonId,
    ) {
        let Some((node, run)) = known(self.process, state, id) else {
            return self.say_unknown();
        };
        let sentences = &self.process.wording.sentences;
        if matches!(run.phase, Phase::Ended { .. }) {
            let text = as_text(&self.receipt(node, run));
            return self.say(Some(id), text);
        }
        if !run.phase.is_unfinished() {
            let text = self.facts().run(node, run).fill(&sentences.already_done);
            return self.say(Some(id), text);
        }
        let wants_text = |question: &&Question| matches!(lack(question, run), Some(Lack::Text(_)));
        let Some(question) = node.question(question).filter(wants_text) else {
            let text = self.facts().run(node, run).fill(&sentences.text_not_asked);
            return self.say(Some(id), text);
        };

        let text = text.trim();
        if let Some(sentence) = self.objection(node, run, question, text) {
            return self.ask(id, node, run, Some(sentence));
        }
        write_down(run, question, text.to_owned(), by.clone(), self.now);
        if run
            .asked
            .as_ref()
            .is_some_and(|asked| asked.question == question.key)
        {
            run.asked = None;
        }
        self.accept(id, node, run, by, Reply::InChat);
    }

    /// What is wrong with a text, in one sentence.
    fn objection(&self, node: &Node, run: &Run, question: &Question, text: &str) -> Option<String> {
        let sentences = &self.process.wording.sentences;
        let spoken = text.chars().filter(|char| char.is_alphanumeric()).count();
        let all = text.chars().count();
        let limits = question.text;
        let (sentence, length) = match (spoken, all) {
            (0, _) => (&sentences.text_missing, 0),
            (spoken, _) if spoken < limits.min_chars => (&sentences.text_too_short, spoken),
            (_, all) if all > limits.max_chars => (&sentences.text_too_long, all),
            _ => return None,
        };
        let facts = self.facts().run(node, run).question(question);
        Some(facts.length(length).fill(sentence))
    }

    /// An answer is kept: the run is done, or the next question follows.
    fn accept(&mut self, id: &RunId, node: &Node, run: &mut Run, by: &PersonId, reply: Reply) {
        let is_complete = checklist::next(node, run).is_none();
        if is_complete {
            run.asked = None;
            run.phase = Phase::Done {
                at: self.now,
                by: by.clone(),
                name: self.context.rep.clone(),
                late: matches!(run.phase, Phase::Overdue { .. }),
                due: run.phase.due(),
            };
        }

        let receipt = self.receipt(node, run);
        match (reply, is_complete) {
            (Reply::OnCard, _) => self.replace_card(id, receipt),
            (Reply::InChat, true) => {
                let text = as_text(&receipt);
                // The card that asked would go on saying that something is missing.
                if run.cards > 0 {
                    self.replace_card(id, receipt);
                }
                self.say(Some(id), text);
            }
            (Reply::InChat, false) => {}
        }
        if is_complete {
            self.effects
                .push(Effect::ClearDeadlines { run: id.clone() });
        } else {
            self.ask(id, node, run, None);
        }
    }

    /// Questions on the card were left unanswered: a new card asks for them.
    fn refuse(&mut self, id: &RunId, node: &Node, run: &mut Run, refused: &[&Question]) {
        let facts = self.facts().run(node, run).questions(refused);
        let sentence = facts.fill(&self.process.wording.sentences.not_chosen);
        let receipt = self.refusal(node, run, refused);
        self.replace_card(id, receipt);
        self.ask(id, node, run, Some(sentence));
    }

    pub(super) fn replace_card(&mut self, id: &RunId, receipt: Receipt) {
        self.effects.push(Effect::ReplaceCard {
            run: id.clone(),
            receipt,
        });
    }

    fn say_unknown(&mut self) {
        let unknown = &self.process.wording.sentences.unknown_run;
        let text = self.facts().fill(unknown);
        self.say(None, text);
    }
}

/// Where the rep answered, and so where the receipt belongs.
#[derive(Clone, Copy)]
enum Reply {
    OnCard,
    InChat,
}

/// The run and its definition, if both exist.
fn known<'p, 's>(
    process: &'p Process,
    state: &'s mut State,
    id: &RunId,
) -> Option<(&'p Node, &'s mut Run)> {
    let run = state.runs.get_mut(id)?;
    Some((process.node_of(run)?, run))
}

fn lacks_choice(question: &Question, run: &Run) -> bool {
    matches!(lack(question, run), Some(Lack::Choice))
}

/// Keeps the options as the answer, if they are one.
fn keep_choice(run: &mut Run, question: &Question, ids: &[String], by: &PersonId, at: Timestamp) {
    if let Some(picked) = picked(question, ids) {
        let (own, by) = (None, by.clone());
        let answer = Answer::Chosen {
            picked,
            own,
            by,
            at,
        };
        run.answers.insert(question.key.clone(), answer);
    }
}

/// The options the ids stand for, in the order of the definition; `None` when they are no answer.
fn picked(question: &Question, ids: &[String]) -> Option<Vec<Picked>> {
    let is_one = matches!(question.kind, QuestionKind::ChooseOne(_));
    let all_known = ids
        .iter()
        .all(|id| question.choices().iter().any(|choice| choice.id == *id));
    if ids.is_empty() || !all_known || is_one && ids.len() != 1 {
        return None;
    }
    let chosen = question
        .choices()
        .iter()
        .filter(|choice| ids.contains(&choice.id));
    let picked = chosen.map(|choice| Picked {
        id: choice.id.clone(),
        text: choice.text.clone(),
    });
    Some(picked.collect())
}

/// What a click that carries nothing we know must have left out.
fn on_next_card<'a>(node: &'a Node, run: &Run) -> Vec<&'a Question> {
    match checklist::next(node, run) {
        Some(Next::Card(questions)) => questions,
        Some(Next::Text(..)) | None => Vec::new(),
    }
}

/// Keeps a text: as the answer, or as the own words that a chosen option asks for.
fn write_down(run: &mut Run, question: &Question, text: String, teller: PersonId, now: Timestamp) {
    let is_text = matches!(question.kind, QuestionKind::Text { .. });
    match run.answers.get_mut(&question.key) {
        Some(Answer::Chosen { own, by, at, .. }) if !is_text => {
            *own = Some(text);
            *by = teller;
            *at = now;
        }
        _ => {
            let (by, at) = (teller, now);
            let answer = Answer::Text { text, by, at };
            run.answers.insert(question.key.clone(), answer);
        }
    }
}

fn as_text(receipt: &Receipt) -> String {
    let lines = receipt.lines.iter();
    let lines = lines.map(|(name, value)| format!("\n{name}：{value}"));
    std::iter::once(receipt.title.clone())
        .chain(lines)
        .collect()
}
