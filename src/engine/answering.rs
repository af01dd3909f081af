//! The rep answers in the chat or on the run's page.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId};

use super::answer::{Answer, Given, SpotCheck};
use super::checklist::{self, Lack, lack, meant};
use super::definition::{Node, OnWork};
use super::effect::{Effect, Receipt};
use super::evidence::Evidence;
use super::judging::Verdict;
use super::phase::{Actor, Phase};
use super::question::{Question, QuestionKind};
use super::run::{ClockChange, Run};
use super::state::State;
use super::step::Step;

impl Step<'_> {
    /// A text came for a question.
    pub(super) fn tell(
        &mut self,
        state: &mut State,
        id: &RunId,
        question: &str,
        text: &str,
        by: &PersonId,
        amends: bool,
    ) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        let named = meant(node, run).find(|asked| asked.key == question);
        let Some(question) = named.filter(|asked| wants_text(asked, run, amends)) else {
            return self.say_not_asked(id, node, run);
        };
        let text = text.trim();
        if let Verdict::Wrong(sentence) = self.judge_text(node, run, question, text) {
            return self.ask(id, node, run, Some(sentence));
        }
        let given = with_text(run, question, text);
        let answer = self.answer(given, by);
        self.keep(state, id, question, answer);
    }

    /// A file, a voice message or a place came for a question.
    pub(super) fn prove(
        &mut self,
        state: &mut State,
        id: &RunId,
        question: &str,
        evidence: &Evidence,
        by: &PersonId,
    ) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        let named = meant(node, run).find(|asked| asked.key == question);
        let Some(question) = named.filter(|asked| takes_evidence(asked)) else {
            return self.say_not_asked(id, node, run);
        };
        let spot_check = match self.judge_evidence(node, run, question, evidence) {
            Verdict::Wrong(sentence) => return self.say(Some(id), sentence),
            Verdict::ToBeSeen => Some(SpotCheck::Wanted),
            Verdict::Good => None,
        };
        let evidence = evidence.clone();
        let answer = Answer {
            spot_check,
            ..self.answer(Given::Evidence { evidence }, by)
        };
        self.keep(state, id, question, answer);
    }

    /// The rows of a table came for a question.
    pub(super) fn table(
        &mut self,
        state: &mut State,
        id: &RunId,
        question: &str,
        rows: &[BTreeMap<String, String>],
        by: &PersonId,
    ) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        let named = meant(node, run).find(|asked| asked.key == question);
        let is_table = |asked: &&Question| matches!(asked.kind, QuestionKind::Table { .. });
        let Some(question) = named.filter(is_table) else {
            return self.say_not_asked(id, node, run);
        };
        if let Verdict::Wrong(sentence) = self.judge_rows(node, run, question, rows) {
            return self.say(Some(id), sentence);
        }
        let rows = rows.to_vec();
        let answer = self.answer(Given::Rows { rows }, by);
        self.keep(state, id, question, answer);
    }

    /// Keeps an answer that does; one that was there before is kept as a former one.
    fn keep(&mut self, state: &mut State, id: &RunId, question: &Question, answer: Answer) {
        let Some(run) = state.runs.get_mut(id) else {
            return;
        };
        let by = answer.by.clone();
        put(run, &question.key, answer);
        if run
            .asked
            .as_ref()
            .is_some_and(|asked| asked.question == question.key)
        {
            run.asked = None;
        }
        self.accept(state, id, &by, Reply::InChat);
    }

    /// What was given now, with nothing in it for a person to look at.
    pub(super) fn answer(&self, given: Given, by: &PersonId) -> Answer {
        Answer {
            given,
            by: by.clone(),
            at: self.now,
            spot_check: None,
        }
    }

    /// An answer is kept: the run is done, or the next question follows. Which ones are meant may
    /// depend on the answer itself.
    pub(super) fn accept(&mut self, state: &mut State, id: &RunId, by: &PersonId, reply: Reply) {
        self.settle(state, id);
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        run.put_off = None;
        if checklist::next(node, run).is_none() {
            let by = Actor {
                id: by.clone(),
                name: self.context.rep.clone(),
            };
            return self.finish(id, node, run, by, reply);
        }
        self.clock_work(node, run);
        if let Reply::OnCard = reply {
            let receipt = self.receipt(node, run);
            self.replace_card(id, receipt);
        }
        self.ask(id, node, run, None);
    }

    /// Part of a card was filled in: that is work, though the card comes back.
    pub(super) fn work_on(&mut self, state: &mut State, id: &RunId) {
        if let Some((node, run)) = self.known(state, id) {
            run.put_off = None;
            self.clock_work(node, run);
        }
    }

    /// Work on a run may stop or restart its clock, as the definition says.
    fn clock_work(&self, node: &Node, run: &mut Run) {
        if !matches!(run.phase, Phase::Open { .. }) {
            return;
        }
        match node.clock.on_work {
            OnWork::GoesOn => {}
            OnWork::Restarts => {
                run.phase = self.fresh_clock(node);
                let due = run.phase.due();
                run.clocked(self.now, ClockChange::Started { due });
            }
            OnWork::Stops => self.pause(node, run, None, "work"),
        }
    }

    pub(super) fn replace_card(&mut self, id: &RunId, receipt: Receipt) {
        self.effects.push(Effect::ReplaceCard {
            run: id.clone(),
            receipt,
        });
    }
}

/// Where the rep answered, and so where the receipt belongs.
#[derive(Clone, Copy)]
pub(super) enum Reply {
    OnCard,
    InChat,
}

/// Whether a text can answer the question now: it asks for one, or for one's own words.
fn wants_text(question: &Question, run: &Run, amends: bool) -> bool {
    let is_text = matches!(question.kind, QuestionKind::Text { .. });
    match lack(question, run) {
        Some(Lack::Reply(_)) => is_text || question.ask().is_none(),
        Some(Lack::Choice) => false,
        None => amends && is_text,
    }
}

/// The text as the answer, or as the own words that the chosen option asks for.
fn with_text(run: &Run, question: &Question, text: &str) -> Given {
    let text = text.to_owned();
    match run.answers.get(&question.key).map(|answer| &answer.given) {
        Some(Given::Chosen { picked, .. }) if question.ask().is_none() => Given::Chosen {
            picked: picked.clone(),
            own: Some(text),
        },
        _ => Given::Text { text },
    }
}

fn takes_evidence(question: &Question) -> bool {
    matches!(
        question.kind,
        QuestionKind::File { .. }
            | QuestionKind::Voice { .. }
            | QuestionKind::PartsList { .. }
            | QuestionKind::Place { .. }
    )
}

/// An answer in its place; the one that was there becomes a former one.
pub(super) fn put(run: &mut Run, question: &str, answer: Answer) {
    // The own words that an option asks for complete its answer, and amend none.
    let completes = |old: &Answer| {
        matches!((&old.given, &answer.given),
            (Given::Chosen { picked: before, own: None }, Given::Chosen { picked, own: Some(_) }) if before == picked)
    };
    let (at, is_completed) = (answer.at, run.answers.get(question).is_some_and(completes));
    if let Some(old) = run.answers.insert(question.to_owned(), answer)
        && !is_completed
    {
        run.remember(question, old, at, "amended");
    }
}
