//! Nodes open: by what a customer said, by a stage, by hand. Each asks its first question.

use std::collections::BTreeMap;

use crate::domain::{Label, OpportunityId, RunId, digest};

use super::answer::Asked;
use super::cause::{Cause, Heard};
use super::checklist::{self, NONE_CHOSEN, Next};
use super::condition::Seen;
use super::definition::{Node, OncePer};
use super::effect::{CardPrompt, ChoicePrompt, Effect};
use super::notice::filled;
use super::phase::{Actor, Phase, Yellow};
use super::question::{Choice, Question, QuestionKind};
use super::run::{ClockChange, Run};
use super::state::State;
use super::step::Step;

/// A card's task id is the run's id, `@` and the card's number, in 128 bytes
/// (`developer.work.weixin.qq.com/document/path/90236`); this leaves the two numbers their room.
const LONGEST_PREFIX: usize = 96;

impl Step<'_> {
    /// Opens each node that the signal opens, or notes the words where the subject is known. One
    /// message opens a node once, though it carry two signals: the rep has one card of one
    /// sentence. Only where the words themselves are the subject, each of them is one.
    pub(super) fn hear(&mut self, state: &mut State, label: Label) {
        let count = state.signals.entry(label).or_default();
        *count = count.saturating_add(1);
        self.collect_hints(state, label);
        let process = self.process;
        for node in &process.nodes {
            if node.opening.signals.contains(&label)
                && node.opens_at(process.stage_of(state))
                && self.is_meant(node, state)
                && let Some(heard) = self.heard()
            {
                self.hear_for(node, state, heard);
            }
        }
        self.say_hints();
    }

    fn hear_for(&mut self, node: &Node, state: &mut State, heard: Heard) {
        let subject = node.once_per.subject(heard.label, &heard.words);
        if node.once_per != OncePer::Words
            && let Some(run) = opened_by(state, node, &heard)
        {
            return note(run, heard);
        }
        let is_known = |run: &&mut Box<Run>| run.node == node.key && run.subject == subject;
        let known = state
            .runs
            .values_mut()
            .filter(is_known)
            .max_by_key(|run| run.number);
        match known {
            Some(run) if self.is_settled(node, run) => note(run, heard),
            _ => {
                self.open(state, node, subject, Cause::Signal(heard));
            }
        }
    }

    /// A person opens a node. One that is open already is asked again.
    pub(super) fn open_by_hand(&mut self, state: &mut State, key: &str, by: &Actor) {
        let process = self.process;
        let Some(node) = process.node(key).filter(|node| node.opening.by_hand) else {
            return;
        };
        match unfinished(state, node) {
            Some(id) => self.ask_again(state, &id),
            None => {
                self.open(state, node, None, Cause::Hand { by: by.clone() });
            }
        }
    }

    /// Whether the node is for this deal.
    pub(super) fn is_meant(&self, node: &Node, state: &State) -> bool {
        let seen = Seen::of(state, self.stage_key(state));
        self.holds(node.opening.when.as_ref(), seen, None)
    }

    /// Whether another mention of the run's subject opens nothing.
    pub(super) fn is_settled(&self, node: &Node, run: &Run) -> bool {
        let calendar = self.calendar;
        let covers = |at| {
            node.quiet_for
                .covers(at, self.now, |span, from| span.after(from, calendar))
        };
        match &run.phase {
            Phase::Open { .. } | Phase::Paused { .. } | Phase::Overdue { .. } => true,
            Phase::Done { signed, .. }
            | Phase::Waived { signed, .. }
            | Phase::NotApplicable { signed, .. } => covers(signed.at),
            // The deal was taken up again, and nothing was done about it.
            Phase::Ended { .. } => false,
        }
    }

    /// Opens the node and asks its first question. Answers the run's id.
    pub(super) fn open(
        &mut self,
        state: &mut State,
        node: &Node,
        subject: Option<String>,
        cause: Cause,
    ) -> RunId {
        state.opened = state.opened.saturating_add(1);
        let id = run_id(&self.context.opportunity, state.opened);
        let phase = self.fresh_clock(node);
        let mut run = Run {
            node: node.key.clone(),
            number: state.opened,
            process_version: self.process.version().to_owned(),
            opened_at: self.now,
            subject,
            cause,
            noted: Vec::new(),
            questions: Vec::new(),
            answers: BTreeMap::new(),
            past: Vec::new(),
            clock: vec![],
            phase,
            cards: 0,
            asked: None,
            put_off: None,
            returned: None,
            was_late: false,
        };
        let due = run.phase.due();
        run.clocked(self.now, ClockChange::Started { due });
        let seen = Seen::of(state, self.stage_key(state));
        run.questions = self.questions_for(node, &run, seen).cloned().collect();

        self.begin(&id, node, &mut run);
        self.say_notices(state, &node.key, &run);
        state.runs.insert(id.clone(), Box::new(run));
        id
    }

    /// Asks its first question, if it has one, and tells the director where that is wanted.
    fn begin(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        match checklist::next(node, run) {
            None => return self.finish_unasked(id, node, run),
            Some(Next::Ask(..)) => {
                let opened = &self.process.wording.sentences.opened;
                let text = self.facts().run(node, run).fill(opened);
                self.say(Some(id), text);
            }
            Some(Next::Card(_)) => {}
        }
        if node.inform_director_on_open {
            let alert = self.opened_alert(id, node, run);
            self.ask(id, node, run, None);
            self.effects.push(Effect::RaiseAlert(alert));
        } else {
            self.ask(id, node, run, None);
        }
    }

    /// The clock of a run that begins now.
    pub(super) fn fresh_clock(&self, node: &Node) -> Phase {
        let due = node.clock.late.after(self.now, self.calendar);
        let yellow = node
            .clock
            .expected
            .after(self.now, node.clock.late, self.calendar);
        Phase::Open {
            due,
            yellow: Yellow::At(yellow),
        }
    }

    /// Which of the node's questions are meant for this run.
    fn questions_for<'n>(
        &self,
        node: &'n Node,
        run: &Run,
        seen: Seen<'_>,
    ) -> impl Iterator<Item = &'n String> {
        let is_meant =
            move |question: &&Question| self.holds(question.when.as_ref(), seen, Some(run));
        node.questions
            .iter()
            .filter(is_meant)
            .map(|question| &question.key)
    }

    /// What is known of the deal may have changed since: which questions are meant is decided
    /// anew for what is unfinished. A run that waits for nothing any more is done, and the question
    /// that is said gives way when it is not meant any more.
    pub(super) fn refresh_questions(&mut self, state: &mut State) {
        let is_meant = |run: &Run| run.phase.is_unfinished() && self.may_change(run);
        let runs = state.runs.iter().filter(|(_, run)| is_meant(run));
        let mut changing: Vec<(u32, RunId)> =
            runs.map(|(id, run)| (run.number, id.clone())).collect();
        changing.sort();
        for (_, id) in changing {
            self.refresh(state, &id);
            let Some((node, run)) = self.known(state, &id) else {
                continue;
            };
            let is_void = |asked: &Asked| !run.questions.contains(&asked.question);
            if run.asked.as_ref().is_some_and(is_void) || checklist::next(node, run).is_none() {
                run.asked = None;
                self.ask_next(state, &id);
            }
        }
    }

    /// Whether other questions may be meant for the run than at first.
    fn may_change(&self, run: &Run) -> bool {
        let is_of_another_version = self.process_of(run).version() != run.process_version;
        let node = self.node_of(run);
        let mut questions = node.into_iter().flat_map(|node| &node.questions);
        is_of_another_version || questions.any(|question| question.when.is_some())
    }

    /// Which questions are meant for one unfinished run, by all that is known now.
    pub(super) fn refresh(&self, state: &mut State, id: &RunId) {
        let Some(run) = state.runs.get(id).filter(|run| run.phase.is_unfinished()) else {
            return;
        };
        let Some(node) = self.node_of(run) else {
            return;
        };
        let seen = Seen::of(state, self.stage_key(state));
        if self.questions_for(node, run, seen).eq(&run.questions) {
            return;
        }
        let questions: Vec<String> = self.questions_for(node, run, seen).cloned().collect();
        if let Some(run) = state.runs.get_mut(id) {
            run.questions = questions;
        }
    }

    /// Asks for what an unfinished run is missing next; where nothing is any more, it is done.
    pub(super) fn ask_next(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        if checklist::next(node, run).is_none() {
            self.finish_unasked(id, node, run);
        } else {
            self.ask(id, node, run, None);
        }
    }

    /// Asks for what is missing next; `attention` says what was wrong with the last answer.
    pub(super) fn ask(
        &mut self,
        id: &RunId,
        node: &Node,
        run: &mut Run,
        attention: Option<String>,
    ) {
        match checklist::next(node, run) {
            None => {}
            Some(Next::Card(questions)) => {
                run.cards = run.cards.saturating_add(1);
                let card = self.card(id, node, run, &questions, attention);
                self.effects.push(Effect::SendCard(card));
            }
            Some(Next::Ask(question, ask)) => {
                let facts = self.facts().run(node, run).question(question);
                let text = match attention {
                    Some(sentence) => format!("{sentence}\n{}", facts.fill(ask)),
                    None => facts.fill(ask),
                };
                run.asked = Some(Asked {
                    question: question.key.clone(),
                    at: self.now,
                });
                self.effects.push(Effect::Ask {
                    run: id.clone(),
                    question: question.key.clone(),
                    text,
                    page: needs_page(question),
                });
            }
        }
    }

    fn card(
        &mut self,
        id: &RunId,
        node: &Node,
        run: &Run,
        questions: &[&Question],
        attention: Option<String>,
    ) -> CardPrompt {
        let hints = std::mem::take(&mut self.hints);
        let wording = &self.process_of(run).wording.card;
        let facts = self.facts().run(node, run);
        let attention = attention.map(|sentence| (wording.attention.clone(), sentence));
        let hints = hints.into_iter().map(|hint| (wording.hint.clone(), hint));
        CardPrompt {
            run: id.clone(),
            number: run.cards,
            title: facts.fill(&wording.title),
            lines: attention
                .into_iter()
                .chain(hints)
                .chain(filled(&wording.lines, &facts))
                .collect(),
            questions: questions
                .iter()
                .map(|question| choice_prompt(question, &wording.please_choose))
                .collect(),
            submit: wording.submit.clone(),
            may_be_false: run.cause.heard().is_some(),
        }
    }
}

