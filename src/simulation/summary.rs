//! What an administrator wants to know of a simulated time.

use std::collections::BTreeMap;
use std::fmt;

use super::table::Table;
use super::{Step, Team};
use crate::domain::{Day, Timestamp};
use crate::engine::{AlertText, Definitions, ESCALATED, Effect, OPENED, Phase, RuleKind, State};

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
    /// In the order of the definition.
    pub nodes: Vec<NodeFigures>,
    /// The alerts of each rule that alerts, by its name, in the order of the definition.
    pub rules: Vec<(String, u32)>,
    start: Timestamp,
    seed: u64,
    /// Alerts by the key of the node or rule that raised them.
    raised: BTreeMap<(Source, String), u32>,
}

/// What raises alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Node,
    Rule,
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
    /// Still open, and not late yet.
    pub open: u32,
    /// Still open, and late.
    pub overdue: u32,
    /// Alerts to supervisors about them, of every kind.
    pub alerts: u32,
}

impl NodeFigures {
    /// How many of a hundred finished or late ones were done in time; `None` when there are none.
    #[must_use]
    pub fn in_time_percent(&self) -> Option<u32> {
        let decided = self.in_time + self.late + self.overdue;
        (decided > 0).then(|| self.in_time * 100 / decided)
    }
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
            rules: Vec::new(),
            start: team.start,
            seed: team.seed,
            raised: BTreeMap::new(),
        }
    }

    pub(super) fn count(&mut self, step: &Step<'_>) {
        self.steps += 1;
        for effect in step.effects {
            match effect {
                Effect::RaiseAlert(alert) => self.count_alert(step, alert),
                Effect::SendCard(_) | Effect::Ask { .. } | Effect::TellRep { .. } => {
                    self.told_reps += 1;
                }
                Effect::CreateTodo(_) => self.todos += 1,
                Effect::RefuseStage { .. } => self.refused_stages += 1,
                Effect::ReplaceCard { .. } | Effect::CloseTodo { .. } => {}
            }
        }
    }

    fn count_alert(&mut self, step: &Step<'_>, alert: &AlertText) {
        let day = self.alerts.entry(step.now.day()).or_default();
        match (alert.reason.as_str(), &alert.rule) {
            (_, Some(_)) => day.rules += 1,
            (OPENED, None) => day.opened += 1,
            (ESCALATED, None) => day.escalated += 1,
            _ => day.late += 1,
        }
        let run = alert.run.as_ref().and_then(|id| step.after.runs.get(id));
        let of_node = run.map(|run| (Source::Node, run.node.clone()));
        let of_rule = alert.rule.clone().map(|rule| (Source::Rule, rule));
        if let Some(source) = of_rule.or(of_node) {
            *self.raised.entry(source).or_default() += 1;
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
                    Phase::Open { .. } | Phase::Paused { .. } => node.open += 1,
                    Phase::Overdue { .. } => node.overdue += 1,
                }
            }
        }
        for node in definitions.current().nodes() {
            let mut found = figures.remove(&node.key).unwrap_or_default();
            found.name.clone_from(&node.name);
            found.alerts = self.raised_by(Source::Node, &node.key);
            self.nodes.push(found);
        }
        for rule in definitions.current().rules() {
            if matches!(rule.kind, RuleKind::Dwell { .. } | RuleKind::Neglect { .. }) {
                let alerts = self.raised_by(Source::Rule, &rule.key);
                self.rules.push((rule.name.clone(), alerts));
            }
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
        self.write_totals(out)?;
        write!(out, "\n{}", self.of_nodes())?;
        if !self.rules.is_empty() {
            write!(out, "\n{}", self.of_rules())?;
        }
        write!(out, "\n{}", self.of_days())
    }
}

impl Summary {
    fn raised_by(&self, source: Source, key: &str) -> u32 {
        let raised = self.raised.get(&(source, key.to_owned()));
        raised.copied().unwrap_or(0)
    }

    fn write_totals(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: u32 = self.alerts.values().map(|day| day.all()).sum();
        let (median, most) = self.alerts_a_day();
        let last = self.start.day().plus(i64::from(self.days) - 1);
        writeln!(
            out,
            "{} 名销售，{} 至 {last}（{} 天，{} 个工作日），{} 个商机，种子 {}",
            self.reps,
            self.start.day(),
            self.days,
            self.workdays,
            self.deals,
            self.seed
        )?;
        writeln!(
            out,
            "给主管的预警共 {total} 条，平常一个工作日 {median} 条，最多一天 {most} 条"
        )?;
        writeln!(
            out,
            "给销售的消息共 {} 条，平均每人每个工作日 {} 条",
            self.told_reps,
            tenths(self.told_reps, self.reps as u64 * u64::from(self.workdays))
        )?;
        writeln!(
            out,
            "待办 {} 个，被节点挡住的阶段推进 {} 次",
            self.todos, self.refused_stages
        )
    }

    fn of_nodes(&self) -> Table {
        let mut table = Table::of(&[
            "节点",
            "出现",
            "按时完成",
            "超时完成",
            "超时未完成",
            "未到期",
            "豁免",
            "随商机结束",
            "按时率",
            "预警",
        ]);
        for node in &self.nodes {
            let percent = node.in_time_percent();
            let percent = percent.map_or_else(|| "-".to_owned(), |percent| format!("{percent}%"));
            let counts = [
                node.opened,
                node.in_time,
                node.late,
                node.overdue,
                node.open,
                node.let_off,
                node.ended,
            ];
            let counts = counts.iter().map(u32::to_string);
            let ends = [percent, node.alerts.to_string()];
            table.row(&node.name, &counts.chain(ends).collect::<Vec<_>>());
        }
        table
    }

    fn of_rules(&self) -> Table {
        let mut table = Table::of(&["规则", "预警"]);
        for (name, alerts) in &self.rules {
            table.row(name, &[alerts.to_string()]);
        }
        table
    }

    /// Every day of the time, the quiet ones too: a gap is as telling as a peak.
    fn of_days(&self) -> Table {
        let mut table = Table::of(&["日期", "预警", "节点出现", "节点超时", "逐级上报", "规则"]);
        let first = self.start.day();
        for day in (0..i64::from(self.days)).map(|day| first.plus(day)) {
            let alerts = self.alerts.get(&day).copied().unwrap_or_default();
            let counts = [
                alerts.all(),
                alerts.opened,
                alerts.late,
                alerts.escalated,
                alerts.rules,
            ];
            let counts: Vec<String> = counts.iter().map(u32::to_string).collect();
            table.row(&format!("{day} {}", weekday(day)), &counts);
        }
        table
    }
}

/// A share with one digit behind the point.
fn tenths(count: u64, of: u64) -> String {
    let tenths = count.saturating_mul(10).checked_div(of).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn weekday(day: Day) -> &'static str {
    const NAMES: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let since_monday = day.0 - day.week_start().0;
    usize::try_from(since_monday)
        .ok()
        .and_then(|place| NAMES.get(place))
        .copied()
        .unwrap_or_default()
}
