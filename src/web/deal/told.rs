//! An entry of the journal in words.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId, Timestamp};
use crate::engine::{
    Cause, ContactKind, DWELL, Definitions, ESCALATED, Effect, Event, LATE, NEGLECT, Phase, Run,
    State,
};
use crate::web::moments;

/// Something that an entry tells.
pub(super) struct Told {
    /// The run it happened to.
    pub(super) run: Option<RunId>,
    pub(super) what: String,
}

/// Knows what the journal only names.
pub(super) struct Teller<'a> {
    definitions: &'a Definitions,
    state: &'a State,
    people: &'a BTreeMap<PersonId, String>,
}

/// Who did it, where the event has only their id.
pub(super) fn by_id(event: &Event) -> Option<PersonId> {
    match event {
        Event::Chosen { by, .. }
        | Event::Told { by, .. }
        | Event::Proved { by, .. }
        | Event::Tabled { by, .. }
        | Event::TookBack { by, .. }
        | Event::PutOff { by, .. }
        | Event::Resumed { by, .. }
        | Event::StageMoved { by, .. }
        | Event::Contacted { by, .. } => Some(by.clone()),
        _ => None,
    }
}

impl<'a> Teller<'a> {
    pub(super) const fn new(
        definitions: &'a Definitions,
        state: &'a State,
        people: &'a BTreeMap<PersonId, String>,
    ) -> Self {
        Self {
            definitions,
            state,
            people,
        }
    }

    /// What happened, in its order: the event itself, then what it led to.
    pub(super) fn tell(
        &self,
        event: &Event,
        effects: &[Effect],
        at: Timestamp,
        now: Timestamp,
    ) -> Vec<Told> {
        let mut told: Vec<Told> = self.event(event, effects, now).into_iter().collect();
        let opened = self.state.runs.iter();
        let opened =
            opened.filter(|(id, run)| run.opened_at == at && is_opened_by(id, run, event, effects));
        told.extend(opened.map(|(id, _)| of_run(id, "打开了节点")));
        told.extend(self.finished(event, at));
        let is_tick = *event == Event::Ticked;
        told.extend(
            effects
                .iter()
                .filter_map(|effect| self.effect(effect, is_tick)),
        );
        told
    }

    /// The table of what is said of each event.
    fn event(&self, event: &Event, effects: &[Effect], now: Timestamp) -> Option<Told> {
        Some(match event {
            Event::SignalHeard { label, .. } => {
                of_deal(format!("听到客户的信号：{}", label.chinese()))
            }
            Event::Chosen {
                run, choices, by, ..
            } => self.answered(run, choices.keys(), by),
            Event::Told {
                run, question, by, ..
            }
            | Event::Proved {
                run, question, by, ..
            }
            | Event::Tabled {
                run, question, by, ..
            } => self.answered(run, [question], by),
            Event::TookBack { run, by } => {
                of_run(run, format!("{} 撤回了上一个回答", self.name(by)))
            }
            Event::PutOff { run, by } => of_run(run, format!("{} 说稍后再填", self.name(by))),
            Event::Resumed { .. } | Event::Ticked => return None,
            Event::NodeOpened { node, by } => {
                of_deal(format!("{} 发起「{}」", by.name, self.node(node)))
            }
            Event::StageAsked { to, by } => self.asked(to, &by.name, effects),
            Event::StageMoved { to, by } => of_deal(format!(
                "{} 把阶段改为「{}」",
                self.name(by),
                self.stage(to)
            )),
            Event::Stopped { run, by, why } => of_run(run, format!("{} 暂停计时：{why}", by.name)),
            Event::WentOn { run, by } => of_run(run, format!("{} 恢复计时", by.name)),
            Event::Extended { run, due, by, why } => of_run(
                run,
                format!("{} 延期到 {}：{why}", by.name, moments::told(*due, now)),
            ),
            Event::Waived { run, by, why } => of_run(run, format!("{} 豁免：{why}", by.name)),
            Event::Dismissed { run, by, why } => {
                of_run(run, format!("{} 标为不适用：{why}", by.name))
            }
            Event::Approved { run, by, .. } => of_run(run, format!("{} 抽查通过", by.name)),
            Event::SentBack { run, by, why, .. } => of_run(run, format!("{} 退回：{why}", by.name)),
            Event::Acknowledged { run, rule, by } => {
                let rule = rule
                    .as_deref()
                    .map(|rule| format!("「{}」的", self.rule(rule)));
                Told {
                    run: run.clone(),
                    what: format!("{} 确认了{}预警", by.name, rule.unwrap_or_default()),
                }
            }
            Event::Urged { run, by } => of_run(run, format!("{} 催办", by.name)),
            Event::Contacted { kind, by } => {
                let how = match kind {
                    ContactKind::Visit => "拜访",
                    ContactKind::Contact => "联系",
                };
                of_deal(format!("{} {how}了客户", self.name(by)))
            }
            Event::FactConfirmed { fact, by } => of_deal(format!("{} 确认了 {fact}", by.name)),
            Event::TodoDone { .. } => of_deal("主管勾掉了待办".to_owned()),
        })
    }

