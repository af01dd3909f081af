//! A signal opens nodes, and each asks its first question.

use std::collections::BTreeMap;

use crate::domain::{OpportunityId, RunId, digest};

use super::answer::Asked;
use super::checklist::{self, NONE_CHOSEN, Next};
use super::definition::{Choice, Node, OncePer, Question, QuestionKind};
use super::event::{CardPrompt, ChoicePrompt, Effect};
use super::notice::{LATE, filled};
use super::phase::Phase;
use super::state::{Cause, Heard, Run, State};
use super::step::Step;

/// A card's task id is the run's id, `@` and the card's number, in 128 bytes
/// (`developer.work.weixin.qq.com/document/path/90236`); this leaves the two numbers their room.
const LONGEST_PREFIX: usize = 96;

impl Step<'_> {
    /// Opens each node that the signal opens, or notes the words where the subject is known. One
    /// message opens a node once, though it carry two signals: the rep has one card of one
    /// sentence. Only where the words themselves are the subject, each of them is one.
    pub(super) fn hear(&mut self, state: &mut State, heard: &Heard) {
        let process = self.process;
        let opens = |node: &&Node| {
            node.opens_on.contains(&heard.label) && node.opens_at(process.stage_of(state))
        };
        let nodes: Vec<&Node> = process.nodes().iter().filter(opens).collect();
        for node in nodes {
            if node.once_per != OncePer::Words
                && let Some(run) = opened_by(state, node, heard)
            {
                note(run, heard);
                continue;
            }
            let subject = node.once_per.subject(heard.label, &heard.words);
            let of_subject = |run: &&mut Run| run.node == node.key && run.subject == subject;
            let known = state
                .runs
                .values_mut()
                .filter(of_subject)
                .max_by_key(|run| run.number);
            match known {
                Some(run) if self.is_settled(node, run) => note(run, heard),
                _ => self.open(state, node, subject, heard),
            }
        }
    }

    /// Whether another mention of the run's subject opens nothing.
    fn is_settled(&self, node: &Node, run: &Run) -> bool {
        match run.phase {
            Phase::Open { .. } | Phase::Overdue { .. } => true,
            Phase::Done { at, .. } => node.quiet_for.covers(at, self.now),
            // The deal was taken up again, and nothing was done about it.
            Phase::Ended { .. } => false,
        }
    }

    fn open(&mut self, state: &mut State, node: &Node, subject: Option<String>, heard: &Heard) {
        state.opened = state.opened.saturating_add(1);
        let id = run_id(&self.context.opportunity, state.opened);
        let due = node.late_after.after(self.now);
        let mut run = Run {
            node: node.key.clone(),
            number: state.opened,
            process_version: self.process.version().to_owned(),
            opened_at: self.now,
            subject,
            cause: Cause::Signal(heard.clone()),
            noted: Vec::new(),
            answers: BTreeMap::new(),
            phase: Phase::Open { due },
            cards: 0,
            asked: None,
        };

        if let Some(Next::Text(..)) = checklist::next(node, &run) {
            let opened = &self.process.wording.sentences.opened;
            let text = self.facts().run(node, &run).fill(opened);
            self.say(Some(&id), text);
        }
        self.ask(&id, node, &mut run, None);
        self.effects.push(Effect::SetDeadline {
            run: id.clone(),
            name: LATE.to_owned(),
            due,
        });
        if node.inform_director_on_open {
            let alert = self.opened_alert(&id, node, &run);
            self.effects.push(Effect::RaiseAlert(alert));
        }
        state.runs.insert(id, run);
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
            Some(Next::Text(question, ask)) => {
                let facts = self.facts().run(node, run).question(question);
                let text = match attention {
                    Some(sentence) => format!("{sentence}\n{}", facts.fill(ask)),
                    None => facts.fill(ask),
                };
                run.asked = Some(Asked {
                    question: question.key.clone(),
                    at: self.now,
                });
                self.effects.push(Effect::AskText {
                    run: id.clone(),
                    question: question.key.clone(),
                    text,
                });
            }
        }
    }

    fn card(
        &self,
        id: &RunId,
        node: &Node,
        run: &Run,
        questions: &[&Question],
        attention: Option<String>,
    ) -> CardPrompt {
        let wording = &self.process.wording.card;
        let facts = self.facts().run(node, run);
        let attention = attention.map(|sentence| (wording.attention.clone(), sentence));
        CardPrompt {
            run: id.clone(),
            number: run.cards,
            title: facts.fill(&wording.title),
            lines: attention
                .into_iter()
                .chain(filled(&wording.lines, &facts))
                .collect(),
            questions: questions
                .iter()
                .map(|question| choice_prompt(question, &wording.please_choose))
                .collect(),
            submit: wording.submit.clone(),
        }
    }
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
    let mut runs = state.runs.values_mut();
    runs.find(|run| run.node == node.key && run.cause.heard().message == heard.message)
}

/// Keeps a later mention; the same words of the same message are kept once.
fn note(run: &mut Run, heard: &Heard) {
    let is_same = |other: &Heard| {
        (&other.message, other.label, &other.words) == (&heard.message, heard.label, &heard.words)
    };
    if is_same(run.cause.heard()) || run.noted.iter().any(is_same) {
        return;
    }
    run.noted.push(heard.clone());
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