/// The unfinished run of a node, the newest.
pub(super) fn unfinished(state: &State, node: &Node) -> Option<RunId> {
    let runs = state.runs.iter();
    let mut open: Vec<_> = runs
        .filter(|(_, run)| run.node == node.key && run.phase.is_unfinished())
        .collect();
    open.sort_by_key(|(_, run)| run.number);
    open.last().map(|(id, _)| (*id).clone())
}

/// Tables can only be filled in on a page, and WeCom delivers no files to an app.
const fn needs_page(question: &Question) -> bool {
    matches!(
        question.kind,
        QuestionKind::Table { .. } | QuestionKind::File { .. } | QuestionKind::PartsList { .. }
    )
}

fn choice_prompt(question: &Question, please_choose: &str) -> ChoicePrompt {
    let several = matches!(question.kind, QuestionKind::ChooseSeveral(_));
    let nothing = (NONE_CHOSEN.to_owned(), please_choose.to_owned());
    let choices = question.choices().iter();
    ChoicePrompt {
        key: question.key.clone(),
        title: question.title.clone(),
        several,
        options: (!several)
            .then_some(nothing)
            .into_iter()
            .chain(choices.map(|Choice { id, text, .. }| (id.clone(), text.clone())))
            .collect(),
    }
}

/// The node's run that another signal of the same message opened.
fn opened_by<'a>(state: &'a mut State, node: &Node, heard: &Heard) -> Option<&'a mut Run> {
    let mut runs = state.runs.values_mut().map(AsMut::as_mut);
    runs.find(|run: &&mut Run| {
        let cause = run.cause.heard();
        run.node == node.key && cause.is_some_and(|cause| cause.message == heard.message)
    })
}

