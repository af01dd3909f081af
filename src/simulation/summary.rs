//! What an administrator wants to know of a simulated time.

use std::collections::BTreeMap;
use std::fmt;

use super::{Step, Team};
use crate::domain::{Day, Timestamp};
use crate::engine::{Definitions, Effect, Phase, State};

/// What was demanded, what was told to whom, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Days of the simulated time.
    pub days: u32,
    /// Working days among them.
    pub workdays: u32,
    /// Reps.
    pub reps: usize,
    /// Deals that were begun.
    pub deals: usize,
    /// Steps that the engine made.
    pub steps: u64,
    /// Alerts to supervisors, day by day; days without any are not there.
    pub alerts: BTreeMap<Day, DayAlerts>,
    /// What reps were sent: cards, questions, sentences.
    pub told_reps: u64,
    /// To-dos that were made.
    pub todos: u64,
    /// Stages that were refused.
    pub refused_stages: u64,
    /// By node key, in the order of the definition.
    pub nodes: Vec<NodeFigures>,
    start: Timestamp,
}

/// The alerts of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayAlerts {
    /// That a node opened.
    pub opened: u32,
    /// That a run is late.
    pub late: u32,
    /// To the next level.
    pub escalated: u32,
    /// By rules.
    pub rules: u32,
}

impl DayAlerts {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> u32 {
        self.opened + self.late + self.escalated + self.rules
    }
}

/// What became of a node's runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeFigures {
    /// The node's name.
    pub name: String,
    /// How many runs were opened.
    pub opened: u32,
    /// Done in time.
    pub in_time: u32,
    /// Done, but late.
    pub late: u32,
    /// Let off or not applicable.
    pub let_off: u32,
    /// Ended with the deal.
    pub ended: u32,
    /// Still open.
    pub open: u32,
}

impl Summary {
    pub(super) fn new(team: &Team) -> Self {
        Self {
            days: team.days,
            workdays: 0,
            reps: team.reps,
            deals: 0,
            steps: 0,
            alerts: BTreeMap::new(),
            told_reps: 0,
            todos: 0,
            refused_stages: 0,
            nodes: Vec::new(),
            start: team.start,
        }
    }

    pub(super) fn count(&mut self, step: &Step<'_>) {
        self.steps += 1;
        for effect in step.effects {
            match effect {
                Effect::RaiseAlert(alert) => {
                    let day = self.alerts.entry(step.now.day()).or_default();
                    match (alert.reason.as_str(), &alert.rule) {
                        (_, Some(_)) => day.rules += 1,
                        (crate::engine::OPENED, None) => day.opened += 1,
                        (crate::engine::ESCALATED, None) => day.escalated += 1,
                        _ => day.late += 1,
                    }
                }
                Effect::SendCard(_) | Effect::Ask { .. } | Effect::TellRep { .. } => {
                    self.told_reps += 1;
                }
                Effect::CreateTodo(_) => self.todos += 1,
                Effect::RefuseStage { .. } => self.refused_stages += 1,
                Effect::ReplaceCard { .. } | Effect::CloseTodo { .. } => {}
            }
        }
    }

    pub(super) fn finish<'s>(
        &mut self,
        definitions: &Definitions,
        states: impl Iterator<Item = &'s State>,
    ) {
        let mut figures: BTreeMap<String, NodeFigures> = BTreeMap::new();
        for state in states {
            self.deals += 1;
            for run in state.runs.values() {
                let node = figures.entry(run.node.clone()).or_default();
                node.opened += 1;
                match &run.phase {
                    Phase::Done { late: false, .. } => node.in_time += 1,
                    Phase::Done { late: true, .. } => node.late += 1,
                    Phase::Waived { .. } | Phase::NotApplicable { .. } => node.let_off += 1,
                    Phase::Ended { .. } => node.ended += 1,
                    Phase::Open { .. } | Phase::Paused { .. } | Phase::Overdue { .. } => {
                        node.open += 1;
                    }
                }
            }
        }
        for node in definitions.current().nodes() {
            let mut found = figures.remove(&node.key).unwrap_or_default();
            found.name.clone_from(&node.name);
            self.nodes.push(found);
        }
        let first = self.start.day();
        let days = (0..i64::from(self.days)).map(|day| first.plus(day));
        let workdays = days.filter(|day| definitions.calendar().is_workday(*day));
        self.workdays = u32::try_from(workdays.count()).unwrap_or(u32::MAX);
    }

    /// The alerts of an ordinary and of the worst day: median over the working days, and most.
    #[must_use]
    pub fn alerts_a_day(&self) -> (u32, u32) {
        let mut counts: Vec<u32> = self.alerts.values().map(|day| day.all()).collect();
        let quiet = usize::try_from(self.workdays)
            .unwrap_or(0)
            .saturating_sub(counts.len());
        counts.extend(std::iter::repeat_n(0, quiet));
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or(0);
        (median, counts.last().copied().unwrap_or(0))
    }
}

/// As a person reads it.
impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: u32 = self.alerts.values().map(|day| day.all()).sum();
        let (median, most) = self.alerts_a_day();
        writeln!(
            out,
            "{} 名销售，{} 天（{} 个工作日），{} 个商机，引擎走了 {} 步",
            self.reps, self.days, self.workdays, self.deals, self.steps
        )?;
        writeln!(
            out,
            "给主管的预警 {total} 条：平常一天 {median} 条，最多一天 {most} 条；给销售的消息 {} 条；待办 {}；被挡住的阶段 {}",
            self.told_reps, self.todos, self.refused_stages
        )?;
        writeln!(
            out,
            "\n节点\t出现\t按时\t超时完成\t豁免\t随商机结束\t未完成"
        )?;
        for node in &self.nodes {
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}",
                node.name,
                node.opened,
                node.in_time,
                node.late,
                node.let_off,
                node.ended,
                node.open
            )?;
        }
        writeln!(out, "\n日期\t预警\t出现\t超时\t上报\t规则")?;
        for (day, alerts) in &self.alerts {
            writeln!(
                out,
                "{day}\t{}\t{}\t{}\t{}\t{}",
                alerts.all(),
                alerts.opened,
                alerts.late,
                alerts.escalated,
                alerts.rules
            )?;
        }
        Ok(())
    }
}
