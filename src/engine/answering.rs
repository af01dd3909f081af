//! The rep answers: by a card, in the chat, or on the run's page.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId};

use super::answer::{Answer, Given, Picked, SpotCheck};
use super::checklist::{self, Lack, Next, lack, meant};
use super::definition::{Node, OnWork};
use super::event::{Effect, Receipt};
use super::evidence::Evidence;
use super::judging::Verdict;
use super::notice::as_text;
use super::phase::{Actor, Phase, Signed};
use super::question::{Question, QuestionKind};
use super::state::{ClockChange, Run, State};
use super::step::Step;
use super::supervising::withdraw;

impl<'a> Step<'a> {
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
        for question in &wanted {
            self.keep_choice(run, question, &choices[&question.key], by);
        }
        let refused = if wanted.is_empty() && answered.is_empty() {
            on_next_card(node, run)
        } else {
            self.settle(state, id);
            still_lacking(state, id, &wanted)
        };
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
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        let wants_text = |question: &&Question| {
            let is_text = matches!(question.kind, QuestionKind::Text { .. });
            match lack(question, run) {
                Some(Lack::Reply(_)) => is_text || question.ask().is_none(),
                Some(Lack::Choice) => false,
                None => amends && is_text,
            }
        };
        let named = meant(node, run).find(|asked| asked.key == question);
        let Some(question) = named.filter(wants_text) else {
            let not_asked = &self.process_of(run).wording.sentences.text_not_asked;
            let text = self.facts().run(node, run).fill(not_asked);
            return self.say(Some(id), text);
        };

        let text = text.trim();
        if let Verdict::Wrong(sentence) = self.judge_text(node, run, question, text) {
            return self.ask(id, node, run, Some(sentence));
        }
        let text = text.to_owned();
        let given = match run.answers.get(&question.key).map(|answer| &answer.given) {
            Some(Given::Chosen { picked, .. }) if question.ask().is_none() => Given::Chosen {
                picked: picked.clone(),
                own: Some(text),
            },
            _ => Given::Text { text },
        };
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
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        let takes = |asked: &&Question| asked.key == question && takes_evidence(asked);
        let Some(question) = meant(node, run).find(takes) else {
            let not_asked = &self.process_of(run).wording.sentences.text_not_asked;
            let text = self.facts().run(node, run).fill(not_asked);
            return self.say(Some(id), text);
        };
        let spot_check = match self.judge_evidence(node, run, question, evidence) {
            Verdict::Wrong(sentence) => return self.say(Some(id), sentence),
            Verdict::ToBeSeen => Some(SpotCheck::Wanted),
            Verdict::Good => None,
        };
        let given = Given::Evidence {
            evidence: evidence.clone(),
        };
        let answer = Answer {
            spot_check,
            ..self.answer(given, by)
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
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        let takes = |asked: &&Question| {
            asked.key == question && matches!(asked.kind, QuestionKind::Table { .. })
        };
        let Some(question) = meant(node, run).find(takes) else {
            let not_asked = &self.process_of(run).wording.sentences.text_not_asked;
            let text = self.facts().run(node, run).fill(not_asked);
            return self.say(Some(id), text);
        };
        if let Verdict::Wrong(sentence) = self.judge_rows(node, run, question, rows) {
            return self.say(Some(id), sentence);
        }
        let given = Given::Rows {
            rows: rows.to_vec(),
        };
        let answer = self.answer(given, by);
        self.keep(state, id, question, answer);
    }

    /// 返回: the last answer is taken back and asked again.
    pub(super) fn take_back(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        let last = run.answers.iter().max_by_key(|(key, answer)| {
            let place = node
                .questions
                .iter()
                .position(|question| question.key == **key);
            (answer.at, place)
        });
        let Some(key) = last.map(|(key, _)| key.clone()) else {
            let nothing = &self.process_of(run).wording.sentences.nothing_to_take_back;
            let text = self.facts().run(node, run).fill(nothing);
            return self.say(Some(id), text);
        };
        withdraw(run, &key, self.now, "taken_back");
        run.put_off = None;
        self.settle(state, id);
        self.ask_next(state, id);
    }

    /// 稍后: the rep is asked again when the process says.
    pub(super) fn put_off(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        run.asked = None;
        let process = self.process_of(run);
        run.put_off = Some(process.put_off_for.after(self.now, self.calendar));
        let text = self
            .facts()
            .run(node, run)
            .fill(&process.wording.sentences.put_off);
        self.say(Some(id), text);
    }

