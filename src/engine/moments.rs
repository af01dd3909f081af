//! Time passes: lights turn, the next supervisor is told, a question that was put off comes back.
//!
//! When a deal has to be looked at again is computed from its state, never stored beside it, so
//! that the two can't disagree.

use crate::domain::{RunId, Timestamp};

use super::condition::Seen;
use super::definition::{Node, Process};
use super::definitions::Definitions;
use super::effect::Effect;
use super::notice::ESCALATED;
use super::phase::{Phase, Yellow};
use super::rule::RuleKind;
use super::run::{ClockChange, Run};
use super::state::State;
use super::step::Step;

/// The first moment after `now` at which something of the deal turns.
pub(super) fn next(definitions: &Definitions, state: &State, now: Timestamp) -> Option<Timestamp> {
    let of_runs = state.runs.values().flat_map(|run| of_run(run));
    let of_rules = of_rules(definitions, state);
    of_runs.chain(of_rules).filter(|moment| *moment > now).min()
}

fn of_run(run: &Run) -> impl Iterator<Item = Timestamp> + use<> {
    let of_phase = match &run.phase {
        Phase::Open { due, yellow } => match yellow {
            Yellow::At(at) => [Some(*due), Some(*at)],
            Yellow::Since(_) => [Some(*due), None],
        },
        Phase::Overdue { next, .. } => [*next, None],
        _ => [None, None],
    };
    let put_off = run.put_off.filter(|_| run.phase.is_unfinished());
    of_phase.into_iter().chain([put_off]).flatten()
}

fn of_rules(definitions: &Definitions, state: &State) -> Vec<Timestamp> {
    let process = definitions.current();
    let Some(stage) = process.stage_of(state) else {
        return Vec::new();
    };
    let mut moments = Vec::new();
    for rule in &process.rules {
        let watch = state.watches.get(&rule.key);
        moments.extend(watch.and_then(|watch| watch.red.as_ref()?.next));
        if let RuleKind::Dwell {
            stages,
            expected,
            late,
            ..
        } = &rule.kind
            && stages.contains(&stage.key)
        {
            let calendar = definitions.calendar();
            if watch.is_none_or(|watch| watch.red.is_none()) {
                moments.push(late.after(state.stage_since, calendar));
                if watch.is_none_or(|watch| watch.yellow.is_none()) {
                    moments.push(expected.after(state.stage_since, *late, calendar));
                }
            }
        }
    }
    moments
}

/// What turns in a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Yellow,
    Red,
    Escalates,
    AsksAgain,
}

impl Step<'_> {
    /// Lets everything happen that was due by now, the longest overdue first.
    pub(super) fn pass_moments(&mut self, state: &mut State) {
        let mut due: Vec<(Timestamp, u32, Turn, RunId)> = Vec::new();
        for (id, run) in &state.runs {
            for (at, turn) in self.turns(run) {
                due.push((at, run.number, turn, id.clone()));
            }
        }
        due.sort();
        for (_, _, turn, id) in due {
            if let Some(run) = state.runs.get_mut(&id)
                && let Some(node) = self.node_of(run)
            {
                self.turn(turn, &id, node, run);
            }
        }
        self.pass_rule_moments(state);
    }

    fn turns(&self, run: &Run) -> Vec<(Timestamp, Turn)> {
        let now = self.now;
        let is_over = |at: &Timestamp| *at <= now;
        let mut turns = Vec::new();
        match &run.phase {
            // Who is late already need not be told that time runs out.
            Phase::Open { due, .. } if is_over(due) => turns.push((*due, Turn::Red)),
            Phase::Open {
                yellow: Yellow::At(at),
                ..
            } if is_over(at) => turns.push((*at, Turn::Yellow)),
            Phase::Overdue {
                next: Some(next), ..
            } if is_over(next) => turns.push((*next, Turn::Escalates)),
            _ => {}
        }
        let put_off = run.put_off.filter(is_over);
        turns.extend(
            put_off
                .filter(|_| run.phase.is_unfinished())
                .map(|at| (at, Turn::AsksAgain)),
        );
        turns
    }

    fn turn(&mut self, turn: Turn, id: &RunId, node: &Node, run: &mut Run) {
        match turn {
            Turn::Yellow => self.turn_yellow(id, node, run),
            Turn::Red => self.turn_red(id, node, run),
            Turn::Escalates => self.escalate(id, node, run),
            Turn::AsksAgain => {
                run.put_off = None;
                self.ask(id, node, run, None);
            }
        }
    }

    fn turn_yellow(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        if let Phase::Open { due, .. } = run.phase {
            run.phase = Phase::Open {
                due,
                yellow: Yellow::Since(self.now),
            };
            run.clocked(self.now, ClockChange::TurnedYellow);
            let remind = &self.process_of(run).wording.sentences.remind;
            let text = self.facts().run(node, run).fill(remind);
            self.say(Some(id), text);
        }
    }

    fn turn_red(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        run.phase = Phase::Overdue {
            missed: run.phase.due(),
            level: 1,
            next: self.after_level(1, self.process_of(run)),
            acknowledged: None,
        };
        run.clocked(self.now, ClockChange::TurnedRed);
        let alert = self.late_alert(id, node, run);
        self.effects.push(Effect::RaiseAlert(alert));
    }

    fn escalate(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        let Phase::Overdue {
            missed,
            level,
            acknowledged,
            ..
        } = run.phase.clone()
        else {
            return;
        };
        let level = level.saturating_add(1);
        run.phase = Phase::Overdue {
            missed,
            level,
            next: self.after_level(level, self.process_of(run)),
            acknowledged,
        };
        run.clocked(self.now, ClockChange::Escalated { level });
        let mut alert = self.late_alert(id, node, run);
        ESCALATED.clone_into(&mut alert.reason);
        alert.level = level;
        self.effects.push(Effect::RaiseAlert(alert));
    }

    /// When the level above is told by that version of the process, if there is one.
    pub(super) fn after_level(&self, level: u8, process: &Process) -> Option<Timestamp> {
        let escalation = process.escalation;
        let is_last = level >= escalation.levels.min(self.context.levels);
        (!is_last).then(|| escalation.every.after(self.now, self.calendar))
    }

    fn pass_rule_moments(&mut self, state: &mut State) {
        let process = self.process;
        let Some(stage) = process.stage_of(state).filter(|stage| !stage.is_end()) else {
            return;
        };
        for rule in &process.rules {
            let RuleKind::Dwell {
                stages,
                expected,
                late,
                ..
            } = &rule.kind
            else {
                continue;
            };
            if !stages.contains(&stage.key) {
                continue;
            }
            let seen = Seen::of(state, &stage.key);
            if !self.holds(rule.when.as_ref(), seen, None) {
                continue;
            }
            let red_at = late.after(state.stage_since, self.calendar);
            let yellow_at = expected.after(state.stage_since, *late, self.calendar);
            let watch = state.watches.get(&rule.key);
            let red = watch.and_then(|watch| watch.red.as_ref());
            let yellow = watch.and_then(|watch| watch.yellow);
            let next = red.and_then(|red| red.next);
            if red.is_none() && red_at <= self.now {
                self.dwell_red(state, rule);
            } else if red.is_none() && yellow.is_none() && yellow_at <= self.now {
                self.dwell_yellow(state, rule);
            } else if next.is_some_and(|next| next <= self.now) {
                self.dwell_escalates(state, rule);
            }
        }
    }
}
