//! What conditions see of a deal: each variable and field is made when it is asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use cel::common::types::{CelBool, CelInt, CelMap, CelMapKey, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context as Variables, Env};

use crate::domain::{Label, Timestamp, stored_number};

use super::super::context::Context;
use super::super::run::Run;
use super::super::state::{Confirmed, State};
use super::names::VARIABLES;

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

/// What the language itself knows. Made once: it takes longer than most conditions.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// The language asks for the longest name first: for `deal.signals.PRICE`, then for `deal.signals`,
/// then for `deal`. So hardly any condition has a whole variable made for it.
impl VariableResolver for Facts<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        match name.split_once('.') {
            Some((variable, field)) => self.field(variable, field).map(CowVal::Owned),
            None => self.variable(name).map(CowVal::Owned),
        }
    }
}

type Boxed<'b> = Box<dyn Val + 'b>;

impl Facts<'_> {
    pub(super) fn variables(&self) -> Variables<'_, '_> {
        let mut variables = Variables::with_env(Arc::clone(&LANGUAGE));
        variables.set_variable_resolver(self);
        variables
    }

    fn variable(&self, name: &str) -> Option<Boxed<'_>> {
        let (_, fields) = VARIABLES.iter().find(|(known, _)| *known == name)?;
        let fields = fields.iter();
        Some(map(fields.filter_map(|field| {
            Some((*field, self.field(name, field)?))
        })))
    }

    fn field(&self, variable: &str, field: &str) -> Option<Boxed<'_>> {
        let context = self.context;
        Some(match (variable, field) {
            ("customer", "id") => text(context.customer_id.as_str()),
            ("customer", "name") => text(&context.customer),
            ("customer", "industry") => text(context.industry.as_deref().unwrap_or_default()),
            ("customer", "region") => text(context.customer_region.as_deref().unwrap_or_default()),
            ("customer", "fields") => {
                let fields = context.fields.iter();
                map(fields.map(|(name, value)| (name.as_str(), text(value))))
            }
            ("rep", "name") => text(&context.rep),
            ("rep", "region") => text(context.region.as_deref().unwrap_or_default()),
            ("event", "kind") => text(self.event.kind),
            ("event", "signal") => text(self.event.signal),
            ("event", "words") => text(self.event.words),
            ("deal", field) => return self.field_of_deal(field),
            ("run", field) => return self.field_of_run(field),
            _ => return None,
        })
    }

    fn field_of_deal(&self, field: &str) -> Option<Boxed<'_>> {
        let seen = &self.state;
        let heard = |label: &Label| seen.signals.get(label).copied().unwrap_or(0);
        Some(match field {
            "id" => text(self.context.opportunity.as_str()),
            "name" => text(&self.context.opportunity_name),
            "stage" => text(seen.stage),
            "days_in_stage" => {
                let days = self.now.since(seen.stage_since).as_secs() / 86_400;
                number(stored_number(days))
            }
            "signals" => {
                let labels = Label::ALL.iter();
                map(labels.map(|label| (label.code(), number(heard(label).into()))))
            }
            "facts" => {
                let confirmed = seen.facts.keys();
                map(confirmed.map(|fact| (fact.as_str(), Box::new(CelBool::from(true)) as _)))
            }
            field => {
                let label = field.strip_prefix("signals.")?.parse().ok()?;
                number(heard(&label).into())
            }
        })
    }

    fn field_of_run(&self, field: &str) -> Option<Boxed<'_>> {
        let heard = self.run.and_then(|run| run.cause.heard());
        Some(match field {
            "node" => text(self.run.map_or("", |run| &run.node)),
            "signal" => text(heard.map_or("", |heard| heard.label.code())),
            "words" => text(heard.map_or("", |heard| &heard.words)),
            "answers" => {
                let answers = self.run.into_iter().flat_map(|run| &run.answers);
                map(answers.map(|(question, answer)| {
                    let shown = CelString::from(answer.shown());
                    (question.as_str(), Box::new(shown) as _)
                }))
            }
            _ => return None,
        })
    }
}

fn text(text: &str) -> Boxed<'_> {
    Box::new(CelString::from(text))
}

fn number<'b>(number: i64) -> Boxed<'b> {
    Box::new(CelInt::from(number))
}

fn map<'b>(entries: impl Iterator<Item = (&'b str, Boxed<'b>)>) -> Boxed<'b> {
    let entries = entries.map(|(key, value)| (CelMapKey::from(key), value));
    Box::new(CelMap::from(entries.collect::<HashMap<_, _>>()))
}
