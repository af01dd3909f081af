//! The rep answers by a card, or by choices on the run's page.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId};

use super::answer::{Given, Picked};
use super::answering::{Reply, put};
use super::checklist::{self, Lack, Next, lack, meant};
use super::definition::Node;
use super::question::{Question, QuestionKind};
use super::run::Run;
use super::state::State;
use super::step::Step;

impl Step<'_> {
    /// A card was submitted, perhaps an old one.
    pub(super) fn choose(
        &mut self,
        state: &mut State,
        id: &RunId,
        choices: &BTreeMap<String, Vec<String>>,
        by: &PersonId,
        amends: bool,
    ) {
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.show_receipt(state, id);
        }

        let asked_for = |question: &&Question| choices.contains_key(&question.key);
        let (wanted, answered): (Vec<&Question>, Vec<&Question>) = meant(node, run)
            .filter(asked_for)
            .partition(|question| amends || lacks_choice(question, run));
        let mut refused = Vec::new();
        for question in &wanted {
            if !self.keep_choice(run, question, &choices[&question.key], by) {
                refused.push(*question);
            }
        }
        if wanted.is_empty() && answered.is_empty() {
            refused = on_next_card(node, run);
        }
        self.settle(state, id);
        refused.retain(|question| is_meant(state, id, question));
        if !refused.is_empty() {
            if refused.len() < wanted.len() {
                self.work_on(state, id);
            }
            self.refuse(state, id, &refused);
        } else if wanted.is_empty() {
            self.show_receipt(state, id);
        } else {
            let reply = if amends { Reply::InChat } else { Reply::OnCard };
            self.accept(state, id, by, reply);
        }
    }

    /// Questions on the card were left unanswered: a new card asks for them.
    fn refuse(&mut self, state: &mut State, id: &RunId, refused: &[&Question]) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        let facts = self.facts().run(node, run).questions(refused);
        let sentence = facts.fill(&self.process_of(run).wording.sentences.not_chosen);
        let receipt = self.refusal(node, run, refused);
        self.replace_card(id, receipt);
        self.ask(id, node, run, Some(sentence));
    }

    fn show_receipt(&mut self, state: &mut State, id: &RunId) {
        if let Some((node, run)) = self.known(state, id) {
            let receipt = self.receipt(node, run);
            self.replace_card(id, receipt);
        }
    }

    /// Keeps the options as the answer, if they are one. Answers whether they are.
    fn keep_choice(
        &self,
        run: &mut Run,
        question: &Question,
        ids: &[String],
        by: &PersonId,
    ) -> bool {
        let Some(picked) = picked(question, ids) else {
            return false;
        };
        let given = Given::Chosen { picked, own: None };
        put(run, &question.key, self.answer(given, by));
        true
    }
}

fn lacks_choice(question: &Question, run: &Run) -> bool {
    matches!(lack(question, run), Some(Lack::Choice))
}

fn is_meant(state: &State, id: &RunId, question: &Question) -> bool {
    let run = state.runs.get(id);
    run.is_some_and(|run| run.questions.contains(&question.key))
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
        Some(Next::Ask(..)) | None => Vec::new(),
    }
}
