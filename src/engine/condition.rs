//! Conditions of definitions: expressions of the Common Expression Language (CEL) over what is
//! known of the deal.
//!
//! | variable | has |
//! | --- | --- |
//! | `customer` | `id`, `name`, `industry`, `region`, `fields` (further columns of the import, by name) |
//! | `deal` | `id`, `name`, `stage` (its key), `days_in_stage`, `signals` (how often each was heard: `deal.signals.PRICE`), `facts` (what is confirmed: `"roi_signed" in deal.facts`) |
//! | `rep` | `name`, `region` |
//! | `run` | `node`, `signal`, `words`, `answers` (question key to what people read); all empty where no run is meant |
//! | `event` | `kind`, `signal`, `words` |
//!
//! A condition is checked when the definition is loaded: only these variables and fields, one trial
//! on sample values, and the result has to be true or false. One that fails later all the same
//! (a missing key of `customer.fields`) does not hold.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use cel::{Context as Variables, Program, Value};

use crate::domain::{Label, Timestamp};

use super::context::Context;
use super::state::{Run, State};

const CUSTOMER: &[&str] = &["id", "name", "industry", "region", "fields"];
const DEAL: &[&str] = &["id", "name", "stage", "days_in_stage", "signals", "facts"];
const REP: &[&str] = &["name", "region"];
const RUN: &[&str] = &["node", "signal", "words", "answers"];
const EVENT: &[&str] = &["kind", "signal", "words"];
/// The variables and their fields.
const KNOWN: &[(&str, &[&str])] = &[
    ("customer", CUSTOMER),
    ("deal", DEAL),
    ("rep", REP),
    ("run", RUN),
    ("event", EVENT),
];

/// Something that holds of a deal or doesn't.
#[derive(Clone)]
pub struct Condition {
    text: String,
    program: Arc<Program>,
}

impl fmt::Debug for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Condition").field(&self.text).finish()
    }
}

/// The same text is the same condition.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// Why a text is no condition: what stands there, and what was expected.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadCondition {
    pub(super) found: String,
    pub(super) expected: String,
}

impl BadCondition {
    fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl Condition {
    /// Reads and tries a condition.
    pub(super) fn parse(text: &str) -> Result<Self, BadCondition> {
        let program = Program::compile(text).map_err(|errors| unreadable(text, &errors))?;
        check_names(program.expression(), &mut Vec::new())?;
        let variables = sample();
        match program.execute(&variables) {
            Ok(Value::Bool(_)) => Ok(Self {
                text: text.to_owned(),
                program: Arc::new(program),
            }),
            Ok(other) => Err(BadCondition::new(
                format!("a condition that gives {}", other.type_of()),
                "one that gives true or false, such as customer.industry == \"汽车零部件厂\"",
            )),
            Err(error) => Err(BadCondition::new(
                format!("a condition that fails on sample values: {error}"),
                "one that gives true or false for every deal; ask for a key that may be missing by \"key\" in map",
            )),
        }
    }

    /// What was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> bool {
        matches!(
            self.program.execute(&facts.variables()),
            Ok(Value::Bool(true))
        )
    }
}

/// What a condition may ask about.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) context: &'a Context,
    pub(super) state: Seen<'a>,
    pub(super) run: Option<&'a Run>,
    pub(super) event: Happening<'a>,
    pub(super) now: Timestamp,
}

/// What conditions know of the state; apart from the runs, which may be changing.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) stage: &'a str,
    pub(super) stage_since: Timestamp,
    pub(super) signals: &'a std::collections::BTreeMap<Label, u32>,
    pub(super) facts: &'a std::collections::BTreeMap<String, super::state::Confirmed>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(state: &'a State, stage: &'a str) -> Self {
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
pub(super) struct Happening<'a> {
    pub(super) kind: &'a str,
    pub(super) signal: &'a str,
    pub(super) words: &'a str,
}

