//! Which names a condition may use, and with which words it may compare them.
//!
//! The trial alone could step over a misspelt name: what stands behind a false `&&` is not looked
//! at, and a text that nothing is equal to is no failure.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use crate::domain::Label;

use super::BadCondition;

/// The variables and their fields.
pub(in super::super) const VARIABLES: &[(&str, &[&str])] = &[
    ("customer", &["id", "name", "industry", "region", "fields"]),
    (
        "deal",
        &["id", "name", "stage", "days_in_stage", "signals", "facts"],
    ),
    ("rep", &["name", "region"]),
    ("run", &["node", "signal", "words", "answers"]),
    ("event", &["kind", "signal", "words"]),
];

/// Refuses names that no deal has, and words that they never equal.
pub(super) fn check(expression: &IdedExpr, stages: &[&str]) -> Result<(), BadCondition> {
    check_names(expression, &mut Vec::new())?;
    check_words(expression, stages)
}

/// The parts of an expression.
pub(super) fn parts(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Select(select) => vec![&*select.operand],
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
                EntryExpr::StructField(field) => vec![&field.value],
            })
            .collect(),
        Expr::Comprehension(each) => vec![
            &each.iter_range,
            &each.accu_init,
            &each.loop_cond,
            &each.loop_step,
            &each.result,
        ],
        Expr::Ident(_) | Expr::Struct(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

/// What the expression spells: `deal.signals.PRICE`, also when written `deal.signals["PRICE"]`.
pub(super) fn spelled(expression: &IdedExpr) -> Option<Vec<&str>> {
    let (of, name) = match &expression.expr {
        Expr::Ident(name) => return Some(vec![name]),
        Expr::Select(select) => (&*select.operand, select.field.as_str()),
        Expr::Call(call) if call.func_name == operators::INDEX => {
            (call.args.first()?, literal(call.args.get(1)?)?)
        }
        _ => return None,
    };
    let mut path = spelled(of)?;
    path.push(name);
    Some(path)
}

/// The text that stands there in quotes.
pub(super) fn literal(expression: &IdedExpr) -> Option<&str> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// `own` are the names that the expression itself brings in (`facts.exists(f, …)`).
fn check_names(expression: &IdedExpr, own: &mut Vec<String>) -> Result<(), BadCondition> {
    if let Expr::Ident(name) = &expression.expr {
        return check_variable(name, own);
    }
    if let Some(path) = spelled(expression)
        && !own.iter().any(|name| name == path[0])
    {
        check_path(&path)?;
    }
    let before = own.len();
    if let Expr::Comprehension(each) = &expression.expr {
        check_names(&each.iter_range, own)?;
        own.push(each.iter_var.clone());
        own.extend(each.iter_var2.clone());
        own.push(each.accu_var.clone());
    }
    let checked = parts(expression)
        .into_iter()
        .try_for_each(|part| check_names(part, own));
    own.truncate(before);
    checked
}

fn check_variable(name: &str, own: &[String]) -> Result<(), BadCondition> {
    let is_known = VARIABLES.iter().any(|(known, _)| *known == name)
        || own.iter().any(|other| other == name)
        || name.starts_with('@');
    if is_known {
        return Ok(());
    }
    let known: Vec<&str> = VARIABLES.iter().map(|(known, _)| *known).collect();
    Err(BadCondition::new(
        format!("the unknown name {name:?}"),
        format!("one of {}; texts stand in quotes", known.join(", ")),
    ))
}

fn check_path(path: &[&str]) -> Result<(), BadCondition> {
    let Some((variable, fields)) = VARIABLES.iter().find(|(known, _)| *known == path[0]) else {
        return Ok(());
    };
    match path {
        [_, field] if !fields.contains(field) => Err(unknown(path, variable, fields)),
        ["deal", "signals", code] if !codes().contains(code) => {
            Err(unknown(path, "deal.signals", &codes()))
        }
        _ => Ok(()),
    }
}

fn unknown(path: &[&str], of: &str, known: &[&str]) -> BadCondition {
    BadCondition::new(
        path.join("."),
        format!("one of {of}.{}", known.join(&format!(", {of}."))),
    )
}

fn codes() -> Vec<&'static str> {
    Label::ALL.iter().map(|label| label.code()).collect()
}

/// Comparisons of a stage or a signal with a text that is none.
fn check_words(expression: &IdedExpr, stages: &[&str]) -> Result<(), BadCondition> {
    if let Expr::Call(call) = &expression.expr
        && let [left, right] = &call.args[..]
    {
        for (name, words) in [(left, right), (right, left)] {
            let Some(path) = spelled(name) else { continue };
            check_compared(&path, &compared(call, words), stages)?;
        }
        if call.func_name == operators::IN && spelled(right).is_some_and(|path| path == SIGNALS) {
            return Err(BadCondition::new(
                "… in deal.signals, which has every signal",
                "how often it was heard, such as deal.signals.PRICE >= 1",
            ));
        }
    }
    let mut parts = parts(expression).into_iter();
    parts.try_for_each(|part| check_words(part, stages))
}

const SIGNALS: [&str; 2] = ["deal", "signals"];

/// The texts that a call compares something with.
fn compared<'e>(call: &CallExpr, words: &'e IdedExpr) -> Vec<&'e str> {
    match (call.func_name.as_str(), &words.expr) {
        (operators::EQUALS | operators::NOT_EQUALS, _) => literal(words).into_iter().collect(),
        (operators::IN, Expr::List(list)) => list.elements.iter().filter_map(literal).collect(),
        _ => Vec::new(),
    }
}

fn check_compared(path: &[&str], words: &[&str], stages: &[&str]) -> Result<(), BadCondition> {
    let codes = codes();
    let (known, what) = match path {
        ["deal", "stage"] => (stages, "the key of a stage"),
        ["event" | "run", "signal"] => (&codes[..], "a signal"),
        _ => return Ok(()),
    };
    let stranger = words
        .iter()
        .find(|word| !word.is_empty() && !known.contains(word));
    match stranger {
        Some(word) if !known.is_empty() => Err(BadCondition::new(
            format!("{} compared with {word:?}", path.join(".")),
            format!("{what}: {}", known.join(", ")),
        )),
        _ => Ok(()),
    }
}