/// Keeps a later mention; the same words of the same message are kept once.
fn note(run: &mut Run, heard: Heard) {
    let is_same = |other: &Heard| {
        (&other.message, other.label, &other.words) == (&heard.message, heard.label, &heard.words)
    };
    if run.cause.heard().is_some_and(is_same) || run.noted.iter().any(is_same) {
        return;
    }
    run.noted.push(heard);
    if run.noted.len() > Run::MOST_NOTED {
        run.noted.remove(0);
    }
}

/// `{opportunity}-{number}`; an opportunity whose name a task id can't hold gives its hash.
fn run_id(opportunity: &OpportunityId, number: u32) -> RunId {
    let name = opportunity.as_str();
    let fits = name.len() <= LONGEST_PREFIX
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let id = if fits {
        format!("{name}-{number}")
    } else {
        format!("x{}-{number}", digest(name, 32))
    };
    RunId::try_from(id).expect("an id with a number in it is not empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_fits_into_a_task_id_whatever_the_opportunity_is_called() {
        let of = |name: &str| run_id(&name.parse().expect("not empty"), u32::MAX);

        assert_eq!(of("op_1-a").as_str(), "op_1-a-4294967295");
        for name in ["商机 1", "a@b", &"a".repeat(97), "x".repeat(96).as_str()] {
            let task = format!("{}@{}", of(name), u32::MAX);
            assert!(task.len() <= 128, "{task}");
            assert!(
                task.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte)),
                "{task}"
            );
        }
        assert_ne!(of("商机 1"), of("商机 2"));
    }
}
