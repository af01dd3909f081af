//! An entry of the journal in words.

use std::collections::BTreeMap;

use crate::domain::{PersonId, RunId, Timestamp};
use crate::engine::{
    Cause, ContactKind, DWELL, Definitions, ESCALATED, Effect, Event, LATE, NEGLECT, Phase, Run,
    State,
};
use crate::web::language::say;
use crate::web::moments::{self, Now};

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
    pub(super) now: Now,
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
        now: Now,
    ) -> Self {
        Self {
            definitions,
            state,
            people,
            now,
        }
    }

    /// What happened, in its order: the event itself, then what it led to.
    pub(super) fn tell(&self, event: &Event, effects: &[Effect], at: Timestamp) -> Vec<Told> {
        let mut told: Vec<Told> = self.event(event, effects).into_iter().collect();
        let opened = self.state.runs.iter();
        let opened =
            opened.filter(|(id, run)| run.opened_at == at && is_opened_by(id, run, event, effects));
        told.extend(opened.map(|(id, _)| of_run(id, self.say("打开了节点", "Opened"))));
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
    fn event(&self, event: &Event, effects: &[Effect]) -> Option<Told> {
        let language = self.now.language;
        Some(match event {
            Event::SignalHeard { label, .. } => {
                let label = language.label(label);
                of_deal(say!(
                    language,
                    "听到客户的信号：{label}",
                    "A customer's signal: {label}"
                ))
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
                let name = self.name(by);
                of_run(
                    run,
                    say!(
                        language,
                        "{name} 撤回了上一个回答",
                        "{name} took back the last answer"
                    ),
                )
            }
            Event::PutOff { run, by } => {
                let name = self.name(by);
                of_run(
                    run,
                    say!(language, "{name} 说稍后再填", "{name} will answer later"),
                )
            }
            Event::Resumed { .. } | Event::Ticked => return None,
            Event::NodeOpened { node, by } => {
                let (name, node) = (&by.name, self.node(node));
                of_deal(say!(
                    language,
                    "{name} 发起「{node}」",
                    "{name} opened “{node}”"
                ))
            }
            Event::StageAsked { to, by } => self.asked(to, &by.name, effects),
            Event::StageMoved { to, by } => of_deal(self.moved(&self.name(by), to)),
            Event::Stopped { run, by, why } => {
                let name = &by.name;
                let told = say!(
                    language,
                    "{name} 暂停计时：{why}",
                    "{name} stopped the clock: {why}"
                );
                of_run(run, told)
            }
            Event::WentOn { run, by } => {
                let name = &by.name;
                of_run(
                    run,
                    say!(
                        language,
                        "{name} 恢复计时",
                        "{name} started the clock again"
                    ),
                )
            }
            Event::Extended { run, due, by, why } => {
                let (name, due) = (&by.name, moments::told(*due, self.now));
                let told = say!(
                    language,
                    "{name} 延期到 {due}：{why}",
                    "{name} extended it to {due}: {why}"
                );
                of_run(run, told)
            }
            Event::Waived { run, by, why } => {
                let name = &by.name;
                of_run(
                    run,
                    say!(language, "{name} 豁免：{why}", "{name} waived it: {why}"),
                )
            }
            Event::Dismissed { run, by, why } => {
                let name = &by.name;
                let told = say!(
                    language,
                    "{name} 标为不适用：{why}",
                    "{name} called it not applicable: {why}"
                );
                of_run(run, told)
            }
            Event::Approved { run, by, .. } => {
                let name = &by.name;
                of_run(run, say!(language, "{name} 抽查通过", "{name} approved it"))
            }
            Event::SentBack { run, by, why, .. } => {
                let name = &by.name;
                of_run(
                    run,
                    say!(language, "{name} 退回：{why}", "{name} sent it back: {why}"),
                )
            }
            Event::Acknowledged { run, rule, by } => {
                let name = &by.name;
                Told {
                    run: run.clone(),
                    what: match rule.as_deref().map(|rule| self.rule(rule)) {
                        Some(rule) => say!(
                            language,
                            "{name} 确认了「{rule}」的预警",
                            "{name} acknowledged the alert of “{rule}”"
                        ),
                        None => {
                            say!(
                                language,
                                "{name} 确认了预警",
                                "{name} acknowledged the alert"
                            )
                        }
                    },
                }
            }
            Event::Urged { run, by } => {
                let name = &by.name;
                of_run(run, say!(language, "{name} 催办", "{name} urged the rep"))
            }
            Event::Contacted { kind, by } => {
                let name = self.name(by);
                of_deal(match kind {
                    ContactKind::Visit => {
                        say!(language, "{name} 拜访了客户", "{name} visited the customer")
                    }
                    ContactKind::Contact => {
                        say!(
                            language,
                            "{name} 联系了客户",
                            "{name} contacted the customer"
                        )
                    }
                })
            }
            Event::FactConfirmed { fact, by } => {
                let name = &by.name;
                of_deal(say!(
                    language,
                    "{name} 确认了 {fact}",
                    "{name} confirmed {fact}"
                ))
            }
            Event::TodoDone { .. } => of_deal(
                self.say("主管勾掉了待办", "The director ticked off the to-do")
                    .to_owned(),
            ),
        })
    }

    /// What an effect says that its event doesn't.
    fn effect(&self, effect: &Effect, is_tick: bool) -> Option<Told> {
        let language = self.now.language;
        match effect {
            Effect::RaiseAlert(alert) => {
                let level = alert.level;
                let rule = alert.rule.as_deref().map(|rule| self.rule(rule));
                let what = match (alert.reason.as_str(), rule) {
                    (LATE, _) => self
                        .say(
                            "到截止时间没有完成，已预警主管",
                            "Not done by its deadline: the director was told",
                        )
                        .to_owned(),
                    (ESCALATED, None) => say!(
                        language,
                        "没有人确认，已预警上面第 {level} 级",
                        "Nobody acknowledged it: told level {level} above"
                    ),
                    (ESCALATED, Some(rule)) => say!(
                        language,
                        "{rule}：没有人确认，已预警上面第 {level} 级",
                        "{rule}: nobody acknowledged it, told level {level} above"
                    ),
                    (DWELL | NEGLECT, Some(rule)) => {
                        say!(
                            language,
                            "{rule}：已预警主管",
                            "{rule}: the director was told"
                        )
                    }
                    _ => return None,
                };
                Some(Told {
                    run: alert.run.clone(),
                    what,
                })
            }
            Effect::CreateTodo(todo) => {
                let subject = &todo.subject;
                Some(of_deal(say!(
                    language,
                    "给主管建了待办：{subject}",
                    "A to-do for the director: {subject}"
                )))
            }
            // Only a light that turns yellow is said by the clock alone.
            Effect::TellRep { run, .. } if is_tick => Some(Told {
                run: run.clone(),
                what: self
                    .say("黄灯：已提醒销售", "Yellow: the rep was reminded")
                    .to_owned(),
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
            say!(self.now.language, "「{title}」", " “{title}”")
        };
        let titles: String = questions.into_iter().map(title).collect();
        let name = self.name(by);
        of_run(
            run,
            say!(
                self.now.language,
                "{name} 回答了{titles}",
                "{name} answered{titles}"
            ),
        )
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
                let what = if *late {
                    self.say("超时完成", "Done late")
                } else {
                    self.say("完成", "Done")
                };
                Some(of_run(run, what))
            }
            _ => None,
        }
    }

    fn asked(&self, to: &str, by: &str, effects: &[Effect]) -> Told {
        let is_refused = effects
            .iter()
            .any(|effect| matches!(effect, Effect::RefuseStage { .. }));
        if !is_refused {
            return of_deal(self.moved(by, to));
        }
        let stage = self.stage(to);
        of_deal(say!(
            self.now.language,
            "{by} 想把阶段改为「{stage}」，还有节点没有完成",
            "{by} asked for the stage “{stage}”; steps are still to be done"
        ))
    }

    fn moved(&self, by: &str, to: &str) -> String {
        let stage = self.stage(to);
        say!(
            self.now.language,
            "{by} 把阶段改为「{stage}」",
            "{by} moved the deal to “{stage}”"
        )
    }

    const fn say(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.now.language.say(chinese, english)
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