impl Facts<'_> {
    fn variables(&self) -> Variables<'static, 'static> {
        let context = self.context;
        let mut fields: HashMap<String, Value> = HashMap::new();
        for (name, value) in &context.fields {
            fields.insert(name.clone(), value.as_str().into());
        }
        let customer = map([
            ("id", context.customer_id.as_str().into()),
            ("name", context.customer.as_str().into()),
            (
                "industry",
                context.industry.as_deref().unwrap_or_default().into(),
            ),
            (
                "region",
                context
                    .customer_region
                    .as_deref()
                    .unwrap_or_default()
                    .into(),
            ),
            ("fields", fields.into()),
        ]);
        let run = self.run;
        let heard = run.and_then(|run| run.cause.heard());
        let answers: HashMap<String, Value> = run
            .into_iter()
            .flat_map(|run| &run.answers)
            .map(|(key, answer)| (key.clone(), answer.shown().into()))
            .collect();
        let run = map([
            ("node", run.map_or("", |run| &run.node).into()),
            (
                "signal",
                heard.map_or("", |heard| heard.label.code()).into(),
            ),
            ("words", heard.map_or("", |heard| &heard.words).into()),
            ("answers", answers.into()),
        ]);
        bound(
            customer,
            self.deal(),
            map([
                ("name", context.rep.as_str().into()),
                (
                    "region",
                    context.region.as_deref().unwrap_or_default().into(),
                ),
            ]),
            run,
            map([
                ("kind", self.event.kind.into()),
                ("signal", self.event.signal.into()),
                ("words", self.event.words.into()),
            ]),
        )
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

fn bound(
    customer: Value,
    deal: Value,
    rep: Value,
    run: Value,
    event: Value,
) -> Variables<'static, 'static> {
    let mut variables = Variables::default();
    for (name, value) in [
        ("customer", customer),
        ("deal", deal),
        ("rep", rep),
        ("run", run),
        ("event", event),
    ] {
        variables.add_variable_from_value(name, value);
    }
    variables
}

/// Values of the right kinds, for the trial when a definition is loaded.
fn sample() -> Variables<'static, 'static> {
    let state = State::default();
    let context = Context::sample();
    Facts {
        context: &context,
        state: Seen::of(&state, "sample"),
        run: None,
        event: Happening::default(),
        now: Timestamp::default(),
    }
    .variables()
}

fn unreadable(text: &str, errors: &cel::ParseErrors) -> BadCondition {
    let first = errors.errors.first();
    let (place, what) = first.map_or((String::new(), "it can't be read"), |error| {
        (format!(" at character {}", error.pos.1), error.msg.as_str())
    });
    BadCondition::new(
        format!("{text:?}, where{place} {what}"),
        "a condition such as customer.industry == \"汽车零部件厂\" && deal.signals.PRICE >= 2",
    )
}

/// Refuses variables and fields that no deal has; the trial alone could step over them.
/// `own` are the names that the expression itself brings in (`facts.exists(f, …)`).
fn check_names(expression: &IdedExpr, own: &mut Vec<String>) -> Result<(), BadCondition> {
    match &expression.expr {
        Expr::Ident(name) => check_variable(name, own),
        Expr::Select(select) => {
            if let Expr::Ident(variable) = &select.operand.expr
                && let Some((_, fields)) = KNOWN.iter().find(|(known, _)| known == variable)
                && !own.contains(variable)
                && !fields.contains(&select.field.as_str())
            {
                return Err(BadCondition::new(
                    format!("{variable}.{}", select.field),
                    format!(
                        "one of {variable}.{}",
                        fields.join(&format!(", {variable}."))
                    ),
                ));
            }
            check_names(&select.operand, own)
        }
        Expr::Call(call) => {
            let target = call.target.iter().map(AsRef::as_ref);
            target
                .chain(&call.args)
                .try_for_each(|part| check_names(part, own))
        }
        Expr::List(list) => list
            .elements
            .iter()
            .try_for_each(|part| check_names(part, own)),
        Expr::Comprehension(each) => {
            check_names(&each.iter_range, own)?;
            let before = own.len();
            own.push(each.iter_var.clone());
            own.extend(each.iter_var2.clone());
            own.push(each.accu_var.clone());
            let inside = [
                &each.accu_init,
                &each.loop_cond,
                &each.loop_step,
                &each.result,
            ];
            let checked = inside
                .into_iter()
                .try_for_each(|part| check_names(part, own));
            own.truncate(before);
            checked
        }
        Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) => {
                check_names(&entry.key, own).and_then(|()| check_names(&entry.value, own))
            }
            EntryExpr::StructField(field) => check_names(&field.value, own),
        }),
        Expr::Struct(_) | Expr::Literal(_) | Expr::Unspecified => Ok(()),
    }
}

fn check_variable(name: &str, own: &[String]) -> Result<(), BadCondition> {
    let is_known = KNOWN.iter().any(|(known, _)| *known == name)
        || own.iter().any(|other| other == name)
        || name.starts_with('@');
    if is_known {
        return Ok(());
    }
    let known: Vec<&str> = KNOWN.iter().map(|(known, _)| *known).collect();
    Err(BadCondition::new(
        format!("the unknown name {name:?}"),
        format!("one of {}; texts stand in quotes", known.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let bad = Condition::parse(text).expect_err(text);
        format!("{} | {}", bad.found, bad.expected)
    }

    #[test]
    fn a_condition_of_known_names_is_taken() {
        for text in [
            "customer.industry == \"汽车零部件厂\"",
            "deal.signals.PRICE >= 2 && !(\"tech_fit\" in deal.facts)",
            "rep.region in [\"华东\", \"华南\"]",
            "\"产线\" in customer.fields && customer.fields[\"产线\"] == \"三\"",
            "deal.days_in_stage > 3 || run.node == \"x\"",
            "[\"PRICE\", \"BUDGET\"].exists(s, s == event.signal)",
        ] {
            assert!(Condition::parse(text).is_ok(), "{text}: {}", refusal(text));
        }
    }

    #[test]
    fn mistakes_are_named_even_where_the_trial_steps_over_them() {
        for (text, named) in [
            ("customer.industri == \"x\"", "customer.industri"),
            ("false && deal.foo == 1", "deal.foo"),
            ("client.name == \"x\"", "client"),
            ("industry == 汽车", "汽车"),
            ("customer.name", "string"),
            ("deal.days_in_stage >", "character"),
            ("1 + 1", "int"),
            ("deal.signals.PRICES > 1", "sample"),
        ] {
            assert!(refusal(text).contains(named), "{text}: {}", refusal(text));
        }
    }
}
