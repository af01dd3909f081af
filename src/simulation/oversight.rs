//! What supervisors and reps do with what was given: look at it, send it back, give another.

use super::World;
use super::team::director;
use crate::domain::{RunId, Timestamp};
use crate::engine::{Event, Given, Looked, Phase, Question, Run};

impl World<'_> {
    /// After an answer somebody may look at it, and the rep may think better of it.
    pub(super) fn look_over(&mut self, now: Timestamp, deal: usize, event: &Event) {
        let (Event::Chosen { run: id, .. }
        | Event::Told { run: id, .. }
        | Event::Proved { run: id, .. }
        | Event::Tabled { run: id, .. }) = event
        else {
            return;
        };
        let Some(run) = self.deals[deal].state.runs.get(id).cloned() else {
            return;
        };
        let at = self.in_working_time(now, 30, 2000);
        let unseen = run.unseen().next();
        let unseen = unseen.map(|(question, answer)| Looked {
            question: question.to_owned(),
            sha256: answer.sha256().to_owned(),
        });
        if let Some(seen) = unseen {
            let event = self.decided(id, seen);
            self.plan_event(at, deal, event);
        } else if matches!(run.phase, Phase::Done { .. }) && self.chance.percent(3) {
            let event = sent_back(id, Vec::new());
            self.plan_event(at, deal, event);
        }
        if run.phase.is_unfinished() && self.chance.percent(4) {
            self.amend(at, deal, id, &run);
        }
    }

    fn decided(&mut self, id: &RunId, seen: Looked) -> Event {
        if self.chance.percent(25) {
            return sent_back(id, vec![seen.question]);
        }
        Event::Approved {
            run: id.clone(),
            seen: Some(seen),
            by: director(),
        }
    }

    /// The rep gives another answer to a question that is answered.
    fn amend(&mut self, at: Timestamp, deal: usize, id: &RunId, run: &Run) {
        let node = self.definitions.node_of(run);
        let questions = node.into_iter().flat_map(|node| &node.questions);
        let is_answered = |question: &&Question| run.answers.contains_key(&question.key);
        let answered: Vec<&Question> = questions.filter(is_answered).collect();
        let Some(question) = self.chance.one_of(&answered).copied() else {
            return;
        };
        let event = match (&run.answers[&question.key].given, question.choices()) {
            (Given::Chosen { .. }, [.., last]) => Event::Chosen {
                run: id.clone(),
                choices: [(question.key.clone(), vec![last.id.clone()])].into(),
                by: self.rep(deal).id,
                amends: true,
            },
            _ => amending(self.given(deal, id.clone(), question)),
        };
        self.plan_event(at, deal, event);
    }
}

fn sent_back(id: &RunId, questions: Vec<String>) -> Event {
    Event::SentBack {
        run: id.clone(),
        questions,
        by: director(),
        why: "内容不完整".to_owned(),
    }
}

fn amending(event: Event) -> Event {
    match event {
        Event::Told {
            run,
            question,
            text,
            by,
            ..
        } => Event::Told {
            run,
            question,
            text,
            by,
            amends: true,
        },
        other => other,
    }
}
