//! What `/compliance`, `/health` and `/attribution` have in common: whose runs of which period, and how
//! figures are shown.

use serde_json::{Value, json};

use super::answer::known;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::domain::Timestamp;
use crate::health::Tally;
use crate::health_report::{Asked, Report};
use crate::store::{HealthQuestion, Period, ViewScope};

/// The question of a request. Without `from`, the current month.
///
/// # Errors
/// All mistakes of its parameters.
pub(super) fn asked(mut parameters: Parameters, now: Timestamp) -> Result<Asked, Problem> {
    let from = parameters
        .moment("from")
        .unwrap_or_else(|| now.day().month_start().start());
    let until = parameters.moment("to").unwrap_or(now);
    if until < from {
        parameters.refuse("to", &until.rfc3339(), "a moment after `from`");
    }
    let period = Period { from, until };
    let question = HealthQuestion {
        period,
        region: parameters.text("region"),
        team: parameters.parsed("team", "a person's id"),
        rep: parameters.parsed("rep", "a person's id"),
    };
    parameters.finish()?;
    Ok(Asked {
        scope: ViewScope::All,
        question,
        before: Asked::just_before(period),
        now,
    })
}

/// The periods, in front of what an answer says of them.
pub(super) fn begun(report: &Report) -> Value {
    json!({
        "from": report.period.from.rfc3339(),
        "to": report.period.until.rfc3339(),
        "counted_until": report.counted_until.rfc3339(),
    })
}

/// The time before the period.
pub(super) fn before(report: &Report) -> Value {
    json!({ "from": report.before.from.rfc3339(), "to": report.before.until.rfc3339() })
}

/// The figures beside whom they belong to.
pub(super) fn shown(tally: Tally, mut whose: Value) -> Value {
    whose["due"] = tally.due.into();
    whose["done"] = tally.done.into();
    whose["on_time"] = tally.on_time.into();
    whose["waived"] = tally.waived.into();
    whose["not_applicable"] = tally.not_applicable.into();
    whose["paused"] = tally.paused.into();
    whose["ended"] = tally.ended.into();
    whose["rate"] = tally.rate().into();
    whose["on_time_rate"] = tally.on_time_rate().into();
    whose
}

/// A rep by id, name and region.
pub(super) fn rep(report: &Report, id: &crate::domain::PersonId) -> Value {
    let person = report.person(id);
    json!({
        "rep_id": id,
        "rep": person.map_or(id.as_str(), |person| person.name.as_str()),
        "region": person.and_then(|person| known(&person.region)),
    })
}
