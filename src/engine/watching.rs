//! Rules act: a deal that stays too long, a rep who keeps in touch without moving it, a hint.

use crate::domain::Label;

use super::condition::Seen;
use super::effect::{AlertText, Effect, Todo};
use super::notice::{DWELL, NEGLECT, filled};
use super::rule::{ContactKind, Rule, RuleKind};
use super::run::Run;
use super::state::{Red, State, Watch};
use super::step::Step;
use super::wording::AlertWording;

/// A to-do's subject and description are cut to what DingTalk takes.
const LONGEST_SUBJECT: usize = 200;

impl Step<'_> {
    /// Too long in the stage for what is usual: the rep hears it first.
    pub(super) fn dwell_yellow(&mut self, state: &mut State, rule: &Rule) {
        let now = self.now;
        watch(state, rule).yellow = Some(now);
        if let RuleKind::Dwell {
            remind: Some(remind),
            ..
        } = &rule.kind
        {
            let text = self.facts().rule(rule, self.process, state).fill(remind);
            self.say(None, text);
        }
    }

    /// Too long altogether: the supervisor is told, and gets something to do. After a downtime both
    /// moments may have passed: the rep hears it first all the same.
    pub(super) fn dwell_red(&mut self, state: &mut State, rule: &Rule) {
        let RuleKind::Dwell { alert, todo, .. } = &rule.kind else {
            return;
        };
        if watch(state, rule).yellow.is_none() {
            self.dwell_yellow(state, rule);
        }
        let (now, next) = (self.now, self.after_level(1, self.process));
        let watched = watch(state, rule);
        watched.times = watched.times.saturating_add(1);
        let key = format!(
            "{}:{}:{}",
            self.context.opportunity, rule.key, watched.times
        );
        watched.red = Some(Red {
            at: now,
            level: 1,
            next,
            acknowledged: None,
            todo: todo.is_some().then(|| key.clone()),
        });
        let text = self.rule_alert(state, rule, DWELL, alert);
        if let Some(todo) = todo {
            let subject = self.facts().rule(rule, self.process, state).fill(todo);
            self.effects.push(Effect::CreateTodo(Todo {
                key,
                rule: rule.key.clone(),
                subject: subject.chars().take(LONGEST_SUBJECT).collect(),
                description: text.title.clone(),
            }));
        }
        self.effects.push(Effect::RaiseAlert(text));
    }

    /// Nobody acknowledged: the next supervisor is told.
    pub(super) fn dwell_escalates(&mut self, state: &mut State, rule: &Rule) {
        let RuleKind::Dwell { alert, .. } = &rule.kind else {
            return;
        };
        let Some(level) = state
            .watches
            .get(&rule.key)
            .and_then(|watch| watch.red.as_ref())
            .map(|red| red.level.saturating_add(1))
        else {
            return;
        };
        let next = self.after_level(level, self.process);
        if let Some(red) = watch(state, rule).red.as_mut() {
            red.level = level;
            red.next = next;
        }
        let mut text = self.rule_alert(state, rule, super::notice::ESCALATED, alert);
        text.level = level;
        self.effects.push(Effect::RaiseAlert(text));
    }

    pub(super) fn rule_alert(
        &self,
        state: &State,
        rule: &Rule,
        reason: &str,
        wording: &AlertWording,
    ) -> AlertText {
        let facts = self.facts().rule(rule, self.process, state);
        AlertText {
            run: None,
            rule: Some(rule.key.clone()),
            reason: reason.to_owned(),
            level: 1,
            title: facts.fill(&wording.title),
            lines: filled(&wording.lines, &facts).collect(),
            quote: String::new(),
            message: None,
            chat: None,
        }
    }

    /// The rep was in touch; too often without moving the deal is neglect.
    pub(super) fn count_contact(&mut self, state: &mut State, kind: ContactKind) {
        let process = self.process;
        let Some(stage) = process.stage_of(state).filter(|stage| !stage.is_end()) else {
            return;
        };
        let count = state.contacts.entry(kind).or_default();
        *count = count.saturating_add(1);
        for rule in &process.rules {
            let RuleKind::Neglect {
                subjects,
                count: most,
                remind,
                alert,
            } = &rule.kind
            else {
                continue;
            };
            let seen = Seen::of(state, &stage.key);
            let made: u32 = subjects
                .iter()
                .filter_map(|subject| state.contacts.get(subject))
                .sum();
            let is_one_more_round = subjects.contains(&kind) && made.is_multiple_of(*most);
            if !is_one_more_round || !self.holds(rule.when.as_ref(), seen, None) {
                continue;
            }
            let facts = self.facts().rule(rule, process, state);
            if let Some(remind) = remind {
                let text = facts.fill(remind);
                self.say(None, text);
            }
            if let Some(alert) = alert {
                let text = self.rule_alert(state, rule, NEGLECT, alert);
                self.effects.push(Effect::RaiseAlert(text));
            }
        }
    }

    /// What rules have to say to a signal, unless they said it lately.
    pub(super) fn collect_hints(&mut self, state: &mut State, label: Label) {
        let process = self.process;
        let stage = self.stage_key(state);
        for rule in &process.rules {
            let RuleKind::Hint {
                signals,
                text,
                quiet_for,
            } = &rule.kind
            else {
                continue;
            };
            if !signals.contains(&label) {
                continue;
            }
            let said = state.hinted.get(&rule.key);
            let is_quiet =
                said.is_some_and(|said| self.now < quiet_for.after(*said, self.calendar));
            let seen = Seen::of(state, stage);
            if is_quiet || !self.holds(rule.when.as_ref(), seen, None) {
                continue;
            }
            let hint = self.facts().rule(rule, process, state).fill(text);
            self.hints.push(hint);
            state.hinted.insert(rule.key.clone(), self.now);
        }
    }

    /// Hints that found no card are said.
    pub(super) fn say_hints(&mut self) {
        for hint in std::mem::take(&mut self.hints) {
            self.say(None, hint);
        }
    }

    /// What rules have to say when a node opens.
    pub(super) fn say_notices(&mut self, state: &State, node: &str, run: &Run) {
        let process = self.process;
        let stage = self.stage_key(state);
        for rule in &process.rules {
            let RuleKind::Notice { nodes, text } = &rule.kind else {
                continue;
            };
            let is_meant = nodes.is_empty() || nodes.iter().any(|meant| meant == node);
            if is_meant && self.holds(rule.when.as_ref(), Seen::of(state, stage), Some(run)) {
                let text = self.facts().rule(rule, process, state).fill(text);
                self.say(None, text);
            }
        }
    }

    /// The stage was updated: what was watched begins again, and to-dos about it are closed.
    pub(super) fn reset_watches(&mut self, state: &mut State) {
        state.contacts.clear();
        for watch in state.watches.values_mut() {
            watch.yellow = None;
            if let Some(todo) = watch.red.take().and_then(|red| red.todo) {
                self.effects.push(Effect::CloseTodo { todo });
            }
        }
    }

    /// A to-do was ticked off elsewhere.
    pub(super) fn finish_todo(state: &mut State, todo: &str) {
        let reds = state
            .watches
            .values_mut()
            .filter_map(|watch| watch.red.as_mut());
        for red in reds.filter(|red| red.todo.as_deref() == Some(todo)) {
            red.todo = None;
        }
    }
}

fn watch<'s>(state: &'s mut State, rule: &Rule) -> &'s mut Watch {
    state.watches.entry(rule.key.clone()).or_default()
}
