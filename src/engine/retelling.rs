//! What an alert says when it is told long after it was raised, or why nobody has to hear it any more.

use crate::domain::{RunId, Timestamp};

use super::context::Context;
use super::definitions::Definitions;
use super::effect::AlertText;
use super::event::Event;
use super::notice::{DWELL, ESCALATED, LATE, NEGLECT};
use super::phase::{Phase, Signed};
use super::rule::RuleKind;
use super::state::State;
use super::step::Step;

/// An alert that waited to be told.
#[derive(Debug, Clone, Copy)]
pub struct Waited<'a> {
    /// Why it was raised: [`LATE`] and the like.
    pub reason: &'a str,
    /// The run it is about.
    pub run: Option<&'a RunId>,
    /// The rule it is about.
    pub rule: Option<&'a str>,
    /// When it was raised.
    pub raised_at: Timestamp,
}

/// What has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retold {
    /// It is true as it was raised.
    Unchanged,
    /// It is true, and says this by now.
    Anew(Box<AlertText>),
    /// It is told for what was heard, and what was to be done is settled: how, for people.
    Settled(String),
    /// It isn't true any more: why, for people.
    Withdrawn(String),
}

impl Definitions {
    /// What is told now of an alert that waited.
    #[must_use]
    pub fn retell(
        &self,
        state: &State,
        context: &Context,
        waited: Waited<'_>,
        now: Timestamp,
    ) -> Retold {
        let step = Step {
            definitions: self,
            process: self.current(),
            calendar: self.calendar(),
            context,
            event: &Event::Ticked,
            now,
            hints: Vec::new(),
            effects: Vec::new(),
        };
        match (waited.run, waited.rule, waited.reason) {
            (Some(run), _, LATE | ESCALATED) => step.retell_late(state, run, waited),
            (Some(run), _, _) => match state.runs.get(run).map(|run| &run.phase) {
                Some(phase) if !phase.is_unfinished() => Retold::Settled(settled(phase)),
                _ => Retold::Unchanged,
            },
            (None, Some(rule), DWELL | ESCALATED) => step.retell_dwell(state, rule, waited),
            (None, Some(_), NEGLECT) if state.stage_since > waited.raised_at => moved_on(),
            _ => Retold::Unchanged,
        }
    }
}

impl Step<'_> {
    fn retell_late(&self, state: &State, id: &RunId, waited: Waited<'_>) -> Retold {
        let Some(run) = state.runs.get(id) else {
            return Retold::Unchanged;
        };
        match &run.phase {
            Phase::Overdue {
                acknowledged: Some(signed),
                ..
            } => taken_on(signed),
            // It was late once more since then, and that has an alert of its own.
            Phase::Overdue { missed, .. } if *missed > waited.raised_at => {
                Retold::Withdrawn("期限已重新计算".to_owned())
            }
            Phase::Overdue { .. } => match self.node_of(run) {
                Some(node) => {
                    let mut text = self.late_alert(id, node, run);
                    waited.reason.clone_into(&mut text.reason);
                    Retold::Anew(Box::new(text))
                }
                None => Retold::Unchanged,
            },
            phase => Retold::Withdrawn(settled(phase)),
        }
    }

    fn retell_dwell(&self, state: &State, key: &str, waited: Waited<'_>) -> Retold {
        let rule = self.process.rules.iter().find(|rule| rule.key == key);
        let watch = state.watches.get(key);
        let red = watch.and_then(|watch| watch.red.as_ref());
        match (rule, red) {
            (None, _) => Retold::Unchanged,
            (_, Some(red)) if red.at > waited.raised_at => moved_on(),
            (_, None) => moved_on(),
            (Some(rule), Some(red)) => match (&red.acknowledged, &rule.kind) {
                (Some(signed), _) => taken_on(signed),
                (None, RuleKind::Dwell { alert, .. }) => {
                    Retold::Anew(Box::new(self.rule_alert(state, rule, waited.reason, alert)))
                }
                (None, _) => Retold::Unchanged,
            },
        }
    }
}

fn moved_on() -> Retold {
    Retold::Withdrawn("商机已推进".to_owned())
}

fn taken_on(signed: &Signed) -> Retold {
    Retold::Withdrawn(by("已确认", signed))
}

fn settled(phase: &Phase) -> String {
    match phase {
        Phase::Done { signed, .. } => by("已完成", signed),
        Phase::Waived { signed, .. } => by("已豁免", signed),
        Phase::NotApplicable { signed, .. } => by("不适用", signed),
        Phase::Ended { at, .. } => format!("商机已结束（{}）", at.for_people()),
        Phase::Paused { .. } => "计时已暂停".to_owned(),
        Phase::Open { due, .. } => format!("已延期到 {}", due.for_people()),
        Phase::Overdue { .. } => "已超时".to_owned(),
    }
}

fn by(what: &str, signed: &Signed) -> String {
    format!("{what}（{} {}）", signed.by.name, signed.at.for_people())
}
