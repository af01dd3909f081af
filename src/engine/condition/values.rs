//! What conditions see of a deal.

use std::collections::{BTreeMap, HashMap};

use cel::{Context as Variables, Value};

use crate::domain::{Label, Timestamp};

use super::super::context::Context;
use super::super::run::Run;
use super::super::state::{Confirmed, State};

/// What a condition may ask about.
#[derive(Clone, Copy)]
pub(in super::super) struct Facts<'a> {
    pub(in super::super) context: &'a Context,
    pub(in super::super) state: Seen<'a>,
    pub(in super::super) run: Option<&'a Run>,
    pub(in super::super) event: Happening<'a>,
    pub(in super::super) now: Timestamp,
}

/// What conditions know of the state; apart from the runs, which may be changing.
#[derive(Clone, Copy)]
pub(in super::super) struct Seen<'a> {
    pub(in super::super) stage: &'a str,
    pub(in super::super) stage_since: Timestamp,
    pub(in super::super) signals: &'a BTreeMap<Label, u32>,
    pub(in super::super) facts: &'a BTreeMap<String, Confirmed>,
}

impl<'a> Seen<'a> {
    pub(in super::super) fn of(state: &'a State, stage: &'a str) -> Self {
        Self {
            stage,
            stage_since: state.stage_since,
            signals: &state.signals,
            facts: &state.facts,
        }
    }
}

/// What conditions know of the event.
#[derive(Clone, Copy, Default)]
pub(in super::super) struct Happening<'a> {
    pub(in super::super) kind: &'a str,
    pub(in super::super) signal: &'a str,
    pub(in super::super) words: &'a str,
}

impl Facts<'_> {
    pub(super) fn variables(&self) -> Variables<'static, 'static> {
        let mut variables = Variables::default();
        for (name, value) in [
            ("customer", self.customer()),
            ("deal", self.deal()),
            ("rep", self.rep()),
            ("run", self.run()),
            ("event", self.event()),
        ] {
            variables.add_variable_from_value(name, value);
        }
        variables
    }

    fn customer(&self) -> Value {
        let context = self.context;
        let fields = context.fields.iter();
        let fields: HashMap<String, Value> = fields
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        map([
            ("id", context.customer_id.as_str().into()),
            ("name", context.customer.as_str().into()),
            ("industry", known(context.industry.as_deref())),
            ("region", known(context.customer_region.as_deref())),
            ("fields", fields.into()),
        ])
    }

    fn rep(&self) -> Value {
        map([
            ("name", self.context.rep.as_str().into()),
            ("region", known(self.context.region.as_deref())),
        ])
    }

    fn run(&self) -> Value {
        let run = self.run;
        let heard = run.and_then(|run| run.cause.heard());
        let answers = run.into_iter().flat_map(|run| &run.answers);
        let answers: HashMap<String, Value> = answers
            .map(|(key, answer)| (key.clone(), answer.shown().into()))
            .collect();
        map([
            ("node", run.map_or("", |run| &run.node).into()),
            (
                "signal",
                heard.map_or("", |heard| heard.label.code()).into(),
            ),
            ("words", heard.map_or("", |heard| &heard.words).into()),
            ("answers", answers.into()),
        ])
    }

    fn event(&self) -> Value {
        map([
            ("kind", self.event.kind.into()),
            ("signal", self.event.signal.into()),
            ("words", self.event.words.into()),
        ])
    }

    fn deal(&self) -> Value {
        let seen = &self.state;
        let heard = |label: &Label| i64::from(seen.signals.get(label).copied().unwrap_or(0));
        let signals: HashMap<String, Value> = Label::ALL
            .iter()
            .map(|label| (label.code().to_owned(), heard(label).into()))
            .collect();
        let facts: HashMap<String, Value> = seen
            .facts
            .keys()
            .map(|fact| (fact.clone(), true.into()))
            .collect();
        let days = self.now.since(seen.stage_since).as_secs() / 86_400;
        map([
            ("id", self.context.opportunity.as_str().into()),
            ("name", self.context.opportunity_name.as_str().into()),
            ("stage", seen.stage.into()),
            (
                "days_in_stage",
                i64::try_from(days).unwrap_or(i64::MAX).into(),
            ),
            ("signals", signals.into()),
            ("facts", facts.into()),
        ])
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    HashMap::from(entries).into()
}

/// What is not known is an empty text.
fn known(text: Option<&str>) -> Value {
    text.unwrap_or_default().into()
}
