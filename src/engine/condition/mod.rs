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
//! A condition is checked when the definition is loaded: its size (`bounds`), only these variables and fields
//! (`names`), and on sample values the whole and each of its parts has to be true or false
//! (`trial`). One that fails later all the same (`int(…)` of a text without a number) does not
//! hold. What it sees of a deal is put together in `values`.

mod bounds;
mod names;
#[cfg(test)]
mod tests;
mod trial;
mod values;

use std::fmt;
use std::sync::Arc;

use cel::Program;
use cel::Value;

#[cfg(test)]
pub(super) use names::VARIABLES;
pub(super) use values::{Facts, Happening, Seen};

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
    /// Reads and tries a condition. `stages` are the keys that `deal.stage` may be compared with.
    pub(super) fn parse(text: &str, stages: &[&str]) -> Result<Self, BadCondition> {
        bounds::check(text)?;
        let program = Program::compile(text).map_err(|errors| unreadable(text, &errors))?;
        names::check(program.expression(), stages)?;
        trial::try_out(program.expression())?;
        Ok(Self {
            text: text.to_owned(),
            program: Arc::new(program),
        })
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

/// The parser's own words list everything that might have followed; what helps is the place.
fn unreadable(text: &str, errors: &cel::ParseErrors) -> BadCondition {
    let (line, column) = errors.errors.first().map_or((1, 1), |error| error.pos);
    let from_one = |number: isize| usize::try_from(number).unwrap_or(1).max(1) - 1;
    let lines = text.split_inclusive('\n').take(from_one(line));
    let place = lines.map(|line| line.chars().count()).sum::<usize>() + from_one(column);
    let before: String = text.chars().take(place).collect();
    let after: String = text.chars().skip(place).collect();
    let found = match (before.trim(), after.trim()) {
        ("", _) => format!("{text:?}, which can't be read"),
        (before, "") => format!("a condition that breaks off after {before:?}"),
        (before, after) => format!("a condition that can't be read after {before:?}, at {after:?}"),
    };
    BadCondition::new(
        found,
        "a condition such as customer.industry == \"汽车零部件厂\" && deal.signals.PRICE >= 2",
    )
}
