//! Whether something is still wanted of a run, and what the rep is told if not.

use crate::domain::RunId;

use super::definition::Node;
use super::notice::as_text;
use super::phase::Phase;
use super::run::Run;
use super::state::State;
use super::step::Step;

impl<'a> Step<'a> {
    /// The run, if something is still wanted of it; else the rep is told why not.
    pub(super) fn wanted<'s>(
        &mut self,
        state: &'s mut State,
        id: &RunId,
    ) -> Option<(&'a Node, &'s mut Run)> {
        let Some((node, run)) = self.known(state, id) else {
            self.say_unknown();
            return None;
        };
        if !run.phase.is_unfinished() {
            self.say_finished(id, node, run);
            return None;
        }
        Some((node, run))
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

    pub(super) fn say_unknown(&mut self) {
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

    /// The rep gave something that the run doesn't ask for now.
    pub(super) fn say_not_asked(&mut self, id: &RunId, node: &Node, run: &Run) {
        let not_asked = &self.process_of(run).wording.sentences.text_not_asked;
        let text = self.facts().run(node, run).fill(not_asked);
        self.say(Some(id), text);
    }
}
