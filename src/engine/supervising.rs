//! What supervisors do with a run: stop its clock, give more time, let off, look at, send back.
//!
//! What makes no sense where the run stands changes nothing.

use std::time::Duration;

use crate::domain::{RunId, Timestamp};

use super::answer::SpotCheck;
use super::definition::Node;
use super::event::Looked;
use super::phase::{Actor, Left, Phase, Signed, Yellow};
use super::question::{Question, QuestionKind};
use super::run::{ClockChange, Returned, Run};
use super::state::State;
use super::step::Step;

impl Step<'_> {
    /// Stops the clock of a run that is not late.
    pub(super) fn stop(&mut self, state: &mut State, id: &RunId, by: &Actor, why: &str) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        self.pause(node, run, Some(by.clone()), why);
    }

    /// The clock stands from now on.
    pub(super) fn pause(&self, node: &Node, run: &mut Run, by: Option<Actor>, why: &str) {
        let Phase::Open { due, yellow } = run.phase else {
            return;
        };
        let yellow_ms = match yellow {
            Yellow::At(at) => Some(self.left_till(node, at)),
            Yellow::Since(_) => None,
        };
        run.phase = Phase::Paused {
            at: self.now,
            by: by.clone(),
            why: why.into(),
            left: Left {
                yellow_ms,
                due_ms: self.left_till(node, due),
            },
            due,
        };
        let why = why.into();
        run.clocked(self.now, ClockChange::Paused { by, why });
    }

    /// Milliseconds till a moment, counted as the node counts.
    fn left_till(&self, node: &Node, moment: Timestamp) -> u64 {
        let left = if node.clock.late.is_working_time() {
            self.calendar.working_time_between(self.now, moment)
        } else {
            moment.since(self.now)
        };
        u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
    }

    /// A stopped clock goes on with what was left, and never to a deadline before the one there
    /// was: of a night or a holiday no working time is left. What is due by then turns in the same
    /// step.
    pub(super) fn go_on(&mut self, state: &mut State, id: &RunId, by: &Actor) {
        if let Some((node, run)) = self.known(state, id) {
            self.resume(node, run, Some(by.clone()));
        }
    }

    fn resume(&self, node: &Node, run: &mut Run, by: Option<Actor>) {
        let Phase::Paused { left, due: old, .. } = run.phase else {
            return;
        };
        let due = self.after_left(node, left.till_due()).max(old);
        let yellow = match left.till_yellow() {
            Some(length) => Yellow::At(self.after_left(node, length)),
            None => Yellow::Since(self.now),
        };
        run.phase = Phase::Open { due, yellow };
        run.clocked(self.now, ClockChange::Resumed { by, due });
    }

    /// The moment at which what was left is over. With no working time left till a moment ahead,
    /// that moment is when work goes on.
    fn after_left(&self, node: &Node, length: Duration) -> Timestamp {
        if !node.clock.late.is_working_time() {
            return self.now.plus(length);
        }
        if length.is_zero() {
            return self.calendar.next_working(self.now);
        }
        self.calendar.after_working_time(self.now, length)
    }

    /// A run gets a later deadline. One that was late has time again.
    pub(super) fn extend(
        &mut self,
        state: &mut State,
        id: &RunId,
        due: Timestamp,
        by: &Actor,
        why: &str,
    ) {
        let now = self.now;
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        let yellow = match run.phase {
            Phase::Open { due: old, yellow } if due > old => yellow,
            Phase::Overdue { .. } if due > now => Yellow::Since(now),
            _ => return,
        };
        run.phase = Phase::Open { due, yellow };
        let (by, why) = (by.clone(), why.into());
        run.clocked(now, ClockChange::Extended { by, why, due });
        let text = self
            .facts()
            .run(node, run)
            .fill(&self.process_of(run).wording.sentences.extended);
        self.say(Some(id), text);
    }

    /// Lets the rep off; it stays on record.
    pub(super) fn waive(&mut self, state: &mut State, id: &RunId, by: &Actor, why: &str) {
        let (signed, why) = (self.signed(by), why.into());
        self.close(state, id, |run| Phase::Waived {
            signed,
            why,
            late: run.is_late(),
            due: run.phase.due(),
        });
    }

    /// The run does not apply, and counts neither way.
    pub(super) fn dismiss(&mut self, state: &mut State, id: &RunId, by: &Actor, why: &str) {
        let (signed, why) = (self.signed(by), why.into());
        self.close(state, id, |run| Phase::NotApplicable {
            signed,
            why,
            due: run.phase.due(),
        });
    }

    fn close(&mut self, state: &mut State, id: &RunId, phase: impl FnOnce(&Run) -> Phase) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        if !run.phase.is_unfinished() {
            return;
        }
        run.phase = phase(run);
        run.asked = None;
        run.put_off = None;
        let receipt = self.receipt(node, run);
        let text = super::notice::as_text(&receipt);
        if run.cards > 0 {
            self.replace_card(id, receipt);
        }
        self.say(Some(id), text);
    }

    /// A person looked and found it right: what they saw, and no other answer.
    pub(super) fn approve(
        &mut self,
        state: &mut State,
        id: &RunId,
        seen: Option<&Looked>,
        by: &Actor,
    ) {
        let signed = self.signed(by);
        let Some(run) = state.runs.get_mut(id) else {
            return;
        };
        let mut approved = Vec::new();
        for (question, answer) in &mut run.answers {
            let is_meant = seen.is_none_or(|seen| seen.is_at(question, answer));
            if is_meant && answer.is_unseen() {
                answer.spot_check = Some(SpotCheck::Approved(signed.clone()));
                approved.push(question.clone());
            }
        }
        if !approved.is_empty() {
            self.settle(state, id);
            self.say_approved(state, id, &approved, by);
        }
    }

    fn say_approved(&mut self, state: &mut State, id: &RunId, approved: &[String], by: &Actor) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        let questions: Vec<&Question> = approved
            .iter()
            .filter_map(|key| node.question(key))
            .collect();
        let sentence = &self.process_of(run).wording.sentences.approved;
        let facts = self.facts().run(node, run).questions(&questions).actor(by);
        let text = facts.fill(sentence);
        self.say(Some(id), text);
    }

    /// These answers don't do. A finished run begins again, an unfinished one asks for them anew
    /// under the clock it has. Not of a deal that is over: nobody would be asked.
    pub(super) fn send_back(
        &mut self,
        state: &mut State,
        id: &RunId,
        questions: &[String],
        by: &Actor,
        why: &str,
    ) {
        let signed = self.signed(by);
        let run = state.runs.get(id);
        let is_over = run.is_some_and(|run| self.definitions.is_over(state, run));
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        let was_done = matches!(run.phase, Phase::Done { .. });
        let wrong = sent_back(node, run, questions);
        if !was_done && !run.phase.is_unfinished() || is_over || wrong.is_empty() {
            return;
        }
        for key in wrong {
            withdraw(run, &key, self.now, "returned");
        }
        run.put_off = None;
        run.returned = Some(Returned {
            signed,
            why: why.to_owned(),
        });
        if was_done {
            self.begin_again(node, run, by);
        } else if let Phase::Paused { by: None, .. } = run.phase {
            // The work that stopped the clock was none.
            self.resume(node, run, None);
        }
        self.settle(state, id);
        self.say_returned(state, id);
        self.ask_next(state, id);
    }

    fn begin_again(&self, node: &Node, run: &mut Run, by: &Actor) {
        run.was_late = run.is_late();
        run.phase = self.fresh_clock(node);
        let (by, due) = (by.clone(), run.phase.due());
        run.clocked(self.now, ClockChange::Returned { by, due });
    }

    fn say_returned(&mut self, state: &mut State, id: &RunId) {
        if let Some((node, run)) = self.known(state, id) {
            let returned = &self.process_of(run).wording.sentences.returned;
            let text = self.facts().run(node, run).fill(returned);
            self.say(Some(id), text);
        }
    }

    /// Somebody takes the alert on: nobody else is told.
    pub(super) fn acknowledge(
        &mut self,
        state: &mut State,
        id: Option<&RunId>,
        rule: Option<&str>,
        by: &Actor,
    ) {
        let signed = self.signed(by);
        if let Some(run) = id.and_then(|id| state.runs.get_mut(id))
            && let Phase::Overdue {
                next,
                acknowledged: acknowledged @ None,
                ..
            } = &mut run.phase
        {
            *next = None;
            *acknowledged = Some(signed.clone());
            run.clocked(self.now, ClockChange::Acknowledged { by: by.clone() });
        }
        let red = rule
            .and_then(|rule| state.watches.get_mut(rule))
            .and_then(|watch| watch.red.as_mut());
        if let Some(red) = red.filter(|red| red.acknowledged.is_none()) {
            red.next = None;
            red.acknowledged = Some(signed);
        }
    }

    /// The rep is told that the supervisor waits.
    pub(super) fn urge(&mut self, state: &mut State, id: &RunId, by: &Actor) {
        let Some((node, run)) = self.known(state, id) else {
            return;
        };
        if run.phase.is_unfinished() {
            let text = self
                .facts()
                .run(node, run)
                .actor(by)
                .fill(&self.process_of(run).wording.sentences.urged);
            self.say(Some(id), text);
        }
    }

    fn signed(&self, by: &Actor) -> Signed {
        Signed {
            at: self.now,
            by: by.clone(),
        }
    }
}

/// The answers that don't do: those named, else those that prove something, else all.
fn sent_back(node: &Node, run: &Run, questions: &[String]) -> Vec<String> {
    let is_answered = |key: &&String| run.answers.contains_key(*key);
    if !questions.is_empty() {
        return questions.iter().filter(is_answered).cloned().collect();
    }
    let proves = |key: &&String| {
        node.question(key).is_some_and(|question| {
            matches!(
                question.kind,
                QuestionKind::File { .. }
                    | QuestionKind::Voice { .. }
                    | QuestionKind::PartsList { .. }
                    | QuestionKind::Table { .. }
            )
        })
    };
    let proofs: Vec<String> = run.answers.keys().filter(proves).cloned().collect();
    if proofs.is_empty() {
        run.answers.keys().cloned().collect()
    } else {
        proofs
    }
}

/// Takes an answer out; it is kept as a former one.
pub(super) fn withdraw(run: &mut Run, question: &str, now: Timestamp, why: &str) {
    if let Some(answer) = run.answers.remove(question) {
        run.remember(question, answer, now, why);
    }
}
