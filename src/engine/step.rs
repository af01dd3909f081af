//! One event: what it changes, and what should follow.

use crate::calendar::Calendar;
use crate::domain::{RunId, Timestamp};

use super::cause::Heard;
use super::condition::{self, Condition, Happening, Seen};
use super::context::Context;
use super::definition::{Node, Process, Stage};
use super::definitions::Definitions;
use super::effect::Effect;
use super::event::Event;
use super::notice::Facts;
use super::run::Run;
use super::state::State;

impl Definitions {
    /// The state after `event`, and what should be done, in that order.
    ///
    /// Total: any event is answered in any state, at any time. Moments that have passed by `now`
    /// take effect first, so an answer and a tick of the same moment give the same result in
    /// either order. Only the end of a deal comes before them: nobody is told that something is
    /// late of which nothing is wanted any more. A run is held to the version of the process it
    /// began under.
    #[must_use]
    pub fn step(
        &self,
        mut state: State,
        context: &Context,
        event: &Event,
        now: Timestamp,
    ) -> (State, Vec<Effect>) {
        let mut step = Step {
            definitions: self,
            process: self.current(),
            calendar: self.calendar(),
            context,
            event,
            now,
            hints: Vec::new(),
            effects: Vec::new(),
        };
        step.refresh_questions(&mut state);
        if !step.ends_the_deal() {
            step.pass_moments(&mut state);
        }
        step.take(&mut state);
        // The event may have set a moment that has come already; it will not come again.
        step.pass_moments(&mut state);
        (state, step.effects)
    }
}

/// The work on one event.
pub(super) struct Step<'a> {
    pub(super) definitions: &'a Definitions,
    /// The version in use: what opens now, opens under it.
    pub(super) process: &'a Process,
    pub(super) calendar: &'a Calendar,
    pub(super) context: &'a Context,
    pub(super) event: &'a Event,
    pub(super) now: Timestamp,
    /// What rules have to say to the next card.
    pub(super) hints: Vec<String>,
    pub(super) effects: Vec<Effect>,
}

impl<'a> Step<'a> {
    fn ends_the_deal(&self) -> bool {
        let (Event::StageMoved { to, .. } | Event::StageAsked { to, .. }) = self.event else {
            return false;
        };
        self.process.stage(to).is_some_and(Stage::is_end)
    }

    /// The table of events.
    fn take(&mut self, state: &mut State) {
        match self.event {
            Event::SignalHeard { label, .. } => self.hear(state, *label),
            Event::Chosen {
                run,
                choices,
                by,
                amends,
            } => self.choose(state, run, choices, by, *amends),
            Event::Told {
                run,
                question,
                text,
                by,
                amends,
            } => self.tell(state, run, question, text, by, *amends),
            Event::Proved {
                run,
                question,
                evidence,
                by,
            } => self.prove(state, run, question, evidence, by),
            Event::Tabled {
                run,
                question,
                rows,
                by,
            } => self.table(state, run, question, rows, by),
            Event::TookBack { run, .. } => self.take_back(state, run),
            Event::PutOff { run, .. } => self.put_off(state, run),
            Event::Resumed { run, .. } => self.ask_again(state, run),
            Event::NodeOpened { node, by } => self.open_by_hand(state, node, by),
            Event::StageAsked { to, .. } => self.ask_for_stage(state, to),
            Event::StageMoved { to, .. } => self.move_to(state, to),
            Event::Stopped { run, by, why } => self.stop(state, run, by, why),
            Event::WentOn { run, by } => self.go_on(state, run, by),
            Event::Extended { run, due, by, why } => self.extend(state, run, *due, by, why),
            Event::Waived { run, by, why } => self.waive(state, run, by, why),
            Event::Dismissed { run, by, why } => self.dismiss(state, run, by, why),
            Event::Approved { run, seen, by } => self.approve(state, run, seen.as_ref(), by),
            Event::SentBack {
                run,
                questions,
                by,
                why,
            } => self.send_back(state, run, questions, by, why),
            Event::Acknowledged { run, rule, by } => {
                self.acknowledge(state, run.as_ref(), rule.as_deref(), by);
            }
            Event::Urged { run, by } => self.urge(state, run, by),
            Event::Contacted { kind, .. } => self.count_contact(state, *kind),
            Event::FactConfirmed { fact, .. } => self.confirm(state, fact, None),
            Event::TodoDone { todo } => Self::finish_todo(state, todo),
            Event::Ticked => {}
        }
    }

    /// The definition a run is held to.
    pub(super) fn node_of(&self, run: &Run) -> Option<&'a Node> {
        self.definitions.node_of(run)
    }

    /// The texts of the version a run began under.
    pub(super) fn process_of(&self, run: &Run) -> &'a Process {
        self.definitions.process_of(run)
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

    /// Whether a condition holds; a missing one does.
    pub(super) fn holds(
        &self,
        condition: Option<&Condition>,
        seen: Seen<'_>,
        run: Option<&Run>,
    ) -> bool {
        condition.is_none_or(|condition| {
            condition.holds(&condition::Facts {
                context: self.context,
                state: seen,
                run,
                event: self.happening(),
                now: self.now,
            })
        })
    }

    /// The signal that was heard, if that is what happened.
    pub(super) fn heard(&self) -> Option<Heard> {
        let Event::SignalHeard {
            label,
            words,
            quote,
            message,
            chat,
        } = self.event
        else {
            return None;
        };
        Some(Heard {
            label: *label,
            words: words.clone(),
            quote: quote.clone(),
            message: message.clone(),
            chat: chat.clone(),
            at: self.now,
        })
    }

    fn happening(&self) -> Happening<'a> {
        let kind = self.event.kind();
        match self.event {
            Event::SignalHeard { label, words, .. } => Happening {
                kind,
                signal: label.code(),
                words,
            },
            _ => Happening {
                kind,
                ..Happening::default()
            },
        }
    }

    /// The key of the stage the deal stands in; empty when the process has none such.
    pub(super) fn stage_key(&self, state: &State) -> &'a str {
        let stage = self.process.stage_of(state);
        stage.map_or("", |stage| stage.key.as_str())
    }
}