    /// What is missing is asked now.
    pub(super) fn ask_again(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.known(state, id) else {
            return self.say_unknown();
        };
        if !run.phase.is_unfinished() {
            return self.say_finished(id, node, run);
        }
        run.put_off = None;
        self.ask(id, node, run, None);
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
    fn answer(&self, given: Given, by: &PersonId) -> Answer {
        Answer {
            given,
            by: by.clone(),
            at: self.now,
            spot_check: None,
        }
    }

    /// An answer is kept: the run is done, or the next question follows. Which ones are meant may
    /// depend on the answer itself.
    fn accept(&mut self, state: &mut State, id: &RunId, by: &PersonId, reply: Reply) {
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

    /// Every answer is there: the run is done, and its receipt says so.
    fn finish(&mut self, id: &RunId, node: &Node, run: &mut Run, by: Actor, reply: Reply) {
        let signed = Signed { at: self.now, by };
        run.asked = None;
        run.put_off = None;
        run.phase = Phase::Done {
            signed,
            late: run.is_late(),
            due: run.phase.due(),
        };
        self.tell_end(id, node, run, reply);
    }

    /// Nothing is missing any more, since what was is not asked of this deal now: done by whoever
    /// answered last. Of whom nothing was ever wanted, it does not apply.
    pub(super) fn finish_unasked(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        let last = run.answers.values().max_by_key(|answer| answer.at);
        if let Some(last) = last {
            let by = Actor {
                id: last.by.clone(),
                name: self.context.rep.clone(),
            };
            return self.finish(id, node, run, by, Reply::InChat);
        }
        run.asked = None;
        run.put_off = None;
        run.phase = Phase::NotApplicable {
            signed: Signed {
                at: self.now,
                by: by_the_process(),
            },
            why: NOTHING_TO_ANSWER.into(),
            due: run.phase.due(),
        };
        self.tell_end(id, node, run, Reply::InChat);
    }

    /// The receipt of a run that is over, in its card and where the rep reads.
    fn tell_end(&mut self, id: &RunId, node: &Node, run: &Run, reply: Reply) {
        let receipt = self.receipt(node, run);
        if let Reply::OnCard = reply {
            return self.replace_card(id, receipt);
        }
        let text = as_text(&receipt);
        // The card that asked would go on saying that something is missing.
        if run.cards > 0 {
            self.replace_card(id, receipt);
        }
        self.say(Some(id), text);
    }

    /// Part of a card was filled in: that is work, though the card comes back.
    fn work_on(&mut self, state: &mut State, id: &RunId) {
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

    fn say_finished(&mut self, id: &RunId, node: &Node, run: &Run) {
        let text = match run.phase {
            Phase::Done { .. } => {
                let already_done = &self.process_of(run).wording.sentences.already_done;
                self.facts().run(node, run).fill(already_done)
            }
            _ => as_text(&self.receipt(node, run)),
        };
        self.say(Some(id), text);
    }

    /// The run and its definition, if both exist.
    pub(super) fn known<'s>(
        &self,
        state: &'s mut State,
        id: &RunId,
    ) -> Option<(&'a Node, &'s mut Run)> {
        let run = state.runs.get_mut(id)?;
        Some((self.definitions.node_of(run)?, run))
    }

    /// Keeps the options as the answer, if they are one.
    fn keep_choice(&self, run: &mut Run, question: &Question, ids: &[String], by: &PersonId) {
        if let Some(picked) = picked(question, ids) {
            let given = Given::Chosen { picked, own: None };
            put(run, &question.key, self.answer(given, by));
        }
    }
}

/// Why a run ends of which nothing was wanted.
const NOTHING_TO_ANSWER: &str = "没有需要回答的问题";

/// Who decides what follows from the definition alone.
fn by_the_process() -> Actor {
    Actor {
        id: "process".parse().expect("not empty"),
        name: "流程".to_owned(),
    }
}

/// Where the rep answered, and so where the receipt belongs.
#[derive(Clone, Copy)]
enum Reply {
    OnCard,
    InChat,
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
fn put(run: &mut Run, question: &str, answer: Answer) {
    // The own words that an option asks for complete its answer, and amend none.
    let completes = |old: &Answer| {
        matches!((&old.given, &answer.given),
            (Given::Chosen { picked: before, own: None }, Given::Chosen { picked, own: Some(_) }) if before == picked)
    };
    match run.answers.get(question) {
        Some(old) if !completes(old) => {
            let old = old.clone();
            run.remember(question, old, answer.at, "amended");
        }
        _ => {}
    }
    run.answers.insert(question.to_owned(), answer);
}

fn lacks_choice(question: &Question, run: &Run) -> bool {
    matches!(lack(question, run), Some(Lack::Choice))
}

/// Which of the questions are meant for the run and have no choice yet.
fn still_lacking<'a>(state: &State, id: &RunId, questions: &[&'a Question]) -> Vec<&'a Question> {
    let Some(run) = state.runs.get(id) else {
        return Vec::new();
    };
    let is_lacking =
        |question: &&Question| run.questions.contains(&question.key) && lacks_choice(question, run);
    questions.iter().copied().filter(is_lacking).collect()
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
