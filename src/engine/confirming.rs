//! What is confirmed of a deal, by people and by answers that stand.

use std::collections::BTreeSet;

use crate::domain::{RunId, Timestamp};

use super::checklist::lack;
use super::definition::Node;
use super::run::Run;
use super::state::{Confirmed, State};
use super::step::Step;

impl Step<'_> {
    /// Notes a fact of the deal.
    pub(super) fn confirm(&mut self, state: &mut State, fact: &str, run: Option<&RunId>) {
        let at = self.now;
        state
            .facts
            .entry(fact.to_owned())
            .or_insert_with(|| Confirmed {
                at,
                run: run.cloned(),
            });
    }

    /// The answers of a run have changed: what they confirm is noted, and what one confirmed that
    /// is gone, or that a person has yet to look at, is not known any more. Then which questions
    /// are meant is decided anew.
    pub(super) fn settle(&mut self, state: &mut State, id: &RunId) {
        let node = state.runs.get(id).and_then(|run| self.node_of(run));
        let questions = node.into_iter().flat_map(|node| &node.questions);
        let facts: BTreeSet<&str> = questions
            .filter_map(|question| question.records.as_deref())
            .collect();
        for fact in facts {
            self.settle_fact(state, id, fact);
        }
        self.refresh(state, id);
    }

    fn settle_fact(&mut self, state: &mut State, id: &RunId, fact: &str) {
        if self.confirmed_by(state, id, fact).is_some() {
            return self.confirm(state, fact, Some(id));
        }
        let confirmed = state.facts.get(fact);
        if confirmed.is_some_and(|confirmed| confirmed.run.as_ref() == Some(id)) {
            state.facts.remove(fact);
            if let Some(elsewhere) = self.confirmed_elsewhere(state, fact) {
                state.facts.insert(fact.to_owned(), elsewhere);
            }
        }
    }

    /// Since when an answer of the run confirms it.
    fn confirmed_by(&self, state: &State, id: &RunId, fact: &str) -> Option<Timestamp> {
        let run = state.runs.get(id)?;
        confirmed_since(self.node_of(run)?, run, fact)
    }

    /// The first other answer that says so too.
    fn confirmed_elsewhere(&self, state: &State, fact: &str) -> Option<Confirmed> {
        let confirmed = state.runs.keys().filter_map(|id| {
            let at = self.confirmed_by(state, id, fact)?;
            let run = Some(id.clone());
            Some(Confirmed { at, run })
        });
        confirmed.min_by_key(|confirmed| confirmed.at)
    }
}

/// An answer confirms what it records when it is whole and nobody has to look at it first.
fn confirmed_since(node: &Node, run: &Run, fact: &str) -> Option<Timestamp> {
    let records = node
        .questions
        .iter()
        .filter(|question| question.records.as_deref() == Some(fact));
    let since = records.filter_map(|question| {
        let answer = run.answers.get(&question.key)?;
        (!answer.is_unseen() && lack(question, run).is_none()).then_some(answer.at)
    });
    since.min()
}
