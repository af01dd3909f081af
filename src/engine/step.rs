//! One event: what it changes, and what should follow.

use crate::domain::{RunId, Timestamp};

use super::context::Context;
use super::definition::Process;
use super::event::{Effect, Event};
use super::notice::Facts;
use super::phase::Phase;
use super::state::{Heard, State};

impl Process {
    /// The state after `event`, and what should be done, in that order.
    ///
    /// Total: any event is answered in any state, at any time. Deadlines that are over by `now`
    /// take effect first, so an answer and a tick of the same moment give the same result in
    /// either order. Only the end of a deal comes before them: nobody is told that something is
    /// late of which nothing is wanted any more. A run whose node is no longer in the definition stays as it is until the
    /// deal ends.
    #[must_use]
    pub fn step(
        &self,
        mut state: State,
        context: &Context,
        event: &Event,
        now: Timestamp,
    ) -> (State, Vec<Effect>) {
        let mut step = Step {
            process: self,
            context,
            now,
            effects: Vec::new(),
        };

        if let Event::StageMoved { to, .. } = event {
            state.stage = Some(to.clone());
            step.end_runs(&mut state);
        }
        step.pass_deadlines(&mut state);
        match event {
            Event::SignalHeard {
                label,
                words,
                quote,
                message,
                chat,
            } => step.hear(
                &mut state,
                &Heard {
                    label: *label,
                    words: words.clone(),
                    quote: quote.clone(),
                    message: message.clone(),
                    chat: chat.clone(),
                    at: now,
                },
            ),
            Event::Chosen { run, choices, by } => step.choose(&mut state, run, choices, by),
            Event::Told {
                run,
                question,
                text,
                by,
            } => step.tell(&mut state, run, question, text, by),
            Event::StageMoved { .. } | Event::Ticked => {}
        }
        (state, step.effects)
    }
}

/// The work on one event.
pub(super) struct Step<'a> {
    pub(super) process: &'a Process,
    pub(super) context: &'a Context,
    pub(super) now: Timestamp,
    pub(super) effects: Vec<Effect>,
}

impl<'a> Step<'a> {
    /// Makes open runs overdue whose deadline is over, the longest overdue first.
    fn pass_deadlines(&mut self, state: &mut State) {
        let now = self.now;
        let is_over = |phase: &Phase| matches!(phase, Phase::Open { due } if *due <= now);
        let mut over: Vec<_> = state
            .runs
            .iter_mut()
            .filter(|(_, run)| is_over(&run.phase))
            .collect();
        over.sort_by_key(|(_, run)| (run.phase.due(), run.number));

        for (id, run) in over {
            if let Some(node) = self.process.node_of(run) {
                run.phase = Phase::Overdue {
                    missed: run.phase.due(),
                };
                let alert = self.late_alert(id, node, run);
                self.effects.push(Effect::RaiseAlert(alert));
            }
        }
    }

    /// Where the deal ends, so do the runs that are not demanded there: nothing is late any more,
    /// and their cards say so.
    fn end_runs(&mut self, state: &mut State) {
        let process = self.process;
        let Some(stage) = process.stage_of(state).filter(|stage| stage.ends) else {
            return;
        };
        let mut ending: Vec<_> = state
            .runs
            .iter_mut()
            .filter(|(_, run)| run.phase.is_unfinished())
            .collect();
        ending.sort_by_key(|(_, run)| run.number);
        for (id, run) in ending {
            let node = process.node_of(run);
            if node.is_some_and(|node| node.opens_at(Some(stage))) {
                continue;
            }
            run.asked = None;
            run.phase = Phase::Ended {
                at: self.now,
                late: run.phase.due() <= self.now,
                due: run.phase.due(),
            };
            if let Some(node) = node.filter(|_| run.cards > 0) {
                let receipt = self.receipt(node, run);
                self.replace_card(id, receipt);
            }
            self.effects
                .push(Effect::ClearDeadlines { run: id.clone() });
        }
    }

    /// Says one sentence to the rep.
    pub(super) fn say(&mut self, run: Option<&RunId>, text: String) {
        self.effects.push(Effect::TellRep {
            run: run.cloned(),
            text,
        });
    }

    /// What the texts may mention, as far as the deal goes.
    pub(super) fn facts(&self) -> Facts<'a> {
        Facts::of(self.context, self.now)
    }
}