    /// What an effect says that its event doesn't.
    fn effect(&self, effect: &Effect, is_tick: bool) -> Option<Told> {
        match effect {
            Effect::RaiseAlert(alert) => {
                let rule = alert.rule.as_deref().map(|rule| self.rule(rule));
                let what = match (alert.reason.as_str(), rule) {
                    (LATE, _) => "到截止时间没有完成，已预警主管".to_owned(),
                    (ESCALATED, None) => format!("没有人确认，已预警上面第 {} 级", alert.level),
                    (ESCALATED, Some(rule)) => {
                        format!("{rule}：没有人确认，已预警上面第 {} 级", alert.level)
                    }
                    (DWELL | NEGLECT, Some(rule)) => format!("{rule}：已预警主管"),
                    _ => return None,
                };
                Some(Told {
                    run: alert.run.clone(),
                    what,
                })
            }
            Effect::CreateTodo(todo) => Some(of_deal(format!("给主管建了待办：{}", todo.subject))),
            // Only a light that turns yellow is said by the clock alone.
            Effect::TellRep { run, .. } if is_tick => Some(Told {
                run: run.clone(),
                what: "黄灯：已提醒销售".to_owned(),
            }),
            _ => None,
        }
    }

    fn answered<'q>(
        &self,
        run: &RunId,
        questions: impl IntoIterator<Item = &'q String>,
        by: &PersonId,
    ) -> Told {
        let node = self
            .state
            .runs
            .get(run)
            .and_then(|run| self.definitions.node_of(run));
        let title = |key: &'q String| {
            let question = node.and_then(|node| node.question(key));
            let title = question.map_or(key.as_str(), |question| question.title.as_str());
            format!("「{title}」")
        };
        let titles: String = questions.into_iter().map(title).collect();
        of_run(run, format!("{} 回答了{titles}", self.name(by)))
    }

    /// The run whose last answer this was.
    fn finished(&self, event: &Event, at: Timestamp) -> Option<Told> {
        let (Event::Chosen { run, .. }
        | Event::Told { run, .. }
        | Event::Proved { run, .. }
        | Event::Tabled { run, .. }) = event
        else {
            return None;
        };
        match &self.state.runs.get(run)?.phase {
            Phase::Done { signed, late, .. } if signed.at == at => {
                let what = if *late { "超时完成" } else { "完成" };
                Some(of_run(run, what))
            }
            _ => None,
        }
    }

    fn asked(&self, to: &str, by: &str, effects: &[Effect]) -> Told {
        let stage = self.stage(to);
        let is_refused = effects
            .iter()
            .any(|effect| matches!(effect, Effect::RefuseStage { .. }));
        of_deal(if is_refused {
            format!("{by} 想把阶段改为「{stage}」，还有节点没有完成")
        } else {
            format!("{by} 把阶段改为「{stage}」")
        })
    }

    fn name(&self, person: &PersonId) -> String {
        let known = self.people.get(person);
        known.map_or_else(|| person.to_string(), String::clone)
    }

    fn stage(&self, key: &str) -> String {
        let stage = self.definitions.current().stage(key);
        stage.map_or_else(|| key.to_owned(), |stage| stage.name.clone())
    }

    fn node(&self, key: &str) -> String {
        let node = self.definitions.current().node(key);
        node.map_or_else(|| key.to_owned(), |node| node.name.clone())
    }

    fn rule(&self, key: &str) -> String {
        let rule = self.definitions.current().rule(key);
        rule.map_or_else(|| key.to_owned(), |rule| rule.name.clone())
    }
}

fn is_opened_by(id: &RunId, run: &Run, event: &Event, effects: &[Effect]) -> bool {
    let refused = effects.iter().find_map(|effect| match effect {
        Effect::RefuseStage { missing, .. } => Some(missing),
        _ => None,
    });
    match (event, &run.cause) {
        (Event::SignalHeard { label, message, .. }, Cause::Signal(heard)) => {
            heard.message == *message && heard.label == *label
        }
        (Event::StageAsked { .. }, Cause::Gate { .. }) => {
            refused.is_some_and(|missing| missing.contains(id))
        }
        (Event::StageAsked { .. } | Event::StageMoved { .. }, Cause::Entered { .. }) => {
            refused.is_none()
        }
        (Event::NodeOpened { .. }, Cause::Hand { .. }) => true,
        _ => false,
    }
}

fn of_run(run: &RunId, what: impl Into<String>) -> Told {
    Told {
        run: Some(run.clone()),
        what: what.into(),
    }
}

const fn of_deal(what: String) -> Told {
    Told { run: None, what }
}
