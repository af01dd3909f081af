//! A deal moves to another stage, unless a gate stands between.

use crate::domain::RunId;

use super::cause::Cause;
use super::definition::{Node, Stage};
use super::effect::Effect;
use super::opening::unfinished;
use super::phase::Phase;
use super::run::Run;
use super::state::State;
use super::step::Step;

impl Step<'_> {
    /// Moves the deal when every node that gates the way is done; opens those that are not, and
    /// says which they are.
    pub(super) fn ask_for_stage(&mut self, state: &mut State, to: &str) {
        let process = self.process;
        let from = process.stage_of(state);
        let Some(stage) = process.stage(to) else {
            return;
        };
        if from.is_some_and(|from| from.key == stage.key) {
            return;
        }
        let mut missing = self.unfinished_behind(state, from, stage);
        for node in process.gates_between(from, stage) {
            if !self.is_meant(node, state) || lets_pass(state, node) {
                continue;
            }
            let id = unfinished(state, node).unwrap_or_else(|| {
                let stage = stage.name.clone();
                self.open(state, node, None, Cause::Gate { stage })
            });
            missing.push(id);
        }
        // One that has nothing to ask of this deal is over as soon as it is opened.
        missing.retain(|id| state.runs[id].phase.is_unfinished());
        if missing.is_empty() {
            self.move_to(state, to);
        } else {
            self.refuse_stage(state, to, missing);
        }
    }

    /// The runs of gates that the deal has passed and that are unfinished again: one that was sent
    /// back holds up the next stage.
    fn unfinished_behind(&self, state: &State, from: Option<&Stage>, to: &Stage) -> Vec<RunId> {
        let passed = self.process.gates_behind(from, to).into_iter();
        let passed = passed.filter(|node| self.is_meant(node, state));
        passed.filter_map(|node| unfinished(state, node)).collect()
    }

    fn refuse_stage(&mut self, state: &State, to: &str, missing: Vec<RunId>) {
        let process = self.process;
        let name = |id: &RunId| Some(self.node_of(state.runs.get(id)?)?.name.as_str());
        let names: Vec<&str> = missing.iter().filter_map(name).collect();
        let stage = process.stage(to).map_or(to, |stage| stage.name.as_str());
        let text = self
            .facts()
            .gate(stage, &names.join("、"))
            .fill(&process.wording.sentences.gated);
        self.effects.push(Effect::RefuseStage {
            to: to.to_owned(),
            missing,
            text,
        });
    }

    /// The deal stands in another stage from now on.
    pub(super) fn move_to(&mut self, state: &mut State, to: &str) {
        let stands = self.stage_key(state) == to;
        state.stage = Some(to.to_owned());
        if stands {
            return;
        }
        state.stage_since = self.now;
        self.reset_watches(state);
        self.end_runs(state);
        let process = self.process;
        for node in &process.nodes {
            if node.opening.entering.iter().any(|stage| stage == to) && self.is_meant(node, state) {
                self.enter(node, state);
            }
        }
    }

    fn enter(&mut self, node: &Node, state: &mut State) {
        let newest = state.runs.values().filter(|run| run.node == node.key);
        let newest = newest.max_by_key(|run| run.number);
        if newest.is_some_and(|run| self.is_settled(node, run)) {
            return;
        }
        let stage = self.process.stage_of(state);
        let stage = stage.map(|stage| stage.name.clone()).unwrap_or_default();
        self.open(state, node, None, Cause::Entered { stage });
    }

    /// Where the deal ends, so do the runs that are not demanded there: nothing is late any more,
    /// and their cards say so.
    fn end_runs(&mut self, state: &mut State) {
        let ends = |run: &Run| run.phase.is_unfinished() && self.definitions.is_over(state, run);
        let runs = state.runs.iter().filter(|(_, run)| ends(run));
        let mut ending: Vec<RunId> = runs.map(|(id, _)| id.clone()).collect();
        ending.sort_by_key(|id| state.runs[id].number);
        for id in ending {
            let Some(run) = state.runs.get_mut(&id) else {
                continue;
            };
            let node = self.definitions.node_of(run);
            run.asked = None;
            run.put_off = None;
            run.phase = Phase::Ended {
                at: self.now,
                late: run.was_late || run.phase.misses_at(self.now),
                due: run.phase.due(),
            };
            if let Some(node) = node.filter(|_| run.cards > 0) {
                let receipt = self.receipt(node, run);
                self.replace_card(&id, receipt);
            }
        }
    }
}

/// Whether the node lets a deal pass: its newest run was done or let off. One that ended with the
/// deal decides nothing.
fn lets_pass(state: &State, node: &Node) -> bool {
    let runs = state.runs.values().filter(|run| run.node == node.key);
    let decisive = runs.filter(|run| !matches!(run.phase, Phase::Ended { .. }));
    let newest = decisive.max_by_key(|run| run.number);
    newest.is_some_and(|run| run.phase.opens_gate())
}
