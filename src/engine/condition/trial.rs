//! A condition on sample values, before any deal depends on it.
//!
//! It is tried twice: on a deal of which nothing is known that may be missing (no further columns,
//! no facts, no answers), where it has to ask before it looks; and, part by part, on one that has
//! all that the condition asks for, so that no part escapes the trial behind another that decides
//! alone.

use std::collections::BTreeMap;

use cel::common::ast::{Expr, IdedExpr, operators};
use cel::{Context as Variables, Value};

use crate::domain::Timestamp;

use super::super::answer::{Answer, Given};
use super::super::cause::Cause;
use super::super::context::Context;
use super::super::phase::{Actor, Phase, Yellow};
use super::super::run::Run;
use super::super::state::{Confirmed, State};
use super::names::{literal, parts, spelled};
use super::{BadCondition, Facts, Happening, Seen};

/// A text that may also be read as a number.
const SAMPLE: &str = "1";

/// Refuses a condition that is neither true nor false, or fails.
pub(super) fn try_out(expression: &IdedExpr) -> Result<(), BadCondition> {
    let mut asked = Vec::new();
    collect_asked(expression, &mut asked);
    on_sample(&asked, |variables| try_parts(expression, variables))?;
    match on_sample(&[], |variables| Value::resolve(expression, variables)) {
        Ok(_) => Ok(()),
        Err(error) => Err(fails(
            &error,
            match asked.first() {
                Some([variable, map, key]) => {
                    format!("to ask first whether it is there: \"{key}\" in {variable}.{map} && …")
                }
                None => TRUE_OR_FALSE.to_owned(),
            },
        )),
    }
}

const TRUE_OR_FALSE: &str =
    "one that gives true or false, such as customer.industry == \"汽车零部件厂\"";

fn fails(error: &cel::ExecutionError, expected: impl Into<String>) -> BadCondition {
    BadCondition::new(
        format!("a condition that fails on sample values: {error}"),
        expected,
    )
}

/// `customer.fields["…"]`, `deal.facts`, `run.answers`: what may be missing.
fn collect_asked<'e>(expression: &'e IdedExpr, asked: &mut Vec<[&'e str; 3]>) {
    let of_map = |path: &[&'e str], key| match *path {
        [variable @ "customer", map @ "fields"]
        | [variable @ "deal", map @ "facts"]
        | [variable @ "run", map @ "answers"] => Some([variable, map, key]),
        _ => None,
    };
    if let Some([path @ .., key]) = spelled(expression).as_deref() {
        asked.extend(of_map(path, *key));
    }
    if let Expr::Call(call) = &expression.expr
        && call.func_name == operators::IN
        && let [key, map] = &call.args[..]
        && let (Some(key), Some(path)) = (literal(key), spelled(map))
    {
        asked.extend(of_map(&path, key));
    }
    for part in parts(expression) {
        collect_asked(part, asked);
    }
}

/// Each part that has to be true or false is.
fn try_parts(expression: &IdedExpr, variables: &Variables<'_, '_>) -> Result<(), BadCondition> {
    if let Expr::Call(call) = &expression.expr {
        match call.func_name.as_str() {
            operators::LOGICAL_AND
            | operators::LOGICAL_OR
            | operators::LOGICAL_NOT
            | operators::CONDITIONAL => {
                let mut parts = call.args.iter();
                return parts.try_for_each(|part| try_parts(part, variables));
            }
            _ => {}
        }
    }
    match Value::resolve(expression, variables) {
        Ok(Value::Bool(_)) => Ok(()),
        Ok(other) => Err(BadCondition::new(
            format!("a condition that gives {}", other.type_of()),
            TRUE_OR_FALSE,
        )),
        Err(error) => Err(fails(&error, TRUE_OR_FALSE)),
    }
}

/// Tries something on a deal like any other, which has what is asked for.
fn on_sample<T>(asked: &[[&str; 3]], attempt: impl FnOnce(&Variables<'_, '_>) -> T) -> T {
    let of = |map: &str| {
        let keys = asked.iter().filter(move |path| path[1] == map);
        keys.map(|path| path[2].to_owned()).collect::<Vec<_>>()
    };
    let mut context = Context::sample();
    context.fields = of("fields")
        .into_iter()
        .map(|name| (name, SAMPLE.to_owned()))
        .collect();
    let facts = of("facts").into_iter();
    let state = State {
        facts: facts.map(|fact| (fact, confirmed())).collect(),
        ..State::default()
    };
    let run = run(of("answers"));
    let facts = Facts {
        context: &context,
        state: Seen::of(&state, "sample"),
        run: Some(&run),
        event: Happening::default(),
        now: Timestamp::default(),
    };
    attempt(&facts.variables())
}

fn confirmed() -> Confirmed {
    Confirmed {
        at: Timestamp::default(),
        run: None,
    }
}

fn run(questions: Vec<String>) -> Run {
    let (at, by) = (Timestamp::default(), Actor::sample());
    let answers: BTreeMap<String, Answer> = questions
        .into_iter()
        .map(|question| {
            let given = Given::Text {
                text: SAMPLE.to_owned(),
            };
            let by = by.id.clone();
            let answer = Answer {
                given,
                by,
                at,
                spot_check: None,
            };
            (question, answer)
        })
        .collect();
    Run {
        node: "sample".to_owned(),
        number: 1,
        process_version: String::new(),
        opened_at: at,
        subject: None,
        cause: Cause::Hand { by },
        noted: Vec::new(),
        questions: Vec::new(),
        answers,
        past: Vec::new(),
        phase: Phase::Open {
            due: at,
            yellow: Yellow::At(at),
        },
        clock: Vec::new(),
        cards: 0,
        asked: None,
        put_off: None,
        returned: None,
        was_late: false,
    }
}
